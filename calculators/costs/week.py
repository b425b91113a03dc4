"""When requests come in a week, in UTC: the day shape at the users' clock, and the weekend."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.case import Case
from calculators.costs.day import HOURS_PER_DAY, whole_day

EVEN_WEEKEND = 2 / 7
CLOCKS = {"us": -6.0, "eu": 1.0}
"""Hours before UTC of the middle of each region: US Central, Central European time."""


def by_hour(case: Case) -> Array:
    """Share of the requests in each hour of a week in UTC from Monday on, (1 or N, 168).

    Every day has the day shape of the scenario; five weekdays are alike, and two days of weekend.
    A clock that is no whole number of hours from UTC parts each hour between two.
    """
    weekend = case["weekend_share"] if case.given("weekend_share") else np.array([EVEN_WEEKEND])
    offset = case["utc_offset_hours"]
    if not case.given("utc_offset_hours"):
        offset = np.array([CLOCKS[case.scenario.region]])
    days = np.repeat([0.0, 1.0], [5, 2])
    of_day = np.where(days, weekend[:, None] / 2, (1 - weekend)[:, None] / 5)  # (1|N, 7)
    of_hour = whole_day(case["peak_to_mean"]).weight
    n = max(of_day.shape[0], of_hour.shape[0], offset.size)
    local = (of_day[:, :, None] * of_hour[:, None, :]).reshape(-1, 7 * HOURS_PER_DAY)
    if offset.size == 1:
        return _shifted(local, float(offset[0]))
    rows = np.broadcast_to(local, (n, local.shape[1]))
    found = np.empty(rows.shape)
    for value in np.unique(offset):
        here = offset == value
        found[here] = _shifted(rows[here], float(value))
    return found


def _shifted(local: Array, offset: float) -> Array:
    """Hours of a clock ``offset`` hours ahead of UTC as hours of UTC."""
    whole = int(np.floor(offset))
    part = offset - whole
    earlier, later = (np.roll(local, -shift, axis=1) for shift in (whole, whole + 1))
    return np.asarray((1 - part) * earlier + part * later)
