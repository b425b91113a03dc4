"""Crossings: costs are equal there or a step lies there, none is missed, all are explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore.axis import Axis
from calculators.memory import SHARED
from calculators.percents import percent
from calculators.places import PLACES, AnswersAt
from calculators.presets import from_preset, presets
from calculators.results import Comparison, Crossing, Exploration, PairBreakEven
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.explore.brute import beside, costs_at, costs_of, missed
from tests.calculators.invariants import check_exploration
from tests.calculators.world import compared, option
from tests.sampling import few

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
    assert missed(comparison.exploration, grid, costs_at(STEADY[case], grid)) == []


@pytest.mark.parametrize("growth", [5, -10])
def test_under_growth_crossings_are_bracketed(growth: float) -> None:
    changes = {"growth_pct_per_month": growth, "requests_per_month": 1e7}
    comparison = compared(**changes)
    check_exploration(comparison)
    assert_crossed(changes, comparison, 1e-7)


def test_a_step_under_growth_is_where_it_is() -> None:
    """Growth 1 %: one machine serves 6,132,000 requests a month; the fourth is needed in month 1
    just above 18,396,000, and in the later months before that.
    """
    comparison = compared(
        growth_pct_per_month=1,
        requests_per_month=1e7,
        horizon_months=6,
        max_commitment="on_demand",
        spare_instances=0,
    )
    (pair,) = (
        pair
        for pair in comparison.break_even
        if (pair.first, pair.second) == ("rented", "device+managed_api")
    )
    (crossing,) = pair.crossings
    assert crossing.at == pytest.approx(3 * 6_132_000, rel=1e-8)
    assert pair.resolution == 0


GROWING: dict[str, dict[str, Any]] = {
    "five": {"growth_pct_per_month": 5, "requests_per_month": 1e7},
    "by the hour": {
        "growth_pct_per_month": 3,
        "requests_per_month": 3e7,
        "spare_instances": 0,
        "horizon_months": 12,
        "max_commitment": "on_demand",
    },
    "fast": {
        "growth_pct_per_month": 20,
        "requests_per_month": 1e7,
        "horizon_months": 6,
        "max_commitment": "on_demand",
        "staff_usd_per_hour": 0,
    },
}


@pytest.mark.parametrize("case", GROWING)
def test_under_growth_no_crossing_is_missed(case: str) -> None:
    """A grid 20 times as fine as the one looked at first, around each crossing."""
    comparison = compared(**GROWING[case])
    for pair in comparison.break_even:
        for crossing in pair.crossings:
            grid = np.geomspace(crossing.at / 1.1, (crossing.until or crossing.at) * 1.1, 200)
            assert pair.resolution == 0
            one = replace(comparison.exploration, _pairs=partial(tuple, [pair]))
            assert missed(one, grid, costs_at(GROWING[case], grid)) == []


def test_what_is_not_looked_into_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where steps are too many the pair says within what share crossings may be missed."""
    monkeypatch.setattr("calculators.explore.along.LIMIT", 300_000)
    comparison = compared(growth_pct_per_month=-10, requests_per_month=1e7)
    told = [pair for pair in comparison.break_even if pair.resolution]
    assert told
    for pair in told:
        assert 0 < pair.resolution < 0.06  # no wider than a cell of the grid: 10^(6 / 240)
        assert (
            f"less than {percent(pair.resolution, 2)} of the volume apart may be missed"
            in pair.text
        )


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
    # machines are so much work that the API is the cheaper one up to its end
    found = feasibility(
        compared(**STEADY["tiers"], ops_hours_per_machine=500), "device+managed_api"
    )
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


@cache
def book() -> PriceBook:
    return PriceBook.load()


def along(preset: str, axis: str, **changes: Any) -> tuple[Comparison, Exploration]:
    """A preset at the real prices, along an axis."""
    found = compare(from_preset(preset, changes, book()), book())
    return found, found.along(axis)


def assert_sides(found: Comparison, made: Exploration) -> None:
    """Just below a crossing one place is cheaper, just above it the other."""
    for pair in made.break_even:
        alone = [item for item in pair.crossings if item.until is None]
        values = np.array(beside(pair))
        costs = costs_of(found.scenario, made.axis, values, book(), SHARED)
        for turn, item in enumerate(alone):
            low, high = 2 * turn, 2 * turn + 1
            below, above = costs[item.below], costs[item.above]
            assert below[low] <= above[low], (pair.first, pair.second, item)
            assert above[high] <= below[high], (pair.first, pair.second, item)


@pytest.mark.parametrize("preset", ["celebrity_match", "voice_notes"])
def test_crossings_of_the_real_prices(preset: str) -> None:
    found, made = along(preset, "requests_per_month")
    assert any(pair.crossings for pair in made.break_even)
    assert_sides(found, made)


# -------------------------------------------------------------------------------- the next flip


