"""Crossings: costs are equal there or a step lies there, none is missed, all are explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.compare import compare
from calculators.compare import estimators as known_estimators
from calculators.crossings import crossings
from calculators.evaluation import evaluate
from calculators.inputs import Inputs
from calculators.presets import from_preset
from calculators.results import AnswersAt, Comparison, Crossing, PairBreakEven
from pricing.book import PriceBook
from tests.calculators.invariants import check_exploration
from tests.calculators.world import compared, evaluated, inputs, option

# ------------------------------------------------------------------------ two lines on a page


def found(first: list[float], second: list[float], volumes: list[float]) -> list[tuple[float, str]]:
    return crossings(np.array(volumes), np.array(first), np.array(second))


def test_two_lines_meet_where_they_are_equal() -> None:
    # 100 + 2 v against 3 v: equal at 100
    (at, kind) = found([120, 500], [30, 600], [10, 200])[0]
    assert at == pytest.approx(100)
    assert kind == "exact"


def test_a_step_is_where_it_is() -> None:
    # the second jumps from 50 to 150 just after 7
    edge = 7 * (1 + 1e-9)
    assert found([100, 100, 100, 100], [50, 50, 150, 150], [1, 7, edge, 20]) == [(7, "exact")]


def test_there_and_back_are_two_crossings() -> None:
    assert len(found([1, 1, 1], [0, 2, 0], [1, 2, 3])) == 2


def test_a_place_that_stops_being_allowed() -> None:
    inf = float("inf")
    # allowed at 2, no longer at 3; the other way round allowed from 2 on, not yet at 1
    assert found([1, 1, 1], [0, 0, inf], [1, 2, 3]) == [(2, "feasibility")]
    assert found([1, 1, 1], [inf, 0, 0], [1, 2, 3]) == [(2, "feasibility")]


def test_touching_is_no_crossing() -> None:
    assert found([1, 1, 1], [0, 1, 0], [1, 2, 3]) == []


@given(
    st.floats(-1e6, 1e6), st.floats(-10, 10), st.floats(-1e6, 1e6), st.floats(-10, 10),
    st.integers(2, 60),
)  # fmt: skip
def test_any_two_lines(a: float, b: float, c: float, d: float, points: int) -> None:
    volumes = np.geomspace(1, 1e6, points)
    first, second = a + b * volumes, c + d * volumes
    for at, kind in crossings(volumes, first, second):
        assert kind == "exact"
        size = max(abs(a), abs(c), abs(b * at), abs(d * at), 1.0)
        assert abs((a + b * at) - (c + d * at)) <= 1e-6 * size


# ------------------------------------------------------------------------- the whole comparison


def best(costs: Array, kinds: Sequence[str], kind: str) -> Array:
    rows = np.array([index for index, name in enumerate(kinds) if name == kind])
    return np.asarray(costs[rows].min(0))


def costs_at(changes: dict[str, Any], volumes: Array) -> dict[str, Array]:
    """The cheapest of each kind at each volume, over all candidates, one evaluation."""
    sweep = evaluated({"requests_per_month": volumes}, **changes)
    kinds = [entry.kind for entry in sweep.entries]
    return {kind: best(sweep.ranked, kinds, kind) for kind in set(kinds)}


STEADY: dict[str, dict[str, Any]] = {
    "as it is": {},
    "large": {"requests_per_month": 1e8},
    "small": {"requests_per_month": 1e4},
    "autoscaled": {"billing": "autoscaled", "requests_per_month": 3e7},
    "scheduled": {"billing": "scheduled"},
    "users count": {"rank_by": "company_and_user"},
    "capable phones": {"device_mix": "new_phones"},
    "own model": {"own_model_required": True, "retrains_per_month": 4},
    "nine months": {"max_commitment": "3y", "horizon_months": 9},
    "tiers": {"task": "object_detection", "requests_per_month": 1e7},
    "no spares": {"spare_instances": 0, "peak_to_mean": 1, "requests_per_month": 1e8},
    "free work": {"staff_usd_per_hour": 0},
    "fast enough": {"latency_budget_ms": 701.1},
    "users held": {"hold": "users", "device_mix": "new_phones"},
}


def assert_crossed(changes: dict[str, Any], comparison: Comparison, near: float) -> None:
    """At each exact crossing costs are equal, or the cheaper side differs on both sides of it."""
    exact = [
        (pair, crossing.at)
        for pair in comparison.break_even
        for crossing in pair.crossings
        if crossing.kind == "exact"
    ]
    assert exact
    around = np.array([[at * (1 - near), at, at * (1 + near)] for _, at in exact])
    costs = costs_at(changes, around.ravel())
    for index, (pair, at) in enumerate(exact):
        here = slice(3 * index, 3 * index + 3)
        one, other = costs[pair.first][here], costs[pair.second][here]
        gap = one - other
        assert gap[0] * gap[2] <= 0 or abs(gap[1]) <= 1e-9 * abs(one[1]), (pair, at)


@pytest.mark.parametrize("case", STEADY)
def test_costs_are_equal_at_a_crossing_or_step_there(case: str) -> None:
    comparison = compared(**STEADY[case])
    check_exploration(comparison)
    assert_crossed(STEADY[case], comparison, 1e-7)


@pytest.mark.parametrize("case", STEADY)
def test_no_crossing_is_missed(case: str) -> None:
    comparison = compared(**STEADY[case])
    assert comparison.break_even
    pair = comparison.break_even[0]
    grid = np.geomspace(pair.axis_low, pair.axis_high, 501)
    costs = costs_at(STEADY[case], grid)
    for pair in comparison.break_even:
        one, other = costs[pair.first], costs[pair.second]
        assert_all_found(pair, grid, one, other)


def assert_all_found(pair: PairBreakEven, grid: Array, one: Array, other: Array) -> None:
    """Wherever the sign changes on the grid, a crossing or an alternating stretch is reported."""
    spans = [(item.at, item.until or item.at) for item in pair.crossings]
    both = np.isfinite(one) & np.isfinite(other)
    sign = np.where(both, np.sign(np.where(both, one, 0) - np.where(both, other, 0)), 0)
    for index in np.flatnonzero(sign[1:] * sign[:-1] < 0):
        low, high = grid[index] * (1 - 1e-6), grid[index + 1] * (1 + 1e-6)
        assert any(start <= high and end >= low for start, end in spans), (pair, low, high)


@pytest.mark.parametrize("growth", [5, -10])
def test_under_growth_crossings_are_bracketed(growth: float) -> None:
    changes = {"growth_pct_per_month": growth, "requests_per_month": 1e7}
    comparison = compared(**changes)
    check_exploration(comparison)
    assert_crossed(changes, comparison, 1e-7)


def test_a_step_under_growth_is_where_it_is() -> None:
    """Growth 1 %: one machine serves 6,132,000 requests a month; the third is needed in month 1
    just above 12,264,000, and in the later months before that.
    """
    comparison = compared(growth_pct_per_month=1, requests_per_month=1e7, horizon_months=6,
                          max_commitment="on_demand")  # fmt: skip
    (pair,) = (
        pair for pair in comparison.break_even
        if (pair.first, pair.second) == ("rented", "device+hosted_platform")
    )  # fmt: skip
    (crossing,) = pair.crossings
    assert crossing.at == pytest.approx(2 * 6_132_000, rel=1e-8)
    assert pair.resolution == 0


GROWING: dict[str, dict[str, Any]] = {
    "five": {"growth_pct_per_month": 5, "requests_per_month": 1e7},
    "by the hour": {"growth_pct_per_month": 3, "requests_per_month": 3e7, "spare_instances": 0,
                    "horizon_months": 12, "max_commitment": "on_demand"},
    "fast": {"growth_pct_per_month": 20, "requests_per_month": 1e7, "horizon_months": 6,
             "max_commitment": "on_demand", "staff_usd_per_hour": 0},
}  # fmt: skip


@pytest.mark.parametrize("case", GROWING)
def test_under_growth_no_crossing_is_missed(case: str) -> None:
    """A grid 40 times as fine as the one that is walked, half a decade around each crossing."""
    comparison = compared(**GROWING[case])
    for pair in comparison.break_even:
        for crossing in pair.crossings:
            grid = np.geomspace(crossing.at / 1.1, (crossing.until or crossing.at) * 1.1, 400)
            costs = costs_at(GROWING[case], grid)
            assert pair.resolution == 0
            assert_all_found(pair, grid, costs[pair.first], costs[pair.second])


def test_what_is_not_walked_is_told() -> None:
    """Ten years of steps are too many: the pair says within what share crossings may be missed."""
    comparison = compared(growth_pct_per_month=-10, requests_per_month=1e7)
    told = [pair for pair in comparison.break_even if pair.resolution]
    assert told
    for pair in told:
        assert 0 < pair.resolution < 0.06  # no wider than a cell of the grid: 10^(6 / 240)
        assert f"less than {pair.resolution:.2%} of the volume apart may be missed" in pair.text


def test_a_place_that_stops_being_allowed_along_the_axis() -> None:
    """With users held, more requests are more battery: 2 % are 5,400 answers a user a month."""
    comparison = compared(**STEADY["users held"])
    ends = {
        crossing.at
        for pair in comparison.break_even
        for crossing in pair.crossings
        if crossing.kind == "feasibility" and "device" in (pair.first, pair.second)
    }
    assert ends
    # 100,000 users x 5,400
    assert all(at == pytest.approx(5.4e8, rel=1e-5) for at in ends)


def feasibility(comparison: Comparison, kind: str) -> list[tuple[PairBreakEven, Crossing]]:
    return [
        (pair, crossing)
        for pair in comparison.break_even
        for crossing in pair.crossings
        if crossing.kind == "feasibility" and kind in (pair.first, pair.second)
    ]


def test_the_end_of_what_is_allowed_is_the_last_volume_allowed() -> None:
    """2 % of 15 Wh are 5,400 answers a user a month; 100,000 users: 540,000,000, not one more."""
    found = feasibility(compared(**STEADY["users held"]), "device")
    assert found
    for pair, crossing in found:
        assert crossing.at == crossing.last_below
        assert crossing.last_below is not None
        assert crossing.first_above is not None
        assert crossing.last_below <= 540_000_000 < crossing.first_above
        assert crossing.first_above - crossing.last_below < 2
        assert "up to 540,000,000 requests a month the users' devices" in pair.text
        assert "from 540,000,001, where that is no longer allowed, " in pair.text


def test_what_no_estimate_moves_has_no_interval() -> None:
    # the last price seen ends at 35,000,000 whatever machines and devices can do; a fifth is sent
    found = feasibility(compared(**STEADY["tiers"]), "device+managed_api")
    assert found
    for _, crossing in found:
        assert (crossing.low, crossing.high) == (crossing.at, crossing.at)
        assert crossing.at == pytest.approx(35e6 / 0.2, rel=1e-8)


def test_beyond_the_seen_prices_an_api_is_no_longer_an_answer() -> None:
    # dearer than others before, so no crossing marks the end: its curve stops at the last price
    comparison = compared(**STEADY["tiers"])
    curve = next(item for item in comparison.curves if item.kind == "managed_api")
    volumes, costs = np.array(curve.x), np.array(curve.monthly_usd)
    priced = np.isfinite(costs)
    assert priced.any()
    assert not priced.all()
    assert volumes[priced].max() == pytest.approx(35e6, rel=1e-6)
    assert volumes[~priced].min() >= 35e6


def test_machines_keep_up_with_the_volume_along_the_axis() -> None:
    """No curve is drawn flat beyond what the machines it pays for can serve."""
    comparison = compared(requests_per_month=1e8)
    (curve,) = (curve for curve in comparison.curves if curve.kind == "rented")
    volumes, monthly = np.array(curve.x), np.array(curve.monthly_usd)
    # the cheapest machine costs 0.5 USD an hour and more, and serves 6,132,000 requests a month
    assert (monthly >= 0.5 * 730 * np.ceil(volumes / 6_132_000 - 1e-6)).all()


def test_always_and_never_are_answers_with_the_gap_at_the_ends() -> None:
    comparison = compared(requests_per_month=1e6)
    seen = set()
    for pair in comparison.break_even:
        seen.add(pair.verdict)
        if pair.verdict in ("always", "never"):
            assert pair.crossings == ()
            assert "cheaper all along" in pair.text.lower()
            for gap in (pair.gap_low_usd, pair.gap_high_usd):
                assert gap is None or (gap >= 0) == (pair.verdict == "always")
        if pair.verdict == "crosses":
            assert pair.crossings
    assert "crosses" in seen
    assert seen & {"always", "never"}


def test_the_interval_holds_the_crossing() -> None:
    for pair in compared().break_even:
        for crossing in pair.crossings:
            assert crossing.low <= crossing.at <= crossing.high


def cheapest_kind(comparison: Comparison) -> AnswersAt:
    assert comparison.cheapest is not None
    return comparison.cheapest.kind


@pytest.mark.parametrize("requests", [1e4, 1e6, 1e7, 1e8, 1e9])
def test_a_flip_is_where_the_recommendation_changes(requests: float) -> None:
    comparison = compared(requests_per_month=requests)
    for flip in comparison.flips:
        inside, beyond = (1 - 1e-6, 1 + 1e-6) if flip.direction == "above" else (1 + 1e-6, 1 - 1e-6)
        before = compared(requests_per_month=flip.at * inside)
        after = compared(requests_per_month=flip.at * beyond)
        assert cheapest_kind(before) == cheapest_kind(comparison)
        assert cheapest_kind(after) == flip.to_kind
        halfway = compared(requests_per_month=(flip.at * requests) ** 0.5)
        assert cheapest_kind(halfway) == cheapest_kind(comparison)


def test_the_curve_passes_through_the_answer() -> None:
    comparison = compared()
    for curve in comparison.curves:
        here = curve.x.index(comparison.scenario.requests_per_month)
        chosen = option(comparison, curve.option_ids[here])
        cost = chosen.ranked_usd(comparison.scenario.rank_by)
        assert cost is not None
        assert curve.monthly_usd[here] == pytest.approx(cost / 36, rel=1e-12)


@pytest.mark.parametrize("preset", ["celebrity_match", "voice_notes"])
def test_crossings_of_the_real_prices(preset: str) -> None:
    book = PriceBook.load()
    scenario = from_preset(preset, {}, book)
    crossings_found = [
        (pair, crossing.at)
        for pair in compare(scenario, book).break_even
        for crossing in pair.crossings
        if crossing.kind == "exact"
    ]
    assert crossings_found
    estimators, memory = known_estimators(book)
    sides = np.concatenate([[at * (1 - 1e-6), at * (1 + 1e-6)] for _, at in crossings_found])
    axes = {"requests_per_month": sides}
    sweep = evaluate(Inputs(scenario, book, estimators, axes=axes, estimates=memory))
    kinds = [entry.kind for entry in sweep.entries]
    for index, (pair, at) in enumerate(crossings_found):
        here = sweep.ranked[:, 2 * index : 2 * index + 2]
        gap = best(here, kinds, pair.first) - best(here, kinds, pair.second)
        assert gap[0] * gap[1] <= 0, (pair, at)


def test_one_point_evaluates_like_the_comparison() -> None:
    comparison = compared()
    sweep = evaluate(inputs())
    for entry, total in zip(sweep.entries, sweep.total[:, 0], strict=True):
        known = option(comparison, entry.id).total_usd
        if known is not None:
            assert known == pytest.approx(total, rel=1e-12)
