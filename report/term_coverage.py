"""What is known of the terms of vendors, counted: of all, and of those that are near a winner.

A term no page speaks of is not stated, never "none" and never "no".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculators.evaluation import Evaluation
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED, Memory
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from pricing.schema import InstanceRow, ServiceRow, Term, VendorTermRow
from pricing.terms import TERMS, Stated, stated

VOLUMES = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
"""Requests a month at which each preset is looked at."""
NEAR = 1.2
"""Times the cost of the cheapest allowed candidate: up to here a vendor is near."""
VENUES = ("managed_api", "hosted_platform", "rented")
"""What vendors sell to which data are sent."""
SILENT = "not stated"


@dataclass(frozen=True, order=True)
class Sold:
    """What one vendor sells."""

    vendor: str
    venue: str


# near winners -----------------------------------------------------------------------------------


def near(book: PriceBook, memory: Memory = SHARED) -> Sequence[set[Sold]]:
    """By preset and volume that has a winner: what answers or trains near it."""
    return [sold for found in evaluated(book, {}, memory) for sold in near_points(found)]


def near_products(
    book: PriceBook, changes: Mapping[str, object], memory: Memory = SHARED
) -> set[str]:
    """Products that answer near a winner of any preset, so changed, at any of the volumes."""
    found = set()
    for evaluation in evaluated(book, changes, memory):
        for rows, _ in _near_rows(evaluation):
            for row in rows:
                pair, own = evaluation.where(row)
                found.add(pair.block.products.ids[int(pair.rows[own])])
    return found


def evaluated(
    book: PriceBook, changes: Mapping[str, object], memory: Memory
) -> Iterator[Evaluation]:
    """Every preset, so changed, at the volumes."""
    for name in presets(book):
        points = Points.sweep(from_preset(name, changes, book), "requests_per_month", VOLUMES)
        for _, evaluation in evaluations(points, book, memory):
            yield evaluation


def near_points(found: Evaluation) -> Iterator[set[Sold]]:
    """By point: what answers or trains within :data:`NEAR` of the cheapest."""
    for rows, point in _near_rows(found):
        yield {sold for row in rows for sold in _used(found, row, point)}


def _near_rows(found: Evaluation) -> Iterator[tuple[Sequence[int], int]]:
    """By point that has a winner: the candidates near it."""
    for point in range(found.case.size):
        costs = found.ranked[:, point]
        if np.isfinite(costs).any():
            yield np.flatnonzero(costs <= costs.min() * NEAR).tolist(), point


def _used(found: Evaluation, candidate: int, point: int) -> Iterator[Sold]:
    pair, own = found.where(candidate)
    vendor = pair.block.products.vendors[int(pair.rows[own])]
    for place in PLACES[pair.place.id].parts:
        if vendor and place in VENUES:
            yield Sold(vendor, place)
    trainer = pair.trained_on(own, point).partition("/")[0]
    if trainer and pair.plan.trained_at in VENUES:
        yield Sold(trainer, pair.plan.trained_at)


# what is known ----------------------------------------------------------------------------------


def catalogue(book: PriceBook) -> Mapping[str, Sequence[str]]:
    """Vendor -> what it sells to which data are sent, in the order of :data:`VENUES`."""
    sells: dict[str, set[str]] = defaultdict(set)
    for service in book.table("services", ServiceRow):
        sells[service.vendor].add("managed_api")
    for machine in book.every(InstanceRow):
        sells[machine.vendor].add("rented" if machine.market == "rented" else "hosted_platform")
    return {name: [one for one in VENUES if one in sells[name]] for name in sorted(sells)}


@dataclass(frozen=True)
class Known:
    """What is stated of everything that vendors sell."""

    terms: Mapping[str, Mapping[str, Mapping[Term, Stated]]]  # venue -> vendor -> term

    @classmethod
    def of(cls, book: PriceBook) -> Known:
        """As a book has it."""
        rows = book.table("vendor_terms", VendorTermRow)
        return cls({venue: stated(rows, venue) for venue in VENUES})

    def get(self, sold: Sold, term: Term) -> Stated | None:
        """What counts; None where no page says it."""
        return self.terms[sold.venue].get(sold.vendor, {}).get(term)


@dataclass(frozen=True)
class Share:
    """Of how many vendors one term is known."""

    term: Term
    vendors: int
    somewhere: int  # of something they sell
    everywhere: int  # of all of it that counts here

    @property
    def pct(self) -> int:
        """Known of all that counts, in whole percent, never rounded up."""
        return 100 * self.everywhere // self.vendors if self.vendors else 0


def shares(known: Known, sells: Mapping[str, Sequence[str]]) -> Sequence[Share]:
    """Each term over vendors -> what of theirs counts."""
    made = []
    for term in TERMS:
        held = [
            [known.get(Sold(vendor, venue), term) is not None for venue in venues]
            for vendor, venues in sells.items()
        ]
        made.append(Share(term, len(held), sum(map(any, held)), sum(map(all, held))))
    return made


def said(known: Known, vendor: str, venues: Sequence[str], term: Term) -> str:
    """One cell: the value, by what is sold where that differs."""
    found = {venue: _one(known.get(Sold(vendor, venue), term)) for venue in venues}
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return "; ".join(f"{venue}: {text}" for venue, text in found.items())


def _one(item: Stated | None) -> str:
    if item is None:
        return SILENT
    text = item.value if item.days is None else _period(item.days)
    return f"{text} (disputed)" if item.disputed else text


def _period(days: float) -> str:
    return f"{24 * days:.2g} h" if 0 < days < 1 else f"{days:g} days"


# tables of the page -----------------------------------------------------------------------------

Cells = Sequence[object]


@dataclass(frozen=True)
class Page:
    """The rows of the two tables."""

    every: Sequence[Share]
    close: Sequence[Share]  # vendors near a winner, with what of theirs is near
    lines: Sequence[Cells]

    @property
    def counts(self) -> Sequence[Cells]:
        """Term, then of all and of the near ones: vendors, known somewhere, everywhere, percent."""
        return [
            (
                words(every.term),
                *(every.vendors, every.somewhere, every.everywhere, f"{every.pct} %"),
                *(close.vendors, close.somewhere, close.everywhere, f"{close.pct} %"),
            )
            for every, close in zip(self.every, self.close, strict=True)
        ]


COUNTS_HEAD = (
    "term",
    *("vendors", "known of something", "of all they sell", "share"),
    *("near winners", "known of something", "of all that is near", "share"),
)


def lines_head() -> Cells:
    """Names of the columns of a vendor's line."""
    return ("vendor", "sells", "near", *map(words, TERMS))


def words(term: str) -> str:
    """A term as a heading."""
    return term.replace("_", " ")


def page(book: PriceBook, memory: Memory = SHARED) -> Page:
    """All that is shown."""
    known, sells, points = Known.of(book), catalogue(book), near(book, memory)
    often = Counter(vendor for point in points for vendor in {sold.vendor for sold in point})
    met = {sold for point in points for sold in point}
    close = {vendor: [venue for venue in VENUES if Sold(vendor, venue) in met] for vendor in often}
    lines: list[Cells] = [
        (
            vendor,
            ", ".join(venues),
            often.get(vendor, "-"),
            *(said(known, vendor, venues, term) for term in TERMS),
        )
        for vendor, venues in sorted(sells.items(), key=lambda item: (-often[item[0]], item[0]))
    ]
    return Page(shares(known, sells), shares(known, close), lines)
