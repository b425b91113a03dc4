"""The price book: one edition of the tables, looked up at one price date."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TypeVar, cast

from pricing.loader import TABLE_DIR, Table, load_tables
from pricing.schema import (
    IDENTITY,
    METHOD_TABLES,
    PRICE_TABLES,
    SOURCE_TABLES,
    TABLES,
    Area,
    AssumptionRow,
    CarbonRow,
    Confidence,
    FxRow,
    PriceRow,
    RegionRow,
    Row,
    Sourced,
    SourceRow,
)

R = TypeVar("R", bound=Row)

STALE_AFTER_DAYS = {"spot": 30, "rental": 90, "api": 180, "hardware": 365}
"""Days after which a figure of that kind is marked as old (docs/method.md, price book)."""


@dataclass(frozen=True)
class Source:
    """Where a rate comes from, as it is shown beside the number."""

    title: str
    url: str
    as_of: date | None
    confidence: Confidence
    key: str = ""  # price key, assumption name or scenario field
    region: str = ""
    stale: bool = False
    other_region: bool = False
    note: str = ""


@dataclass(frozen=True)
class Band:
    """A marginal band of a tariff: ``usd`` per unit between two monthly unit counts."""

    start: float
    end: float
    usd: float


@dataclass(frozen=True)
class Tariff:
    """The price of one meter of one product in one region on one date."""

    key: str
    unit: str
    region: str
    bands: tuple[Band, ...]
    unknown_above: float  # monthly units beyond which the price was not seen; inf if all known
    source: Source
    row: PriceRow

    @property
    def usd(self) -> float:
        """The first band's price; the only one of an untiered tariff."""
        return self.bands[0].usd


class UnknownEdition(ValueError):
    """An edition or price date the tables do not hold."""


@dataclass(frozen=True)
class PriceBook:
    """Tables as of ``edition``, read at ``price_date``."""

    edition: date
    price_date: date
    tables: Mapping[str, Table]
    _tariffs: dict[tuple[str, str], Tariff | None] = field(default_factory=dict, repr=False)

    @classmethod
    def load(
        cls,
        edition: date | None = None,
        price_date: date | None = None,
        directory: Path = TABLE_DIR,
    ) -> PriceBook:
        """The newest (or named) edition; raises TableError, UnknownEdition."""
        return _load(directory, edition, price_date)

    def rows(self, name: str) -> Sequence[Row]:
        """Rows of one table in this edition."""
        return self.tables[name].rows

    def table(self, name: str, shape: type[R]) -> Sequence[R]:
        """Rows of one table, typed; raises TypeError when the table holds another shape."""
        if not issubclass(TABLES[name], shape):
            raise TypeError(f"{name} holds {TABLES[name].__name__}, not {shape.__name__}")
        return cast(Sequence[R], self.tables[name].rows)

    @cached_property
    def sources(self) -> Mapping[str, SourceRow]:
        """Source id -> row."""
        return {row.id: row for name in SOURCE_TABLES for row in self.table(name, SourceRow)}

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Vendor region -> area, in the table's order (home regions first)."""
        return {row.region: row.area for row in self.table("regions", RegionRow)}

    @cached_property
    def assumptions(self) -> Mapping[str, AssumptionRow]:
        """Assumption name -> row."""
        names = [name for name, shape in TABLES.items() if shape is AssumptionRow]
        return {row.name: row for name in names for row in self.table(name, AssumptionRow)}

    @cached_property
    def grids(self) -> Mapping[str, CarbonRow]:
        """Place -> emissions of its electricity."""
        return {row.place: row for row in self.table("carbon", CarbonRow)}

    @cached_property
    def usd_per_eur(self) -> float:
        """Dollars for a euro at the price date."""
        known = [row for row in self.table("fx", FxRow) if row.effective_from <= self.price_date]
        if not known:
            raise UnknownEdition(f"no euro rate on {self.price_date}")
        return max(known, key=lambda row: row.effective_from).usd

    @cached_property
    def _by_key(self) -> Mapping[str, Sequence[tuple[str, PriceRow]]]:
        """Price rows in force or planned by the price date, by key, with their table."""
        index: dict[str, list[tuple[str, PriceRow]]] = defaultdict(list)
        for name in PRICE_TABLES:
            for row in self.table(name, PriceRow):
                if row.effective_from <= self.price_date:
                    index[row.key].append((name, row))
        return index

    @cached_property
    def meters(self) -> Mapping[str, frozenset[str]]:
        """Product -> its priced meters (ended ones included)."""
        index: dict[str, set[str]] = defaultdict(set)
        for key in self._by_key:
            product, _, meter = key.rpartition("/")
            index[product].add(meter)
        return {product: frozenset(meters) for product, meters in index.items()}

    def history(self, key: str) -> Sequence[PriceRow]:
        """Every row of a key in this edition, oldest first."""
        rows = [r for name in PRICE_TABLES for r in self.table(name, PriceRow) if r.key == key]
        return sorted(rows, key=lambda row: (row.effective_from, row.region, row.tier_from))

    def in_force(self) -> Sequence[tuple[str, PriceRow]]:
        """Rows of every tariff in force at the price date, with their table."""
        found: list[tuple[str, PriceRow]] = []
        for pairs in self._by_key.values():
            regions = dict.fromkeys(row.region for _, row in pairs)
            for region in regions:
                found += _newest([pair for pair in pairs if pair[1].region == region])
        return found

    def is_stale(self, table: str, row: PriceRow) -> bool:
        """Whether a row is older, at the price date, than its kind allows."""
        return (self.price_date - row.as_of).days > STALE_AFTER_DAYS[_stale_kind(table, row)]

    def tariff(self, key: str, area: str = "us") -> Tariff | None:
        """The tariff in force, preferring ``area``; None when no price is known.

        A price of another region is used only where the area has none, and is marked.
        """
        if (key, area) not in self._tariffs:
            self._tariffs[key, area] = self._find(key, area)
        return self._tariffs[key, area]

    def _find(self, key: str, area: str) -> Tariff | None:
        by_region: dict[str, list[tuple[str, PriceRow]]] = defaultdict(list)
        for name, row in self._by_key.get(key, ()):
            by_region[row.region].append((name, row))
        live = {place: newest for place, rows in by_region.items() if (newest := _newest(rows))}
        if not live:
            return None
        region = min(live, key=lambda name: self._preference(name, area))
        return self._tariff(key, area, region, live[region])

    def _preference(self, region: str, area: str) -> tuple[int, int]:
        found = self.areas[region]
        rank = 0 if found == area else 1 if found == "any" else 2
        return rank, list(self.areas).index(region)

    def _tariff(
        self, key: str, area: str, region: str, rows: Sequence[tuple[str, PriceRow]]
    ) -> Tariff:
        rate = {"USD": 1.0, "EUR": self.usd_per_eur if _any_euro(rows) else 1.0}
        bands, unknown_above = [], float("inf")
        for _, row in sorted(rows, key=lambda pair: pair[1].tier_from):
            if row.status == "unknown_above":
                unknown_above = row.tier_from
            elif row.value is not None:
                end = row.tier_to if row.tier_to is not None else float("inf")
                bands.append(Band(row.tier_from, end, row.value * rate[row.currency]))
        name, first = rows[0]
        source = self.source(first, kind=_stale_kind(name, first), key=key, region=region)
        if self.areas[region] not in (area, "any"):
            source = replace(source, other_region=True)
        return Tariff(key, first.unit, region, tuple(bands), unknown_above, source, first)

    def source(self, row: Sourced, *, kind: str, key: str, region: str = "") -> Source:
        """What to show beside a figure of ``row``; ``kind`` sets when it counts as old."""
        found = self.sources[row.source]
        age = (self.price_date - row.as_of).days
        return Source(
            title=found.title if not row.locator else f"{found.title}, {row.locator}",
            url=found.url,
            as_of=row.as_of,
            confidence=row.confidence,
            key=key,
            region=region,
            stale=age > STALE_AFTER_DAYS[kind],
            note=row.note,
        )

    def assumption(self, name: str) -> AssumptionRow:
        """A default with its range; raises KeyError naming what is missing."""
        try:
            return self.assumptions[name]
        except KeyError:
            raise KeyError(f"no assumption named {name!r} in edition {self.edition}") from None

    def assumption_source(self, name: str) -> Source:
        """Source of an assumption, marked as ours where it is."""
        row = self.assumption(name)
        found = self.source(row, kind="hardware", key=name)
        if row.basis == "our_assumption":
            found = replace(found, title=f"Our assumption: {row.label}", stale=False)
        return found


