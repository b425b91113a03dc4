"""From which day on a scenario has an answer: the price dates walked, oldest first.

An answer needs a price and a model. Before the first price of everything that could answer, or
before the model was released, nothing is feasible; what surrounds an option (electricity, network)
is held at its first known price, and those keys are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import date

import numpy as np

from calculators.arrays import any_true
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.points import Points
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import Kept
from pricing.records import value

DAYS_KEPT = 2  # markets of a walk: each day is looked at once


@value
class Since:
    """The first day with an answer."""

    day: date
    option_id: str  # the cheapest of that day
    held: tuple[str, ...] = field(default=())  # its price keys whose first price is later


def answers_since(scenario: Scenario, book: PriceBook, memory: Memory) -> Since | None:
    """The first day on which an option is feasible; None where none is by the edition's own day.

    Only days on which a price, a euro rate or what is released changes are looked at. A scenario
    that no price of the newest day answers is not walked: it fails for another reason.
    """
    kept = Memory(memory.estimators, Kept(DAYS_KEPT), memory.estimates)
    days = book.days
    if not days or _first(scenario, book.at(book.edition), kept) is None:
        return None
    return next(_walk(scenario, book, days, kept), None)


def _walk(
    scenario: Scenario, book: PriceBook, days: tuple[date, ...], memory: Memory
) -> Iterator[Since]:
    for day in days:
        found = _first(scenario, book.at(day), memory)
        if found is not None:
            yield found


def _first(scenario: Scenario, book: PriceBook, memory: Memory) -> Since | None:
    """The cheapest option of one day."""
    found = evaluate(memory.case(Points(scenario, 1), book, full=False))
    costs = found.ranked[:, 0]
    if not any_true(np.isfinite(costs)):
        return None
    best = int(costs.argmin())
    return Since(book.price_date, found.id(best), _held(found, best))


def _held(found: Evaluation, index: int) -> tuple[str, ...]:
    """Price keys of an option that stand at a price of a later day."""
    pair, own = found.where(index)
    keys = [source.key for source in pair.sources(own, 0) if source.before_first]
    return tuple(dict.fromkeys(keys))
