"""In a currency of which everything costs so many times more, nothing flips elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Asked, Comparison
from pricing.book import PriceBook
from pricing.schema import AssumptionRow, PriceRow
from pricing.table import Table

TIMES = 4.0  # a power of two: every product is exact
MONEY = {
    "accelerators": ("floor_usd_per_hour", "launch_price_usd"),
    "devices": ("battery_price_usd",),
}
"""Amounts outside the tables of prices."""
ASKED = {"growth_pct_per_month": 2.0, "staff_usd_per_hour": None}


def scaled(table: Table, name: str) -> Table:
    """A table whose every amount of money is so many times as large."""
    rows = []
    for row in table.rows:
        fields: tuple[str, ...] = MONEY.get(name, ())
        if isinstance(row, PriceRow):
            fields = ("value",)
        if isinstance(row, AssumptionRow) and row.unit.startswith("usd_"):
            fields = ("low", "mid", "high")
        now = {field: getattr(row, field) for field in fields}
        more = {field: TIMES * usd for field, usd in now.items() if usd is not None}
        rows.append(row.model_copy(update=more) if more else row)
    return replace(table, rows=tuple(rows))


@cache
def dearer() -> PriceBook:
    """Today's book in the other currency."""
    book = PriceBook.load()
    tables = {name: scaled(table, name) for name, table in book.tables.items()}
    return PriceBook(book.edition, book.price_date, tables)


def both(preset: str) -> tuple[Comparison, Comparison]:
    """The same question in both currencies."""
    one, other = (
        compare(from_preset(preset, ASKED, book), book) for book in (PriceBook.load(), dearer())
    )
    return one, other


@pytest.mark.parametrize("preset", ["celebrity_match", "voice_notes", "keyboard"])
def test_amounts_scale_and_nothing_else_moves(preset: str) -> None:
    one, other = both(preset)
    assert [item.id for item in one.options] == [item.id for item in other.options]
    assert [item.status for item in one.options] == [item.status for item in other.options]
    for mine, theirs in zip(one.options, other.options, strict=True):
        if mine.company_usd is not None:
            assert theirs.company_usd == pytest.approx(TIMES * mine.company_usd, rel=1e-12)


@pytest.mark.parametrize("preset", ["celebrity_match", "semantic_search"])
def test_crossings_stay_where_they_are(preset: str) -> None:
    one, other = both(preset)
    assert one.cheapest is not None
    assert one.runner_up is not None
    for axis in ("requests_per_month", "horizon_months"):
        asked = Asked(axis, one.cheapest.id, one.runner_up.id)
        here, there = one.between(asked), other.between(asked)
        assert here.verdict == there.verdict
        assert [turn.at for turn in here.crossings] == pytest.approx(
            [turn.at for turn in there.crossings], rel=1e-9
        )
        assert there.gap_high_usd == pytest.approx(TIMES * (here.gap_high_usd or 0.0), rel=1e-9)
