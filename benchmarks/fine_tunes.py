"""Judge hours of fine-tuning, and billed hours by the vendor's rule, on published runs.

A file of runs has the columns of :data:`benchmarks.tune_rows.COLUMNS`. A run is publication x
network x accelerator; whatever the mode, no fit sees a row of the run it predicts.

Group ``fine-tune hours`` holds the rows that state all that a run is predicted from: the size of
the network (or a network of the catalogue), its work (examples, tokens or steps of a batch), a
number in ``padded_length`` or all tokens, hardware with a specification, and wall-clock hours. At
most a third of them are of one publication; those further on, spread evenly over the file, are in
``fine-tune hours, all rows``. A row that lacks one of these is not counted, and listed with the
reason; any other that cannot be predicted is a miss (``not_predicted``).

Group ``billed hours`` holds rows with billed hours and either a timeline of the job or wall-clock
hours. Billed is what :mod:`calculators.costs.run_time` makes of the hours that count: from
"Downloading" to "Completed" where the notes print them, else the wall-clock hours (and, at a
platform, the median of what it bills before and after training). A log that prints "Downloading"
and "Training" in the same second did not see the download: the platform's median stands for it.
``right`` counts rows within a tenth or a minute.

Errors are |predicted / published - 1|; ``p90_factor`` is the ratio, either way, that nine in ten
stay within.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibration import Scaled, quantile
from benchmarks.cases import Names, Raw, read_raw
from benchmarks.intervals import fit_row
from benchmarks.judge import Refused, hardware_of, label_of
from benchmarks.summary import figures, refusals
from benchmarks.tune_rows import COLUMNS, Run, origin_of, run_of
from calculators.arrays import Array
from calculators.costs import run_time
from calculators.costs.run_time import Billing, rule, rules_of
from calculators.estimators.figures import width
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import Ready, Unusable, run_sample
from calculators.estimators.terms import Fitted
from calculators.estimators.tune_form import GROUP
from pricing.book import PriceBook
from pricing.measurement_schema import FineTuneRunRow
from pricing.schema import BillingRuleRow, TrainingStartRow

FORM = "fine_tune"
ALL = f"{GROUP}, all rows"
BILLED = "billed hours"
MOST_OF_ONE = 1.0 / 3.0  # share of the rows that one publication may have
TENTH, MINUTE = 0.1, 1.0 / 60.0


def is_runs(columns: frozenset[str]) -> bool:
    """Whether a file with these columns holds runs of fine-tuning."""
    return columns >= COLUMNS


@dataclass(frozen=True)
class RunOutcome:
    """A run and what was said of it: log hours, and half the 80 % interval."""

    row: FineTuneRunRow
    error: float  # log predicted - log measured
    deviation: float
    cell: tuple[str, str, str]
    reach: float

    @property
    def side(self) -> int:
        """0 inside the interval; 1 where the published time is above it, -1 below."""
        return int(self.error < -self.reach) - int(self.error > self.reach)


# ------------------------------------------------------------------------------- hours of a run


class RunJudge:
    """Predicts runs from fits on the project's rows, less those of the run."""

    def __init__(self, learnt: Learnt, own: Sequence[FineTuneRunRow]) -> None:
        self.learnt = learnt
        self.runs = {row.row: Run.of(row) for row in own}
        self._last: tuple[frozenset[str], Fitted] | None = None

    def hidden(self, row: FineTuneRunRow) -> frozenset[str]:
        """Rows that no fit may see which predicts ``row``."""
        run = Run.of(row)
        return frozenset(name for name, other in self.runs.items() if other == run)

    def fitted(self, hidden: frozenset[str]) -> Fitted:
        """The form learnt without some rows; the last is kept."""
        if self._last is None or self._last[0] != hidden:
            self._last = hidden, self.learnt.without(FORM, hidden)
        return self._last[1]

    def outcomes(self, rows: Sequence[FineTuneRunRow]) -> tuple[list[RunOutcome], list[Refused]]:
        """All rows predicted, and those without a size."""
        ready: list[tuple[frozenset[str], FineTuneRunRow, Ready]] = []
        lacking: list[Refused] = []
        for row in rows:
            try:
                ready.append((self.hidden(row), row, run_sample(row, self.learnt.catalogue)))
            except Unusable as error:
                lacking.append(Refused(row.row, "unread", str(error)))
        # rows of one run share a fit
        ordered = sorted(ready, key=lambda item: (sorted(item[0]), item[1].row))
        found = [self._of(row, item, self.fitted(hidden)) for hidden, row, item in ordered]
        place = {row.row: index for index, row in enumerate(rows)}
        return sorted(found, key=lambda out: place[out.row.row]), lacking

    def _of(self, row: FineTuneRunRow, item: Ready, fitted: Fitted) -> RunOutcome:
        sample = item.sample
        labels = dict(sample.labels)
        terms: Array = np.array(sample.terms)[:, None, None]
        query = fitted.query(fitted.switched([labels]))
        said = fitted.predict(terms, query, loose=sample.loose)
        cell = GROUP, label_of(fitted, labels), hardware_of(fitted, labels)
        deviation = float(said.deviation[0, 0])
        return RunOutcome(
            row,
            float(said.log_seconds[0, 0]) - float(np.log(sample.seconds)),
            deviation,
            cell,
            deviation * width(self.learnt.fits, *cell),
        )


