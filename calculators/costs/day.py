"""The load of a day by its hours: its shape, and what a schedule leaves of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np

from calculators.arrays import Array, Index, any_true
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import HOURS_PER_MONTH

HOURS_PER_DAY = 24
PEAK_HOUR = 20  # the day shape peaks in the evening; only the shape matters, not the hour
FROM_PEAK = np.argsort(
    np.abs((np.arange(HOURS_PER_DAY) - PEAK_HOUR + 12) % HOURS_PER_DAY - 12), kind="stable"
)
"""Hours of the day from the busiest outwards, each beside one named before it."""
FACING = (2 * PEAK_HOUR - np.arange(HOURS_PER_DAY)) % HOURS_PER_DAY
"""The hour as far from the busiest on its other side."""


@cache
def _shape_table() -> tuple[Array, Array]:
    """Peak-to-mean of the day shape ((1 + cos) / 2)^k for a grid of k."""
    k = np.concatenate([[0.0], np.geomspace(1e-3, 1e4, 400)])
    shape = _raised_cosine()[None, :] ** k[:, None]
    return 1 / shape.mean(axis=1), k


def _raised_cosine() -> Array:
    away = np.abs((np.arange(HOURS_PER_DAY) - PEAK_HOUR + 12) % HOURS_PER_DAY - 12)
    day = (1 + np.cos(2 * np.pi * away / HOURS_PER_DAY)) / 2  # alike to the bit on both sides
    return np.asarray(np.maximum(day, 1e-300))


def day_shape(peak_to_mean: Array) -> Array:
    """Load of each hour relative to the mean, (N, 24); its maximum is ``peak_to_mean``.

    A raised cosine to a power; peaks above 24 (one hour holds the day) are met by that hour
    alone.
    """
    ratios, exponents = _shape_table()
    k = np.interp(np.minimum(peak_to_mean, ratios[-1]), ratios, exponents)
    shape = _raised_cosine()[None, :] ** k[:, None]
    relative = shape / shape.mean(axis=1, keepdims=True)
    relative[:, PEAK_HOUR] = peak_to_mean  # the table of exponents is close, not exact
    return np.asarray(relative)


@record
class Day:
    """The hours of N days, (N, 24) each or (1, 24)."""

    load: Array  # rate while the machines are on, relative to the mean rate of the whole day
    on: Array  # share of the hour they are on

    @property
    def alike(self) -> bool:
        """Whether all days are the same."""
        return len(self.load) == len(self.on) == 1

    def at(self, points: Index) -> Day:
        """Some of the days."""
        load, on = (p[points] if p.shape[0] > 1 else p for p in (self.load, self.on))
        return Day(load, on)

    @property
    def relative(self) -> Array:
        """Rate of each whole hour relative to the mean of the day: what arrives in it."""
        return self.load * self.on

    @property
    def weight(self) -> Array:
        """Share of the day's requests in each hour, (N, 24), summing to 1."""
        arrives = self.relative
        return np.asarray(arrives / arrives.sum(-1, keepdims=True))

    @cached_property
    def unlike(self) -> tuple[Index, Index]:
        """Hours of unlike load, and which of them each hour of the 24 is like, on all days."""
        if len(self.load) == 1:
            _, hours, like = np.unique(self.load[0], return_index=True, return_inverse=True)
        else:
            mirrored = (self.load == self.load[:, FACING]).all(0)
            every = np.arange(HOURS_PER_DAY)
            like = np.where(mirrored, np.minimum(every, FACING), every)
            hours, like = np.unique(like, return_inverse=True)
        return hours.astype(np.intp), like.astype(np.intp)

    @property
    def peak(self) -> Array:
        """Busiest hour against the mean (N,)."""
        return np.asarray(self.load.max(-1))

    def highest_mean(self, hours: Array) -> Array:
        """Load of the busiest ``hours`` (N,) against the mean (N,), at least the busiest hour.

        What can wait so long is spread over them; from 24 on over all hours the machines are on.
        """
        if not any_true(hours > 1):
            return self.peak
        span = np.clip(hours, 1.0, HOURS_PER_DAY)
        arrives, on = (_within(part[:, FROM_PEAK], span) for part in (self.relative, self.on))
        mean = self.relative.mean(-1)  # the peak is stated, so the others are one but for rounding
        return np.asarray(np.where(hours > 1, arrives / on / mean, self.peak))


def mirrored(hourly: Array) -> Iterator[tuple[int, int]]:
    """Hours of (N, 24) of which one stands for itself and, as 2, for its like on the other side.

    Of the busiest hour: a day's load falls alike on both sides of it.
    """
    alike = (hourly == hourly[:, FACING]).all(0)
    for hour, facing in enumerate(FACING.tolist()):
        if not alike[hour] or facing == hour:
            yield hour, 1
        elif hour < facing:
            yield hour, 2


def _within(hourly: Array, hours: Array) -> Array:
    """Sum of the first ``hours`` (N,) of (N, 24), the last of them in part."""
    total = np.concatenate([np.zeros((hourly.shape[0], 1)), hourly.cumsum(-1)], axis=1)
    whole = np.minimum(hours.astype(np.intp), HOURS_PER_DAY - 1)
    rows = np.arange(hourly.shape[0]) if hourly.shape[0] > 1 else 0
    low, high = total[rows, whole], total[rows, whole + 1]
    return np.asarray(low + (hours - whole) * (high - low))


def whole_day(peak_to_mean: Array) -> Day:
    """Machines that answer around the clock."""
    if peak_to_mean.size == 1:
        return _one_day(float(peak_to_mean[0]))
    load = day_shape(peak_to_mean)
    return Day(load, np.ones_like(load))


@lru_cache(maxsize=256)
def _one_day(peak_to_mean: float) -> Day:
    """The same of one peak: asked for again and again, and shared by whoever asks."""
    load = day_shape(np.array([peak_to_mean]))
    day = Day(load, np.ones_like(load))
    for part in (day.load, day.on):
        part.flags.writeable = False
    return day


def scheduled_day(peak_to_mean: Array, hours_per_month: Array) -> Day:
    """Machines that are on for ``hours_per_month`` (N,) of the 730, and the load within them.

    They are on in one stretch of each day, the hours around the busiest, the last of them in
    part. All requests of the day come within it, in the proportions of the day shape: the load
    of each hour grows by one factor, so that their sum stays what it was.
    """
    shape = day_shape(peak_to_mean)
    hours = hours_per_month * (HOURS_PER_DAY / HOURS_PER_MONTH)
    on = np.empty(np.broadcast_shapes(shape.shape, hours[:, None].shape))
    on[:, FROM_PEAK] = np.clip(hours[:, None] - np.arange(HOURS_PER_DAY), 0.0, 1.0)
    kept = shape * on
    grown = shape.sum(-1, keepdims=True) / kept.sum(-1, keepdims=True)
    load = np.where(on > 0, shape, 0.0) * grown
    return Day(load, on)
