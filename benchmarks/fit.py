"""Fit the estimators on the measured rows and write ``pricing/tables/estimator_fits.csv``.

``python -m benchmarks.fit`` learns the effects and calibrates the intervals with the spreads as
they are; ``--tune`` first chooses spreads and noise anew by leaving rows out. Rows of the table
that are not of a form (assumptions, laws, stacks) are kept as they are.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration import NORMAL, Cell, table
from benchmarks.tuning import Groups, left_out, tune
from calculators.arrays import Array
from calculators.estimators.learnt import FORMS, Learnt, settings
from calculators.estimators.matches import Matches
from calculators.estimators.measured import Ready
from calculators.estimators.oracle import HARDWARE
from calculators.estimators.terms import Fitted, Settings, design, solve
from pricing.book import PriceBook
from pricing.loader import TABLE_DIR
from pricing.measurement_schema import FitRow

PATH = TABLE_DIR / "estimator_fits.csv"
DEVICE_FORMS = ("device_network", "device_token", "device_prompt", "device_power")


def label_array(items: Sequence[Ready], effect: str) -> Groups:
    """A label of every sample, as text."""
    return np.array([str(item.sample.labels.get(effect, "")) for item in items])


def tuned(name: str, items: Sequence[Ready], chosen: Settings) -> Settings:
    """Spreads and noise by leaving rows out, and some whole machines and networks."""
    groups: dict[str, tuple[Groups, float]] = {
        "hardware": (label_array(items, HARDWARE[name]), 0.5)
    }
    if name in {"llm_load", "device_token"}:
        groups["model"] = (label_array(items, "model"), 0.15)
    samples = [item.sample for item in items]
    return tune(FORMS[name], samples, chosen, groups)


def scaled_errors(name: str, items: Sequence[Ready], chosen: Settings) -> dict[Cell, list[float]]:
    """|error| / deviation of rows left out, by group, label and whether the hardware is known."""
    samples = [item.sample for item in items]
    data = design(FORMS[name], samples, chosen)
    theta = solve(data)
    models, hardware = label_array(items, "model"), label_array(items, HARDWARE[name])
    cells: dict[Cell, list[float]] = {}
    for left in ("row", "hardware", "model"):
        groups = {"row": None, "hardware": hardware, "model": models}[left]
        mean, deviation = left_out(data, theta, groups)
        scaled: Array = np.abs(data.target - mean) / deviation
        for index, item in enumerate(items):
            alone = int((models == models[index]).sum()) == 1
            same = int((hardware == hardware[index]).sum())
            known = "new" if left == "hardware" or same == 1 else "known"
            label = "estimated" if left == "model" or alone else "scaled"
            if left == "hardware" and _only_here(models, hardware, index):
                label = "estimated"
            cells.setdefault((item.group, label, known), []).append(float(scaled[index]))
    _add_measured(cells, items, data.settings.noise)
    return cells


def _only_here(models: Groups, hardware: Groups, index: int) -> bool:
    """Whether the network was measured on no other hardware."""
    same = models == models[index]
    return bool(np.all(hardware[same] == hardware[index]))


def _add_measured(cells: dict[Cell, list[float]], items: Sequence[Ready], noise: float) -> None:
    """Rows that another row answers exactly: their difference over the noise of the form."""
    for index, item in enumerate(items):
        others = Matches.of([*items[:index], *items[index + 1 :]])
        terms = np.array(item.sample.terms)[:, None]
        match = others.find(item.form, dict(item.sample.labels), terms)
        if match is not None:
            apart = abs(float(np.log(item.sample.seconds) - match.log_seconds[0]))
            cells.setdefault((item.group, "measured", "known"), []).append(apart / noise)


# ---------------------------------------------------------------------------------- writing


def fit_row(fit: str, scope: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A row of the table, dated as the edition of the measurements."""
    edition = date(2026, 11, 22)
    base = {
        "fit": fit,
        "scope": scope,
        "value": round(value, 4),
        "unit": unit,
        "edition": edition,
        "as_of": edition,
        "confidence": "B",
        "source": "own-fits",
    }
    return base | more


def setting_rows(name: str, chosen: Settings) -> list[dict[str, Any]]:
    """Spreads and noise of a form."""
    spread = "prior standard deviation (log)"
    rows = [
        fit_row(f"{name}.spread", effect, value, "ratio", note=spread)
        for effect, value in chosen.spread.items()
    ]
    noise = "standard deviation of the log of one row"
    return [*rows, fit_row(f"{name}.noise", "", chosen.noise, "ratio", note=noise)]


def effect_rows(name: str, fitted: Fitted) -> list[dict[str, Any]]:
    """Learnt effects with their 80 % intervals and the rows that carry the label."""
    deviation = np.sqrt(np.diag(fitted.covariance()))
    carried = (fitted.data.weights != 0).sum(axis=0)
    rows = []
    for index, (effect, label, group) in enumerate(fitted.data.columns):
        value = float(fitted.theta[index])
        reach = NORMAL * float(deviation[index])
        terms = ", ".join(FORMS[name].terms[k] for k in FORMS[name].effect(effect).groups[group])
        rows.append(
            fit_row(
                f"{name}.effect",
                f"{effect}|{label}|{group}",
                value,
                "ratio",
                low=round(value - reach, 4),
                high=round(value + reach, 4),
                fitted_on=int(carried[index]),
                note=f"log slowdown of {terms}",
            )
        )
    return rows


def interval_rows(cells: Mapping[Cell, Sequence[float]]) -> list[dict[str, Any]]:
    """Deviations that hold 80 %, by group, label and hardware."""
    found = table(cells)
    groups = sorted({cell[0] for cell in found})
    rows = []
    for group in groups:
        for label in ("measured", "scaled", "estimated"):
            for known in ("known", "new"):
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


def write(rows: Sequence[Mapping[str, Any]], path: Path = PATH) -> None:
    """The table, the columns of every figure last."""
    last = ("edition", "as_of", "confidence", "source", "locator", "note")
    names = [*(n for n in FitRow.model_fields if n not in last), *last]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: "" if v is None else v for k, v in row.items()})


def kept_rows(path: Path = PATH) -> list[dict[str, Any]]:
    """Rows of the table that are not written anew."""
    ours = tuple(f"{name}.{part}" for name in FORMS for part in ("spread", "noise", "effect"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        row
        for row in rows
        if row["fit"] not in ours and not (row["fit"] == "interval" and row["scope"])
    ]


def main() -> None:
    """Learn, calibrate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="choose spreads and noise anew")
    parser.add_argument("--form", choices=sorted(FORMS), action="append")
    arguments = parser.parse_args()
    learnt = Learnt.of(PriceBook.load())
    made: list[dict[str, Any]] = []
    cells: dict[Cell, list[float]] = {}
    for name, form in FORMS.items():
        items = list(learnt.ready[name])
        chosen = settings(form, learnt.fits)
        if arguments.tune and (not arguments.form or name in arguments.form):
            chosen = replace(tuned(name, items, chosen), base=chosen.base)
        fitted = Fitted.learn(form, [item.sample for item in items], chosen)
        made += setting_rows(name, chosen) + effect_rows(name, fitted)
        for cell, values in scaled_errors(name, items, chosen).items():
            cells.setdefault(cell, []).extend(values)
    write([*kept_rows(), *made, *interval_rows(cells)])


if __name__ == "__main__":
    main()
