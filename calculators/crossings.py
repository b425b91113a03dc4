"""Where the cheaper of two costs changes: brackets, crossings, their intervals and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from calculators.advice import money, place
from calculators.arrays import Array
from calculators.inputs import Inputs
from calculators.results import AnswersAt, Crossing, PairBreakEven

AXIS = "requests_per_month"
AFTER = 1 + 1e-9  # just beyond an edge
CUTS = 9  # of a bracket that holds a step, or within which a place stops being allowed
ALTERNATING = 3  # as many crossings of one pair within a factor of two are one stretch
Verdict = Literal["crosses", "always", "never", "not_comparable"]


@dataclass(frozen=True)
class Envelope:
    """Cost over the horizon of the best candidate of each kind at M volumes."""

    volumes: Array  # (M,)
    costs: dict[AnswersAt, Array]  # (M,), infinite where nothing is feasible
    winners: dict[AnswersAt, list[str]]


@dataclass(frozen=True)
class Bracket:
    """Two neighbouring volumes between which the cheaper side changes; gaps are first - second."""

    left: float
    right: float
    gap_left: float
    gap_right: float

    @property
    def kind(self) -> Literal["exact", "feasibility"]:
        """Whether costs cross, or one of them starts or stops being allowed."""
        return "exact" if np.isfinite([self.gap_left, self.gap_right]).all() else "feasibility"

    @property
    def at(self) -> float:
        """The crossing: the step, where straight lines meet, or the end of what is allowed."""
        if self.kind == "feasibility":  # the last or the first volume at which it is allowed
            return self.left if np.isfinite(self.gap_left) else self.right
        if self.right / self.left <= AFTER * AFTER:
            return self.left
        share = self.gap_left / (self.gap_left - self.gap_right)
        return self.left + (self.right - self.left) * share

    @property
    def meets(self) -> bool:
        """Whether costs are equal in between; else one of them steps, or is not allowed."""
        return self.kind == "exact" and self.right / self.left > AFTER * AFTER

    def move(self, at: float) -> float:
        """Logarithm of how far it lies from another crossing.

        Where a place stops being allowed is known only as finely as the grid: no move within it.
        """
        here = self.at
        if self.kind == "feasibility":
            here = min(max(at, self.left), self.right)
        return float(np.log(here / at))

    def inside(self, *, thorough: bool) -> list[float]:
        """Volumes to look at next; none where the crossing is found.

        Bends are met by the straight line between the ends; steps only by cutting the bracket.
        """
        met = min(self.at / self.left, self.right / self.at) <= AFTER
        if self.right / self.left <= AFTER * AFTER or (self.kind == "exact" and met):
            return []
        cuts = [float(v) for v in np.geomspace(self.left, self.right, CUTS + 2)[1:-1]]
        if self.kind == "exact":
            return [self.at, *cuts] if thorough else [self.at]
        return cuts


def brackets(volumes: Array, first: Array, second: Array) -> list[Bracket]:
    """Every change of the cheaper side of two costs; infinite where a place is not feasible."""
    with np.errstate(invalid="ignore"):
        gap = np.where(np.isinf(first) & np.isinf(second), np.nan, first - second)
    sign = np.sign(np.where(np.isinf(gap), np.copysign(1.0, gap), gap))
    known = np.flatnonzero(~np.isnan(sign) & (sign != 0))
    turns = np.flatnonzero(sign[known[:-1]] != sign[known[1:]])
    return [
        Bracket(float(volumes[left]), float(volumes[right]), float(gap[left]), float(gap[right]))
        for left, right in zip(known[turns], known[turns + 1], strict=True)
    ]


def crossings(volumes: Array, first: Array, second: Array) -> list[tuple[float, str]]:
    """Every volume at which the cheaper of two costs changes, with its kind.

    ``volumes`` ascend; costs are affine between neighbours, or step where two volumes are closer
    than :data:`AFTER` allows. Infinite costs mark places that are not feasible.
    """
    return [(bracket.at, bracket.kind) for bracket in brackets(volumes, first, second)]


def pair_break_even(
    first: AnswersAt,
    second: AnswersAt,
    walked: Envelope,
    shifted: Sequence[Sequence[Envelope]],
    inputs: Inputs,
    resolution: float = 0.0,
) -> PairBreakEven:
    """All crossings of two kinds with their intervals, or why there is none."""
    one, other = walked.costs[first], walked.costs[second]
    found = brackets(walked.volumes, one, other)
    ranges = _interval_crossings(first, second, shifted)
    low, high = float(walked.volumes[0]), float(walked.volumes[-1])
    marked = _crossings(first, second, found, ranges)
    ends = [_difference(other[i], one[i]) for i in (0, -1)]
    both = np.isfinite(one) & np.isfinite(other)
    verdict, text = _verdict(first, second, marked, one, other, both, ends, inputs)
    if resolution:
        text += f" Crossings less than {resolution:.2%} of the volume apart may be missed."
    return PairBreakEven(
        first, second, AXIS, low, high, marked, verdict, text, ends[0], ends[1], resolution
    )


def _difference(cost: float, less: float) -> float | None:
    return float(cost - less) if np.isfinite(cost) and np.isfinite(less) else None


def _crossings(
    first: AnswersAt,
    second: AnswersAt,
    found: Sequence[Bracket],
    ranges: Sequence[tuple[list[Bracket], list[Bracket]]],
) -> tuple[Crossing, ...]:
    marked: list[Crossing] = []
    for bracket in found:
        below, above = (first, second) if bracket.gap_left < 0 else (second, first)
        low, high = _interval(bracket.at, ranges)
        made = Crossing(AXIS, bracket.at, low, high, bracket.kind, below, above)
        if not bracket.meets:
            made = replace(made, last_below=bracket.left, first_above=bracket.right)
        marked.append(made)
    return _stretches(marked)


def _stretches(marked: Sequence[Crossing]) -> tuple[Crossing, ...]:
    """Stairs that cross again and again are one alternating stretch."""
    merged: list[Crossing] = []
    index = 0
    while index < len(marked):
        last = index
        while last + 1 < len(marked) and marked[last + 1].at <= 2 * marked[last].at:
            last += 1
        if last - index >= ALTERNATING and (last - index) % 2:
            last -= 1  # the other place is cheaper beyond a stretch; the way back stands alone
        run = marked[index : last + 1]
        if len(run) >= ALTERNATING:
            start, end = run[0], run[-1]
            stretch = replace(start, kind="alternating", until=end.at, above=end.above)
            merged.append(replace(stretch, high=end.high, last_below=None, first_above=None))
        else:
            merged += run
        index = last + 1
    return tuple(merged)


def _interval_crossings(
    first: AnswersAt, second: AnswersAt, shifted: Sequence[Sequence[Envelope]]
) -> list[tuple[list[Bracket], list[Bracket]]]:
    def of(moved: Envelope) -> list[Bracket]:
        if first not in moved.costs or second not in moved.costs:
            return []
        return brackets(moved.volumes, moved.costs[first], moved.costs[second])

    return [(of(low_end), of(high_end)) for low_end, high_end in shifted]


def _interval(
    at: float, ranges: Sequence[tuple[list[Bracket], list[Bracket]]]
) -> tuple[float, float]:
    """80 % interval of a crossing: each factor's own crossing nearest to it, in quadrature."""
    down, up = 0.0, 0.0
    for ends in ranges:
        moves = [min((end.move(at) for end in found), key=abs) for found in ends if found]
        down += min([0.0, *moves]) ** 2
        up += max([0.0, *moves]) ** 2
    return float(at * np.exp(-np.sqrt(down))), float(at * np.exp(np.sqrt(up)))


