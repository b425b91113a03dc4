"""The article's own examples: what comes out is explained, and what it says must hold does.

M. Hollemans, "Machine learning on mobile: on the device or in the cloud?" (2017-02-16).
"""

from __future__ import annotations

import numpy as np
import pytest

from calculators.answer.advice import advice
from calculators.answer.constraint_price import constraint_prices
from calculators.compare import compare
from calculators.explore.payback import payback
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from pricing.book import PriceBook
from tests.advice import grid
from tests.advice.compared import expected

BOOK = PriceBook.load()
MILLIONS = {"requests_per_month": 100_000.0, "growth_pct_per_month": 15.0}
"""10,000 users who become 1.3 million in 36 months: 100,000 x 1.15^35 = 13.3 million requests."""


def compared(preset: str, **changed: object) -> Comparison:
    return compare(from_preset(preset, changed, BOOK), BOOK)


def best(found: Comparison) -> dict[str, Option]:
    return {option.kind: option for option in found.best_of_kind}


@pytest.mark.parametrize("preset", ["celebrity_match", "deep_art"])
@pytest.mark.parametrize("users", [10_000, 10_000_000])
def test_both_apps_get_an_explained_answer_at_both_sizes(preset: str, users: int) -> None:
    found = compared(preset, requests_per_month=users * 10.0)
    said = advice(found, measure=False)
    assert said.answer_at is not None
    assert len(said.because) == 3
    assert said.own_model.because
    # ten requests a user and month: the size is the one that was meant
    assert found.cheapest is not None
    served = found.cheapest.served_user_months / found.scenario.horizon_months
    assert served == pytest.approx(users, rel=0.2)


def test_a_small_celebrity_app_uses_a_service_and_a_large_one_does_not() -> None:
    small = advice(compared("celebrity_match", requests_per_month=100_000.0), measure=False)
    large = advice(compared("celebrity_match", requests_per_month=100_000_000.0), measure=False)
    assert small.own_model.answer == large.own_model.answer == "no"
    assert small.answer_at == "managed_api"
    assert large.answer_at != "managed_api"


@pytest.mark.parametrize("link", ["wifi", "4g", "5g", "fixed"])
def test_no_server_answers_the_live_filter_on_any_link(link: str) -> None:
    found = compared("live_camera", link=link)
    places = {option.kind for option in found.best_of_kind if option.status == "feasible"}
    assert places == {"device"}
    for option in found.best_of_kind:
        if option.status == "infeasible":
            assert any(
                item.rule.startswith("speed") for item in option.findings if item.verdict == "fail"
            )


def test_data_on_the_premises_leave_own_machines_and_devices() -> None:
    found = grid.evaluated(from_preset("hospital_imaging", {}, BOOK))
    ranked = np.isfinite(found.ranked[:, 0])
    left = {found.places[int(k)] for k in np.flatnonzero(~found.blocked[:, 0])}
    assert left <= {"owned", "device", "device+owned"}
    assert {"owned", "device"} <= {found.places[int(k)] for k in np.flatnonzero(ranked)}


@pytest.mark.parametrize(
    "preset", ["deep_art", "live_camera", "hospital_imaging", "recommender", "keyboard"]
)
def test_a_platform_that_keeps_the_model_never_pairs_with_the_device(preset: str) -> None:
    found = grid.evaluated(from_preset(preset, {"data_sensitivity": "public"}, BOOK))
    rows = {row.product: row for row in found.case.market.services(found.case.scenario.task).rows}
    for k in range(found.size):
        pair, own = found.where(k)
        if not PLACES[pair.place.id].on_device:
            continue
        assert pair.plan.only_vendor is None
        product = pair.block.products.ids[pair.rows[own]]
        if pair.plan.on_service and rows[product].exportable != "yes":
            assert not np.isfinite(found.ranked[k, 0])
            assert "kept model" in {i.rule for i in grid.said(found, k) if i.verdict == "fail"}


def test_such_a_platform_is_among_those_tried() -> None:
    # else the rule above would say nothing: Amazon Personalize trains and keeps what it trained
    found = grid.evaluated(from_preset("recommender", {"data_sensitivity": "public"}, BOOK))
    assert "managed_api>device+managed_api:aws-ai/personalize" in found.at


def test_export_leaves_no_platform_that_keeps_the_model() -> None:
    found = grid.evaluated(from_preset("deep_art", {"export_required": True}, BOOK))
    assert grid.violations(found) == []
    assert np.isfinite(found.ranked[:, 0]).any()


def test_a_photo_app_that_grows_to_millions_moves_from_the_service_to_rented_machines() -> None:
    scenario = from_preset("celebrity_match", MILLIONS, BOOK)
    places = best(compare(scenario, BOOK))
    made = payback(scenario, BOOK, places["managed_api"].id, places["rented"].id)
    (turn,) = made.crossings
    assert turn.cheaper_after == places["rented"].id
    assert 24 < turn.month <= 36


def test_own_machines_do_not_pay_in_that_time_and_the_item_that_decides_is_named() -> None:
    scenario = from_preset("celebrity_match", MILLIONS, BOOK)
    places = best(compare(scenario, BOOK))
    api, own = places["managed_api"], places["owned"]
    made = payback(scenario, BOOK, api.id, own.id)
    assert (made.verdict, made.crossings) == ("always", ())
    assert made.gap_end_usd is not None
    assert made.gap_end_usd > 0
    sums: dict[str, float] = {}
    for sign, option in ((1, own), (-1, api)):
        for item in option.line_items:
            if item.payer == "company":
                sums[item.category] = sums.get(item.category, 0.0) + sign * item.amount_usd
    # the gap at the end is what the items differ by, and work is the largest of them
    assert sum(sums.values()) == pytest.approx(made.gap_end_usd)
    assert max(sums, key=lambda name: sums[name]) == "work"


def test_keyboards_learn_on_the_device_and_deep_networks_do_not() -> None:
    small, deep = compared("keyboard"), compared("deep_art")
    assert small.cheapest is not None
    assert small.cheapest.trained_at == "device"
    on_device = [option for option in deep.best_of_pair if option.trained_at == "device"]
    assert on_device
    assert all(option.status == "infeasible" for option in on_device)


def test_what_sensitivity_costs_is_money_a_month() -> None:
    found = constraint_prices(from_preset("hospital_imaging", {}, BOOK), BOOK)
    assert found.together_usd_per_month is not None
    assert found.together_usd_per_month > 0


def test_every_argued_scenario_names_its_argument_and_source() -> None:
    rows = expected()
    assert len(rows) >= 30
    assert len({row.id for row in rows}) == len(rows)
    known = {*PLACES, "nothing"}
    for row in rows:
        assert row.argument
        assert row.source
        assert row.own_model in ("yes", "no", "unsure")
        assert row.answer_at <= known
        assert row.train_at <= {
            "none",
            "managed_api",
            "hosted_platform",
            "rented",
            "owned",
            "device",
        }
