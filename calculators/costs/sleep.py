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

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from calculators.arrays import Array, BoolArray, Index, alike, any_true
from calculators.costs.cycle import (
    ASLEEP,
    MOST_ENDS,
    NEAR,
    NOT_READY,
    Figures,
    Question,
    not_ready_ends,
    share,
)
from calculators.costs.day import HOURS_PER_DAY, Day, mirrored
from pricing.records import record
from pricing.units import HOURS_PER_MONTH

ROUNDING = 1 - 1e-12  # a rate of exactly k workers must not become k + 1
NODES_PER_OCTAVE = 8  # rates worked out between one and twice as much
LEAST_RATE = 1e-300
KEYS = 1 << 15  # more than there are rates of one kind of point
MIDDLE = 1 << 14  # of them: logarithms of either sign
WorkOut = Callable[[Index, Array], Array]
"""Figures (C, P) of P kinds of point at as many rates."""


@record
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
    def figures(self) -> Figures:
        """What decides when they sleep."""
        return Figures(self.answer_s, self.full_rps, self.idle_s, self.start_s)


@record
class Starts:
    """Who meets a start, by the hour of the day."""

    met: Array  # share of the hour's requests that come while no worker is ready (C, N, 24)
    first: Array  # of these, the share that waits the whole start; the others wait a part of it

    def share(self, day: Day) -> Array:
        """Share of the day's requests that meet a start, (C, N)."""
        return np.asarray((self.met * day.weight).sum(-1))


