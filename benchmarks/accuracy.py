"""Judge the estimators against measurements they have not seen.

``python -m benchmarks.accuracy [--cases FILE.csv] [--leave-out row|model|accelerator|device]
[--json] [--write]``

FILE has the columns of the published inference or device measurements; its rows are predicted by
fits on the project's rows, less those that are the same measurement. Without FILE the project's own
rows are judged: all are dealt into forty folds and each is predicted by fits that saw nothing of
its fold, so never itself. The other modes leave out the case's whole network, accelerator or
device. ``--write`` makes the tables the Method page shows.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import published
from benchmarks.cases import Names, WrongFile, read_cases
from benchmarks.judge import Case, Judge, MeasuredRow, Refused, group_of, outcomes
from benchmarks.summary import parts, printed, report
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import all_ready
from pricing.book import PriceBook
from pricing.measurement_schema import (
    AliasRow,
    DeviceMeasurementRow,
    InferenceMeasurementRow,
    TrainingMeasurementRow,
)

MODES = ("row", "model", "accelerator", "device", "document")


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
) -> tuple[list[Case], list[Refused]]:
    """Cases of a file, or of the project; and what cannot be covered, with the reason."""
    if path is None:
        own = [
            Case(item, rows[item.sample.row]) for items in learnt.ready.values() for item in items
        ]
        return own, [Refused(row, group_of(rows[row]), why) for row, why in learnt.refused]
    servers, devices, unread = read_cases(path, names_of(book, learnt))
    given: dict[str, MeasuredRow] = {}
    given.update({row.row: row for row in servers})
    given.update({row.row: row for row in devices})
    ready, refused = all_ready(servers, devices, learnt.catalogue)
    cases = [Case(item, given[item.sample.row]) for items in ready.values() for item in items]
    left = [Refused(row, group_of(given[row]), why) for row, why in refused]
    return cases, [*(Refused(row, "unread", why) for row, why in unread), *left]


def write(book: PriceBook, learnt: Learnt, rows: Mapping[str, MeasuredRow]) -> None:
    """What the Method page shows: every row left out, and the errors of every mode."""
    cases, refused = cases_of(None, book, learnt, rows)
    summaries = []
    for mode in published.MODES:
        found, unable = outcomes(Judge(learnt, rows), cases, mode, own=True)
        left = [*refused, *unable]
        summaries += [(mode, part) for part in parts(found, left, learnt)]
        if mode == "row":
            published.write_rows(found, left, rows)
    published.write_summaries(summaries, book.edition)


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
    try:
        cases, refused = cases_of(chosen.cases, book, learnt, rows)
    except WrongFile as error:
        raise SystemExit(str(error)) from None
    own = chosen.cases is None
    found, unable = outcomes(Judge(learnt, rows), cases, chosen.leave_out, own)
    result = report(found, [*refused, *unable], learnt)
    print(json.dumps(result, indent=1) if chosen.json else printed(result))
    return result


if __name__ == "__main__":
    main()
