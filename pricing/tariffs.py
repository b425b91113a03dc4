"""The price of one meter of one product in one region: which rows it is made of, on any day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

from pricing.schema import Area, Confidence, PriceRow, Sourced
from pricing.tables import SPECS
from pricing.tableset import Edition, Step, in_force

KEY_SLASHES = 2  # of vendor/product/meter
_AREAS = frozenset(get_args(Area))


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
    before_first: bool = False  # the first known price, of a day after the price date
    own: bool = False  # the figure is the user's own, or rests on a discount of theirs
    list_ratio: float | None = None  # of an own figure: what the list has over it, if anything

    @property
    def price_key(self) -> str:
        """The key of the price row behind it; blank where it is none: an assumption, an input."""
        return self.key if self.key.count("/") == KEY_SLASHES else ""

    @property
    def frozen(self) -> bool:
        """Whether no change of the list moves it: the user's own price."""
        return self.own and self.as_of is None

    @property
    def marks(self) -> tuple[str, ...]:
        """Why to be careful with it, in words; evidence is said beside them."""
        said = ["old"] * self.stale + ["other region"] * self.other_region
        return (*said, *["first known price"] * self.before_first)


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


def is_older(row: Sourced, days: int | None, on: date) -> bool:
    """Whether a figure was read more than ``days`` before a day; never where it does not age."""
    return days is not None and (on - row.as_of).days > days


def source_of(
    edition: Edition, row: Sourced, day: date, stale_days: int | None, key: str, region: str = ""
) -> Source:
    """What to show beside a figure of ``row`` on ``day``."""
    found = edition.sources[row.source]
    return Source(
        title=found.title if not row.locator else f"{found.title}, {row.locator}",
        url=found.url,
        as_of=row.as_of,
        confidence=row.confidence,
        key=key,
        region=region,
        stale=is_older(row, stale_days, day),
        note=row.note,
    )


class Tariffs:
    """The tariffs of an edition on any day.

    A tariff changes only on the days on which a row comes into force, a euro rate changes or a
    reading grows old. Between two such days it is one object, whatever the price date: books of
    many days share it, and what is kept is bounded by the rows.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._spells: dict[tuple[str, str], _Spells] = {}

    def at(self, key: str, area: str, day: date) -> Tariff | None:
        """The tariff in force on ``day``, preferring ``area``; None when no price is known."""
        name = (key, area if area in _AREAS else "")
        spells = self._spells.get(name)
        if spells is None:
            if key not in self._edition.by_key:
                return None
            spells = self._spells.setdefault(name, _Spells(self._changes(key)))
        return spells.at(day, lambda: self._find(key, area, day))

    def first(self, key: str, area: str, day: date) -> Tariff | None:
        """The first known tariff where every one is later than ``day``; marked as such."""
        known = self._edition.steps(key)
        if any(steps[0].since <= day for steps in known.values()):
            return None
        live = {
            region: next(step for step in steps if not step.ended)
            for region, steps in known.items()
            if not all(step.ended for step in steps)
        }
        found = self._preferred(key, area, live, day)
        if found is None:
            return None
        said = f"first known price, of {found.row.effective_from}"
        note = f"{found.source.note}; {said}" if found.source.note else said
        return replace(found, source=replace(found.source, before_first=True, note=note))

    def _changes(self, key: str) -> Iterable[date]:
        """Days on which a tariff of the key may become another one."""
        rows = self._edition.by_key[key]
        for name, row in rows:
            yield row.effective_from
            days = SPECS[name].stale_days(row)
            if days is not None:
                yield row.as_of + timedelta(days=days + 1)
        if any(row.currency == "EUR" for _, row in rows):
            yield from (row.effective_from for row in self._edition.fx)

    def _find(self, key: str, area: str, day: date) -> Tariff | None:
        steps = {region: in_force(run, day) for region, run in self._edition.steps(key).items()}
        live = {region: step for region, step in steps.items() if step is not None}
        return self._preferred(key, area, live, day)

    def _preferred(self, key: str, area: str, live: dict[str, Step], day: date) -> Tariff | None:
        """The tariff of the area's own region, else of a worldwide one, else of any other."""
        if not live:
            return None
        region = min(live, key=lambda name: self._preference(name, area))
        return self._tariff(key, area, region, live[region], day)

    def _preference(self, region: str, area: str) -> tuple[int, int]:
        found = self._edition.areas[region]
        rank = 0 if found == area else 1 if found == "any" else 2
        return rank, self._edition.region_rank[region]

    def _tariff(self, key: str, area: str, region: str, step: Step, day: date) -> Tariff:
        euro = any(row.currency == "EUR" for row in step.rows)
        rates = {"USD": 1.0, "EUR": self._edition.usd_per_eur(day) if euro else 1.0}
        first = step.rows[0]
        limit = SPECS[step.table].stale_days(first)
        source = source_of(self._edition, first, day, limit, key=key, region=region)
        if self._edition.areas[region] not in (area, "any"):
            source = replace(source, other_region=True)
        unknown = (row.tier_from for row in step.rows if row.status == "unknown_above")
        return Tariff(
            key=key,
            unit=first.unit,
            region=region,
            bands=tuple(_bands(step.rows, rates)),
            unknown_above=max(unknown, default=float("inf")),
            source=source,
            row=first,
        )


def _bands(rows: Sequence[PriceRow], rates: dict[str, float]) -> Iterable[Band]:
    for row in rows:
        if row.value is not None:
            end = row.tier_to if row.tier_to is not None else float("inf")
            yield Band(row.tier_from, end, row.value * rates[row.currency])


class _Spells:
    """A value that is constant between days, made when a day of its spell is first asked for."""

    def __init__(self, changes: Iterable[date]) -> None:
        self._days = sorted(set(changes))
        self._values: dict[int, Tariff | None] = {}

    def at(self, day: date, make: Callable[[], Tariff | None]) -> Tariff | None:
        spell = bisect_right(self._days, day)
        if spell not in self._values:  # never dropped; made twice by two threads it is the same
            self._values[spell] = make()
        return self._values[spell]
