"""Chart specifications: upright steps, labels apart, ticks, words for those who cannot see."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import results
from report.axes import MIN_LABEL_GAP, linear_ticks, log_ticks, read, spread_labels, stairs
from report.categories import CATEGORIES, category
from report.chart_spec import Bar, Segment, breakdown, comparable, cost_curve, shown
from report.palette import style
from tests.report import examples
from tests.report.examples import NOTHING, PLAIN, item

SHARES = st.lists(st.floats(0, 1), max_size=9)


# --- axes ------------------------------------------------------------------------------------
def test_a_second_machine_is_an_upright_step() -> None:
    assert stairs((1, 2, 3), (500, 500, 1000)) == ((1, 2, 3, 3), (500, 500, 500, 1000))


def test_cost_per_request_stays_a_slope() -> None:
    assert stairs((10, 20, 40), (1, 2, 4)) == ((10, 20, 40), (1, 2, 4))


def test_a_fall_is_a_step_too() -> None:
    assert stairs((10, 20), (100, 90)) == ((10, 20, 20), (100, 100, 90))


def test_where_a_place_is_not_possible_the_line_breaks() -> None:
    x, y = stairs((1, 2, 3), (5, math.nan, 500))
    assert (x, y) == ((1, 2, 3), (5, None, 500))
    assert stairs((1, 2), (0.0, -3.0))[1] == (None, None)


@given(SHARES)
def test_labels_never_collide_and_stay_on_the_chart(shares: list[float]) -> None:
    placed = spread_labels(shares, 0.06)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in placed)
    assert all(b - a >= 0.06 - 1e-9 for a, b in pairwise(sorted(placed)))


@given(SHARES)
def test_labels_keep_the_order_of_their_lines(shares: list[float]) -> None:
    placed = spread_labels(shares, 0.06)
    for (one, at_one), (other, at_other) in pairwise(
        sorted(zip(shares, placed, strict=True), key=lambda pair: pair[1])
    ):
        assert at_one <= at_other
        assert one <= other


def test_labels_that_do_not_touch_stay_at_their_lines() -> None:
    assert spread_labels([0.9, 0.1, 0.5], 0.06) == pytest.approx([0.9, 0.1, 0.5])
    assert spread_labels([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert spread_labels([0.0, 0.0], 0.1) == pytest.approx([0.0, 0.1])


def test_log_ticks_are_round_and_few() -> None:
    assert [tick.label for tick in log_ticks(100, 1e11)] == ["100", "10 k", "1 M", "100 M", "10 B"]
    assert [tick.label for tick in log_ticks(900, 7000, "$")] == ["$1 k", "$2 k", "$5 k"]
    narrow = [tick.label for tick in log_ticks(7500, 17_000, "$")]
    assert narrow == ["$7.5 k", "$10 k", "$12.5 k", "$15 k"]


@given(st.floats(1e-3, 1e9), st.floats(1.3, 1e12))
def test_every_range_has_some_ticks_inside_it(low: float, ratio: float) -> None:
    ticks = [tick.at for tick in log_ticks(low, low * ratio)]
    assert 2 <= len(ticks) <= 8
    assert all(low * 0.999 <= at <= low * ratio * 1.001 for at in ticks)


def test_linear_ticks_start_at_zero_and_name_negatives() -> None:
    assert [tick.label for tick in linear_ticks(0, 1000)] == ["$0", "$250", "$500", "$750", "$1 k"]
    assert [tick.label for tick in linear_ticks(-600, 1000)] == ["−$500", "$0", "$500", "$1 k"]


def test_reading_between_points_is_straight_on_logarithmic_axes() -> None:
    assert read((1, 100), (10, 1000), 10) == pytest.approx(100)
    assert read((1, 100), (10, math.nan), 10) is None
    assert read((1, 100), (10, 1000), 200) is None


# --- cost curve ------------------------------------------------------------------------------
def test_one_line_per_place_with_its_own_style() -> None:
    spec = cost_curve(PLAIN)
    assert [line.kind for line in spec.series] == [curve.kind for curve in examples.CURVES]
    for line in spec.series:
        assert line.style == style(line.kind)
        assert ("+" in line.kind) == (line.style.dash != "solid")
        assert line.is_cheapest == (line.kind == "managed_api")


def test_axes_say_unit_and_period_and_hold_every_point() -> None:
    spec = cost_curve(PLAIN)
    assert spec.x_axis.title == "Requests a month"
    assert spec.y_axis.title == "USD a month"
    for line in spec.series:
        for x, y in zip(line.x, line.y, strict=True):
            assert spec.x_axis.low <= x <= spec.x_axis.high
            assert y is None or spec.y_axis.low <= y <= spec.y_axis.high


def test_end_labels_are_apart_in_log_space() -> None:
    spec = cost_curve(PLAIN)
    span = math.log(spec.y_axis.high / spec.y_axis.low)
    at = sorted(math.log(line.label_y / spec.y_axis.low) / span for line in spec.series)
    assert len(at) == 9
    assert all(b - a >= MIN_LABEL_GAP - 1e-9 for a, b in pairwise(at))


def test_a_line_that_stops_has_its_end_where_it_stops() -> None:
    hosted = next(s for s in cost_curve(PLAIN).series if s.kind == "hosted_platform")
    assert hosted.end_x == max(x for x in examples.XS if x < 2e9)


def test_here_is_at_the_ranked_cost() -> None:
    spec = cost_curve(PLAIN)
    company = examples.API.company_usd
    assert company is not None
    assert spec.here.x == 1_000_000
    assert spec.here.y == pytest.approx(company / 36)
    assert spec.here.label == "you are here: 1 M"


def test_the_nearest_flip_on_each_side_is_marked_on_the_lowest_line() -> None:
    far = replace(examples.FLIPS[0], at=9e6)
    moved = replace(
        PLAIN, _explore=lambda _: examples.explored((*examples.FLIPS, far), examples.CURVES)
    )
    marks = {mark.side: mark for mark in cost_curve(moved).flips}
    assert marks["above"].x == 1.4e6
    assert marks["above"].label == "above 1.4 M: Rented machines"
    assert marks["below"].label == "below 236 k: Users' devices"
    assert marks["below"].y == pytest.approx(300, rel=0.01)


def test_the_sentence_for_readers_without_the_picture() -> None:
    alt = cost_curve(PLAIN).alt
    for part in (
        "requests from 100 to 100 billion",
        "Managed API",
        "Devices + own machines",
        "At 1 million the cheapest is Managed API: $1,060 a month",
        "It flips above 1.4 M: Rented machines.",
    ):
        assert part in alt


def test_nothing_possible_leaves_a_sentence_and_no_line() -> None:
    spec = cost_curve(NOTHING)
    assert not spec.series
    assert not spec.flips
    assert spec.here.y is None
    assert spec.alt.startswith("No place can be priced and used")
    assert spec.x_axis.low < spec.here.x < spec.x_axis.high
    assert breakdown(NOTHING).bars == ()
    assert breakdown(NOTHING).alt.startswith("No place can be priced and used")


# --- breakdown -------------------------------------------------------------------------------
def test_bars_are_the_best_possible_option_of_each_place() -> None:
    spec = breakdown(PLAIN)
    assert [bar.option_id for bar in spec.bars] == [
        examples.API.id,
        examples.RENTED.id,
        examples.OWNED.id,
    ]
    assert [bar.is_cheapest for bar in spec.bars] == [True, False, False]


def test_segments_re_add_to_the_monthly_total() -> None:
    for bar, option in zip(breakdown(PLAIN).bars, examples.OPTIONS, strict=False):
        assert option.total_usd is not None
        assert sum(part.monthly_usd for part in bar.segments) == pytest.approx(
            option.total_usd / 36
        )


def test_a_category_is_what_the_item_says() -> None:
    by_id = {found.id: found for found in CATEGORIES}
    assert set(by_id) == {*get_args(results.Category), "set_up"}
    for name in get_args(results.Category):
        assert category(item("Servers bought", 1, 1, category=name)) is by_id[name]
    once = item("Work", 1, 1, category="work", period="once")
    assert category(once) is by_id["set_up"]


def test_categories_are_drawn_in_one_order_and_users_are_hatched() -> None:
    rented = breakdown(PLAIN).bars[1]
    order = [CATEGORIES.index(part.category) for part in rented.segments]
    assert order == sorted(order)
    assert rented.segments[-1].category.hatched


def priced(*monthly: float) -> tuple[Bar, ...]:
    part = CATEGORIES[0], CATEGORIES[1]
    kinds = ("managed_api", "hosted_platform", "rented", "owned", "device")
    return tuple(
        Bar(
            kind,
            kind,
            kind,
            (Segment(part[0], 0.25 * usd, ("a",)), Segment(part[1], 0.75 * usd, ("b",))),
            usd,
            0.0,
            is_cheapest=False,
        )
        for kind, usd in zip(kinds, monthly, strict=False)
    )


def test_a_bar_that_would_dwarf_the_others_is_drawn_shorter() -> None:
    bars = comparable(priced(4_450, 4_650, 5_300, 7_450, 2_700_000))
    assert [bar.shortened for bar in bars] == [False] * 4 + [True]
    # the longest still, with the same parts
    assert bars[4].reach[1] == pytest.approx(1.3 * 7_450)
    assert bars[4].segments[1].monthly_usd == pytest.approx(0.75 * 2_700_000)
    assert bars[4].total_usd == 2_700_000


@pytest.mark.parametrize("monthly", [(), (0.0,), (5.0,), (1.0, 25.0), (0.5, 1_000, 2_000, 5_000)])
def test_other_bars_are_drawn_to_scale(monthly: tuple[float, ...]) -> None:
    assert not any(bar.shortened for bar in comparable(priced(*monthly)))


def test_two_bars_far_apart() -> None:
    short, long = comparable(priced(10, 1_000_000))
    assert (short.shortened, long.shortened) == (False, True)
    assert long.reach[1] == pytest.approx(13)


def test_a_legend_names_what_can_be_seen() -> None:
    """A part is seen from eight thousandths of the axis on, on which side of 0 it may lie."""
    spec = breakdown(PLAIN)
    wide = spec.x_axis.high - spec.x_axis.low
    first, second, *_ = CATEGORIES
    for share, seen in ((0.0081, {first, second}), (-0.0081, {first, second}), (0.0079, {first})):
        parts = (Segment(first, wide / 2, ()), Segment(second, share * wide, ()))
        bar = replace(spec.bars[0], segments=parts, scale=1.0)
        assert {*shown(replace(spec, bars=(bar,), categories=CATEGORIES))} == seen
