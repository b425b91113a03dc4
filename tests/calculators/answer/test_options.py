"""Options read from an evaluation: order, status, money, the best of each place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calculators.answer.options import OptionList, not_offered, order, statuses
from calculators.places import PLACES
from calculators.results import STATUSES
from tests.calculators.world import compared, evaluated, option


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


def test_cost_per_user_counts_the_users_served() -> None:
    for chosen in compared().options:
        if chosen.total_usd is not None:
            # 100,000 users for 36 months, of whom a device alone serves its share
            users = 100_000 * 36 * chosen.served_share
            assert chosen.usd_per_user_month == pytest.approx(chosen.total_usd / users)


def test_every_place_has_one_best_option() -> None:
    """Also those nobody offers, and hybrids one half of which has nothing to do."""
    for changes in (
        {},
        {"device_mix": "new_phones"},
        {"task": "recommendation"},
        {"data_sensitivity": "on_device"},
    ):
        found = compared(**changes)
        assert sorted(item.kind for item in found.best_of_kind) == sorted(PLACES), changes


def test_the_list_is_by_status_and_then_by_cost() -> None:
    found = compared(latency_budget_ms=600, device_mix="old_phones", battery_wear=False)
    ranks = [STATUSES.index(item.status) for item in found.options]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 2
    for status in STATUSES:
        known = [
            item.company_usd
            for item in found.options
            if item.status == status and item.company_usd is not None
        ]
        assert known == sorted(known), status


def test_a_place_that_is_ruled_out_shows_its_cheapest_candidate() -> None:
    """Offline shuts every machine: the list still begins with the cheapest of each."""
    found = compared(offline_required=True)
    for kind in ("rented", "owned", "managed_api"):
        (best,) = (item for item in found.best_of_kind if item.kind == kind)
        assert best.status == "infeasible"
        costs = [item.company_usd for item in found.options if item.kind == kind]
        assert best.company_usd == min(cost for cost in costs if cost is not None)


def test_options_are_made_when_asked_for_and_once() -> None:
    found = compared()
    assert found.options[0] is found.options[0]
    assert found.options.by_id(found.options[3].id) is found.options[3]
    assert found.options.by_id("nobody") is None
    assert [item.id for item in found.options[:3]] == [found.options[i].id for i in range(3)]
    assert found.options[-1].id == list(found.options)[-1].id
    with pytest.raises(IndexError):
        found.options[len(found.options)]


def test_places_nobody_offers_come_last() -> None:
    found = compared(task="recommendation")
    absent = [item for item in found.options if item.status == "not_offered"]
    assert [item.kind for item in absent] == ["managed_api", "device+managed_api"]
    assert list(found.options)[-2:] == absent
    assert found.options.status_counts["not_offered"] == 2
    chosen = option(found, "none>managed_api")
    assert chosen.reasons == ("No product we know offers this task on a managed API.",)
    assert not_offered(PLACES["rented"]).id == "none>rented"
    said = not_offered(PLACES["managed_api"], "Llama 2 7B").reasons
    assert said == ("No product we know answers with Llama 2 7B on a managed API.",)


def test_another_point_has_an_order_and_statuses_of_its_own() -> None:
    """A thousand requests and a thousand million: the API wins the first, machines the second."""
    found = evaluated({"requests_per_month": [1e3, 1e9]})
    lists = [OptionList(found, lambda _: None, point) for point in (0, 1)]
    assert lists[0][0].kind == "managed_api"
    assert lists[1][0].kind != "managed_api"
    for point, listed in enumerate(lists):
        assert (listed.order == order(found, point)).all()
        row = found.at[listed[0].id]
        assert listed[0].company_usd == found.company[row, point]
        assert STATUSES[statuses(found, point)[row]] == "feasible"


def test_status_from_masks() -> None:
    """A rule outweighs a missing price, which outweighs pointlessness."""
    found = compared(device_mix="new_phones", region="eu")
    by_status = {item.status for item in found.options}
    assert {"feasible", "pointless"} <= by_status
    dark = option(found, "none>device+owned:acme/dark")
    assert dark.status == "incomplete"
    shut = compared(device_mix="new_phones", model_secrecy=True)
    assert option(shut, "none>device+owned:acme/dark").status == "infeasible"


def test_reasons_put_what_nothing_can_buy_off_first() -> None:
    chosen = option(
        compared(data_sensitivity="on_premises", latency_budget_ms=1),
        "none>rented:acme/m1:on_demand",
    )
    assert chosen.reasons[0] == "Data may not leave your premises."
    assert "your limit is 1 ms." in chosen.reasons[1]


def test_marks_say_what_to_mind() -> None:
    found = compared(region="us")
    assert option(found, "none>rented:beta/e1:on_demand").marks == ("price of another region",)
    assert option(found, "none>rented:acme/m1:on_demand").marks == ()


def test_money_is_there_or_it_is_not() -> None:
    found = compared(region="us")
    dark = option(found, "none>owned:acme/dark")
    assert (dark.company_usd, dark.user_usd, dark.total_usd) == (None, None, None)
    assert dark.line_items == ()
    assert dark.range is None
    known = option(found, "none>owned:acme/node1")
    assert known.total_usd == pytest.approx((known.company_usd or 0) + (known.user_usd or 0))
    assert known.monthly_usd == pytest.approx((known.total_usd or math.nan) / 36)
    assert np.isfinite(known.npv_usd or math.nan)
