"""Walk the stairs: the lower envelope of each place's candidates at every volume that matters.

Between two neighbouring *knots* (grid points, tier edges, machine steps) every candidate is affine
in the volume; where costs bend or come near each other, more volumes are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.crossings import AFTER, AXIS, CUTS, Envelope, brackets
from calculators.evaluation import Entry, evaluate
from calculators.fleet import steps_between
from calculators.inputs import Factor, Inputs
from calculators.results import AnswersAt
from calculators.sweeps import Sweep

FINE = 241
ROUNDS = 6  # of looking closer at a crossing
SECANTS = 2  # of them along a straight line, which squares the error of a bend
CLIMBS = 5  # rounds of looking for steps where costs come near each other
STEPS_IN_CELL = 48  # of one place between two volumes; where there are more the cell is cut
CLIMB = 300_000  # months x candidates x volumes of it; what is left is told as the resolution
SAG = 0.25  # of a cell's rise: costs of machines billed while busy are not quite straight
CELLS = 2_000_000  # months x candidates x points evaluated at once: bounds the memory
ALL_CANDIDATES = 500  # of the largest kind, for that bound
RANGE_POINTS = 97  # grid of the interval's crossings
FACTORS: tuple[Factor, ...] = ("labour", "server", "training", "device")
"""Uncertain groups whose ends bound the answer; each moves alone, all options together."""


def sweep(inputs: Inputs, volumes: Array, factors: dict[Factor, Array] | None = None) -> Sweep:
    """Evaluate many volumes in slices, so that months x candidates x points stay in memory."""
    segments = inputs.calendar.first.size
    width = len(inputs.only) if inputs.only is not None else ALL_CANDIDATES
    step = max(8, CELLS // (segments * width))
    entries: Sequence[Entry] = ()
    parts = []
    for start in range(0, volumes.size, step):
        here = slice(start, start + step)
        moved = {name: z[here] for name, z in (factors or {}).items()}
        found = evaluate(at_volumes(inputs, volumes[here], moved))
        entries = entries or found.entries
        parts.append(found.ranked)
    return Sweep(entries, np.concatenate(parts, axis=1) if entries else np.zeros((0, volumes.size)))


def at_volumes(
    inputs: Inputs, volumes: Array, factors: dict[Factor, Array] | None = None
) -> Inputs:
    """The scenario at many volumes; what does not depend on them is kept."""
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


def contenders(found: Sweep) -> set[str]:
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


def knots(narrow: Inputs, entries: Sequence[Entry], low: float, high: float) -> Array:
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


def shifted(narrow: Inputs, low: float, high: float) -> list[list[Envelope]]:
    """Envelopes with each uncertain factor at its low and high end."""
    grid = np.geomspace(low, high, RANGE_POINTS)
    ends = [(factor, z) for factor in FACTORS for z in (-1.0, 1.0)]
    factors: dict[Factor, Array] = {
        factor: np.repeat([z if name == factor else 0.0 for name, z in ends], grid.size)
        for factor in FACTORS
    }
    volumes = np.tile(grid, len(ends))
    found = envelope(sweep(narrow, volumes, factors), volumes)
    parts = [_part(found, slice(i * grid.size, (i + 1) * grid.size)) for i in range(len(ends))]
    return [parts[i : i + 2] for i in range(0, len(parts), 2)]


def _part(found: Envelope, where: slice) -> Envelope:
    return Envelope(
        found.volumes[where],
        {kind: cost[where] for kind, cost in found.costs.items()},
        {kind: names[where] for kind, names in found.winners.items()},
    )


def refined(walked: Envelope, narrow: Inputs) -> Envelope:
    """More knots where a crossing lies between two.

    Some costs bend (machines billed while busy), and a place may stop being allowed anywhere.
    """
    for turn in range(ROUNDS):
        wanted = [
            point
            for first, second in combinations(walked.costs, 2)
            for bracket in brackets(walked.volumes, walked.costs[first], walked.costs[second])
            for point in bracket.inside(thorough=turn >= SECANTS)
        ]
        new = np.setdiff1d(np.array(wanted), walked.volumes)
        if not new.size:
            break
        walked = _merged(walked, envelope(sweep(narrow, new), new))
    return walked


Pair = tuple[AnswersAt, AnswersAt]


def climbed(
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
        walked = _merged(walked, envelope(sweep(narrow, new), new))
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
