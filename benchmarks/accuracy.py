"""Judge the estimators against measurements they have not seen.

``python -m benchmarks.accuracy [--cases FILE.csv] [--leave-out row|model|accelerator|device]
[--json]``

FILE has the columns of the published inference or device measurements. Without it the project's
own rows are judged, each predicted by a fit on all rows but itself. To save steps such a fit starts
where a fit without the case's whole fold ended, which has not seen the case either. The other
modes leave out the case's whole network, accelerator or device. Rows of a FILE that are
project rows (same configuration, same value) are left out of their own prediction too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration import Cell, without_each
from benchmarks.cases import Names, read_cases
from calculators.arrays import Array
from calculators.estimators.figures import width
from calculators.estimators.learnt import Learnt
from calculators.estimators.matches import Matches
from calculators.estimators.measured import Ready, Unusable, all_ready
from calculators.estimators.oracle import read
from calculators.estimators.terms import Fitted
from pricing.book import PriceBook
from pricing.measurement_schema import (
    AliasRow,
    DeviceMeasurementRow,
    InferenceMeasurementRow,
    TrainingMeasurementRow,
)

FOLDS = 20
KEPT_FITS = 250
SAME_VALUE = 0.001  # values within 0.1 % of one configuration are one measurement
RATIO_GROUPS = ("device_vision", "device_llm_decode", "device_llm_prefill", "device_energy")
AGES = ("ampere", "ada", "hopper")
MeasuredRow = InferenceMeasurementRow | DeviceMeasurementRow | TrainingMeasurementRow


@dataclass(frozen=True)
class Case:
    """One measurement to predict."""

    ready: Ready
    row: MeasuredRow

    @property
    def hardware(self) -> str:
        """Accelerator or device of the row."""
        if isinstance(self.row, DeviceMeasurementRow):
            return self.row.device
        return self.row.part

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
        """Where its interval comes from."""
        return self.case.ready.group, self.label, self.hardware


# ------------------------------------------------------------------------------ predicting


NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hidden:
    """Project rows a case must not see, and the fold they are part of."""

    rows: frozenset[str]
    fold: frozenset[str] = NOTHING


class Judge:
    """Predicts cases from fits that have not seen them."""

    def __init__(self, learnt: Learnt, rows: Mapping[str, MeasuredRow]) -> None:
        self.learnt = learnt
        self.rows = rows
        self._fits: dict[tuple[str, frozenset[str]], tuple[Fitted, Matches]] = {}

    def without(
        self, form: str, left_out: frozenset[str], fold: frozenset[str] = NOTHING
    ) -> tuple[Fitted, Matches]:
        """A form learnt, and its rows indexed, without some rows.

        ``fold`` holds the left out rows and more: a fit without all of them is the start.
        """
        items = self.learnt.ready[form]
        names = {item.sample.row for item in items}
        gone, wider = left_out & names, (left_out | fold) & names
        start = None
        if gone != wider:
            start = self._shared(form, wider)[0].effects
        elif len(gone) != 1:
            return self._shared(form, gone)
        kept = [item for item in items if item.sample.row not in gone]
        return self.learnt.without(form, gone, start), Matches.of(kept)

    def _shared(self, form: str, gone: frozenset[str]) -> tuple[Fitted, Matches]:
        """A fit that many cases need; only the last few are kept, each holds megabytes."""
        key = (form, gone)
        if key not in self._fits:
            if len(self._fits) >= KEPT_FITS:
                self._fits.pop(next(iter(self._fits)))
            kept = [item for item in self.learnt.ready[form] if item.sample.row not in gone]
            self._fits[key] = (self.learnt.without(form, gone), Matches.of(kept))
        return self._fits[key]

    def predict(self, case: Case, hidden: Hidden) -> Outcome:
        """One case, from a fit that has not seen ``hidden``."""
        sample, form, left_out = case.ready.sample, case.ready.form, hidden.rows
        fitted, matches = self.without(form, left_out, hidden.fold)
        terms = np.array(sample.terms)[:, None]
        labels = dict(sample.labels)
        unsized = labels.get("unsized", "")
        if unsized and isinstance(unsized, str) and not fitted.knows("unsized", unsized):
            raise Unusable(f"arithmetic of {case.row.model} not known, and no other row of it")
        found = read(fitted, terms, labels, matches.find(form, labels, terms))
        return Outcome(
            case=case,
            log_time=float(found.log_mid[0]),
            deviation=float(found.deviation[0]),
            label=found.label,
            hardware=found.hardware,
            elsewhere=self._elsewhere(case, left_out),
        )

    def _elsewhere(self, case: Case, left_out: frozenset[str]) -> bool:
        """Whether the network was measured on another graphics accelerator."""
        return any(
            self.rows[item.sample.row].model == case.row.model
            and _part(self.rows[item.sample.row]) != case.hardware
            and not _part(self.rows[item.sample.row]).startswith("cpu")
            for item in self.learnt.ready[case.ready.form]
            if item.sample.row not in left_out
        )


def _part(row: MeasuredRow) -> str:
    return row.device if isinstance(row, DeviceMeasurementRow) else row.part


def configuration(row: MeasuredRow) -> tuple[object, ...]:
    """What makes two rows the same measurement, but for the value."""
    skipped = {"row", "benchmark", "value", "edition", "as_of", "confidence", "source",
               "locator", "note", "doubtful", "params_millions", "gmacs"}  # fmt: skip
    values = {"latency_ms", "prefill_tokens_per_s", "decode_tokens_per_s"}
    return tuple(
        getattr(row, name) for name in type(row).model_fields if name not in skipped | values
    )


def value_of(row: MeasuredRow) -> float:
    """The measured figure of a row."""
    if isinstance(row, DeviceMeasurementRow):
        found = row.latency_ms or row.decode_tokens_per_s or row.prefill_tokens_per_s
        return found or row.energy_j_per_token or row.energy_mj_per_request or 0.0
    return row.value


def twins(row: MeasuredRow, index: Mapping[tuple[object, ...], list[MeasuredRow]]) -> set[str]:
    """Project rows that are this very measurement."""
    return {
        other.row
        for other in index.get(configuration(row), [])
        if abs(value_of(other) - value_of(row)) <= SAME_VALUE * value_of(row)
    }


def exclusions(
    cases: Sequence[Case], rows: Mapping[str, MeasuredRow], mode: str, own: bool
) -> list[Hidden]:
    """For each case the project rows its fit must not see."""
    index: dict[tuple[object, ...], list[MeasuredRow]] = {}
    for row in rows.values():
        index.setdefault(configuration(row), []).append(row)
    folds: list[set[str]] = [set() for _ in range(FOLDS)]
    fold_of: dict[str, set[str]] = {}
    for place, name in enumerate(_dealt(rows)):
        folds[place % FOLDS].add(name)
        fold_of[name] = folds[place % FOLDS]
    found = []
    for case in cases:
        gone = twins(case.row, index) | ({case.row.row} if own else set())
        same = _mode_applies(case, mode)
        if same is not None:
            gone |= {row.row for row in rows.values() if same(row) == same(case.row)}
            found.append(Hidden(frozenset(gone)))
        else:
            fold = gone | fold_of[case.row.row] if own else gone
            found.append(Hidden(frozenset(gone), frozenset(fold)))
    return found


def _dealt(rows: Mapping[str, MeasuredRow]) -> list[str]:
    """Rows in an order that scatters neighbours over the folds."""
    names = sorted(rows)
    order = np.random.default_rng(0).permutation(len(names))
    return [names[index] for index in order]


def _mode_applies(case: Case, mode: str) -> Callable[[MeasuredRow], str] | None:
    """What the mode leaves out of this case; None where it leaves out the row alone."""
    on_device = isinstance(case.row, DeviceMeasurementRow)
    if mode == "model":
        return lambda row: row.model
    if mode == "document" and not on_device:
        return lambda row: getattr(row, "benchmark", "")
    if (mode == "device") == on_device and mode in {"device", "accelerator"}:
        return _part
    return None


def outcomes(
    judge: Judge, cases: Sequence[Case], mode: str, own: bool
) -> tuple[list[Outcome], list[tuple[str, str]]]:
    """All cases predicted with their intervals, and those that cannot be, with the reason."""
    found: list[Outcome] = []
    refused: list[tuple[str, str]] = []
    for case, hidden in zip(cases, exclusions(cases, judge.rows, mode, own), strict=True):
        try:
            found.append(judge.predict(case, hidden))
            found += _energy(judge, case, hidden, found[-1])
        except Unusable as error:
            refused.append((case.row.row, str(error)))
    return _with_intervals(found, judge, own), refused


def _energy(judge: Judge, case: Case, hidden: Hidden, time: Outcome) -> list[Outcome]:
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


def _with_intervals(found: Sequence[Outcome], judge: Judge, own: bool) -> list[Outcome]:
    """Deviations from the table for new cases; for own ones from the other cases' errors."""
    if not own:
        fits = judge.learnt.fits
        return [replace(out, deviations=width(fits, *out.cell)) for out in found]
    cells: dict[Cell, list[int]] = {}
    for index, out in enumerate(found):
        cells.setdefault(out.cell, []).append(index)
    scaled: dict[Cell, Array] = {
        cell: np.array([abs(found[i].error) / found[i].deviation for i in members])
        for cell, members in cells.items()
    }
    made = list(found)
    for cell, values in without_each(scaled).items():
        for index, value in zip(cells[cell], values, strict=True):
            made[index] = replace(found[index], deviations=float(value))
    return made


