"""Rented machines by hand: whole machines, headroom, commitments, schedules, growth, network.

One T100 completes 10 requests a second. With a busiest hour of 3 times the mean and 0.7 of the
capacity planned for it, one machine serves a mean of 10 x 0.7 / 3 = 2.3333 requests a second,
that is 2.3333 x 2,628,000 = 6,132,000 requests a month.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from calculators.fleet import day_shape, machines_for
from calculators.results import Option
from tests.calculators.world import amounts, compared, items, option

FULL = 6_132_000
ON_DEMAND, ONE_YEAR, THREE_YEARS = "by the hour", "one-year commitment", "three-year commitment"


def rented(machine: str = "acme/m1:on_demand", /, **changes: Any) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def rent(chosen: Option) -> float:
    return sum(item.amount_usd for item in chosen.line_items
               if item.name.startswith("Machines rented"))  # fmt: skip


def machines(chosen: Option) -> float:
    assert chosen.capacity is not None
    return chosen.capacity.machines


# ------------------------------------------------------------------------------ whole machines


@pytest.mark.parametrize(
    ("requests", "needed"),
    [(1, 1), (FULL - 1, 1), (FULL, 1), (FULL + 1, 2), (2 * FULL, 2), (2 * FULL + 1, 3),
     (100 * FULL, 100)],
)  # fmt: skip
@pytest.mark.parametrize("spare", [0, 1, 2])
def test_machines_are_whole_and_spares_come_on_top(requests: int, needed: int, spare: int) -> None:
    chosen = rented(requests_per_month=requests, spare_instances=spare, horizon_months=1)
    assert machines(chosen) == needed + spare
    assert rent(chosen) == pytest.approx((needed + spare) * 730 * 1.0)


@pytest.mark.parametrize(
    ("requests", "needed"), [(4 * FULL, 1), (4 * FULL + 1, 2), (8 * FULL, 2), (8 * FULL + 1, 3)]
)
def test_a_machine_of_four_accelerators_holds_four_replicas(requests: int, needed: int) -> None:
    chosen = rented("acme/m4:on_demand", requests_per_month=requests, spare_instances=0,
                    horizon_months=1)  # fmt: skip
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
        needed = machines_for(rate, np.array([0.1]), np.array([1.0]), np.array([0.7]))
        assert needed[0] == count


def test_measured_throughput_replaces_the_estimate() -> None:
    # 5 requests/s x 0.7 / 3 = 1.1667: half of what the estimate allows
    chosen = rented(requests_per_month=FULL, measured_requests_per_s=5, spare_instances=0)
    assert machines(chosen) == 2
    assert chosen.capacity is not None
    assert chosen.capacity.label == "override"


# --------------------------------------------------------------------------------- commitments


@pytest.mark.parametrize(
    ("horizon", "inside", "left"),
    # two machines at 0.70 USD an hour: 2 x 730 x 0.70 = 1,022 USD a month
    [
        (1, 1, 11),
        (9, 9, 3),  # nine months used, twelve paid
        (12, 12, 0),
        (13, 13, 11),  # a second contract runs to month 24
        (24, 24, 0),
        (36, 36, 0),
    ],
)
def test_a_one_year_commitment_is_paid_to_its_end(horizon: int, inside: int, left: int) -> None:
    chosen = rented("acme/m1:1y", horizon_months=horizon)
    found = amounts(chosen)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(inside * 1022)
    if left:
        assert found["Commitment left after the period"] == pytest.approx(left * 1022)
        assert items(chosen)["Commitment left after the period"].period == "once"
    else:
        assert "Commitment left after the period" not in found


@pytest.mark.parametrize(("horizon", "left"), [(30, 6), (36, 0), (37, 35)])
def test_a_three_year_commitment(horizon: int, left: int) -> None:
    # 2 x 730 x 0.50 = 730 USD a month
    chosen = rented("acme/m1:3y", horizon_months=horizon, max_commitment="3y")
    found = amounts(chosen)
    assert found[f"Machines rented {THREE_YEARS}"] == pytest.approx(horizon * 730)
    assert found.get("Commitment left after the period", 0) == pytest.approx(left * 730)


def test_a_commitment_left_is_discounted_to_the_end_of_the_period() -> None:
    chosen = rented("acme/m1:1y", horizon_months=9, discount_rate_pct=10)
    left = items(chosen)["Commitment left after the period"]
    assert left.amount_usd == pytest.approx(3066)
    assert left.npv_usd == pytest.approx(3066 / 1.1 ** (9 / 12))


@pytest.mark.parametrize(
    ("ceiling", "terms"),
    [("on_demand", {"on_demand"}), ("1y", {"on_demand", "1y"}), ("3y", {"on_demand", "1y", "3y"})],
)
@pytest.mark.parametrize("spot", [False, True])
def test_the_longest_commitment_is_a_ceiling(ceiling: str, terms: set[str], spot: bool) -> None:
    found = compared(max_commitment=ceiling, spot_serving=spot)
    offered = {
        item.id.rpartition(":")[2]
        for item in found.options
        if item.id.startswith("none>rented:acme/m1:")
    }  # fmt: skip
    assert offered == terms | ({"spot"} if spot else set())


# -------------------------------------------------------------------------------------- growth


def test_growing_stairs_month_by_month() -> None:
    """1, 2 and 4 machines, each with a spare: 2 + 3 + 5 = 10 machine-months."""
    changes: dict[str, Any] = {
        "requests_per_month": FULL,
        "growth_pct_per_month": 100,
        "horizon_months": 3,
    }
    assert rent(rented(**changes)) == pytest.approx(10 * 730 * 1.0)
    committed = rented("acme/m1:1y", **changes)
    found = amounts(committed)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(10 * 730 * 0.7)
    # two machines since month 1 (9 months left), one since month 2 (10), two since month 3 (11)
    left = 2 * 9 + 1 * 10 + 2 * 11
    assert found["Commitment left after the period"] == pytest.approx(left * 730 * 0.7)


def test_renewal_of_machines_added_along_the_way() -> None:
    """Growth 10 % for 14 months: each machine's contracts start when it is first needed."""
    months, growth, start = 14, 1.1, FULL
    need = [math.ceil(start * growth**month / FULL * (1 - 1e-12)) + 1 for month in range(months)]
    left = 0
    for month, (now, before) in enumerate(zip(need, [0, *need], strict=False)):
        used = months - month
        left += (now - before) * (math.ceil(used / 12) * 12 - used)
    chosen = rented("acme/m1:1y", requests_per_month=start, growth_pct_per_month=10,
                    horizon_months=months)  # fmt: skip
    found = amounts(chosen)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(sum(need) * 511)
    assert found["Commitment left after the period"] == pytest.approx(left * 511)


