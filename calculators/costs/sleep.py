"""Workers that stop when nobody asks: when they are up, what is billed, who meets a start.

One rule for serverless machines and for hosted endpoints that scale to zero. Requests arrive at
random (a Poisson process whose rate is that of the hour of the day). A worker that is asleep
starts with the first request, is ready after S seconds, and stops once it has been idle for T
seconds. With W the time of an answer, each request keeps it up for w = W + T from its arrival.

**At a constant rate r.** A cycle is asleep, starting, up. The first lasts 1/r, the second S; from
when it is ready the worker is up for one busy period of the M/G/infinity queue with stays w,
(exp(rw) - 1)/r. The cycle lasts S + exp(rw)/r, so the worker is asleep a share

    p = 1 / (exp(rw) + rS)

of the time, and not ready, asleep or starting, a share m = (1 + rS) p. Arrivals see time averages,
so m is also the share of requests that meet a start; of these the first of each start, a share
1 / (1 + rS), waits all of it, the others what is left of it, anything up to S alike.

**Where the rate changes** through the day the worker is asleep at time t exactly if nobody came in
(t - w, t) and it was not starting at t - w. With a = the requests expected in (t - S, t) and
b = those in (t - w, t) the module uses

    p(t) = 1 / (exp(b) + a)                                                          (billed)
    m(t) = (1 + a) / (exp(b') + a), b' = the requests expected in (t - S - w, t - S)  (met)

which is the above at a constant rate, exact without starts, and after a jump of the rate as exact
as the start is short: nobody is answered before S seconds have passed since the first request.
Windows reach into the hours before, and from the first hours of a day into the evening before it.

**A full rate f.** A worker that answers one after the other is longer busy than W says: it is empty
a share 1 - r/f of the time and not exp(-rW), so b is taken larger by d = max(0, -log(1 - r/f) - rW)
of the hour. Who came during a start is answered at the full rate while others come: in the
denominator a counts 1 + min(1, b) r / (f - r) times. One at a time (f = 1/W) at a constant rate,
with b of 1 and more, this is the M/G/1 queue with time-out and start,
p = (1 - r/f) / (exp(rT) + rS); at f = infinity it is the above.

**Above one worker** whole workers come on top: an hour of rate r is billed ceil(r / usable) - p.

*Monotone.* p falls with every a, b, d and r/f, hence with the rate of every hour. So what is billed
never falls as load rises, and is never more than the hour of each worker. If starts are not
billed, 1 - m is: m falls when all rates grow by one factor k. Let B(k) be b + d, convex with
B(0) = 0, and A(k) the part of the denominator with a, so that A' >= A/k and A' >= a. The
derivative of (1 + ka) / (exp(B) + A) has the sign of exp(B) (a - B' - kaB') + aA - (1 + ka) A', at
most g = exp(B) (a - B' - kaB') - a; g is -B'(0) at 0, and g' = -exp(B) (1 + ka) (B'^2 + B'') is
not above 0. Means over an hour are logarithmic means of the ends of stretches in which a and b
are straight, which fall with the ends.

Left out: what a vendor rounds up at a stop, what refused users send again, starts of the second
and further workers (planned capacity leaves room while they start), their own time-out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.costs.day import HOURS_PER_DAY, Day
from pricing.units import HOURS_PER_MONTH

HOUR_S = 3600.0
ROUNDING = 1 - 1e-12  # a rate of exactly k workers must not become k + 1
NODES_PER_OCTAVE = 8  # rates worked out between one and twice as much
LEAST_RATE = 1e-300
NEVER_ASLEEP = 45.0  # requests expected in a stay; exp of minus it is less than rounding
ALWAYS_BUSY = 1 - 1e-12  # load above which a worker is never empty
NEVER_EMPTY = 700.0  # exp of it is near the largest figure there is
NEAR = 32_768  # figures worked on at a time


@dataclass(frozen=True, eq=False)
class Workers:
    """C workers at N points, (C, N) or broadcasting to it."""

    answer_s: Array  # W: one request alone
    usable_rps: Array  # rate above which another worker is added
    full_rps: Array  # rate at which one never rests
    idle_s: Array  # T
    start_s: Array  # S
    starts_billed: BoolArray

    @property
    def size(self) -> int:
        """C."""
        return max(len(getattr(self, item.name)) for item in fields(self))

    @property
    def alike(self) -> bool:
        """Whether a worker is the same at all points."""
        return all(getattr(self, item.name).shape[1] == 1 for item in fields(self))

    @property
    def stay(self) -> Array:
        """How long one request keeps a worker up, beside segments and hours (C, N, 1, 1)."""
        return _known(self.answer_s + self.idle_s)[..., None, None]

    @property
    def start(self) -> Array:
        """How long a start takes, beside segments and hours (C, N, 1, 1)."""
        return _known(self.start_s)[..., None, None]

    def at(self, points: Index) -> Workers:
        """The workers at some points."""
        columns = (getattr(self, item.name) for item in fields(self))
        return Workers(*(part[:, points] if part.shape[1] > 1 else part for part in columns))

    def take(self, rows: slice) -> Workers:
        """Some of the workers."""
        columns = (getattr(self, item.name) for item in fields(self))
        return Workers(*(part[rows] if part.shape[0] > 1 else part for part in columns))


def _known(seconds: Array) -> Array:
    """Times that index hours; where one is not known the factor of the load is, NaN."""
    return np.where(np.isfinite(seconds), seconds, 0.0)


@dataclass(frozen=True, eq=False)
class Starts:
    """Who meets a start, by the hour of the day."""

    met: Array  # share of the hour's requests that come while no worker is ready (C, N, 24)
    first: Array  # of these, the share that waits the whole start; the others wait a part of it

    def share(self, day: Day) -> Array:
        """Share of the day's requests that meet a start, (C, N)."""
        return np.asarray((self.met * day.weight).sum(-1))


