"""The tables of one directory, and the rows of one edition of them, indexed.

Nothing here depends on the price date: a book of another day shares all of it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TypeVar, cast

from pricing.kept import Kept, cached_property
from pricing.loader import TABLE_DIR, fingerprint, load_tables
from pricing.schema import (
    Area,
    AssumptionRow,
    CarbonRow,
    FxRow,
    ModelReleaseRow,
    PriceRow,
    RegionRow,
    Row,
    SourceRow,
)
from pricing.table import Table
from pricing.tables import SPECS, holding, names

R = TypeVar("R", bound=Row)

DIRECTORIES_KEPT = 8  # the app reads one; tests and the freezing of an edition read more


class UnknownEdition(ValueError):
    """An edition or price date the tables do not hold."""


@dataclass(frozen=True)
class Step:
    """The price of one key in one region from a day on, until the next step."""

    since: date
    table: str
    rows: tuple[PriceRow, ...]  # bands, lowest first

    @property
    def ended(self) -> bool:
        """Whether the key is no longer offered from this day on."""
        return any(row.status == "end" for row in self.rows)


_since = attrgetter("since")


def in_force(steps: Sequence[Step], day: date) -> Step | None:
    """The step that holds on ``day``; None before the first one and after an end."""
    index = bisect_right(steps, day, key=_since)
    step = steps[index - 1] if index else None
    return None if step is None or step.ended else step


class Edition:
    """Every row of an edition, found by what is asked for."""

    def __init__(self, day: date, tables: Mapping[str, Table], name: str) -> None:
        self.day = day
        self.tables = tables
        self.name = name  # of the tables: their fingerprint
        self._steps: dict[str, Mapping[str, Sequence[Step]]] = {}

    def table(self, name: str, shape: type[R]) -> Sequence[R]:
        """Rows of one table, typed; raises TypeError when the table holds another shape."""
        held = SPECS[name].shape
        if not issubclass(held, shape):
            raise TypeError(f"{name} holds {held.__name__}, not {shape.__name__}")
        return cast(Sequence[R], self.tables[name].rows)

    def every(self, shape: type[R]) -> Sequence[R]:
        """Rows of a shape from every table that holds them, in the order of the tables."""
        return [row for name in holding(shape) for row in self.table(name, shape)]

    @cached_property
    def sources(self) -> Mapping[str, SourceRow]:
        """Source id -> row."""
        return {row.id: row for row in self.every(SourceRow)}

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Vendor region -> area, in the table's order (home regions first)."""
        return {row.region: row.area for row in self.table("regions", RegionRow)}

    @cached_property
    def region_rank(self) -> Mapping[str, int]:
        """Vendor region -> its place in the table: the first of an area is preferred."""
        return {region: index for index, region in enumerate(self.areas)}

    @cached_property
    def assumptions(self) -> Mapping[str, AssumptionRow]:
        """Assumption name -> row."""
        return {row.name: row for row in self.every(AssumptionRow)}

    @cached_property
    def grids(self) -> Mapping[str, CarbonRow]:
        """Place -> emissions of its electricity."""
        return {row.place: row for row in self.table("carbon", CarbonRow)}

    @cached_property
    def fx(self) -> Sequence[FxRow]:
        """Euro rates, oldest first."""
        return sorted(self.table("fx", FxRow), key=attrgetter("effective_from"))

    def usd_per_eur(self, day: date) -> float:
        """Dollars for a euro on ``day``; raises UnknownEdition before the first known rate."""
        index = bisect_right(self.fx, day, key=attrgetter("effective_from"))
        if not index:
            raise UnknownEdition(f"no euro rate on {day}")
        return self.fx[index - 1].usd

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days on which a book of another day would differ, from the first euro rate on."""
        if not self.fx:
            return ()
        changes = {row.effective_from for row in self.every(PriceRow)}
        changes |= {row.effective_from for row in self.fx}
        changes |= {row.released_on for row in self.every(ModelReleaseRow)}
        first = self.fx[0].effective_from
        return tuple(sorted(day for day in changes if first <= day <= self.day))

    @cached_property
    def by_key(self) -> Mapping[str, Sequence[tuple[str, PriceRow]]]:
        """Every price row with its table, by key, in the order of the tables."""
        index: dict[str, list[tuple[str, PriceRow]]] = {}
        for name in names("price"):
            for row in self.table(name, PriceRow):
                index.setdefault(row.key, []).append((name, row))
        return index

    def steps(self, key: str) -> Mapping[str, Sequence[Step]]:
        """Region -> steps of a key there, oldest first; empty for an unknown key."""
        known = self._steps.get(key)
        if known is None:
            known = _steps_of(self.by_key.get(key, ()))
            if known:  # what is asked for in vain is not remembered: it has no bound
                self._steps[key] = known
        return known

    @cached_property
    def meters(self) -> Mapping[str, tuple[Sequence[date], Sequence[frozenset[str]]]]:
        """Product -> days on which a meter of it was first priced, and the meters by then."""
        first: dict[str, dict[str, date]] = {}
        for key, pairs in self.by_key.items():
            product, _, meter = key.rpartition("/")
            first.setdefault(product, {})[meter] = min(row.effective_from for _, row in pairs)
        return {product: _growing(days) for product, days in first.items()}


def _steps_of(pairs: Sequence[tuple[str, PriceRow]]) -> Mapping[str, Sequence[Step]]:
    by_day: dict[str, dict[date, list[tuple[str, PriceRow]]]] = {}
    for name, row in pairs:
        days = by_day.setdefault(row.region, {})
        days.setdefault(row.effective_from, []).append((name, row))
    return {
        region: tuple(_step(day, days[day]) for day in sorted(days))
        for region, days in by_day.items()
    }


def _step(day: date, pairs: Sequence[tuple[str, PriceRow]]) -> Step:
    """The bands of one day; a later edition's correction replaces all of them."""
    edition = max(row.edition for _, row in pairs)
    rows = [row for _, row in pairs if row.edition == edition]
    return Step(day, pairs[0][0], tuple(sorted(rows, key=attrgetter("tier_from"))))