# ------------------------------------------------------------------------------- reporting


def error_of(out: Outcome, ratio: bool = True) -> float:
    """|predicted/measured - 1| of the published quantity, or the ratio for devices."""
    error = out.error
    if ratio and out.case.ready.group in RATIO_GROUPS:
        return float(np.exp(abs(error)))
    row = out.case.row
    quantity = "latency_ms" if isinstance(row, DeviceMeasurementRow) else row.quantity
    rate = quantity.endswith(("per_s", "per_part"))
    return float(abs(np.exp(-error if rate else error) - 1.0))


def summary(name: str, found: Sequence[Outcome], total: int) -> dict[str, Any]:
    """The figures of one group."""
    errors = np.array([error_of(out, ratio=name != "all") for out in found])
    reach = np.array([out.deviations * out.deviation for out in found])
    inside = np.array([abs(out.error) for out in found]) <= reach
    empty = not found
    return {
        "group": name,
        "n": total,
        "covered": len(found),
        "median_error": None if empty else round(float(np.median(errors)), 4),
        "p90_error": None if empty else round(float(np.percentile(errors, 90)), 4),
        "inside_80": None if empty else round(float(inside.mean()), 4),
        "median_width": None if empty else round(float(np.median(np.exp(2 * reach))), 4),
    }


