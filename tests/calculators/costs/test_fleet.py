"""How many machines, by hand: whole machines, headroom, schedules, hours of the day, contracts.

One T100 completes 10 requests a second. With a busiest hour of 3 times the mean and 0.7 of the
capacity planned for it, one machine serves a mean of 10 x 0.7 / 3 = 2.3333 requests a second,
that is 2.3333 x 2,628,000 = 6,132,000 requests a month.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from calculators.accounts.calendar import Calendar
from calculators.costs.day import day_shape, scheduled_day
from calculators.costs.fleet import (
    Rates,
    committed,
    machines_for,
    size,
    step_spacing,
    step_volumes,
    steps_between,
)
from calculators.results import Option
from tests.calculators.world import case, compared, option

FULL = 6_132_000
MONTH_S = 2_628_000


def rented(machine: str = "acme/m1:on_demand", /, **changes: Any) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def rent(chosen: Option) -> float:
    return sum(
        item.amount_usd for item in chosen.line_items if item.name.startswith("Machines rented")
    )


def machines(chosen: Option) -> float:
    assert chosen.capacity is not None
    return chosen.capacity.machines


# ------------------------------------------------------------------------------ whole machines


@pytest.mark.parametrize(
    ("requests", "needed"),
    [
        (1, 1),
        (FULL - 1, 1),
        (FULL, 1),
        (FULL + 1, 2),
        (2 * FULL, 2),
        (2 * FULL + 1, 3),
        (100 * FULL, 100),
    ],
)
@pytest.mark.parametrize("spare", [0, 1, 2])
def test_machines_are_whole_and_spares_come_on_top(requests: int, needed: int, spare: int) -> None:
    chosen = rented(requests_per_month=requests, spare_instances=spare, horizon_months=1)
    assert machines(chosen) == needed + spare
    assert rent(chosen) == pytest.approx((needed + spare) * 730 * 1.0)


@pytest.mark.parametrize(
    ("requests", "needed"), [(4 * FULL, 1), (4 * FULL + 1, 2), (8 * FULL, 2), (8 * FULL + 1, 3)]
)
def test_a_machine_of_four_accelerators_holds_four_replicas(requests: int, needed: int) -> None:
    chosen = rented(
        "acme/m4:on_demand", requests_per_month=requests, spare_instances=0, horizon_months=1
    )
    assert machines(chosen) == needed
    assert rent(chosen) == pytest.approx(needed * 730 * 4.0)


def test_headroom_and_peak_multiply() -> None:
    # 10 requests/s, planned for 0.5 of it at a peak of 10 times the mean: 0.5 requests/s a machine
    changes: dict[str, Any] = {
        "peak_to_mean": 10,
        "target_peak_load": 0.5,
        "spare_instances": 0,
    }
    assert machines(rented(requests_per_month=0.5 * 2_628_000, **changes)) == 1
    assert machines(rented(requests_per_month=0.5 * 2_628_000 + 1, **changes)) == 2


def test_busy_share_is_mean_load_over_paid_capacity() -> None:
    # 2.3333 of 20 requests/s: two machines are paid for, the spare among them
    chosen = rented(requests_per_month=FULL)
    assert chosen.capacity is not None
    assert chosen.capacity.busy_share == pytest.approx(2.33333 / 20, rel=1e-5)


def test_rounding_of_a_division_buys_no_machine() -> None:
    for count in range(1, 2000):
        rate = np.array([count * 0.1 * 0.7])
        needed = machines_for(rate, np.array([0.1 * 0.7]), np.array([1.0]))
        assert needed[0] == count


# ------------------------------------------------------------------------------------- billing


def test_scheduled_machines_take_all_the_load_in_their_hours() -> None:
    """220 of 730 hours, 7.2 a day around the busiest, take what else came in 24."""
    peak = scheduled_day(np.array([3.0]), np.array([220.0])).peak[0]
    assert 24 / peak * 3 > 24 * 220 / 730  # the busiest hour is no longer three times the mean
    inside = 7 * MONTH_S / peak  # what one machine serves in its busiest hour
    changes: dict[str, Any] = {
        "billing": "scheduled",
        "scheduled_hours_per_month": 220,
        "spare_instances": 0,
    }
    one = rented(requests_per_month=inside, horizon_months=1, **changes)
    two = rented(requests_per_month=inside + 1, horizon_months=1, **changes)
    assert (machines(one), machines(two)) == (1, 2)
    assert rent(one) == pytest.approx(220 * 1.0)
    assert rent(two) == pytest.approx(2 * 220 * 1.0)
    assert one.capacity is not None
    assert one.capacity.busy_share == pytest.approx(0.7 / peak * 730 / 220)  # in the hours paid


def test_a_schedule_of_all_hours_is_always_on() -> None:
    always = rented(requests_per_month=5 * FULL)
    scheduled = rented(
        requests_per_month=5 * FULL, billing="scheduled", scheduled_hours_per_month=730
    )
    assert scheduled.total_usd == pytest.approx(always.total_usd)


@pytest.mark.parametrize("peak", [1.0, 1.5, 3.0, 8.0, 24.0])
def test_the_day_shape_has_its_mean_and_its_peak(peak: float) -> None:
    shape = day_shape(np.array([peak]))[0]
    assert shape.shape == (24,)
    assert shape.max() == pytest.approx(peak, rel=1e-6)
    assert shape.mean() == pytest.approx(1.0, rel=1e-2)
    assert (shape >= 0).all()


def test_autoscaled_machines_follow_the_hours_of_the_day() -> None:
    requests = 20 * FULL
    shape = day_shape(np.array([3.0]))[0]
    mean = requests / 2_628_000
    each_hour = [max(1, math.ceil(mean * share / 7 * (1 - 1e-12))) + 1 for share in shape]
    chosen = rented(requests_per_month=requests, billing="autoscaled", horizon_months=1)
    assert rent(chosen) == pytest.approx(sum(each_hour) / 24 * 730)
    always = rented(requests_per_month=requests, horizon_months=1)
    assert max(each_hour) == machines(always) == 21
    assert rent(chosen) < rent(always)


def test_autoscaling_without_a_peak_saves_nothing() -> None:
    changes: dict[str, Any] = {
        "requests_per_month": 5 * FULL,
        "peak_to_mean": 1,
        "horizon_months": 1,
    }
    assert rent(rented(billing="autoscaled", **changes)) == pytest.approx(rent(rented(**changes)))


def test_autoscaling_never_goes_below_one_machine() -> None:
    chosen = rented(requests_per_month=1, billing="autoscaled", spare_instances=0, horizon_months=1)
    assert rent(chosen) == pytest.approx(730)


def rates(*capacity_rps: float) -> Rates:
    """One replica a machine, used up to 0.7."""
    full = np.array(capacity_rps)[:, None]
    return Rates(full, 0.7 * full, np.ones_like(full))


def test_hours_and_load_of_a_fleet_at_several_points() -> None:
    """One replica of 10 requests/s; 1 and 3 machines' worth of requests, no spare."""
    asked = case({"requests_per_month": [FULL, 3 * FULL]}, spare_instances=0)
    found = size(asked, np.ones(1), rates(10.0), np.zeros(1))
    assert found.machines[0, :, 0].tolist() == [1, 3]
    assert found.hours[0, :, 0].tolist() == [730, 3 * 730]
    # a third of 0.7: the peak is three times the mean
    assert found.busy_hours[0, :, 0] == pytest.approx([730 * 0.7 / 3, 3 * 730 * 0.7 / 3])
    assert found.busy_share[0, :, 0] == pytest.approx([0.7 / 3] * 2)