def test_a_value_looked_at_that_is_the_crossing_is_the_flip() -> None:
    """The scenario is 0.1 % below the crossing: a cell above was once said."""
    found, _ = along("celebrity_match", "requests_per_month", requests_per_month=479_000)
    above = next(flip for flip in found.flips if flip.direction == "above")
    assert round(above.at) == 479_423


@pytest.mark.parametrize("requests", [479_423, 479_424, 479_423.3333333334, 400_000, 479_423.3])
def test_the_flip_is_the_crossing_from_wherever_one_looks(requests: float) -> None:
    found, _ = along("celebrity_match", "requests_per_month", requests_per_month=requests)
    crossing = 479_423 + 1 / 3
    assert min(abs(flip.at - crossing) for flip in found.flips) <= 1e-6 * crossing
    assert all(flip.to_kind != cheapest_kind(found) for flip in found.flips)


@pytest.mark.parametrize("preset", few([*presets(PriceBook.load())], 4))
@pytest.mark.parametrize("times", [0.1, 1, 10])
def test_a_flip_is_a_change_that_the_break_even_of_its_places_knows(
    preset: str, times: float
) -> None:
    """The flips are looked for on their own, with less than all pairs need."""
    volume = from_preset(preset, {}, book()).requests_per_month * times
    found, made = along(preset, "requests_per_month", requests_per_month=volume)
    spans = [
        (min(item.at, item.last_below or item.at), item.until or item.first_above or item.at)
        for pair in made.break_even
        for item in pair.crossings
    ]
    for flip in made.flips:
        slack = 1e-6 * flip.at  # two searches of one crossing where sleep bends the cost
        assert any(low - slack <= flip.at <= high + slack for low, high in spans), flip
    # and the other way round: nobody else is cheapest anywhere between them
    ends = {flip.direction: flip.at for flip in made.flips}
    x = np.array(made.curves[0].x)
    inside = (x > ends.get("below", 0) * (1 + 1e-6)) & (x < ends.get("above", np.inf) * (1 - 1e-6))
    costs = np.array([curve.monthly_usd for curve in made.curves])[:, inside]
    cheapest = {made.curves[row].kind for row in np.nanargmin(costs, axis=0)}
    assert cheapest == {cheapest_kind(found)}


# --------------------------------------------------------------------------------- other inputs


AXES: dict[str, dict[str, Any]] = {
    "horizon_months": {},
    "retrains_per_month": {},
    "staff_usd_per_hour": {},
    "electricity_usd_per_kwh": {"hosting": None},
    "peak_to_mean": {"requests_per_month": 1e8},
    "target_peak_load": {"requests_per_month": 1e8},
    "response_kb": {"requests_per_month": 1e7},
    "latency_budget_ms": {},
    "spare_instances": {},
    "growth_pct_per_month": {"horizon_months": 12},
    "realtime_fps": {},
    "can_wait_hours": {},
    "min_reach_pct": {},
    "requests_per_user_per_month": {},
}


@pytest.mark.parametrize("axis", AXES)
def test_along_any_input_no_crossing_is_missed(axis: str) -> None:
    changes = {name: value for name, value in AXES[axis].items() if value is not None}
    comparison = compared(**changes)
    made = comparison.along(axis)
    assert made.axis == axis
    assert {pair.axis for pair in made.break_even} <= {axis}
    pair = made.break_even[0]
    whole = axis in ("horizon_months", "spare_instances")
    grid = np.linspace(pair.axis_low, pair.axis_high, 120 if axis == "horizon_months" else 1001)
    if not whole and pair.axis_low >= 0 and axis not in ("min_reach_pct",):
        least = max(pair.axis_low, pair.axis_high * 1e-5)
        grid = np.unique([pair.axis_low, *np.geomspace(least, pair.axis_high, 500)])
    assert missed(made, grid, costs_at(changes, grid, axis)) == []
    for pair in made.break_even:
        assert (pair.resolution > 0) == (axis not in EXACT), pair


EXACT = {
    "horizon_months",
    "spare_instances",
    "retrains_per_month",
    "staff_usd_per_hour",
    "electricity_usd_per_kwh",
}


def test_the_price_of_work_by_hand() -> None:
    """An hour of work at which two places cost the same, from two comparisons of line items."""
    comparison = compared()
    made = comparison.along("staff_usd_per_hour")
    pair = next(item for item in made.break_even if item.crossings)
    (crossing, *_) = pair.crossings
    cheap, dear = (compared(staff_usd_per_hour=usd) for usd in (crossing.at, crossing.at + 1))
    one, other = (best_of(cheap, place) for place in (pair.first, pair.second))
    assert one == pytest.approx(other, rel=1e-6)
    assert best_of(dear, crossing.above) < best_of(dear, crossing.below)


def best_of(comparison: Comparison, place: AnswersAt) -> float:
    costs = [
        item.ranked_usd(comparison.scenario.rank_by)
        for item in comparison.best_of_kind
        if item.kind == place
    ]
    assert costs[0] is not None
    return costs[0]


