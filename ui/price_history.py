"""Prices over time: a key in its regions, or a family of like things across vendors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pricing.book import PriceBook
from pricing.schema import InstanceRow, ModelRow, PriceRow, ServiceRow, VendorRow
from pricing.units import factor
from report.meters import meter as meter_words

_VARIANT = re.compile(r"-(?:SXM\d?|PCIe|NVL)\b.*")


# --- families --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Family:
    """Like things of several vendors: price keys, and what divides each price to compare them."""

    title: str
    unit: str  # of the compared price
    divisors: Mapping[str, float]  # key -> its price / divisor is the compared price


def families(book: PriceBook) -> dict[str, Family]:
    """Families with at least two vendors, by title."""
    keys = {row.key: row for row in book.every(PriceRow)}
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
    for machine in book.every(InstanceRow):
        if machine.market != "rented" or not machine.accelerator:
            continue
        name = _VARIANT.sub("", machine.accelerator)
        for meter in ("on_demand", "spot", "1y", "3y"):
            row = keys.get(f"{machine.product}/{meter}")
            if row is not None:
                hours = factor(row.unit, "hour")
                title = f"{name} rented, {meter_words(meter)}"
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
                yield f"{name}, {meter_words(meter)}", "per million tokens", row.key, tokens


def _energy(keys: Mapping[str, PriceRow]) -> Iterable[_Member]:
    for key, row in keys.items():
        if "/grid/" in key:
            title = f"Electricity, {meter_words(row.meter)}"
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
    readings = _by_region(book, key, 1.0)
    return [Track(region, tuple(found), found[-1].seen) for region, found in readings.items()]


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
