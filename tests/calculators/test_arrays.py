"""Columns that are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import arrays
from calculators.arrays import alike, any_true, filled

figures = st.sampled_from([0.0, -0.0, 1.0, 1.0 + 2**-52, np.nan, np.inf, 1e-300])


@given(st.lists(st.lists(figures, min_size=3, max_size=3), min_size=1, max_size=40))
def test_columns_are_put_together_if_they_are_the_same(columns: list[list[float]]) -> None:
    rows = np.array(columns).T
    once, index = alike(rows)
    assert np.array_equal(rows[:, once][:, index], rows, equal_nan=True)
    bits = [column.tobytes() for column in rows.T]
    assert once.size == len(set(bits))


def test_unlike_columns_of_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "ODD", 0)  # every column has the number 0
    rows = np.array([[1.0, 2.0, 1.0], [3.0, 3.0, 3.0]])
    once, index = alike(rows)
    assert once.size == 2
    assert (rows[:, once][:, index] == rows).all()


@given(st.lists(figures, min_size=1, max_size=9), st.sampled_from([0.0, 1.0, np.inf]))
def test_what_is_filled_is_what_numpy_fills(values: list[float], nan: float) -> None:
    given_values = np.array([*values, -np.inf])
    before = given_values.copy()
    assert np.array_equal(filled(given_values, nan), np.nan_to_num(before, nan=nan))
    assert np.array_equal(given_values, before, equal_nan=True)


@given(st.lists(figures, max_size=9))
def test_any_is_true_where_numpy_says_so(values: list[float]) -> None:
    for held in (np.array(values), np.array(values) > 0, np.array(values).reshape(1, -1)):
        assert any_true(held) == bool(np.any(held))


def test_any_of_a_plain_truth() -> None:
    assert any_true(True)
    assert not any_true(np.False_)
