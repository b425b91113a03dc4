"""Fit the estimators on the measured rows and write ``pricing/tables/estimator_fits.csv``.

``python -m benchmarks.fit --edition 2026-11-24`` learns the effects and calibrates the intervals
with the spreads as they are, and appends what moved as rows of that edition; ``--tune`` chooses
spreads and noise anew by leaving rows out (run again without it for the intervals). ``--form``,
which may be repeated, leaves the figures of all other forms as they are. Rows that are not of a
form (assumptions, laws, stacks) are kept as they are.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy import project_rows
from benchmarks.calibration import NORMAL
from benchmarks.device_states import handling_rows, sustained_rows
from benchmarks.fine_tunes import interval_row
from benchmarks.intervals import fit_row, interval_cells, interval_rows
from benchmarks.tuning import Groups, tune
from calculators.estimators.learnt import FORMS, Learnt, settings
from calculators.estimators.measured import Ready
from calculators.estimators.predictor import HARDWARE
from calculators.estimators.terms import Fitted, Form, Settings
from pricing.book import PriceBook
from pricing.edition import frozen
from pricing.loader import TABLE_DIR
from pricing.measurement_schema import DeviceMeasurementRow, FineTuneRunRow, FitRow

PATH = TABLE_DIR / "estimator_fits.csv"
WRITTEN = frozenset(
    {"interval", *(f"{name}.{part}" for name in FORMS for part in ("spread", "noise", "effect"))}
)

MEASURED = frozenset({"device_sustained", "device_handling_ms"})  # where rows say so, else assumed


def label_array(items: Sequence[Ready], effect: str) -> Groups:
    """A label of every sample, as text."""
    return np.array([str(item.sample.labels.get(effect, "")) for item in items])


def tuned(name: str, items: Sequence[Ready], chosen: Settings) -> Settings:
    """Spreads and noise by leaving rows out, and some whole machines and networks."""
    hardware = label_array(items, HARDWARE[name])
    weight = 0.5
    if name.startswith("device_"):
        # whole chips go, not one unit of them: a device nobody measured is the common question
        hardware = np.array([label.partition("/")[0] for label in hardware])
        weight = 1.0
    groups: dict[str, tuple[Groups, float]] = {"hardware": (hardware, weight)}
    if name in {"llm_load", "device_token"}:
        groups["model"] = (label_array(items, "model"), 0.15)
    if name == "stack":
        groups["pair"] = (label_array(items, "pair"), 0.5)
    samples = [item.sample for item in items]
    return tune(FORMS[name], samples, chosen, groups)


# ---------------------------------------------------------------------------------- writing


def setting_rows(name: str, chosen: Settings) -> list[dict[str, Any]]:
    """Spreads and noise of a form."""
    spread = "prior standard deviation (log)"
    rows = [
        fit_row(f"{name}.spread", effect, value, "ratio", note=spread)
        for effect, value in chosen.spread.items()
    ]
    noise = "standard deviation of the log of one row"
    return [*rows, fit_row(f"{name}.noise", "", chosen.noise, "ratio", note=noise)]


def effect_rows(form: Form, fitted: Fitted) -> list[dict[str, Any]]:
    """Learnt effects with their 80 % intervals and the rows that carry the label."""
    deviation = np.sqrt(np.diag(fitted.posterior))
    carried = (fitted.data.weights != 0).sum(axis=0)
    rows = []
    for index, (effect, label, group) in enumerate(fitted.data.columns):
        value = float(fitted.theta[index])
        reach = NORMAL * float(deviation[index])
        terms = ", ".join(form.terms[k] for k in form.effect(effect).groups[group])
        rows.append(
            fit_row(
                f"{form.name}.effect",
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


def text(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as the table prints it."""
    return {
        name: "" if row.get(name) is None else str(row.get(name, ""))
        for name in FitRow.model_fields
    }


def write(
    rows: Sequence[Mapping[str, Any]],
    edition: date,
    as_of: date,
    path: Path = PATH,
    kinds: Collection[str] = WRITTEN,
    groups: Collection[str] = (),
) -> int:
    """Append the figures that differ from the newest ones as rows of ``edition``; how many.

    Rows of ``kinds`` written for ``edition`` before are replaced, intervals only of ``groups``
    where any are named; a frozen edition raises ValueError.
    """
    if edition in {item.edition for item in frozen()}:
        raise ValueError(f"edition {edition} is frozen: choose a later one")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or FitRow.model_fields)
        kept = [
            row
            for row in reader
            if row["edition"] != edition.isoformat()
            or row["fit"] not in kinds
            or (row["fit"] in MEASURED and not row["fitted_on"])
            or (row["fit"] == "interval" and groups and _group(row["scope"]) not in groups)
        ]
    newest = {(row["fit"], row["scope"]): row for row in kept}
    shown = ("value", "low", "high", "unit", "fitted_on", "note")
    made = []
    for row in rows:
        new = text({**row, "edition": edition, "as_of": as_of})
        old = newest.get((new["fit"], new["scope"]))
        if old is None or any(_figure(old[name]) != _figure(new[name]) for name in shown):
            made.append(new)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, *made])
    return len(made)


def _group(scope: str) -> str:
    """Group of an interval's scope: "speech/scaled/known" is of "speech"."""
    return scope.partition("/")[0]


def _figure(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def main() -> None:
    """Learn, calibrate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="choose spreads and noise anew")
    parser.add_argument("--form", choices=sorted(FORMS), action="append")
    parser.add_argument("--edition", type=date.fromisoformat, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: the edition")
    arguments = parser.parse_args()
    book = PriceBook.load()
    learnt = Learnt.of(book)
    names = arguments.form or list(FORMS)
    made: list[dict[str, Any]] = []
    for name in names:
        form, items = FORMS[name], list(learnt.ready[name])
        chosen = settings(form, learnt.fits)
        if arguments.tune:
            chosen = replace(tuned(name, items, chosen), base=chosen.base)
        fitted = Fitted.learn(form, [item.sample for item in items], chosen)
        made += setting_rows(name, chosen) + effect_rows(form, fitted)
    kinds = {f"{name}.{part}" for name in names for part in ("spread", "noise", "effect")}
    if "device_network" in names:
        made += handling_rows(learnt)
    if "device_token" in names:
        made += sustained_rows(book.table("device_measurements", DeviceMeasurementRow))
    groups = {item.group for name in names for item in learnt.ready[name]}
    cells = interval_cells(learnt, project_rows(book))
    intervals = [row for row in interval_rows(cells) if _group(row["scope"]) in groups]
    if "fine_tune" in names:
        intervals.append(interval_row(learnt, book.table("fine_tune_runs", FineTuneRunRow)))
    as_of = arguments.as_of or arguments.edition
    count = write(
        [*made, *intervals],
        arguments.edition,
        as_of,
        kinds={"interval", *MEASURED, *kinds},
        groups=groups,
    )
    print(f"{count} figures of edition {arguments.edition} written to {PATH.name}")


if __name__ == "__main__":
    main()