def test_shrinking_frees_machines_by_the_hour_but_not_committed_ones() -> None:
    """4, 2, 1 machines and a spare: 5 + 3 + 2 by the hour, 5 + 5 + 5 under contract, 9 x 5 left."""
    changes: dict[str, Any] = {
        "requests_per_month": 4 * FULL,
        "growth_pct_per_month": -50,
        "horizon_months": 3,
    }
    assert rent(rented(**changes)) == pytest.approx(10 * 730 * 1.0)
    found = amounts(rented("acme/m1:1y", **changes))
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(15 * 511)
    assert found["Commitment left after the period"] == pytest.approx(5 * 9 * 511)


# --------------------------------------------------------------------- prices that change


def test_a_commitment_keeps_its_price_and_its_renewal_does_not() -> None:
    """One machine and a spare for two years at 0.70, the price doubling in a year.

    today 2 x 24 x 730 x 0.70 = 24,528; the second year's contract costs twice as much:
    2 x 12 x 730 x 0.70 = 12,264 more, and nothing is left after 24 months
    """
    found = amounts(rented("acme/m1:1y", horizon_months=24, price_change_pct_per_year_rental=100))
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(24_528)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(12_264)
    assert "Commitment left after the period" not in found


def test_what_is_left_of_a_commitment_costs_what_it_did_when_it_began() -> None:
    """18 months: the contract of month 13 has 6 months left, at twice today's price.

    2 x 6 x 730 x 0.70 = 6,132 and as much again; inside the period 6 months x 2 x 511 = 6,132 more
    """
    found = amounts(rented("acme/m1:1y", horizon_months=18, price_change_pct_per_year_rental=100))
    assert found["Commitment left after the period"] == pytest.approx(6132)
    assert found["Commitment left after the period: price change"] == pytest.approx(6132)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(6132)


def test_machines_added_later_are_contracted_at_that_months_price() -> None:
    """2, 3 and 5 machines: one of month 2 for 2 months, two of month 3 for one, in the period.

    month 2 is 2^(1/12) - 1 = 0.0594631 dearer, month 3 2^(2/12) - 1 = 0.1224620:
    (2 x 0.0594631 + 2 x 0.1224620) x 511 = 185.927 more; left 10 and 2 x 11 months:
    (10 x 0.0594631 + 22 x 0.1224620) x 511 = 1,680.574 more
    """
    found = amounts(rented("acme/m1:1y", requests_per_month=FULL, growth_pct_per_month=100,
                           horizon_months=3, price_change_pct_per_year_rental=100))  # fmt: skip
    change = f"Machines rented {ONE_YEAR}: price change"
    assert found[change] == pytest.approx(185.927, abs=1e-3)
    left = found["Commitment left after the period: price change"]
    assert left == pytest.approx(1680.574, abs=2e-3)


