"""The load up to which budgets are met: as far as it goes, and of each machine by itself."""

from __future__ import annotations

import heapq
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
    return replace(alone, places=places * one, part=part * one)


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
