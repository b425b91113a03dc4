"""One path: a sweep, a map and draws give at each point what a comparison there gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.explore import sweep as sweeping
from calculators.explore.sweep import Sweep, over, sweep
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Comparison
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared, scenario, world

TRAINED = {"own_model_required": True, "retrains_per_month": 2.0}
FIELDS: list[tuple[str, Sequence[Any], Mapping[str, Any]]] = [
    ("requests_per_month", [1, 5e4, 2e6, 3e8, 2e6], {}),
    ("requests_per_month", [1e4, 1e7], {"growth_pct_per_month": 4, "horizon_months": 7}),
    ("horizon_months", [1, 12, 13, 36, 120], {}),
    ("retrains_per_month", [0, 0.5, 4, 730, 0], {}),
    ("staff_usd_per_hour", [0, 55, None, 300], {}),
    ("electricity_usd_per_kwh", [0.05, None, 0.4], {"region": "us"}),
    ("growth_pct_per_month", [-10, 0, 5], {"horizon_months": 9}),
    ("latency_budget_ms", [10, 700, 701.1, None], {}),
    ("realtime_fps", [0, 5, 30], {}),
    ("can_wait_hours", [0, 23.9, 24, 100], {}),
    ("spare_instances", [0, 1, 7], {}),
    ("params_millions", [1, 40, 6000, 20_000], {}),
    ("response_kb", [0, 50, 5000], {"requests_per_month": 1e7}),
    ("training_examples", [1e3, 1e6], TRAINED),
    ("billing", ["always_on", "scheduled", "autoscaled"], {"requests_per_month": 1e8}),
    ("data_sensitivity", ["public", "personal", "on_premises", "on_device"], {}),
    ("rank_by", ["company", "company_and_user"], {}),
    ("device_mix", ["everyone", "new_phones"], {}),
    ("region", ["us", "eu"], {}),
    ("offline_required", [False, True], {}),
    ("hold", ["requests_per_user", "users"], {}),
    ("platforms", [("ios",), ("ios", "android", "web")], {}),
    ("training_method", ["none", "fine_tune"], {}),
    ("price_date", [date(2025, 12, 1), date(2026, 1, 1), date(2025, 6, 1)], {}),
]


def at(field: str, value: Any, changes: Mapping[str, Any]) -> Comparison:
    if field == "price_date":
        return compare(scenario(**changes), world().at(value), MEMORY)
    return compared(**{**changes, field: value})


@pytest.mark.parametrize(("field", "values", "changes"), FIELDS, ids=lambda item: str(item)[:20])
def test_a_value_of_a_sweep_is_the_comparison_there(
    field: str, values: Sequence[Any], changes: Mapping[str, Any]
) -> None:
    found = sweep(
        scenario(**changes),
        field,
        values,
        world(),
        MEMORY,
        figures=("company", "user", "p95_ms", "status"),
    )
    for point, value in enumerate(values):
        assert_same(found, point, at(field, value, changes))


def assert_same(found: Sweep, point: int, expected: Comparison) -> None:
    """Every option of a comparison, and no other candidate, with the same figures."""
    offered = [item for item in expected.options if item.status != "not_offered"]
    assert {item.id for item in offered} == {
        name for name in found.ids if found.status(found.at[name], point) != "not_offered"
    }
    for item in offered:
        row = found.at[item.id]
        assert found.status(row, point) == item.status
        assert found.places[row] == item.kind
        assert found.figures["company"][row, point] == near(item.company_usd)
        if item.company_usd is not None:  # without it an option shows no money at all
            assert found.figures["user"][row, point] == near(item.user_usd, item.total_usd)
        assert found.figures["p95_ms"][row, point] == near(item.latency.p95_ms)
        ranked = item.ranked_usd(expected.scenario.rank_by) if item.status == "feasible" else None
        assert found.ranked[row, point] == (np.inf if ranked is None else near(ranked))


def near(value: float | None, *whole: float | None) -> Any:
    """A figure to a part in 10^9; NaN for none (what is in no total is not compared)."""
    if value is None:
        return pytest.approx(np.nan, nan_ok=True)
    size = max(abs(value), *(abs(part) for part in whole if part is not None), 1e-9)
    return pytest.approx(value, abs=1e-9 * size)


def test_the_best_of_a_place_and_who_it_is() -> None:
    found = sweep(scenario(), "requests_per_month", [1e4, 1e8], world(), MEMORY)
    for point, volume in enumerate([1e4, 1e8]):
        comparison = compared(requests_per_month=volume)
        for option in comparison.best_of_kind:
            cost, who = found.best(option.kind)
            if option.status == "feasible":
                assert cost[point] == pytest.approx(option.company_usd, rel=1e-12)
                assert found.ids[who[point]] == option.id
            else:
                assert (cost[point], who[point]) == (np.inf, -1)
    cost, who = found.best("nowhere")
    assert np.isinf(cost).all()
    assert (who == -1).all()


def test_slices_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few at a time, also under growth: the same figures, each in its place."""
    volumes = np.geomspace(1e3, 1e9, 60)
    asked = scenario(growth_pct_per_month=2, horizon_months=24)
    whole = sweep(asked, "requests_per_month", volumes, world(), MEMORY)
    monkeypatch.setattr(sweeping, "CELLS", 1)
    sliced = sweep(asked, "requests_per_month", volumes, world(), MEMORY)
    assert whole.ids == sliced.ids
    assert np.array_equal(whole.ranked, sliced.ranked)


