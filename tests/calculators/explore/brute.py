"""What a full evaluation says: every candidate at every value asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from calculators.arrays import Array
from calculators.explore.sweep import Sweep, sweep
from calculators.memory import Memory
from calculators.places import PLACES, AnswersAt
from calculators.results import Exploration, PairBreakEven
from calculators.scenario import Scenario
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, scenario, world

ROUNDING = 1e-12


def best_of_places(found: Sweep) -> dict[AnswersAt, Array]:
    """Cost of the cheapest candidate of each place (N,)."""
    return {place: found.best(place)[0] for place in PLACES if place in found.places}


def costs_of(
    asked: Scenario, axis: str, values: Sequence[Any] | Array, book: PriceBook, memory: Memory
) -> dict[AnswersAt, Array]:
    """The same at each value of an axis."""
    return best_of_places(sweep(asked, axis, values, book, memory))


def costs_at(
    changes: Mapping[str, Any], values: Array, axis: str = "requests_per_month"
) -> dict[AnswersAt, Array]:
    """The same in the invented world."""
    return costs_of(scenario(**changes), axis, values, world(), MEMORY)


def turns(first: Array, second: Array) -> list[tuple[int, int]]:
    """Neighbouring values between which the cheaper of two costs changes."""
    with np.errstate(invalid="ignore"):
        gap = np.where(np.isinf(first) & np.isinf(second), np.nan, first - second)
    side = np.sign(np.where(np.abs(gap) <= ROUNDING * np.minimum(first, second), 0.0, gap))
    clear = np.flatnonzero(~np.isnan(side) & (side != 0))
    found = np.flatnonzero(side[clear[1:]] != side[clear[:-1]])
    return [(int(clear[i]), int(clear[i + 1])) for i in found]


def missed(
    found: Exploration, x: Array, costs: Mapping[AnswersAt, Array]
) -> list[tuple[str, str, float, float]]:
    """Changes on a grid that no crossing or alternating stretch explains."""
    lost = []
    for pair in found.break_even:
        spans = [(item.at, item.until or item.at) for item in pair.crossings]
        for left, right in turns(costs[pair.first], costs[pair.second]):
            low, high = x[left], x[right]
            slack = 1e-9 * max(abs(low), abs(high))
            if not any(start <= high + slack and end >= low - slack for start, end in spans):
                lost.append((pair.first, pair.second, float(low), float(high)))
    return lost


def beside(pair: PairBreakEven) -> list[float]:
    """The values between which each crossing of two places lies that stands alone.

    They are told where a cost steps; where costs meet, a millionth to each side.
    """
    near = 1e-6 * (pair.axis_high - pair.axis_low if pair.axis_low < 0 else 0.0)
    found = []
    for item in pair.crossings:
        if item.until is not None:
            continue
        if item.last_below is not None and item.first_above is not None:
            found += [item.last_below, item.first_above]
            continue
        step = near or 1e-6 * max(item.at, 1e-9)
        found += [max(item.at - step, pair.axis_low), min(item.at + step, pair.axis_high)]
    return found
