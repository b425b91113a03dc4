"""Where the answer flips along the volume: the stairs are walked, every crossing is found.

Each place's cost is the lower envelope of its candidates (:mod:`calculators.walking`). Between two
neighbouring knots a change of sign is solved exactly; a change across a step lies at the step
itself (:mod:`calculators.crossings`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from calculators.crossings import AXIS, Envelope, crossings, pair_break_even
from calculators.evaluation import Evaluation, evaluate
from calculators.results import KINDS, Curve, Exploration, Flip
from calculators.scenario import Scenario, bounds
from calculators.sweeps import Sweep
from calculators.walking import (
    at_volumes,
    climbed,
    contenders,
    envelope,
    knots,
    refined,
    shifted,
    sweep,
)

COARSE = 49  # points of the sweep that chooses which candidates are walked
DECADES_DOWN, DECADES_UP = 3, 3


def axis_range(scenario: Scenario) -> tuple[float, float]:
    """Volumes looked at: three decades each way, inside the field's bounds."""
    _, high, _ = bounds(AXIS)
    centre = scenario.requests_per_month
    return max(centre / 10**DECADES_DOWN, 1.0), min(centre * 10**DECADES_UP, high or np.inf)


def explore(scenario: Scenario, base: Evaluation) -> Exploration:
    """Curves, crossings of every two kinds, and the flips of the recommendation."""
    low, high = axis_range(scenario)
    coarse = sweep(base.inputs, np.geomspace(low, high, COARSE))
    chosen = contenders(coarse) | contenders(Sweep(base.entries, base.ranked))
    if not chosen:
        return Exploration((), (), ())
    narrow = replace(base.inputs, only=frozenset(chosen), memory={})
    entries = evaluate(at_volumes(narrow, np.array([scenario.requests_per_month]))).entries
    volumes = knots(narrow, entries, low, high)
    walked = refined(envelope(sweep(narrow, volumes), volumes), narrow)
    if not walked.costs:
        return Exploration((), (), ())
    walked, unseen = climbed(walked, narrow, entries)
    walked = refined(walked, narrow)
    moved = shifted(narrow, low, high)
    pairs = tuple(
        pair_break_even(first, second, walked, moved, narrow, unseen.get((first, second), 0.0))
        for first, second in combinations([kind for kind in KINDS if kind in walked.costs], 2)
    )
    return Exploration(flips(walked, base, scenario), pairs, curves(walked, scenario))


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
