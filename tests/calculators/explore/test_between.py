"""Break-even of any two candidates or places on any input, against every value of a grid."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from calculators.answer.options import BASE, OptionList
from calculators.arrays import Array
from calculators.compare import compare
from calculators.explore.axis import Axis
from calculators.explore.sweep import over
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.presets import from_preset, presets
from calculators.results import Asked, Comparison, PairBreakEven
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.explore.brute import turns

BOOK = PriceBook.load()
EXACT = (
    "requests_per_month",
    "horizon_months",
    "retrains_per_month",
    "staff_usd_per_hour",
    "electricity_usd_per_kwh",
)
OTHERS = (
    "request_kb",
    "latency_budget_ms",
    "output_tokens",
    "audio_seconds",
    "peak_to_mean",
    "requests_per_user_per_month",
    "min_reach_pct",
    "dataset_gb",
    "price_change_pct_per_year_rental",
    "features_per_request",
)
GRID = 61


@cache
def of_preset(
    name: str, volume: float = 1.0, hold: str = "requests_per_user", **asked: Any
) -> Comparison:
    scenario = from_preset(name, asked, BOOK)
    changes: dict[str, Any] = {"requests_per_month": scenario.requests_per_month * volume}
    if hold == "users":
        changes["hold"] = hold
    return compare(scenario.with_changes(changes), BOOK)


def axis_of(found: Comparison, name: str) -> Axis:
    assert isinstance(found.options, OptionList)
    return Axis.of(name, found.options.found.case)


def cost_of(found: Comparison, axis: Axis, name: str, x: Array) -> Array:
    """Cost of a place's best candidate, or of one candidate, among all at every value."""
    made = over(axis.points(found.scenario, x), found.book, SHARED)
    if name in PLACES:
        return made.best(PLACES[name].id)[0]
    row = made.at.get(name)
    return np.full(x.size, np.inf) if row is None else made.ranked[row]


def spans(pair: PairBreakEven) -> list[tuple[float, float]]:
    return [
        (
            min(item.at, item.last_below if item.last_below is not None else item.at),
            max(item.at, item.until or 0.0, item.first_above or 0.0),
        )
        for item in pair.crossings
    ]


def lost(found: Comparison, pair: PairBreakEven, x: Array) -> list[tuple[float, float]]:
    """Changes on a grid that no crossing explains."""
    axis = axis_of(found, pair.axis)
    one, other = (cost_of(found, axis, name, x) for name in (pair.first, pair.second))
    missing = []
    for left, right in turns(one, other):
        slack = 1e-9 * max(abs(x[left]), abs(x[right]))
        if not any(a <= x[right] + slack and b >= x[left] - slack for a, b in spans(pair)):
            missing.append((float(x[left]), float(x[right])))
    return missing


def is_near_another(
    pair: PairBreakEven,
    axis: Axis,
    turn: tuple[float, float],
    missing: list[tuple[float, float]],
) -> bool:
    """Whether another change lies within the resolution: told, or lost as well."""
    left, right = turn
    others = [other for other in missing if other != turn] + spans(pair)
    near = min((max(low - right, left - high, 0.0) for low, high in others), default=np.inf)
    size = axis.high - axis.low if axis.straight else max(abs(left), abs(right))
    return bool(near <= pair.resolution * size)


def wrong_sides(found: Comparison, pair: PairBreakEven, near: float) -> list[Any]:
    """Crossings that stand alone whose cheaper side is not the one said, just beside them."""
    axis = axis_of(found, pair.axis)
    alone = [item for item in pair.crossings if item.until is None]
    if not alone:
        return []
    beside = []
    for item in alone:
        step = near * (axis.high - axis.low if axis.straight else max(item.at, axis.first))
        if axis.whole:
            step = 0.0
        low = item.at if item.last_below is None else item.last_below
        high = item.at if item.first_above is None else item.first_above
        # 0 stands apart: what is beside it is the other side of a step
        beside += [low if low == 0 else max(low - step, axis.low), min(high + step, axis.high)]
    x = np.array(beside)
    costs = {name: cost_of(found, axis, name, x) for name in (pair.first, pair.second)}
    return [
        item
        for turn, item in enumerate(alone)
        if not (
            costs[item.below][2 * turn] <= costs[item.above][2 * turn]
            and costs[item.above][2 * turn + 1] <= costs[item.below][2 * turn + 1]
        )
    ]


