"""Looking closer, on costs made up for the purpose: stairs, lines, bends, jumps, closed ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.explore.axis import MET, NEAR, Axis
from calculators.explore.crossings import Change, changes
from calculators.explore.envelope import Envelope
from calculators.explore.refine import Sampled, Stairs, refined

VOLUME = Axis("requests_per_month", 1, 1e6, 1, 1e3, whole=False, straight=False)
SHARE = Axis("cached_input_share", 0, 1, 0, 0.5, whole=False, straight=True)
Cost = Callable[[Array], Array]


def line(a: float, b: float) -> Cost:
    return lambda x: a + b * x


def stairs(a: float, height: float, spacing: float) -> Cost:
    """``height`` for each begun ``spacing``."""
    return lambda x: a + height * np.ceil(x / spacing * (1 - 1e-12))


def closed(cost: Cost, low: float, high: float) -> Cost:
    return lambda x: np.where((x >= low) & (x <= high), cost(x), np.inf)


class World:
    """Two places with made-up costs; counts what was evaluated."""

    def __init__(self, one: Cost, other: Cost, spacing: Mapping[int, float] | None = None) -> None:
        self.costs, self.spacing, self.looked = (one, other), dict(spacing or {}), 0

    def look(self, x: Array) -> Envelope:
        self.looked += x.size
        costs = np.stack([np.broadcast_to(cost(x), x.shape) for cost in self.costs])
        machines = np.zeros((2, 2, x.size))
        for place, spacing in self.spacing.items():
            machines[0, place] = np.ceil(x / spacing * (1 - 1e-12))
        winners = np.where(np.isfinite(costs), [[0], [1]], -1)
        return Envelope(costs, winners, machines)

    def found(self, axis: Axis = VOLUME, *, known: bool = False, limit: int = 100_000) -> Any:
        start = axis.grid(97)
        sampled = Sampled(start, self.look(start))

        def steps(candidate: int) -> Stairs | None:
            if not known or candidate not in self.spacing:
                return None
            return Stairs(np.array([self.spacing[candidate]]), np.zeros(0))

        made, left = refined(self.look, axis, sampled, axis.grid(241), steps, 1.0, limit)
        return changes(axis, made.x, *made.found.costs), made, float(left[0])


def at(found: list[Change]) -> list[float]:
    return [item.at for item in found]


def test_straight_lines_need_no_further_look() -> None:
    world = World(line(100, 2), line(0, 3))
    found, made, left = world.found()
    assert at(found) == [pytest.approx(100, rel=1e-9)]
    every = np.union1d(VOLUME.grid(97), VOLUME.grid(241))
    assert (made.x.size, left) == (every.size, 0)


def test_bent_lines_meet_where_they_are_equal() -> None:
    world = World(lambda x: 50 * np.sqrt(x), line(0, 1))
    found, _, left = world.found()
    assert at(found) == [pytest.approx(2500, rel=1e-7)]
    assert left == 0
    assert world.looked < 400


@pytest.mark.parametrize("known", [True, False])
def test_a_step_is_found_to_a_billionth(known: bool) -> None:
    # 30 a step of 70 against 100: above after the third step, at 210
    world = World(stairs(0, 30, 70), line(100, 0), {0: 70})
    (only,), _, left = world.found(known=known)
    assert only.last_below == pytest.approx(210, rel=NEAR)
    assert only.first_above == pytest.approx(210, rel=3 * NEAR)
    assert only.last_below <= 210 * (1 + 1e-12)
    assert left == 0


@pytest.mark.parametrize("known", [True, False])
def test_stairs_and_a_line_cross_again_and_again(known: bool) -> None:
    """Each tread is crossed where the line of the same slope passes it."""
    world = World(stairs(0, 30, 1000), line(15, 0.03), {0: 1000})
    found, _, left = world.found(known=known, limit=1_000_000)
    tread = np.arange(1.0, 1001)
    steps, meets = (tread[:-1] * 1000), (tread * 1000 - 500)
    expected = np.sort(np.concatenate([steps, meets]))
    assert left == 0
    assert np.allclose(at(found), expected, rtol=1e-6)


def test_a_dip_between_two_values_is_found() -> None:
    """One tread of stairs under a line, far narrower than a cell of the grid."""
    # the line is above the stairs only from 999,000 / 30 to the step at 33,400
    world = World(stairs(0, 1000, 100), line(-333_900, 20.002), {0: 100})
    found, _, left = world.found(known=True)
    assert left == 0
    x = np.linspace(1, 1e6, 400_001)
    gap = stairs(0, 1000, 100)(x) - line(-333_900, 20.002)(x)
    assert len(found) >= int((np.diff(np.sign(gap)) != 0).sum())


def test_a_jump_that_nothing_announces_is_cut_down_to() -> None:
    """No machine, no other winner: a figure the place does not tell changes."""
    world = World(lambda x: np.where(x <= 1234.5, 10.0, 90.0), line(50, 0))
    (only,), _, left = world.found()
    assert only.last_below == pytest.approx(1234.5, rel=3 * MET)
    assert only.steps
    assert left == 0


def test_where_a_place_opens_and_closes() -> None:
    world = World(closed(line(1, 0), 30, 4000), line(50, 0))
    found, made, _ = world.found()
    assert at(found) == [pytest.approx(30, rel=2 * NEAR), pytest.approx(4000, rel=2 * NEAR)]
    assert [item.kind for item in found] == ["feasibility"] * 2
    # the end is known even where nothing changes: a curve stops there
    dear = World(closed(line(99, 0), 30, 4000), line(50, 0))
    found, made, _ = dear.found()
    assert found == []
    open_at = made.x[np.isfinite(made.found.costs[0])]
    assert (open_at[0], open_at[-1]) == pytest.approx((30, 4000), rel=2 * NEAR)


def test_large_steps_are_located_for_the_chart_even_where_nothing_crosses() -> None:
    world = World(stairs(0, 30, 700), line(1e9, 0), {0: 700})
    _, made, _ = world.found()
    cost = made.found.costs[0]
    rises = np.flatnonzero(np.diff(cost) > 0)
    first = rises[:10]
    assert np.allclose(made.x[first + 1], 700 * np.arange(1, 11), rtol=0.005)
    assert np.all(made.x[first + 1] / made.x[first] < 1.005)


def test_what_is_left_is_told() -> None:
    world = World(stairs(0, 30, 1000), line(15, 0.03), {0: 1000})
    _, _, left = world.found(known=True, limit=50)
    assert 0 < left <= 0.06


def test_a_straight_axis() -> None:
    world = World(lambda x: np.where(x <= 0.3, 1.0, 5.0) + x, line(3, 0))
    (only,), _, _ = world.found(SHARE)
    assert only.at == pytest.approx(0.3, abs=3 * MET)


costs = st.tuples(
    st.sampled_from(["line", "stairs", "root"]),
    st.floats(0, 1e4),
    st.floats(1e-3, 10),
    st.floats(50, 5e4),
)


def made_up(drawn: tuple[str, float, float, float]) -> tuple[Cost, float | None]:
    kind, a, b, spacing = drawn
    if kind == "line":
        return line(a, b), None
    if kind == "root":
        return (lambda x: a + b * 30 * np.sqrt(x)), None
    return stairs(a, b * spacing, spacing), spacing


@settings(max_examples=60, deadline=None)
@given(costs, costs, st.booleans())
def test_no_change_of_any_two_costs_is_missed(one: Any, other: Any, known: bool) -> None:
    (first, a), (second, b) = made_up(one), made_up(other)
    spacing = {turn: size for turn, size in enumerate((a, b)) if size is not None}
    found, _, left = World(first, second, spacing).found(known=known, limit=400_000)
    x = np.geomspace(1, 1e6, 20_001)
    gap = first(x) - second(x)
    side = np.sign(np.where(np.abs(gap) <= 1e-9 * first(x), 0, gap))
    clear = np.flatnonzero(side)
    turns = np.flatnonzero(side[clear[1:]] != side[clear[:-1]])
    values = np.array(at(found))
    for low, high in zip(x[clear[turns]], x[clear[turns + 1]], strict=True):
        if high / low - 1 > left:
            assert np.any((values >= low * (1 - 1e-9)) & (values <= high * (1 + 1e-9))), (low, high)
