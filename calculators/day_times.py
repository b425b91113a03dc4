"""Times of all answers of a day: hours of unlike load, and starts of machines that slept.

The answers of an hour follow a lognormal distribution. A share of an hour's requests meets a
start: the first of each start waits all of it, the others what is left of it, anything up to the
whole alike. So the day is a mixture; its share within a limit L is

    sum over hours of w [ (1 - q) F(L) + q f A(L) + q (1 - f) B(L) ]

with F of the answer alone, A of the answer after a whole start and B after a part of one. A is the
lognormal distribution with the mean and variance of the sum. B is (G(L) - G(L - S)) / S with G the
integral of F, exact for starts of one length S: G(x) = x F(x) - mean F1(x), where F1 is F with its
logarithm shifted by the variance (the first partial moment of a lognormal). Where starts vary,
longer ones hold more requests: B is the mean of two, one deviation to either side of the median
of what requests meet (p95 within 5 % of drawn requests, p90 within 14 %).

Times are in one unit, milliseconds or seconds. The last axis runs over hours, or over classes of
hours that are alike.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from calculators.arrays import Array, BoolArray, Index, any_true
from pricing.records import record

LEAST_DEVIATION = 1e-9  # what never varies: a step this narrow
TOLERANCE = 1e-7  # of the logarithm of a quantile
MOST_STEPS = 40
FAR = 700.0  # of a logarithm: exp of it is near the largest figure there is
NEAR = 32_768  # figures worked on at a time
SHORT = 1e-7  # of a limit: a start as short as this is none, and its differences are rounding
ROOT_TAU = np.sqrt(2 * np.pi)


@record
class DayTimes:
    """Answers of P situations in H hours, (P, H) each or broadcasting to it.

    Parameters
    ----------
    weight
        Share of the day's requests in the hour; those of a situation sum to 1.
    median, deviation
        Of the answer alone: median, and standard deviation of the logarithm (0: always alike).
    met, first
        Share of the hour's requests that meet a start; of these the share that waits all of it.
    start, start_deviation
        Median of a start, and standard deviation of its logarithm, (P, 1).
    """

    weight: Array
    median: Array
    deviation: Array
    met: Array | None = None  # None: nothing sleeps
    first: Array | None = None
    start: Array | None = None
    start_deviation: Array | None = None

    def share_within(self, limit: Array) -> Array:
        """Share of the day's requests answered within ``limit`` (P,); NaN where not known."""
        return _Mixture.of(self).within(np.asarray(limit, dtype=float))[0]

    def quantile(self, share: float) -> Array:
        """The time within which a share of the day's requests is answered, (P,)."""
        return np.asarray(self.quantiles(share)[0])

    def quantiles(self, *shares: float) -> Array:
        """The times within which shares of the day's requests are answered, (len(shares), P).

        Newton's method on the normal score of the share against the logarithm of the time, where
        one lognormal distribution is a straight line; a step that leaves the bracket or does not
        halve is replaced by a bisection. NaN where a figure is not known.
        """
        once = _Mixture.of(self)
        count = len(once.plain.weight)
        mixture = once.take(np.tile(np.arange(count), len(shares)))
        share = np.repeat(np.array(shares), count)
        low, high = mixture.bracket(share)
        known = np.isfinite(low) & np.isfinite(high) & mixture.known
        found = np.full(low.shape, np.nan)
        every = np.flatnonzero(known)
        few = max(1, NEAR // mixture.plain.weight.shape[-1])
        for first in range(0, every.size, few):
            rows = every[first : first + few]
            part = mixture if rows.size == every.size == found.size else mixture.take(rows)
            found[rows] = np.exp(_solve(part, share[rows], low[rows], high[rows]))
        return found.reshape(len(shares), count)


@record
class _Lognormals:
    """Lognormal times of (P, H) and their weights."""

    weight: Array
    log_median: Array
    deviation: Array

    def take(self, rows: Index) -> _Lognormals:
        """Some of the situations."""
        return _Lognormals(self.weight[rows], self.log_median[rows], self.deviation[rows])

    def within(self, limit: Array) -> tuple[Array, Array]:
        """Weighted share within a limit (P,), and its slope against the limit's logarithm."""
        with np.errstate(divide="ignore"):
            score = (np.log(limit)[:, None] - self.log_median) / self.deviation
        share = np.einsum("ph,ph->p", self.weight, ndtr(score))
        density = np.exp(-0.5 * np.minimum(score * score, 1400.0))
        slope = np.einsum("ph,ph->p", self.weight / self.deviation, density)
        return share, slope / ROOT_TAU

    def near(self, share: Array) -> Array:
        """About where the logarithm of a quantile is, (P,): as if all were one lognormal."""
        total = np.maximum(self.weight.sum(-1), 1e-300)
        middle = np.einsum("ph,ph->p", self.weight, self.log_median) / total
        middle = np.clip(middle, -FAR, FAR)  # where hardly anything weighs there is no middle
        spread = self.deviation**2 + (self.log_median - middle[:, None]) ** 2
        variance = np.einsum("ph,ph->p", self.weight, spread) / total
        deviation = np.sqrt(np.maximum(variance, 0.0))
        return np.asarray(middle + ndtri(np.clip(share, 1e-6, 1 - 1e-6)) * deviation)


@record
class _Late:
    """Answers that meet a start, (P, H): after all of it, and after a part of it."""

    whole: _Lognormals
    alone: _Lognormals  # the answer itself; weighs as those that wait a part of the start do
    mean: Array  # of the answer itself
    start: Array  # a short one and a long one (P, 2)

    def take(self, rows: Index) -> _Late:
        """Some of the situations."""
        whole, alone = self.whole.take(rows), self.alone.take(rows)
        return _Late(whole, alone, self.mean[rows], self.start[rows])

    def within(self, limit: Array) -> tuple[Array, Array]:
        """Weighted share within a limit (P,), and its slope against the limit's logarithm."""
        share, slope = self.whole.within(limit)
        whole, upper = self._integral(limit)
        weight = self.alone.weight / self.start.shape[1]
        for start in self.start.T:
            length = np.maximum(start, SHORT * limit)
            before, lower = self._integral(np.maximum(limit - length, 0.0))
            share = share + np.einsum("ph,ph->p", weight, whole - before) / length
            slope = slope + np.einsum("ph,ph->p", weight, upper - lower) * limit / length
        return share, slope

    def _integral(self, limit: Array) -> tuple[Array, Array]:
        """Integral of the answers' distribution up to ``limit``, and the distribution there."""
        with np.errstate(divide="ignore"):
            score = (np.log(limit)[:, None] - self.alone.log_median) / self.alone.deviation
        below = ndtr(score)
        return limit[:, None] * below - self.mean * ndtr(score - self.alone.deviation), below


@record
class _Mixture:
    """All answers of a day."""

    plain: _Lognormals
    late: _Late | None = None  # None: nobody meets a start

    @classmethod
    def of(cls, day: DayTimes) -> _Mixture:
        deviation = np.maximum(day.deviation, LEAST_DEVIATION)
        with np.errstate(divide="ignore"):
            log_median = np.log(day.median)
        if day.met is None or not any_true(day.met * day.weight != 0):
            return cls(_Lognormals(*_alike(day.weight, log_median, deviation)))
        assert day.first is not None
        assert day.start is not None
        assert day.start_deviation is not None
        mean, variance = _moments(day.median, deviation)
        start, start_variance = _moments(day.start, day.start_deviation)
        after = _lognormal(mean + start, variance + start_variance)
        met = day.weight * day.met
        prompt = np.maximum(day.weight - met, 0.0)  # no rounding below nothing
        weights = _alike(prompt, met * day.first, met * (1 - day.first))
        plain, late, late_deviation, log_median, deviation, mean = _alike(
            weights[0], *after, log_median, deviation, mean
        )
        plain, whole, part = _alike(plain, *weights[1:])
        return cls(
            _Lognormals(plain, log_median, deviation),
            _Late(
                _Lognormals(whole, late, late_deviation),
                _Lognormals(part, log_median, deviation),
                mean,
                np.broadcast_to(_lengths_met(day.start, day.start_deviation), (len(plain), 2)),
            ),
        )

    @property
    def known(self) -> BoolArray:
        """Where every figure is known (P,)."""
        total = self.plain.weight.sum(-1)
        if self.late is not None:
            total = total + self.late.start.sum(-1)
        return np.asarray(np.isfinite(total))

    def take(self, rows: Index) -> _Mixture:
        """Some of the situations."""
        late = None if self.late is None else self.late.take(rows)
        return _Mixture(self.plain.take(rows), late)

    def within(self, limit: Array) -> tuple[Array, Array]:
        """Share within a limit (P,), and its slope against the logarithm of the limit."""
        share, slope = self.plain.within(limit)
        if self.late is None:
            return share, slope
        late, late_slope = self.late.within(limit)
        return share + late, slope + late_slope

    def bracket(self, share: Array) -> tuple[Array, Array]:
        """Logarithms between which the quantile (P,) lies: the least and the largest of a part."""
        score = ndtri(share)[:, None]
        alone = self.plain.log_median + score * self.plain.deviation
        if self.late is None:
            return _least(alone, self.plain.weight), -_least(-alone, self.plain.weight)
        whole, part = self.late.whole, self.late.alone.weight
        after = whole.log_median + score * whole.deviation
        with np.errstate(invalid="ignore"):
            longest = np.logaddexp(alone, np.log(np.maximum(self.late.start[:, 1:], 1e-300)))
        lows = (_least(alone, self.plain.weight + part), _least(after, whole.weight))
        highs = (
            _least(-alone, self.plain.weight),
            _least(-after, whole.weight),
            _least(-longest, part),
        )
        return np.minimum.reduce(lows), -np.minimum.reduce(highs)

    def near(self, share: Array) -> Array:
        """About where the logarithm of the quantile is (P,)."""
        if self.late is None:
            return self.plain.near(share)
        prompt = self.plain.weight.sum(-1)
        late = self.late.whole.near((share - prompt) / np.maximum(1 - prompt, 1e-9))
        early = self.plain.near(share / np.maximum(prompt, 1e-9))
        return np.where(share <= prompt, early, late)


def _solve(mixture: _Mixture, share: Array, low: Array, high: Array) -> Array:
    """Logarithm of the quantile (P,) between two others."""
    score = ndtri(share)
    found = np.clip(mixture.near(share), low, high)
    low, high = low - TOLERANCE, high + TOLERANCE
    last = high - low
    rows = np.arange(found.size)
    part = mixture
    for _ in range(MOST_STEPS):
        here = found[rows]
        value, slope = part.within(np.exp(here))
        wanted = share[rows]
        low[rows] = np.where(value < wanted, here, low[rows])
        high[rows] = np.where(value < wanted, high[rows], here)
        step = _newton(value, slope, score[rows])
        ahead = here - step
        inside = (ahead >= low[rows]) & (ahead <= high[rows])
        there = (
            np.abs(value - wanted) <= TOLERANCE
        )  # beside a step of the share Newton stands still
        good = inside & (np.abs(step) <= 0.5 * last[rows]) & (there | (np.abs(step) > TOLERANCE))
        # who is there stays: a quantile must not depend on who else is asked for
        still = last[rows] > TOLERANCE
        moved = np.where(good, ahead, 0.5 * (low[rows] + high[rows]))
        found[rows] = np.where(still, moved, here)
        last[rows] = np.where(still, np.abs(moved - here), last[rows])
        left = last[rows] > TOLERANCE
        if not any_true(left):
            break
        if left.sum() < 0.7 * rows.size:
            rows = rows[left]
            part = mixture.take(rows)
    return found


def _newton(value: Array, slope: Array, score: Array) -> Array:
    """Step of the logarithm by the normal score of the share; infinite where it has no slope."""
    now = ndtri(np.clip(value, 1e-300, 1 - 1e-16))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        step = (now - score) * np.exp(-0.5 * now**2) / (ROOT_TAU * slope)
    return np.where(np.isfinite(step), step, np.inf)


def _moments(median: Array, deviation: Array) -> tuple[Array, Array]:
    """Mean and variance of a lognormal time."""
    mean = median * np.exp(0.5 * deviation**2)
    return mean, mean**2 * np.expm1(deviation**2)


def _lengths_met(start: Array, deviation: Array) -> Array:
    """A short and a long start as requests that come during one meet them, (P, 2)."""
    met = start * np.exp(deviation**2)  # in proportion to their length
    return np.concatenate([met * np.exp(-deviation), met * np.exp(deviation)], axis=-1)


def _lognormal(mean: Array, variance: Array) -> tuple[Array, Array]:
    """Logarithm of the median, and deviation, of the lognormal with these moments."""
    squared = np.log1p(variance / mean**2)
    deviation = np.maximum(np.sqrt(squared), LEAST_DEVIATION)
    return np.log(mean) - 0.5 * squared, deviation


def _least(values: Array, weight: Array) -> Array:
    """The least value that has a weight (P,); infinite where none has, NaN where one is."""
    return np.asarray(np.where(weight > 0, values, np.inf).min(-1))


def _alike(*figures: Array) -> tuple[Array, ...]:
    """All of one shape (P, H)."""
    return np.broadcast_arrays(*figures)