SUBSETS: tuple[tuple[str, str, Callable[[Outcome, Learnt], bool]], ...] = (
    (
        "llm_full_load", "dense on Ampere, Ada, Hopper, tuned",
        lambda out, learnt: out.case.stack == "tuned" and _dense(out) and _aged(out, learnt),
    ),
    (
        "llm_full_load", "lengths stated, tuned",
        lambda out, _: out.case.stack == "tuned" and "dataset" not in out.case.ready.sample.labels,
    ),
    (
        "vision_encoder", "network measured on another GPU",
        lambda out, _: out.elsewhere and not out.case.hardware.startswith("cpu"),
    ),
    (
        "vision_encoder", "network measured on no other GPU",
        lambda out, _: not out.elsewhere and not out.case.hardware.startswith("cpu"),
    ),
    ("vision_encoder", "on CPUs", lambda out, _: out.case.hardware.startswith("cpu")),
    ("device_vision", "chip and unit measured", lambda out, _: out.hardware == "known"),
    ("device_vision", "chip or unit new", lambda out, _: out.hardware == "new"),
    (
        "training_mlperf_lora", "Llama-2-70B, v5.1, 8 GPUs",
        lambda out, _: getattr(out.case.row, "benchmark", "").endswith("v5.1")
        and getattr(out.case.row, "count", 0) == 8,
    ),
)  # fmt: skip
"""Parts of a group that a target is set for."""


def _dense(out: Outcome) -> bool:
    return not out.case.ready.sample.labels.get("experts")


def _aged(out: Outcome, learnt: Learnt) -> bool:
    part = learnt.catalogue.parts.get(out.case.hardware)
    return part is not None and part.generation in AGES