def starts(rate_rps: Array, workers: Workers) -> Starts:
    """Who meets a start at rates by the hour, (C, N, 24) or broadcasting to it."""
    parts = [
        _not_ready(rate[:, :, None], some)[:, :, 0]
        for rate, some in _in_parts(rate_rps, workers, rate_rps.shape[1])
    ]
    return Starts(np.concatenate(parts), 1 / (1 + rate_rps * workers.start_s[..., None]))


def billed_hours(day: Day, mean_rps: Array, workers: Workers) -> Array:
    """Worker-hours billed in a month, (C, N, S), at mean rates (1, N, S)."""
    needed = whole_workers(day, mean_rps, workers.usable_rps)
    alike = day.alike and workers.alike
    awake = _always_up(day, mean_rps, workers)

    def of(nodes: Array, points: Index) -> Array:
        return _hours_free(day.at(points), nodes, workers.at(points))

    free = _by_rate(mean_rps, of, awake, alike=alike)
    up = np.where(mean_rps > 0, np.maximum(needed - free, 0.0), 0.0)
    return np.asarray(up * (HOURS_PER_MONTH / HOURS_PER_DAY))


def met_share(day: Day, mean_rps: Array, workers: Workers) -> Array:
    """Share of a day's requests that meet a start, (C, N), at mean rates (1, N)."""

    def of(nodes: Array, points: Index) -> Array:
        here = day.at(points)
        size = max(nodes.shape[1], here.load.shape[0]) * nodes.shape[2]
        weight = here.weight[:, None]
        parts = [
            (_not_ready(mean[..., None] * here.load[:, None], some) * weight).sum(-1)
            for mean, some in _in_parts(nodes, workers.at(points), size)
        ]
        return np.concatenate(parts)

    mean = mean_rps[..., None]
    awake = _always_up(day, mean, workers)
    return _by_rate(mean, of, awake, alike=day.alike and workers.alike)[..., 0]


def _always_up(day: Day, mean_rps: Array, workers: Workers) -> BoolArray:
    """Points at which so many are expected in every stay that no worker ever sleeps (N,)."""
    least = mean_rps.min(-1)[0] * day.relative.min(-1)
    stay = np.nan_to_num(workers.answer_s + workers.idle_s).min(axis=0)
    return np.asarray(least * stay > NEVER_ASLEEP)


def _by_rate(
    mean_rps: Array, of: Callable[[Array, Index], Array], awake: BoolArray, *, alike: bool
) -> Array:
    """What falls with the rate (C, N, S), read between rates that are the same for everybody.

    ``of`` takes rates (1, n, K) of n points or, where points differ in nothing else (``alike``),
    (1, 1, K). It is 0 at points where workers are always up (``awake``).
    Between two rates the logarithm is taken as straight, which is exact for one stay at one rate
    and 3e-4 at worst for a day of unlike hours. A figure never depends on what else is asked.
    """
    rate = np.maximum(mean_rps, LEAST_RATE)
    points = np.flatnonzero(~awake) if awake.size == rate.shape[1] else np.arange(rate.shape[1])
    if not points.size:
        return np.zeros((1, *rate.shape[1:]))
    found = _read(rate[:, points], of, points, alike=alike)
    if points.size == rate.shape[1]:
        return found
    whole = np.zeros((len(found), *rate.shape[1:]))
    whole[:, points] = found
    return whole


