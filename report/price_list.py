"""The prices in force as a list: one line a row of the book, with age, marks and who uses it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import pandas as pd

from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.schema import Described, PriceRow, VendorRow
from pricing.units import label as unit_label
from report.csv_file import CELL_CHARS
from report.meters import meter

_BETWEEN = "; "
_REST_CHARS = 30
"""For how many names a cell has no room for."""
Use = Mapping[tuple[str, str], Sequence[str]]
"""(key, region) -> candidates whose cost rests on that price."""

OLD, NOT_OLD = "old", "not_old"
AGES: Mapping[str, tuple[int | None, int | None]] = {
    "30_days": (None, 30),
    "90_days": (None, 90),
    "year": (None, 365),
    "older": (366, None),
}
"""Choice of the age filter -> least and most days before the price date."""
AGE_WORDS: Mapping[str, str] = {
    OLD: "Old for its kind",
    NOT_OLD: "Not old for its kind",
    "30_days": "Read in the last 30 days",
    "90_days": "Read in the last 90 days",
    "year": "Read in the last year",
    "older": "Read more than a year ago",
}
"""Every choice of the age filter in words."""


@dataclass(frozen=True)
class Line:
    """A price row as the page shows it."""

    table: str
    row: PriceRow
    vendor: str
    product: str
    age_days: int
    stale: bool
    source_title: str
    source_url: str
    used_by: tuple[str, ...] = ()
    own: str = ""  # the user's own price or discount that holds in its place

    @property
    def marks(self) -> str:
        """Why to be careful with it, in words."""
        said = ["old"] * self.stale + ["weak evidence"] * (self.row.confidence == "C")
        said += ["price above unknown"] * (self.row.status == "unknown_above")
        return ", ".join([*said, self.own] if self.own else said)


@dataclass(frozen=True)
class Filters:
    """What to show; an empty choice shows all."""

    text: str = ""
    tables: Collection[str] = ()
    vendors: Collection[str] = ()
    regions: Collection[str] = ()
    evidence: Collection[str] = ()
    age: str | None = None
    used_only: bool = False
    words: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(self.text.lower().split()))


# --- lines -----------------------------------------------------------------------------------
def lines(book: PriceBook, used: Use) -> list[Line]:
    """Every price in force at the price date."""
    vendors, products = _vendors(book), _products(book)
    found = []
    for table, row in book.in_force():
        source = book.sources[row.source]
        vendor = row.key.partition("/")[0]
        found.append(
            Line(
                table=table,
                row=row,
                vendor=vendors.get(vendor, vendor),
                product=products.get(row.product, row.product.partition("/")[2]),
                age_days=(book.price_date - row.as_of).days,
                stale=book.is_stale(table, row),
                source_title=source.title,
                source_url=source.url,
                used_by=tuple(used.get((row.key, row.region), ())),
                own=_own(book, table, row.key),
            )
        )
    return found


def _own(book: PriceBook, table: str, key: str) -> str:
    """What of the user's own holds in the place of a row, in words."""
    usd = book.own.of_kind("price").get(key)
    if usd is not None:
        return f"your price {usd:g} USD"
    name = book.own.discount_of(key, table)
    return "" if name is None else f"your discount {book.own.of_kind('discount')[name]:g} %"


def _vendors(book: PriceBook) -> Mapping[str, str]:
    return {row.vendor: row.name for row in book.table("vendors", VendorRow)}


def _products(book: PriceBook) -> Mapping[str, str]:
    """Product id -> name, from every catalogue."""
    return {row.product: row.name for row in book.every(Described)}