def grid_of(axis: Axis, rng: np.random.Generator) -> Array:
    """Values of no grid that was looked at."""
    if axis.whole:
        return axis.every(GRID)
    ends = axis.scaled(np.array([axis.first, axis.high]))
    return np.unique(axis.valued(rng.uniform(ends[0], ends[1], GRID)))


def sides_of(found: Comparison, rng: np.random.Generator) -> tuple[str, str]:
    """Two of the places and of the feasible candidates."""
    assert isinstance(found.options, OptionList)
    every = found.options.found
    allowed = np.flatnonzero(np.isfinite(every.ranked[:, BASE]))
    cheap = allowed[np.argsort(every.ranked[allowed, BASE])][:40]
    names = [*{item.kind for item in found.best_of_kind}, *(every.id(int(i)) for i in cheap)]
    one, other = rng.choice(len(names), 2, replace=False)
    return names[one], names[other]


def check(found: Comparison, asked: Asked, rng: np.random.Generator) -> PairBreakEven:
    pair = found.between(asked)
    axis = axis_of(found, asked.axis)
    exact = pair.resolution == 0
    missing = lost(found, pair, grid_of(axis, rng))
    if not exact:  # elsewhere two changes may be missed that lie as near each other as is said
        missing = [turn for turn in missing if not is_near_another(pair, axis, turn, missing)]
    assert missing == [], asked
    assert wrong_sides(found, pair, 1e-6) == [], asked
    for (_, above), (below, _) in zip(sides_said(pair), sides_said(pair)[1:], strict=False):
        assert above == below, asked
    return pair


def sides_said(pair: PairBreakEven) -> list[tuple[str, str]]:
    return [(item.below, item.above) for item in pair.crossings]


def sampled(count: int, seed: int, axes: tuple[str, ...]) -> list[PairBreakEven]:
    rng = np.random.default_rng(seed)
    names = list(presets(BOOK))
    made = []
    for _ in range(count):
        preset, axis = str(rng.choice(names)), str(rng.choice(list(axes)))
        volume = float(rng.choice([0.1, 1.0, 30.0]))
        hold = "users" if axis == "requests_per_month" and rng.random() < 0.4 else "x"
        found = of_preset(preset, volume, hold)
        a, b = sides_of(found, rng)
        try:
            made.append(check(found, Asked(axis, a, b), rng))
        except ScenarioError as refused:
            assert refused.bad[0].field not in ("a", "b"), refused  # noqa: PT017
    assert len(made) > 0.8 * count  # few axes are none of a scenario's
    return made


def test_a_sample_of_pairs_on_exact_axes() -> None:
    made = sampled(20, 7, EXACT)
    assert all(pair.resolution == 0 for pair in made)
    assert {pair.verdict for pair in made} >= {"crosses", "always", "never"}


def test_a_sample_of_pairs_on_other_axes() -> None:
    made = sampled(14, 11, OTHERS)
    assert all(pair.resolution > 0 for pair in made if pair.axis != "features_per_request")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_two_thousand_pairs(seed: int) -> None:
    sampled(70, 1000 + seed, EXACT)
    sampled(30, 2000 + seed, OTHERS)


# ------------------------------------------------------------------------------- own figures


def test_the_price_at_which_a_service_is_the_cheaper_one() -> None:
    """Amazon's price a photo at which it costs what the hosted machine costs: a straight line."""
    found = of_preset("celebrity_match")
    service = next(item for item in found.options if item.kind == "managed_api")
    priced = {source.key for source in service.sources}
    keys = [key for key in sorted(priced) if "/" in key and BOOK.list_price(key) is not None]
    told = []
    for key in keys:
        pair = found.between(Asked(f"price.{key}", "hosted_platform", service.id))
        assert pair.resolution == 0
        told += [(key, item) for item in pair.crossings]
    (key, crossing), *_ = told
    for price, cheaper in ((crossing.at * (1 - 1e-6), 0), (crossing.at * (1 + 1e-6), 1)):
        at = compare(found.scenario.with_changes({f"price.{key}": price}), BOOK)
        here, other = at.option(service.id), best(at, "hosted_platform")
        assert here is not None
        assert here.company_usd is not None
        assert (here.company_usd > other) == bool(cheaper)


