"""All candidates at all points: ids, masks, the pairing of plans and places, and their charges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.evaluation import evaluate
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, case, compared, evaluated, scenario, world

TRAINED: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 4}


def test_ids_are_unique_and_name_both_places_and_the_product() -> None:
    for changes in ({}, TRAINED, {**TRAINED, "device_mix": "new_phones", "max_commitment": "3y"}):
        found = evaluated(**changes)
        assert len(set(found.ids)) == found.size == len(found.ids)
        for index, name in enumerate(found.ids):
            pair, own = found.where(index)
            trained, _, rest = name.partition(">")
            answers, _, product = rest.partition(":")
            assert (trained, answers) == (pair.plan.trained_at, pair.place.id)
            assert product == pair.block.products.ids[pair.rows[own]]
            assert found.at[name] == index
            assert found.id(index) == name
            assert found.places[index] == answers


def test_ids_depend_on_no_volume() -> None:
    few, many = evaluated(requests_per_month=1), evaluated(requests_per_month=1e12)
    assert set(few.ids) == set(many.ids)


def test_what_is_trained_pairs_with_what_it_may() -> None:
    found = evaluated(**TRAINED)
    pairs = {(pair.plan.trained_at, pair.place.id) for pair in found.pairs}
    assert ("none", "managed_api") in pairs  # ready-made services, refused with the reason
    assert ("none", "rented") not in pairs
    assert ("managed_api", "managed_api") in pairs
    assert ("rented", "managed_api") not in pairs
    assert {place for venue, place in pairs if venue == "device"} == {"device"}
    assert {place for venue, place in pairs if venue == "rented"} == {
        place for venue, place in pairs if venue == "owned"
    }


def test_masks_and_money_have_a_row_a_candidate_and_a_column_a_point() -> None:
    found = evaluated({"requests_per_month": [1e3, 1e6, 1e9]}, **TRAINED)
    for name in ("company", "user", "npv", "month1", "cost", "ranked", "blocked", "pointless"):
        assert getattr(found, name).shape == (found.size, 3), name
    assert np.isinf(found.ranked[found.blocked]).all()
    assert np.isinf(found.ranked[np.isnan(found.cost)]).all()


def test_ranked_by_the_company_or_by_all_who_pay() -> None:
    company, all_ = evaluated(), evaluated(rank_by="company_and_user")
    np.testing.assert_allclose(company.cost, company.company)
    np.testing.assert_allclose(all_.cost, all_.company + all_.user)


def test_places_that_are_not_wanted_are_left_out() -> None:
    chosen = {"rented": frozenset({"acme/m1:1y"}), "managed_api": frozenset({"delta/faces"})}
    found = evaluate(case(only=chosen))
    assert set(found.ids) == {"none>rented:acme/m1:1y", "none>managed_api:delta/faces"}
    assert found.not_offered == ()
    whole = evaluated()
    for name in found.ids:
        assert found.company[found.at[name]] == whole.company[whole.at[name]]


def test_what_nobody_offers_is_known() -> None:
    found = evaluated(task="recommendation")
    assert [place.id for place in found.not_offered] == ["managed_api", "device+managed_api"]


def test_totals_alone_are_the_totals() -> None:
    points = Points(scenario(**TRAINED))
    quick = evaluate(MEMORY.case(points, world(), full=False))
    whole = evaluate(MEMORY.case(points, world()))
    np.testing.assert_array_equal(quick.company, whole.company)
    np.testing.assert_array_equal(quick.ranked, whole.ranked)


def test_a_model_learnt_on_the_device_has_charges_of_its_own() -> None:
    found = evaluated(**TRAINED, device_mix="new_phones", platforms=("web",))
    learnt, _ = found.where(found.at["device>device:new_phones"])
    sent, _ = found.where(found.at["rented>device:new_phones"])
    names = [{item.name for item in pair.line_items(0, 0)} for pair in (learnt, sent)]
    assert "Work to check new weights" in names[1] - names[0]


def test_items_add_up_to_what_is_ranked() -> None:
    found = evaluated({"requests_per_month": [1e4, 1e8]}, **TRAINED, device_mix="new_phones")
    checked = 0
    for index in range(0, found.size, 3):
        pair, own = found.where(index)
        for point in (0, 1):
            if np.isnan(found.company[index, point]):
                continue
            paid = sum(
                item.amount_usd for item in pair.line_items(own, point) if item.payer == "company"
            )
            assert paid == pytest.approx(found.company[index, point], rel=1e-9), found.id(index)
            checked += 1
    assert checked > 20


def test_no_charge_keeps_the_months_alive() -> None:
    """120 months of growth: an array that is a part of a longer one would hold it in memory."""
    book = PriceBook.load()
    changes = {"growth_pct_per_month": 3, "horizon_months": 120, "retrains_per_month": 1}
    points = Points(from_preset("photo_moderation", changes, book), 2)
    found = evaluate(SHARED.case(points.scaled(np.array([1.0, 2.0])), book))
    seen = 0
    for pair in found.pairs:
        charges = [*pair.block.charges, *pair.plan.charges]
        charges += [charge for extra, _ in pair.extra.values() for charge in extra]
        for charge in charges:
            if charge.period != "once":
                assert charge.month1 is not None
                # a place behind the devices shares an array with the place alone
                held = charge.month1.base
                assert held is None or held.size <= 2 * charge.month1.size, charge.name
            for array in (charge.quantity, charge.present, charge.month1):
                if array is not None and array.base is not None:
                    assert array.base.size <= 2 * array.size, charge.name
            seen += 1
    assert seen > 100


def test_compared_and_evaluated_are_the_same() -> None:
    listed = compared()
    found = evaluated()
    for item in listed.options:
        if item.company_usd is not None:
            assert item.company_usd == found.company[found.at[item.id], 0]
