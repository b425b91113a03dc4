"""Judge the estimators against measurements they have not seen.

``python -m benchmarks.accuracy [--cases FILE.csv] [--leave-out MODE] [--json] [--write]``

FILE has the columns of the published inference or device measurements, of pairs of serving
software (``tuned_value``, :mod:`benchmarks.pairs`), of load curves (``load_kind``), of what runs on
devices (``app_memory_limit_mb``, :mod:`benchmarks.device_limits`) or of runs of fine-tuning
(``billed_hours``, :mod:`benchmarks.fine_tunes`); its rows are predicted by fits on the project's
rows, less those that are the same measurement. A file of devices with a column ``state`` is told by
unit and state: "device speech, NPU", "device vision, sustained". Without FILE the project's own
rows are judged.

MODE says what else is hidden. ``row``: all rows are dealt into forty folds and each is predicted by
fits that saw nothing of its fold, so never itself. ``model``, ``accelerator``, ``device``: the
case's whole network or hardware. ``configuration``: every pair or load of its source, network and
accelerator; without FILE the project's pairs, load curves and runs are judged so. ``third``: three
tenths of all rows at once, six times (:mod:`benchmarks.third`). ``--write`` makes the tables the
Method page shows.

Load curves are predicted at the rate or the concurrency they state, by fits that saw no row of
their configuration, in every mode. A row that cannot be predicted counts as a miss, unless it lacks
its hardware (or we have no specification of it), the size of its network or, for language models,
the lengths. Past saturation a prediction holds the backlog of the stated run. Groups named
"30-85 %" hold the rates of a series between these shares of its maximum; rows of sources that never
reach a steady state are in none of these.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import device_limits, published
from benchmarks.cases import Names, WrongFile, columns_of, read_cases
from benchmarks.curves import read_loads
from benchmarks.fine_tunes import FORM as FINE_TUNE
from benchmarks.fine_tunes import is_runs, judged_runs
from benchmarks.judge import Case, Judge, MeasuredRow, Refused, group_of, outcomes
from benchmarks.load_judge import LoadJudge, load_groups, with_ranges
from benchmarks.pairs import is_pairs, read_pairs
from benchmarks.summary import by_unit, parts, printed, refusals, report
from benchmarks.third import trials
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import all_ready, ready_pairs
from pricing.book import PriceBook
from pricing.measurement_schema import (
    AliasRow,
    DeviceMeasurementRow,
    InferenceMeasurementRow,
    LoadMeasurementRow,
    StackPairRow,
    TrainingMeasurementRow,
)

MODES = ("row", "model", "accelerator", "device", "document", "configuration", "third")


def project_rows(book: PriceBook) -> dict[str, MeasuredRow]:
    """Every measured row of the project by id."""
    rows: list[MeasuredRow] = [
        *book.table("inference_measurements", InferenceMeasurementRow),
        *book.table("device_measurements", DeviceMeasurementRow),
        *book.table("training_measurements", TrainingMeasurementRow),
        *book.table("stack_pairs", StackPairRow),
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
) -> tuple[list[Case], list[Refused]]:
    """Cases of a file, or of the project; and what cannot be covered, with the reason."""
    if path is None:
        own = [
            Case(item, rows[item.sample.row])
            for form, items in learnt.ready.items()
            if form != FINE_TUNE  # judged by whole runs
            for item in items
        ]
        judged = [item for item in learnt.refused if item[0] in rows]
        return own, [Refused.of(rows[row], group_of(rows[row]), why) for row, why in judged]
    given: dict[str, MeasuredRow] = {}
    if is_pairs(path):
        pairs, unread = read_pairs(path, names_of(book, learnt))
        given.update({row.row: row for row in pairs})
        made, refused = ready_pairs(pairs, learnt.catalogue)
    else:
        servers, devices, unread = read_cases(path, names_of(book, learnt))
        given.update({row.row: row for row in servers})
        given.update({row.row: row for row in devices})
        ready, refused = all_ready(servers, devices, learnt.catalogue)
        made = [item for items in ready.values() for item in items]
    cases = [Case(item, given[item.sample.row]) for item in made]
    left = [Refused.of(given[row], group_of(given[row]), why) for row, why in refused]
    return cases, [*(Refused(row, "unread", why) for row, why in unread), *left]


def write(book: PriceBook, learnt: Learnt, rows: Mapping[str, MeasuredRow]) -> None:
    """What the Method page shows: every row left out, and the errors of every mode.

    Pairs of serving software are ratios, not times; docs/estimators.md tells their errors.
    """
    cases, refused = cases_of(None, book, learnt, rows)
    cases = [case for case in cases if case.ready.form != "stack"]
    summaries = []
    for mode in published.MODES:
        found, unable = outcomes(Judge(learnt, rows), cases, mode, own=True)
        left = [*refused, *unable]
        summaries += [(mode, part) for part in parts(found, left, learnt)]
        if mode == "row":
            published.write_rows(found, left, rows)
    published.write_summaries(summaries, book.edition)


def judged_loads(path: Path | None, book: PriceBook, learnt: Learnt, mode: str) -> dict[str, Any]:
    """The report on load curves: of a file, or the project's own."""
    own = list(book.table("load_measurements", LoadMeasurementRow))
    rows, refused = (own, []) if path is None else read_loads(path, names_of(book, learnt))
    found, lacking = LoadJudge(learnt, own, mode).outcomes(rows)
    ranged = with_ranges(found, learnt.fits, path is None)
    unread = [Refused(row, "unread", why) for row, why in refused]
    return {"groups": load_groups(ranged), "not_covered": refusals([*unread, *lacking])}