def test_months_are_told_as_months() -> None:
    comparison = compared()
    made = comparison.along("horizon_months")
    told = [item for pair in made.break_even for item in pair.crossings if item.until is None]
    assert told
    for item in told:
        assert item.at == int(item.at)
        assert item.first_above is not None
        assert item.last_below is not None
        assert item.last_below < item.first_above
    pair = next(p for p in made.break_even if p.crossings and p.crossings[0].until is None)
    (item, *_) = pair.crossings
    assert f"up to {item.last_below:.0f} months" in pair.text
    assert f"from {item.first_above:.0f} months" in pair.text
    # the month it is said to change, it does
    assert item.last_below is not None
    assert item.first_above is not None
    before = compared(horizon_months=int(item.last_below))
    after = compared(horizon_months=int(item.first_above))
    assert best_of(before, item.below) < best_of(before, item.above)
    assert best_of(after, item.above) < best_of(after, item.below)


def test_a_curve_along_the_months_is_money_a_month() -> None:
    comparison = compared()
    for curve in comparison.along("horizon_months").curves:
        here = curve.x.index(12.0)
        year = compared(horizon_months=12)
        known = option(year, curve.option_ids[here]).ranked_usd("company")
        assert known is not None
        assert curve.monthly_usd[here] == pytest.approx(known / 12, rel=1e-12)


def test_a_budget_that_is_not_asked_for_stands_at_its_end() -> None:
    """Without a limit all places are allowed; the flip is the limit at which the best fails."""
    comparison = compared()
    made = comparison.along("latency_budget_ms")
    assert all(flip.direction == "below" for flip in made.flips)
    for flip in made.flips:
        assert cheapest_kind(compared(latency_budget_ms=flip.at * (1 + 1e-6))) == cheapest_kind(
            comparison
        )
        assert cheapest_kind(compared(latency_budget_ms=flip.at * (1 - 1e-6))) == flip.to_kind


def test_where_places_differ_in_a_value_there_is_no_here_and_no_flip() -> None:
    assert compared().along("integration_hours").flips == ()


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ScenarioError):
        compared().along("task")


def test_swapped_places_give_the_same_crossings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places in the other order: below and above are the same, first and second change."""
    forth = compared(requests_per_month=1e7).break_even
    turned = dict(reversed(list(PLACES.items())))
    monkeypatch.setattr("calculators.explore.envelope.PLACES", turned)
    back = compared(requests_per_month=1e7).break_even
    by_pair = {(pair.second, pair.first): pair for pair in back}
    assert len(by_pair) == len(forth)
    opposite = {"always": "never", "never": "always"}
    for pair in forth:
        other = by_pair[pair.first, pair.second]
        assert other.verdict == opposite.get(pair.verdict, pair.verdict)
        assert [(c.below, c.above, c.kind) for c in other.crossings] == [
            (c.below, c.above, c.kind) for c in pair.crossings
        ]
        for one, two in zip(pair.crossings, other.crossings, strict=True):
            assert one.at == pytest.approx(two.at, rel=1e-7)


# --------------------------------------------------------------------- a sample of everything

SAMPLE_SEED, SAMPLE = 20261126, 60
DAILY = 8  # one in so many runs every day, all with `make soak`


def sampled() -> list[tuple[str, str, float]]:
    """Presets, inputs and volumes, drawn once and for all."""
    rng = np.random.default_rng(SAMPLE_SEED)
    names = [
        *AXES,
        "requests_per_month",
        "active_days_per_month",
        "dataset_gb",
        "pue",
        "price_change_pct_per_year_rental",
        "scheduled_hours_per_month",
    ]
    presets = [
        "celebrity_match",
        "summariser",
        "voice_notes",
        "document_ocr",
        "semantic_search",
        "photo_moderation",
        "recommender",
        "deep_art",
    ]
    return [
        (str(rng.choice(presets)), str(rng.choice(names)), float(rng.choice([0.1, 1.0, 30.0])))
        for _ in range(SAMPLE)
    ]


def crossings_checked(cases: Sequence[tuple[str, str, float]]) -> int:
    """No change on a grid of all candidates is missed; each crossing has its sides right."""
    seen = 0
    for preset, axis, times in cases:
        volume = from_preset(preset, {}, book()).requests_per_month * times
        found, made = along(preset, axis, requests_per_month=volume)
        assert isinstance(found.options, OptionList)
        known = Axis.of(axis, found.options.found.case)
        grid = known.every(99)
        costs = costs_of(found.scenario, axis, grid, book(), SHARED)
        assert missed(made, grid, costs) == [], (preset, axis, times)
        # under growth the months' steps are too many to look into all of them: that is told
        if not known.whole and axis != "growth_pct_per_month":
            assert_sides(found, made)
        seen += sum(len(pair.crossings) for pair in made.break_even)
    return seen


def test_a_few_against_every_candidate_at_every_value() -> None:
    assert crossings_checked(sampled()[::DAILY]) > 100 / DAILY


@pytest.mark.soak
def test_a_fixed_sample_against_every_candidate_at_every_value() -> None:
    assert crossings_checked(sampled()) > 100