def _read(rate: Array, of: Callable[[Array, Index], Array], points: Index, *, alike: bool) -> Array:
    node = np.floor(np.log2(rate) * NODES_PER_OCTAVE).astype(np.intp)
    if alike:
        every = np.unique(np.concatenate([node, node + 1], axis=None))
        values = of(_rate_of(every)[None, None], points[:1])
        left = np.broadcast_to(np.searchsorted(every, node), (len(values), *node.shape[1:]))
        values = np.broadcast_to(values, (len(values), node.shape[1], every.size))
    else:
        first = node.min(-1, keepdims=True)
        count = int((node - first).max()) + 2
        values = of(_rate_of(first + np.arange(count)), points)
        left = np.broadcast_to(node - first, (len(values), values.shape[1], node.shape[-1]))
    low = np.take_along_axis(values, left, axis=-1)
    high = np.take_along_axis(values, left + 1, axis=-1)
    below, above = _rate_of(node), _rate_of(node + 1)
    part = np.clip((rate - below) / (above - below), 0.0, 1.0)
    logs = [np.log(np.maximum(end, LEAST_RATE)) for end in (low, high)]
    return np.where(low > 0, np.exp(logs[0] + part * (logs[1] - logs[0])), low)


def _rate_of(node: Index) -> Array:
    return np.asarray(np.exp2(node / NODES_PER_OCTAVE))


def whole_workers(day: Day, mean_rps: Array, usable_rps: Array) -> Array:
    """Hours of workers a day if none slept, at least one at each hour (C, N, S)."""
    per_worker = mean_rps / usable_rps[..., None] * ROUNDING
    total = np.zeros(np.broadcast_shapes(per_worker.shape, (1, day.load.shape[0], 1)))
    for hour in range(HOURS_PER_DAY):
        total += np.maximum(np.ceil(per_worker * day.relative[:, hour, None]), 1.0)
    return total


def _hours_free(day: Day, mean_rps: Array, workers: Workers) -> Array:
    """Hours of a day in which the first worker costs nothing (C, N, S)."""
    points = max(mean_rps.shape[1], day.load.shape[0]) * mean_rps.shape[2]
    parts = []
    for mean, some in _in_parts(mean_rps, workers, points):
        rate = mean[..., None] * day.relative[:, None]
        parts.append(_free(rate, some).sum(-1))
    return np.concatenate(parts)


