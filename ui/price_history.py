"""Prices over time: a key, a family of like things across vendors, what changed, who disagrees."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.schema import (
    INSTANCE_TABLES,
    PRICE_TABLES,
    InstanceRow,
    ModelRow,
    PriceRow,
    ServiceRow,
    VendorRow,
)
from pricing.units import factor
from ui import wording

_VARIANT = re.compile(r"-(?:SXM\d?|PCIe|NVL)\b.*")
_DISAGREE_DAYS = 31  # readings this near should say the same
_DISAGREE_SHARE = 0.005


# --- families --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Family:
    """Like things of several vendors: price keys, and what divides each price to compare them."""

    title: str
    unit: str  # of the compared price
    divisors: Mapping[str, float]  # key -> its price / divisor is the compared price


def families(book: PriceBook) -> dict[str, Family]:
    """Families with at least two vendors, by title."""
    keys = {row.key: row for name in PRICE_TABLES for row in book.table(name, PriceRow)}
    groups: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for title, unit, key, divisor in [
        *_accelerators(book, keys),
        *_models(book, keys),
        *_energy(keys),
    ]:
        groups[title, unit][key] = divisor
    found = [Family(title, unit, members) for (title, unit), members in groups.items()]
    several = [one for one in found if len({key.partition("/")[0] for key in one.divisors}) > 1]
    return {one.title: one for one in sorted(several, key=lambda one: one.title.lower())}


_Member = tuple[str, str, str, float]


def _accelerators(book: PriceBook, keys: Mapping[str, PriceRow]) -> Iterable[_Member]:
    """Rented machines by accelerator, per accelerator and hour."""
    machines = [row for name in INSTANCE_TABLES for row in book.table(name, InstanceRow)]
    for machine in machines:
        if machine.market != "rented" or not machine.accelerator:
            continue
        name = _VARIANT.sub("", machine.accelerator)
        for meter in ("on_demand", "spot", "1y", "3y"):
            row = keys.get(f"{machine.product}/{meter}")
            if row is not None:
                hours = factor(row.unit, "hour")
                title = f"{name} rented, {wording.meter(meter)}"
                yield title, "per accelerator-hour", row.key, machine.accelerator_count * hours


def _models(book: PriceBook, keys: Mapping[str, PriceRow]) -> Iterable[_Member]:
    """The same open weights at several hosts, per million tokens."""
    names = {row.model: row.name for row in book.table("models", ModelRow)}
    for service in book.table("services", ServiceRow):
        for meter in ("input", "output"):
            row = keys.get(f"{service.product}/{meter}")
            if service.model and row is not None:
                name = names.get(service.model, service.model)
                tokens = factor(row.unit, "million_tokens")
                yield f"{name}, {wording.meter(meter)}", "per million tokens", row.key, tokens


def _energy(keys: Mapping[str, PriceRow]) -> Iterable[_Member]:
    for key, row in keys.items():
        if "/grid/" in key:
            title = f"Electricity, {wording.meter(row.meter)}"
            yield title, "per kWh", key, factor(row.unit, "kwh")


# --- over time -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reading:
    """A price from a day on, in USD per compared unit; None: no longer offered."""

    day: date
    usd: float | None
    seen: date
    key: str
    region: str


@dataclass(frozen=True)
class Track:
    """Prices of one vendor (or of one key in one region), oldest first."""

    name: str
    readings: tuple[Reading, ...]
    until: date  # the last day somebody read it


def key_tracks(book: PriceBook, key: str) -> list[Track]:
    """A key's first-band price in every region."""
    return [Track(region, tuple(found), found[-1].seen) for region, found in
            _by_region(book, key, 1.0).items()]  # fmt: skip


def family_tracks(book: PriceBook, family: Family, areas: Sequence[str]) -> list[Track]:
    """The lowest price of each vendor in the family at every day it changed."""
    names = {row.vendor: row.name for row in book.table("vendors", VendorRow)}
    held: dict[str, list[list[Reading]]] = defaultdict(list)
    for key, divisor in family.divisors.items():
        for region, readings in _by_region(book, key, divisor).items():
            if book.areas[region] in areas:
                held[key.partition("/")[0]].append(readings)
    tracks = [_cheapest(names.get(vendor, vendor), parts) for vendor, parts in held.items()]
    return sorted(tracks, key=lambda track: track.name.lower())


def _by_region(book: PriceBook, key: str, divisor: float) -> dict[str, list[Reading]]:
    rates = {"USD": 1.0, "EUR": book.usd_per_eur}
    found: dict[str, list[Reading]] = defaultdict(list)
    for row in book.history(key):
        if row.tier_from == 0 and row.effective_from <= book.price_date:
            usd = None if row.value is None else row.value * rates[row.currency] / divisor
            day = row.effective_from
            found[row.region].append(Reading(day, usd, max(row.as_of, day), key, row.region))
    return dict(found)


