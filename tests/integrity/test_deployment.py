"""What a deployment is made of agrees with itself: lock, image, proxy, manifests."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.licences import UNKNOWN, licence
from report import api
from report.server.lane import STILL_S
from report.server.limits import MAX_BODY_BYTES, MAX_TARGET_BYTES
from report.server.settings import KNOWN

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return {
        package.lower().replace("_", "-"): version
        for package, version in PINNED.findall(text(name))
    }


def test_the_lock_pins_the_same_versions_each_by_hash() -> None:
    locked = text("requirements.lock")
    assert pins("requirements.lock") == pins("requirements.txt")
    parts = re.split(r"^(?=[A-Za-z0-9])", locked, flags=re.MULTILINE)
    assert all("--hash=sha256:" in part for part in parts if part.strip())


def test_every_package_says_its_licence() -> None:
    told = {package: licence(package) for package in pins("requirements.txt")}
    assert UNKNOWN not in told.values()
    assert not [name for name, said in told.items() if re.search(r"\bA?GPL", said)]


def test_the_image_runs_as_nobody_in_particular_and_takes_only_what_is_locked() -> None:
    said = text("Dockerfile")
    assert "--require-hashes" in said
    assert re.search(r"^USER 1000$", said, re.MULTILINE)
    assert "/healthz" in said


def test_images_of_others_are_pinned_by_digest() -> None:
    (base,) = re.findall(r"^ARG BASE=(\S+)$", text("Dockerfile"), re.MULTILINE)
    froms = re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)
    assert set(froms) == {"${BASE}"}
    named = re.findall(r"^\s+image: (\S+)$", text("deploy/compose.yaml"), re.MULTILINE)
    others = [base, *(name for name in named if name != "crossover")]
    assert len(others) == 2
    for name in others:
        assert re.search(r"@sha256:[0-9a-f]{64}$", name), name


def test_settings_of_the_files_are_ones_the_program_knows() -> None:
    for name in ("deploy/compose.yaml", "deploy/kubernetes/crossover.yaml", "docs/operate.md"):
        assert set(re.findall(r"CROSSOVER_[A-Z_]+", text(name))) <= set(KNOWN), name
    assert set(re.findall(r"CROSSOVER_[A-Z_]+", text("docs/operate.md"))) == set(KNOWN)


def test_the_proxy_lets_through_what_the_program_reads_and_no_more() -> None:
    said = text("deploy/nginx.conf")
    assert f"client_max_body_size {MAX_BODY_BYTES // 1024}k;" in said
    assert "large_client_header_buffers 4 40k;" in said
    assert MAX_TARGET_BYTES < 40 * 1024
    located = dict(re.findall(r"location ~ (\S+) \{\s+proxy_pass http://(answers|watched);", said))
    assert set(located.values()) == {"answers", "watched"}
    for route in api.ROUTES:
        if "{" not in route.path and route.path != "/api":
            to = [where for asked, where in located.items() if re.search(asked, route.path)]
            assert to == ["watched" if route.path in ("/healthz", "/readyz") else "answers"]
    (watched,) = [asked for asked, where in located.items() if where == "watched"]
    assert not re.search(watched, "/api/healthz")


def test_the_api_tells_both_ways_in_which_health_is_refused() -> None:
    (row,) = re.findall(r"^\| `/healthz` \|.*$", text("docs/api.md"), re.MULTILINE)
    assert "503 when the price tables cannot be read" in row
    assert f'503 `{{"status": "pages are not answered"}}` after {STILL_S:.0f} s' in row


def test_no_log_of_the_proxy_holds_a_query() -> None:
    said = text("deploy/nginx.conf")
    (format_,) = re.findall(r"log_format plain(.*?);", said, re.DOTALL)
    telling = ("$request ", '$request"', "$request_uri", "$args", "$query_string", "$http_referer")
    for variable in telling:
        assert variable not in format_
    assert re.findall(r"access_log (.*?);", said) == ["/dev/stdout plain"]
