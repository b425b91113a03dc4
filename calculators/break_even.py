"""Where the answer flips along the volume: the stairs are walked, every crossing is found.

Each place's cost is the lower envelope of its candidates. Between two neighbouring *knots* (grid
points, tier edges, machine steps) every candidate is affine in the volume, so a change of sign is
solved exactly; a change across a step lies at the step itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from calculators.advice import money, place
from calculators.arrays import Array, BoolArray
from calculators.evaluation import Entry, Evaluation, evaluate
from calculators.fleet import steps_between
from calculators.inputs import Factor, Inputs
from calculators.results import (
    KINDS,
    AnswersAt,
    Crossing,
    Curve,
    Exploration,
    Flip,
    PairBreakEven,
)
from calculators.scenario import Scenario, bounds
from calculators.sweeps import Sweep

AXIS = "requests_per_month"
COARSE = 49  # points of the sweep that chooses which candidates are walked
FINE = 241
DECADES_DOWN, DECADES_UP = 3, 3
AFTER = 1 + 1e-9  # just beyond an edge
ROUNDS = 6  # of looking closer at a crossing
SECANTS = 2  # of them along a straight line, which squares the error of a bend
CLIMBS = 5  # rounds of looking for steps where costs come near each other
STEPS_IN_CELL = 48  # of one place between two volumes; where there are more the cell is cut
CLIMB = 300_000  # months x candidates x volumes of it; what is left is told as the resolution
SAG = 0.25  # of a cell's rise: costs of machines billed while busy are not quite straight
CUTS = 9  # of a bracket that holds a step, or within which a place stops being allowed
CELLS = 2_000_000  # months x candidates x points evaluated at once: bounds the memory
ALL_CANDIDATES = 500  # of the largest kind, for that bound
RANGE_POINTS = 97  # grid of the interval's crossings
FACTORS: tuple[Factor, ...] = ("labour", "server", "training", "device")
"""Uncertain groups whose ends bound the answer; each moves alone, all options together."""
ALTERNATING = 3  # as many crossings of one pair within a factor of two are one stretch


Verdict = Literal["crosses", "always", "never", "not_comparable"]


@dataclass(frozen=True)
class Envelope:
    """Cost over the horizon of the best candidate of each kind at M volumes."""

    volumes: Array  # (M,)
    costs: dict[AnswersAt, Array]  # (M,), infinite where nothing is feasible
    winners: dict[AnswersAt, list[str]]


def axis_range(scenario: Scenario) -> tuple[float, float]:
    """Volumes looked at: three decades each way, inside the field's bounds."""
    _, high, _ = bounds(AXIS)
    centre = scenario.requests_per_month
    return max(centre / 10**DECADES_DOWN, 1.0), min(centre * 10**DECADES_UP, high or np.inf)


def explore(scenario: Scenario, base: Evaluation) -> Exploration:
    """Curves, crossings of every two kinds, and the flips of the recommendation."""
    low, high = axis_range(scenario)
    sweep = _sweep(base.inputs, np.geomspace(low, high, COARSE))
    chosen = _contenders(sweep) | _contenders(Sweep(base.entries, base.ranked))
    if not chosen:
        return Exploration((), (), ())
    narrow = replace(base.inputs, only=frozenset(chosen), memory={})
    entries = evaluate(_at(narrow, np.array([scenario.requests_per_month]))).entries
    knots = _knots(narrow, entries, low, high)
    walked = _refined(envelope(_sweep(narrow, knots), knots), narrow)
    if not walked.costs:
        return Exploration((), (), ())
    climbed, unseen = _climbed(walked, narrow, entries)
    walked = _refined(climbed, narrow)
    shifted = _shifted(narrow, low, high)
    pairs = tuple(
        pair_break_even(first, second, walked, shifted, narrow, unseen.get((first, second), 0.0))
        for first, second in combinations([kind for kind in KINDS if kind in walked.costs], 2)
    )
    return Exploration(flips(walked, base, scenario), pairs, curves(walked, scenario))


