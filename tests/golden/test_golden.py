"""Golden quotes: one option of each place, to a cent. See :mod:`tests.golden.regenerate`."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import pytest

from calculators.places import PLACES, VENUES
from tests.golden.regenerate import KEPT, MONEY, QUOTES, quotes

NAMES = [
    *(f"answers_at-{kind}" for kind in PLACES),
    *(f"trained_at-{venue}" for venue in VENUES),
    KEPT,
]


@cache
def made() -> dict[str, dict[str, Any]]:
    return quotes()


def kept(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((QUOTES / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_quote_is_as_it_was(name: str) -> None:
    before, now = kept(name), made()[name]
    for word in ("id", "training_product"):
        assert now[word] == before[word]
    for figure in MONEY:
        assert now[figure] == pytest.approx(before[figure], abs=0.01), figure
    for old, new in zip(before["line_items"], now["line_items"], strict=True):
        for word in ("name", "payer", "period", "unit", "credit", "source"):
            assert new[word] == old[word], old["name"]
        for number in ("quantity", "rate_usd"):
            assert new[number] == pytest.approx(old[number], rel=1e-8), old["name"]
        assert new["amount_usd"] == pytest.approx(old["amount_usd"], abs=0.01), old["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_quote_adds_up(name: str) -> None:
    """The file itself is right: items of a cent each may be off by half a cent."""
    quote = kept(name)
    items = quote["line_items"]
    cents = 0.005 * len(items) + 0.01
    assert math.fsum(item["amount_usd"] for item in items) == pytest.approx(
        quote["total_usd"], abs=cents
    )
    for payer in ("company", "user"):
        paid = math.fsum(item["amount_usd"] for item in items if item["payer"] == payer)
        assert paid == pytest.approx(quote[f"{payer}_usd"], abs=cents)
    for item in items:
        assert item["quantity"] * item["rate_usd"] == pytest.approx(
            item["amount_usd"], rel=1e-7, abs=0.006
        )


def test_one_quote_a_kind_and_no_stray_file() -> None:
    assert sorted(path.stem for path in QUOTES.glob("*.json")) == sorted(NAMES)
