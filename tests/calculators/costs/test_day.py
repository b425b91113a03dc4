"""The hours of a day, by hand: its shape and what a schedule leaves of it."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.costs.day import (
    FROM_PEAK,
    PEAK_HOUR,
    day_shape,
    mirrored,
    scheduled_day,
    whole_day,
)

ONE_HOUR_A_DAY = 730 / 24  # hours a month


def test_hours_go_from_the_busiest_outwards() -> None:
    shape = day_shape(np.array([3.0]))[0]
    assert FROM_PEAK[0] == PEAK_HOUR
    assert sorted(FROM_PEAK) == list(range(24))
    assert (np.diff(shape[FROM_PEAK]) <= 1e-12).all()


def test_a_whole_day_is_on_at_every_hour() -> None:
    day = whole_day(np.array([1.0, 3.0]))
    assert day.load.shape == (2, 24)
    assert (day.on == 1).all()
    assert day.peak == pytest.approx([1.0, 3.0])
    assert day.weight.sum(-1) == pytest.approx([1.0, 1.0])


def test_a_schedule_holds_all_requests_in_the_hours_around_the_busiest() -> None:
    """A flat day in 4.5 hours: 20, 19, 21, 18 and half of 22, each at 24 / 4.5 = 5.33 times."""
    day = scheduled_day(np.array([1.0]), np.array([4.5 * ONE_HOUR_A_DAY]))
    assert day.on[0, [18, 19, 20, 21, 22, 23, 17]] == pytest.approx([1, 1, 1, 1, 0.5, 0, 0])
    assert day.load[0, [18, 19, 20, 21, 22]] == pytest.approx([24 / 4.5] * 5)
    assert day.load[0, [23, 0, 12, 17]] == pytest.approx([0] * 4)
    assert day.relative.sum() == pytest.approx(24)
    assert day.weight[0, [20, 22]] == pytest.approx([1 / 4.5, 0.5 / 4.5])


def test_a_schedule_keeps_the_proportions_of_the_hours() -> None:
    shape = day_shape(np.array([3.0]))[0]
    load = scheduled_day(np.array([3.0]), np.array([3 * ONE_HOUR_A_DAY])).load[0]
    # hours 19, 20 and 21 alone: their sum takes in the whole day's
    grown = shape.sum() / (shape[19] + shape[20] + shape[21])
    assert load[[19, 20, 21]] == pytest.approx(shape[[19, 20, 21]] * grown)
    assert load.sum() == pytest.approx(shape.sum())


@pytest.mark.parametrize("peak", [1.0, 3.0, 20.0])
def test_a_schedule_of_all_hours_is_the_whole_day(peak: float) -> None:
    scheduled, whole = (
        scheduled_day(np.array([peak]), np.array([730.0])),
        whole_day(np.array([peak])),
    )
    assert scheduled.load == pytest.approx(whole.load)
    assert scheduled.on == pytest.approx(whole.on)


def test_points_may_differ_in_their_hours_on() -> None:
    day = scheduled_day(np.array([2.0]), np.array([730.0, 365.0, ONE_HOUR_A_DAY]))
    assert day.on.sum(-1) == pytest.approx([24, 12, 1])
    assert day.relative.sum(-1) == pytest.approx([day_shape(np.array([2.0])).sum()] * 3)
    assert day.load[2, 20] == pytest.approx(day_shape(np.array([2.0])).sum())


def test_hours_as_far_from_the_busiest_are_one() -> None:
    """20; 19 and 21; ... 9 and 7: 13 hours of unlike load, those of a flat day are one."""
    for days in (np.array([3.0]), np.array([3.0, 8.0])):
        hours, like = whole_day(days).unlike
        assert hours.size == 13
        assert like[19] == like[21]
        assert like[20] != like[19]
    assert whole_day(np.array([1.0])).unlike[0].size == 1


def test_hours_of_a_schedule_are_alike_only_where_both_are_on() -> None:
    """Of 4.5 hours 20, 19 and 21, 18 and 22 are on: 17 is off and so are the rest."""
    day = scheduled_day(np.array([3.0, 3.0]), np.array([4.5, 4.0]) * ONE_HOUR_A_DAY)
    hours, like = day.unlike
    assert like[19] == like[21]
    assert like[18] != like[22]  # at four hours 22 is off
    assert (day.load[:, hours][:, like] == day.load).all()


def test_hours_on_both_sides_of_the_busiest_count_twice() -> None:
    """The busiest and the one twelve hours away stand alone: 2 + 11 x 2 = 24."""
    found = dict(mirrored(whole_day(np.array([2.0, 3.0])).relative))
    assert found[PEAK_HOUR] == found[(PEAK_HOUR + 12) % 24] == 1
    assert sorted(found.values()) == [1, 1, *[2] * 11]


def test_hours_that_are_not_alike_count_once_each() -> None:
    hourly = np.arange(24.0)[None]
    assert dict(mirrored(hourly)) == dict.fromkeys(range(24), 1)


def test_hours_must_be_alike_at_every_point() -> None:
    alike, apart = whole_day(np.array([2.0])).relative, np.arange(24.0)[None]
    assert len(dict(mirrored(np.concatenate([alike, apart])))) == 24
