"""The cycle of a worker that sleeps - asleep, starting, up - by the hour of the day.

The rule and its derivation stand in :mod:`calculators.costs.sleep`; this module works it out. What
is expected of a mean rate is in proportion to it, so a day's windows are looked at once, at a mean
rate of 1. Between the ends of a stretch in which what is expected is straight the mean of an
exponential is the logarithmic mean of its ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from calculators.arrays import Array, Index, any_true
from calculators.costs.day import HOURS_PER_DAY
from pricing.kept import cached_property
from pricing.records import record, value

HOUR_S = 3600.0
NEVER_ASLEEP = 45.0  # requests expected in a stay; exp of minus it is less than rounding
NOBODY, SOME = 1e-9, 0.1  # of a day's mean rate: an hour with none, and one with requests
ALWAYS_BUSY = 1 - 1e-12  # load above which a worker is never empty
NEVER_EMPTY = 700.0  # exp of it is near the largest figure there is
NEAR = 32_768  # figures worked on at a time
ROWS = 16  # workers of them, of stays alike
KINDS = 8  # times as many points whose ends are looked at together
MOST_ENDS = 4  # of the stretches of an hour
STRAIGHT = 1e-6  # of a logarithm: ends so near have their middle as mean


@record
class Figures:
    """What decides when C workers sleep at N points, (C, N) or broadcasting to it."""

    answer_s: Array  # W: one request alone
    full_rps: Array  # rate at which one never rests
    idle_s: Array  # T
    start_s: Array  # S

    @property
    def parts(self) -> tuple[Array, Array, Array, Array]:
        """All of them."""
        return self.answer_s, self.full_rps, self.idle_s, self.start_s

    @cached_property
    def stay(self) -> Array:
        """w: how long one request keeps a worker up."""
        return np.asarray(self.answer_s + self.idle_s)

    def spread(self, size: int) -> Figures:
        """The same, each worker by itself."""
        return Figures(*(np.broadcast_to(p, (size, p.shape[1])) for p in self.parts))

    def at(self, points: Index | slice) -> Figures:
        """At some points."""
        return Figures(*(p[:, points] if p.shape[1] > 1 else p for p in self.parts))

    def take(self, rows: Index | slice) -> Figures:
        """Of some workers."""
        return Figures(*(part[rows] for part in self.parts))

    def queue(self, rate_rps: Array) -> Queue:
        """What a full rate changes at rates by the hour (C, N, 24)."""
        load = rate_rps / self.full_rps[..., None]
        never = load >= ALWAYS_BUSY
        left = 1 - np.where(never, 0.0, load)
        stay = -np.log(left)
        stay -= rate_rps * self.answer_s[..., None]
        np.maximum(stay, 0.0, out=stay)
        if any_true(never):
            stay = np.where(never, NEVER_EMPTY, stay)
        return Queue(stay, 1 / left - 1)


@record
class Queue:
    """What a full rate changes, by the hour."""

    stay: Array  # d
    backlog: Array  # r / (f - r)


@record
class Ends:
    """What is expected at the E ends of the stretches of each hour, the first and the last too."""

    offset: Array  # seconds into the hour (E, C, N, 1) or (E, C, N, 24)
    expected: Array  # b (E, C, N, 24)
    recent: Array  # a (E, C, N, 24)

    @classmethod
    def of(cls, ends: Sequence[tuple[Array, Array, Array]]) -> Ends:
        """From all but the last: what is expected there is what is at the next hour's start."""
        offset, expected, recent = zip(*ends, strict=True)
        nexts = (np.roll(part[0], -1, axis=-1) for part in (expected, recent))
        last = (offset[0] + HOUR_S, *nexts)
        every = zip((offset, expected, recent), last, strict=True)
        return cls(*(np.stack(np.broadcast_arrays(*part, end)) for part, end in every))

    def take(self, points: Index | slice, hours: Index | slice) -> Ends:
        """Of some points and hours."""
        offset = self.offset[:, :, points] if self.offset.shape[2] > 1 else self.offset
        expected, recent = (part[:, :, points] for part in (self.expected, self.recent))
        offset = offset[..., hours] if offset.shape[-1] > 1 else offset
        return Ends(offset, expected[..., hours], recent[..., hours])


Look = Callable[[Array, Array, Array], Ends]
"""Ends of stretches at rates by the hour, of stays and starts."""


