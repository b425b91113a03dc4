"""Properties of any scenario: more demand costs no less, one path for many points, sums hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calculators.invariants import check
from tests.calculators.world import compared, evaluated
from tests.sampling import few

ANY = settings(max_examples=25)

volumes = st.floats(0, 10).map(lambda exponent: 10.0**exponent)
scenarios = st.fixed_dictionaries(
    {},
    optional={
        "requests_per_month": volumes,
        "requests_per_user_per_month": st.sampled_from([1.0, 10.0, 300.0]),
        "growth_pct_per_month": st.sampled_from([-20.0, -1.0, 0.0, 0.0, 3.0, 50.0]),
        "horizon_months": st.integers(1, 40),
        "peak_to_mean": st.sampled_from([1.0, 3.0, 30.0]),
        "billing": st.sampled_from(["always_on", "scheduled", "autoscaled"]),
        "scheduled_hours_per_month": st.sampled_from([10.0, 220.0, 730.0]),
        "spare_instances": st.integers(0, 3),
        "target_peak_load": st.sampled_from([0.1, 0.7, 1.0]),
        "max_commitment": st.sampled_from(["on_demand", "1y", "3y"]),
        "spot_serving": st.booleans(),
        "hold": st.sampled_from(["users", "requests_per_user"]),
        "device_mix": st.sampled_from(["everyone", "new_phones"]),
        "min_reach_pct": st.sampled_from([0.0, 80.0, 95.0]),
        "data_sensitivity": st.sampled_from(
            ["public", "internal", "personal", "regulated", "on_premises", "on_device"]
        ),
        "region": st.sampled_from(["us", "eu"]),
        "link": st.sampled_from(["wifi", "4g", "5g", "fixed"]),
        "own_model_required": st.booleans(),
        "retrains_per_month": st.sampled_from([0.0, 1.0, 30.0, 730.0]),
        "training_method": st.sampled_from(["none", "from_scratch", "fine_tune", "lora"]),
        "owned_already": st.booleans(),
        "export_required": st.booleans(),
        "offline_required": st.booleans(),
        "model_secrecy": st.booleans(),
        "latency_budget_ms": st.sampled_from([None, 50.0, 700.0, 5000.0]),
        "rank_by": st.sampled_from(["company", "company_and_user"]),
        "discount_rate_pct": st.sampled_from([0.0, 8.0, 100.0]),
        "model": st.sampled_from(["face-net", "big-net", "unknown-net", ""]),
        "platforms": st.sampled_from([("ios",), ("ios", "android"), ("web",)]),
        "price_change_pct_per_year_api": st.sampled_from([0.0, 0.0, -50.0, 30.0]),
        "price_change_pct_per_year_rental": st.sampled_from([0.0, 0.0, -50.0, 30.0]),
        "price_change_pct_per_year_hardware": st.sampled_from([0.0, 0.0, -50.0, 30.0]),
        "ml_expertise": st.sampled_from(["none", "some", "team"]),
    },
)


@settings(max_examples=60)
@given(scenarios)
def test_sums_and_statuses_of_any_scenario(changes: dict[str, Any]) -> None:
    check(compared(**changes))


# -------------------------------------------------------------------------- one path for all points


def assert_same(axis: str, values: list[float], changes: dict[str, Any]) -> None:
    """N points at once equal N single evaluations, candidate by candidate."""
    many = evaluated({axis: values}, **changes)
    for index, value in enumerate(values):
        one = evaluated(**{**changes, axis: value})
        assert one.ids == many.ids
        for name in ("blocked", "pointless"):
            assert (getattr(many, name)[:, index] == getattr(one, name)[:, 0]).all(), name
        priced = ~np.isnan(one.company[:, 0])
        for name in ("company", "user", "npv", "month1"):
            np.testing.assert_allclose(
                getattr(many, name)[priced, index],
                getattr(one, name)[priced, 0],
                rtol=1e-9,
                atol=1e-6,
                err_msg=f"{axis} = {value}: {name}",
            )
        assert (np.isnan(many.company[:, index]) == ~priced).all()


@ANY
@given(st.lists(volumes, min_size=1, max_size=5), scenarios)
def test_many_volumes_equal_single_ones(values: list[float], changes: dict[str, Any]) -> None:
    # users who are held are those of the scenario, which the axis leaves alone
    assert_same("requests_per_month", values, {**changes, "hold": "requests_per_user"})


AXES: dict[str, list[float]] = {
    "horizon_months": [1, 3, 9, 12, 13, 36, 60],
    "growth_pct_per_month": [0, 5, -5, 100],
    "discount_rate_pct": [0, 8, 30],
    "peak_to_mean": [1, 3, 10],
    "target_peak_load": [0.2, 0.7, 1],
    "spare_instances": [0, 1, 3],
    "requests_per_user_per_month": [1, 10, 100, 10_000],
    "active_days_per_month": [1, 10, 30],
    "installs_per_month": [0, 1e3, 1e6],
    "request_kb": [0, 150, 1e4],
    "response_kb": [0, 2, 1e4],
    "min_reach_pct": [0, 80, 95],
    "battery_budget_pct_per_day": [0.001, 2],
    "radio_tail_j": [0, 10],
    "scheduled_hours_per_month": [100, 700],
    "staff_usd_per_hour": [0, 100],
    "integration_hours": [0, 10],
    "ops_hours_per_month": [0, 10],
    "electricity_usd_per_kwh": [0, 0.3],
    "pue": [1, 2],
    "latency_budget_ms": [100, 750, 2000],
    "measured_requests_per_s": [1, 50],
    "measured_answer_ms": [10, 1000],
    "max_concurrency": [1, 100],
    "session_seconds": [30, 180, 900],
    "release_hours": [0, 10],
    "validation_hours": [0, 1],
    "measured_device_ms": [10, 100],
    "measured_device_j_per_request": [0, 3],
    "price_change_pct_per_year_api": [0, 10],
    "price_change_pct_per_year_rental": [0, -10],
    "price_change_pct_per_year_hardware": [0, 10],
    "price_change_pct_per_year_electricity": [0, 10],
}


@pytest.mark.parametrize("axis", few([*AXES], 11))
@pytest.mark.parametrize("billing", ["always_on", "scheduled", "autoscaled"])
def test_other_axes_take_the_same_path(axis: str, billing: str) -> None:
    where = {"measured_on": "acme/m1", "measured_device": "phone-a"}
    common = {"billing": billing, "requests_per_month": 3e7, **where}
    assert_same(axis, AXES[axis], common)


@pytest.mark.parametrize("axis", ["dataset_gb", "experiments_per_retrain", "hours_per_retrain"])
def test_training_axes_take_the_same_path(axis: str) -> None:
    assert_same(axis, [1, 5, 20], {"own_model_required": True, "retrains_per_month": 2})


# ------------------------------------------------------------------------------- more demand


@ANY
@given(volumes, st.floats(1, 1000), scenarios)
def test_more_demand_is_never_cheaper(
    requests: float, times: float, changes: dict[str, Any]
) -> None:
    # prices that fall within the period, or users who are held, change more than the demand
    changes = {
        name: value
        for name, value in changes.items()
        if not name.startswith("price_change") and name != "hold"
    }
    found = evaluated({"requests_per_month": [requests, requests * times]}, **changes)
    less, more = found.company.T
    known = ~np.isnan(less) & ~np.isnan(more)
    assert (more[known] >= less[known] * (1 - 1e-12)).all()


@ANY
@given(scenarios)
def test_the_best_of_each_kind_costs_no_less_along_the_axis(changes: dict[str, Any]) -> None:
    changes = {**changes, "hold": "requests_per_user"} | {
        name: 0 for name in changes if name.startswith("price_change")
    }
    grid = np.geomspace(1, 1e10, 25)
    found = evaluated({"requests_per_month": grid}, **changes)
    places = np.array(found.places)
    for kind in set(found.places):
        less, more = found.ranked[places == kind, :-1], found.ranked[places == kind, 1:]
        # more requests allow a machine that few of them wake; it may be cheaper than the others
        best, after = less.min(0), np.where(np.isfinite(less), more, np.inf).min(0)
        known = np.isfinite(best) & np.isfinite(after)
        assert (after[known] >= best[known] * (1 - 1e-9)).all(), kind


@ANY
@given(scenarios)
def test_a_longer_period_costs_no_less_where_nothing_is_sold(changes: dict[str, Any]) -> None:
    changes = {
        name: value
        for name, value in changes.items()
        if not name.startswith("price_change") and name != "horizon_months"
    }
    found = evaluated({"horizon_months": [1, 2, 11, 12, 13, 24, 36, 37]}, **changes)
    rented = np.array(["owned" not in name for name in found.ids])
    known = rented & ~np.isnan(found.company).any(1)
    assert (np.diff(found.company[known], axis=1) >= -1e-6).all()


@ANY
@given(st.integers(1, 60), volumes)
def test_without_growth_twice_the_period_is_twice_the_monthly_cost(
    months: int, requests: float
) -> None:
    """Nothing committed, bought or free at first: what is not paid once doubles."""
    found = [
        compared(requests_per_month=requests, horizon_months=horizon, max_commitment="on_demand")
        for horizon in (months, 2 * months)
    ]
    for short in found[0].options:
        long = found[1].option(short.id)
        assert long is not None
        if short.total_usd is None or "owned" in short.id or "faces-" in short.id:
            continue
        once = sum(item.amount_usd for item in short.line_items if item.period == "once")
        assert long.total_usd == pytest.approx(2 * (short.total_usd - once) + once, rel=1e-9)


# -------------------------------------------------------------------------------- rules and money


@ANY
@given(scenarios)
def test_money_never_outweighs_a_rule(changes: dict[str, Any]) -> None:
    level, offline = changes.get("data_sensitivity"), changes.get("offline_required")
    for chosen in compared(**changes).options:
        if chosen.status != "feasible":
            continue
        if level == "on_premises":
            assert chosen.answers_at in ("owned", "device", "device+owned")
            assert chosen.trained_at in ("none", "owned", "device")
        if level == "on_device" or offline:
            assert chosen.answers_at == "device"
        if changes.get("model_secrecy"):
            assert not chosen.answers_at.startswith("device")
        if changes.get("export_required"):
            assert "keep-trainer" not in chosen.training_product
            assert chosen.trained_at != "managed_api"


@ANY
@given(scenarios)
def test_line_items_add_up_to_the_ledger(changes: dict[str, Any]) -> None:
    """What is shown is what is ranked: the items of a candidate against the arrays."""
    found = evaluated(None, **changes)
    for index in range(0, found.size, 7):
        pair, own = found.where(index)
        if np.isnan(found.company[index, 0]):
            continue
        items = pair.line_items(own, 0)
        for payer, usd in (("company", found.company), ("user", found.user)):
            shown = sum(item.amount_usd for item in items if item.payer == payer)
            if not np.isnan(usd[index, 0]):
                assert shown == pytest.approx(usd[index, 0], rel=1e-9, abs=1e-6)


@ANY
@given(volumes, scenarios)
def test_the_answer_survives_labour_only_if_it_does(
    requests: float, changes: dict[str, Any]
) -> None:
    """Work at no cost, worked out a second way: with nothing to pay for an hour."""
    changes = {**changes, "requests_per_month": requests}
    found = compared(**changes)
    if found.cheapest is None or not found.survives_labour:
        return
    free = compared(**{**changes, "staff_usd_per_hour": 0})
    best = {item.kind: item for item in free.best_of_kind}[found.cheapest.kind]
    assert free.cheapest is not None
    ranked = [item.ranked_usd(free.scenario.rank_by) for item in (best, free.cheapest)]
    assert ranked[0] == pytest.approx(ranked[1])  # others may cost the same