def starts(rate_rps: Array, workers: Workers) -> Starts:
    """Who meets a start at rates by the hour, (C, N, 24) or broadcasting to it."""
    figures, size = workers.figures.spread(workers.size), workers.size
    rates = np.broadcast_to(rate_rps, (size, *rate_rps.shape[1:]))
    step = max(1, NEAR // (rate_rps.shape[1] * HOURS_PER_DAY * MOST_ENDS))
    parts = []
    for first in range(0, size, step):
        here = slice(first, first + step)
        some, rate = figures.take(here), rates[here]
        ends = not_ready_ends(rate, some.stay[..., None], some.start_s[..., None])
        parts.append(share(ends, 1.0, some.queue(rate), ready=False))
    return Starts(np.concatenate(parts), 1 / (1 + rate_rps * workers.start_s[..., None]))


def billed_hours(day: Day, mean_rps: Array, workers: Workers) -> Array:
    """Worker-hours billed in a month, (C, N, S), at mean rates (1, N, S)."""
    free = Asleep(day, workers, mean_rps.shape[1]).free_hours(mean_rps)
    return billed_of(mean_rps, whole_workers(day, mean_rps, workers.usable_rps), free)


def billed_of(mean_rps: Array, needed: Array, free: Array) -> Array:
    """Worker-hours billed in a month, of hours of whole workers and free hours of a day."""
    up = np.maximum(needed - free, 0.0)
    up *= HOURS_PER_MONTH / HOURS_PER_DAY
    return np.asarray(up if mean_rps.all() else np.where(mean_rps > 0, up, 0.0))


def whole_workers(day: Day, mean_rps: Array, usable_rps: Array) -> Array:
    """Hours of workers a day if none slept, at least one at each hour (C, N, S)."""
    per_worker = mean_rps / usable_rps[..., None] * ROUNDING
    total = np.zeros(np.broadcast_shapes(per_worker.shape, (1, day.load.shape[0], 1)))
    needed = np.empty_like(total)
    relative = day.relative
    for hour, times in mirrored(relative):
        np.multiply(per_worker, relative[:, hour, None], out=needed)
        np.ceil(needed, out=needed)
        np.maximum(needed, 1.0, out=needed)
        if times > 1:
            needed *= times
        total += needed
    return total


class Asleep:
    """When the first of C workers sleeps or is not ready, at any mean rates of N days.

    Figures are worked out at rates that are the same for everybody and read between them, where
    the logarithm is taken as straight: exact for one stay at one rate, and within 1 % of the share
    of an unlike day whose hours stay under the full rate. Of a worker that an hour fills, small
    shares may be further off. A figure never depends on what else is asked. Points that differ in
    the rate alone have one table, which every reader of it adds to, in whatever thread; where all
    points do it holds for any number of them.
    """

    def __init__(self, day: Day, workers: Workers, points: int) -> None:
        """Of ``points`` points: workers and days are (C, N) and (N, 24) or broadcast to it."""
        self.day, self.workers = day, workers
        once, self._kind = self._kinds(points)
        self._several = once.size > 1
        figures = workers.figures.spread(workers.size)
        self._figures = figures.at(once)
        self._day = day.at(once)
        self._free = _Table()
        self._met = _Table()

    def free_hours(self, mean_rps: Array, points: Index | None = None) -> Array:
        """Hours of a day in which the first worker costs nothing, (C, n, S) at rates (1, n, S).

        Of all points, or of the n named.
        """
        kind = self._of(points, mean_rps.shape[1])
        return self._free.read(kind, mean_rps[0], self._work_out_free)

    def met_shares(self, mean_rps: Array, points: Index | None = None) -> tuple[Array, Array]:
        """Share of a day's requests that meet a start, and that wait all of it, (C, n) each.

        At mean rates (n,).
        """
        kind = self._of(points, mean_rps.size)
        found = self._met.read(kind, mean_rps[:, None], self._work_out_met)[..., 0]
        met, first = np.split(found, 2)
        return met, first

    def _of(self, points: Index | None, count: int) -> Index:
        if not self._several:
            return np.zeros(count, dtype=np.intp)
        return self._kind if points is None else self._kind[points]

    def _kinds(self, points: int) -> tuple[Index, Index]:
        """Points with unlike workers or days, and which of them each of all points is like."""
        by_point = [part for part in self.workers.figures.parts if part.shape[1] > 1]
        by_point += [part.T for part in (self.day.load, self.day.on) if part.shape[0] > 1]
        if not by_point:
            return np.zeros(1, dtype=np.intp), np.zeros(points, dtype=np.intp)
        return alike(np.concatenate(by_point))

    def _work_out_free(self, kind: Index, mean_rps: Array) -> Array:
        """Hours of a day in which the first worker costs nothing (C, P)."""
        billed = self.workers.starts_billed[:, 0]
        if billed.all():
            return self._asked(kind, mean_rps, None).hours(ASLEEP)
        if not any_true(billed):
            return self._asked(kind, mean_rps, None).hours(NOT_READY)
        found = np.empty((self.workers.size, kind.size))
        for rows, how in ((billed, ASLEEP), (~billed, NOT_READY)):
            found[rows] = self._asked(kind, mean_rps, np.flatnonzero(rows)).hours(how)
        return found

    def _work_out_met(self, kind: Index, mean_rps: Array) -> Array:
        """Share of a day's requests that meet a start, then that wait all of it (2 C, P)."""
        asked = Question(self._figures, self._day.load, kind, mean_rps)
        return np.concatenate(asked.requests(NOT_READY, self._day.weight))

    def _asked(self, kind: Index, mean_rps: Array, rows: Index | None) -> Question:
        figures = self._figures if rows is None else self._figures.take(rows)
        return Question(figures, self._day.relative, kind, mean_rps)


class _Table:
    """Logarithms of what falls with the rate, by kind of point and rate; grown as it is read.

    Who reads says how a figure is worked out, always alike: a table that knew its reader would be
    freed by Python's collector alone.
    """

    def __init__(self) -> None:
        self._known: tuple[Index, Array] = (np.zeros(0, dtype=np.intp), np.zeros((1, 0)))

    def read(self, kind: Index, mean_rps: Array, work_out: WorkOut) -> Array:
        """Figures (C, n, S) of points of some kinds (n,) at rates (n, S)."""
        rate = np.maximum(mean_rps, LEAST_RATE)
        node = np.floor(np.log2(rate) * NODES_PER_OCTAVE).astype(np.intp)
        key = kind[:, None] * KEYS + (node + MIDDLE)
        keys, logs = self._with(key, work_out)
        left = np.searchsorted(keys, key)
        below, above = _rate_of(node), _rate_of(node + 1)
        part = np.clip((rate - below) / (above - below), 0.0, 1.0)
        found = logs[:, left + 1]
        low = logs[:, left]
        found -= low
        found *= part
        found += low
        return np.asarray(np.exp(found, out=found))

    def _with(self, key: Index, work_out: WorkOut) -> tuple[Index, Array]:
        """What is known, with some rates and those that follow; worked out where it is not yet."""
        asked = np.unique(key)
        wanted = np.union1d(asked, asked + 1)
        # one value for all of it: of two threads one may undo what the other added, no more
        self._known = known = _grown(*self._known, wanted, work_out)
        return known


def _grown(keys: Index, logs: Array, wanted: Index, work_out: WorkOut) -> tuple[Index, Array]:
    at = np.searchsorted(keys, wanted)
    new = wanted[np.append(keys, -1)[at] != wanted]
    if not new.size:
        return keys, logs
    kind, node = np.divmod(new, KEYS)
    values = work_out(kind, _rate_of(node - MIDDLE))
    found = np.log(np.maximum(values, LEAST_RATE))
    if not keys.size:
        return new, found
    every = np.concatenate([keys, new])
    order = np.argsort(every)
    return every[order], np.concatenate([logs, found], axis=1)[:, order]


def _rate_of(node: Index) -> Array:
    return np.asarray(np.exp2(node / NODES_PER_OCTAVE))
