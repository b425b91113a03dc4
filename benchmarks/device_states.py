"""What sustained use keeps and what an application adds, from rows that measured both.

Ratios of two rows of one network, device and software: the speed after minutes of continuous use
over that of the first. Differences: a row taken inside an application less the network's own time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.calibration import NORMAL
from benchmarks.intervals import fit_row
from calculators.estimators.learnt import Learnt
from calculators.estimators.terms import EffectLabel
from pricing.measurement_schema import DeviceMeasurementRow

Pair = tuple[DeviceMeasurementRow, DeviceMeasurementRow]  # in the first minute, and later


def pairs(rows: Sequence[DeviceMeasurementRow]) -> list[Pair]:
    """Rows read in a stated minute of continuous use, with the burst of the same source."""

    def key(row: DeviceMeasurementRow) -> tuple[object, ...]:
        same = (row.source, row.model, row.device, row.engine, row.unit, row.precision)
        return (*same, row.weight_bits)

    bursts = {key(row): row for row in rows if row.sustained == "no" and row.decode_tokens_per_s}
    later = [row for row in rows if row.minute and row.decode_tokens_per_s and key(row) in bursts]
    return [(bursts[key(row)], row) for row in later]


def kept(pair: Pair) -> float:
    """Share of the first minute's speed that is left."""
    burst, later = pair
    return (later.decode_tokens_per_s or np.nan) / (burst.decode_tokens_per_s or np.nan)


def sustained_rows(rows: Sequence[DeviceMeasurementRow]) -> list[dict[str, Any]]:
    """Shares by unit of a phone; the range is that of all units about their means."""
    by_unit: dict[str, list[tuple[float, str]]] = {}
    for pair in pairs(rows):
        by_unit.setdefault(pair[1].unit, []).append((float(np.log(kept(pair))), pair[1].row))
    every = [log for found in by_unit.values() for log, _ in found]
    if len(every) < 2:
        return []
    reach = NORMAL * float(np.std(every, ddof=1))
    made = []
    for unit, found in sorted(by_unit.items()):
        log = float(np.mean([item for item, _ in found]))
        named = ", ".join(sorted(row for _, row in found))
        made.append(
            fit_row(
                "device_sustained",
                f"phone/{unit}",
                float(np.exp(log)),
                "ratio",
                low=round(float(np.exp(log - reach)), 4),
                high=round(float(min(np.exp(log + reach), 1.0)), 4),
                fitted_on=len(found),
                note=f"of the first minute's speed after ten, language models: {named}",
            )
        )
    return made


def _on_npu(label: EffectLabel) -> EffectLabel:
    """A label of a row that leaves the unit open, as that of the neural unit."""
    if isinstance(label, tuple):
        return ("npu" if label[0] == "auto" else label[0], label[1])
    return "npu" if label == "auto" else label.replace("/auto", "/npu")


def handling_rows(learnt: Learnt) -> list[dict[str, Any]]:
    """Time in an application less the network's own [ms], by kind and family; p10, median, p90.

    The rows leave the unit open; the network alone is taken to run on the neural unit.
    """
    fitted = learnt.form("device_network")
    found: dict[str, list[float]] = {}
    for item in learnt.ready["device_network"]:
        if not item.sample.labels.get("in_app"):
            continue
        labels = {name: _on_npu(label) for name, label in item.sample.labels.items()}
        labels["in_app"] = ""
        terms = np.array(item.sample.terms)[:, None, None]
        own = np.exp(fitted.predict(terms, fitted.query(fitted.switched([labels]))).log_seconds)
        family = str(item.sample.labels["family"]).partition("/")[0]
        over = 1e3 * (item.sample.seconds - float(own[0, 0]))
        found.setdefault(f"vision/{family}", []).append(over)
    made = []
    for scope, values in sorted(found.items()):
        low, mid, high = np.percentile([value for value in values if value > 0], [10, 50, 90])
        note = "rows measured in an application less the fitted time of the network"
        made.append(
            fit_row(
                "device_handling_ms",
                scope,
                float(mid),
                "millisecond",
                low=round(float(low), 2),
                high=round(float(high), 2),
                fitted_on=len(values),
                note=note,
            )
        )
    return made
