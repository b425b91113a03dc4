"""Predict rows of load curves from fits that have not seen their configuration.

A configuration is source, network and accelerator. Whatever else is left out, no fit sees a row
of the configuration it predicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from benchmarks.calibration import NORMAL
from benchmarks.judge import Refused
from benchmarks.load_fits import Language, LoadFits, LoadRows, OnePass, Said
from benchmarks.load_series import ZONE, Ends, between_ends, ends_of, grouped
from benchmarks.loads import POINTS
from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import Unusable
from pricing.measurement_schema import LoadMeasurementRow

Quantity = Literal["p50", "p90", "ttft", "tpot", "max", "ends"]
TIMES: tuple[Quantity, ...] = ("p50", "p90", "ttft", "tpot")
Range = tuple[float, float]  # log errors that 80 % of figures lie between
Cell = tuple[Quantity, str, str]  # figure, kind of network, how the load is given
NAMES: Mapping[Quantity, str] = {
    "p50": "load p50",
    "p90": "load p90",
    "ttft": "load ttft",
    "tpot": "load tpot",
    "max": "max rate",
    "ends": "load p50 given ends",
}
TAIL = 0.1  # share of errors on either side of an 80 % range
FEWEST = 8  # errors of a cell from which it has a range of its own


@dataclass(frozen=True)
class LoadOutcome:
    """A measured figure and what was said of it; ``predicted`` is None where nothing could be."""

    row: LoadMeasurementRow
    quantity: Quantity
    measured: float
    predicted: float | None
    share: float | None  # of the series' maximum rate
    range: Range = (0.0, 0.0)

    @property
    def error(self) -> float:
        """log predicted - log measured."""
        return float(np.log((self.predicted or np.nan) / self.measured))

    @property
    def side(self) -> int:
        """0 inside the range; 1 where less was measured than it holds, -1 where more was."""
        low, high = self.range
        return int(self.error > high) - int(self.error < low)

    @property
    def kind(self) -> str:
        """Language models, and all else."""
        return "llm" if self.row.kind == "llm" else "other"

    @property
    def cell(self) -> Cell:
        """Figures whose ranges come from each other's errors."""
        return self.quantity, self.kind, self.row.load

    @property
    def configuration(self) -> tuple[str, str, str]:
        """Source, network, accelerator."""
        return configuration(self.row)

    @property
    def in_zone(self) -> bool:
        """Whether its rate is one that targets are set for."""
        steady = self.row.fitted == "yes" and self.share is not None
        return steady and ZONE[0] <= (self.share or 0.0) <= ZONE[1]

    @property
    def one_batch(self) -> bool:
        """Whether the maximum is that of a batch handed over at once: a lower bound."""
        return self.row.load == "max" and self.row.load_value is not None


def configuration(row: LoadMeasurementRow) -> tuple[str, str, str]:
    """Source, network, accelerator."""
    return row.source, row.model, row.part


# ------------------------------------------------------------------------------------ predicting


