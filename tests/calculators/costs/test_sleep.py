"""Workers that sleep, by hand: who is up when, what is billed, who meets a start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.costs.day import Day, scheduled_day, whole_day
from calculators.costs.sleep import Asleep, Starts, Workers, billed_hours, starts

MONTH_S = 2_628_000
FLAT = whole_day(np.array([1.0]))


def workers(**changes: Any) -> Workers:
    """A T4 without a batch to speak of: 126 ms, idle for 30 s, 20 s to start."""
    figures = {
        "answer_s": 0.126,
        "usable_rps": 28.0,
        "full_rps": 40.0,
        "idle_s": 30.0,
        "start_s": 20.0,
        "starts_billed": True,
    } | changes
    return Workers(**{name: np.reshape(value, (-1, 1)) for name, value in figures.items()})


def month(requests: float | Array) -> Array:
    """Mean rate of requests a month, (1, N, 1)."""
    return np.atleast_1d(np.asarray(requests, dtype=float))[None, :, None] / MONTH_S


def share_billed(requests: float, day: Day = FLAT, **changes: Any) -> float:
    return float(billed_hours(day, month(requests), workers(**changes))[0, 0, 0]) / 730


def met(requests: float, day: Day = FLAT, **changes: Any) -> Starts:
    return starts(month(requests) * day.relative[None], workers(**changes))


def busy(*hours: int) -> Day:
    """All requests of the day in some hours, alike."""
    load = np.zeros((1, 24))
    load[0, list(hours)] = 24 / len(hours)
    return Day(load, np.ones((1, 24)))


# --------------------------------------------------------------------------- at a constant rate


def test_a_worker_is_asleep_between_the_cycles_of_the_renewal_argument() -> None:
    """2.19e5 a month are 1/12 a second; a request keeps a worker up for 30.126 s.

    exp(30.126 / 12) = 12.3106, rS = 20 / 12 = 1.6667: asleep 1 / 13.9773 = 0.07154 of the time.
    One worker is billed 0.928 of the hours: 1.054, as starts on top of the rest gave, it is not.
    """
    assert share_billed(2.19e5) == pytest.approx(1 - 1 / (12.3106 + 1.6667), rel=1e-4)
    assert share_billed(2.19e5) == pytest.approx(0.9285, abs=1e-4)


def test_with_a_request_in_three_quarters_of_an_hour_nearly_all_meet_a_start() -> None:
    """1e3 a month: r = 1e3 / 2,628,000 = 3.805e-4; exp(30.126 r) = 1.01153; rS = 0.00761.

    (1 + 0.00761) / (1.01153 + 0.00761) = 0.98868.
    """
    found = met(1e3)
    assert found.share(FLAT)[0, 0] == pytest.approx(0.98868, abs=1e-5)
    assert found.first[0, 0, 0] == pytest.approx(1 / 1.00761, abs=1e-5)


def test_starts_that_take_longer_than_the_gaps() -> None:
    """One request a second, 60 s to start, stays of 2 s: exp(2) = 7.389; asleep 1 / 67.389.

    61 / 67.389 = 0.905 of the requests come while nobody is ready, one in 61 of them the first.
    """
    changes: dict[str, Any] = {"answer_s": 1.0, "idle_s": 1.0, "start_s": 60.0, "full_rps": 1e6}
    found = met(MONTH_S, **changes)
    assert found.share(FLAT)[0, 0] == pytest.approx(61 / 67.389, rel=1e-4)
    assert found.first[0, 0, 0] == pytest.approx(1 / 61)
    assert share_billed(MONTH_S, **changes) == pytest.approx(1 - 1 / 67.389, rel=1e-4)
    # a vendor that does not bill starts: ready 6.389 / 67.389 of the time
    unbilled = share_billed(MONTH_S, starts_billed=False, **changes)
    assert unbilled == pytest.approx(6.389 / 67.389, rel=1e-4)


def test_one_at_a_time_a_worker_is_up_for_its_queue_too() -> None:
    """Answers of 10 s, 0.05 a second: busy half the time; idle for over 10 s exp(-0.5) of the rest.

    Without starts asleep 0.5 x 0.60653 = 0.30327.
    """
    changes: dict[str, Any] = {
        "answer_s": 10.0,
        "full_rps": 0.1,
        "usable_rps": 0.07,
        "idle_s": 10.0,
        "start_s": 0.0,
    }
    assert share_billed(0.05 * MONTH_S, **changes) == pytest.approx(1 - 0.30327, abs=5e-4)


# ------------------------------------------------------------------------------- hours of a day


def test_by_the_hours_of_the_day_nights_are_not_billed() -> None:
    """A fourfold peak: half of the hours have next to no requests."""
    day = whole_day(np.array([4.0]))
    assert share_billed(2.19e5, day) == pytest.approx(0.474, abs=1e-3)


@pytest.mark.parametrize(("requests", "hours"), [(1e5, 2.9989), (1e6, 2.9999)])
def test_two_hours_of_use_and_one_of_idle_are_three_billed(requests: float, hours: float) -> None:
    """Idle for 3,600 s; awake from the first request to an hour after the last one.

    1e5 a month come at 1e5 x 12 / 2,628,000 = 0.457 a second: the first 2.2 s into the first hour,
    the last as long before the end; with the answer's 0.2 s the day has 3 h - 4.2 s = 2.9988 h.
    """
    changes: dict[str, Any] = {"answer_s": 0.2, "idle_s": 3600.0, "start_s": 240.0}
    found = share_billed(requests, busy(19, 20), **changes) * 24
    assert found == pytest.approx(hours, abs=2e-4)
    assert found * 730 / 24 * 0.8 == pytest.approx(73.0, abs=0.05)  # USD a month at 0.80 an hour


@pytest.mark.parametrize(("start", "hours"), [(5.0, 11.7541), (25.0, 11.8126), (60.0, 11.8676)])
def test_starts_longer_than_stays_end_with_the_schedule(start: float, hours: float) -> None:
    """Twelve hours on: 0.761 a second in them, stays of 5.002 s; exp(3.807) = 45.0.

    A start of 25 s: asleep 1 / (45.0 + 19.03) = 0.0156 of the time, so 12 x 0.9844 = 11.8126 h are
    billed, and what a stay and a start last beyond the schedule: 12.47 h, as if the last requests
    came for another hour, they are not.
    """
    changes = {"answer_s": 0.002, "idle_s": 5.0, "start_s": start, "full_rps": 1800.0}
    twelve = scheduled_day(np.array([1.0]), np.array([365.0]))
    found = share_billed(1e6, twelve, usable_rps=1265.0, **changes) * 24
    assert hours - 1e-3 <= found <= hours + (5.002 + start) / 3600


def test_who_comes_during_the_only_start_of_a_day_is_refused() -> None:
    """240 of 7,200 s from the first request on: 3.3 % of the requests, in the first hour."""
    found = met(1e6, busy(19, 20), answer_s=0.2, idle_s=3600.0, start_s=240.0)
    assert found.share(busy(19, 20))[0, 0] == pytest.approx(240 / 7200, rel=5e-3)
    assert found.met[0, 0, 19] == pytest.approx(240 / 3600, rel=5e-3)
    assert found.met[0, 0, 20] < 1e-9
    assert found.first[0, 0, 19] == pytest.approx(1 / (1 + 240 * 1e6 * 12 / MONTH_S))


def test_a_day_goes_on_into_the_next() -> None:
    """Busy from 23 to 1 o'clock is as busy as from 19 to 21."""
    changes: dict[str, Any] = {"idle_s": 5400.0, "start_s": 240.0}
    late, early = busy(23, 0), busy(19, 20)
    assert share_billed(1e5, late, **changes) == pytest.approx(share_billed(1e5, early, **changes))
    assert met(1e5, late, **changes).share(late) == pytest.approx(
        met(1e5, early, **changes).share(early)
    )


