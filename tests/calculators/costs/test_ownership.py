"""Buying, replacing and selling machines over the horizon."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.accounts.calendar import Calendar
from calculators.costs.ownership import Resale, own

HALVES = Resale(np.zeros(1), np.array([0.125]))
"""Half of the price is left after a year, a quarter after two, an eighth after three."""
NOTHING = Resale(np.zeros(1), np.zeros(1))


def test_value_falls_fast_first() -> None:
    ages = np.array([0.0, 12.0, 24.0, 36.0, 60.0])
    assert HALVES.left(ages).tolist() == pytest.approx([1.0, 1 / 2, 1 / 4, 1 / 8, 1 / 32])


def test_a_used_machine_is_not_a_new_one() -> None:
    """10 % lost at once, 22.5 % left after three years: 0.9 x 0.25 ^ (age / 36)."""
    used = Resale(np.array([0.1]), np.array([0.225]))
    found = used.left(np.array([0.0, 18.0, 36.0]))
    assert found.tolist() == pytest.approx([0.9, 0.9 * 0.5, 0.225])


@given(
    lost=st.floats(0, 0.5),
    later=st.floats(0, 1),
    ages=st.tuples(st.floats(0, 120), st.floats(0, 120)),
)
def test_a_machine_never_gains_by_age(lost: float, later: float, ages: tuple[float, float]) -> None:
    """Whatever is said of it, even more after three years than at once."""
    younger, older = sorted(ages)
    resale = Resale(np.array([lost]), np.array([later]))
    first, second = resale.left(np.array([younger]))[0], resale.left(np.array([older]))[0]
    assert 0 <= second <= first <= 1


def test_ownership_adds_up_over_layers() -> None:
    """A machine bought is a machine sold, whatever the growth."""
    one = np.ones(1)
    for growth in (0.0, 7.0, 30.0):
        months = Calendar.build(60 * one, growth * one, 0 * one, monthly=True)
        need = np.ceil(months.growth)[None]
        stock = own(need, months, np.array([48.0]), HALVES)
        layers = np.diff(need[0, 0], prepend=0)
        generations = [math.ceil((60 - start) / 48) for start in range(60)]
        assert stock.bought[0, 0] == sum(layers * generations)
        assert stock.sold[0, 0] < stock.bought[0, 0]
        assert stock.bought_now[0, 0] == need[0, 0, 0]


def months(horizon: float) -> Calendar:
    one = np.ones(1)
    return Calendar.build(horizon * one, 0 * one, 0 * one, monthly=True)


@pytest.mark.parametrize(
    ("horizon", "bought", "sold"),
    [(1, 1, 0.5 ** (1 / 12)), (48, 1, 1 / 16), (49, 2, 1 / 16 + 0.5 ** (1 / 12)), (96, 2, 1 / 8)],
)
def test_a_machine_lives_48_months(horizon: int, bought: float, sold: float) -> None:
    stock = own(np.ones((1, 1, horizon)), months(horizon), np.array([48.0]), HALVES)
    assert (stock.bought[0, 0], stock.bought_now[0, 0]) == (bought, 1)
    assert stock.sold[0, 0] == pytest.approx(sold)


def test_machines_no_longer_needed_are_kept() -> None:
    stock = own(np.array([[[4.0, 2.0, 1.0]]]), months(3), np.array([48.0]), HALVES)
    assert stock.bought[0, 0] == 4
    assert stock.sold[0, 0] == pytest.approx(4 * 0.5 ** (3 / 12))


def test_each_point_has_a_life_of_its_own() -> None:
    """12, 24 and 48 months of life in a horizon of 36: three, two and one machine."""
    lives = np.array([12.0, 24.0, 48.0])
    stock = own(np.ones((1, 1, 36)), months(36), lives, HALVES)
    assert stock.bought[0].tolist() == [3, 2, 1]
    # three of a year; one of two years and one of one; one of three years
    assert stock.sold[0].tolist() == pytest.approx([3 / 2, 1 / 4 + 1 / 2, 1 / 8])


def test_later_machines_cost_what_they_cost_then() -> None:
    """44 % dearer a year: the second, after 12 months, is 0.44 dearer and sold for nothing."""
    stock = own(np.ones((1, 1, 24)), months(24), np.array([12.0]), NOTHING, np.array([44.0]))
    assert stock.dearer[0, 0] == pytest.approx(0.44)
    assert stock.resold[0, 0] == 0