class LoadJudge:
    """Predicts rows from fits on the project's rows, less those of their configuration."""

    def __init__(self, learnt: Learnt, own: Sequence[LoadMeasurementRow], mode: str) -> None:
        self.book = learnt.catalogue
        self.own = own
        self.ready = LoadRows.of(own, self.book)
        self.alike = _alike(mode)
        self._last: tuple[frozenset[str], LoadFits] | None = None

    def hidden(self, row: LoadMeasurementRow) -> frozenset[str]:
        """Rows no fit may see that predicts ``row``."""
        return frozenset(
            other.row
            for other in self.own
            if configuration(other) == configuration(row) or self.alike(other, row)
        )

    def fits(self, hidden: frozenset[str]) -> LoadFits:
        """Forms learnt without some rows; the last are kept."""
        if self._last is None or self._last[0] != hidden:
            self._last = hidden, LoadFits.learn(self.ready, self.book, hidden)
        return self._last[1]

    def outcomes(
        self, rows: Sequence[LoadMeasurementRow]
    ) -> tuple[list[LoadOutcome], list[Refused]]:
        """Every figure of ``rows``, and the rows that lack a field with the reason."""
        cases = LoadRows.of(rows, self.book)
        unused = {row.row for row in rows if row.use == "end"}
        lacking = [Refused(n, "load", why) for n, why in cases.lacking.items() if n not in unused]
        tasks: list[tuple[frozenset[str], LoadMeasurementRow, Ends]] = []
        for series in grouped(rows):
            ends = ends_of(series)
            tasks += [(self.hidden(row), row, ends) for row in series]
        made: list[LoadOutcome] = []
        for hidden, row, ends in sorted(tasks, key=lambda task: (sorted(task[0]), task[1].row)):
            if row.use == "end" or row.row in cases.lacking:
                continue
            try:
                made += self._of(row, ends, cases, hidden)
            except Unusable as error:
                lacking.append(Refused(row.row, "load", str(error)))
        return made, lacking

    def _of(
        self, row: LoadMeasurementRow, ends: Ends, cases: LoadRows, hidden: frozenset[str]
    ) -> list[LoadOutcome]:
        system = self._system(row.row, cases, self.fits(hidden))
        share = ends.share(row)
        made = _times(row, share, system) if row.use in POINTS else []
        lawful = between_ends(row, ends) if row.use in POINTS else None
        if lawful is not None and row.p50_ms:
            made.append(LoadOutcome(row, "ends", row.p50_ms, lawful, share))
        if _is_maximum(row, ends) and row.requests_per_s:
            made.append(LoadOutcome(row, "max", row.requests_per_s, system.most(), share))
        return made

    def _system(self, name: str, cases: LoadRows, fits: LoadFits) -> Language | OnePass:
        if name in cases.points:
            return fits.language(cases.points[name])
        return fits.one_pass(cases.networks[name])


def _is_maximum(row: LoadMeasurementRow, ends: Ends) -> bool:
    """Whether a row is the highest of its series, or stated as a maximum."""
    top = ends.highest is not None and ends.highest.row == row.row
    return row.use in ("maximum", "both") and (top or row.load == "max")


def _alike(mode: str) -> Callable[[LoadMeasurementRow, LoadMeasurementRow], bool]:
    """What a mode leaves out: a whole network or accelerator, else the configuration alone."""
    names = {"model": ("model",), "accelerator": ("part",)}.get(mode, ("source", "model", "part"))
    return lambda one, other: all(getattr(one, name) == getattr(other, name) for name in names)


def _times(
    row: LoadMeasurementRow, share: float | None, system: Language | OnePass
) -> list[LoadOutcome]:
    """The times a row states."""
    said = system.said()
    stated = {"p50": row.p50_ms, "p90": row.p90_ms, "ttft": row.ttft_ms, "tpot": row.tpot_ms}
    return [
        LoadOutcome(row, quantity, value, _said(said, quantity), share)
        for quantity in TIMES
        if (value := stated[quantity]) is not None
    ]


def _said(said: Said, quantity: Quantity) -> float | None:
    """A predicted time [ms]."""
    seconds = {
        "p50": said.answer,
        "p90": said.late,
        "ttft": said.first,
        "tpot": said.step,
    }[quantity]
    return None if seconds is None else 1e3 * seconds


# ---------------------------------------------------------------------------------------- ranges


def with_ranges(found: Sequence[LoadOutcome], fits: Fits, own: bool) -> list[LoadOutcome]:
    """80 % ranges: of own rows from other configurations' errors, of new ones from the table."""
    if not own:
        return [replace(out, range=range_of(fits, out.cell)) for out in found]
    made = []
    for cell in dict.fromkeys(out.cell for out in found):
        made += _apart([out for out in found if out.cell == cell])
    return made


def range_of(fits: Fits, cell: Cell) -> Range:
    """The range of log errors, as the table has it."""
    quantity, kind, load = cell
    return fits.range("load_range", f"{quantity}/{kind}/{load}", f"{quantity}/{kind}", quantity)