def capped(rows: Sequence[FineTuneRunRow]) -> list[FineTuneRunRow]:
    """Rows of which at most a third are of one publication, taken evenly over the file.

    Publications with fewer are kept whole; with fewer than three publications all rows are.
    """
    by_origin: dict[str, list[FineTuneRunRow]] = {}
    for row in rows:
        by_origin.setdefault(row.origin, []).append(row)
    most = _most([len(found) for found in by_origin.values()])
    kept = {id(row) for found in by_origin.values() for row in _evenly(found, most)}
    return [row for row in rows if id(row) in kept]


def _most(sizes: Sequence[int]) -> int:
    """The largest number a publication may have so that it is at most a third of what is kept."""
    if len(sizes) < 3:
        return max(sizes, default=0)
    for most in range(max(sizes), 0, -1):
        kept = [min(size, most) for size in sizes]
        if max(kept) <= MOST_OF_ONE * sum(kept):
            return most
    return 1


def _evenly(rows: Sequence[FineTuneRunRow], most: int) -> list[FineTuneRunRow]:
    if len(rows) <= most:
        return list(rows)
    return [rows[round(index)] for index in np.linspace(0, len(rows) - 1, most)]


# -------------------------------------------------------------------------------- billed hours

CLOCK = re.compile(r"(Downloading|Training|Completed) (\d+)")
TIMES = re.compile(r"(downloading|done) (\d\d):(\d\d):(\d\d)")


@dataclass(frozen=True)
class Bill:
    """A job with its billed hours and what was said of them."""

    row: str
    billed: float
    predicted: float
    low: float
    high: float

    @property
    def right(self) -> bool:
        """Within a tenth or a minute."""
        away = abs(self.predicted - self.billed)
        return away <= max(TENTH * self.billed, MINUTE)


def counted_hours(notes: str) -> float | None:
    """Hours between the end of provisioning and the end of the job, where a log prints both."""
    stages = _stages(notes)
    if {"Downloading", "Completed"} <= stages.keys():
        return (stages["Completed"] - stages["Downloading"]) / 3600.0
    clocks = {name: int(h) * 3600 + int(m) * 60 + int(s) for name, h, m, s in TIMES.findall(notes)}
    if len(clocks) == 2:
        return (clocks["done"] - clocks["downloading"]) % 86400 / 3600.0
    return None


def _stages(notes: str) -> dict[str, float]:
    """Seconds from the start of a job at which its log prints a stage."""
    return {name: float(seconds) for name, seconds in CLOCK.findall(notes)}


def download_unseen(notes: str) -> bool:
    """Whether a log prints that it downloads and that it trains in the same second."""
    stages = _stages(notes)
    return "Downloading" in stages and stages["Downloading"] == stages.get("Training")


VENDORS: tuple[tuple[str, tuple[str, str, str]], ...] = (
    (r"personalize", ("aws-ai", "managed_api", "aws-ai/personalize")),
    (r"sagemaker", ("aws", "hosted_platform", "")),
    (r"automl.*detection", ("gcp", "managed_api", "gcp/vertex-automl-detection")),
    (r"automl.*image", ("gcp", "managed_api", "gcp/vertex-automl-image")),
    (r"vertex", ("gcp", "hosted_platform", "")),
)
"""Words of a row's software and model, and whose rule bills it: vendor, venue, product."""


def bills(raws: Sequence[Raw], book: PriceBook) -> tuple[list[Bill], list[Refused]]:
    """Every row with billed hours, and those whose wall-clock time or vendor is not known."""
    rules = rules_of(book.table("billing_rules", BillingRuleRow))
    starts = book.table("training_starts", TrainingStartRow)
    found: list[Bill] = []
    refused: list[Refused] = []
    for number, raw in enumerate(raws, start=2):
        row, billed = f"case-{number}", _positive(raw["billed_hours"])
        if billed is None:
            continue
        words = f"{raw['software']} {raw['model']}".lower()
        vendor = next((who for pattern, who in VENDORS if re.search(pattern, words)), None)
        hours = counted_hours(raw["notes"])
        wall = _positive(raw["hours"])
        if vendor is None or (hours is None and wall is None):
            lacks = "vendor without a rule" if vendor is None else "no wall-clock time of the job"
            refused.append(Refused(row, "unread", f"billed hours: {lacks}"))
            continue
        if hours is None:
            hours = (wall or 0.0) + _beside(starts, vendor)
        elif download_unseen(raw["notes"]):
            hours += _beside(starts, vendor, ("image",))
        rows = [rule(rules, *vendor)] * 3
        scored = Billing.of(rows, np.array([-1.0, 0.0, 1.0])).hours(np.full((3, 3), hours))[0]
        found.append(Bill(row, billed, float(scored[1]), float(scored[0]), float(scored[2])))
    return found, refused