def test_a_shrinking_fleet_renews_what_it_still_needs() -> None:
    """5, 3, 2, 2, ... machines, halving: 5 under contract for a year, then 2 at twice the price.

    month 13 of 13: 2 x 511 = 1,022 more, and 11 months of them left: 11,242 more
    """
    found = amounts(rented("acme/m1:1y", requests_per_month=4 * FULL, growth_pct_per_month=-50,
                           horizon_months=13, price_change_pct_per_year_rental=100))  # fmt: skip
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx((12 * 5 + 2) * 511)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(1022)
    assert found["Commitment left after the period: price change"] == pytest.approx(11_242)


def test_machines_by_the_hour_drift_every_month() -> None:
    """Two machines at 1.00: the sum of 2^(k/12) - 1 over k = 0 .. 11 is 4.8171537 months."""
    found = amounts(rented(horizon_months=12, price_change_pct_per_year_rental=100))
    (change,) = (usd for name, usd in found.items() if name.endswith("price change"))
    assert change == pytest.approx(2 * 730 * 4.8171537)


def test_growth_counts_requests_month_by_month() -> None:
    found = compared(requests_per_month=1000, growth_pct_per_month=100, horizon_months=3)
    chosen = option(found, "none>managed_api:delta/faces")
    # 1,000 + 2,000 + 4,000 requests
    assert items(chosen)["Requests"].quantity == pytest.approx(7000)
    assert chosen.usd_per_1000_requests == pytest.approx((chosen.total_usd or 0) / 7)


# ------------------------------------------------------------------------------------- billing


def test_scheduled_machines_take_all_the_load_in_their_hours() -> None:
    """220 of 730 hours: the load is 730 / 220 times as dense."""
    inside = FULL * 220 / 730  # what one machine serves in its hours
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
    assert one.capacity.busy_share == pytest.approx(0.7 / 3)  # in the hours paid


def test_a_schedule_of_all_hours_is_always_on() -> None:
    always = rented(requests_per_month=5 * FULL)
    scheduled = rented(requests_per_month=5 * FULL, billing="scheduled",
                       scheduled_hours_per_month=730)  # fmt: skip
    assert scheduled.total_usd == pytest.approx(always.total_usd)


def test_a_commitment_is_paid_whatever_the_schedule() -> None:
    changes: dict[str, Any] = {
        "billing": "scheduled",
        "scheduled_hours_per_month": 220,
        "horizon_months": 12,
    }
    assert rent(rented("acme/m1:1y", requests_per_month=1000, **changes)) == pytest.approx(
        2 * 730 * 12 * 0.7
    )
    assert rent(rented(requests_per_month=1000, **changes)) == pytest.approx(2 * 220 * 12)


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


# ------------------------------------------------------------------------------------- network


def test_load_balancer_runs_all_month() -> None:
    # 730 x 0.025 = 18.25, another vendor's price, marked as standing in
    chosen = rented(horizon_months=1)
    item = items(chosen)["Load balancer"]
    assert item.amount_usd == pytest.approx(18.25)
    assert "stands in" in item.source.title
    assert item.source.confidence == "C"


def test_egress_is_billed_in_the_vendors_own_gigabytes() -> None:
    # 100 M x 2 kB = 200 GB = 186.264515 GiB x 0.10 = 18.6264515 USD
    chosen = rented(requests_per_month=100_000_000, horizon_months=1)
    item = items(chosen)["Data sent to users"]
    assert item.unit == "gib"
    assert item.quantity == pytest.approx(186.264515, abs=1e-6)
    assert item.amount_usd == pytest.approx(18.6264515, abs=1e-6)


def test_egress_tiers_of_a_stand_in() -> None:
    # 100 M x 2 kB = 200 GB: 100 free, 100 x 0.09 = 9.00
    chosen = rented("beta/e1:on_demand", requests_per_month=100_000_000, horizon_months=1)
    found = items(chosen)
    assert found["Data sent to users, from 0 to 100 a month"].amount_usd == 0
    tier = found["Data sent to users, from 100 to 10,000 a month"]
    assert tier.unit == "gb"
    assert tier.quantity == pytest.approx(100)
    assert tier.amount_usd == pytest.approx(9.0)
    assert "stands in" in tier.source.title


def test_labour_is_charged_by_know_how() -> None:
    # 30 hours to set up, 3 a month, at 100 USD; half of it with a team
    for expertise, share in (("some", 1.0), ("team", 0.5), ("none", 2.0)):
        found = amounts(rented(ml_expertise=expertise, horizon_months=10))
        assert found["Work to set up"] == pytest.approx(3000 * share)
        assert found["Work to run"] == pytest.approx(10 * 300 * share)
    own = amounts(rented(existing_stack=False))
    assert own["Work to write an own serving API"] == pytest.approx(5000)
    given = amounts(rented(integration_hours=7, ops_hours_per_month=2, staff_usd_per_hour=80,
                           horizon_months=10, ml_expertise="none"))  # fmt: skip
    assert given["Work to set up"] == pytest.approx(7 * 80)  # the user's own figure as it is
    assert given["Work to run"] == pytest.approx(10 * 2 * 80)
