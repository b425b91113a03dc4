"""80 % intervals: what each uncertain factor's ends do to the best candidates' costs.

Each factor alone is put to its low and its high end, all others at their middle; independent
swings add in squares. Costs add them as logarithms, so that no cost goes below zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators import factors
from calculators.arrays import Array
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.places import AnswersAt, TrainedAt
from calculators.points import Points
from calculators.results import Range


def active(found: Evaluation) -> tuple[str, ...]:
    """Factors that anything of an evaluation depends on."""
    read = set(found.case.assumed)
    moved = [item.name for item in factors.FACTORS if read & set(item.moves)]
    return (*(item.name for item in factors.ESTIMATES), *moved)


def narrowed(
    found: Evaluation, candidates: Iterable[int], points: Points, memory: Memory
) -> Evaluation:
    """Some candidates of an evaluation at other points: their totals alone."""
    products: dict[AnswersAt, set[str]] = {}
    venues: set[TrainedAt] = set()
    for candidate in candidates:
        pair, own = found.where(candidate)
        name = pair.block.products.ids[pair.rows[own]]
        products.setdefault(pair.place.id, set()).add(name)
        venues.add(pair.plan.trained_at)
    only = {place: frozenset(names) for place, names in products.items()}
    book = found.case.book
    return evaluate(memory.case(points, book, only, frozenset(venues), full=False))


@dataclass(frozen=True, eq=False)
class Ends:
    """Costs of some candidates at the base and at both ends of every factor, (K, 1 + 2 F)."""

    found: Evaluation

    @cached_property
    def _total(self) -> Array:
        return self.found.company + self.found.user

    def range(self, name: str) -> Range | None:
        """Interval of one candidate; None where it is not priced."""
        index = self.found.at.get(name)
        if index is None:
            return None
        company, total = _where_priced(self.found.company[index]), _where_priced(self._total[index])
        if np.isnan(company[0]):
            return None
        low, high = interval(company)
        total_low, total_high = (low, high) if np.isnan(total[0]) else interval(total)
        return Range(low, high, total_low, total_high)

    def difference(self, first: str, second: str) -> tuple[float, float] | None:
        """Interval of what a candidate costs more than another, as ranked."""
        one, other = self.found.at.get(first), self.found.at.get(second)
        if one is None or other is None:
            return None
        return spread(_where_priced(self.found.cost[one] - self.found.cost[other]))


def _where_priced(values: Array) -> Array:
    """The same, the base at ends where a candidate cannot be priced: they move no cost."""
    return np.where(np.isnan(values), values[0], values)


def _swings(values: Array) -> tuple[Array, Array]:
    """Furthest moves down and up of each factor from the base, (F,) each."""
    ends = (values[1:] - values[0]).reshape(-1, 2)
    return np.minimum(ends.min(1), 0.0), np.maximum(ends.max(1), 0.0)


def spread(values: Array) -> tuple[float, float]:
    """Interval of a quantity of any sign from its base and ends (1 + 2 F,)."""
    down, up = _swings(values)
    base = float(values[0])
    return base - float(np.sqrt((down**2).sum())), base + float(np.sqrt((up**2).sum()))


def interval(costs: Array) -> tuple[float, float]:
    """Interval of a cost from its base and ends (1 + 2 F,)."""
    if np.any(costs <= 0):
        low, high = spread(costs)
        return max(low, 0.0) if costs[0] >= 0 else low, high
    low, high = spread(np.log(costs / costs[0]))
    return float(costs[0] * np.exp(low)), float(costs[0] * np.exp(high))


class Ranges:
    """Intervals of candidates: of the headline, of the best of each pair, and of any other."""

    def __init__(
        self,
        found: Evaluation,
        memory: Memory,
        headline: Callable[[], Iterable[int]],
        best: Callable[[], Iterable[int]],
    ) -> None:
        self.found, self.memory = found, memory
        self._headline, self._best = headline, best

    @cached_property
    def headline(self) -> Ends:
        """Ends of the cheapest candidate and the runner-up."""
        return self._ends(self._headline())

    @cached_property
    def best(self) -> Ends:
        """Ends of the best candidate of each pair."""
        return self._ends(self._best())

    def _ends(self, candidates: Iterable[int]) -> Ends:
        points = Points.ends(self.found.case.scenario, active(self.found))
        return Ends(narrowed(self.found, candidates, points, self.memory))

    def __call__(self, candidate: int) -> Range | None:
        """Interval of one candidate; None where it is not priced."""
        name = self.found.id(candidate)
        if name in self.headline.found.at:
            return self.headline.range(name)
        if name in self.best.found.at:
            return self.best.range(name)
        return self._ends([candidate]).range(name)