def _beside(
    starts: Sequence[TrainingStartRow],
    vendor: tuple[str, str, str],
    parts: Sequence[str] = run_time.PARTS,
) -> float:
    """Hours a vendor bills before and after training: the middle of its own rows."""
    own = [row for row in starts if (row.vendor, row.venue) == vendor[:2] and row.billed == "yes"]
    return sum(row.mid for row in own if row.part in parts) / 3600.0


def _positive(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value > 0 else None


# ------------------------------------------------------------------------------------ the report


def read_runs(path: Path, names: Names) -> tuple[list[Raw], list[FineTuneRunRow], list[Refused]]:
    """The file as text, its rows that can be predicted, and what the others lack."""
    raws: list[Raw] = [*read_raw(path, COLUMNS)]
    rows: list[FineTuneRunRow] = []
    lacking: list[Refused] = []
    for number, raw in enumerate(raws, start=2):
        name = f"case-{number}"
        try:
            rows.append(run_of(raw, names, name))
        except ValueError as error:  # Lacking, or a figure no row may have
            why = str(error).splitlines()[0]
            lacking.append(Refused(name, "unread", f"{origin_of(raw['source'])}: {why}"))
    return raws, rows, lacking


def group(name: str, found: Sequence[RunOutcome], total: int) -> dict[str, Any]:
    """The figures of some runs."""
    errors = [float(abs(np.exp(out.error) - 1.0)) for out in found]
    made = figures(name, errors, [out.side for out in found], [out.reach for out in found], total)
    factors = [float(np.exp(abs(out.error))) for out in found]
    return made | {"p90_factor": _ninetieth(factors)}


def _ninetieth(values: Sequence[float]) -> float | None:
    return round(float(np.percentile(values, 90)), 4) if values else None


def bill_group(found: Sequence[Bill]) -> dict[str, Any]:
    """The figures of some bills."""
    errors = [abs(bill.predicted / bill.billed - 1.0) for bill in found]
    sides = [_side(bill) for bill in found]
    reach = [float(np.log(bill.high / bill.low)) / 2.0 for bill in found]
    ratios = [max(b.predicted / b.billed, b.billed / b.predicted) for b in found]
    right = round(float(np.mean([bill.right for bill in found])), 4) if found else None
    made = figures(BILLED, errors, sides, reach, len(found))
    return made | {"p90_factor": _ninetieth(ratios), "right": right}


def _side(bill: Bill) -> int:
    """A rule without a range is right within a tenth or a minute."""
    if bill.right or bill.low <= bill.billed <= bill.high:
        return 0
    return 1 if bill.billed > bill.high else -1


def judged_runs(path: Path | None, book: PriceBook, learnt: Learnt, names: Names) -> dict[str, Any]:
    """The report on a file of runs, or on the project's own; raises WrongFile."""
    own = list(book.table("fine_tune_runs", FineTuneRunRow))
    judge = RunJudge(learnt, own)
    if path is None:
        found, lacking = judge.outcomes(own)
        return _report(found, lacking)
    raws, rows, lacking = read_runs(path, names)
    found, unsized = judge.outcomes(rows)
    made = _report(found, [*lacking, *unsized])
    billed, unbilled = bills(raws, book)
    made["groups"].append(bill_group(billed))
    made["not_covered"] += refusals(unbilled)
    return made


def _report(found: Sequence[RunOutcome], lacking: Sequence[Refused]) -> dict[str, Any]:
    kept = {row.row for row in capped([out.row for out in found])}
    few = [out for out in found if out.row.row in kept]
    groups = [group(GROUP, few, len(few)), group(ALL, found, len(found))]
    for origin in sorted({out.row.origin for out in found}):
        mine = [out for out in found if out.row.origin == origin]
        groups.append(group(f"{GROUP}: {origin}", mine, len(mine)))
    return {"groups": groups, "not_covered": refusals(lacking)}


# ------------------------------------------------------------------------------------ intervals


def interval_row(learnt: Learnt, own: Sequence[FineTuneRunRow]) -> dict[str, Any]:
    """Deviations that hold 80 % of runs left out whole.

    One figure for all: few runs are of a network or an accelerator that another run knows too, and
    the deviation of a prediction already is wider where its labels are new.
    """
    found, _ = RunJudge(learnt, own).outcomes(own)
    scaled = Scaled.of([(out.row.row, abs(out.error) / out.deviation) for out in found])
    note = "deviations that hold 80 % of runs left out whole"
    return fit_row("interval", GROUP, quantile(scaled), "ratio", fitted_on=scaled.rows, note=note)
