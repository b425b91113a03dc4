"""How many standard deviations hold 80 % of measurements that were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array

INSIDE = 0.80
WEIGHT = 10.0  # rows that the figure of the whole form counts as
NORMAL = 1.2816  # deviations that hold 80 % of a normal distribution
Cell = tuple[str, str, str]  # group, label, hardware known or new


def quantile(scaled: Array) -> float:
    """The conformal quantile: ``ceil((n + 1) 0.8)`` of n sorted |error| / deviation."""
    if scaled.size == 0:
        return NORMAL
    place = min(int(np.ceil((scaled.size + 1) * INSIDE)), scaled.size)
    return float(np.sort(scaled)[place - 1])


def shrunk(scaled: Array, pooled: float) -> float:
    """A group's own figure, drawn to that of its form where the group is small."""
    own = scaled.size * quantile(scaled) if scaled.size else 0.0
    return (own + WEIGHT * pooled) / (scaled.size + WEIGHT)


def pooled_over(cells: Mapping[Cell, Array], label: str, hardware: str) -> float:
    """The figure over all groups with that label and hardware."""
    found = [z for (_, name, kind), z in cells.items() if name == label and kind == hardware]
    return quantile(np.concatenate(found)) if found else NORMAL


def table(cells: Mapping[Cell, Sequence[float]]) -> dict[Cell, tuple[float, int]]:
    """Deviations by cell, with the rows behind them."""
    arrays = {cell: np.asarray(values, dtype=np.float64) for cell, values in cells.items()}
    return {
        cell: (shrunk(values, pooled_over(arrays, cell[1], cell[2])), values.size)
        for cell, values in arrays.items()
    }


def without_each(cells: Mapping[Cell, Array]) -> dict[Cell, Array]:
    """For each row of each cell, the deviations computed from the other rows."""
    found: dict[Cell, Array] = {}
    for cell, values in cells.items():
        pooled = pooled_over(cells, cell[1], cell[2])
        kept = [shrunk(np.delete(values, index), pooled) for index in range(values.size)]
        found[cell] = np.array(kept)
    return found