def asleep_ends(rate_rps: Array, stay: Array, start: Array) -> Ends:
    """Where the share of workers asleep bends, at rates (C, N, 24) of figures (C, N, 1).

    From one hour to the next a day's rate glides, so the end of the stay is looked at alone. Where
    requests end from one second to the next, a start that takes longer than a stay bends last.
    """
    stay, start = _known(stay), _known(start)
    load = _Load(rate_rps, stay + start)
    mean = rate_rps.mean(-1, keepdims=True)
    ended = (rate_rps <= NOBODY * mean) & (np.roll(rate_rps, 1, axis=-1) >= SOME * mean)
    bend = np.where(ended, np.maximum(stay, start), stay) % HOUR_S

    def at(offset: Array) -> tuple[Array, Array, Array]:
        now = load.arrived(offset)
        return offset, now - load.arrived(offset - stay), now - load.arrived(offset - start)

    return Ends.of([at(np.zeros_like(bend)), at(bend)])


def not_ready_ends(rate_rps: Array, stay: Array, start: Array) -> Ends:
    """Where the share of workers that are asleep or starting bends."""
    stay, start = _known(stay), _known(start)
    load = _Load(rate_rps, stay + start)

    def at(offset: Array) -> tuple[Array, Array, Array]:
        then = load.arrived(offset - start)
        expected = then - load.arrived(offset - start - stay)
        return offset, expected, load.arrived(offset) - then

    one, other = np.broadcast_arrays(start % HOUR_S, (start + stay) % HOUR_S)
    return Ends.of([at(np.zeros_like(one)), at(np.minimum(one, other)), at(np.maximum(one, other))])


LONGEST_S = 366 * HOURS_PER_DAY * HOUR_S
"""One looks back a year at most: whoever stays that long is there all the time."""


def _known(seconds: Array) -> Array:
    """Times that index hours; where one is not known the factor of the load is, NaN."""
    return np.where(np.isfinite(seconds), np.minimum(seconds, LONGEST_S), 0.0)


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


@value
class How:
    """A share of the time: where it bends, and whether who starts counts as asleep."""

    ends: Look
    ready: bool  # whether who starts is up


ASLEEP = How(asleep_ends, ready=True)
NOT_READY = How(not_ready_ends, ready=False)


def share(ends: Ends, scale: Array | float, queue: Queue, *, ready: bool) -> Array:
    """Share of each hour in which a worker is asleep, or not ready, (C, N, 24).

    ``scale`` (N, 1): mean rates, where ``ends`` are those of a mean rate of 1.
    """
    value, logs = _at_ends(ends, scale, queue, ready=ready)
    ratio = logs[:-1] - logs[1:]
    mean = value[:-1] - value[1:]
    near = np.abs(ratio) <= STRAIGHT
    if any_true(near):
        ratio[near] = 1.0
        mean[near] = 0.5 * (value[:-1][near] + value[1:][near])
    mean /= ratio
    mean *= np.diff(ends.offset, axis=0) / HOUR_S
    return np.asarray(mean.sum(0))


def _at_ends(ends: Ends, scale: Array | float, queue: Queue, *, ready: bool) -> tuple[Array, Array]:
    """1 / (exp(b + d) + a (1 + min(1, b) r / (f - r))) and its logarithm (E, C, N, 24).

    Times 1 + a where who starts is not ready.
    """
    expected, recent = ends.expected * scale, ends.recent * scale
    over = np.minimum(expected, 1.0)
    over *= queue.backlog
    over += 1.0
    over *= recent
    logs = expected
    logs += queue.stay
    np.negative(logs, out=logs)
    value = np.exp(logs)
    # the figure is value / over: one logarithm is a third of two of 1 + x
    over *= value
    over += 1.0
    if not ready:
        recent += 1.0
        over /= recent
    value /= over
    logs -= np.log(over, out=over)
    return value, logs