@pytest.mark.parametrize("idle_h", [0.5, 1.0, 2.25, 8.0, 21.0])
def test_a_busy_day_ends_one_time_out_after_its_last_hour(idle_h: float) -> None:
    found = share_billed(1e9, busy(12), idle_s=idle_h * 3600, usable_rps=1e9, full_rps=1e9)
    assert found * 24 == pytest.approx(1 + idle_h, rel=1e-3)


def test_a_time_out_of_more_than_a_day_never_ends() -> None:
    changes: dict[str, Any] = {"idle_s": 30 * 3600.0, "usable_rps": 1e9, "full_rps": 1e9}
    assert share_billed(1e9, busy(12), **changes) == pytest.approx(1.0)
    assert met(1e9, busy(12), **changes).share(busy(12))[0, 0] == pytest.approx(0.0, abs=1e-9)


def test_a_schedule_squeezes_the_load_here_too() -> None:
    """Six hours on: up for six hours and the time-out, however many requests come."""
    day = scheduled_day(np.array([1.0]), np.array([730 / 4]))
    found = share_billed(1e6, day, usable_rps=1e9, full_rps=1e9) * 24
    assert found == pytest.approx(6 + 30 / 3600, abs=3e-3)
    assert share_billed(1e6, usable_rps=1e9, full_rps=1e9) == pytest.approx(1.0, abs=1e-4)