def best(found: Comparison, kind: str) -> float:
    option = next(item for item in found.best_of_kind if item.kind == kind)
    assert option.company_usd is not None
    return option.company_usd


def test_own_figures_against_the_grid() -> None:
    found = of_preset("celebrity_match")
    rng = np.random.default_rng(3)
    for axis in ("discount.aws-ai", "discount.huggingface", "fixed.managed_api"):
        for a, b in (("managed_api", "hosted_platform"), ("hosted_platform", "device")):
            pair = check(found, Asked(axis, a, b), rng)
            assert pair.resolution == 0
    pair = found.between(Asked("fixed.hosted_platform", "hosted_platform", "managed_api"))
    # a fixed cost a month on one side: the crossing is the gap a month at 0, a straight line
    assert pair.gap_low_usd is not None
    (crossing,) = pair.crossings
    assert crossing.at == pytest.approx(pair.gap_low_usd / 36, rel=1e-6)


def test_an_assumption_of_ones_own_is_an_axis() -> None:
    found = of_preset("celebrity_match")
    same = found.between(Asked("staff_usd_per_hour", "hosted_platform", "managed_api"))
    pair = found.between(Asked("assume.staff_usd_per_hour", "hosted_platform", "managed_api"))
    known = [item.at for item in same.crossings]
    assert [item.at for item in pair.crossings] == pytest.approx(known, rel=1e-6)
    assert pair.resolution > 0


# --------------------------------------------------------------------------------- what is said


def test_a_candidate_stands_for_itself_and_a_place_for_its_best() -> None:
    """A place is never dearer than any one of its candidates."""
    found = of_preset("photo_moderation")
    best_one = found.cheapest
    assert best_one is not None
    pair = found.between(Asked("requests_per_month", best_one.kind, best_one.id))
    assert pair.verdict == "always"
    assert pair.gap_low_usd is not None
    assert pair.gap_low_usd >= 0
    ids = (best_one.id, found.runner_up.id if found.runner_up else "")
    by_id = found.between(Asked("requests_per_month", *ids))
    assert (by_id.first, by_id.second) == ids
    assert "requests a month" in by_id.text


@pytest.mark.parametrize("axis", ["requests_per_month", "horizon_months", "latency_budget_ms"])
def test_swapped_sides_mirror(axis: str) -> None:
    opposite = {"always": "never", "never": "always"}
    found = of_preset("document_ocr")
    forth = found.between(Asked(axis, "managed_api", "hosted_platform"))
    back = found.between(Asked(axis, "hosted_platform", "managed_api"))
    assert back.verdict == opposite.get(forth.verdict, forth.verdict)
    assert (forth.first_allowed, forth.second_allowed) == (back.second_allowed, back.first_allowed)
    for gap, turned in (
        (forth.gap_low_usd, back.gap_low_usd),
        (forth.gap_high_usd, back.gap_high_usd),
    ):
        assert (gap is None) == (turned is None)
        assert gap is None or turned is None or gap == pytest.approx(-turned)
    for one, other in zip(forth.crossings, back.crossings, strict=True):
        assert (one.below, one.above, one.kind) == (other.below, other.above, other.kind)
        assert one.at == pytest.approx(other.at, rel=1e-7)


def test_stairs_that_cross_again_and_again_are_a_stretch_with_their_number() -> None:
    """Under growth every month adds machines of its own: more than ten changes close together."""
    found = of_preset("recommender")
    sides = "hosted_platform", "rented"
    pair = found.between(Asked("growth_pct_per_month", *sides))
    (stretch, *_) = [item for item in pair.crossings if item.until is not None]
    assert stretch.kind == "alternating"
    assert stretch.changes > 10
    assert stretch.changes % 2 == 1 or stretch.below == stretch.above
    notes = of_preset("voice_notes", data_sensitivity="public")
    few = notes.between(Asked("requests_per_month", "managed_api", "hosted_platform"))
    assert [item.changes for item in few.crossings] == [3]


