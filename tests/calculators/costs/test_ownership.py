"""Buying, replacing and selling machines over the horizon."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calculators.accounts.calendar import Calendar
from calculators.costs.ownership import own, value_left


def test_value_left_is_a_straight_line() -> None:
    ages = np.array([0.0, 12.0, 24.0, 48.0, 60.0])
    left = value_left(ages, np.array([48.0]), np.array([0.2]))
    assert left.tolist() == pytest.approx([1.0, 0.8, 0.6, 0.2, 0.2])


def test_ownership_adds_up_over_layers() -> None:
    """A machine bought is a machine sold, whatever the growth."""
    one = np.ones(1)
    for growth in (0.0, 7.0, 30.0):
        months = Calendar.build(60 * one, growth * one, 0 * one, monthly=True)
        need = np.ceil(months.growth)[None]
        stock = own(need, months, np.array([48.0]), np.array([0.2]))
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
    [(1, 1, 1 - 0.8 / 48), (48, 1, 0.2), (49, 2, 0.2 + 1 - 0.8 / 48), (96, 2, 0.4)],
)
def test_a_machine_lives_48_months(horizon: int, bought: float, sold: float) -> None:
    stock = own(np.ones((1, 1, horizon)), months(horizon), np.array([48.0]), np.array([0.2]))
    assert (stock.bought[0, 0], stock.bought_now[0, 0]) == (bought, 1)
    assert stock.sold[0, 0] == pytest.approx(sold)


def test_machines_no_longer_needed_are_kept() -> None:
    stock = own(np.array([[[4.0, 2.0, 1.0]]]), months(3), np.array([48.0]), np.array([0.2]))
    assert stock.bought[0, 0] == 4
    assert stock.sold[0, 0] == pytest.approx(4 * (1 - 0.8 * 3 / 48))


def test_each_point_has_a_life_of_its_own() -> None:
    """12, 24 and 48 months of life in a horizon of 36: three, two and one machine."""
    lives = np.array([12.0, 24.0, 48.0])
    stock = own(np.ones((1, 1, 36)), months(36), lives, np.array([0.0]))
    assert stock.bought[0].tolist() == [3, 2, 1]
    # the second of 24 months is a year old at the end: half its price is left
    assert stock.sold[0].tolist() == pytest.approx([0, 0.5, 0.25])


def test_later_machines_cost_what_they_cost_then() -> None:
    """44 % dearer a year: the second, after 12 months, is 0.44 dearer and sold for nothing."""
    stock = own(
        np.ones((1, 1, 24)), months(24), np.array([12.0]), np.array([0.0]), np.array([44.0])
    )
    assert stock.dearer[0, 0] == pytest.approx(0.44)
    assert stock.resold[0, 0] == 0
