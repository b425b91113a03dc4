"""80 % intervals by hand: each factor at its ends, independent swings in squares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from calculators import factors
from calculators.answer.ranges import Ends, active, interval, narrowed, spread
from calculators.evaluation import evaluate
from calculators.points import Points
from tests.calculators.invariants import check_range
from tests.calculators.world import MEMORY, compared, evaluated, items, option, scenario, world

API = "none>managed_api:delta/faces"
RENTED = "none>rented:acme/m1:on_demand"
QUIET: dict[str, Any] = {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0}


def test_swings_of_independent_factors_add_in_squares() -> None:
    """Base 100; one factor 70 / 130, another 100 / 140: down 30, up the root of 900 + 1,600."""
    assert spread(np.array([100.0, 70, 130, 100, 140])) == (70, 150)


def test_an_end_on_the_wrong_side_counts_on_its_own() -> None:
    """Whichever end is the dearer one: a factor that saves at its high end."""
    assert spread(np.array([100.0, 140, 90])) == (90, 140)


def test_costs_swing_by_ratios() -> None:
    """Half and twice by one factor, half and twice by another: 2^sqrt(2) each way."""
    low, high = interval(np.array([100.0, 50, 200, 200, 50]))
    assert low == pytest.approx(100 / 2 ** math.sqrt(2))
    assert high == pytest.approx(100 * 2 ** math.sqrt(2))


def test_a_cost_of_nothing_swings_by_dollars() -> None:
    assert interval(np.array([0.0, 0, 30, 0, 40])) == (0, 50)
    assert interval(np.array([10.0, -20, 10])) == (0, 10)  # never below nothing


def test_the_range_of_an_option_by_hand() -> None:
    """14,400 USD of requests; work of 10 hours (5 to 20) and 1 a month (0.5 to 2) for 36 months.

    at 100 USD an hour (50 to 150), know-how 1 (0.8 to 1.25): 46 hours, 4,600 USD, 19,000 together
    an hour's cost:  14,400 + 2,300 = 16,700 and 21,300
    know-how:        14,400 + 3,680 = 18,080 and 20,150
    set-up:          18,500 and 20,000
    running:         17,200 and 22,600
    """
    chosen = option(compared(**QUIET), API)
    assert chosen.company_usd == pytest.approx(19_000)

    def together(*ends: float) -> float:
        return 19_000 * math.exp(
            math.copysign(
                math.sqrt(sum(math.log(end / 19_000) ** 2 for end in ends)), ends[0] - 19_000
            )
        )

    assert chosen.range is not None
    low, high = chosen.range.ranked("company")
    assert low == pytest.approx(together(16_700, 18_080, 18_500, 17_200))
    assert high == pytest.approx(together(21_300, 20_150, 20_000, 22_600))


def test_own_hours_at_an_own_price_leave_no_range() -> None:
    own = {"integration_hours": 10, "ops_hours_per_month": 1, "staff_usd_per_hour": 100}
    chosen = option(compared(**QUIET, **own), API)
    assert chosen.range is not None
    assert chosen.range.ranked("company") == (chosen.company_usd, chosen.company_usd)


FREE_WORK = {"staff_usd_per_hour": 0}


def test_machines_widen_the_range_only_where_they_are_counted() -> None:
    """One machine and its spare answer a million requests at the low end of the estimate too."""
    few = option(compared(**QUIET, **FREE_WORK), RENTED)
    assert few.low_usd == pytest.approx(few.total_usd)
    assert few.high_usd == pytest.approx(few.total_usd)
    many = option(compared(**QUIET, **FREE_WORK, requests_per_month=1e9), RENTED)
    assert many.capacity is not None
    # 10 requests/s (8 to 12.5): 165 machines (205 to 132), each 26,280 USD in three years
    assert many.capacity.machines == 165
    assert many.total_usd is not None
    assert many.high_usd == pytest.approx(many.total_usd + 40 * 26_280)
    assert many.low_usd == pytest.approx(many.total_usd - 33 * 26_280)


def test_the_company_and_all_together_have_a_range_each() -> None:
    """Radio energy of 10.602 J and its tail is the users' alone."""
    chosen = option(compared(**FREE_WORK), API)
    assert chosen.range is not None
    company, total = chosen.range.ranked("company"), chosen.range.ranked("company_and_user")
    assert company == pytest.approx((14_400, 14_400))
    assert total[0] < chosen.total_usd < total[1]  # type: ignore[operator]
    assert chosen.low_usd == total[0]


def test_every_priced_option_has_a_range_of_its_own() -> None:
    found = compared(own_model_required=True, retrains_per_month=1)
    alone = [item for item in found.options if item.company_usd is not None][::7]
    assert any(item not in found.best_of_pair for item in alone)
    for item in alone:
        check_range(item)


def test_an_end_that_cannot_be_priced_moves_no_cost() -> None:
    """A model of 25 million weights is too large to train on a device at the low end, 20."""
    found = compared(own_model_required=True, retrains_per_month=1, device_mix="new_phones")
    chosen = option(found, "device>device:new_phones")
    assert chosen.status == "feasible"
    check_range(chosen)


# ------------------------------------------------------------------------- which factors, which


def test_only_factors_that_were_read_are_moved() -> None:
    names = active(evaluated())
    assert set(names) >= {item.name for item in factors.ESTIMATES}
    assert {"cost_of_work", "radio_energy", "server_life"} <= set(names)
    assert "own_api_hours" not in names
    assert "spot_interruptions" not in names  # nothing is trained
    assert "own_api_hours" in active(evaluated(existing_stack=False))


def test_a_narrow_evaluation_looks_at_the_products_of_some_candidates() -> None:
    found = evaluated()
    some = [found.at[API], found.at[RENTED]]
    made = narrowed(found, some, Points.base(scenario()), MEMORY)
    assert set(made.ids) == {API, RENTED}
    assert {pair.plan.trained_at for pair in made.pairs} == {"none"}
    assert made.company[made.at[API]] == found.company[found.at[API]]


def test_ends_are_the_candidates_at_each_end() -> None:
    """Base, then low and high of each factor: as many points as twice the factors and one."""
    names = ("cost_of_work", "server_life")
    points = Points.ends(scenario(**QUIET), names)
    ends = Ends(evaluate(MEMORY.case(points, world(), full=False)))
    company = ends.found.company[ends.found.at[API]]
    assert company == pytest.approx([19_000, 16_700, 21_300, 19_000, 19_000])
    assert ends.range("nobody") is None
    assert ends.difference(API, API) == (0, 0)
    assert ends.difference(API, "nobody") is None
    assert items(option(compared(**QUIET), API))


def test_a_margin_inside_the_interval_of_the_difference() -> None:
    """What moves both alike moves no difference: an hour's cost, where both take as long."""
    points = Points.ends(scenario(**QUIET), ("cost_of_work",))
    ends = Ends(evaluate(MEMORY.case(points, world(), full=False)))
    gap = ends.difference("none>managed_api:beta/faces", API)
    assert gap is not None
    assert gap[0] == pytest.approx(gap[1])
