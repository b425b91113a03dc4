"""The speed report: what it says of a time, and that its programs run."""

from __future__ import annotations

import pytest

from benchmarks import speed
from benchmarks.clock import Spent
from benchmarks.speed import FRESH, Timing, fresh_process, table


def test_a_time_is_shown_with_its_ratio_and_its_aim() -> None:
    lines = table(
        [
            Timing("Load", Spent(600.0, 400.0), 500.0, "9 rows"),
            Timing("Compare", Spent(80.0, 70.0), 50.0, "9 candidates"),
            Timing("PDF", Spent(300.0, 300.0)),
        ],
        unit_ms=20.0,
    ).splitlines()
    assert lines[2:] == [
        "| Load | 400.0 | 600.0 | 20.00 | 500 | 9 rows |",
        "| Compare | 70.0 | 80.0 | 3.50 | 50 | over the aim; 9 candidates |",
        "| PDF | 300.0 | 300.0 | 15.00 |  |  |",
    ]


def test_the_best_run_counts() -> None:
    assert Spent.least([Spent(3.0, 2.0), Spent(4.0, 1.0)]) == Spent(3.0, 1.0)


@pytest.mark.parametrize("code", FRESH.values(), ids=FRESH)
def test_each_program_reports_its_time(code: str) -> None:
    spent = fresh_process(code)
    assert 0 < spent.cpu_ms < 60_000
    assert 0 < spent.wall_ms < 60_000


def test_the_reference_is_the_same_work_every_time() -> None:
    assert speed.reference() == speed.reference()
