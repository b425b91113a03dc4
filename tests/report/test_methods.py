"""What lies between a link of another method and its answer: changelog's words, in every output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators import METHOD
from report import api, methods
from report.codec import decode
from report.pins import Was

CHANGELOG = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASED = [int(found) for found in re.findall(r"^## Method (\d+),", CHANGELOG, re.MULTILINE)]


def section(method: int) -> str:
    """The changelog on a method, its lines joined and without what makes words bold."""
    start = CHANGELOG.index(f"- Method **{method}**")
    part = CHANGELOG[start:].partition("### App")[0].replace("**", "")
    return " ".join(part.split())


def test_every_released_method_but_the_first_has_its_line() -> None:
    assert set(methods.changed()) >= {method for method in RELEASED if method > 1}
    assert list(methods.changed()) == sorted(methods.changed())
    assert max(methods.changed()) <= int(METHOD)


@pytest.mark.parametrize("method", methods.changed())
def test_a_line_is_the_changelogs(method: int) -> None:
    said = methods.changed()[method].rstrip(".")
    assert said in section(method)
    assert said.isascii()  # it travels in a header too


def test_what_lies_between_two_methods() -> None:
    assert [text.partition(":")[0] for text in methods.between("4", "6")] == [
        "Method 5",
        "Method 6",
    ]
    assert methods.between("6", "6") == ()
    assert methods.between("6", "4") == ()
    assert methods.between("4a") == ()
    assert methods.told(METHOD, Was("none>owned:x", 5.0)) == ()


def test_a_link_says_the_total_it_showed_and_what_changed_since() -> None:
    first, since = methods.told("6", Was("none>owned:x", 62_385.716))
    assert "made with method 6" in first
    assert "62,385.72 USD it showed" in first
    assert since.startswith("Changed since. Method 7: The whole decision")
    assert "Method 6" not in since
    assert "what it showed" in methods.told("6", None)[0]


@pytest.mark.parametrize("total", ["1e300", "-62385.72"])
def test_every_output_takes_what_it_showed(total: str) -> None:
    query = f"preset=celebrity_match&method=6&was=none>owned:x:{total}"
    said = list(api.warnings(decode(query)))
    assert len(said) == 2
    with TestClient(Starlette(routes=api.ROUTES)) as client:
        assert client.get(f"/api/v1/compare?{query}&candidates=best").json()["warnings"] == said
        answer = client.get(f"/api/v1/options.csv?{query}")
        assert answer.headers["x-warning"] == " ".join(said)
