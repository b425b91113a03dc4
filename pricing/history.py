"""Prices that can be followed through time: how often each was seen, and from when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pricing.book import PriceBook, Tariff
from pricing.schema import PriceRow

OPTION_TABLES = (
    "rental_prices",
    "hosted_prices",
    "server_prices",
    "task_api_prices",
    "token_prices",
)
"""Prices of what answers or trains; the others surround an option."""
NO_LATER = "in force no later than"
"""What a note of the tables begins with where only a first sighting of a price is known."""
Place = tuple[str, str]  # key, region


@dataclass(frozen=True)
class Followed:
    """One price of an option through time."""

    key: str
    region: str
    days: tuple[date, ...]  # on which it was seen or changed, up to the price date


def followed(book: PriceBook) -> Mapping[Place, Followed]:
    """Every price of an option by key and region, with the days of its rows."""
    days: dict[Place, set[date]] = {}
    for name in OPTION_TABLES:
        for row in book.table(name, PriceRow):
            if row.effective_from <= book.price_date:
                days.setdefault((row.key, row.region), set()).add(row.effective_from)
    return {place: Followed(*place, tuple(sorted(seen))) for place, seen in days.items()}


def is_uncertain(tariff: Tariff) -> bool:
    """Whether a price may have been in force before its first day: it was seen, not announced."""
    row = tariff.row
    return row.effective_from >= row.as_of or row.note.startswith(NO_LATER)