# ------------------------------------------------------------------------------- several workers


@pytest.mark.parametrize(("rate", "needed"), [(28, 1), (28.001, 2), (56, 2), (57, 3), (2800, 100)])
def test_above_one_workers_are_whole(rate: float, needed: int) -> None:
    assert share_billed(rate * MONTH_S) == pytest.approx(needed, abs=1e-9)


def test_each_hour_has_its_own_workers() -> None:
    """20 a second at 12 times in two hours of a day: 240 / 28 = 9 workers, then the time-out."""
    found = share_billed(20 * MONTH_S, busy(19, 20)) * 24
    assert found == pytest.approx(2 * 9 + 30.126 / 3600, abs=1e-4)


# ------------------------------------------------------------------------------------ properties

times = st.floats(0, 40_000)
rates = st.floats(1e-7, 1e4)


@st.composite
def some_workers(draw: st.DrawFn) -> dict[str, Any]:
    full = draw(st.floats(0.01, 100))
    return {
        "answer_s": draw(st.floats(0.2, 20)) / full,
        "full_rps": full,
        "usable_rps": full * draw(st.floats(0.2, 1)),
        "idle_s": draw(times),
        "start_s": draw(st.floats(0, 3600)),
        "starts_billed": draw(st.booleans()),
    }


peaks = st.sampled_from([1.0, 1.5, 3.0, 8.0, 24.0])
grown = st.floats(1.0001, 100)


@given(some_workers(), rates, grown, peaks)
@example(
    {
        "answer_s": 0.126,
        "full_rps": 40,
        "usable_rps": 28,
        "idle_s": 30,
        "start_s": 20,
        "starts_billed": True,
    },
    1 / 12,
    1.5,
    4.0,
)
def test_more_requests_are_never_billed_less_and_meet_starts_no_more_often(
    figures: dict[str, Any], rate: float, factor: float, peak: float
) -> None:
    day, some = whole_day(np.array([peak])), workers(**figures)
    rising = np.array([rate, rate * factor])[None, :, None]
    few, many = billed_hours(day, rising, some)[0, :, 0]
    assert many >= few * (1 - 1e-9) - 1e-9
    at = starts(rising * day.relative[None], some)
    assert (at.met >= 0).all()
    assert (at.met <= 1 + 1e-12).all()
    fewer, more = at.share(day)[0]
    assert more <= fewer * (1 + 1e-9) + 1e-9


@given(some_workers(), rates, peaks)
def test_a_worker_is_never_billed_more_than_the_hour(
    figures: dict[str, Any], rate: float, peak: float
) -> None:
    day = whole_day(np.array([peak]))
    most = np.maximum(np.ceil(rate * day.relative[0] / figures["usable_rps"]), 1).sum() / 24
    billed = share_billed(rate * MONTH_S, day, **figures)
    assert 0 <= billed <= most * (1 + 1e-12)


@given(some_workers(), rates, st.integers(0, 23), grown)
def test_more_requests_in_one_hour_alone_are_not_billed_less(
    figures: dict[str, Any], rate: float, hour: int, factor: float
) -> None:
    figures["starts_billed"] = True
    day = whole_day(np.array([3.0]))
    load = day.load.copy()
    load[0, hour] *= factor
    more = share_billed(rate * MONTH_S, Day(load, day.on), **figures)
    assert more >= share_billed(rate * MONTH_S, day, **figures) * (1 - 1e-9) - 1e-9


@given(st.lists(some_workers(), min_size=2, max_size=2), rates)
def test_workers_side_by_side_are_as_each_alone(figures: list[dict[str, Any]], rate: float) -> None:
    day = whole_day(np.array([3.0]))
    both = workers(**{name: [item[name] for item in figures] for name in figures[0]})
    mean = np.full((1, 1, 1), rate)
    alone = [billed_hours(day, mean, workers(**item))[0, 0, 0] for item in figures]
    assert billed_hours(day, mean, both)[:, 0, 0] == pytest.approx(alone, rel=1e-9, abs=1e-9)
    by_itself = [starts(mean * day.relative[None], workers(**item)).met[0] for item in figures]
    assert starts(mean * day.relative[None], both).met == pytest.approx(np.array(by_itself))


# ----------------------------------------------------------------------------- months and points


