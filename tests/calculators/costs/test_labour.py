"""Work by hand: our hours by know-how, the user's own as they are, twice and nothing."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.costs import labour
from calculators.points import Points
from calculators.results import Option
from tests.calculators.world import (
    MEMORY,
    amounts,
    compared,
    items,
    option,
    scenario,
    world,
)


def rented(**changes: object) -> Option:
    return option(compared(**changes), "none>rented:acme/m1:on_demand")


def test_labour_is_charged_by_know_how() -> None:
    # 30 hours to set up, 3 a month, at 100 USD; half of it with a team
    for expertise, share in (("some", 1.0), ("team", 0.5), ("none", 2.0)):
        found = amounts(rented(ml_expertise=expertise, horizon_months=10))
        assert found["Work to set up"] == pytest.approx(3000 * share)
        assert found["Work to run"] == pytest.approx(10 * 300 * share)
    own = amounts(rented(existing_stack=False))
    assert own["Work to write an own serving API"] == pytest.approx(5000)
    given = amounts(
        rented(
            integration_hours=7,
            ops_hours_per_month=2,
            staff_usd_per_hour=80,
            horizon_months=10,
            ml_expertise="none",
        )
    )
    assert given["Work to set up"] == pytest.approx(7 * 80)  # the user's own figure as it is
    assert given["Work to run"] == pytest.approx(10 * 2 * 80)


def test_hours_double_and_vanish_with_the_points_labour() -> None:
    """30 hours of our own, 7 of the user's: both times 0 and 2."""
    for changes, hours in (({}, 30), ({"integration_hours": 7.0}, 7)):
        points = Points(scenario(**changes), 3).scaled(np.array([1.0, 0.0, 2.0]))
        asked = MEMORY.case(points, world())
        found = labour.hours(asked, "integration_hours_rented", "integration_hours")
        assert found.tolist() == [hours, 0, 2 * hours]


def test_our_hours_say_their_range_and_the_users_say_whose_they_are() -> None:
    ours = items(rented())["Work to set up"]
    assert ours.basis.startswith("hours: our assumption, ")
    assert "(low / middle / high), times know-how some" in ours.basis
    own = items(rented(integration_hours=7))["Work to set up"]
    assert own.basis == "hours: scenario input integration_hours"


def test_the_cost_of_an_hour_is_the_users_or_the_tables() -> None:
    table = items(rented())["Work to set up"]
    assert (table.rate_usd, table.source.key) == (100, "staff_usd_per_hour")
    own = items(rented(staff_usd_per_hour=80))["Work to set up"]
    assert own.rate_usd == 80
    assert own.source.title.startswith("Scenario input: ")


def test_an_api_of_ones_own_is_work_only_where_no_software_is_used() -> None:
    assert "Work to write an own serving API" not in amounts(rented())
    assert "Work to write an own serving API" in amounts(rented(existing_stack=False))


@pytest.mark.parametrize("place", ["rented:acme/m1:on_demand", "owned:acme/node8"])
def test_work_grows_slower_than_the_machines_by_one_rule(place: str) -> None:
    """Five hours for one, 5 x 4 ^ 0.5 = 10 for four; what a place needs stays as it is."""
    for spares, hours in ((0, 5), (3, 10)):
        asked = compared(ops_hours_per_machine=5, spare_instances=spares, horizon_months=1)
        found = items(option(asked, f"none>{place}"))
        assert found["Work to run: machines"].quantity == pytest.approx(hours)
        assert found["Work to run: machines"].basis.startswith(
            "hours: scenario input ops_hours_per_machine"
        )
    only = {"ops_hours_per_month": 4.0, "ops_hours_per_machine": 5.0}
    found = items(option(compared(**only, spare_instances=0, horizon_months=1), f"none>{place}"))
    assert (found["Work to run"].quantity, found["Work to run: machines"].quantity) == (4, 5)


def test_broken_hardware_of_ones_own_is_work() -> None:
    """8 accelerators x 0.24 failures a year x 2 servers / 12 months x 5 hours = 1.6 a month."""
    asked = compared(spare_instances=1, horizon_months=1)
    found = items(option(asked, "none>owned:acme/node8"))["Work on failed hardware"]
    assert found.quantity == pytest.approx(8 * 0.24 * 2 / 12 * 5)
    assert "Work on failed hardware" not in amounts(option(asked, "none>rented:acme/m1:on_demand"))


def test_our_hours_of_a_machine_say_their_range() -> None:
    basis = items(rented(ops_hours_per_machine=None))["Work to run: machines"].basis
    assert "2 / 5 / 10 (low / middle / high)" in basis
    assert basis.endswith("x machines to the power of 0.5 / 0.5 / 1, spare ones included")