def ranges(found: Sequence[LoadOutcome]) -> dict[str, tuple[Range, int]]:
    """Range of each cell and of wider ones, and the figures behind it."""
    errors: dict[str, list[float]] = {}
    for out in found:
        if out.predicted is None:
            continue
        quantity, kind, load = out.cell
        for scope in (f"{quantity}/{kind}/{load}", f"{quantity}/{kind}", quantity):
            errors.setdefault(scope, []).append(out.error)
    return {
        scope: (between(np.array(values)), len(values))
        for scope, values in errors.items()
        if len(values) >= FEWEST or scope in NAMES
    }


def between(errors: Array) -> Range:
    """What a tenth of errors lies below, and a tenth above: an outer order statistic each."""
    ordered = np.sort(errors)
    place = int(np.floor((errors.size + 1) * TAIL))
    return float(ordered[max(place - 1, 0)]), float(ordered[min(-place, -1)])


def _apart(found: Sequence[LoadOutcome]) -> list[LoadOutcome]:
    """Ranges of the figures of one cell, each from those of other configurations."""
    known = [out for out in found if out.predicted is not None]
    errors = np.array([out.error for out in known])
    names = [out.configuration for out in known]
    of: dict[tuple[str, str, str], Range] = {}
    for name in dict.fromkeys(out.configuration for out in found):
        others = errors[[other != name for other in names]] if known else errors
        of[name] = between(others) if others.size >= FEWEST else (-NORMAL, NORMAL)
    return [replace(out, range=of[out.configuration]) for out in found]


# ---------------------------------------------------------------------------------------- groups


def load_groups(found: Sequence[LoadOutcome]) -> list[dict[str, Any]]:
    """Figures of every group."""
    made = []
    for quantity, name in NAMES.items():
        mine = [out for out in found if out.quantity == quantity]
        if quantity == "max":
            made += _maxima(name, mine)
            continue
        made += _kinds(name, mine)
        made += _kinds(f"{name}, 30-85 %", [out for out in mine if out.in_zone])
    pooled = [out for out in found if out.quantity != "ends" and out.row.fitted == "yes"]
    return [*made, load_summary("load, all together", pooled)] if pooled else made


def _maxima(name: str, found: Sequence[LoadOutcome]) -> list[dict[str, Any]]:
    whole = [out for out in found if not out.one_batch]
    apart = [out for out in whole if "MLPerf" not in out.row.setup]
    batches = [out for out in found if out.one_batch]
    return [
        *_kinds(name, whole),
        *_kinds(f"{name} without MLPerf", apart),
        *([load_summary(f"{name}, one batch at once", batches)] if batches else []),
    ]


def _kinds(name: str, found: Sequence[LoadOutcome]) -> list[dict[str, Any]]:
    """A group, and its language models and others; nothing where it is empty."""
    divided = [(name, list(found))]
    divided += [(f"{name}, {kind}", [o for o in found if o.kind == kind]) for kind in KINDS]
    return [load_summary(words, mine) for words, mine in divided if mine]


KINDS = ("llm", "other")


def load_summary(name: str, found: Sequence[LoadOutcome]) -> dict[str, Any]:
    """The figures of one group; what could not be predicted is outside every range."""
    known = [out for out in found if out.predicted is not None]
    logs = np.array([out.error for out in known])
    sides = np.array([out.side for out in known])
    width = np.array([out.range[1] - out.range[0] for out in known])
    errors = np.abs(np.expm1(logs))
    inside = int((sides == 0).sum())
    empty = not known
    return {
        "group": name,
        "n": len(found),
        "covered": len(known),
        "not_predicted": len(found) - len(known),
        "sources": len({out.row.source for out in found}),
        "median_error": None if empty else round(float(np.median(errors)), 4),
        "p90_error": None if empty else round(float(np.percentile(errors, 90)), 4),
        "inside_80": round(inside / len(found), 4),
        "misses_low": int((sides > 0).sum()),
        "misses_high": int((sides < 0).sum()),
        "bias": None if empty else round(float(np.expm1(np.median(logs))), 4),
        "median_width": None if empty else round(float(np.median(np.exp(width))), 4),
    }
