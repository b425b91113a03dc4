"""The answer around the options: range, too close to call, labour, ten times, lever, exclusions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from calculators.option_table import FIRST_FACTOR, POINTS, spread
from calculators.walking import FACTORS
from tests.calculators.world import amounts, compared, option

API = "none>managed_api:delta/faces"
QUIET: dict[str, Any] = {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0}


def test_swings_of_independent_factors_add_in_quadrature() -> None:
    """Base 100; labour -10 / +30, servers -0 / +40: from 90 to 100 + 50."""
    values = np.full((1, POINTS), 100.0)
    labour, server = FACTORS.index("labour"), FACTORS.index("server")
    values[0, FIRST_FACTOR + 2 * labour : FIRST_FACTOR + 2 * labour + 2] = (90, 130)
    values[0, FIRST_FACTOR + 2 * server : FIRST_FACTOR + 2 * server + 2] = (140, 100)
    low, high = spread(values)
    assert (low[0], high[0]) == (90, 150)


def test_the_range_of_an_option_by_hand() -> None:
    """Only its work is uncertain: 10 hours (5 to 20) and 1 a month (0.5 to 2) at 100 USD.

    low: -500 and -36 x 50 = -2,300; high: +1,000 and +36 x 100 = +4,600
    """
    chosen = option(compared(**QUIET), API)
    assert chosen.total_usd is not None
    assert chosen.low_usd == pytest.approx(chosen.total_usd - 2300)
    assert chosen.high_usd == pytest.approx(chosen.total_usd + 4600)


def test_own_hours_leave_no_range() -> None:
    chosen = option(compared(**QUIET, integration_hours=10, ops_hours_per_month=1), API)
    assert chosen.low_usd == chosen.total_usd == chosen.high_usd


def test_machines_widen_the_range_only_where_they_are_counted() -> None:
    """One machine and its spare answer a million requests at the low end of the estimate too."""
    few = option(compared(**QUIET, ops_hours_per_month=1, integration_hours=1),
                 "none>rented:acme/m1:on_demand")  # fmt: skip
    assert few.low_usd == few.total_usd == few.high_usd
    many = option(compared(**QUIET, ops_hours_per_month=1, integration_hours=1,
                           requests_per_month=1e9), "none>rented:acme/m1:on_demand")  # fmt: skip
    assert many.capacity is not None
    # 10 requests/s (8 to 12.5): 165 machines (205 to 132), each 26,280 USD in three years
    assert many.capacity.machines == 165
    assert many.total_usd is not None
    assert many.high_usd == pytest.approx(many.total_usd + 40 * 26_280)
    assert many.low_usd == pytest.approx(many.total_usd - 33 * 26_280)


def test_ten_times_is_the_comparison_at_ten_times() -> None:
    for changes in ({}, {"min_reach_pct": 80}, {"hold": "users"}, {"growth_pct_per_month": 3},
                    {"rank_by": "company_and_user"}, {"requests_per_month": 1e7}):  # fmt: skip
        found = compared(**changes)
        scenario = found.scenario
        per_user = scenario.requests_per_user_per_month
        if scenario.hold == "users":  # the same users ask ten times as often
            per_user *= 10
        ten = compared(**{**changes, "requests_per_month": 10 * scenario.requests_per_month,
                          "requests_per_user_per_month": per_user})  # fmt: skip
        assert ten.cheapest is not None
        cost = ten.cheapest.ranked_usd(scenario.rank_by)
        assert cost is not None
        assert found.ten_times.option_id == ten.cheapest.id
        assert found.ten_times.monthly_usd == pytest.approx(cost / scenario.horizon_months)
        share = cost / (ten.cheapest.total_usd or math.nan)
        assert found.ten_times.usd_per_user_month == pytest.approx(
            share * (ten.cheapest.usd_per_user_month or math.nan)
        )


def test_double_and_no_work_are_decided_on_the_whole() -> None:
    """With hours given, doubling them is entering twice as many."""
    hours: dict[str, Any] = {"integration_hours": 30, "ops_hours_per_month": 4}
    found = compared(**hours)
    assert found.cheapest is not None
    answers = [
        compared(integration_hours=30 * times, ops_hours_per_month=4 * times).cheapest
        for times in (0, 2)
    ]
    same = all(answer is not None and answer.kind == found.cheapest.kind for answer in answers)
    assert found.survives_labour == same
    assert ("same place wins" in found.labour_text) == same


def test_too_close_means_the_margin_lies_inside_the_range() -> None:
    """No range, no doubt; with it, an API 23 % ahead is too close to call."""
    sure = compared(**QUIET, integration_hours=0, ops_hours_per_month=0,
                    measured_requests_per_s=10, measured_device_j_per_request=1)  # fmt: skip
    assert not sure.too_close
    assert "Too close" not in sure.sentence
    doubtful = compared()
    assert doubtful.too_close
    assert doubtful.sentence.startswith("Too close to call")
    far = compared(requests_per_month=1000)
    assert not far.too_close or far.runner_up is not None


def test_the_lever_is_the_largest_cost() -> None:
    found = compared()
    assert found.cheapest is not None
    assert found.lever is not None
    by_name = amounts(found.cheapest)
    company = found.cheapest.company_usd
    assert company is not None
    largest = max(by_name, key=lambda name: by_name[name])
    assert found.lever.name == largest
    assert found.lever.share == pytest.approx(by_name[largest] / company)


def test_best_of_each_kind_and_pair() -> None:
    found = compared(own_model_required=True, retrains_per_month=2)
    kinds = [item.kind for item in found.best_of_kind]
    pairs = [(item.trained_at, item.answers_at) for item in found.best_of_pair]
    assert len(set(kinds)) == len(kinds)
    assert len(set(pairs)) == len(pairs)
    for item in found.best_of_pair:
        rivals = [
            other.ranked_usd("company") or math.inf
            for other in found.options
            if (other.trained_at, other.answers_at) == (item.trained_at, item.answers_at)
            and other.status == "feasible"
        ]
        if rivals:
            assert item.status == "feasible"
            assert item.company_usd == min(rivals)


def test_the_reason_names_cost_range_and_distance() -> None:
    found = compared(requests_per_month=1e8, device_mix="new_phones")
    assert found.cheapest is not None
    assert found.runner_up is not None
    assert "a month (between $" in found.reason
    assert found.cheapest.label in found.reason
    assert found.runner_up.label in found.reason


def test_cost_per_user_counts_the_users_served() -> None:
    for chosen in compared().options:
        if chosen.total_usd is not None:
            # 100,000 users for 36 months, of whom a device alone serves its share
            users = 100_000 * 36 * chosen.served_share
            assert chosen.usd_per_user_month == pytest.approx(chosen.total_usd / users)