def _in_parts(rate: Array, workers: Workers, points: int) -> Iterator[tuple[Array, Workers]]:
    """Some candidates at a time, few enough that what is worked out of them stays near."""
    rows = max(1, NEAR // (points * HOURS_PER_DAY))
    for start in range(0, workers.size, rows):
        here = slice(start, start + rows)
        yield (rate[here] if rate.shape[0] > 1 else rate), workers.take(here)


def _free(rate_rps: Array, workers: Workers) -> Array:
    """Share of each hour in which the first worker costs nothing (C, N, S, 24)."""
    billed = workers.starts_billed
    if billed.all():
        return _asleep(rate_rps, workers)
    ready = _not_ready(rate_rps, workers)
    if not billed.any():
        return ready
    return np.where(billed[..., None, None], _asleep(rate_rps, workers), ready)


def _asleep(rate_rps: Array, workers: Workers) -> Array:
    """Share of each hour in which the worker is asleep (C, N, S, 24)."""
    stay, start = workers.stay, workers.start
    load = _Load(rate_rps, stay + start)

    def at(offset: Array) -> _End:
        now = load.arrived(offset)
        recent = now - load.arrived(offset - start)
        return _End(offset, now - load.arrived(offset - stay), recent)

    ends = [at(np.zeros_like(stay)), at(stay % HOUR_S)]
    queue = _queue(rate_rps, workers)
    return _hourly([end.asleep(queue) for end in _with_last(ends)], ends)


def _not_ready(rate_rps: Array, workers: Workers) -> Array:
    """Share of each hour in which it is asleep or starting (C, N, S, 24)."""
    stay, start = workers.stay, workers.start
    load = _Load(rate_rps, stay + start)

    def at(offset: Array) -> _End:
        then = load.arrived(offset - start)
        expected = then - load.arrived(offset - start - stay)
        return _End(offset, expected, load.arrived(offset) - then)

    one, other = np.broadcast_arrays(start % HOUR_S, (start + stay) % HOUR_S)
    bends = (np.zeros_like(one), np.minimum(one, other), np.maximum(one, other))
    ends = [at(offset) for offset in bends]
    queue = _queue(rate_rps, workers)
    return _hourly([end.not_ready(queue) for end in _with_last(ends)], ends)


def _queue(rate_rps: Array, workers: Workers) -> _Queue:
    load = rate_rps / workers.full_rps[..., None, None]
    alone = rate_rps * workers.answer_s[..., None, None]
    never = load >= ALWAYS_BUSY
    left = 1 - np.where(never, 0.0, load)
    stay = np.where(never, NEVER_EMPTY, np.maximum(-np.log(left) - alone, 0.0))
    return _Queue(stay, 1 / left - 1)


@dataclass(frozen=True, eq=False)
class _Queue:
    """What a full rate changes, by the hour."""

    stay: Array  # d
    backlog: Array  # r / (f - r)


@dataclass(frozen=True, eq=False)
class _End:
    """What is expected at an offset into each hour."""

    offset: Array
    expected: Array  # b
    recent: Array  # a

    def asleep(self, queue: _Queue) -> tuple[Array, Array]:
        """1 / (exp(b + d) + a (1 + min(1, b) r / (f - r))) and its logarithm."""
        expected = self.expected + queue.stay
        nobody = np.exp(-expected)
        crowd = self.recent * (1 + queue.backlog * np.minimum(self.expected, 1.0)) * nobody
        return nobody / (1 + crowd), -(expected + np.log1p(crowd))

    def not_ready(self, queue: _Queue) -> tuple[Array, Array]:
        """The same times 1 + a, and its logarithm."""
        value, logarithm = self.asleep(queue)
        return value * (1 + self.recent), logarithm + np.log1p(self.recent)


def _with_last(ends: Sequence[_End]) -> list[_End]:
    """What is expected at the end of an hour is what is at the start of the next."""
    first = ends[0]
    expected, recent = (
        np.concatenate([part[..., 1:], part[..., :1]], axis=-1)
        for part in (first.expected, first.recent)
    )
    return [*ends, _End(first.offset + HOUR_S, expected, recent)]


class _Load:
    """Requests expected in stretches of a day that repeats, at rates (..., 24) a second."""

    def __init__(self, rate_rps: Array, reach: Array) -> None:
        """``reach``: the longest one looks back from the start of an hour, in seconds."""
        self._days = 1 + int(reach.max() // (HOURS_PER_DAY * HOUR_S))
        repeats = (1,) * (rate_rps.ndim - 1) + (self._days + 1,)
        self._rate = np.tile(rate_rps, repeats)
        until = np.cumsum(self._rate * HOUR_S, axis=-1)
        self._before = np.concatenate([np.zeros_like(until[..., :1]), until[..., :-1]], axis=-1)

    def arrived(self, offset: Array) -> Array:
        """Requests up to ``offset`` seconds into each hour, from a day before all that is asked."""
        whole = np.floor(offset / HOUR_S)
        rest = offset - whole * HOUR_S
        first = int(whole.flat[0])
        if (whole == first).all():
            return self._from(first, rest)
        choices = np.unique(whole).astype(int).tolist()
        found = self._from(choices[0], rest)
        for hours in choices[1:]:
            found = np.where(whole == hours, self._from(hours, rest), found)
        return found

    def _from(self, hours: int, rest: Array) -> Array:
        """Requests to ``rest`` seconds into the hour that is ``hours`` later (or earlier)."""
        start = self._days * HOURS_PER_DAY + hours
        here = slice(start, start + HOURS_PER_DAY)
        return np.asarray(self._before[..., here] + self._rate[..., here] * rest)


def _hourly(values: Sequence[tuple[Array, Array]], ends: Sequence[_End]) -> Array:
    """Mean over each hour of what has these values and logarithms where it bends."""
    offsets = [*(end.offset for end in ends), ends[0].offset + HOUR_S]
    total: Array | float = 0.0
    for (begin, left), (end, right) in pairwise(zip(offsets, values, strict=True)):
        mean = _logarithmic_mean(left[0], right[0], left[1] - right[1])
        total = total + (end - begin) / HOUR_S * mean
    return np.asarray(total)


def _logarithmic_mean(left: Array, right: Array, ratio_log: Array) -> Array:
    """Mean of an exponential between two ends."""
    mean = 0.5 * (left + right)
    np.divide(left - right, ratio_log, out=mean, where=np.abs(ratio_log) > 1e-6)
    return mean
