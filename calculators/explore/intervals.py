"""How far a crossing moves with each uncertain factor: its 80 % interval.

The candidate of a place is chosen at the middle of every factor, at each value of the axis, and
held. Each factor alone is put to its low and high end; what that does to the difference of the two
places' costs at the crossing, over the slope of the difference, is how far the crossing moves.
Where it moves far, the new crossing is looked for between values on its way and the straight line
between the two around it is solved. Moves add in squares on the axis' own scale. A crossing that a
factor's end removes moves to the axis' end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import Array, Index
from calculators.explore.along import Along
from calculators.explore.sweep import over
from pricing.records import value

CHORD = 0.2  # of the value, each way: over it the slope is taken, over several steps of a stair
SMALL = 0.03  # of the value: a move that the slope alone gives well enough
NEGLIGIBLE = 0.1  # of a crossing's largest move: the slope alone gives it well enough
UNMOVED = 1e-8  # of the cost: a smaller change of the difference is none
WAYS = np.array([0.8, 2.0])  # of the expected move, looked at on its way
FAR = np.array([0.05, 0.4])  # of the way to the axis' end, where no move is expected
MIDDLE = -1  # instead of a factor's end: all at their middle


@value
class Meeting:
    """A change of the cheaper one of two places, ``below`` to ``above``."""

    at: float
    left: float  # last value at which ``below`` is the cheaper one; ``at`` where costs meet
    right: float  # first value at which ``above`` is
    below: int  # places
    above: int


def intervals(found: Along, meetings: Sequence[Meeting]) -> list[tuple[float, float]]:
    """80 % interval of each crossing."""
    if not meetings:
        return []
    solver = _Solver(found, meetings)
    moves = solver.moves()  # (J, F, 2)
    down = np.sqrt((np.minimum(moves.min(2), 0.0) ** 2).sum(1))
    up = np.sqrt((np.maximum(moves.max(2), 0.0) ** 2).sum(1))
    axis, at = found.axis, solver.at
    own = axis.scaled(at)
    low = np.minimum(axis.valued(own - down), at)
    low = np.where(low <= axis.first, axis.low, low)  # 0 stands apart
    high = np.maximum(axis.valued(own + up), at)
    low, high = np.where(down > 0, low, at), np.where(up > 0, high, at)
    return list(zip(low.tolist(), high.tolist(), strict=True))


class _Solver:
    """J crossings and F factors; a *row* is a crossing at a value with a factor at an end."""

    def __init__(self, found: Along, meetings: Sequence[Meeting]) -> None:
        self.found, self.axis = found, found.axis
        self.at = np.array([item.at for item in meetings])
        self.left = np.array([item.left for item in meetings])
        self.right = np.array([item.right for item in meetings])
        self.below = np.array([item.below for item in meetings])
        self.above = np.array([item.above for item in meetings])
        span = np.full(self.at.size, self.axis.high - self.axis.low)
        self.size = span if self.axis.straight else np.maximum(self.at, self.axis.first)

    def moves(self) -> Array:
        """How far each end of each factor moves each crossing, on the axis' scale (J, F, 2)."""
        side, slope = self._first_look()
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = np.where(side == 0, 0.0, side / slope[:, None])  # in values of the axis
        own = self.axis.scaled(self.at)[:, None]
        there = np.clip(self.at[:, None] - expected, self.axis.first, self.axis.high)
        found = self.axis.scaled(there) - own
        far = (side != 0) & ~(np.abs(expected) <= self._least(side, expected))
        crossing, end = np.nonzero(far)
        if crossing.size:
            found[far] = self._searched(crossing, end, side[far], expected[far])
        return np.asarray(found.reshape(self.at.size, -1, 2))

    def _least(self, side: Array, expected: Array) -> Array:
        """Moves (J, E) up to which the slope alone tells enough.

        Among squares one far smaller than the largest of its direction counts for little.
        """
        size = np.abs(expected)
        up, down = (
            np.fmax.reduce(np.where(way, size, 0.0), axis=1)[:, None]
            for way in (side < 0, side > 0)
        )
        largest = np.fmin(np.where(side < 0, up, down), self.size[:, None])
        return np.asarray(np.fmax(SMALL * self.size[:, None], NEGLIGIBLE * largest))

    def _first_look(self) -> tuple[Array, Array]:
        """On which side of a crossing each end of each factor puts it, and the slope there.

        The side (J, E) is the difference of the costs where it does not fit: above 0 the new
        crossing lies below, under 0 above, at 0 it stays. The slope (J,) is that of the difference
        with every factor at its middle; NaN where it does not rise.
        """
        every, ends = np.arange(self.at.size), 2 * len(self.found.factors)
        middle = np.full(every.size, MIDDLE)
        crossing, end = np.repeat(every, ends), np.tile(np.arange(ends), every.size)
        chord = self._chord()
        steps = (self.left != self.right)[crossing]
        looked = [
            (crossing, self.left[crossing], end),
            (crossing[steps], self.right[crossing][steps], end[steps]),
            *((every, x, middle) for x in (self.left, self.right, *chord)),
        ]
        gaps, costs = self._gaps(*(np.concatenate(part) for part in zip(*looked, strict=True)))
        parts = np.split(gaps, np.cumsum([part[0].size for part in looked])[:-1])
        left, right = parts[0], parts[0].copy()
        right[steps] = parts[1]
        side = np.where(left > 0, left, np.where(right < 0, right, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.fmax(np.abs(left - parts[2][crossing]), np.abs(right - parts[3][crossing]))
            rise, run = parts[5] - parts[4], chord[1] - chord[0]
            slope = np.where(np.isfinite(rise) & (rise > 0), rise / run, np.nan)
        still = (change <= UNMOVED * costs[: left.size]) | np.isnan(side)
        return np.where(still, 0.0, side).reshape(-1, ends), slope

    def _chord(self) -> list[Array]:
        """Values below and above each crossing over which the slope is taken."""
        reach = CHORD * self.size
        low, high = (
            np.clip(self.at + way, self.axis.low, self.axis.high) for way in (-reach, reach)
        )
        return [np.floor(low), np.ceil(high)] if self.axis.whole else [low, high]

    def _searched(self, crossing: Index, end: Index, side: Array, expected: Array) -> Array:
        """Moves (R,) of rows that go far, found by looking at values on the way."""
        at = self.at[crossing]
        last = np.where(side > 0, self.axis.first, self.axis.high)
        known = np.isfinite(expected)
        steps = np.where(known[:, None], np.abs(expected)[:, None] * WAYS, 0.0)
        expected_way = at[:, None] - np.sign(side)[:, None] * steps
        own, far = self.axis.scaled(at), self.axis.scaled(last)
        blind = self.axis.valued((own + (far - own) * FAR[:, None]).T)
        x = np.where(known[:, None], np.clip(expected_way, self.axis.first, self.axis.high), blind)
        x = np.concatenate([x, last[:, None]], axis=1)
        x = np.asarray(np.round(x) if self.axis.whole else x, dtype=np.float64)
        wide = x.shape[1]
        gaps, _ = self._gaps(np.repeat(crossing, wide), x.ravel(), np.repeat(end, wide))
        there = _first_turn(
            np.concatenate([at[:, None], x], axis=1),
            np.concatenate([side[:, None], gaps.reshape(x.shape)], axis=1),
        )
        if self.axis.whole:
            there = np.ceil(there)
        there = np.where(np.isnan(there), last, there)
        return np.asarray(self.axis.scaled(there) - own)

    def _gaps(self, crossing: Index, x: Array, end: Index) -> tuple[Array, Array]:
        """Cost of ``below`` minus ``above`` of rows (R,), and the lower of the two costs.

        The difference is infinite where one of the two is not allowed, NaN where neither is.
        """
        factor, high = np.divmod(end, 2)
        sign = np.where(end == MIDDLE, 0.0, 2.0 * high - 1.0)
        found, search = self.found, self.found.search
        scores = {name: np.where(factor == i, sign, 0.0) for i, name in enumerate(found.factors)}
        points = self.axis.points(found.scenario, x, scores)
        at = self._nearest(x)
        winners = found.sampled.found.winners
        held = [winners[side[crossing], at] for side in (self.below, self.above)]
        made = over(points, search.book, search.memory, search.candidates.products(*held))
        ranked = np.concatenate([made.ranked, np.full((1, x.size), np.inf)])
        known = search.candidates.known
        rows = np.array([*(made.at.get(item.id, -1) for item in known), -1], dtype=np.intp)
        below, above = (ranked[rows[chosen], np.arange(x.size)] for chosen in held)
        with np.errstate(invalid="ignore"):
            return below - above, np.minimum(below, above)

    def _nearest(self, x: Array) -> Index:
        """The values looked at with every factor at its middle that are nearest to others."""
        known = self.found.sampled.x
        after = np.clip(np.searchsorted(known, x), 1, known.size - 1)
        nearer = x - known[after - 1] < known[after] - x
        return np.where(nearer, after - 1, after)


def _first_turn(x: Array, gaps: Array) -> Array:
    """Where the difference (R, V) first changes its sign along ``x`` (R, V); NaN where nowhere."""
    side = np.sign(gaps)
    turned = (side[:, 1:] != side[:, :1]) & ~np.isnan(gaps[:, 1:])
    first = turned.argmax(1)
    row = np.arange(first.size)
    found = _root(*(part[row, first + shift] for shift in (0, 1) for part in (x, gaps)))
    # of three values the bend is known too
    third = np.where(first > 0, first - 1, 2)
    bent = _bent_root(
        np.stack([x[row, at] for at in (third, first, first + 1)]),
        np.stack([gaps[row, at] for at in (third, first, first + 1)]),
    )
    ends = np.sort(np.stack([x[row, first], x[row, first + 1]]), axis=0)
    inside = (bent >= ends[0]) & (bent <= ends[1])
    return np.where(turned.any(1), np.where(inside, bent, found), np.nan)


def _root(start: Array, one: Array, end: Array, other: Array) -> Array:
    """Where the straight line between two differences is 0; half-way where one is infinite."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = one / (one - other)
    return start + (end - start) * np.where(np.isfinite(share), share, 0.5)


def _bent_root(x: Array, gaps: Array) -> Array:
    """Where the parabola of x over three differences (3, R) is at 0; NaN where there is none."""
    a, b, c = gaps
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = x[0] * b * c / ((a - b) * (a - c))
        found = found + x[1] * a * c / ((b - a) * (b - c))
        return np.asarray(found + x[2] * a * b / ((c - a) * (c - b)))
