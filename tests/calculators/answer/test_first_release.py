"""Weeks to a first release, by hand."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import pytest

from calculators.answer.first_release import FirstRelease, first_release
from tests.calculators.world import compared, option, world

OWN: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 4, "horizon_months": 12}
HOURS = ("release_hours_per_week", "server_delivery_weeks", "store_review_weeks")


def weeks(name: str, **changes: Any) -> FirstRelease:
    found = compared(**{**OWN, **changes})
    chosen = option(found, name)
    return first_release(
        chosen.line_items, chosen.explained, chosen.answers_at, found.scenario, found.book
    )


def test_work_and_runs_make_the_weeks() -> None:
    """Work once over 25 hours a week; three runs of 8 hours one after the other."""
    name = "rented>rented:acme/m1:on_demand"
    found = weeks(name)
    chosen = option(compared(**OWN), name)
    hours = sum(
        item.quantity
        for item in chosen.line_items
        if item.unit == "staff_hour" and item.period == "once"
    )
    assert found.parts == {
        "work": pytest.approx(hours / world().assumption("release_hours_per_week").mid),
        "training": pytest.approx(3 * 8 / 168),
    }
    assert found.mid == pytest.approx(sum(found.parts.values()))
    assert found.low < found.mid < found.high


def test_a_server_has_to_be_delivered_and_an_app_let_out() -> None:
    owned = weeks("owned>rented:acme/m1:on_demand")
    assert owned.parts["delivery"] == world().assumption("server_delivery_weeks").mid
    device = weeks("rented>device:everyone")
    assert device.parts["store"] == world().assumption("store_review_weeks").mid
    assert "store" not in owned.parts


def test_hours_of_ones_own_have_no_range_but_that_of_the_week() -> None:
    """40 + 3 hours stated: only the hours a week move them."""
    found = weeks(
        "rented>rented:acme/m1:on_demand",
        integration_hours=40,
        hours_per_retrain=3,
        existing_stack=True,
        experiments_per_retrain=1,
    )
    low, mid, high = (getattr(world().assumption(HOURS[0]), end) for end in ("low", "mid", "high"))
    work = 43 / mid
    run = 8 / 168
    # a run takes 4 to 16 hours; distances add in squares
    slow = work * exp(log(mid / low)) - work
    quick = work - work * exp(-log(high / mid))
    assert found.mid == pytest.approx(work + run)
    assert found.high == pytest.approx(found.mid + sqrt(slow**2 + run**2))
    assert found.low == pytest.approx(found.mid - sqrt(quick**2 + (run / 2) ** 2))


def test_nothing_to_do_takes_no_time() -> None:
    found = first_release((), (), "managed_api", compared().scenario, world())
    assert (found.low, found.mid, found.high) == (0, 0, 0)