def _cheapest(name: str, parts: Sequence[Sequence[Reading]]) -> Track:
    """The lowest of several price lists at each day any of them changed."""
    days = sorted({reading.day for part in parts for reading in part})
    lowest = []
    for day in days:
        held = [_at(part, day) for part in parts]
        live = [reading for reading in held if reading is not None and reading.usd is not None]
        if live:
            best = min(live, key=lambda reading: reading.usd or 0.0)
            lowest.append(Reading(day, best.usd, best.seen, best.key, best.region))
        else:
            lowest.append(Reading(day, None, day, "", ""))
    return Track(name, tuple(lowest), max(reading.seen for part in parts for reading in part))


def _at(readings: Sequence[Reading], day: date) -> Reading | None:
    held = [reading for reading in readings if reading.day <= day]
    return held[-1] if held else None


def cheapest_now(tracks: Sequence[Track]) -> Track | None:
    """The line that is lowest at its last reading, ended ones left out."""
    running = [track for track in tracks if track.readings[-1].usd is not None]
    return min(running, key=lambda track: track.readings[-1].usd or 0.0, default=None)


# --- what changed ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """A price at two days, in the currency it is listed in."""

    key: str
    region: str
    unit: str
    currency: str
    before: float | None
    after: float | None
    effect_usd: float | None  # a month, on the candidate it moves most; None where none uses it
    option: str

    @property
    def ratio(self) -> float | None:
        """After over before."""
        if not self.before or self.after is None:
            return None
        return self.after / self.before


def changes(before: PriceBook, after: PriceBook, comparison: Comparison) -> list[Change]:
    """Prices that differ between two books, the largest effect on the scenario first.

    The effect scales each line item of the best candidate per pair by its price's ratio: exact
    for a single price per unit, near for tiers. ``comparison`` uses ``after``.
    """
    old, new = _first_bands(before), _first_bands(after)
    effects = _effects(comparison)
    found = []
    for key, region in sorted(old.keys() | new.keys()):
        was, now = old.get((key, region)), new.get((key, region))
        values = (was.value if was else None, now.value if now else None)
        row = now or was
        if values[0] != values[1] and row is not None:
            option, effect = _effect(effects.get((key, region)), *values)
            found.append(Change(key, region, row.unit, row.currency, *values, effect, option))
    return sorted(found, key=lambda one: -abs(one.effect_usd or 0.0))


def _effect(
    borne: tuple[str, float] | None, before: float | None, after: float | None
) -> tuple[str, float | None]:
    """Candidate and monthly dollars of a change; None where it cannot be said."""
    if borne is None or before is None or not after:
        return "", None
    return borne[0], borne[1] * (1 - before / after)


def _first_bands(book: PriceBook) -> dict[tuple[str, str], PriceRow]:
    return {
        (row.key, row.region): row
        for _, row in book.in_force()
        if row.value is not None and row.tier_from == 0
    }


def _effects(comparison: Comparison) -> dict[tuple[str, str], tuple[str, float]]:
    """(key, region) -> the candidate whose monthly cost it bears most, and that amount."""
    months = comparison.scenario.horizon_months
    found: dict[tuple[str, str], tuple[str, float]] = {}
    for option in comparison.best_of_pair:
        amounts: dict[tuple[str, str], float] = defaultdict(float)
        for item in option.line_items:
            amounts[item.source.key, item.source.region] += item.amount_usd / months
        for key, amount in amounts.items():
            if amount > found.get(key, ("", 0.0))[1]:
                found[key] = (option.label, amount)
    return found


# --- who disagrees ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Conflict:
    """Two sources, read near each other, with different prices of one key."""

    earlier: PriceRow
    later: PriceRow

    @property
    def ratio(self) -> float:
        """Later over earlier."""
        return (self.later.value or 0.0) / (self.earlier.value or 1.0)


def conflicts(book: PriceBook) -> list[Conflict]:
    """Readings of one key by two sources within a month that do not agree, largest first."""
    held: dict[tuple[str, str, float], list[PriceRow]] = defaultdict(list)
    for name in PRICE_TABLES:
        for row in book.table(name, PriceRow):
            if row.value:
                held[row.key, row.region, row.tier_from].append(row)
    found = []
    for rows in held.values():
        rows.sort(key=lambda row: (row.effective_from, row.as_of))
        found += [Conflict(a, b) for a, b in pairwise(rows) if _disagree(a, b)]
    return sorted(found, key=lambda one: -max(one.ratio, 1 / one.ratio))


def _disagree(first: PriceRow, second: PriceRow) -> bool:
    near = abs((second.as_of - first.as_of).days) <= _DISAGREE_DAYS
    started = second.effective_from <= second.as_of  # an announced change is not a conflict
    differ = abs((second.value or 0.0) / (first.value or 1.0) - 1) > _DISAGREE_SHARE
    return first.source != second.source and near and started and differ
