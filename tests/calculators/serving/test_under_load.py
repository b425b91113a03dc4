"""The load up to which budgets are met: as far as it goes, and of each machine by itself."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators.curve import Curve, First, Step
from calculators.serving.under_load import Answering, Budget, allowed_load, overrun

MACHINES, POINTS = 7, 40
MOST = np.full((1, 1), 0.9)


def answering() -> Answering:
    """Networks of unlike times, some of which wait for a batch."""
    rng = np.random.default_rng(5)
    shape, none = (MACHINES, POINTS), np.zeros((1, 1))
    curve = Curve(
        stretch=rng.uniform(0.2, 0.95, shape),
        spread=np.full((1, 1), 0.1),
        spread_full=np.full((1, 1), 0.4),
        batch=np.full((1, 1), 8.0),
    )
    crowd = np.where(rng.random(shape) < 0.5, rng.uniform(1, 6, shape), 0.0)
    return Answering(none, rng.uniform(20, 300, shape), none, none, crowd, curve)


def budget(points: int) -> Budget:
    trip = np.linspace(10.0, 60.0, points)
    return Budget("answer", "ms to the answer", lambda at: at.p95, np.full(1, 400.0), trip)


def test_a_load_is_the_largest_that_meets_a_budget() -> None:
    found, meets = allowed_load(answering(), [budget(POINTS)], MOST)
    bound = meets & (found < MOST)
    assert bound.sum() > 50
    assert not meets.all()
    assert (overrun(answering(), [budget(POINTS)], found)[meets] <= 0).all()
    beyond = overrun(answering(), [budget(POINTS)], found * (1 + 1e-9))
    assert (beyond[bound] > 0).all()


def test_a_load_does_not_depend_on_who_else_is_looked_at() -> None:
    """To the last bit: a machine that is done waits for nobody."""
    whole, _ = allowed_load(answering(), [budget(POINTS)], MOST)
    every = budget(POINTS)
    for point in range(0, POINTS, 9):
        here = np.array([point])
        alone, _ = allowed_load(answering().take(slice(None), here), [every.pick(here)], MOST)
        for machine in range(MACHINES):
            one, _ = allowed_load(
                answering().take(slice(machine, machine + 1), here), [every.pick(here)], MOST
            )
            assert one[0, 0] == alone[machine, 0] == whole[machine, point]


# ------------------------------------------------------------------------- so many at once


def writing(places: float, *, part: float = 1.0, lengths: float = 0.58) -> Answering:
    """A language model that writes an answer in 8 s of the median, with little else to wait for."""
    one, none = np.ones((1, 1)), np.zeros((1, 1))
    curve = Curve(
        stretch=0.9 * one,
        spread=0.01 * one,
        spread_full=0.01 * one,
        batch=100 * one,
        step=Step(9 / 99 * one, none, none),
        first=First(none, none, none),
    )
    alone = Answering(1e-3 * one, 8000.0 * one, 30.0 * one, lengths * one, none, curve)
    most = np.inf if places == np.inf else 1 + 9 / 99 * (min(places, 100) - 1)
    return replace(alone, places=places * one, part=part * one, most=most * one)


def simulated(places: int, load: float, requests: int = 100_000) -> tuple[float, float]:
    """Median and slow seconds of answers of 8 s that come at random and wait for a place."""
    rng = np.random.default_rng(9)
    written = 8 * np.exp(0.58 * rng.standard_normal(requests))
    come = np.cumsum(rng.exponential(written.mean() / places / load, requests))
    free, took = [0.0] * places, np.empty(requests)
    for request, (now, lasts) in enumerate(zip(come.tolist(), written.tolist(), strict=True)):
        end = max(now, heapq.heappop(free)) + lasts
        heapq.heappush(free, end)
        took[request] = end - now
    half, slow = np.quantile(took, [0.5, 0.95])
    return float(half), float(slow)


@pytest.mark.parametrize("places", [1, 4, 16])
@pytest.mark.parametrize("load", [0.2, 0.46, 0.7])
def test_who_finds_all_places_taken_waits_for_one(places: int, load: float) -> None:
    """Where so few are written at once that a step takes as long as alone."""
    found = writing(places, part=1e-9).at(np.full((1, 1), load))
    half, slow = simulated(places, load)
    assert found.p50[0, 0] / 1000 == pytest.approx(half, rel=0.06)
    assert found.p95[0, 0] / 1000 == pytest.approx(slow, rel=0.12)


def test_times_grow_as_with_what_may_be_written_at_once() -> None:
    """Half of the rate of a full machine: at 0.8 of it, 0.4 of all, 1 / (1 - 0.9 x 0.4) = 1.5625.

    With 64 places the mean wait is S / 64 x 0.8^(sqrt(130) - 1) / 0.2 / 2 = 0.004 S.
    """
    limited = writing(64, part=0.5, lengths=0.0).at(np.full((1, 1), 0.8))
    assert limited.p50[0, 0] == pytest.approx(1.5625 * 8000, rel=0.01)
    free = writing(np.inf, lengths=0.0).at(np.full((1, 1), 0.4))
    assert free.p50[0, 0] == pytest.approx(1.5625 * 8000, rel=0.01)


# ------------------------------------------------------- so many at once of a network in one pass


def in_one_pass(rate: float = 40.0, stretch: float = 0.9) -> Answering:
    """A network that answers alone in 100 ms, and ``rate`` a second when full."""
    one, none = np.ones((1, 1)), np.zeros((1, 1))
    curve = Curve(stretch * one, 1e-6 * one, 1e-6 * one, 256 * one)
    crowd = rate * 0.1 * one
    return Answering(none, 100.0 * one, none, none, crowd, curve)


def limited_to(places: float, rate: float = 40.0, stretch: float = 0.9) -> tuple[float, Answering]:
    """Requests a second with so many at once, and their times."""
    found = in_one_pass(rate, stretch).letting_in(np.full((1, 1), places), np.full((1, 1), rate))
    return float(rate * np.broadcast_to(found.part, (1, 1))[0, 0]), found


def p95_at(rate: float, places: float) -> float:
    """Slow time of an answer at a rate."""
    most, found = limited_to(places)
    return float(found.p95(np.full((1, 1), rate / most))[0, 0])


@pytest.mark.parametrize(
    ("places", "full_ms"),
    # full with 40 x 0.1 x 10 = 40 at once, 1000 ms; each further one takes 900 / 39 = 23.08 ms
    [(1, 100.0), (8, 100 + 7 * 900 / 39), (39.999, 1000.0), (40, 1000.0), (5000, 1000.0)],
)
def test_a_small_batch_is_answered_sooner_and_limits_the_rate(
    places: float, full_ms: float
) -> None:
    """By Little's law so many at once answer ``places / time`` a second, a full machine 40."""
    rate, found = limited_to(places)
    with_all_taken = found.together.p50(np.ones((1, 1)))
    assert with_all_taken[0, 0] == pytest.approx(full_ms, rel=1e-4)
    assert rate == pytest.approx(min(places, 40) / full_ms * 1000, rel=1e-4)


