"""Columns that are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import arrays
from calculators.arrays import alike, filled

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


@given(st.lists(figures, min_size=1, max_size=9))
def test_what_is_filled_is_what_numpy_fills(values: list[float]) -> None:
    given_values = np.array(values)
    before = given_values.copy()
    assert np.array_equal(filled(given_values), np.nan_to_num(before))
    assert np.array_equal(given_values, before, equal_nan=True)


def test_nothing_is_copied_where_all_is_known() -> None:
    known = np.array([1.0, 2.0])
    assert filled(known) is known