def _verdict(
    first: AnswersAt,
    second: AnswersAt,
    marked: Sequence[Crossing],
    one: Array,
    other: Array,
    both: np.ndarray,
    ends: Sequence[float | None],
    inputs: Inputs,
) -> tuple[Verdict, str]:
    if marked:
        return "crosses", "; ".join(_words(item) for item in marked) + "."
    if not both.any():
        return "not_comparable", "They are never both allowed."
    cheaper = first if (one[both] <= other[both]).all() else second
    months = inputs.scenario.horizon_months
    gaps = [f"{money(abs(gap) / months)} a month" for gap in ends if gap is not None]
    verdict: Verdict = "always" if cheaper == first else "never"
    words = " and ".join(gaps)
    return verdict, f"Cheaper all along: {place(cheaper)}; the gap is {words} at the ends."


def _words(item: Crossing) -> str:
    """A crossing as it reads in the text."""
    below, above = place(item.below), place(item.above)
    if item.until is not None:
        return (
            f"between {item.at:,.0f} and {item.until:,.0f} the steps of whole machines "
            f"change it back and forth; above, {above}"
        )
    if item.kind == "exact" or item.last_below is None:
        return f"below {item.at:,.0f} requests a month {below}, above {above}"
    if item.at == item.last_below:  # a place stops being allowed
        last = np.floor(item.at * AFTER)
        return (
            f"up to {last:,.0f} requests a month {below}; from {last + 1:,.0f}, "
            f"where that is no longer allowed, {above}"
        )
    first = np.ceil(item.at / AFTER)
    return (
        f"up to {first - 1:,.0f} requests a month {below}; from {first:,.0f}, "
        f"where it becomes allowed, {above}"
    )
