"""What is known of a vendor's terms: one answer a term, with every page it stands on.

Where pages disagree the stricter counts and the answer says that it is disputed. A page that
speaks of one thing a vendor sells (its shared endpoints, its dedicated machines) goes before one
that speaks of all. What no page says is not in the answer: unknown is never turned into yes, no,
or a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from pricing.schema import Term, VendorTermRow

TERMS: tuple[Term, ...] = get_args(Term)
"""Every term, in the order in which they are shown."""

_YES_NO = ("yes", "on_request", "no")
"""On request: not with an ordinary account, but of a dearer plan, if eligible, or case by case."""
WORDS: Mapping[Term, Sequence[str]] = MappingProxyType(
    {
        "trains_on_inputs": ("no", "opt_out", "yes", "priced_in"),
        "area_us": _YES_NO,
        "area_eu": _YES_NO,
        "data_processing_agreement": _YES_NO,
        "health_data_agreement": _YES_NO,
        "sub_processors": ("none", "listed"),
    }
)
"""Term -> its values, the strictest for a customer last. A term that is not here is a number."""


def days_of(value: str) -> float | None:
    """A number of days as it is written in the table; None where it is none."""
    try:
        days = float(value)
    except ValueError:
        return None
    return days if math.isfinite(days) and days >= 0 else None


def allowed(term: Term, value: str) -> bool:
    """Whether a term can have this value."""
    words = WORDS.get(term)
    return days_of(value) is not None if words is None else value in words


def same(term: Term, one: str, other: str) -> bool:
    """Whether two values say the same: 30 days are 30.0 days."""
    return one == other if term in WORDS else days_of(one) == days_of(other)


@dataclass(frozen=True)
class Stated:
    """What counts of one term of one vendor."""

    vendor: str
    term: Term
    row: VendorTermRow  # the one that counts: the strictest, of those the newest
    others: Sequence[VendorTermRow] = ()  # further pages, newest first

    @property
    def value(self) -> str:
        """As the table writes it."""
        return self.row.value

    @property
    def days(self) -> float | None:
        """The value where it is a number of days; None for a term of words."""
        return None if self.term in WORDS else days_of(self.row.value)

    @property
    def disputed(self) -> bool:
        """Whether another page says something else."""
        return any(not same(self.term, self.row.value, other.value) for other in self.others)


def _strictness(row: VendorTermRow) -> float:
    words = WORDS.get(row.term)
    return (days_of(row.value) or 0.0) if words is None else float(words.index(row.value))


def stated(
    rows: Iterable[VendorTermRow], venue: str | None = None
) -> Mapping[str, Mapping[Term, Stated]]:
    """Vendor -> term -> what counts; vendors and terms nobody speaks of are not in it.

    Parameters
    ----------
    venue
        What is bought: ``managed_api``, ``hosted_platform`` or ``rented``. None: whatever a vendor
        sells, the strictest of it.
    """
    held: dict[str, dict[Term, list[VendorTermRow]]] = {}
    for row in rows:
        if venue is None or row.venue in ("", venue):
            held.setdefault(row.vendor, {}).setdefault(row.term, []).append(row)
    return {
        vendor: {term: _counts(_nearest(pages, venue)) for term, pages in terms.items()}
        for vendor, terms in held.items()
    }


VENUES = ("managed_api", "hosted_platform", "rented")
"""What is bought of a vendor."""


def signable(vendors: Iterable[str], rows: Iterable[VendorTermRow]) -> tuple[str, ...]:
    """Vendors with which a signature can settle something.

    One whose price is for letting it train on what is sent, whatever it sells, takes nothing back.
    """
    every = tuple(rows)
    held = [stated(every, venue) for venue in VENUES]

    def shut(vendor: str) -> bool:
        said = [terms.get(vendor, {}).get("trains_on_inputs") for terms in held]
        return all(item is not None and item.value == "priced_in" for item in said)

    return tuple(vendor for vendor in vendors if not shut(vendor))


def _nearest(pages: Sequence[VendorTermRow], venue: str | None) -> Sequence[VendorTermRow]:
    """The pages that speak of this venue; where none does, those that speak of all."""
    return [page for page in pages if venue is not None and page.venue == venue] or pages


def _counts(pages: Sequence[VendorTermRow]) -> Stated:
    newest = sorted(pages, key=lambda row: row.as_of, reverse=True)
    strictest = max(newest, key=_strictness)  # the first of equals: the newest
    others = tuple(row for row in newest if row is not strictest)
    return Stated(strictest.vendor, strictest.term, strictest, others)
