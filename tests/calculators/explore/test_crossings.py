"""Changes of the cheaper of two costs: where they are, what kind, none missed, none invented."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.explore.axis import NEAR, Axis
from calculators.explore.crossings import Change, changes, stretches

INF = float("inf")
VOLUME = Axis("requests_per_month", 1, 1e6, 1, 100, whole=False, straight=False)
MONTHS = Axis("horizon_months", 1, 120, 1, 36, whole=True, straight=True)


def found(
    first: list[float], second: list[float], x: list[float], axis: Axis = VOLUME
) -> list[Change]:
    return changes(axis, np.array(x, dtype=float), np.array(first), np.array(second))


def places(made: list[Change]) -> list[tuple[float, str]]:
    return [(item.at, item.kind) for item in made]


def test_two_lines_meet_where_they_are_equal() -> None:
    # 100 + 2 v against 3 v: equal at 100
    (made,) = found([120, 500], [30, 600], [10, 200])
    assert made.at == pytest.approx(100)
    assert (made.kind, made.first_is_below, made.steps) == ("exact", False, False)


def test_a_step_is_where_it_is() -> None:
    # the second jumps from 50 to 150 just after 7
    edge = 7 * (1 + NEAR)
    (made,) = found([100, 100, 100, 100], [50, 50, 150, 150], [1, 7, edge, 20])
    assert (made.at, made.kind) == (7, "exact")
    assert (made.last_below, made.first_above) == (7, edge)


def test_there_and_back_are_two_changes() -> None:
    assert len(found([1, 1, 1], [0, 2, 0], [1, 2, 3])) == 2


def test_a_place_that_stops_or_starts_being_allowed() -> None:
    # allowed at 2, no longer at 3; the other way round allowed from 2 on, not yet at 1
    assert places(found([1, 1, 1], [0, 0, INF], [1, 2, 3])) == [(2, "feasibility")]
    assert places(found([1, 1, 1], [INF, 0, 0], [1, 2, 3])) == [(2, "feasibility")]


def test_where_neither_is_allowed_nothing_changes() -> None:
    assert found([INF, 1, INF], [INF, 2, INF], [1, 2, 3]) == []


@pytest.mark.parametrize("at", [0, 1, 2])
def test_touching_is_no_change(at: int) -> None:
    second = [0.0, 0.0, 0.0]
    second[at] = 1.0
    assert found([1, 1, 1], second, [1, 2, 3]) == []


def test_equal_at_a_value_looked_at_is_a_change_there() -> None:
    (made,) = found([1, 1, 1], [0, 1, 2], [1, 2, 30])
    assert (made.at, made.kind, made.first_is_below) == (2, "exact", False)
    assert not made.steps


def test_equal_over_a_stretch_changes_at_its_start() -> None:
    (made,) = found([1, 1, 1, 1, 1], [0, 1, 1, 1, 2], [1, 2, 3, 4, 5])
    assert (made.at, made.last_below, made.first_above) == (2, 2, 4)


def test_equal_over_a_stretch_and_back_is_no_change() -> None:
    assert found([1, 1, 1, 1, 1], [0, 1, 1, 1, 0], [1, 2, 3, 4, 5]) == []


def test_equal_at_the_first_or_last_value_is_no_change() -> None:
    assert found([1, 1, 1], [1, 2, 3], [1, 2, 3]) == []
    assert found([1, 1, 1], [3, 2, 1], [1, 2, 3]) == []


def test_rounding_is_no_difference() -> None:
    same = [1e9, 1e9 * (1 + 1e-15), 1e9 * (1 - 1e-15), 1e9]
    assert found([1e9] * 4, same, [1, 2, 3, 4]) == []


def test_a_jump_behind_0_is_a_change_at_0_and_a_line_is_not() -> None:
    apart = Axis("retrains_per_month", 0, 1e3, 0.5, 0, whole=False, straight=False)
    (made,) = found([5, 5, 5, 5], [1, 90, 91, 92], [0, 0.5, 1, 1.5], apart)
    assert (made.at, made.last_below, made.first_above) == (0, 0, 0.5)
    (line,) = found([5, 5, 5, 5], [0, 10, 20, 30], [0, 0.5, 1, 1.5], apart)
    assert (line.at, line.steps) == (0.25, False)


def test_whole_numbers_change_from_one_to_the_next() -> None:
    (made,) = found([10, 10, 10], [7, 9, 12], [16, 17, 18], MONTHS)
    assert (made.at, made.last_below, made.first_above) == (18, 17, 18)
    (equal,) = found([10, 10, 10], [7, 10, 12], [16, 17, 18], MONTHS)
    assert (equal.at, equal.last_below, equal.first_above) == (17, 16, 18)


lines = st.tuples(st.floats(-1e6, 1e6), st.floats(-10, 10))


@given(lines, lines, st.integers(2, 60))
def test_any_two_lines(one: tuple[float, float], other: tuple[float, float], points: int) -> None:
    x = np.geomspace(1, 1e6, points)
    (a, b), (c, d) = one, other
    first, second = a + b * x, c + d * x
    for made in changes(VOLUME, x, first, second):
        assert made.kind == "exact"
        size = max(abs(a), abs(c), abs(b * made.at), abs(d * made.at), 1.0)
        assert abs((a + b * made.at) - (c + d * made.at)) <= 1e-6 * size


costs = st.lists(st.one_of(st.integers(0, 4).map(float), st.just(INF)), min_size=1, max_size=12)


@given(costs, costs)
def test_swapped_sides_mirror_and_alternate(one: list[float], other: list[float]) -> None:
    size = min(len(one), len(other))
    x = np.arange(1.0, size + 1)
    first, second = np.array(one[:size]), np.array(other[:size])
    made, mirrored = changes(VOLUME, x, first, second), changes(VOLUME, x, second, first)
    assert [(item.at, item.kind) for item in made] == [(item.at, item.kind) for item in mirrored]
    assert all(a.first_is_below != b.first_is_below for a, b in zip(made, mirrored, strict=True))
    assert all(a.first_is_below != b.first_is_below for a, b in pairwise(made))
    assert all(x[0] <= item.at <= x[-1] for item in made)


def at(*values: float) -> list[Change]:
    return [Change(value, "exact", turn % 2 == 0, 0, 1) for turn, value in enumerate(values)]


def spans(values: list[float]) -> list[tuple[float, float]]:
    return [(start.at, end.at) for start, end in stretches(VOLUME, at(*values))]


def test_changes_close_to_each_other_are_one_stretch() -> None:
    assert spans([10, 100, 1000]) == [(10, 10), (100, 100), (1000, 1000)]
    assert spans([10, 15, 20]) == [(10, 20)]
    # of four, the last leads back: it stands alone
    assert spans([10, 15, 20, 25]) == [(10, 20), (25, 25)]
    assert spans([10, 15, 20, 25, 30, 100]) == [(10, 30), (100, 100)]
    assert spans([]) == []
