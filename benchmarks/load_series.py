"""Series of a load curve: their maximum, and the law between their own ends.

A series is the rows of one source, engine and version, network, precision, accelerator, count,
parallelism and lengths. Its maximum is the highest completed rate where the last doubling of the
load gained under a tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.loads import POINTS
from pricing.measurement_schema import LoadMeasurementRow

GAIN = 0.1  # of the last doubling of the load, under which a series has its maximum
ZONE = (0.30, 0.85)  # shares of the maximum that targets are set for


def series_of(row: LoadMeasurementRow) -> tuple[object, ...]:
    """What the rows of a series share."""
    return (
        *(row.source, row.engine, row.version, row.model, row.precision, row.weight_bits),
        *(row.part, row.count, row.parallel, row.input_tokens, _rounded(row.output_tokens)),
    )


def _rounded(tokens: float | None) -> float | None:
    """Mean lengths of runs of one set-up differ by a token or two."""
    return None if tokens is None else round(tokens, -1)


def grouped(rows: Iterable[LoadMeasurementRow]) -> list[list[LoadMeasurementRow]]:
    """Rows by series."""
    found: dict[tuple[object, ...], list[LoadMeasurementRow]] = {}
    for row in rows:
        found.setdefault(series_of(row), []).append(row)
    return list(found.values())


@dataclass(frozen=True)
class Ends:
    """The unloaded and the fullest row of a series; None where it has none."""

    lowest: LoadMeasurementRow | None
    highest: LoadMeasurementRow | None  # of the highest completed rate

    @property
    def maximum(self) -> float | None:
        """The highest completed rate."""
        return self.highest.requests_per_s if self.highest else None

    def share(self, row: LoadMeasurementRow) -> float | None:
        """Rate of a row over the maximum of its series."""
        rate = row.load_value if row.load == "rate" else row.requests_per_s
        return rate / self.maximum if rate and self.maximum and row.items == 1.0 else None


def ends_of(rows: Sequence[LoadMeasurementRow]) -> Ends:
    """Ends of a series, seen over its rates in things (a request may ask for several)."""
    points = [row for row in rows if row.load != "max" and row.load_value and row.items == 1.0]
    loads = sorted(points, key=lambda row: row.load_value or 0.0)
    timed = [row for row in loads if row.p50_ms and row.use in POINTS]
    return Ends(timed[0] if timed else None, _highest(loads) or _stated(rows))


def _highest(loads: Sequence[LoadMeasurementRow]) -> LoadMeasurementRow | None:
    """The row of the maximum, where the last doubling of the load gained under a tenth."""
    for kind in ("rate", "concurrency"):
        completed = [row for row in loads if row.load == kind and row.requests_per_s]
        before = [row for row in completed if 2.0 * _load(row) <= _load(completed[-1])]
        most = max((_rate(row) for row in before), default=0.0)
        if completed and _rate(completed[-1]) < (1.0 + GAIN) * most:
            return max(completed, key=_rate)
    return None


def _stated(rows: Sequence[LoadMeasurementRow]) -> LoadMeasurementRow | None:
    """The highest maximum the source itself states; a batch of so many at once is none."""
    whole = [row for row in rows if row.load == "max" and row.load_value is None]
    stated = [row for row in whole if row.requests_per_s and row.use != "end"]
    return max(stated, key=_rate, default=None)


def _load(row: LoadMeasurementRow) -> float:
    return row.load_value or 0.0


def _rate(row: LoadMeasurementRow) -> float:
    return row.requests_per_s or 0.0


def between_ends(row: LoadMeasurementRow, ends: Ends) -> float | None:
    """Median answer [ms] of a row from the ends of its series alone; None for the ends themselves.

    At a rate: ``E0 / (1 - s load)`` with ``s = 1 - step alone / step at the maximum`` where both
    are measured. At C held: ``E0 + (C - C0) / maximum`` for networks; for language models the
    straight line between both ends.
    """
    low, high = ends.lowest, ends.highest
    if low is None or high is None or row.row in (low.row, high.row) or row.load != low.load:
        return None
    return _at_rate(row, low, high) if row.load == "rate" else _at_held(row, low, high)


def _at_rate(
    row: LoadMeasurementRow, low: LoadMeasurementRow, high: LoadMeasurementRow
) -> float | None:
    stretch, maximum = _stretch(low, high), _rate(high)
    if stretch is None or low.p50_ms is None:
        return None
    unloaded = low.p50_ms * (1.0 - stretch * min(_load(low) / maximum, 1.0))
    return unloaded / (1.0 - stretch * min(_load(row) / maximum, 1.0))


def _at_held(
    row: LoadMeasurementRow, low: LoadMeasurementRow, high: LoadMeasurementRow
) -> float | None:
    held, span = _load(row) - _load(low), _load(high) - _load(low)
    if low.p50_ms is None:
        return None
    if row.kind != "llm":
        return low.p50_ms + 1e3 * held / _rate(high)
    if high.p50_ms is None or span <= 0:
        return None
    return low.p50_ms + (high.p50_ms - low.p50_ms) * held / span


def _stretch(low: LoadMeasurementRow, high: LoadMeasurementRow) -> float | None:
    """1 - step alone / step at the maximum."""
    if low.tpot_ms and high.tpot_ms:
        return max(1.0 - low.tpot_ms / high.tpot_ms, 0.0)
    if low.p50_ms and high.p50_ms:
        return max(1.0 - low.p50_ms / high.p50_ms, 0.0)
    return None
