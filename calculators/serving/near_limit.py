"""Times of machines near their limit: a range, not a figure.

Waiting grows as ``1 / (1 - load)``, so above about 0.7 of the highest rate a small error of that
rate is a large one of every time. What is said there are the times at both ends of the 80 % range
of the capacity, for the same requests on the same machines. With a capacity at the low end the
machines may not keep up: times are then those of full machines, and a backlog grows on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from calculators.arrays import Index
from calculators.block import Ends
from calculators.costs.fleet import Rates
from calculators.serving.day import Day
from pricing.records import record

NEAR = 0.7  # load of the fullest hour above which times are a range
Shares = Callable[[int, int], tuple[float, float]]
"""Low and high capacity of a machine of a candidate at a point, over its middle."""


@record
class NearLimit:
    """Times of C offers at both ends of the range of their capacity, where they are near it."""

    day: Day
    shares: Shares

    def __call__(self, candidate: int, point: int) -> Ends | None:
        """Of one candidate at one point; None where its fullest hour is not near the limit."""
        cell = np.array([candidate]), np.array([point])
        load = self._fullest(self.day, *cell)
        low, high = self.shares(candidate, point)
        if not load > NEAR or low == high:
            return None
        slow, fast = (_with_capacity(self.day, share) for share in (low, high))
        keeps_up = self._fullest(slow, *cell) <= 1
        return Ends(load, fast(*cell), slow(*cell), keeps_up)

    @staticmethod
    def _fullest(day: Day, candidates: Index, points: Index) -> float:
        """Load of a machine in the fullest hour."""
        up = day.sleeps is not None and bool(day.sleeps.asleep(candidates)[0])
        return float(day.loads(day.machine[candidates], points, by_hour=up).max())


def _with_capacity(day: Day, share: float) -> Day:
    """The same requests on the same machines, whose capacity is a share of what was thought."""
    rates, answering = day.rates, day.answering
    moved = Rates(rates.capacity_rps * share, rates.usable_rps, rates.replicas_per_machine)
    # the crowd is counted at the full rate, which is that share too
    return replace(day, rates=moved, answering=replace(answering, crowd=answering.crowd * share))
