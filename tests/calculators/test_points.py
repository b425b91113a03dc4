"""Points: the inputs of N situations as columns, split where another arithmetic applies."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from calculators.factors import DRAWN, FACTORS, P90_SCORE
from calculators.points import Points
from calculators.scenario import ScenarioError
from tests.calculators.world import scenario


def points(**values: Any) -> Points:
    return Points(scenario(), len(next(iter(values.values())))).with_values(values)


# --------------------------------------------------------------------------------------- making


def test_the_base_is_the_scenario() -> None:
    found = Points.base(scenario())
    assert found.size == 1
    assert found["requests_per_month"].tolist() == [1e6]
    assert found.at(0) == scenario()
    assert [index.tolist() for _, index, _ in found.groups()] == [[0]]


def test_a_sweep_replaces_one_field() -> None:
    found = Points.sweep(scenario(), "horizon_months", [12, 36])
    assert found["horizon_months"].tolist() == [12, 36]
    assert found["requests_per_month"].tolist() == [1e6]
    assert found.at(1).horizon_months == 36
    assert isinstance(found.at(0).horizon_months, int)


def test_a_map_is_every_pair_the_first_field_fastest() -> None:
    found = Points.map(
        scenario(), ("requests_per_month", [1, 10, 100]), ("horizon_months", [12, 36])
    )
    assert found.size == 6
    assert found["requests_per_month"].tolist() == [1, 10, 100, 1, 10, 100]
    assert found["horizon_months"].tolist() == [12, 12, 12, 36, 36, 36]


def test_ends_are_the_base_and_both_ends_of_each_factor_alone() -> None:
    found = Points.ends(scenario(), ["pue", "cost_of_work"])
    assert found.size == 5
    assert found.score("pue").tolist() == [0, -1, 1, 0, 0]
    assert found.score("cost_of_work").tolist() == [0, 0, 0, -1, 1]
    assert found.score("server_life").tolist() == [0]


def test_draws_move_every_factor_and_more_of_them_begin_alike() -> None:
    few, many = Points.draws(scenario(), 64, seed=3), Points.draws(scenario(), 256, seed=3)
    assert set(few.scores) == {item.name for item in FACTORS}
    for name, score in few.scores.items():
        assert score.tolist() == many.scores[name][:64].tolist()
        assert np.isfinite(many.scores[name]).all()
        # one in ten beyond each end of the interval
        assert np.mean(many.scores[name] > 1) == pytest.approx(0.1, abs=0.02)
        assert np.mean(many.scores[name] < -1) == pytest.approx(0.1, abs=0.02)
    other = Points.draws(scenario(), 64, seed=4)
    assert other.scores["pue"].tolist() != few.scores["pue"].tolist()


def test_draws_are_most_even_in_the_factors_that_come_first() -> None:
    """Of 256 draws one falls into each of 16 x 16 cells of equal probability of the first two."""
    found = Points.draws(scenario(), 256, seed=3)
    cells = [
        np.floor(16 * norm.cdf(found.score(item.name) * P90_SCORE)).astype(int)
        for item in DRAWN[:2]
    ]
    assert len(set(zip(*(part.tolist() for part in cells), strict=True))) == 256


GROWS: dict[str, Any] = {"growth_pct_per_month": 3, "growth_low": 0, "growth_high": 10}


def test_growth_moves_through_its_range_where_one_is_given() -> None:
    """As a multiple a month: 1.00, 1.03, 1.10 at p10, the middle and p90."""
    found = Points(scenario(**GROWS), 3, scores={"growth": np.array([-1.0, 0.0, 1.0])})
    assert found["growth_pct_per_month"] == pytest.approx([0, 3, 10])
    assert found["growth_pct_per_month"][1] == 3
    assert found.take(slice(1, 3))["growth_pct_per_month"] == pytest.approx([3, 10])
    assert found.at(2).growth_pct_per_month == pytest.approx(10)
    assert found.at(2).growth_high is None  # known there
    certain = Points(scenario(growth_pct_per_month=3), 3, scores=found.scores)
    assert certain["growth_pct_per_month"].tolist() == [3]


@pytest.mark.parametrize(
    ("end", "expected"), [("growth_low", [1, 3, 3]), ("growth_high", [3, 3, 5])]
)
def test_an_end_of_growth_left_empty_does_not_move_it(end: str, expected: list[float]) -> None:
    given = {"growth_pct_per_month": 3, end: expected[0 if end == "growth_low" else 2]}
    found = Points(scenario(**given), 3, scores={"growth": np.array([-1.0, 0.0, 1.0])})
    assert found["growth_pct_per_month"] == pytest.approx(expected)


def test_draws_hold_growth_as_a_column_and_half_of_them_below_its_middle() -> None:
    found = Points.draws(scenario(**GROWS), 256)["growth_pct_per_month"]
    assert np.mean(found < 3) == 0.5
    assert np.mean(found < 0) == pytest.approx(0.1, abs=0.02)
    assert np.mean(found > 10) == pytest.approx(0.1, abs=0.02)


def test_along_growth_its_range_does_not_hold() -> None:
    found = Points.sweep(scenario(**GROWS), "growth_pct_per_month", [-5, 50])
    assert found["growth_pct_per_month"].tolist() == [-5, 50]
    assert found.at(1).growth_pct_per_month == 50
    ends = Points.sweep(scenario(**GROWS), "growth_high", [20, None])
    assert ends["growth_pct_per_month"].tolist() == [3]
    with pytest.raises(ScenarioError):
        Points.sweep(scenario(**GROWS), "growth_low", [-51])


def test_labour_may_be_scaled_at_each_point() -> None:
    found = Points(scenario(), 3).scaled(np.array([1.0, 0.0, 2.0]))
    assert found.labour_scale.tolist() == [1, 0, 2]
    assert Points(scenario()).labour_scale.tolist() == [1]


# ------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize("name", ["nonsense", "preset"])
def test_what_is_no_field_is_refused_with_the_fields_there_are(name: str) -> None:
    with pytest.raises(ScenarioError, match=f"axis: got '{name}'.*requests_per_month.*price_date"):
        points(**{name: [1.0]})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("requests_per_month", [1e6, -1.0]),
        ("requests_per_month", [1e6, float("nan")]),
        ("requests_per_month", [1e6, float("inf")]),
        ("peak_to_mean", [3.0, 1000.0]),
        ("horizon_months", [12, 12.5]),
        ("horizon_months", [12, 0]),
        ("link", ["wifi", "telegraph"]),
        ("offline_required", [True, "maybe"]),
        ("latency_budget_ms", [None, -3.0]),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_its_field(name: str, values: list[Any]) -> None:
    with pytest.raises(ScenarioError, match=f"{name}: got "):
        points(**{name: values})


# ------------------------------------------------------------------------------- reading, taking


def test_a_field_without_a_column_is_the_scenarios() -> None:
    found = points(requests_per_month=[1.0, 2.0])
    assert found["peak_to_mean"].tolist() == [3]
    assert np.isnan(found["latency_budget_ms"]).tolist() == [True]
    assert not found.given("latency_budget_ms")
    assert points(latency_budget_ms=[100.0, 200.0]).given("latency_budget_ms")


def test_taking_some_points_keeps_their_values() -> None:
    found = points(requests_per_month=[1.0, 2.0, 3.0], link=["wifi", "4g", "5g"])
    taken = found.scaled(np.array([1.0, 0.0, 2.0])).take(np.array([2, 0]))
    assert taken.size == 2
    assert taken["requests_per_month"].tolist() == [3, 1]
    assert list(taken.words["link"]) == ["5g", "wifi"]
    assert taken.labour_scale.tolist() == [2, 1]
    assert found.take(slice(1, 3))["requests_per_month"].tolist() == [2, 3]


def test_the_scenario_of_a_point() -> None:
    found = points(requests_per_month=[1.0, 2.0], link=["wifi", "4g"], features_per_request=[1, 3])
    assert found.at(1) == scenario(requests_per_month=2, link="4g", features_per_request=3)


# --------------------------------------------------------------------------------------- groups


def grouped(found: Points) -> list[list[int]]:
    return [index.tolist() for _, index, _ in found.groups()]


def test_numbers_are_of_one_group() -> None:
    assert grouped(points(requests_per_month=[1.0, 2.0], horizon_months=[1, 2])) == [[0, 1]]


def test_words_and_switches_split_points() -> None:
    found = points(link=["wifi", "4g", "wifi"], offline_required=[True, False, False])
    assert grouped(found) == [[0], [1], [2]]
    for part, index, day in found.groups():
        assert part.scenario == found.at(int(index[0]))
        assert part.words == {}
        assert day is None


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("retrains_per_month", [0.0, 1.0, 0.0, 30.0], [[0, 2], [1, 3]]),
        ("realtime_fps", [0.0, 24.0, 60.0, 0.0], [[0, 3], [1, 2]]),
        ("can_wait_hours", [0.0, 24.0, 23.9, 48.0], [[0], [1, 3], [2]]),
        ("can_wait_hours", [0.99, 1.0, 0.0, 23.9], [[0, 2], [1, 3]]),
        ("retrains_per_month", [1.0, 2.0, 3.0, 4.0], [[0, 1, 2, 3]]),
        ("realtime_fps", [0.0, 0.0, 0.0, 0.0], [[0, 1, 2, 3]]),
    ],
)
def test_numbers_that_decide_what_applies_split_points(
    name: str, values: list[float], expected: list[list[int]]
) -> None:
    assert grouped(points(**{name: values})) == expected


def test_an_optional_number_is_split_where_it_is_not_given() -> None:
    found = points(latency_budget_ms=[None, 500.0, None, 500.0])
    assert grouped(found) == [[0, 2], [1, 3]]
    given = [part.given("latency_budget_ms") for part, _, _ in found.groups()]
    assert given == [False, True]


def test_price_dates_split_points_and_are_said() -> None:
    days = [date(2026, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]
    found = points(price_date=days)
    assert [(index.tolist(), day) for _, index, day in found.groups()] == [
        ([0, 2], days[0]),
        ([1], days[1]),
    ]
    assert found.at(1) == scenario()  # no field of a scenario


def test_scores_and_columns_follow_their_points() -> None:
    scores = {"pue": np.array([1.0, 2.0, 3.0])}
    made = Points(scenario(), 3, scores=scores)
    found = made.with_values({"link": ["wifi", "4g", "wifi"], "horizon_months": [1, 2, 3]})
    (wifi, _, _), (other, _, _) = found.groups()
    assert wifi.score("pue").tolist() == [1, 3]
    assert wifi["horizon_months"].tolist() == [1, 3]
    assert other.score("pue").tolist() == [2]


def test_what_decides_is_common_to_a_group() -> None:
    found = points(
        retrains_per_month=[0.0, 1.0], realtime_fps=[0.0, 24.0], can_wait_hours=[0.0, 48.0]
    )
    said = [(part.trains, part.live, part.in_batches) for part, _, _ in found.groups()]
    assert said == [(False, False, False), (True, True, True)]
