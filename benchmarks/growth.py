"""How the cost of an answer grows: ``python -m benchmarks.growth`` writes ``docs/growth.md``.

Processor time of one core, warm, the least of a few runs. Each table doubles or multiplies one
size and leaves the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.clock import best
from calculators.case import Only
from calculators.evaluation import evaluate
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import PriceBook

PAGE = Path(__file__).parent.parent / "docs" / "growth.md"
PRESET = "photo_moderation"
POINTS = (1, 10, 100, 1_000, 10_000)
MONTHS = (1, 12, 36, 60, 120)
SHARES = (0.125, 0.25, 0.5, 1.0)
VOLUMES = (1e4, 1e8)
HEAD = """# How the cost of an answer grows

Written by `python -m benchmarks.growth`: processor time of one core, warm, the least of three runs,
for the preset `{preset}`. The last column is the time per unit of what grows: where it falls or
stays, the growth is linear or better.
"""


def table(what: str, said: str, rows: Iterable[tuple[float, float]]) -> str:
    """One table of sizes and milliseconds."""
    lines = [f"## {what}", "", said, "", f"| {what.lower()} | ms | ms each |", "|---:|---:|---:|"]
    lines += [f"| {size:,.0f} | {ms:,.1f} | {ms / size:.3g} |" for size, ms in rows]
    return "\n".join([*lines, ""])


def sweep_ms(points: Points, book: PriceBook, only: Only | None = None) -> float:
    """Every candidate (or those of ``only``) at every point, and the least of each."""

    def work() -> None:
        for part, index, day in points.groups():
            del index
            at = book if day is None else book.at(day)
            evaluate(SHARED.case(part, at, only)).ranked.min(0)

    work()
    return best(work, 3).cpu_ms


def over_points(book: PriceBook) -> Sequence[tuple[float, float]]:
    """Volumes in one sweep, in slices that bound the memory."""
    scenario = from_preset(PRESET, {}, book)

    def work(points: Points) -> float:
        def run() -> None:
            for _, found in evaluations(points, book, SHARED):
                found.ranked.min(0)

        run()
        return best(run, 3).cpu_ms

    axis = "requests_per_month"
    return [(n, work(Points.sweep(scenario, axis, np.geomspace(*VOLUMES, n)))) for n in POINTS]


def over_months(book: PriceBook) -> Sequence[tuple[float, float]]:
    """Months under growth, at a hundred volumes."""
    found = []
    for months in MONTHS:
        changes = {"horizon_months": months, "growth_pct_per_month": 1.0}
        scenario = from_preset(PRESET, changes, book)
        points = Points.sweep(scenario, "requests_per_month", np.geomspace(*VOLUMES, 100))
        found.append((float(months), sweep_ms(points, book)))
    return found


def over_candidates(book: PriceBook) -> Sequence[tuple[float, float]]:
    """A share of the products of each place, at a hundred volumes under growth."""
    scenario = from_preset(PRESET, {"growth_pct_per_month": 1.0, "horizon_months": 36}, book)
    points = Points.sweep(scenario, "requests_per_month", np.geomspace(*VOLUMES, 100))
    whole = evaluate(SHARED.case(replace(points, size=1, columns={}), book))
    found = []
    for share in SHARES:
        only = {
            place: frozenset(
                name.partition(">")[2].partition(":")[2]
                for name in [i for i in whole.ids if i.split(">")[1].partition(":")[0] == place][
                    :: round(1 / share)
                ]
            )
            for place in PLACES
        }
        count = len(evaluate(SHARED.case(points.take(slice(0, 1)), book, only)).ids)
        found.append((float(count), sweep_ms(points, book, only)))
    return found


def main() -> None:
    """Measure and write the page."""
    book = PriceBook.load()
    parts = [
        HEAD.format(preset=PRESET),
        table(
            "Points",
            "All candidates at this many volumes, 36 months without growth.",
            over_points(book),
        ),
        table(
            "Candidates",
            "This many candidates at 100 volumes, 36 months with growth.",
            over_candidates(book),
        ),
        table("Months", "All candidates at 100 volumes, with growth.", over_months(book)),
    ]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
