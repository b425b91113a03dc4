"""Every candidate along any numeric input: at once where that is right, else value by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculators import axes
from calculators.arrays import Array
from calculators.evaluation import Entry, Evaluation, evaluate
from calculators.inputs import Inputs


@dataclass(frozen=True)
class Sweep:
    """Candidates and what they are ranked by at M values of an input, (K, M)."""

    entries: Sequence[Entry]
    ranked: Array


def along(inputs: Inputs, field: str, values: Array) -> Sweep:
    """Rank every candidate of ``inputs``' scenario at each of ``values`` (M,) of a numeric field.

    Each value gives what a comparison of the scenario with that value gives. A candidate that is
    not among those of a value (another machine trains there, say) is infinite at it.

    Raises
    ------
    ScenarioError
        A value lies outside the field's bounds.
    """
    always = inputs.scenario.own_model_required or inputs.scenario.training_method != "none"
    if axes.together(field, values, trains=always):
        return _of(evaluate(_at(inputs, field, values)))
    distinct = np.unique(values)
    return _stacked([_of(evaluate(_at(inputs, field, distinct[i : i + 1])))
                     for i in range(distinct.size)],
                    np.searchsorted(distinct, values))  # fmt: skip


def _at(inputs: Inputs, field: str, values: Array) -> Inputs:
    """The scenario at ``values``; the first is also written into it, for what is decided once."""
    scenario = inputs.scenario.with_changes({field: values.flat[0].item()})
    return replace(inputs, scenario=scenario, axes={field: values}, factors={},
                   labour_scale=np.ones(1), memory={})  # fmt: skip


def _of(found: Evaluation) -> Sweep:
    shape = (len(found.entries), found.inputs.points)
    return Sweep(found.entries, np.broadcast_to(found.ranked, shape))


def _stacked(parts: Sequence[Sweep], place: NDArray[np.intp]) -> Sweep:
    """One sweep of single ones; ``place`` (M,) says which of them each value is."""
    entries = {entry.id: entry for part in parts for entry in part.entries}
    row = {name: index for index, name in enumerate(entries)}
    table = np.full((len(entries), len(parts)), np.inf)
    for column, part in enumerate(parts):
        rows = np.array([row[entry.id] for entry in part.entries], dtype=np.intp)
        table[rows, column] = part.ranked[:, 0]
    return Sweep(tuple(entries.values()), table[:, place])