def _sweep(inputs: Inputs, volumes: Array, factors: dict[Factor, Array] | None = None) -> Sweep:
    """Evaluate many volumes in slices, so that months x candidates x points stay in memory."""
    segments = inputs.calendar.first.size
    width = len(inputs.only) if inputs.only is not None else ALL_CANDIDATES
    step = max(8, CELLS // (segments * width))
    entries: Sequence[Entry] = ()
    parts = []
    for start in range(0, volumes.size, step):
        here = slice(start, start + step)
        moved = {name: z[here] for name, z in (factors or {}).items()}
        found = evaluate(_at(inputs, volumes[here], moved))
        entries = entries or found.entries
        parts.append(found.ranked)
    return Sweep(entries, np.concatenate(parts, axis=1) if entries else np.zeros((0, volumes.size)))


def _at(inputs: Inputs, volumes: Array, factors: dict[Factor, Array] | None = None) -> Inputs:
    return replace(
        inputs,
        axes={AXIS: volumes},
        factors=factors or {},
        labour_scale=np.ones(1),
        memory=_shared(inputs),
    )


def _shared(inputs: Inputs) -> dict[object, object]:
    """Keep what does not depend on the points: estimates, offers, vendor terms."""
    keep = ("vendor", "meters")
    return {
        key: value
        for key, value in inputs.memory.items()
        if key in ("wear", "vendors") or (isinstance(key, tuple) and key[0] in keep)
    }


def _kinds(entries: Sequence[Entry]) -> list[AnswersAt]:
    return list(dict.fromkeys(entry.kind for entry in entries))


def _contenders(found: Sweep) -> set[str]:
    """Products that are the best of their kind at some point."""
    chosen: set[str] = set()
    for kind in _kinds(found.entries):
        rows = np.array([i for i, entry in enumerate(found.entries) if entry.kind == kind])
        best = found.ranked[rows].argmin(0)
        usable = np.isfinite(found.ranked[rows].min(0))
        for row in np.unique(rows[best[usable]]):
            entry = found.entries[row]
            chosen.add(entry.block.products[entry.index].id)
    return chosen


def _knots(narrow: Inputs, entries: Sequence[Entry], low: float, high: float) -> Array:
    """Grid points and every edge of the contenders, each also just after it.

    Under growth the months' steps fall at as many volumes as there are months: the grid alone is
    walked first, and the steps where costs come near each other (:func:`_climbed`).
    """
    parts = [np.geomspace(low, high, FINE), np.array([narrow.scenario.requests_per_month])]
    if np.all(narrow.calendar.growth == 1):
        for entry in entries:
            edges = entry.block.edges_of(entry.index, high)
            edges = edges[edges >= low]
            parts += [edges, edges * AFTER]
    return np.unique(np.concatenate(parts))


def envelope(found: Sweep, volumes: Array) -> Envelope:
    """The cheapest feasible candidate of each kind at each volume."""
    ranked = found.ranked
    costs: dict[AnswersAt, Array] = {}
    winners: dict[AnswersAt, list[str]] = {}
    for kind in _kinds(found.entries):
        rows = np.array([i for i, entry in enumerate(found.entries) if entry.kind == kind])
        best = ranked[rows].argmin(0)
        cost = ranked[rows].min(0)
        if np.isfinite(cost).any():
            costs[kind] = cost
            winners[kind] = [found.entries[rows[i]].id for i in best]
    return Envelope(volumes, costs, winners)


def _shifted(narrow: Inputs, low: float, high: float) -> list[list[Envelope]]:
    """Envelopes with each uncertain factor at its low and high end."""
    grid = np.geomspace(low, high, RANGE_POINTS)
    ends = [(factor, z) for factor in FACTORS for z in (-1.0, 1.0)]
    factors: dict[Factor, Array] = {
        factor: np.repeat([z if name == factor else 0.0 for name, z in ends], grid.size)
        for factor in FACTORS
    }
    volumes = np.tile(grid, len(ends))
    found = envelope(_sweep(narrow, volumes, factors), volumes)
    parts = [_part(found, slice(i * grid.size, (i + 1) * grid.size)) for i in range(len(ends))]
    return [parts[i : i + 2] for i in range(0, len(parts), 2)]


def _part(found: Envelope, where: slice) -> Envelope:
    return Envelope(
        found.volumes[where],
        {kind: cost[where] for kind, cost in found.costs.items()},
        {kind: names[where] for kind, names in found.winners.items()},
    )


def _refined(walked: Envelope, narrow: Inputs) -> Envelope:
    """More knots where a crossing lies between two.

    Some costs bend (machines billed while busy), and a place may stop being allowed anywhere.
    """
    for turn in range(ROUNDS):
        wanted = [
            point
            for first, second in combinations(walked.costs, 2)
            for bracket in _brackets(walked.volumes, walked.costs[first], walked.costs[second])
            for point in bracket.inside(thorough=turn >= SECANTS)
        ]
        new = np.setdiff1d(np.array(wanted), walked.volumes)
        if not new.size:
            break
        walked = _merged(walked, envelope(_sweep(narrow, new), new))
    return walked


Pair = tuple[AnswersAt, AnswersAt]


def _climbed(
    walked: Envelope, narrow: Inputs, entries: Sequence[Entry]
) -> tuple[Envelope, dict[Pair, float]]:
    """The steps not walked yet, of every month, wherever two places' costs could cross unseen.

    Costs rise with the volume, so two places cannot cross between neighbours where the dearer
    one's cost at the left exceeds the cheaper one's at the right. Cells nearest to the scenario
    come first; those with many steps are cut before. Also says for each pair the widest cell
    whose steps are left, as a share of the volume.
    """
    top = float(walked.volumes[-1])
    steps = {kind: _stairs(entries, kind, top) for kind in walked.costs}
    budget = CLIMB // (narrow.calendar.first.size * max(len(entries), 1))
    for _ in range(CLIMBS):
        cells = _unwalked(walked, steps, narrow.scenario.requests_per_month)
        new = _within(cells, budget)
        if not new.size:
            return walked, _widest(walked, cells)
        budget -= new.size
        walked = _merged(walked, envelope(_sweep(narrow, new), new))
    return walked, _widest(walked, _unwalked(walked, steps, top))


@dataclass(frozen=True)
class Cell:
    """Two neighbouring volumes between which steps of some pairs' costs are not walked."""

    left: float
    right: float
    pairs: tuple[Pair, ...]
    inside: Array  # the steps, or cuts where they are too many


def _within(cells: Sequence[Cell], budget: int) -> Array:
    """Volumes to look at next: whole cells in their order, as many as the budget holds."""
    parts = [np.zeros(0)]
    for cell in cells:
        budget -= cell.inside.size
        if budget < 0:
            break
        parts.append(cell.inside)
    return np.unique(np.concatenate(parts))


def _widest(walked: Envelope, cells: Sequence[Cell]) -> dict[Pair, float]:
    widest = dict.fromkeys(combinations(walked.costs, 2), 0.0)
    for cell in cells:
        for pair in cell.pairs:
            widest[pair] = max(widest[pair], cell.right / cell.left - 1)
    return widest


def _doubtful(walked: Envelope, first: AnswersAt, second: AnswersAt) -> BoolArray:
    """Cells between neighbouring volumes within which two costs may cross unseen (M - 1,)."""
    wide = walked.volumes[1:] / walked.volumes[:-1] > AFTER * AFTER
    low, high = _span(walked.costs[first])
    other_low, other_high = _span(walked.costs[second])
    return np.asarray(wide & (np.maximum(low, other_low) <= np.minimum(high, other_high)))


def _span(cost: Array) -> tuple[Array, Array]:
    """Lowest and highest cost within each cell, and some more where costs sag; NaN if not open."""
    left, right = (np.where(np.isfinite(part), part, np.nan) for part in (cost[:-1], cost[1:]))
    more = SAG * np.abs(right - left)
    return np.minimum(left, right) - more, np.maximum(left, right) + more


Stairs = tuple[Array, Array]  # spacings of machine steps, and single edges


def _stairs(entries: Sequence[Entry], kind: AnswersAt, top: float) -> Stairs:
    """Where the candidates of a place step, up to a volume."""
    blocks = {entry.index: entry.block for entry in entries if entry.kind == kind}
    spacings = {index: block.spacing_of(index) for index, block in blocks.items()}
    single = [
        block.edges_of(index, top) for index, block in blocks.items() if not spacings[index].size
    ]
    nothing = np.zeros(0)
    return np.unique(np.concatenate([nothing, *spacings.values()])), np.concatenate(
        [nothing, *single]
    )


def _unwalked(walked: Envelope, steps: dict[AnswersAt, Stairs], near: float) -> list[Cell]:
    """Doubtful cells with steps inside, the nearest to a volume first."""
    cells: dict[int, list[Pair]] = {}
    for pair in combinations(walked.costs, 2):
        for index in np.flatnonzero(_doubtful(walked, *pair)):
            cells.setdefault(int(index), []).append(pair)
    found: list[Cell] = []
    for cell, pairs in cells.items():
        left, right = float(walked.volumes[cell]), float(walked.volumes[cell + 1])
        kinds = dict.fromkeys(kind for pair in pairs for kind in pair)
        inside = _inside([steps[kind] for kind in kinds], left, right)
        if inside is None:
            cuts = np.geomspace(left, right, CUTS + 2)[1:-1]
            found.append(Cell(left, right, tuple(pairs), cuts))
        elif inside.size:
            both = np.concatenate([inside, inside * AFTER])
            found.append(Cell(left, right, tuple(pairs), both))
    return sorted(found, key=lambda cell: abs(np.log(cell.left / near)))


def _inside(steps: Sequence[Stairs], left: float, right: float) -> Array | None:
    """Steps above ``left`` and below ``right``; None where they are too many."""
    found: list[Array] = []
    for spacing, single in steps:
        first, count = steps_between(spacing, left, right)
        if count.sum() > STEPS_IN_CELL:
            return None
        times = count.astype(np.intp)
        start = np.repeat(np.cumsum(times) - times, times)
        multiple = np.repeat(first, times) + np.arange(start.size) - start
        found += [multiple * np.repeat(spacing, times), single]
    every = np.unique(np.concatenate(found))
    return np.asarray(every[(every > left * AFTER) & (every * AFTER < right)])


def _merged(one: Envelope, other: Envelope) -> Envelope:
    volumes = np.concatenate([one.volumes, other.volumes])
    order = np.argsort(volumes, kind="stable")
    costs: dict[AnswersAt, Array] = {}
    winners: dict[AnswersAt, list[str]] = {}
    for kind, cost in one.costs.items():
        nowhere = np.full(other.volumes.size, np.inf)
        costs[kind] = np.concatenate([cost, other.costs.get(kind, nowhere)])[order]
        nobody = [one.winners[kind][0]] * other.volumes.size
        names = one.winners[kind] + other.winners.get(kind, nobody)
        winners[kind] = [names[index] for index in order]
    return Envelope(volumes[order], costs, winners)


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


def _brackets(volumes: Array, first: Array, second: Array) -> list[Bracket]:
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
    return [(bracket.at, bracket.kind) for bracket in _brackets(volumes, first, second)]


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
    found = _brackets(walked.volumes, one, other)
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
        return _brackets(moved.volumes, moved.costs[first], moved.costs[second])

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


def flips(walked: Envelope, base: Evaluation, scenario: Scenario) -> tuple[Flip, ...]:
    """Nearest volumes below and above the scenario's at which another kind becomes cheapest."""
    kinds = list(walked.costs)
    table = np.stack([walked.costs[kind] for kind in kinds])
    open_anywhere = np.isfinite(table.min(0))
    best = table.argmin(0)
    here = int(np.searchsorted(walked.volumes, scenario.requests_per_month))
    if here >= best.size or not open_anywhere[here]:
        return ()
    found = []
    for step, direction in ((1, "above"), (-1, "below")):
        index = here
        while 0 <= index + step < best.size and best[index + step] == best[here]:
            index += step
        other = index + step
        if not 0 <= other < best.size or not open_anywhere[other]:
            continue
        kind = kinds[int(best[other])]
        left, right = min(index, other), max(index, other)
        solved = crossings(
            walked.volumes[[left, right]],
            table[best[here]][[left, right]],
            table[best[other]][[left, right]],
        )
        at = solved[0][0] if solved else float(walked.volumes[other])
        found.append(Flip(AXIS, at, direction, kind, walked.winners[kind][other]))  # type: ignore[arg-type]
    labels = {entry.id: entry.block.products[entry.index].label for entry in base.entries}
    named = [replace(item, to_label=labels.get(item.to_label, item.to_label)) for item in found]
    return tuple(sorted(named, key=lambda f: abs(np.log(f.at / scenario.requests_per_month))))


def curves(walked: Envelope, scenario: Scenario) -> tuple[Curve, ...]:
    """Monthly cost of each kind's best candidate; NaN where none is feasible."""
    months = scenario.horizon_months
    return tuple(
        Curve(
            kind,
            AXIS,
            tuple(walked.volumes.tolist()),
            tuple(np.where(np.isfinite(cost), cost / months, np.nan).tolist()),
            tuple(walked.winners[kind]),
        )
        for kind, cost in walked.costs.items()
    )