def test_a_limit_above_the_own_batch_changes_nothing() -> None:
    free = in_one_pass()
    _, found = limited_to(41)
    for load in (0.0, 0.3, 0.7, 0.99):
        at = np.full((1, 1), load)
        assert found.p50(at) == free.p50(at)
        assert found.p95(at) == free.p95(at)


@pytest.mark.parametrize("rate", [4.0, 40.0, 2000.0])
@pytest.mark.parametrize("stretch", [0.0, 0.5, 0.99])
def test_more_at_once_answer_more(rate: float, stretch: float) -> None:
    """Also where a full machine answers fewer a second than one request after the other would."""
    rates = [limited_to(places, rate, stretch)[0] for places in np.geomspace(1, 1e5, 40)]
    assert (np.diff(rates) >= -1e-9 * rate).all()
    assert rates[-1] == rate


def test_at_a_rate_more_at_once_are_no_slower() -> None:
    """9 a second are nine tenths of what is answered one by one, in 100 ms each."""
    for rate in (0.5, 5.0, 9.0):
        slow = [p95_at(rate, places) for places in (1, 2, 4, 8, 16, 39, 100)]
        assert (np.diff(slow) <= 1e-9 * slow[0]).all(), rate


def batches(
    places: int, further: float, load: float, requests: int = 40_000
) -> tuple[float, float]:
    """Median and slow time of answers in batches of at most so many, over the time of one alone."""
    rng = np.random.default_rng(3)
    rate = load * places / (1 + further * (places - 1))
    come = np.cumsum(rng.exponential(1 / rate, requests)).tolist()
    first, now, answered = 0, 0.0, []
    while first < requests:
        now = max(now, come[first])
        last = min(bisect_right(come, now, first), first + places)
        now += 1 + further * (last - first - 1)
        answered += [now] * (last - first)
        first = last
    half, slow = np.quantile(np.subtract(answered, come)[requests // 10 :], [0.5, 0.95])
    return float(half), float(slow)


@pytest.mark.parametrize("places", [1, 4, 16])
@pytest.mark.parametrize("further", [0.02, 0.2, 0.7])
@pytest.mark.parametrize("load", [0.2, 0.7])
def test_who_finds_a_batch_full_waits_for_the_next(
    places: int, further: float, load: float
) -> None:
    """Full with 256 at once: K of them come while one is answered, 256 = K T(256)."""
    full = 1 + further * 255
    rate = 2560 / full  # K / 0.1 s
    _, found = limited_to(places, rate, 1 - 1 / full)
    at = found.at(np.full((1, 1), load))
    half, slow = batches(places, further, load)
    assert at.p50[0, 0] / 100 == pytest.approx(half, rel=0.15)
    assert at.p95[0, 0] / 100 == pytest.approx(slow, rel=0.25)