def test_some_products_only() -> None:
    only = {"rented": frozenset({"acme/m1:on_demand"}), "device": frozenset({"everyone"})}
    found = sweep(scenario(), "requests_per_month", [1e6], world(), MEMORY, only)
    assert set(found.ids) == {"none>rented:acme/m1:on_demand", "none>device:everyone"}
    assert found.products == ("acme/m1:on_demand", "everyone")
    every = sweep(scenario(), "requests_per_month", [1e6], world(), MEMORY)
    for name in found.ids:
        assert found.ranked[found.at[name], 0] == every.ranked[every.at[name], 0]


def test_any_points_over_groups() -> None:
    """Points that differ in a word, a switch and a number at once."""
    points = Points.map(
        scenario(), ("retrains_per_month", [0.0, 3.0]), ("billing", ["always_on", "autoscaled"])
    )
    found = over(points, world(), MEMORY)
    for point in range(points.size):
        alone = evaluate(MEMORY.case(Points.base(points.at(point)), world()))
        for index in range(alone.size):
            row = found.at[alone.id(index)]
            assert found.ranked[row, point] == pytest.approx(alone.ranked[index, 0], rel=1e-12)
    assert found.assumed >= {"integration_hours_rented", "rtt_ms_4g"}


def test_the_whole_account_is_kept_where_it_is_asked_for() -> None:
    found = sweep(
        scenario(), "requests_per_month", [1e6], world(), MEMORY, figures=("npv", "month1")
    )
    for option in compared().options:
        if option.npv_usd is not None:
            row = found.at[option.id]
            assert found.figures["npv"][row, 0] == pytest.approx(option.npv_usd, rel=1e-12)
            assert found.figures["month1"][row, 0] == pytest.approx(option.month1_usd, rel=1e-12)


@pytest.mark.parametrize(
    ("field", "values"),
    [("nonsense", [1]), ("preset", ["deep_art"]), ("horizon_months", [1.5]), ("pue", [0.5])],
)
def test_what_a_field_does_not_allow_is_refused(field: str, values: list[Any]) -> None:
    with pytest.raises(ScenarioError):
        sweep(scenario(), field, values, world(), MEMORY)


def test_a_period_is_priced_alike_alone_and_beside_a_longer_one() -> None:
    """10,000 requests growing 15 % a month are 1.3 million in month 36 and 167 thousand million in
    month 120, beyond the last price of face services that anybody saw, and of machines enough for
    a colocation. Months that a period does not hold change nothing of it.
    """
    book = PriceBook.load(date(2026, 11, 27))
    growing = {"requests_per_month": 10_000.0, "growth_pct_per_month": 15.0}
    asked = from_preset("celebrity_match", growing, book)
    alone = sweep(asked, "horizon_months", [36.0], book, MEMORY)
    beside = sweep(asked, "horizon_months", [36.0, 120.0], book, MEMORY)
    rows = [beside.at[name] for name in alone.ids]
    assert beside.ranked[rows, 0] == pytest.approx(alone.ranked[:, 0])
    known = alone.at["none>managed_api:aws-ai/rekognition-celebrities"]
    assert np.isfinite(alone.ranked[known, 0])
    assert np.isinf(beside.ranked[rows[known], 1])  # its own 120 months are not known