def _growing(first: Mapping[str, date]) -> tuple[Sequence[date], Sequence[frozenset[str]]]:
    days = sorted(set(first.values()))
    return days, [frozenset(name for name, day in first.items() if day <= end) for end in days]


class TableSet:
    """The checked tables of one directory and the editions in them."""

    def __init__(self, directory: Path) -> None:
        self.tables: Mapping[str, Table] = load_tables(directory)
        self.name = fingerprint(directory)

    @cached_property
    def days(self) -> Sequence[date]:
        """Editions the tables hold, oldest first."""
        rows = (row for name in names("price") for row in self.tables[name].rows)
        return sorted({row.edition for row in rows if isinstance(row, PriceRow)})

    def day(self, wanted: date | None = None) -> date:
        """The newest (or named) edition; raises UnknownEdition."""
        chosen = wanted or self.days[-1]
        if chosen not in self.days:
            known = ", ".join(str(name) for name in self.days)
            raise UnknownEdition(f"edition {chosen} is not one of {known}")
        return chosen

    def edition(self, day: date) -> Edition:
        """Rows known in an edition, later corrections of the same identity winning."""
        tables = {
            name: table.up_to(date.max if SPECS[name].of_method else day)
            for name, table in self.tables.items()
        }
        return Edition(day, tables, self.name)

    def digest(self, edition: date) -> str:
        """SHA-256 over every dated row of ``edition``; blank cells do not count.

        Adding a column or a later row therefore leaves the digests of released editions alone.
        """
        return self.digests([edition])[edition]

    def digests(self, editions: Collection[date]) -> Mapping[date, str]:
        """The same for several editions, every row looked at once."""
        totals = {edition: hashlib.sha256() for edition in editions}
        for name, table in sorted(self.tables.items()):
            if not SPECS[name].dated:
                continue
            lines = []
            for row in table.rows:
                cells = row.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
                born: date = getattr(row, "edition")  # noqa: B009 - presets and figures alike
                lines.append((name + repr(sorted(cells.items())), born))
            lines.sort()
            for edition, total in totals.items():
                for line, born in lines:
                    if born <= edition:
                        total.update(line.encode())
        return {edition: total.hexdigest() for edition, total in totals.items()}


_SETS: Kept[Path, TableSet] = Kept(DIRECTORIES_KEPT)


def table_set(directory: Path = TABLE_DIR) -> TableSet:
    """The tables of a directory as they were when first read; raises TableError."""
    return _SETS.get(directory, lambda: TableSet(directory))


def forget() -> None:
    """Read every directory anew when it is next asked for."""
    _SETS.clear()
