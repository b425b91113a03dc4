"""Where the answer flips along an input: every crossing of every two places, and the curves.

The places are looked at along the axis (:mod:`calculators.explore.along`) until nothing between two
of them is left to be found (:mod:`calculators.explore.refine`); changes of the cheaper one are read
off (:mod:`calculators.explore.crossings`), each with its interval
(:mod:`calculators.explore.intervals`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Literal, TypeVar

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.evaluation import Evaluation
from calculators.explore import words
from calculators.explore.along import FINE, Along, Stretch, along
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.crossings import Change
from calculators.explore.envelope import NOBODY, Candidate
from calculators.explore.intervals import Meeting, intervals
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.results import Crossing, Curve, Exploration, Flip, PairBreakEven

Direction = Literal["above", "below"]
Verdict = Literal["crosses", "always", "never", "not_comparable"]
Pair = tuple[int, int]
T = TypeVar("T")


def explore(base: Evaluation, memory: Memory, axis: str = VOLUME) -> Exploration:
    """Curves, crossings of every two places, and the flips of the recommendation.

    Raises
    ------
    ScenarioError
        The axis is no numeric input.
    """
    known = Axis.of(axis, base.case)
    near = cache(lambda: along(base, memory, known, cheapest=True))
    return Exploration(
        axis,
        _flips=lambda: _read(near(), _Told.flips),
        _curves=lambda: _read(near(), _Told.curves),
        _pairs=lambda: _read(along(base, memory, known), _Told.pairs),
    )


def _read(found: Along | None, part: Callable[[_Told], tuple[T, ...]]) -> tuple[T, ...]:
    """A part of what lies along an axis; nothing where no place is feasible anywhere."""
    return () if found is None else part(_Told(found))


class _Told:
    """What lies along an axis, as results."""

    def __init__(self, found: Along) -> None:
        self.found, self.axis, self.places = found, found.axis, found.search.places
        self.x, self.envelope = found.sampled.x, found.sampled.found

    def flips(self) -> tuple[Flip, ...]:
        """Nearest values below and above the scenario's at which another place is cheapest."""
        here, best = self.axis.here, self.envelope.best
        if here is None:
            return ()
        own = int(np.searchsorted(self.x, here))
        if best[own] == NOBODY:
            return ()
        directions: tuple[tuple[int, Direction], ...] = ((1, "above"), (-1, "below"))
        found = []
        for step, direction in directions:
            beyond = np.arange(own + step, self.x.size if step > 0 else -1, step)
            others = beyond[best[beyond] != best[own]]
            if others.size and best[others[0]] != NOBODY:
                found.append(self._flip(int(others[0]) - step, int(others[0]), direction))
        return tuple(sorted(found, key=lambda flip: self._distance(flip.at, here)))

    def _distance(self, one: float, other: float) -> float:
        """How far two values lie apart on the axis' own scale."""
        ends = self.axis.scaled(np.array([one, other]))
        return float(abs(ends[1] - ends[0]))

    def _flip(self, last: int, first: int, direction: Direction) -> Flip:
        """The change between two neighbours: ``last`` as here, ``first`` another place."""
        best, costs = self.envelope.best, self.envelope.costs
        old, new = int(best[last]), int(best[first])
        gaps = [float(costs[old, i] - costs[new, i]) for i in (last, first)]
        ends = float(self.x[last]), float(self.x[first])
        at = ends[1]
        if not self.axis.whole and np.isfinite(gaps[0]):
            share = gaps[0] / (gaps[0] - gaps[1]) if np.isfinite(gaps[1]) and gaps[1] else 0.0
            at = ends[0] + (ends[1] - ends[0]) * share
        label = self._candidate(new, first).label
        return Flip(self.axis.name, at, direction, self.places[new], label)

    def _candidate(self, place: int, at: int) -> Candidate:
        return self.found.search.candidates.known[int(self.envelope.winners[place, at])]

    # two places --------------------------------------------------------------------------------

    def pairs(self) -> tuple[PairBreakEven, ...]:
        """Break-even of every two places that are feasible somewhere."""
        told = [(pair, stretch) for pair, found in self.found.changes.items() for stretch in found]
        made: dict[Pair, list[Crossing]] = {pair: [] for pair in self.found.changes}
        for (pair, stretch), ends in zip(told, self._intervals(told), strict=True):
            made[pair].append(self._crossing(pair, stretch, *ends))
        return tuple(self._pair(pair, found) for pair, found in made.items())

    def _intervals(self, told: Sequence[tuple[Pair, Stretch]]) -> list[tuple[float, float]]:
        """Interval of each: from the first change's low to the last change's high end."""
        ends = [tuple(self._meeting(pair, change) for change in stretch) for pair, stretch in told]
        # a change that is both first and last is worked out once
        distinct = list(dict.fromkeys(meeting for both in ends for meeting in both))
        of = dict(zip(distinct, intervals(self.found, distinct), strict=True))
        return [(of[first][0], of[last][1]) for first, last in ends]

    def _meeting(self, pair: Pair, change: Change) -> Meeting:
        below, above = pair if change.first_is_below else pair[::-1]
        sides = self.x[[change.left, change.right]].tolist() if change.steps else [change.at] * 2
        return Meeting(change.at, sides[0], sides[1], below, above)

    def _crossing(self, pair: Pair, stretch: Stretch, low: float, high: float) -> Crossing:
        start, end = stretch
        one, other = (self.places[place] for place in pair)
        made = Crossing(
            self.axis.name,
            start.at,
            low,
            high,
            start.kind,
            below=one if start.first_is_below else other,
            above=other if start.first_is_below else one,
            last_below=start.last_below,
            first_above=start.first_above,
        )
        if start is end:
            return made
        return replace(
            made,
            kind="alternating",
            above=other if end.first_is_below else one,
            until=end.at,
            last_below=None,
            first_above=None,
        )

    def _pair(self, pair: Pair, found: Sequence[Crossing]) -> PairBreakEven:
        costs = self.envelope.costs[list(pair)]
        both: BoolArray = np.asarray(np.isfinite(costs).all(0))
        first, second = (self.places[place] for place in pair)
        gaps = [_difference(costs[1, end], costs[0, end]) for end in (0, -1)]
        verdict, text = self._verdict((first, second), costs, both, found, gaps)
        left = self.found.left_open[pair]
        resolution = left if self.axis.exact else max(left, self._grid_width())
        if resolution and both.any():
            text += words.unseen(self.axis, resolution)
        return PairBreakEven(
            first,
            second,
            self.axis.name,
            axis_low=float(self.x[0]),
            axis_high=float(self.x[-1]),
            crossings=tuple(found),
            verdict=verdict,
            text=text,
            gap_low_usd=gaps[0],
            gap_high_usd=gaps[1],
            resolution=resolution,
        )

    def _grid_width(self) -> float:
        """Width of a cell of the values started from, as a share of its value (or the axis)."""
        width = 1 / (FINE - 1)
        return width if self.axis.straight else float(np.expm1(self.axis.widest * width))

    def _verdict(
        self,
        names: tuple[AnswersAt, AnswersAt],
        costs: Array,
        both: BoolArray,
        found: Sequence[Crossing],
        gaps: Sequence[float | None],
    ) -> tuple[Verdict, str]:
        if found:
            return "crosses", words.crossings(self.axis, found)
        if not both.any():
            return "not_comparable", "They are never both allowed."
        always = bool((costs[0, both] <= costs[1, both]).all())
        months = self._months(self.x[[0, -1]])
        monthly = [gap / m for gap, m in zip(gaps, months, strict=True) if gap is not None]
        return ("always" if always else "never"), words.never(names[not always], monthly)

    def _months(self, x: Array) -> Array:
        """Months looked at, at values of the axis."""
        if self.axis.name == "horizon_months":
            return x
        return np.full_like(x, self.found.scenario.horizon_months)

    # places ------------------------------------------------------------------------------------

    def curves(self) -> tuple[Curve, ...]:
        """Monthly cost of each place's best candidate; NaN where none is feasible."""
        x, months = tuple(self.x.tolist()), self._months(self.x)
        names = np.array([*(item.id for item in self.found.search.candidates.known), ""])
        found = []
        for place, cost, winners in zip(
            self.places, self.envelope.costs, self.envelope.winners, strict=True
        ):
            if np.isfinite(cost).any():
                monthly = np.where(np.isfinite(cost), cost / months, np.nan).tolist()
                ids = tuple(names[winners].tolist())
                found.append(Curve(place, self.axis.name, x, tuple(monthly), ids))
        return tuple(found)


def _difference(cost: float, less: float) -> float | None:
    return float(cost - less) if np.isfinite(cost) and np.isfinite(less) else None