def report(
    found: Sequence[Outcome], refused: Sequence[tuple[str, str]], learnt: Learnt
) -> dict[str, Any]:
    """Groups, their stacks, labels and subsets, and what could not be covered."""
    shown = [out for out in found if out.case.ready.form != "device_power"]
    names = list(dict.fromkeys(out.case.ready.group for out in shown))
    groups: list[dict[str, Any]] = []
    for name in sorted(names):
        mine = [out for out in shown if out.case.ready.group == name]
        groups.append(summary(name, mine, len(mine)))
        for stack in ("tuned", "other"):
            part = [out for out in mine if out.case.stack == stack]
            if part and len(part) < len(mine):
                groups.append(summary(f"{name}, {stack}", part, len(part)))
        for of, words, chosen in SUBSETS:
            part = [out for out in mine if of == name and chosen(out, learnt)]
            if part:
                groups.append(summary(f"{name}: {words}", part, len(part)))
        for label in ("measured", "scaled", "estimated"):
            part = [out for out in mine if out.label == label]
            if part and len(part) < len(mine):
                groups.append(summary(f"{name} [{label}]", part, len(part)))
    pooled = summary("all", shown, len(shown) + len(refused))
    return {"groups": [*groups, pooled], "not_covered": [list(item) for item in refused]}


def printed(result: Mapping[str, Any]) -> str:
    """The report as a table of text."""
    lines = [
        f"{'group':58} {'n':>5} {'cov.':>5} {'median':>8} {'p90':>8} {'in 80%':>7} {'width':>6}"
    ]
    for group in result["groups"]:
        device = group["group"].startswith("device")
        median, p90 = group["median_error"], group["p90_error"]
        text = (f"x{median:.2f}", f"x{p90:.2f}") if device else (f"{median:.1%}", f"{p90:.1%}")
        lines.append(
            f"{group['group']:58} {group['n']:5d} {group['covered']:5d} {text[0]:>8} {text[1]:>8} "
            f"{group['inside_80']:7.0%} x{group['median_width']:5.2f}"
        )
    lines += [f"not covered: {row}: {reason}" for row, reason in result["not_covered"]]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------ cases


def project_rows(book: PriceBook) -> dict[str, MeasuredRow]:
    """Every measured row of the project by id."""
    rows: list[MeasuredRow] = [
        *book.table("inference_measurements", InferenceMeasurementRow),
        *book.table("device_measurements", DeviceMeasurementRow),
        *book.table("training_measurements", TrainingMeasurementRow),
    ]
    return {row.row: row for row in rows}


def names_of(book: PriceBook, learnt: Learnt) -> Names:
    """How published names are read."""
    known = learnt.catalogue
    ids = {
        "accelerator": list(known.parts),
        "model": list(known.models),
        "device": list(known.devices),
    }
    return Names.of(book.table("aliases", AliasRow), ids)


def cases_of(
    path: Path | None, book: PriceBook, learnt: Learnt, rows: Mapping[str, MeasuredRow]
) -> tuple[list[Case], list[tuple[str, str]]]:
    """Cases of a file, or of the project; and what cannot be covered, with the reason."""
    if path is None:
        own = [
            Case(item, rows[item.sample.row]) for items in learnt.ready.values() for item in items
        ]
        return own, list(learnt.refused)
    servers, devices, unread = read_cases(path, names_of(book, learnt))
    read_rows: dict[str, MeasuredRow] = {}
    read_rows.update({row.row: row for row in servers})
    read_rows.update({row.row: row for row in devices})
    ready, refused = all_ready(servers, devices, learnt.catalogue)
    cases = [Case(item, read_rows[item.sample.row]) for items in ready.values() for item in items]
    return cases, [*unread, *refused]


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path)
    modes = ["row", "model", "accelerator", "device", "document"]
    parser.add_argument("--leave-out", choices=modes, default="row")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    book = PriceBook.load()
    learnt = Learnt.of(book)
    rows = project_rows(book)
    cases, refused = cases_of(chosen.cases, book, learnt, rows)
    found, unable = outcomes(Judge(learnt, rows), cases, chosen.leave_out, chosen.cases is None)
    result = report(found, [*refused, *unable], learnt)
    print(json.dumps(result, indent=1) if chosen.json else printed(result))
    return result


if __name__ == "__main__":
    main()
