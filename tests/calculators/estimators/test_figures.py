"""Times with their intervals, what is added to them, and the labels that follow."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.figures import Labels, Slowdown, Times, joined, noted, slowed
from calculators.estimators.types import Basis

# 1, 2, 4 s and 10, 10, 20 s
TIMES = Times(
    np.log([[2.0], [10.0]]),
    np.log([[1.0], [10.0]]),
    np.log([[4.0], [20.0]]),
    Labels("scaled", {1: np.array([True])}),
)
BOTH = np.array([[0], [1], [2]])
ONE = np.ones(1)


def test_a_time_as_a_duration_and_as_a_rate() -> None:
    found = TIMES.duration(1e3, BOTH, ONE)
    assert found.mid[:2, 0] == pytest.approx([2000.0, 10_000.0])
    assert np.isnan(found.mid[2, 0])
    rate = TIMES.rate(BOTH, ONE)
    assert rate.low[:2, 0] == pytest.approx([0.25, 0.05])
    assert rate.high[:2, 0] == pytest.approx([1.0, 0.1])
    assert np.isnan(TIMES.rate(BOTH, np.full(1, np.nan)).mid).all()


def test_nowhere_below_a_limit() -> None:
    found = TIMES.at_least(np.array([[3.0], [0.0]])).duration(1.0, BOTH[:2], ONE)
    assert found.low[:, 0] == pytest.approx([3.0, 10.0])
    assert found.high[0, 0] == pytest.approx(4.0)


def test_independent_slowdowns_add_in_squares() -> None:
    # half the speed, a third to all of it
    found = TIMES.slower(Slowdown.to_share(0.5, 0.25, 1.0))
    assert np.exp(found.log_mid[:, 0]) == pytest.approx([4.0, 20.0])
    wide = np.hypot(np.log(2), np.log(2))
    assert found.log_high[0, 0] - found.log_mid[0, 0] == pytest.approx(wide)
    assert found.labels.at(1, 0) == "scaled"


def test_what_is_not_slowed_stays_measured() -> None:
    some = Slowdown(np.array([[0.7], [0.0]]), np.array([[0.7], [0.0]]), np.array([[0.7], [0.0]]))
    assert some.nothing[:, 0].tolist() == [False, True]
    assert TIMES.slower(some).labels.at(1, 0) == "measured"
    assert TIMES.slower(some).log_high[1, 0] == pytest.approx(TIMES.log_high[1, 0])


def test_a_sum_of_times_takes_the_weaker_label() -> None:
    guessed = Times(TIMES.log_mid, TIMES.log_low, TIMES.log_high, Labels("estimated"))
    known = TIMES.plus(np.array([3.0]), TIMES)
    assert np.exp(known.log_mid[:, 0]) == pytest.approx([8.0, 40.0])
    assert [known.labels.at(row, 0) for row in (0, 1)] == ["scaled", "measured"]
    assert guessed.plus(ONE, TIMES).labels.at(1, 0) == "estimated"
    moved = Times(TIMES.log_mid, TIMES.log_low, TIMES.log_high, Labels("scaled"))
    assert moved.plus(ONE, TIMES).labels.at(1, 0) == "scaled"  # whichever of them comes first
    assert TIMES.plus(ONE, moved).labels.at(1, 0) == "scaled"
    assert TIMES.plus(ONE, guessed).labels.at(1, 0) == "estimated"


def test_a_high_end_held_to_another_s_stays_above_the_middle() -> None:
    mid, low, high = (np.full((3, 1), end) for end in (0.0, -1.0, 3.0))
    one = Times(mid, low, high, Labels("scaled"))
    highs = np.array([[2.0], [-0.5], [2.0]])
    other = Times(highs - 1, highs - 2, highs, Labels("scaled"))
    found = one.no_later(other, np.array([[True], [True], [False]]))
    assert found.log_high[:, 0].tolist() == [2.0, 0.0, 3.0]
    assert np.array_equal(found.log_mid, one.log_mid)


def test_words_follow_the_labels() -> None:
    row = Basis("measured", "a row", ("r1",), ("a",))
    guess = Basis("estimated", "the formula", ("r1", "r2"), ("a", "b"))
    assert slowed(row, "warm").label == "scaled"
    assert slowed(guess, "warm").label == "estimated"
    assert slowed(row, "warm").assumptions == ("a", "warm")
    assert noted(row, "x").label == "measured"
    both = joined(row, guess, "the sum")
    assert (both.label, both.rule) == ("estimated", "the sum")
    assert (both.rows, both.assumptions) == (("r1", "r2"), ("a", "b"))
    moved = Basis("scaled", "rows", ("r3",))
    assert joined(moved, row, "the sum").label == joined(row, moved, "the sum").label == "scaled"
    assert joined(row, row, "the sum").label == "measured"