def used_by(comparison: Comparison) -> Use:
    """Which candidates of a comparison rest on which price."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for option in comparison.options:
        for item in option.line_items:
            key = (item.source.key, item.source.region)
            found.setdefault(key, {})[option.label] = None
    return {key: tuple(labels) for key, labels in found.items()}


# --- filters ---------------------------------------------------------------------------------
def keep(line: Line, wanted: Filters) -> bool:
    """Whether a line passes every filter."""
    row = line.row
    return (
        (not wanted.tables or line.table in wanted.tables)
        and (not wanted.vendors or line.vendor in wanted.vendors)
        and (not wanted.regions or row.region in wanted.regions)
        and (not wanted.evidence or row.confidence in wanted.evidence)
        and (not wanted.used_only or bool(line.used_by))
        and _age_fits(line, wanted.age)
        and all(word in _searchable(line) for word in wanted.words)
    )


def _age_fits(line: Line, age: str | None) -> bool:
    if age is None:
        return True
    if age in (OLD, NOT_OLD):
        return line.stale == (age == OLD)
    least, most = AGES[age]
    return (least is None or line.age_days >= least) and (most is None or line.age_days <= most)


@lru_cache(maxsize=8192)
def _searchable(line: Line) -> str:
    row = line.row
    parts = (row.key, line.vendor, line.product, row.region, line.source_title, row.note)
    return " ".join(parts).lower()


# --- as a table ------------------------------------------------------------------------------
def cells(line: Line) -> Mapping[str, str | float | date | None]:
    """One line as its cells: the page's table and its CSV hold the same figures."""
    row = line.row
    return {
        "vendor": line.vendor,
        "product": line.product,
        "priced": meter(row.meter),
        "price": row.value,
        "unit": f"{row.currency} per {unit_label(row.unit)}",
        "region": row.region,
        "marks": line.marks,
        "read_on": row.as_of,
        "evidence": row.confidence,
        "candidates_using_it": len(line.used_by),
        "source_url": line.source_url or None,
        "tier_from": row.tier_from,
        "in_force_from": row.effective_from,
        "used_by": _named(line.used_by),
        "source_title": line.source_title,
        "key": row.key,
        "note": row.note,
    }


def _named(names: Sequence[str]) -> str:
    """Names in one cell; what a spreadsheet's cell cannot hold is counted."""
    size, shown = 0, 0
    for name in names:
        size += len(name) + len(_BETWEEN)
        if size > CELL_CHARS - _REST_CHARS:
            break
        shown += 1
    rest = len(names) - shown
    return _BETWEEN.join([*names[:shown], *([f"and {rest:,} more"] if rest else [])])


TITLES: Mapping[str, str] = {
    "vendor": "Vendor",
    "product": "Product",
    "priced": "What is priced",
    "price": "Price",
    "unit": "Unit",
    "region": "Region",
    "marks": "Marks",
    "read_on": "Read on",
    "evidence": "Evidence",
    "candidates_using_it": "Candidates using it",
    "source_url": "Source",
    "tier_from": "From units a month",
    "in_force_from": "In force from",
    "used_by": "Used by",
    "source_title": "Source title",
    "key": "Key",
    "note": "Note",
}
"""Cell -> the heading of its column on the page."""
_NUMBERS = ("price", "tier_from")


def frame(shown: Sequence[Line]) -> pd.DataFrame:
    """The table of the page."""
    rows = [cells(line) for line in shown]
    columns = {name: [_said(row[name]) for row in rows] for name in TITLES}
    return pd.DataFrame(
        {
            title: pd.Series(columns[name], dtype="float64") if name in _NUMBERS else columns[name]
            for name, title in TITLES.items()
        }
    )


def _said(value: str | float | date | None) -> str | float | None:
    return value.isoformat() if isinstance(value, date) else value


def summary(shown: Sequence[Line], book: PriceBook) -> str:
    """One line about how many there are, how old and how weak."""
    old = sum(line.stale for line in shown)
    weak = sum(line.row.confidence == "C" for line in shown)
    used = sum(bool(line.used_by) for line in shown)
    return (
        f"{len(shown):,} prices in force on {book.price_date}: {old:,} old for their kind, "
        f"{weak:,} on weak evidence, {used:,} used by the current comparison."
    )


def assumed_by(comparison: Comparison) -> frozenset[str]:
    """Assumptions that a candidate of a comparison rests on: rates, quantities, times."""
    found: set[str] = set()
    for option in comparison.options:
        found.update(option.latency.assumed)
        for item in option.line_items:
            found.update((item.source.key, *item.assumed))
    return frozenset(found.intersection(comparison.book.assumptions))
