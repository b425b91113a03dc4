"""Months asked for are counted before any is worked out; too many are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.demand import DRIFTS
from calculators.scenario import Scenario, ScenarioError
from report import asked_months
from report import map as maps
from report import sweep as sweeps
from report.map import map_body
from report.sweep import sweep_body

GROWS: dict[str, Any] = {"growth_pct_per_month": 3.0}


def counted(given: dict[str, Any], axes: dict[str, list[Any]]) -> int:
    return asked_months.asked_months(Scenario(**given), axes)


@pytest.mark.parametrize(
    ("given", "axes", "months"),
    [
        ({}, {"pue": [1.0, 1.2, 1.4]}, 3),  # months alike: one stands for all
        (GROWS, {"pue": [1.0, 1.2, 1.4]}, 3 * 36),
        (GROWS, {"pue": [1.0, 1.2], "staff_usd_per_hour": [0.0] * 5}, 10 * 36),
        (GROWS, {"horizon_months": [12, 24, 120]}, 156),
        (GROWS, {"horizon_months": [12, 24], "pue": [1.0] * 5}, 5 * 36),
        ({}, {"horizon_months": [12, 24, 120]}, 3),
        ({}, {"growth_pct_per_month": [0.0, 1.0]}, 2 * 36),
        (GROWS, {"growth_pct_per_month": [0.0, 0.0]}, 2),  # the axis replaces the scenario's
        *(({f"price_change_pct_per_year_{kind}": -5.0}, {"pue": [1.0]}, 36) for kind in DRIFTS),
    ],
)
def test_months_are_counted_where_they_differ(
    given: dict[str, Any], axes: dict[str, list[Any]], months: int
) -> None:
    assert counted(given, axes) == months


def test_the_usual_map_over_the_usual_period_is_never_refused() -> None:
    cells = {"x": [0.0] * maps.USUAL, "y": [0.0] * maps.USUAL}
    assert counted(GROWS, cells) == 41 * 41 * 36 <= maps.MOST_MONTHS


def test_the_longest_sweep_over_the_usual_period_is_never_refused() -> None:
    assert counted(GROWS, {"pue": [1.2] * sweeps.MOST}) == 2_000 * 36 <= sweeps.MOST_MONTHS


def sweep(count: int) -> str:
    return f"growth_pct_per_month=3&horizon_months=12&axis=pue&values={','.join(['1.2'] * count)}"


def test_a_sweep_is_refused_from_one_value_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 61 months five values of twelve fit."""
    monkeypatch.setattr(sweeps, "MOST_MONTHS", 61)
    assert len(sweep_body(sweep(5))[0]["values"]) == 5
    monkeypatch.setattr(sweeps, "listed", None)  # nothing is worked out
    with pytest.raises(ScenarioError) as caught:
        sweep_body(sweep(6))
    (bad,) = caught.value.bad
    assert (bad.field, bad.value) == ("values", "6 values")
    assert bad.allowed.startswith("at most 5 of this period: ")


def test_a_map_is_refused_from_one_cell_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 431 months 5 by 5 cells of twelve (300) fit, 6 by 6 (432) do not."""
    asked = "growth_pct_per_month=3&horizon_months=12&x=requests_per_month&y=staff_usd_per_hour"
    monkeypatch.setattr(maps, "MOST_MONTHS", 431)
    assert len(map_body(f"{asked}&n=5")[0]["x"]["values"]) == 5
    monkeypatch.setattr(maps, "who_wins", None)
    with pytest.raises(ScenarioError) as caught:
        map_body(f"{asked}&n=6")
    (bad,) = caught.value.bad
    assert (bad.field, bad.value) == ("n", "6")
    assert bad.allowed.startswith("at most 5 on a side of this period: ")
