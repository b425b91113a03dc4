"""Intervals between their ends, and one figure out of many."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.types import Basis, Estimate, Interval


def test_an_interval_is_geometric_between_its_ends_and_beyond() -> None:
    found = Interval(np.array([[2.0]]), np.array([[4.0]]), np.array([[16.0]]))
    z = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    wanted = [1.0, 2.0, 2.0 * 2**0.5, 4.0, 8.0, 16.0, 64.0]
    assert found.at(z)[0] == pytest.approx(wanted)
    one = Estimate(np.full(1, 2.0), np.full(1, 4.0), np.full(1, 16.0), "scaled", "")
    assert one.at(z) == pytest.approx(wanted)


def test_the_middle_has_the_shape_of_the_points() -> None:
    found = Interval(np.ones((3, 1)), np.ones((3, 1)), np.ones((3, 1)))
    assert found.at(np.zeros(4)).shape == (3, 4)
    assert found.at(np.ones(4)).shape == (3, 4)


def test_nothing_is_known_of_the_unknown() -> None:
    found = Interval.unknown(2)
    assert np.isnan(found.at(np.array([1.0]))).all()
    assert not found.known(1, 7)


def test_zero_stays_zero() -> None:
    nothing = np.zeros((1, 1))
    assert Interval(nothing, nothing, nothing).at(np.array([1.0])).tolist() == [[0.0]]


def test_one_figure_in_full() -> None:
    ends = np.arange(6.0).reshape(2, 3)
    figure = Interval(ends, ends + 1, ends + 2).one(1, 2, Basis("scaled", "rule", ("r1",), ("a",)))
    assert [figure.low[0], figure.mid[0], figure.high[0]] == [5.0, 6.0, 7.0]
    assert (figure.label, figure.rule, figure.rows) == ("scaled", "rule", ("r1",))
    assert figure.assumptions == ("a",)