def test_many_months_are_read_between_rates_and_never_fall() -> None:
    growing = month(1e5)[0, 0, 0] * 1.1 ** np.arange(36.0)[None, None]
    some = workers(idle_s=[5.0, 30.0, 3600.0])
    day = whole_day(np.array([3.0]))
    together = billed_hours(day, growing, some)
    assert together.shape == (3, 1, 36)
    one_by_one = [billed_hours(day, growing[..., i : i + 1], some)[..., 0] for i in range(36)]
    assert together == pytest.approx(np.stack(one_by_one, axis=-1), rel=1e-12)
    assert (np.diff(together, axis=-1) >= -1e-9).all()


def test_months_without_growth_cost_alike() -> None:
    steady = np.full((1, 2, 12), 0.01)
    found = billed_hours(FLAT, steady, workers())
    assert found == pytest.approx(np.full((1, 2, 12), share_billed(0.01 * MONTH_S) * 730))


def test_points_have_their_own_days() -> None:
    day = whole_day(np.array([1.0, 4.0]))
    mean = np.full((1, 2, 1), 1 / 12)
    assert billed_hours(day, mean, workers())[0, :, 0] / 730 == pytest.approx(
        [0.9285, 0.4736], abs=1e-3
    )


def test_what_is_not_known_is_not_billed_as_nothing() -> None:
    some = workers(answer_s=[0.126, np.nan], full_rps=[40, np.nan], usable_rps=[28, np.nan])
    found = billed_hours(FLAT, month(2.19e5), some)[:, 0, 0]
    assert found[0] == pytest.approx(0.9285 * 730, rel=1e-4)
    assert np.isnan(found[1])
    assert np.isnan(starts(month(1e3) * FLAT.relative[None], some).met[1]).all()


# ---------------------------------------------------------------------------------- many readers


@given(st.lists(some_workers(), min_size=2, max_size=3), st.lists(rates, min_size=2, max_size=4))
def test_what_was_read_before_changes_nothing(
    figures: list[dict[str, Any]], asked: list[float]
) -> None:
    day, mean = whole_day(np.array([3.0])), np.array(asked)
    some = workers(**{name: [item[name] for item in figures] for name in figures[0]})
    read = Asleep(day, some, mean.size)
    for order in (slice(None, None, -1), slice(None)):
        points = np.arange(mean.size)[order]
        free = read.free_hours(mean[order][None, :, None], points)
        anew = Asleep(day, some, mean.size)
        assert np.array_equal(free, anew.free_hours(mean[None, :, None])[:, order])
        assert np.array_equal(
            np.stack(read.met_shares(mean[order], points)),
            np.stack(anew.met_shares(mean))[:, :, order],
        )


@given(st.lists(some_workers(), min_size=3, max_size=3), rates)
def test_points_of_unlike_workers_and_days_are_as_each_alone(
    figures: list[dict[str, Any]], rate: float
) -> None:
    names = ("answer_s", "full_rps", "idle_s", "start_s")
    changes = {name: np.array([[item[name] for item in figures]]) for name in names}
    base = workers()
    some = Workers(
        **{name: changes.get(name, getattr(base, name)) for name in Workers.__dataclass_fields__}
    )
    peaks_of = np.array([1.0, 3.0, 8.0])
    mean = np.full((1, 3, 1), rate)
    together = Asleep(whole_day(peaks_of), some, 3)
    for point in range(3):
        own = workers(**{name: changes[name][0, point] for name in names})
        alone = Asleep(whole_day(peaks_of[[point]]), own, 1)
        free = together.free_hours(mean)[0, point]
        assert free == pytest.approx(alone.free_hours(mean[:, :1])[0, 0], rel=1e-9, abs=1e-12)
        for both in zip(
            together.met_shares(mean[0, :, 0]), alone.met_shares(mean[0, :1, 0]), strict=True
        ):
            assert both[0][0, point] == pytest.approx(both[1][0, 0], rel=1e-9, abs=1e-12)


@given(some_workers(), st.floats(1e-9, 0.8, exclude_max=True), peaks)
def test_shares_of_a_table_are_those_of_the_hours(
    figures: dict[str, Any], busiest: float, peak: float
) -> None:
    """2.1 % off at worst of 1,500 random ones with a busiest hour under 0.8 of the full rate."""
    day, some = whole_day(np.array([peak])), workers(**figures)
    rate = busiest * figures["full_rps"] / peak
    exact = starts(np.full((1, 1, 1), rate) * day.relative[None], some)
    met, first = Asleep(day, some, 1).met_shares(np.array([rate]))
    assert met[0, 0] == pytest.approx(exact.share(day)[0, 0], rel=3e-2, abs=1e-6)
    whole = (exact.met * exact.first * day.weight).sum(-1)[0, 0]
    assert first[0, 0] == pytest.approx(whole, rel=3e-2, abs=1e-6)
