"""Set the intervals: how far rows lie from their prediction when nothing near them was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.calibration import Cell, table
from benchmarks.judge import (
    Case,
    Judge,
    MeasuredRow,
    outcomes_without,
    part_of,
    scaled,
    together,
)
from calculators.estimators.learnt import Learnt

SHARE = 0.3  # hidden at once
FEWER = 0.2  # of the rows: the product sees all of them, and small groups hold few
DRAWS = 8
HARDWARE = ("known", "new", "known-vague", "new-vague")


def hidden_together(names: Sequence[str], seed: int, share: float = SHARE) -> frozenset[str]:
    """A random share of some names (rows, machines or networks)."""
    ordered = np.array(sorted(set(names)))
    order = np.random.default_rng(seed).permutation(ordered.size)
    return frozenset(ordered[order[: round(share * ordered.size)]].tolist())


def draws(rows: Mapping[str, MeasuredRow]) -> list[tuple[str, frozenset[str]]]:
    """What is hidden at once: shares of the rows, of the hardware, of the networks.

    Pairs of serving software of one source, network and accelerator go together.
    """
    made: list[tuple[str, frozenset[str]]] = []
    for seed in range(DRAWS):
        for what, of in (("row", together), ("hardware", part_of), ("model", _model)):
            share = FEWER if what == "row" else SHARE
            gone = hidden_together([of(row) for row in rows.values()], 100 + seed, share)
            made.append((what, frozenset(name for name, row in rows.items() if of(row) in gone)))
    return made


def _model(row: MeasuredRow) -> str:
    return row.model


def interval_cells(
    learnt: Learnt, rows: Mapping[str, MeasuredRow]
) -> dict[Cell, list[tuple[str, float]]]:
    """Rows and |error| / deviation of those that their fit has not seen, by cell.

    A fifth of all rows is hidden at once, so that a row loses near twins too; and three tenths of
    the hardware and of the networks for the cells of new ones.
    """
    judged = [item for items in learnt.ready.values() for item in items if item.sample.row in rows]
    cases = [Case(item, rows[item.sample.row]) for item in judged]  # runs are left out whole
    cells: dict[Cell, list[tuple[str, float]]] = {}
    for what, hidden in draws(rows):
        mine = [case for case in cases if case.row.row in hidden]
        found, _ = outcomes_without(Judge(learnt, rows), mine, [hidden] * len(mine))
        if what == "hardware":
            found = [out for out in found if out.hardware == "new"]
        if what == "model":
            found = [out for out in found if out.label == "estimated"]
        for cell, values in scaled(found).items():
            cells.setdefault(cell, []).extend(values)
    return cells


def fit_row(fit: str, scope: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row of the table of coefficients, but for its edition."""
    base = {"fit": fit, "scope": scope, "value": round(value, 4), "unit": unit}
    return base | {"confidence": "B", "source": "own-fits"} | more


def interval_rows(cells: Mapping[Cell, Sequence[tuple[str, float]]]) -> list[dict[str, Any]]:
    """Deviations that hold 80 %, by group, label and hardware."""
    found = table(cells)
    rows = []
    for group in sorted({cell[0] for cell in found}):
        for label in ("measured", "scaled", "estimated"):
            for known in HARDWARE:
                value, count = found.get((group, label, known), (0.0, 0))
                if count:
                    note = "deviations that hold 80 % of rows left out"
                    scope = f"{group}/{label}/{known}"
                    rows.append(
                        fit_row("interval", scope, value, "ratio", fitted_on=count, note=note)
                    )
        near = [v for c, (v, _) in found.items() if c[0] == group and c[1] != "measured"]
        note = "the widest of the group, where nothing closer is known"
        rows.append(fit_row("interval", group, max(near), "ratio", note=note))
    return rows