def test_where_nothing_is_ever_allowed_is_no_comparison() -> None:
    found = of_preset("support_chat")
    pair = found.between(Asked("output_tokens", "managed_api", "device"))
    assert (pair.verdict, pair.crossings) == ("not_comparable", ())
    assert pair.second_allowed == ()
    assert pair.first_allowed
    neither = of_preset("live_camera").between(Asked("requests_per_month", "owned", "rented"))
    assert neither.verdict == "not_comparable"
    assert neither.first_allowed == neither.second_allowed == ()
    assert "never both allowed" in neither.text


def test_never_and_always_say_what_makes_the_gap() -> None:
    pair = of_preset("support_chat").between(Asked("requests_per_month", "managed_api", "owned"))
    assert pair.verdict == "always"
    assert "What differs most is work at the low end and the purchase, less resale" in pair.text
    assert pair.gap_low_usd is not None
    assert pair.gap_high_usd is not None
    assert 0 < pair.gap_low_usd < pair.gap_high_usd


def test_the_ends_of_the_axis_are_those_asked_for() -> None:
    found = of_preset("celebrity_match")
    whole = found.between(Asked("requests_per_month", "managed_api", "hosted_platform"))
    at = whole.crossings[0].at
    inside = found.between(
        Asked("requests_per_month", "managed_api", "hosted_platform", at / 2, at * 2)
    )
    assert (inside.axis_low, inside.axis_high) == (at / 2, at * 2)
    assert inside.crossings[0].at == pytest.approx(at, rel=1e-9)
    below = found.between(
        Asked("requests_per_month", "managed_api", "hosted_platform", None, at / 2)
    )
    assert below.verdict == "always"


@pytest.mark.parametrize(
    ("a", "b", "field"),
    [
        ("nowhere", "rented", "a"),
        ("rented", "none>rented:nobody/none", "b"),
        ("rented", "rented", "b"),
    ],
)
def test_sides_that_are_none_are_refused(a: str, b: str, field: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        of_preset("celebrity_match").between(Asked("requests_per_month", a, b))
    assert refused.value.bad[0].field == field
    assert "managed_api" in refused.value.bad[0].allowed


# ------------------------------------------------------------------------ machines that sleep


def test_a_sleeping_machine_that_begins_to_meet_the_budget_is_told_as_a_step_or_an_end() -> None:
    """Below, nobody keeps it awake and starts are late; from some volume on it is allowed.

    The cost of the place falls there, since it becomes the cheapest candidate: a change of what is
    allowed, with the place's cost on both sides as every candidate has it.
    """
    found = of_preset("support_chat", 0.03)
    axis = axis_of(found, "requests_per_month")
    pair = found.between(Asked("requests_per_month", "hosted_platform", "rented"))
    assert wrong_sides(found, pair, 1e-6) == []
    assert lost(found, pair, axis.grid(301)) == []
    (curve,) = (item for item in found.curves if item.kind == "hosted_platform")
    x, monthly = np.array(curve.x), np.array(curve.monthly_usd)
    falls = np.flatnonzero(np.diff(monthly) < -1e-9 * monthly[:-1])
    assert falls.size
    for fall in falls:
        # drawn upright: a ten-thousandth of the axis' length lies in between
        assert x[fall + 1] - x[fall] <= 2e-3 * x[fall], (x[fall], x[fall + 1])
        assert curve.option_ids[fall] != curve.option_ids[fall + 1]


def test_the_machine_that_begins_to_meet_it_is_shut_out_below() -> None:
    """The candidate behind the fall, against rented machines: an end of what is allowed."""
    found = of_preset("support_chat", 0.03)
    (curve,) = (item for item in found.curves if item.kind == "hosted_platform")
    monthly = np.array(curve.monthly_usd)
    fall = int(np.flatnonzero(np.diff(monthly) < -1e-2 * monthly[:-1])[0])
    cheaper = curve.option_ids[fall + 1]
    pair = found.between(Asked("requests_per_month", cheaper, "rented"))
    first = pair.crossings[0]
    assert (first.kind, first.below, first.above) == ("feasibility", "rented", cheaper)
    assert curve.x[fall] <= first.at <= curve.x[fall + 1]
    assert pair.first_allowed[0][0] == first.at
