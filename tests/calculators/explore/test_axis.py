"""Any numeric input as an axis: its ends, its values, and where the scenario stands on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.explore.axis import Axis
from calculators.scenario import ScenarioError, bounds, fields, is_numeric
from tests.calculators.world import case

NOT_ALONE = {
    "images_per_request",  # without a size
    "measured_requests_per_s",  # without a machine
    "measured_answer_ms",
    "measured_device_ms",  # without a device
    "measured_device_j_per_request",
}
NUMERIC = [name for name in fields() if is_numeric(name) and name not in NOT_ALONE]


def axis(name: str, **changes: Any) -> Axis:
    return Axis.of(name, case(**changes))


@pytest.mark.parametrize("name", NUMERIC)
def test_every_numeric_input_is_an_axis_inside_its_bounds(name: str) -> None:
    made = axis(name)
    least, most, refused = bounds(name)
    assert least is not None
    assert most is not None
    assert least <= made.low < made.high <= most
    assert made.low > least or not refused
    for values in (made.grid(49), made.every(241)):
        assert np.all(np.diff(values) > 0)
        assert made.low <= values[0]
        assert values[-1] <= made.high
        assert values.size >= min(49, made.high - made.low)
        if made.here is not None:
            assert made.here in values
        if made.whole:
            assert np.all(values == np.round(values))


def test_the_volume_goes_three_decades_each_way() -> None:
    made = axis("requests_per_month", requests_per_month=2e6)
    assert (made.low, made.here, made.high) == (2000, 2e6, 2e9)
    assert axis("requests_per_month", requests_per_month=50).low == 1


def test_where_nothing_is_allowed_it_stands_apart() -> None:
    made = axis("retrains_per_month", retrains_per_month=4)
    assert made.low == 0
    assert made.first == pytest.approx(0.004)
    assert made.grid(10)[:2] == pytest.approx([0, 0.004])
    assert axis("retrains_per_month").here == 0


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("cached_input_share", (0, 1)),
        ("growth_pct_per_month", (-50, 100)),
        ("price_change_pct_per_year_rental", (-90, 200)),
        ("min_reach_pct", (0, 100)),
    ],
)
def test_shares_and_percentages_lie_on_a_straight_scale(
    name: str, ends: tuple[float, float]
) -> None:
    made = axis(name)
    assert made.straight
    assert (made.low, made.high) == ends


def test_whole_numbers_are_looked_at_value_by_value() -> None:
    assert axis("horizon_months").every(241).tolist() == list(range(1, 121))
    assert axis("spare_instances").every(241).tolist() == list(range(1001))


def test_an_empty_field_stands_where_its_value_comes_from() -> None:
    assert axis("staff_usd_per_hour").here == case().assume("staff_usd_per_hour")[0]
    assert axis("params_millions").here == case().params_millions[0]
    # none is asked for: any time is short enough, any speed fast enough
    assert axis("latency_budget_ms").here == axis("latency_budget_ms").high
    assert axis("min_tokens_per_s").here == axis("min_tokens_per_s").low
    # every place has its own
    assert axis("integration_hours").here is None


@pytest.mark.parametrize("name", ["task", "preset", "platforms", "nonsense", "spot_serving"])
def test_what_is_no_number_is_no_axis(name: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        axis(name)
    assert refused.value.bad[0].field == "axis"
    assert "requests_per_month" in refused.value.bad[0].allowed


@pytest.mark.parametrize("name", sorted(NOT_ALONE))
def test_what_the_scenario_does_not_allow_alone_is_no_axis_alone(name: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        axis(name)
    # told of the axis, not of the input at its upper bound, which nobody entered
    assert {(bad.field, bad.value) for bad in refused.value.bad} == {("axis", name)}
    sized: dict[str, Any] = {"image_width_px": 640, "image_height_px": 480}
    measured: dict[str, Any] = {"measured_on": "T100", "measured_device": "phone-a"}
    assert axis(name, **(sized if name == "images_per_request" else measured)).high > 0


def test_shares_of_one_whole_end_where_the_other_begins() -> None:
    """0.3 of the input is written to the cache: no more than 0.7 of it can be read from there."""
    assert axis("cached_input_share", cache_writes_share=0.3).high == 0.7
    assert axis("cached_input_share").high == 1


def test_growth_is_an_axis_where_its_range_is_stated_too() -> None:
    """At each growth looked at there is no range around it."""
    made = axis("growth_pct_per_month", growth_pct_per_month=2, growth_low=0, growth_high=5)
    assert (made.low, made.here, made.high) == (-50, 2, 100)
    points = made.points(case(growth_low=0, growth_high=5).scenario, np.array([-3.0, 40.0]))
    assert points.scenario.growth_low is None
    assert points.at(1).growth_pct_per_month == 40


def test_other_ends_are_kept() -> None:
    made = Axis.of("requests_per_month", case(requests_per_month=2e6), 5e5, 4e6)
    assert (made.low, made.first, made.here, made.high) == (5e5, 5e5, 2e6, 4e6)
    assert made.grid(9)[[0, -1]].tolist() == [5e5, 4e6]
    # the scenario lies outside of what is looked at
    beyond = Axis.of("requests_per_month", case(requests_per_month=2e6), 3e6, None)
    assert (beyond.low, beyond.here, beyond.high) == (3e6, None, 2e9)
    apart = Axis.of("retrains_per_month", case(), 0, 10)
    assert apart.low == 0 < apart.first < apart.high == 10
    assert Axis.of("horizon_months", case(), 12, 60).every(241).tolist() == list(range(12, 61))


@pytest.mark.parametrize(
    ("name", "low", "high", "field"),
    [
        ("requests_per_month", 0.5, None, "low"),  # from 1
        ("requests_per_month", None, 1e13, "high"),  # to 1e12
        ("pue", 0, 9, "low"),
        ("params_millions", 0, None, "low"),  # above 0
        ("horizon_months", 1.5, None, "low"),  # a whole number
        ("requests_per_month", 3e6, 2e6, "low"),
        ("requests_per_month", 2e6, 2e6, "low"),
        ("requests_per_month", None, 10, "high"),  # below the low end of the axis
    ],
)
def test_ends_that_are_not_allowed_are_refused_by_name(
    name: str, low: float | None, high: float | None, field: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        Axis.of(name, case(), low, high)
    assert refused.value.bad[0].field == field
    assert refused.value.bad[0].allowed


def test_a_figure_of_ones_own_is_an_axis() -> None:
    made = axis("price.acme/m1/on_demand")
    assert made.exact
    assert made.unit.startswith("USD per ")
    assert made.here is not None
    assert made.low == pytest.approx(made.here / 1000)
    assert made.high == made.here * 1000
    discount = axis("discount.acme")
    assert (discount.low, discount.here, discount.high) == (-500, 0, 95)
    assert discount.straight
    assert axis("discount.acme", **{"discount.acme": 20}).here == 20
    for name in ("price.nobody/nothing", "discount.nobody", "fixed.nowhere"):
        with pytest.raises(ScenarioError):
            axis(name)


@given(st.sampled_from(NUMERIC), st.floats(0, 1))
def test_places_on_its_own_scale_and_back(name: str, share: float) -> None:
    made = axis(name)
    ends = made.scaled(np.array([made.first, made.high]))
    value = made.valued(ends[:1] + share * (ends[1] - ends[0]))
    assert made.low <= value[0] <= made.high
    back = made.scaled(value)[0]
    assert back == pytest.approx(ends[0] + share * (ends[1] - ends[0]), abs=1e-9 * made.widest)
