"""Fit the forms of a curve on load curves and write ``pricing/tables/estimator_fits.csv``.

``python -m benchmarks.fit_load --edition 2026-11-26`` learns the effects from all rows, and the
80 % ranges from predictions that left out whole configurations.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from typing import Any

from benchmarks.fit import effect_rows, write
from benchmarks.intervals import fit_row
from benchmarks.load_fits import FORMS, LoadFits, LoadRows, Tail
from benchmarks.load_judge import LoadJudge, ranges
from calculators.estimators.learnt import Learnt
from pricing.book import PriceBook
from pricing.measurement_schema import LoadMeasurementRow

WRITTEN = frozenset({"load_range", "load_tail", *(f"{form.name}.effect" for form in FORMS)})


def tail_rows(tails: Mapping[str, Tail]) -> list[dict[str, Any]]:
    """Log standard deviations of answers of one length."""
    empty, full = "log standard deviation on an empty machine", "the same at saturation"
    rows = []
    for kind, tail in tails.items():
        rows.append(fit_row("load_tail", kind, tail.empty, "ratio", note=empty))
        rows.append(fit_row("load_tail", f"{kind}/full", tail.full, "ratio", note=full))
    return rows


def range_rows(learnt: Learnt, rows: list[LoadMeasurementRow]) -> list[dict[str, Any]]:
    """80 % ranges, from configurations left out."""
    found, _ = LoadJudge(learnt, rows, "configuration").outcomes(rows)
    note = "log error that a tenth of figures lies below and a tenth above, configuration left out"
    return [
        fit_row(
            "load_range",
            scope,
            (low + high) / 2.0,
            "ratio",
            low=round(low, 4),
            high=round(high, 4),
            fitted_on=count,
            note=note,
        )
        for scope, ((low, high), count) in sorted(ranges(found).items())
    ]


def main() -> None:
    """Learn, calibrate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edition", type=date.fromisoformat, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: the edition")
    arguments = parser.parse_args()
    book = PriceBook.load()
    learnt = Learnt.of(book)
    rows = list(book.table("load_measurements", LoadMeasurementRow))
    fits = LoadFits.learn(LoadRows.of(rows, learnt.catalogue), learnt.catalogue, ())
    made = [
        row
        for form, fitted in zip(FORMS, (fits.step, fits.wait, fits.network), strict=True)
        for row in effect_rows(form, fitted)
    ]
    made += [*tail_rows(fits.tails), *range_rows(learnt, rows)]
    as_of = arguments.as_of or arguments.edition
    count = write(made, arguments.edition, as_of, kinds=WRITTEN)
    print(f"{count} figures of edition {arguments.edition}")


if __name__ == "__main__":
    main()
