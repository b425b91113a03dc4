"""A catalogue against the newest edition: what is new, changed, planned, gone, and what is odd."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pricing.refreshing.quotes import Catalogue, Quote
from pricing.rules.reading import MOST_CHANGE, is_slip
from pricing.schema import PriceRow

Kind = Literal["new", "changed", "planned", "earlier", "disagrees", "gone", "retired"]
# new: no price held. changed: differs from ours, and the source is newer. planned: stated for a
# later day. earlier: a past change our history lacks. disagrees: differs, but ours is as new.
# gone: the source no longer holds the product. retired: ours ended, the source still lists it.
KINDS: tuple[Kind, ...] = (
    "changed",
    "new",
    "gone",
    "planned",
    "earlier",
    "disagrees",
    "retired",
)

SAME = 0.0025  # relative; sources round to two or three figures
FAR_OUTSIDE = 10.0  # times the dearest or cheapest of a meter: a person looks first
SLIP_LOW, SLIP_HIGH = 300.0, 3000.0  # around 1,000: per thousand read as per million
MOST_OF_FAMILY = 0.5  # this share of a family of FEW or more gone at once is a fault of reading
FEW = 4


@dataclass(frozen=True)
class History:
    """Every row of one key in one region, oldest first, with the table they stand in."""

    table: str
    rows: tuple[PriceRow, ...]

    def on(self, day: date) -> PriceRow | None:
        """The first band in force on a day; None before the first, after an end."""
        known = [row for row in self.rows if row.effective_from <= day and not row.tier_from]
        if not known:
            return None
        row = max(known, key=lambda item: (item.effective_from, item.edition))
        return None if row.status == "end" else row

    def ended(self, day: date) -> bool:
        """Whether the last row up to a day ends the key."""
        known = [row for row in self.rows if row.effective_from <= day]
        return bool(known) and known[-1].status == "end"

    @property
    def newest(self) -> PriceRow:
        """The last row."""
        return self.rows[-1]


Histories = Mapping[tuple[str, str], History]


def histories(tables: Mapping[str, Sequence[PriceRow]]) -> dict[tuple[str, str], History]:
    """(key, region) -> history, from the price tables of an edition."""
    found: dict[tuple[str, str], list[PriceRow]] = defaultdict(list)
    home: dict[tuple[str, str], str] = {}
    for name, rows in tables.items():
        for row in rows:
            found[row.key, row.region].append(row)
            home[row.key, row.region] = name
    for rows in found.values():
        rows.sort(key=lambda row: (row.effective_from, row.edition))
    return {key: History(home[key], tuple(rows)) for key, rows in found.items()}


@dataclass(frozen=True)
class Difference:
    """One key where source and book say different things."""

    kind: Kind
    key: str
    region: str
    old: PriceRow | None
    quote: Quote | None
    effective_from: date | None  # of the row that would be added; None where none would be
    table: str = ""  # where the key stands; blank for a key never held

    @property
    def ratio(self) -> float | None:
        """New over old."""
        if self.old is None or self.quote is None or not self.old.value:
            return None
        if self.old.currency != self.quote.currency or self.old.unit != self.quote.unit:
            return None
        return self.quote.value / self.old.value

    @property
    def proposes(self) -> bool:
        """Whether a row would be added."""
        return self.effective_from is not None


@dataclass(frozen=True)
class Stop:
    """Why a person must look first; ``subject`` is what ``--accept-jumps`` takes."""

    subject: str
    reason: str


def compare(held: Histories, source: Catalogue) -> list[Difference]:
    """Every difference, in the order of :data:`KINDS` and by key."""
    by_key: dict[tuple[str, str], list[Quote]] = defaultdict(list)
    for quote in source.quotes:
        by_key[quote.key, quote.region].append(quote)
    found: list[Difference] = []
    retired = _retired(held, source.read_on)
    for (key, region), quotes in by_key.items():
        ended = key.rpartition("/")[0] in retired
        found += _of_key(held.get((key, region)), quotes, source, ended=ended)
    found += _gone(held, source)
    return sorted(found, key=lambda item: (KINDS.index(item.kind), item.key))


def _retired(held: Histories, day: date) -> set[str]:
    """Products all of whose prices have ended by a day."""
    states: dict[str, list[bool]] = defaultdict(list)
    for (key, _), history in held.items():
        states[key.rpartition("/")[0]].append(history.ended(day))
    return {product for product, ended in states.items() if all(ended)}


def _of_key(
    held: History | None, quotes: Sequence[Quote], source: Catalogue, *, ended: bool
) -> list[Difference]:
    """Differences of one key; packages keep retired products without a word."""
    if ended:
        last = quotes[-1]
        table = held.table if held else ""
        return [Difference("retired", last.key, last.region, None, last, None, table)]
    ordered = sorted(quotes, key=lambda quote: quote.starts_on or date.min)
    past = [quote for quote in ordered if (quote.starts_on or date.min) <= source.read_on]
    found = []
    if past:
        found += _current(held, past[-1], source)
        found += _earlier(held, past[:-1])
    for quote in ordered[len(past) :]:
        found += _planned(held, quote)
    return found


def _current(held: History | None, quote: Quote, source: Catalogue) -> list[Difference]:
    table = held.table if held else ""
    start = quote.starts_on or source.read_on
    old = held.on(source.read_on) if held else None
    if held is not None and old is None:
        kind: Kind = "retired" if held.ended(source.read_on) else "earlier"
        if kind == "earlier" and _same(held.rows[0], quote):
            return []  # the same price, first seen elsewhere a little later
        when = start if kind == "earlier" else None
        return [Difference(kind, quote.key, quote.region, None, quote, when, table)]
    if old is None:
        return [Difference("new", quote.key, quote.region, None, quote, start, table)]
    if _same(old, quote):
        return []
    newer = held is not None and held.newest.effective_from > source.read_on
    if old.as_of >= source.read_on or newer:
        return [Difference("disagrees", quote.key, quote.region, old, quote, None, table)]
    # a stated day before our own row would be history and change nothing
    start = start if start > old.effective_from else source.read_on
    return [Difference("changed", quote.key, quote.region, old, quote, start, table)]


def _earlier(held: History | None, quotes: Sequence[Quote]) -> list[Difference]:
    """Past changes with a stated day that our history does not tell."""
    found = []
    for quote in quotes:
        old = held.on(quote.starts_on) if held and quote.starts_on else None
        if held is None or old is None or quote.starts_on is None or _same(old, quote):
            continue
        if old.effective_from == quote.starts_on:
            continue  # ours names the same day and another price: the day is told already
        place = (quote.key, quote.region)
        found.append(Difference("earlier", *place, old, quote, quote.starts_on, held.table))
    return found


def _planned(held: History | None, quote: Quote) -> list[Difference]:
    if held is None or quote.starts_on is None:
        return []
    old = held.on(quote.starts_on)
    if old is not None and _same(old, quote):
        return []
    return [Difference("planned", quote.key, quote.region, old, quote, quote.starts_on, held.table)]


def _same(row: PriceRow, quote: Quote) -> bool:
    if row.value is None or row.unit != quote.unit or row.currency != quote.currency:
        return False
    return abs(row.value - quote.value) <= SAME * max(row.value, quote.value)


def _gone(held: Histories, source: Catalogue) -> list[Difference]:
    found = []
    for (key, region), history in held.items():
        if key.rpartition("/")[0] not in source.absent:
            continue
        old = history.on(source.read_on)
        if old is not None and old.as_of < source.read_on:
            found.append(Difference("gone", key, region, old, None, source.read_on, history.table))
    return found


# what stops a refresh ---------------------------------------------------------------------------


def stops(
    differences: Iterable[Difference],
    held: Histories,
    source: Catalogue,
    accepted: Collection[str] = (),
) -> list[Stop]:
    """Reasons to stop: unit slips, jumps, prices outside all we hold, vanished families."""
    found = [stop for item in differences if (stop := _odd(item, held)) is not None]
    found += _vanished(source)
    unique = dict.fromkeys(stop for stop in found if stop.subject not in accepted)
    return sorted(unique, key=lambda stop: stop.subject)


def _odd(item: Difference, held: Histories) -> Stop | None:
    if item.quote is None:
        return None
    if item.old is not None and item.old.unit != item.quote.unit:
        return Stop(item.key, f"unit {item.quote.unit}, held in {item.old.unit}")
    if item.ratio is None:
        return _outside(item, held) if item.kind == "new" else None
    times = max(item.ratio, 1 / item.ratio)
    way = "higher" if item.ratio > 1 else "lower"
    old, new = item.old.value if item.old else None, item.quote.value
    words = f"{old:g} -> {new:g} {item.quote.currency} per {item.quote.unit}"
    if SLIP_LOW <= times <= SLIP_HIGH:
        return Stop(item.key, f"unit slip? {times:,.0f} times {way}: {words}")
    if is_slip(1.0, times, MOST_CHANGE):
        return Stop(item.key, f"jump: {times:,.1f} times {way}: {words}")
    return None


def _outside(item: Difference, held: Histories) -> Stop | None:
    """A first price is measured by all prices of the same meter and unit."""
    assert item.quote is not None
    meter = item.key.rpartition("/")[2]
    peers = [
        row.value
        for (key, _), history in held.items()
        if key.endswith(f"/{meter}")
        for row in history.rows
        if row.value and row.unit == item.quote.unit and row.currency == item.quote.currency
    ]
    if not peers:
        return None
    low, high = min(peers) / FAR_OUTSIDE, max(peers) * FAR_OUTSIDE
    if low <= item.quote.value <= high:
        return None
    words = f"{item.quote.value:g} {item.quote.currency} per {item.quote.unit}"
    return Stop(item.key, f"unit slip? first price {words} is outside {low:g} to {high:g}")


def _vanished(source: Catalogue) -> list[Stop]:
    found = []
    for name, members in source.families.items():
        gone = [product for product in members if product in source.absent]
        most = len(members) >= FEW and len(gone) > MOST_OF_FAMILY * len(members)
        if len(gone) == len(members) or most:
            words = f"{len(gone)} of {len(members)} products of {name} vanished at once"
            found.append(Stop(name, f"{words}: {', '.join(gone[:5])}"))
    return found