def judged(
    path: Path | None, book: PriceBook, learnt: Learnt, rows: Mapping[str, MeasuredRow], mode: str
) -> dict[str, Any]:
    """The report on a file, or on the project's own rows; raises WrongFile."""
    if path is not None and device_limits.is_limits(columns_of(path)):
        return device_limits.judged_limits(path, book, mode)
    if path is not None and not is_pairs(path) and "load_kind" in columns_of(path):
        return judged_loads(path, book, learnt, mode)
    if path is not None and is_runs(columns_of(path)):
        return judged_runs(path, book, learnt, names_of(book, learnt))
    cases, refused = cases_of(path, book, learnt, rows)
    loads: dict[str, Any] = {"groups": [], "not_covered": []}
    if path is None and mode == "configuration":
        loads = judged_loads(None, book, learnt, mode)
        runs = judged_runs(None, book, learnt, names_of(book, learnt))
        loads = {name: [*loads[name], *runs[name]] for name in loads}
        cases = [case for case in cases if isinstance(case.row, StackPairRow)]
        refused = [item for item in refused if isinstance(rows.get(item.row), StackPairRow)]
    found, unable = outcomes(Judge(learnt, rows), cases, mode, path is None)
    made = report(found, [*refused, *unable], learnt)
    if path is not None and {"device", "state"} <= columns_of(path):
        made["groups"] = by_unit(found, [*refused, *unable])
    return {name: [*loads[name], *made[name]] for name in made}


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--leave-out", choices=MODES, default="row")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="the tables of the Method page")
    chosen = parser.parse_args(arguments)
    book = PriceBook.load()
    learnt = Learnt.of(book)
    rows = project_rows(book)
    if chosen.write:
        write(book, learnt, rows)
        return {}
    if chosen.leave_out == "third":
        result = report(*trials(book, rows), learnt)
        print(json.dumps(result, indent=1) if chosen.json else printed(result))
        return result
    try:
        result = judged(chosen.cases, book, learnt, rows, chosen.leave_out)
    except WrongFile as error:
        raise SystemExit(str(error)) from None
    of_limits = any(group["group"] == device_limits.GROUP for group in result["groups"])
    told = device_limits.printed if of_limits else printed
    print(json.dumps(result, indent=1) if chosen.json else told(result))
    return result


if __name__ == "__main__":
    main()
