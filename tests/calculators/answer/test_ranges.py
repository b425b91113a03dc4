"""Ranges: p10 to p90 of the draws, by hand; which candidates have one; narrow evaluations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from calculators.answer.options import OptionList
from calculators.answer.ranges import narrowed
from calculators.explore.draws import drawn
from calculators.points import Points
from tests.calculators.invariants import check_range
from tests.calculators.world import MEMORY, compared, evaluated, option, scenario

API = "none>managed_api:delta/faces"
RENTED = "none>rented:acme/m1:on_demand"
QUIET: dict[str, Any] = {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0}
OWN = {"integration_hours": 10, "ops_hours_per_month": 1, "staff_usd_per_hour": 100}
P90 = norm.ppf(0.9)


def listed(**changes: Any) -> OptionList:
    options = compared(**changes).options
    assert isinstance(options, OptionList)
    return options


def test_the_range_of_a_single_cause_by_hand() -> None:
    """Own hours at an own price, 4,600 USD; 14,400 USD of requests at a price of evidence A.

    A price of A is 2 % off 8 times in 10: p10 14,400 x 0.98 + 4,600, p90 14,400 x 1.02 + 4,600.
    """
    options = listed(**QUIET, **OWN)
    found = options.found
    asked = found.case.book.tariff("delta/faces/standard")
    assert asked is not None
    assert (asked.source.confidence, asked.source.stale) == ("A", False)
    many = drawn(options, [found.at[API]], MEMORY, 8192)
    one = many.range(API)
    assert one is not None
    assert one.ranked("company") == pytest.approx((18_712, 19_288), rel=1e-4)


def test_hours_and_their_price_by_hand() -> None:
    """All of it work: 46 hours of 100 USD (50 to 150), know-how 1 (0.8 to 1.25), own figures else.

    Only the wage moves where the hours are given: p10 2,300 USD and p90 6,900 beside 14,400.
    """
    own = {"integration_hours": 10, "ops_hours_per_month": 1}
    options = listed(**QUIET, **own)
    many = drawn(options, [options.found.at[API]], MEMORY, 8192)
    wage, price = many.company[0] - 14_400, many.range(API)
    assert price is not None
    # the price of requests adds a variance of its own, small beside the work's
    assert price.ranked("company") == pytest.approx((16_700, 21_300), rel=0.005)
    assert np.median(wage) == pytest.approx(4_600, rel=0.02)


def test_the_company_and_all_together_have_a_range_each() -> None:
    chosen = option(compared(staff_usd_per_hour=0), API)
    assert chosen.range is not None
    company, total = chosen.range.ranked("company"), chosen.range.ranked("company_and_user")
    assert company == pytest.approx((14_400 * 0.98, 14_400 * 1.02), rel=0.002)
    assert total[0] < chosen.total_usd < total[1]  # type: ignore[operator]
    assert (chosen.low_usd, chosen.high_usd) == total


def test_only_the_best_of_each_place_has_a_range() -> None:
    found = compared(own_model_required=True, retrains_per_month=1)
    best = {item.id for item in found.best_of_kind}
    for item in found.options:
        if item.id in best and item.company_usd is not None:
            check_range(item)
        else:
            assert item.range is None, item.id


def test_a_place_that_is_ruled_out_keeps_the_range_of_its_cost() -> None:
    found = compared(data_sensitivity="on_premises")
    shut = [item for item in found.best_of_kind if item.status == "infeasible"]
    priced = [item for item in shut if item.company_usd is not None]
    assert priced
    for item in priced:
        check_range(item)


def test_machines_widen_the_range_only_where_they_are_counted() -> None:
    """One machine and its spare answer a million requests at the low end of the estimate too.

    What is left is the price: 1 USD an hour of evidence A, 2 % either way.
    """
    free: dict[str, Any] = {**QUIET, "staff_usd_per_hour": 0}
    whole = option(compared(**free), RENTED).company_usd
    assert whole is not None
    assert ends_of(RENTED, **free) == pytest.approx((whole * 0.98, whole * 1.02), rel=0.002)
    # 10 requests/s (8 to 12.5): 165 machines (205 to 132), each 26,280 USD in three years
    found = ends_of(RENTED, **free, requests_per_month=1e9)
    assert found == pytest.approx((132 * 26_280, 205 * 26_280), rel=0.02)


def ends_of(name: str, **changes: Any) -> tuple[float, float]:
    """What the company pays for one candidate, best of its place or not."""
    options = listed(**changes)
    found = drawn(options, [options.found.at[name]], MEMORY, 4096).range(name)
    assert found is not None
    return found.ranked("company")


def test_a_narrow_evaluation_looks_at_the_products_of_some_candidates() -> None:
    found = evaluated()
    some = [found.at[API], found.at[RENTED]]
    made = narrowed(found, some, Points.base(scenario()), MEMORY)
    assert set(made.ids) == {API, RENTED}
    assert {pair.plan.trained_at for pair in made.pairs} == {"none"}
    assert made.company[made.at[API]] == found.company[found.at[API]]


def test_the_score_of_a_tenth_is_one() -> None:
    assert math.isclose(P90, 1.2815515655446004)