@record
class Question:
    """Mean rates of P points, each of one of K kinds, in the order of the kinds."""

    figures: Figures  # of C workers, (C, K) or (C, 1) each
    relative: Array  # rate of each hour at a mean rate of 1, (K, 24) or (1, 24)
    kind: Index  # (P,), never falling
    mean_rps: Array  # (P,), rising within a kind

    def hours(self, how: How) -> Array:
        """Sum over the hours of the day (C, P)."""
        size = len(self.figures.answer_s)
        found = np.empty((size, self.kind.size))
        for rows, part, here in self._parts(size, how):
            found[rows, here] = part.hours(self.kind[here], self.mean_rps[here]).sum(-1)
        return found

    def requests(self, how: How, weight: Array) -> tuple[Array, Array]:
        """Share of the day's requests (C, P), and of those that find a worker asleep themselves.

        Requests come with a ``weight`` by the hour, (K, 24) or (1, 24). Those that come during a
        start find a worker that another woke.
        """
        size = len(self.figures.answer_s)
        every, first = np.empty((2, size, self.kind.size))
        for rows, part, here in self._parts(size, how):
            kind, mean = self.kind[here], self.mean_rps[here]
            came = part.hours(kind, mean)
            came *= (weight[kind] if len(weight) > 1 else weight)[:, part.live(mean)]
            every[rows, here] = came.sum(-1)
            came /= part.expected(kind, mean)
            first[rows, here] = came.sum(-1)
        return every, first

    def _rows(self, size: int) -> Iterator[Index]:
        """Workers looked at together: few, of stays alike, or all where they are asked little."""
        if size * self.kind.size * HOURS_PER_DAY * MOST_ENDS <= NEAR:
            yield np.arange(size)
            return
        order = np.argsort(self.figures.stay.min(1), kind="stable")
        for first in range(0, size, ROWS):
            yield order[first : first + ROWS]

    def _parts(self, size: int, how: How) -> Iterator[tuple[Index, _Part, slice]]:
        """Some workers at some kinds of points, with a few points of these kinds each."""
        for rows in self._rows(size):
            figures = self.figures.take(rows)
            room = max(1, NEAR // (rows.size * HOURS_PER_DAY * MOST_ENDS))
            for kinds, points in self._kinds(KINDS * room):
                part = _Part.of(figures, self.relative, how, kinds)
                for first in range(points.start, points.stop, room):
                    yield rows, part, slice(first, min(first + room, points.stop))

    def _kinds(self, room: int) -> Iterator[tuple[slice, slice]]:
        """Kinds whose ends are looked at together, with up to ``room`` points, or one kind."""
        ends = np.append(np.flatnonzero(np.diff(self.kind)) + 1, self.kind.size)
        first = 0
        while first < self.kind.size:
            one, most = np.searchsorted(ends, [first, first + room], side="right")
            last = int(ends[max(one, most - 1)])
            yield slice(int(self.kind[first]), int(self.kind[last - 1]) + 1), slice(first, last)
            first = last


@record
class _Part:
    """Some workers at some kinds of points."""

    figures: Figures  # (R, k) or (R, 1)
    relative: Array  # (k, 24) or (1, 24)
    ends: Ends
    ready: bool
    first: int  # the first of the kinds

    @classmethod
    def of(cls, figures: Figures, relative: Array, how: How, kinds: slice) -> _Part:
        here = figures.at(kinds)
        days = relative[kinds] if len(relative) > 1 else relative
        ends = how.ends(days[None], here.stay[..., None], here.start_s[..., None])
        return cls(here, days, ends, how.ready, kinds.start)

    def hours(self, kind: Index, mean_rps: Array) -> Array:
        """Share of each live hour of some points (R, P, h)."""
        own, live = self._own(kind), self.live(mean_rps)
        # a full rate may differ where stays do not
        queue = self.figures.at(kind - self.first).queue(self._rate(kind, mean_rps))
        return share(self.ends.take(own, live), mean_rps[:, None], queue, ready=self.ready)

    def expected(self, kind: Index, mean_rps: Array) -> Array:
        """1 + the requests that come during a start, in each live hour of some points (R, P, h)."""
        start = self.figures.at(kind - self.first).start_s[..., None]
        return np.asarray(1 + self._rate(kind, mean_rps) * start)

    def live(self, mean_rps: Array) -> Index | slice:
        """Hours in which a worker may be asleep: in the others one request follows another."""
        live = ~(self._least * mean_rps.min() > NEVER_ASLEEP)
        return slice(None) if live.all() else np.flatnonzero(live)

    @cached_property
    def _least(self) -> Array:
        """Least requests expected in a stay that ends in the hour, at a mean rate of 1 (24,)."""
        return np.asarray(self.ends.expected.min((0, 1, 2)))

    def _own(self, kind: Index) -> Index | slice:
        return kind - self.first if self.ends.expected.shape[2] > 1 else slice(None)

    def _rate(self, kind: Index, mean_rps: Array) -> Array:
        """Rates of the live hours (1, P, h)."""
        days = self.relative[kind - self.first] if len(self.relative) > 1 else self.relative
        return np.asarray((mean_rps[:, None] * days[:, self.live(mean_rps)])[None])
