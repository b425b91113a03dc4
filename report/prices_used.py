"""Every price and rate behind the sums of a report, with its source, date and confidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pricing.book import PriceBook, Source, digest
from report import words
from report.tables import CostTable

SHOWN_DIGITS = 16
"""Of the digest of an edition: enough to tell two apart, short enough to compare by eye."""


@dataclass(frozen=True)
class PriceUsed:
    """One source with what it says."""

    number: str
    key: str
    region: str
    rates: tuple[str, ...]  # USD a unit, as the sums use them
    title: str
    url: str
    as_of: str
    confidence: str
    marks: str
    note: str


def numbered(tables: Iterable[CostTable]) -> Mapping[Source, int]:
    """Each source once, in the order in which the sums name it."""
    sources = dict.fromkeys(source for table in tables for source in table.sources)
    return {source: number for number, source in enumerate(sources, start=1)}


def prices_used(tables: Sequence[CostTable]) -> tuple[PriceUsed, ...]:
    """The sources of all sums, each with every rate taken from it."""
    rates: dict[Source, dict[str, None]] = {}
    for table in tables:
        for part in table.payers:
            for row in part.rows:
                rates.setdefault(row.source, {})[f"{row.rate} per {row.unit}"] = None
    return tuple(
        PriceUsed(
            number=str(number),
            key=source.key,
            region=source.region,
            rates=tuple(rates[source]),
            title=source.title,
            url=source.url if source.url.startswith(("https://", "http://")) else "",
            as_of=words.day(source.as_of),
            confidence=source.confidence,
            marks=", ".join(source.marks),
            note=source.note,
        )
        for source, number in numbered(tables).items()
    )


@cache
def _digest(edition: object) -> str:
    return digest(edition)  # type: ignore[arg-type]


def edition_line(book: PriceBook) -> str:
    """The edition of the tables and its content digest."""
    if not book.tables:
        return ""
    return (
        f"Price tables: edition {book.edition}, prices of {words.day(book.price_date)}, content "
        f"digest (SHA-256) {_digest(book.edition)}."
    )
