"""When requests come in a week: the shape of a day on the users' clock, seen from UTC."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.costs.day import PEAK_HOUR, whole_day
from calculators.costs.week import by_hour
from tests.calculators.world import case


def week(**changes: Any) -> Array:
    return np.asarray(by_hour(case(**changes))[0].reshape(7, 24))


def test_an_even_load_is_even() -> None:
    assert week(peak_to_mean=1) == pytest.approx(np.full((7, 24), 1 / 168))


def test_a_day_is_the_shape_of_the_scenario() -> None:
    found = week(peak_to_mean=3, utc_offset_hours=0)
    assert found[2] == pytest.approx(whole_day(np.array([3.0])).weight[0] / 7)
    assert found.argmax(1).tolist() == [PEAK_HOUR] * 7


def test_a_clock_ahead_of_utc_is_earlier_there() -> None:
    assert week(utc_offset_hours=5).argmax(1).tolist() == [PEAK_HOUR - 5] * 7
    assert week(utc_offset_hours=-6)[0].argmax() == 2  # Sunday's evening
    assert week(region="us") == pytest.approx(week(utc_offset_hours=-6))
    assert week(region="eu") == pytest.approx(week(utc_offset_hours=1))


def test_half_an_hour_parts_each_hour() -> None:
    half = week(utc_offset_hours=5.5)
    ends = (week(utc_offset_hours=5), week(utc_offset_hours=6))
    assert half == pytest.approx((ends[0] + ends[1]) / 2)


@pytest.mark.parametrize(("share", "day"), [(0.0, 0.2), (0.4, 0.12), (1.0, 0.0)])
def test_weekends_have_their_share(share: float, day: float) -> None:
    found = week(weekend_share=share, utc_offset_hours=0).sum(1)
    assert found == pytest.approx([day] * 5 + [share / 2] * 2)


@given(offset=st.floats(-12, 14), peak=st.floats(1, 100), share=st.floats(0, 1))
def test_nothing_is_lost(offset: float, peak: float, share: float) -> None:
    found = week(utc_offset_hours=offset, peak_to_mean=peak, weekend_share=share)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_clocks_may_differ_between_points() -> None:
    found = by_hour(case({"utc_offset_hours": [0.0, 3.0, 0.0]}, weekend_share=0.1))
    assert found.shape == (3, 168)
    assert found[0] == pytest.approx(found[2])
    assert found[1] == pytest.approx(np.roll(found[0], -3))
