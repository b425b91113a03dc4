"""Weeks until an option can answer for the first time: an estimate with its range, not money.

Work that is done once goes into it at so many hours a week; the runs of the first training follow
one after the other; a server that is bought has to be delivered, an app looked at by its store.
Collecting and labelling data are not counted: nobody but the user knows how long theirs take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt

from calculators.costs.delivery import STORES
from calculators.explained import Explained
from calculators.places import DEVICE
from calculators.results import LineItem
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.records import value

HOURS_PER_WEEK = 168.0
WEEKLY = "release_hours_per_week"
"""The assumption that turns hours into weeks."""
DELIVERY, STORE = "server_delivery_weeks", "store_review_weeks"
ASSUMED = (WEEKLY, DELIVERY, STORE)
"""Assumptions that make weeks and no cost."""
KNOW_HOW = "expertise_multiplier_"
Ends = tuple[float, float, float]


@value
class FirstRelease:
    """Weeks to a first release: low, middle and high end of 80 %, and what they consist of."""

    low: float
    mid: float
    high: float
    parts: Mapping[str, float]  # weeks in the middle: work, training, delivery, store

    @property
    def text(self) -> str:
        """In words."""
        return f"about {self.mid:.2g} weeks ({self.low:.2g} to {self.high:.2g})"


def first_release(
    items: Sequence[LineItem],
    explained: Sequence[Explained],
    answers_at: str,
    scenario: Scenario,
    book: PriceBook,
) -> FirstRelease:
    """Weeks until a candidate with these items can answer.

    Parts are independent of each other: their distances to the middle add in squares.
    """
    parts: dict[str, Ends] = {"work": _work(items, book), "training": _runs(explained, scenario)}
    if any(item.name == "Servers bought" for item in items):
        parts["delivery"] = _assumed(book, DELIVERY)
    if DEVICE in answers_at.split("+") and STORES.intersection(scenario.platforms):
        parts["store"] = _assumed(book, STORE)
    mid = sum(part[1] for part in parts.values())
    below, above = (
        sqrt(sum((part[end] - part[1]) ** 2 for part in parts.values())) for end in (0, 2)
    )
    return FirstRelease(
        max(mid - below, 0.0), mid, mid + above, {name: part[1] for name, part in parts.items()}
    )


def _assumed(book: PriceBook, name: str) -> Ends:
    row = book.assumption(name)
    return row.low, row.mid, row.high


def _work(items: Sequence[LineItem], book: PriceBook) -> Ends:
    """Weeks of the work that is done once, at so many hours a week."""
    hours = [_hours(item, book) for item in items if _once(item)]
    total = sum(mid for _, mid, _ in hours)
    if not total:
        return 0.0, 0.0, 0.0
    least, most = (
        total + sign * sqrt(sum((ends[end] - ends[1]) ** 2 for ends in hours))
        for end, sign in ((0, -1), (2, 1))
    )
    slow, usual, quick = _assumed(book, WEEKLY)
    mid = total / usual
    return (
        mid * exp(-sqrt(log(total / least) ** 2 + log(quick / usual) ** 2)),
        mid,
        mid * exp(sqrt(log(most / total) ** 2 + log(usual / slow) ** 2)),
    )


def _once(item: LineItem) -> bool:
    later = item.name.startswith(("Work to move", "Work to train anew"))
    return item.unit == "staff_hour" and item.period == "once" and not later


def _hours(item: LineItem, book: PriceBook) -> Ends:
    """Hours of one task; as they are where they are the user's own."""
    own = [name for name in item.assumed if not name.startswith(KNOW_HOW)]
    if not own:
        return item.quantity, item.quantity, item.quantity
    low, mid, high = _assumed(book, own[0])
    return item.quantity * low / mid, item.quantity, item.quantity * high / mid


def _runs(explained: Sequence[Explained], scenario: Scenario) -> Ends:
    """Weeks of the runs of the first training, one after the other; 0 where none is estimated."""
    found = next((item for item in explained if item.quantity == "training_hours"), None)
    if found is None:
        return 0.0, 0.0, 0.0
    weeks = scenario.experiments_per_retrain / HOURS_PER_WEEK
    return found.low * weeks, found.mid * weeks, found.high * weeks
