"""Where the cheaper of two costs changes: every change between two places, and what kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from calculators.arrays import Array, Index
from calculators.explore.axis import MET, Axis
from calculators.explore.refine import ROUNDING
from pricing.records import value

MEETS = 1e-6  # of the cost: a smaller jump between two nearest neighbours is no step
ALTERNATING = 3  # as many changes between two places close to each other are one stretch
CLOSE = 0.1  # of the length of a straight axis; a factor of two on others


@value
class Change:
    """The cheaper of two costs changes between two values, from ``below`` to the other."""

    at: float
    kind: Literal["exact", "feasibility"]
    first_is_below: bool  # whether the first of the two is the cheaper one below
    left: int  # last value looked at where the one below is cheaper
    right: int  # first value looked at where the other is
    last_below: float | None = None  # None where costs are equal at one value in between
    first_above: float | None = None

    @property
    def steps(self) -> bool:
        """Whether a cost steps, or is not allowed beyond; else costs meet."""
        return self.last_below is not None


def changes(axis: Axis, x: Array, first: Array, second: Array) -> list[Change]:
    """Every change of the cheaper side of two costs (M,) at ascending values ``x`` (M,).

    Infinite costs mark places that are not allowed. Costs that are equal at a value, or over a
    stretch, change there if the cheaper side differs before and after; touching is no change.
    """
    gap = _gap(first, second)
    side = np.sign(gap)
    clear = np.flatnonzero(~np.isnan(side) & (side != 0))
    turns = np.flatnonzero(side[clear[:-1]] != side[clear[1:]])
    return [
        _change(axis, x, gap, int(left), int(right), np.maximum(np.abs(first), np.abs(second)))
        for left, right in zip(clear[turns], clear[turns + 1], strict=True)
    ]


def _gap(first: Array, second: Array) -> Array:
    """First minus second (M,): 0 where they differ by rounding, NaN where neither is allowed."""
    with np.errstate(invalid="ignore"):
        gap = np.where(np.isinf(first) & np.isinf(second), np.nan, first - second)
        same = np.abs(gap) <= ROUNDING * np.minimum(np.abs(first), np.abs(second))
    return np.where(same & np.isfinite(gap), 0.0, gap)


def _change(axis: Axis, x: Array, gap: Array, left: int, right: int, size: Array) -> Change:
    below = bool(gap[left] < 0)
    ends = float(x[left]), float(x[right])
    gaps = float(gap[left]), float(gap[right])
    equal = (np.flatnonzero(gap[left + 1 : right] == 0) + left + 1).astype(np.intp)
    if equal.size:
        return _equal(axis, x, equal, (left, right), first_is_below=below)
    if not np.isfinite(gaps).all():
        at = ends[0] if np.isfinite(gaps[0]) else ends[1]
        return Change(at, "feasibility", below, left, right, *ends)
    if axis.whole:
        return Change(ends[1], "exact", below, left, right, *ends)
    if axis.apart and ends[0] == axis.low and _jumps(x, gap, right, size[right]):
        return Change(ends[0], "exact", below, left, right, *ends)
    least = 2 * MET * float(axis.size(*np.array(ends)[:, None])[0])
    if ends[1] - ends[0] <= least and abs(gaps[1] - gaps[0]) > MEETS * size[left]:
        return Change(ends[0], "exact", below, left, right, *ends)
    return Change(_meet(ends, gaps), "exact", below, left, right)


def _equal(
    axis: Axis, x: Array, equal: Index, around: tuple[int, int], *, first_is_below: bool
) -> Change:
    """Costs are equal at one value, or over a stretch."""
    start, end = float(x[equal[0]]), float(x[equal[-1]])
    if not axis.whole and end - start <= 3 * float(axis.near(x[equal[:1]], x[equal[:1]])[0]):
        return Change(start, "exact", first_is_below, *around)
    if axis.whole and equal.size == 1:
        start, end = float(x[around[0]]), float(x[around[1]])
        return Change(float(x[equal[0]]), "exact", first_is_below, *around, start, end)
    return Change(start, "exact", first_is_below, *around, start, end)


def _jumps(x: Array, gap: Array, first: int, size: float) -> bool:
    """Whether the difference at 0 is not where the line through the next two values has it."""
    if first + 1 >= x.size or not np.isfinite(gap[first + 1]):
        return True
    slope = (gap[first + 1] - gap[first]) / (x[first + 1] - x[first])
    return bool(abs(gap[first] - slope * (x[first] - x[0]) - gap[0]) > MEETS * size)


def _meet(ends: tuple[float, float], gaps: tuple[float, float]) -> float:
    """Where the straight line between two gaps is 0."""
    share = gaps[0] / (gaps[0] - gaps[1])
    return ends[0] + (ends[1] - ends[0]) * share


def stretches(axis: Axis, found: Sequence[Change]) -> list[tuple[Change, Change]]:
    """Changes one by one, as twice the same; stairs that cross again and again as first and last.

    Of an even number of changes the last stands alone: beyond a stretch the other place is the
    cheaper one.
    """
    merged: list[tuple[Change, Change]] = []
    index = 0
    while index < len(found):
        last = index
        while last + 1 < len(found) and _close(axis, found[last].at, found[last + 1].at):
            last += 1
        if last - index >= ALTERNATING and (last - index) % 2:
            last -= 1
        run = found[index : last + 1]
        if len(run) >= ALTERNATING:
            merged.append((run[0], run[-1]))
        else:
            merged += [(item, item) for item in run]
        index = last + 1
    return merged


def _close(axis: Axis, one: float, other: float) -> bool:
    if axis.straight:
        return other - one <= CLOSE * (axis.high - axis.low)
    return other <= 2 * one
