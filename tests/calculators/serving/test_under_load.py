"""The load up to which budgets are met: as far as it goes, and of each machine by itself."""

from __future__ import annotations

import numpy as np

from calculators.estimators.curve import Curve
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
