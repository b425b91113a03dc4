"""Write what the Method page shows: each row predicted without it, and the errors by group."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

import report
from benchmarks.judge import MeasuredRow, Outcome, Refused, part_of
from benchmarks.summary import Part, summary
from calculators import METHOD
from pricing.measurement_schema import DeviceMeasurementRow

FOLDER = Path(report.__file__).parent / "accuracy"
MODES = ("row", "model", "accelerator", "device")
UNITS = {"device_power": "W", "device_energy": "J"}  # of a group's figures; seconds otherwise


def _published(row: MeasuredRow, group: str) -> tuple[str, float | None]:
    """The figure as its source prints it."""
    if not isinstance(row, DeviceMeasurementRow):
        return row.quantity, row.value
    name = {
        "device_llm_decode": "decode_tokens_per_s",
        "device_llm_prefill": "prefill_tokens_per_s",
        "device_energy": "energy_j_per_token",
    }.get(group, "latency_ms")
    return name, getattr(row, name)


def _outcome(out: Outcome) -> dict[str, object]:
    """A predicted row; both figures for one unit of its work."""
    row, group = out.case.row, out.case.ready.group
    quantity, value = _published(row, group)
    figures = {
        "measured": out.case.ready.sample.seconds,
        "predicted": float(np.exp(out.log_time)),
        "low": float(np.exp(out.log_time - out.reach)),
        "high": float(np.exp(out.log_time + out.reach)),
    }
    return {
        "row": row.row,
        "group": group,
        "model": row.model,
        "hardware": part_of(row),
        "stack": out.case.stack,
        "quantity": quantity,
        "value": value,
        "work": out.case.ready.unit,
        "unit": UNITS.get(group, "s"),
        **{name: f"{figure:.4g}" for name, figure in figures.items()},
        "label": out.label,
        "hardware_measured": "yes" if out.hardware == "known" else "no",
    }


def _refused(item: Refused, row: MeasuredRow) -> dict[str, object]:
    """A row without prediction, and why."""
    return {
        "row": item.row,
        "group": item.group,
        "model": row.model,
        "hardware": part_of(row),
        "reason": item.reason,
    }


def write_rows(
    found: Iterable[Outcome], refused: Iterable[Refused], rows: Mapping[str, MeasuredRow]
) -> None:
    """``left_out.csv``: every row with its prediction by fits that have not seen it."""
    made = [_outcome(out) for out in found if out.case.ready.form != "device_power"]
    made += [_refused(item, rows[item.row]) for item in refused]
    _write(sorted(made, key=lambda line: (str(line["group"]), str(line["row"]))), "left_out.csv")


def write_summaries(parts: Sequence[tuple[str, Part]], edition: date) -> None:
    """``summary.csv``: errors by what was left out, group and part."""
    lines: list[dict[str, object]] = []
    for mode, part in parts:
        figures = summary(part.name, part.found, part.total)
        del figures["group"]
        lines.append(
            {
                "left_out": mode,
                "group": part.group,
                "kind": part.kind,
                "part": part.words,
                **figures,
                "edition": edition.isoformat(),
                "method": METHOD,
            }
        )
    _write(lines, "summary.csv")


def _write(lines: Sequence[Mapping[str, object]], name: str) -> None:
    columns = list(dict.fromkeys(column for line in lines for column in line))
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