def test_some_machines_of_a_fleet() -> None:
    found = size(case(), np.ones(1), rates(10.0, 1.0), np.zeros(1))
    one = found.take(np.array([1]))
    assert one.machines.tolist() == found.machines[1:].tolist()
    assert one.hours.tolist() == found.hours[1:].tolist()


# ----------------------------------------------------------------------------------- contracts


def months(horizon: float, growth: float = 0.0, *, monthly: bool = True) -> Calendar:
    one = np.ones(1)
    return Calendar.build(horizon * one, growth * one, 0 * one, monthly=monthly)


@pytest.mark.parametrize(("horizon", "left"), [(1, 11), (9, 3), (12, 0), (13, 11), (24, 0)])
def test_a_constant_need_month_by_month_or_in_one(horizon: int, left: int) -> None:
    for calendar in (months(horizon), months(horizon, monthly=False)):
        found = committed(np.full((1, 1, calendar.first.size), 2.0), calendar, 12)
        assert calendar.sum(found.paid)[0, 0] == 2 * horizon
        assert found.left[0, 0] == 2 * left


def test_a_machine_added_is_contracted_when_it_is_added() -> None:
    """1, 2, 2 machines under contracts of two months, looked at for three.

    the first runs months 1-2 and again 3-4, the second 2-3: one month is left of the first
    """
    found = committed(np.array([[[1.0, 2.0, 2.0]]]), months(3), 2)
    assert found.paid[0, 0].tolist() == [1, 2, 2]
    assert found.left[0, 0] == 1


