"""Predict measured rows from fits that have not seen them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.calibration import Cell
from calculators.arrays import Array
from calculators.estimators.ceilings import RESOURCES, Ceilings, floor_seconds
from calculators.estimators.figures import width
from calculators.estimators.learnt import Learnt
from calculators.estimators.matches import Match, Matches
from calculators.estimators.measured import (
    GROUP_OF_KIND,
    Ready,
    Unusable,
    all_ready,
    training_group,
)
from calculators.estimators.predictor import HARDWARE
from calculators.estimators.terms import EffectLabel, Fitted
from calculators.estimators.types import Label
from pricing.measurement_schema import (
    DeviceMeasurementRow,
    InferenceMeasurementRow,
    StackPairRow,
    TrainingMeasurementRow,
)

FOLDS = 40  # a row is predicted without its own fortieth of all rows
SAME_VALUE = 0.001  # values within 0.1 % of one configuration are one measurement
MeasuredRow = InferenceMeasurementRow | DeviceMeasurementRow | TrainingMeasurementRow | StackPairRow


@dataclass(frozen=True)
class Refused:
    """A row that cannot be predicted, and why."""

    row: str
    group: str
    reason: str
    places: tuple[str, ...] = ()  # unit and state of a device row

    @classmethod
    def of(cls, row: MeasuredRow, group: str, reason: str) -> Refused:
        """With the unit and the state of a device row."""
        return cls(row.row, group, reason, places_of(row))


def places_of(row: MeasuredRow) -> tuple[str, ...]:
    """Unit of a device row, and "sustained" where it is; nothing of others."""
    if not isinstance(row, DeviceMeasurementRow):
        return ()
    return (row.unit.upper(), *(["sustained"] if row.sustained == "yes" else []))


@dataclass(frozen=True)
class Case:
    """One measurement to predict."""

    ready: Ready
    row: MeasuredRow

    @property
    def hardware(self) -> str:
        """Accelerator or device of the row."""
        return part_of(self.row)

    @property
    def stack(self) -> str:
        """Tuned or other software; blank where the row does not divide so."""
        if isinstance(self.row, InferenceMeasurementRow):
            return "tuned" if self.row.stack == "tuned" else "other"
        return ""


@dataclass(frozen=True)
class Outcome:
    """A case with its prediction in logarithms of time."""

    case: Case
    log_time: float
    deviation: float
    label: str
    hardware: str
    elsewhere: bool  # the network is measured on another accelerator
    deviations: float = 0.0

    @property
    def error(self) -> float:
        """log predicted - log measured time."""
        return self.log_time - float(np.log(self.case.ready.sample.seconds))

    @property
    def cell(self) -> Cell:
        """Where its interval comes from; rows that state less have one of their own."""
        vague = "-vague" if self.case.ready.sample.loose > 1.0 else ""
        return self.case.ready.group, self.label, self.hardware + vague

    @property
    def reach(self) -> float:
        """Half the 80 % interval of log time."""
        return self.deviations * self.deviation


@dataclass(frozen=True)
class Reading:
    """What the measured rows say of a case: log time, deviation, and where they come from."""

    log_mid: float
    deviation: float
    label: Label
    hardware: str  # "known" where the hardware carries measured rows, else "new"


def read(
    fitted: Fitted,
    terms: Array,
    labels: Mapping[str, EffectLabel],
    match: Match | None,
    ceilings: Ceilings,
    loose: float = 1.0,
) -> Reading:
    """What the measured rows say of one piece of work with ``terms`` (K, 1).

    A row that answers exactly replaces the fit, which uses no more of the peaks than was reached.
    """
    form = fitted.data.form.name
    if match is not None:
        noise = fitted.data.settings.noise * loose
        return Reading(float(match.log_seconds[0]), noise, "measured", "known")
    found = fitted.predict(terms[:, None], fitted.query(fitted.switched([labels])), loose=loose)
    shares = np.array(ceilings.of_labels(form, labels))
    # a row that does not state its format or lengths may not reach the share it seems to
    least = float(floor_seconds(form, terms[:, 0], shares)) if loose == 1.0 else 0.0
    return Reading(
        max(float(found.log_seconds[0, 0]), float(np.log(max(least, 1e-30)))),
        float(found.deviation[0, 0]),
        label_of(fitted, labels),
        hardware_of(fitted, labels),
    )


def label_of(fitted: Fitted, labels: Mapping[str, EffectLabel]) -> Label:
    """Scaled where the network itself was measured on something, else estimated."""
    model = labels.get("model", "")
    return "scaled" if isinstance(model, str) and fitted.knows("model", model) else "estimated"


def hardware_of(fitted: Fitted, labels: Mapping[str, EffectLabel]) -> str:
    """Whether the hardware carries measured rows: "known" or "new"."""
    name = labels.get(HARDWARE[fitted.data.form.name], "")
    known = isinstance(name, str) and fitted.knows(HARDWARE[fitted.data.form.name], name)
    return "known" if known else "new"


@dataclass(frozen=True)
class Known:
    """A form learnt, its rows indexed, and the greatest shares of the peaks among them."""

    fitted: Fitted
    matches: Matches
    ceilings: Ceilings


class Judge:
    """Predicts cases from fits that have not seen what is hidden from them."""

    def __init__(self, learnt: Learnt, rows: Mapping[str, MeasuredRow]) -> None:
        self.learnt = learnt
        self.rows = rows
        self._last: dict[str, tuple[frozenset[str], Known]] = {}

    def without(self, form: str, hidden: frozenset[str]) -> Known:
        """What is known of a form without some rows; the last of each is kept."""
        items = self.learnt.ready[form]
        gone = hidden & self._bounding(form)
        last = self._last.get(form)
        if last is None or last[0] != gone:
            kept = [item for item in items if item.sample.row not in gone]
            known = Known(self.learnt.without(form, gone), Matches.of(kept), self._ceilings(hidden))
            last = self._last[form] = gone, known
        return last[1]

    def _bounding(self, form: str) -> frozenset[str]:
        """Rows that have a part in the predictions of a form."""
        forms = {form, *(RESOURCES if form in RESOURCES else ())}
        return frozenset(item.sample.row for it in forms for item in self.learnt.ready[it])

    def _ceilings(self, hidden: frozenset[str]) -> Ceilings:
        items = (item for form in RESOURCES for item in self.learnt.ready[form])
        return Ceilings.of(item for item in items if item.sample.row not in hidden)

    def predict(self, case: Case, hidden: frozenset[str]) -> Outcome:
        """One case, from fits that have not seen the rows ``hidden``; raises Unusable."""
        sample, form = case.ready.sample, case.ready.form
        known = self.without(form, hidden)
        fitted = known.fitted
        terms = np.array(sample.terms)[:, None]
        labels = dict(sample.labels)
        unsized = labels.get("unsized", "")
        sized = form != "device_speech"  # speech of unknown size is told, with a wide range
        if sized and unsized and isinstance(unsized, str) and not fitted.knows("unsized", unsized):
            raise Unusable(f"arithmetic of {case.row.model} not known, and no other row of it")
        match = known.matches.find(form, labels, terms)
        found = read(fitted, terms, labels, match, known.ceilings, sample.loose)
        return Outcome(
            case=case,
            log_time=max(found.log_mid, float(np.log(max(case.ready.least, 1e-30)))),
            deviation=found.deviation,
            label=found.label,
            hardware=found.hardware,
            elsewhere=self._elsewhere(case, hidden),
        )

    def _elsewhere(self, case: Case, hidden: frozenset[str]) -> bool:
        """Whether the network was measured on another graphics accelerator."""
        others = (
            self.rows[item.sample.row]
            for item in self.learnt.ready[case.ready.form]
            if item.sample.row not in hidden
        )
        return any(
            other.model == case.row.model
            and part_of(other) != case.hardware
            and not part_of(other).startswith("cpu")
            for other in others
        )


def part_of(row: MeasuredRow) -> str:
    """Accelerator or device of a row."""
    return row.device if isinstance(row, DeviceMeasurementRow) else row.part


# ------------------------------------------------------------------------- what is left out


def configuration(row: MeasuredRow) -> tuple[object, ...]:
    """What makes two rows the same measurement, but for the value."""
    return tuple(getattr(row, name) for name in type(row).model_fields if name not in UNCOMPARED)


UNCOMPARED = frozenset(
    {
        "row",
        "benchmark",
        "edition",
        "as_of",
        "confidence",
        "source",
        "locator",
        "note",
        "doubtful",
        "params_millions",
        "gmacs",
        # the measured figures
        "value",
        "tuned_value",
        "latency_ms",
        "prefill_tokens_per_s",
        "decode_tokens_per_s",
        "first_load_ms",
        "later_load_ms",
        "model_size_mb",
        "peak_memory_mb",
        "power_of",
        "minute",
        "fitted",
    }
)
"""Columns in which two rows of one configuration may differ."""


def value_of(row: MeasuredRow) -> float:
    """The measured figure of a row."""
    if isinstance(row, DeviceMeasurementRow):
        found = row.latency_ms or row.decode_tokens_per_s or row.prefill_tokens_per_s
        return found or row.energy_j_per_token or row.energy_mj_per_request or 0.0
    return row.value / row.tuned_value if isinstance(row, StackPairRow) else row.value


def twins(row: MeasuredRow, index: Mapping[tuple[object, ...], list[MeasuredRow]]) -> set[str]:
    """Project rows that are this very measurement."""
    return {
        other.row
        for other in index.get(configuration(row), [])
        if abs(value_of(other) - value_of(row)) <= SAME_VALUE * value_of(row)
    }


def folds(names: Sequence[str], count: int = FOLDS) -> dict[str, frozenset[str]]:
    """Rows dealt at random (fixed seed) into folds; a row -> the rows of its fold."""
    ordered = sorted(names)
    dealt: list[set[str]] = [set() for _ in range(count)]
    for place, index in enumerate(np.random.default_rng(0).permutation(len(ordered))):
        dealt[place % count].add(ordered[index])
    return {name: frozenset(fold) for fold in dealt for name in fold}


def left_out(
    cases: Sequence[Case],
    rows: Mapping[str, MeasuredRow],
    mode: str,
    own: bool,
    count: int = FOLDS,
) -> list[frozenset[str]]:
    """For each case the project rows its fit must not see.

    ``mode`` row: its twins, itself where it is one, and their whole folds, so that cases share
    fits; else every row that shares the case's network, hardware or document.
    """
    index: dict[tuple[object, ...], list[MeasuredRow]] = {}
    for row in rows.values():
        index.setdefault(configuration(row), []).append(row)
    fold_of = folds(list(rows), count)
    found = []
    for case in cases:
        gone = frozenset(twins(case.row, index))
        same = _sharing(case, mode)
        if same is not None:
            gone |= {row.row for row in rows.values() if same(row) == same(case.row)}
        else:
            known = {case.row.row} if own else gone
            gone = gone.union(*(fold_of[name] for name in known))
        found.append(gone)
    return found


def _sharing(case: Case, mode: str) -> Callable[[MeasuredRow], str] | None:
    """What the mode leaves out of this case; None where it leaves out the row alone."""
    on_device = isinstance(case.row, DeviceMeasurementRow)
    if mode == "configuration" and isinstance(case.row, StackPairRow):
        return together
    if mode == "model":
        return lambda row: row.model
    if mode == "configuration":
        return lambda row: "|".join((row.source, row.model, part_of(row)))
    if mode == "document" and not on_device:
        return lambda row: getattr(row, "benchmark", "")
    if (mode == "device") == on_device and mode in {"device", "accelerator"}:
        return part_of
    return None


def together(row: MeasuredRow) -> str:
    """Source, network and hardware of a pair; other rows are one of their own."""
    if not isinstance(row, StackPairRow):
        return row.row
    return f"{row.benchmark.partition(' ')[0]}|{row.model}|{row.part}"


def group_of(row: MeasuredRow) -> str:
    """The group a row that was not made ready would have been in."""
    if isinstance(row, TrainingMeasurementRow):
        return training_group(row)
    if isinstance(row, StackPairRow):
        return "stack ratio"
    if isinstance(row, DeviceMeasurementRow):
        return _device_group(row)
    if row.kind != "llm":
        return GROUP_OF_KIND[row.kind]
    alone = "llm_batch1_decode" if row.mode == "single" else "llm_full_load"
    return GROUP_OF_QUANTITY.get(row.quantity, alone)


def _device_group(row: DeviceMeasurementRow) -> str:
    if not (row.latency_ms or row.decode_tokens_per_s or row.prefill_tokens_per_s):
        return "device_energy" if row.energy_j_per_token else "device_first_load"
    if row.kind == "speech" and (row.audio_s or row.part != "whole"):
        return "device_speech"
    return "device_llm_decode" if row.kind == "llm" else "device_vision"


GROUP_OF_QUANTITY = {
    "ttft_ms": "ttft",
    "input_tokens_per_s": "llm_prefill",
    "tpot_ms": "llm_tpot_under_load",
    "latency_ms": "llm_whole_answer",
}
"""Group of a language model row by what it measures."""


# -------------------------------------------------------------------------------- outcomes


def outcomes(
    judge: Judge, cases: Sequence[Case], mode: str, own: bool, count: int = FOLDS
) -> tuple[list[Outcome], list[Refused]]:
    """All cases predicted with their intervals, and those that cannot be, with the reason."""
    return outcomes_without(judge, cases, left_out(cases, judge.rows, mode, own, count))


def outcomes_without(
    judge: Judge, cases: Sequence[Case], hidden: Sequence[frozenset[str]]
) -> tuple[list[Outcome], list[Refused]]:
    """The same with the rows that each case must not see given."""
    found: dict[int, list[Outcome]] = {}
    refused: list[Refused] = []
    # cases that hide the same rows share a fit
    for index in sorted(range(len(cases)), key=lambda i: (cases[i].ready.form, sorted(hidden[i]))):
        case = cases[index]
        try:
            time = judge.predict(case, hidden[index])
            found[index] = [time, *_energy(judge, case, hidden[index], time)]
        except Unusable as error:
            refused.append(Refused.of(case.row, case.ready.group, str(error)))
    made = [out for index in sorted(found) for out in found[index]]
    return with_intervals(made, judge.learnt), sorted(refused, key=lambda item: item.row)


def _energy(judge: Judge, case: Case, hidden: frozenset[str], time: Outcome) -> list[Outcome]:
    """Energy is power times time: both predicted without the row, compared with joules."""
    row = case.row
    if case.ready.form != "device_token" or not isinstance(row, DeviceMeasurementRow):
        return []
    joule = row.energy_j_per_token
    if joule is None:
        return []
    power = judge.predict(_power_case(judge, case), hidden)
    sample = replace(case.ready.sample, seconds=joule)
    return [
        Outcome(
            case=Case(replace(case.ready, group="device_energy", sample=sample), row),
            log_time=time.log_time + power.log_time,
            deviation=float(np.hypot(time.deviation, power.deviation)),
            label="scaled" if power.label == "scaled" else "estimated",
            hardware=power.hardware,
            elsewhere=False,
        )
    ]


def _power_case(judge: Judge, case: Case) -> Case:
    """The power part of a row with energy and a speed."""
    items = judge.learnt.ready["device_power"]
    own = next((item for item in items if item.sample.row == case.row.row), None)
    if own is None:
        made, _ = all_ready([], [case.row], judge.learnt.catalogue)  # type: ignore[list-item]
        own = made["device_power"][0]
    return Case(own, case.row)


def scaled(found: Sequence[Outcome]) -> dict[Cell, list[tuple[str, float]]]:
    """Rows and their |error| / deviation, by cell."""
    cells: dict[Cell, list[tuple[str, float]]] = {}
    for out in found:
        cells.setdefault(out.cell, []).append((out.case.row.row, abs(out.error) / out.deviation))
    return cells


def with_intervals(found: Sequence[Outcome], learnt: Learnt) -> list[Outcome]:
    """Cases with the deviations the product uses."""
    return [replace(out, deviations=width(learnt.fits, *out.cell)) for out in found]
