"""Random draws: how sure the cheapest place is, and what choosing another would cost.

Risks are drawn, choices are not: each place keeps the candidate that is its best at the middle
values. Every factor moves at once (:meth:`Points.draws`); the first 512 of 8,192 draws are the
same as 512 draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators.answer.options import BASE, OptionList
from calculators.answer.ranges import narrowed
from calculators.arrays import Array
from calculators.evaluation import Evaluation
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.points import Points

VERDICT, ALL = 512, 8192
"""Draws behind the verdict on the page, and behind everything else."""
CELLS = 1_000_000  # months x candidates x draws evaluated at once: bounds the memory
SURE = 2 / 3  # of the draws in which the recommended place beats each other one
CLEAR = 0.03  # share by which its cost lies under the next one's


@dataclass(frozen=True, eq=False)
class Draws:
    """Cost over the horizon of P places' candidates in N draws, as ranked."""

    places: tuple[AnswersAt, ...]  # by cost at the middle values, the cheapest first
    ids: tuple[str, ...]
    middle: Array  # (P,) at the middle values
    costs: Array  # (P, N), infinite where the candidate is not allowed in that draw

    def percentile(self, share: float) -> Array:
        """Cost that a share of the draws stays under (P,)."""
        return np.quantile(self.costs, share, axis=1, method="inverted_cdf")

    @cached_property
    def probability_cheapest(self) -> Array:
        """Share of the draws in which a place costs least (P,); they add up to 1.

        Draws in which no place is allowed are left out; without any other one all are 0.
        """
        winner = self._open.argmin(0)
        wins = np.bincount(winner, minlength=len(self.places))
        return np.asarray(wins / max(winner.size, 1))

    @cached_property
    def expected_regret(self) -> Array:
        """Mean over the draws of a place's cost minus the least (P,).

        Infinite where a place is not allowed in some draw; draws in which none is are left out.
        """
        costs = self._open
        if not costs.shape[1]:
            return np.full(len(self.places), np.inf)
        return np.asarray((costs - costs.min(0)).mean(1))

    @cached_property
    def beaten_by(self) -> Array:
        """Share of the draws in which the cheapest place costs less than each other (P - 1,)."""
        return np.asarray((self.costs[0] < self.costs[1:]).mean(1))

    @cached_property
    def _open(self) -> Array:
        """Costs in the draws in which some place is allowed (P, N')."""
        return np.asarray(self.costs[:, np.isfinite(self.costs.min(0))])

    @property
    def contested(self) -> tuple[AnswersAt, ...]:
        """Places that the cheapest one does not clearly beat; empty where it is recommended."""
        unsure = self.beaten_by < SURE
        near = self.middle[0] > (1 - CLEAR) * self.middle[1:]
        return tuple(p for p, doubt in zip(self.places[1:], unsure | near, strict=True) if doubt)


def draws(listed: OptionList, memory: Memory, count: int = VERDICT, seed: int = 0) -> Draws | None:
    """Draw every factor ``count`` times; None where nothing is allowed at the middle values."""
    found = listed.found
    best = [i for i in listed.first_of_place if np.isfinite(found.ranked[i, BASE])]
    if not best:
        return None
    ids = tuple(found.id(i) for i in best)
    return Draws(
        places=tuple(found.places[i] for i in best),
        ids=ids,
        middle=found.ranked[best, BASE],
        costs=_costs(found, best, ids, memory, Points.draws(found.case.scenario, count, seed)),
    )


def _costs(
    found: Evaluation, best: list[int], ids: tuple[str, ...], memory: Memory, points: Points
) -> Array:
    """Ranked cost of some candidates at many points, in slices that bound the memory."""
    months = found.case.demand.calendar.first.size
    step = max(256, CELLS // (months * len(best)))
    parts = []
    for start in range(0, points.size, step):
        part = points.take(slice(start, start + step))
        made = narrowed(found, best, part, memory)
        parts.append(made.ranked[[made.at[name] for name in ids]])
    return np.concatenate(parts, axis=1)