def test_a_falling_need_is_paid_to_the_end_of_its_contracts() -> None:
    # 3, 1, 1: three under contract for two months, then one
    found = committed(np.array([[[3.0, 1.0, 1.0]]]), months(3), 2)
    assert found.paid[0, 0].tolist() == [3, 3, 1]
    assert found.left[0, 0] == 1


def test_a_contract_keeps_the_price_of_the_month_it_begins_in() -> None:
    """Two machines for 24 months, 44 % dearer a year: the second contracts cost 0.44 more."""
    found = committed(np.full((1, 1, 24), 2.0), months(24), 12, np.array([44.0]))
    assert found.paid_dearer is not None
    assert found.left_dearer is not None
    assert found.paid_dearer[0, 0].tolist() == pytest.approx([0.0] * 12 + [0.88] * 12)
    assert found.left_dearer[0, 0] == 0


# --------------------------------------------------------------------------------------- steps


def needed(requests: float, **changes: Any) -> float:
    return machines(rented(requests_per_month=requests, spare_instances=0, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"billing": "scheduled", "scheduled_hours_per_month": 73},
        {"target_peak_load": 0.5, "peak_to_mean": 7},
    ],
)
def test_one_machine_more_at_each_multiple_of_the_spacing(changes: dict[str, Any]) -> None:
    usable = 10 * changes.get("target_peak_load", 0.7)
    (spacing,) = step_spacing(case(**changes), 1.0, usable)
    for count in (1, 2, 5):
        assert needed(count * spacing, **changes) == count
        assert needed(count * spacing * (1 + 1e-9), **changes) == count + 1


def test_months_of_growth_and_hours_of_the_day_step_apart() -> None:
    growing = step_spacing(case(growth_pct_per_month=100, horizon_months=3), 1.0, 7.0)
    assert sorted(growing) == pytest.approx([FULL / 4, FULL / 2, FULL])
    hours = step_spacing(case(billing="autoscaled"), 1.0, 7.0)
    assert hours.min() == pytest.approx(FULL)  # the busiest hour
    assert hours.size > 5


def test_half_of_the_requests_step_half_as_often() -> None:
    assert step_spacing(case(), 0.5, 7.0) == pytest.approx([2 * FULL])
    assert step_spacing(case(), 0.0, 7.0).size == 0
    assert step_spacing(case(), 1.0, math.nan).size == 0


def test_steps_up_to_a_volume_and_between_two() -> None:
    assert step_volumes(np.array([3.0, 5.0]), 10).tolist() == [3, 5, 6, 9, 10]
    first, count = steps_between(np.array([3.0, 5.0]), 3, 10)
    assert first.tolist() == [2, 1]  # 6 and 9; 5 and 10
    assert count.tolist() == [2, 2]
