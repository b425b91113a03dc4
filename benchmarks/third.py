"""Hide a random three tenths of all measured rows at once, several times, and predict them.

Rows kept apart for a judge are such a draw. Folds of a fortieth leave near twins of a hidden row
in sight, and tables made with it (names of networks and devices) too; here all of that is gone:
networks and devices that only hidden rows name, and intervals, which are set anew on the rows that
are left. Spreads and noise stay as they are (:mod:`benchmarks.tuning` chose them on all rows), so
figures are a little flattered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks.intervals import hidden_together, interval_cells, interval_rows
from benchmarks.judge import (
    Case,
    Judge,
    MeasuredRow,
    Outcome,
    Refused,
    group_of,
    outcomes_without,
    together,
)
from calculators.estimators.book import Fits, Rows, table
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import all_ready, ready_pairs
from pricing.measurement_schema import (
    DeviceMeasurementRow,
    FitRow,
    InferenceMeasurementRow,
    StackPairRow,
)
from pricing.schema import Row

DRAWS = 6
MEASURED = ("inference_measurements", "device_measurements", "training_measurements", "stack_pairs")


class Thinned:
    """A price book without some measured rows and without what only they name."""

    def __init__(self, book: Rows, hidden: frozenset[str]) -> None:
        self._book, self._hidden = book, hidden
        kept = [row for name in MEASURED for row in self.rows(name)]
        self._models = {getattr(row, "model", "") for row in kept}
        self._devices = {getattr(row, "device", "") for row in kept}

    def rows(self, name: str) -> Sequence[Row]:
        """Rows of one table."""
        rows = self._book.rows(name)
        if name in MEASURED:
            return [row for row in rows if getattr(row, "row", "") not in self._hidden]
        if name == "measured_models":
            return [row for row in rows if getattr(row, "model", "") in self._models]
        if name == "measured_devices":
            return [row for row in rows if getattr(row, "device", "") in self._devices]
        if name == "estimator_fits":  # effects only say where learning starts
            return [row for row in rows if not getattr(row, "fit", "").endswith(".effect")]
        return rows


def drawn(rows: Mapping[str, MeasuredRow], seed: int) -> frozenset[str]:
    """A random three tenths of the rows; pairs of one configuration go together."""
    gone = hidden_together([together(row) for row in rows.values()], seed)
    return frozenset(name for name, row in rows.items() if together(row) in gone)


def calibrated(book: Rows, rows: Mapping[str, MeasuredRow]) -> Learnt:
    """The rows of a book learnt, with intervals set on nothing but them."""
    learnt = Learnt.of(book)
    made = interval_rows(interval_cells(learnt, rows))
    today = date(2026, 11, 26)
    set_anew = [FitRow(**row, edition=today, as_of=today) for row in made]
    kept = [row for row in table(book, "estimator_fits", FitRow) if row.fit != "interval"]
    learnt.fits = Fits([*kept, *set_anew])
    return learnt


def trial(
    book: Rows, rows: Mapping[str, MeasuredRow], seed: int
) -> tuple[list[Outcome], list[Refused]]:
    """One draw hidden and predicted: servers and devices."""
    hidden = drawn(rows, seed)
    kept = {name: row for name, row in rows.items() if name not in hidden}
    learnt = calibrated(Thinned(book, hidden), kept)
    gone = [rows[name] for name in sorted(hidden)]
    servers = [row for row in gone if isinstance(row, InferenceMeasurementRow)]
    devices = [row for row in gone if isinstance(row, DeviceMeasurementRow)]
    ready, refused = all_ready(servers, devices, learnt.catalogue)
    pairs, unread = ready_pairs(
        [row for row in gone if isinstance(row, StackPairRow)], learnt.catalogue
    )
    made = [*(item for items in ready.values() for item in items), *pairs]
    cases = [Case(item, rows[item.sample.row]) for item in made]
    found, unable = outcomes_without(Judge(learnt, kept), cases, [frozenset()] * len(cases))
    left = [Refused(row, group_of(rows[row]), why) for row, why in [*refused, *unread]]
    return found, [*left, *unable]


def trials(
    book: Rows, rows: Mapping[str, MeasuredRow], draws: int = DRAWS
) -> tuple[list[Outcome], list[Refused]]:
    """Several draws together; a row may be in more than one."""
    found: list[Outcome] = []
    refused: list[Refused] = []
    for seed in range(draws):
        more, unable = trial(book, rows, seed)
        found += more
        refused += unable
    return found, refused