def _any_euro(rows: Sequence[tuple[str, PriceRow]]) -> bool:
    return any(row.currency == "EUR" for _, row in rows)


def _newest(rows: Sequence[tuple[str, PriceRow]]) -> list[tuple[str, PriceRow]]:
    """The bands of the latest tariff; empty when the latest row ends the key."""
    latest = max(row.effective_from for _, row in rows)
    edition = max(row.edition for _, row in rows if row.effective_from == latest)
    chosen = [
        (name, row) for name, row in rows if row.effective_from == latest and row.edition == edition
    ]
    return [] if any(row.status == "end" for _, row in chosen) else chosen


def _stale_kind(table: str, row: PriceRow) -> str:
    if table == "rental_prices":
        return "spot" if row.meter == "spot" else "rental"
    return {"server_prices": "hardware", "energy_prices": "hardware"}.get(table, "api")


@cache
def _tables(directory: Path) -> dict[str, Table]:
    return load_tables(directory)


def editions(directory: Path = TABLE_DIR) -> list[date]:
    """Editions the tables hold, oldest first."""
    return sorted(
        {
            row.edition
            for name in PRICE_TABLES
            for row in _tables(directory)[name].rows
            if isinstance(row, PriceRow)
        }
    )


@lru_cache(maxsize=16)
def _load(directory: Path, edition: date | None, price_date: date | None) -> PriceBook:
    known = editions(directory)
    chosen = edition or known[-1]
    if chosen not in known:
        names = ", ".join(str(name) for name in known)
        raise UnknownEdition(f"edition {chosen} is not one of {names}")
    when = price_date or chosen
    if when > chosen:
        raise UnknownEdition(f"price date {when} is after the edition {chosen}")
    tables = {
        name: table.up_to(date.max if name in METHOD_TABLES else chosen)
        for name, table in _tables(directory).items()
    }
    return PriceBook(chosen, when, tables)


def digest(edition: date, directory: Path = TABLE_DIR) -> str:
    """SHA-256 over every dated row of ``edition``; blank cells do not count.

    Adding a column or a later row therefore leaves the digests of released editions alone.
    """
    total = hashlib.sha256()
    for name, table in sorted(_tables(directory).items()):
        if "edition" not in TABLES[name].model_fields:
            continue
        lines = []
        for row in table.rows:
            if getattr(row, "edition") <= edition:  # noqa: B009 - presets and figures alike
                cells = row.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
                lines.append(name + repr(sorted(cells.items())))
        for line in sorted(lines):
            total.update(line.encode())
    return total.hexdigest()


__all__ = [
    "IDENTITY",
    "Band",
    "PriceBook",
    "Source",
    "Tariff",
    "UnknownEdition",
    "digest",
    "editions",
]
