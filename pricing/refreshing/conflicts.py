"""Where two packages quote one price unlike: shown, never settled by a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from pricing.refreshing.differences import SAME
from pricing.refreshing.quotes import Catalogue, Quote

COLUMNS = ("key", "region", "unit", "one", "one_source", "other", "other_source")


@dataclass(frozen=True)
class Conflict:
    """One key two sources price unlike today."""

    one: Quote
    one_source: str
    other: Quote
    other_source: str


def conflicts(sources: Sequence[Catalogue]) -> list[Conflict]:
    """Every key that two of the sources price unlike, by key."""
    found: list[Conflict] = []
    for first, second in combinations(sources, 2):
        theirs = {(quote.key, quote.region): quote for quote in _today(second)}
        for quote in _today(first):
            other = theirs.get((quote.key, quote.region))
            if other is not None and not _same(quote, other):
                found.append(Conflict(quote, first.source.id, other, second.source.id))
    return sorted(found, key=lambda item: item.one.key)


def _today(source: Catalogue) -> Iterable[Quote]:
    """The newest quote of each key that is in force on the day of the source."""
    newest: dict[tuple[str, str], Quote] = {}
    for quote in source.quotes:
        if quote.starts_on is not None and quote.starts_on > source.read_on:
            continue
        held = newest.get((quote.key, quote.region))
        later = held is None or _start(quote) >= _start(held)
        if later:
            newest[quote.key, quote.region] = quote
    return newest.values()


def _start(quote: Quote) -> str:
    return quote.starts_on.isoformat() if quote.starts_on else ""


def _same(one: Quote, other: Quote) -> bool:
    if (one.unit, one.currency) != (other.unit, other.currency):
        return False
    return abs(one.value - other.value) <= SAME * max(one.value, other.value)


def table(found: Iterable[Conflict]) -> str:
    """As CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in found:
        values = (f"{item.one.value:.10g}", item.one_source)
        others = (f"{item.other.value:.10g}", item.other_source)
        writer.writerow([item.one.key, item.one.region, item.one.unit, *values, *others])
    return buffer.getvalue()
