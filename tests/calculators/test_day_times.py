"""Quantiles over the hours of a day, by hand, by bisection and by drawing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.day_times import DayTimes

P95 = 1.6448536269514722  # standard normal score


def rows(*values: Any) -> Array:
    return np.atleast_2d(np.asarray(values, dtype=float))


def day(
    weight: Any, median: Any, deviation: Any, met: Any = None, first: Any = 1.0, **starts: Any
) -> DayTimes:
    """One situation; each figure a number or one for each hour."""
    weight, median, deviation = (rows(*np.atleast_1d(v)) for v in (weight, median, deviation))
    if met is None:
        return DayTimes(weight, median, deviation)
    start, spread = (rows(starts.get(name, 0.0)) for name in ("start", "spread"))
    met, first = (rows(*np.atleast_1d(value)) for value in (met, first))
    return DayTimes(weight, median, deviation, met, first, start, spread)


def quantile(times: DayTimes, share: float) -> float:
    return float(times.quantile(share)[0])


# -------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize(("share", "score"), [(0.5, 0.0), (0.95, P95), (0.05, -P95)])
def test_hours_alike_are_one_lognormal(share: float, score: float) -> None:
    alike = day([0.25, 0.75], 100.0, 0.3)
    assert quantile(alike, share) == pytest.approx(100 * np.exp(0.3 * score), rel=1e-6)


def test_two_hours_of_unlike_load() -> None:
    """Halves at 1 and 100 s: 0.95 of all is 0.9 of the slow half, a score of 1.28155."""
    times = day([0.5, 0.5], [1.0, 100.0], 0.1)
    assert quantile(times, 0.95) == pytest.approx(100 * np.exp(0.1 * 1.2815516), rel=1e-6)
    assert quantile(times, 0.25) == pytest.approx(1.0, rel=1e-6)
    assert times.share_within(np.array([10.0]))[0] == pytest.approx(0.5)


@pytest.mark.parametrize(("share", "time"), [(0.3, 1.0), (0.69, 1.0), (0.71, 5.0), (0.95, 20.0)])
def test_answers_that_never_vary_are_steps(share: float, time: float) -> None:
    times = day([0.7, 0.2, 0.1], [1.0, 5.0, 20.0], 0.0)
    assert quantile(times, share) == pytest.approx(time, rel=1e-6)


def test_a_start_shows_in_p95_from_one_request_in_twenty() -> None:
    """A 20 s start before an answer of 0.1 s, neither varies."""
    few = day(1.0, 0.1, 0.0, met=0.04, start=20.0)
    many = day(1.0, 0.1, 0.0, met=0.06, start=20.0)
    assert quantile(few, 0.95) == pytest.approx(0.1, rel=1e-6)
    assert quantile(many, 0.95) == pytest.approx(20.1, rel=1e-6)
    assert quantile(many, 0.5) == pytest.approx(0.1, rel=1e-6)
    assert many.share_within(np.array([10.0]))[0] == pytest.approx(0.94)


def test_who_comes_during_a_start_waits_what_is_left_of_it() -> None:
    """All meet a start of 20 s, one in ten from its beginning: of the rest t / 20 wait up to t.

    Within 10.1 s: 0.9 x 10 / 20 = 0.45. The median is at 20 x 0.5 / 0.9 = 11.11 s and the answer.
    """
    times = day(1.0, 0.1, 0.0, met=1.0, first=0.1, start=20.0)
    assert times.share_within(np.array([10.1]))[0] == pytest.approx(0.45)
    assert quantile(times, 0.5) == pytest.approx(0.1 + 20 * 0.5 / 0.9, rel=1e-6)
    assert quantile(times, 0.95) == pytest.approx(20.1, rel=1e-6)


def test_starts_that_vary() -> None:
    """Without an answer to speak of: 20 s x exp(0.44 x 1.645) at p95 of the starts."""
    times = day(1.0, 1e-6, 0.0, met=1.0, start=20.0, spread=0.44)
    assert quantile(times, 0.95) == pytest.approx(20 * np.exp(0.44 * P95), rel=1e-4)


def test_a_start_of_no_time_is_none() -> None:
    with_start = day([0.4, 0.6], [1.0, 2.0], 0.3, met=0.5, first=0.2, start=0.0)
    without = day([0.4, 0.6], [1.0, 2.0], 0.3)
    assert quantile(with_start, 0.95) == pytest.approx(quantile(without, 0.95), rel=1e-6)


def test_what_is_not_known_is_not_known() -> None:
    median = np.array([[1.0, 2.0], [1.0, np.nan], [np.nan, np.nan]])
    weight, deviation = np.full((1, 2), 0.5), np.full((1, 2), 0.2)
    for times in (
        DayTimes(weight, median, deviation),
        DayTimes(weight, median, deviation, weight, weight, rows(3.0), rows(0.1)),
    ):
        assert np.isnan(times.quantile(0.95)).tolist() == [False, True, True]
        assert np.isnan(times.share_within(np.full(3, 1.0))).tolist() == [False, True, True]


def test_situations_are_independent_of_their_neighbours() -> None:
    draws = np.random.default_rng(5)
    size = (3000, 24)
    weight = draws.dirichlet(np.ones(24), size[0])
    median, deviation = draws.lognormal(0, 1, size), draws.uniform(0, 0.8, size)
    met, first = draws.random(size) ** 4, draws.random(size)
    start, spread = draws.lognormal(3, 1, (size[0], 1)), draws.uniform(0, 0.6, (size[0], 1))
    every = DayTimes(weight, median, deviation, met, first, start, spread)
    found = every.quantile(0.95)
    assert every.share_within(found) == pytest.approx(np.full(size[0], 0.95), abs=1e-6)
    for i in (0, 1499, 2999):
        one = slice(i, i + 1)
        figures = (weight, median, deviation, met, first, start, spread)
        alone = DayTimes(*(figure[one] for figure in figures))
        assert alone.quantile(0.95)[0] == pytest.approx(found[i], rel=1e-6)


# ------------------------------------------------------------------------------------ by drawing


@pytest.mark.parametrize("spread", [0.0, 0.4])
@pytest.mark.parametrize("answer", [0.3, 8.0])
def test_drawn_requests_agree(answer: float, spread: float) -> None:
    draws = np.random.default_rng(11)
    count = 200_000
    weight, median = np.array([0.2, 0.5, 0.3]), answer * np.array([1.0, 1.5, 3.0])
    deviation, met, first = np.array([0.1, 0.3, 0.5]), np.array([0.6, 0.1, 0.02]), 0.4
    hour = draws.choice(3, count, p=weight)
    times = median[hour] * np.exp(deviation[hour] * draws.standard_normal(count))
    whole = 20 * np.exp(spread * draws.standard_normal(count))
    # longer starts hold more of those who come during one: their median is exp(spread^2) times
    longer = 20 * np.exp(spread**2 + spread * draws.standard_normal(count))
    waited = np.where(draws.random(count) < first, whole, draws.random(count) * longer)
    times += np.where(draws.random(count) < met[hour], waited, 0.0)
    found = day(weight, median, deviation, met=met, first=first, start=20.0, spread=spread)
    for share in (0.5, 0.9, 0.95, 0.99):
        assert quantile(found, share) == pytest.approx(np.quantile(times, share), rel=0.1)


# ------------------------------------------------------------------------------------ properties

hours = st.integers(1, 6)
positive = st.floats(1e-3, 1e5)


@st.composite
def some_day(draw: st.DrawFn) -> DayTimes:
    many = draw(hours)
    each = st.lists(positive, min_size=many, max_size=many)
    shares = st.lists(st.floats(0, 1), min_size=many, max_size=many)
    weight = np.array(draw(each))
    deviation = st.lists(st.floats(0, 1), min_size=many, max_size=many)
    return day(
        weight / weight.sum(),
        draw(each),
        draw(deviation),
        met=draw(st.none() | shares),
        first=draw(shares),
        start=draw(st.floats(0, 1e4)),
        spread=draw(st.floats(0, 1)),
    )


@given(some_day(), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]))
def test_the_quantile_is_where_the_share_is_passed(times: DayTimes, share: float) -> None:
    found = times.quantile(share)
    below = times.share_within(found * (1 - 1e-6))[0]
    above = times.share_within(found * (1 + 1e-6))[0]
    assert below <= share + 1e-9
    assert above >= share - 1e-9


@given(some_day())
def test_shares_and_quantiles_rise_together(times: DayTimes) -> None:
    limits = np.geomspace(1e-4, 1e7, 40)
    shares = [times.share_within(np.array([limit]))[0] for limit in limits]
    assert (np.diff(shares) >= -1e-9).all()
    assert shares[-1] <= 1 + 1e-9
    several = [quantile(times, share) for share in (0.1, 0.5, 0.9, 0.99)]
    assert all(a <= b * (1 + 1e-6) for a, b in pairwise(several))


@given(some_day())
def test_nobody_is_faster_for_meeting_a_start(times: DayTimes) -> None:
    without = DayTimes(times.weight, times.median, times.deviation)
    limits = np.geomspace(1e-3, 1e6, 30)
    for limit in limits:
        one = np.array([limit])
        assert times.share_within(one)[0] <= without.share_within(one)[0] + 0.03
