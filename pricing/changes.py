"""What the price book's history says: changes, corrections, and sources that disagree.

Everything is read from a :class:`~pricing.book.PriceBook`; a *view* is one (edition, price date).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pricing.book import PriceBook
from pricing.schema import PriceRow, Row
from pricing.table import Table
from pricing.tables import SPECS

ChangeKind = Literal["new", "changed", "gone"]
CONFLICT_DAYS = 60  # readings further apart tell of a change, not of a disagreement
SAME = 0.005  # relative; less is rounding of an hourly or converted figure

Place = tuple[str, str]  # key, region


# prices in force --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """The tariff of one key in one region in force in a view."""

    table: str
    rows: tuple[PriceRow, ...]  # bands, lowest first
    usd: float | None  # of the first band, at the view's exchange rate

    @property
    def row(self) -> PriceRow:
        """The first band."""
        return self.rows[0]

    @property
    def quoted(self) -> tuple[tuple[float, float | None, str, str], ...]:
        """What the vendor asks, whatever the exchange rate: (from, value, currency, unit)."""
        return tuple((row.tier_from, row.value, row.currency, row.unit) for row in self.rows)


def in_force(book: PriceBook) -> dict[Place, Standing]:
    """(key, region) -> tariff in force at the view's price date; ended keys are absent."""
    found = {}
    for region, step in book.steps_in_force():
        first = step.rows[0]
        found[first.key, region] = Standing(step.table, step.rows, _usd(first, book))
    return found


def _usd(row: PriceRow, book: PriceBook) -> float | None:
    """A row's price in dollars at the view's exchange rate; None without a price."""
    if row.value is None or row.currency == "USD":
        return row.value
    return row.value * book.usd_per_eur


# between two views ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One key in one region that two views price differently."""

    kind: ChangeKind
    key: str
    region: str
    unit: str
    old: Standing | None
    new: Standing | None

    @property
    def product(self) -> str:
        """The key without its meter."""
        return self.key.rpartition("/")[0]

    @property
    def old_usd(self) -> float | None:
        """First band before."""
        return self.old.usd if self.old else None

    @property
    def new_usd(self) -> float | None:
        """First band after."""
        return self.new.usd if self.new else None

    @property
    def ratio(self) -> float | None:
        """After over before."""
        if not self.old_usd or self.new_usd is None:
            return None
        return self.new_usd / self.old_usd


def between(before: PriceBook, after: PriceBook) -> list[Change]:
    """Keys new, changed and gone from one view to another, largest ratio first.

    A price quoted in euro counts as changed when the euro figure changed, not when the rate did.
    """
    old, new = in_force(before), in_force(after)
    found = [
        Change(
            "changed" if place in old else "new",
            *place,
            standing.row.unit,
            old.get(place),
            standing,
        )
        for place, standing in new.items()
        if place not in old or old[place].quoted != standing.quoted
    ]
    found += [
        Change("gone", *place, standing.row.unit, standing, None)
        for place, standing in old.items()
        if place not in new
    ]
    return sorted(found, key=lambda item: (-_size(item), item.key, item.region))


def _size(change: Change) -> float:
    """How many times dearer or cheaper; keys new and gone come last."""
    ratio = change.ratio
    if ratio is None or ratio <= 0:
        return 0.0
    return max(ratio, 1 / ratio)


@dataclass(frozen=True)
class Correction:
    """One cell that a later edition says differently, or a row it adds (blank column)."""

    table: str
    name: str  # what the row is about: its identity in words
    column: str
    old: str
    new: str
    source: str
    note: str


def corrections(before: PriceBook, after: PriceBook) -> list[Correction]:
    """What one edition's rows say otherwise than another's, in every table, dates of price aside.

    Only rows both editions hold under one identity: new and gone prices are :func:`between`.
    """
    found = []
    for name, table in after.tables.items():
        held = _by_identity(before.tables[name])
        for identity, row in _by_identity(table).items():
            old = held.get(identity)
            if old is None or old == row:
                continue
            words = " ".join(str(part) for part in identity if part != "")
            why = (getattr(row, "source", ""), getattr(row, "note", ""))
            found += [
                Correction(name, words, column, _text(old, column), _text(row, column), *why)
                for column in type(row).model_fields
                if column != "edition" and getattr(old, column) != getattr(row, column)
            ]
    return found


def _by_identity(table: Table) -> dict[tuple[object, ...], Row]:
    columns = SPECS[table.name].identity
    return {tuple(getattr(row, column) for column in columns): row for row in table.rows}


def _text(row: Row, column: str) -> str:
    value = getattr(row, column)
    return "" if value is None else str(value)


# disagreement -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """Two readings of one key and region that disagree within a short time."""

    key: str
    region: str
    first: PriceRow  # the earlier reading
    second: PriceRow

    @property
    def ratio(self) -> float:
        """Later reading over earlier."""
        assert self.first.value
        assert self.second.value
        return self.second.value / self.first.value

    @property
    def days(self) -> int:
        """Between the two readings."""
        return (self.second.as_of - self.first.as_of).days


def conflicts(book: PriceBook, days: int = CONFLICT_DAYS) -> list[Conflict]:
    """Readings of other publishers, or of other confidence, that differ within ``days``.

    A real change between the two readings looks the same; both rows are shown, so that a person
    can tell. Two readings of one publisher are its own account of a change, and a price announced
    for a later day contradicts nobody.
    """
    rows: dict[tuple[str, str, float], list[PriceRow]] = defaultdict(list)
    for row in book.every(PriceRow):
        if row.value and row.effective_from <= row.as_of:
            rows[row.key, row.region, row.tier_from].append(row)
    found = []
    for (key, region, _), readings in rows.items():
        readings.sort(key=lambda row: (row.as_of, row.effective_from))
        found += [
            Conflict(key, region, first, second)
            for first, second in combinations(readings, 2)
            if _disagree(book, first, second, days)
        ]
    return sorted(found, key=lambda item: (-max(item.ratio, 1 / item.ratio), item.key))


def _disagree(book: PriceBook, first: PriceRow, second: PriceRow, days: int) -> bool:
    if (second.as_of - first.as_of).days > days or first.currency != second.currency:
        return False
    publishers = {book.sources[row.source].publisher for row in (first, second)}
    if len(publishers) == 1 and first.confidence == second.confidence:
        return False
    assert first.value is not None
    assert second.value is not None
    return abs(first.value - second.value) > SAME * max(first.value, second.value)
