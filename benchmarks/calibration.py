"""How many standard deviations hold 80 % of measurements that were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array

HELD = 0.83
"""Share of rows left out that an interval is set to hold so that it holds 80 % of new ones.

New rows fall outside more often than rows left out of the set the forms and their spreads were
chosen on: 80 % of those held 75 to 77 % of rows hidden from the calibration too
(:mod:`benchmarks.third`) and 75 % of rows never seen.
"""
WEIGHT = 10.0  # rows that the figure of the whole form counts as
LARGEST = 4.0  # deviations beyond which a few odd rows of a small group speak
NORMAL = 1.2816  # deviations that hold 80 % of a normal distribution
Cell = tuple[str, str, str]  # group, label, hardware known or new


@dataclass(frozen=True)
class Scaled:
    """|error| / deviation of rows left out, some of them more than once, and how many rows."""

    values: Array
    rows: int

    @classmethod
    def of(cls, found: Sequence[tuple[str, float]]) -> Scaled:
        """From rows and their values."""
        return cls(np.array([value for _, value in found]), len({row for row, _ in found}))


def quantile(scaled: Scaled) -> float:
    """The conformal quantile: ``ceil((n + 1) 0.83) / n`` of the values of n rows."""
    if scaled.rows == 0:
        return NORMAL
    level = min(np.ceil((scaled.rows + 1) * HELD) / scaled.rows, 1.0)
    return float(np.quantile(scaled.values, level, method="higher"))


def shrunk(scaled: Scaled, pooled: float) -> float:
    """A group's own figure, drawn to that of its form where the group is small."""
    own = scaled.rows * min(quantile(scaled), LARGEST) if scaled.rows else 0.0
    return (own + WEIGHT * pooled) / (scaled.rows + WEIGHT)


def pooled_over(cells: Mapping[Cell, Scaled], label: str, hardware: str) -> float:
    """The figure over all groups with that label and hardware."""
    found = [z for (_, name, kind), z in cells.items() if name == label and kind == hardware]
    return quantile(Scaled(np.concatenate([z.values for z in found]), sum(z.rows for z in found)))


def table(cells: Mapping[Cell, Sequence[tuple[str, float]]]) -> dict[Cell, tuple[float, int]]:
    """Deviations by cell, with the number of rows behind them."""
    made = {cell: Scaled.of(found) for cell, found in cells.items()}
    return {
        cell: (shrunk(values, pooled_over(made, cell[1], cell[2])), values.rows)
        for cell, values in made.items()
    }
