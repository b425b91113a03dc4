"""Machines under load: their answer times, and the load up to which they meet every budget.

Load is the rate of requests over what a replica answers when full; see
:mod:`calculators.estimators.curve` for how the time of a batch grows with it.

**Who comes while a batch is answered waits for its end.** A network answers all that wait
together, in a time T(load) = T g. With K the requests that come at the full rate while one is
answered alone, n = load K g come during a batch, so a machine is busy a share w = n / (n + exp(-n))
of the time (a batch after which nobody waits is followed by 1/r of rest). A request that comes at
random then waits what is left of a batch, anything up to all of it alike, and is in the next:

    p95 = T g (1 + (w - 0.05) / w)      p50 = T max(1, g (1 + (w - 0.5) / w - b))

where b is the share of T that grows with the batch (1: they are answered one after the other, and
queues of few are uneven). Both are within 21 % of simulated times at loads up to 0.85, p95 within
17 % up to 0.7 (``tests/simulation``). Requests in a language model's batch do not wait for each
other.

**Who finds as many requests in a replica as may be there waits for one to end.** With c of them
allowed, times S and cv^2 = exp(lengths^2) - 1, a request waits on average (Sakasegawa 1977)

    W = S / c x load^(sqrt(2 (c + 1)) - 1) / (1 - load) x (1 + cv^2) / 2

where the load is that of the c. Half of the answers are later by 0.65 W and 95 of 100 by 3.1 W: so
with one at a time at loads of 0.2, 0.46 and 0.7 within 2 % of simulated times. Times grow as they
do at that rate where any number is let in, and no further than with c in the batch, so that full
places answer c / S requests a second. A machine that answers c in one pass leaves as many behind
when it starts as c machines would have waiting, so W is added to the wait for the batch before:
medians within 15 % and slow times within 25 % of simulated ones at loads of 0.2 and 0.7 with 1 to
16 places where each further one takes up to 0.7 of the first. At a half one place is told 32 % too
slow, and two 44 % where each further one takes as long as the first. Where a batch gains nothing,
more at once answer later, here as there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

import numpy as np

from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.block import cells as pick_cells
from calculators.case import Case
from calculators.costs.network import trip
from calculators.estimators.curve import FULL, Curve
from pricing.kept import cached_property
from pricing.records import record

Z95 = 1.6448536269514722  # standard normal score of the 95th percentile
LEAST_LOAD = 0.01  # what misses a budget at this load is refused: a hundred machines for one's work
STEPS = 16  # of the Illinois method: a load is found to a millionth and better
MET = 1e-13  # of a load, and of a limit: what is so near is met
MEDIAN_WAIT, SLOW_WAIT = 0.65, 3.1  # of the mean wait for a place: median, and 95th percentile
FULLEST = 0.95  # load of limited places from which the wait is that of the full
HALVINGS = 30  # a load is found to 1e-9
TINY = float(np.finfo(np.float64).tiny)


@record
class Answering:
    """Computing times of one replica, (H, N) or broadcasting [ms].

    ``first`` is the time to the first token on an empty machine (0 where a network answers in one
    pass), ``rest`` that of all further tokens or of the whole pass, ``token`` that of one token.
    ``lengths`` is the log standard deviation that unlike lengths of answers give to ``rest``.
    ``crowd`` is how many requests come at the full rate while one is answered alone; 0 where they
    do not come at random, or do not wait for each other. ``hidden`` tokens are written before the
    first that anybody sees. No more than ``places`` are let in, which a share ``part`` of the full
    rate fills; with all of them taken times are ``most`` times those alone.
    """

    first: Array
    rest: Array
    token: Array
    lengths: Array
    crowd: Array
    curve: Curve
    hidden: Array = field(default_factory=lambda: np.zeros((1, 1)))
    places: Array = field(default_factory=lambda: np.full((1, 1), np.inf))
    part: Array = field(default_factory=lambda: np.ones((1, 1)))
    most: Array = field(default_factory=lambda: np.full((1, 1), np.inf))

    @property
    def language(self) -> bool:
        """Whether there is a first token."""
        return self.curve.first is not None

    def at(self, load: Array) -> Loaded:
        """All times at a load."""
        return Loaded(self, load)

    def first_p50(self, load: Array) -> Array:
        """Median time to the first token."""
        return self.at(load).first_p50

    def first_p95(self, load: Array) -> Array:
        """Slow time to the first token that anybody sees."""
        return self.at(load).first_p95

    def token_p95(self, load: Array) -> Array:
        """Slow time per further token."""
        return self.at(load).token_p95

    def p50(self, load: Array) -> Array:
        """Median time to the complete answer."""
        return self.at(load).p50

    def p95(self, load: Array) -> Array:
        """Slow time to the complete answer; what makes it slow is independent of each other."""
        return self.at(load).p95

    @cached_property
    def hides(self) -> bool:
        """Whether tokens are written before the first that anybody sees."""
        return any_true(self.hidden > 0)

    @cached_property
    def waits(self) -> bool:
        """Whether anybody waits for a batch before."""
        return any_true(self.crowd > 0)

    @cached_property
    def limited(self) -> bool:
        """Whether fewer requests are let in than the machine could take."""
        return any_true(self.most < np.inf)

    @cached_property
    def uneven(self) -> Array:
        """b: the share of an answer alone that each further one in the batch takes."""
        return np.where(self.crowd > 0, each_further(self.curve.stretch, self.crowd), 0.0)

    @cached_property
    def together(self) -> Answering:
        """The same where nobody waits to be let in: a client that sends when answered."""
        one = (1,) * self.crowd.ndim
        return replace(self, crowd=np.zeros(one), places=np.full(one, np.inf))

    def letting_in(self, places: Array, full_rps: Array) -> Answering:
        """The same with no more than so many at once; ``full_rps`` is the rate with any number.

        Nothing changes where the machine is full with fewer.
        """
        every = Limited(self, full_rps)
        if self.curve.step is not None:
            most = self.curve.step.among(np.clip(places, 1, np.maximum(self.curve.batch, 1)))
        else:
            crowd = full_rps * self.rest / 1000
            most = 1 + each_further(self.curve.stretch, crowd) * np.maximum(places - 1, 0)
        most = np.where(every.at_full > places, most, np.inf)
        part = Limited(replace(self, most=most), full_rps).load_with(places)
        return replace(self, places=np.where(most < np.inf, places, np.inf), part=part, most=most)

    def pick(self, machines: Index, points: Index) -> Answering:
        """Some cells of (H, N), as flat arrays."""
        return self._each(lambda values: pick_cells(values, machines, points))

    def take(self, machines: Index | slice, points: Index) -> Answering:
        """Some machines at some points, (len(machines), len(points)) or broadcasting."""

        def part(values: Array) -> Array:
            matrix = np.atleast_2d(values)
            rows = matrix[machines] if matrix.shape[0] > 1 else matrix
            return rows[:, points] if rows.shape[1] > 1 else rows

        return self._each(part)

    def some(self, cells: BoolArray) -> Answering:
        """Some of flat cells."""
        return self._each(lambda values: values[cells])

    def _each(self, cells: Callable[[Array], Array]) -> Answering:
        return Answering(
            cells(self.first),
            cells(self.rest),
            cells(self.token),
            cells(self.lengths),
            cells(self.crowd),
            self.curve.each(cells),
            cells(self.hidden),
            cells(self.places),
            cells(self.part),
            cells(self.most),
        )


@record
class Loaded:
    """Times at a load; what several of them share is worked out once."""

    answering: Answering
    load: Array

    @cached_property
    def grown(self) -> Array:
        """Time per token (or of the answer) over that on an empty machine."""
        own = self.answering
        grown = own.curve.grown(self._of_full)
        return np.minimum(grown, own.most) if own.limited else grown

    @cached_property
    def _of_full(self) -> Array:
        """The load of the machine, all of it."""
        return self.load * self.answering.part if self.answering.limited else self.load

    @cached_property
    def busy(self) -> Array:
        """Log standard deviation of the times, output lengths apart."""
        return self.answering.curve.deviation(self._of_full)

    @cached_property
    def _slow(self) -> Array:
        """95th percentile over the median, output lengths apart."""
        return np.asarray(np.exp(Z95 * self.busy))

    @cached_property
    def first_p50(self) -> Array:
        """Median time to the first token."""
        if not self.answering.limited:
            return self._first_alone
        return self._first_alone + MEDIAN_WAIT * self._wait

    @cached_property
    def _first_alone(self) -> Array:
        """Median time to the first token of a request that is let in at once."""
        own = self.answering
        if not own.language:
            return own.first
        return own.first * own.curve.first_grown(self._of_full, self.grown)

    @cached_property
    def _first_slow(self) -> Array:
        if not self.answering.limited:
            return np.asarray(self.first_p50 * self._slow)
        return np.asarray(self._first_alone * self._slow + SLOW_WAIT * self._wait)

    @cached_property
    def _wait(self) -> Array:
        """Mean wait until one of so many requests has ended; 0 where any number is let in."""
        own, load = self.answering, np.minimum(np.maximum(self.load, 0.0), FULLEST)
        uneven = np.exp(own.lengths**2)
        mean = own.rest * np.exp(own.lengths**2 / 2)  # of answers whose median is ``rest``
        held = self._first_alone + mean * self.grown
        often = load ** (np.sqrt(2 * (own.places + 1)) - 1) / (1 - load)
        return np.asarray(held / own.places * often * uneven / 2)

    @property
    def first_p95(self) -> Array:
        """Slow time to the first token that anybody sees."""
        if not self.answering.hides:
            return self._first_slow
        return np.asarray(self._first_slow + self.answering.hidden * self.token_p95)

    @cached_property
    def token_p95(self) -> Array:
        """Slow time per further token."""
        return np.asarray(self.answering.token * self.grown * self._slow)

    @property
    def p50(self) -> Array:
        """Median time to the complete answer."""
        return self.first_p50 + self.answering.rest * self._waited(0.5)[0]

    @property
    def p95(self) -> Array:
        """Slow time to the complete answer; what makes it slow is independent of each other."""
        half, slow = self._waited(0.5, 0.95)
        spread = np.hypot(self.busy, self.answering.lengths)
        if slow is not half:
            spread = np.hypot(spread, np.log(slow / half) / Z95)
        return np.asarray(self._first_slow + self.answering.rest * half * np.exp(Z95 * spread))

    @property
    def stage_p95(self) -> Array:
        """Slow time that the machine spends on a request, which frames that follow wait for."""
        own = self.answering
        return own.together.p95(self.load) if own.waits else self.p95

    def _waited(self, *shares: float) -> list[Array]:
        """Times of the answer with the wait for the batch before, over that on an empty machine.

        Within which ``shares`` of the requests are answered.
        """
        grown, own = self.grown, self.answering
        if not own.waits:
            return [grown] * len(shares)
        inside = np.minimum(np.maximum(self._of_full, 0.0), FULL) * own.crowd * grown
        busy = inside / (inside + np.exp(-inside))
        busy = np.maximum(busy, TINY)
        found = []
        for share in shares:
            wait = np.maximum(1 - (1 - share) / busy, 0.0)
            if share > 0.5:
                found.append(np.asarray(grown * (1 + wait)))
            else:
                found.append(np.asarray(np.maximum(grown * (1 + wait - own.uneven), 1.0)))
        return found


@record
class Budget:
    """A time that may not be exceeded by 95 of 100 requests; ``trip`` comes on top, both (N,)."""

    rule: str
    words: str
    time: Callable[[Loaded], Array]
    limit: Array
    trip: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Points at which it is stated."""
        return np.broadcast_shapes(self.limit.shape, self.trip.shape)

    def over(self, at: Loaded) -> Array:
        """How far the time is over the limit, as a share of it; an unknown time is not over."""
        over = (self.time(at) + self.trip) / self.limit - 1
        over[np.isnan(over)] = -np.inf
        return np.asarray(over)

    def part(self, cells: BoolArray) -> Budget:
        """Of some of flat cells."""
        return self.pick(np.flatnonzero(cells))

    def pick(self, points: Index) -> Budget:
        """At some points."""
        flat = (part[points] if part.size > 1 else part for part in (self.limit, self.trip))
        limit, on_top = flat
        return replace(self, limit=limit, trip=on_top)


def _p95(at: Loaded) -> Array:
    return at.p95


def _stage_p95(at: Loaded) -> Array:
    return at.stage_p95


def _first_p95(at: Loaded) -> Array:
    return at.first_p95


def _token_p95(at: Loaded) -> Array:
    return at.token_p95


def budgets(case: Case) -> list[Budget]:
    """What the scenario asks of every machine."""
    on_the_way = trip(case)
    none = np.zeros(1)
    found = []
    if case.given("latency_budget_ms"):
        limit = case["latency_budget_ms"]
        found.append(Budget("answer", "ms to the answer", _p95, limit, on_the_way.p95))
    if case.points.live:
        found.append(Budget("frame", "ms a frame", _stage_p95, case.frame_ms, none))
    if not _language(case):
        return found
    if case.given("ttft_budget_ms"):
        limit = case["ttft_budget_ms"]
        found.append(
            Budget("first word", "ms to the first word", _first_p95, limit, on_the_way.p95)
        )
    if case.given("min_tokens_per_s"):
        limit = 1000 / case["min_tokens_per_s"]
        found.append(Budget("writing", "ms a token", _token_p95, limit, none))
    return found


def _language(case: Case) -> bool:
    return case.requests.work.kind == "llm"


def allowed_load(
    answering: Answering, asked: Sequence[Budget], most: Array
) -> tuple[Array, BoolArray]:
    """The largest load up to ``most`` (H, N) at which every budget is met, and where one is.

    ``most`` where none binds, and where no load meets them: the rules refuse that. Times grow with
    load, so the edge lies between a load that meets all and one that does not.
    """
    empty = answering.p50(np.zeros((1, 1))).shape
    shape = np.broadcast_shapes(most.shape, empty, *(item.shape for item in asked))
    found = np.broadcast_to(most, shape).copy()
    meets = np.ones(shape, dtype=bool)
    if not asked:
        return found, meets
    over = overrun(answering, asked, found) > 0
    if any_true(over):
        meets = ~over | (overrun(answering, asked, np.full((1, 1), LEAST_LOAD)) <= 0)
        machines, points = np.nonzero(over & meets)
        if machines.size:
            limits = [item.pick(points) for item in asked]
            edge = _edge(answering.pick(machines, points), limits, found[machines, points])
            found[machines, points] = edge
    return found, meets


def _edge(answering: Answering, asked: Sequence[Budget], high: Array) -> Array:
    """The load of K cells at which a budget is just met: by the Illinois method, then halved."""
    low, high = np.full(high.size, LEAST_LOAD), np.maximum(high, LEAST_LOAD)
    below, above = (overrun(answering, asked, end) for end in (low, high))
    last = np.zeros(high.size)  # the end that moved last: 1 low, -1 high
    found, here = low, np.arange(high.size)  # loads of all cells; those that are looked at still
    for _ in range(STEPS):
        with np.errstate(divide="ignore", invalid="ignore"):
            guess = high - above * (high - low) / (above - below)
        inside = (guess > low) & (guess < high)
        load = np.where(inside, guess, (low + high) / 2)
        over = overrun(answering, asked, load)
        fine = over <= 0
        over = over + MET / 2  # aim just inside, so that rounding ends the search
        # an end that stays twice counts half, so that it moves too
        above = np.where(fine, np.where(last == 1, above / 2, above), over)
        below = np.where(fine, over, np.where(last == -1, below / 2, below))
        last = np.where(fine, 1, -1)
        low, high = np.where(fine, load, low), np.where(fine, high, load)
        found[here] = low
        left = ~((high - low <= MET * high) | (fine & (over >= -MET / 2)))
        if left.all():
            continue
        here = here[left]
        if not here.size:
            break
        low, high, below, above, last = (part[left] for part in (low, high, below, above, last))
        answering, asked = answering.some(left), [item.part(left) for item in asked]
    return found


def overrun(answering: Answering, asked: Sequence[Budget], load: Array) -> Array:
    """How far the worst time is over its limit, as a share of it."""
    at = answering.at(load)
    worst = asked[0].over(at)
    for item in asked[1:]:
        worst = np.maximum(worst, item.over(at))
    return worst


def each_further(stretch: Array, crowd: Array) -> Array:
    """The share of an answer alone that each further one in a batch takes, at most all of it.

    ``crowd`` come at the full rate while one is answered alone.
    """
    each = np.maximum(crowd - 1 + stretch, np.maximum(stretch, TINY))
    return np.asarray(stretch / each)


@record
class Limited:
    """Answering with at most some requests at once: the share of full load they reach, (H, N)."""

    answering: Answering
    capacity_rps: Array  # of a replica at full load

    @cached_property
    def at_full(self) -> Array:
        """Requests in a replica at saturation, by Little's law."""
        return self.concurrency(np.ones((1, 1)))

    def concurrency(self, load: Array) -> Array:
        """Requests in a replica at a load: rate x time (Little)."""
        return np.asarray(load * self.capacity_rps * self.answering.together.p50(load) / 1000)

    def load_with(self, most_at_once: Array) -> Array:
        """The load at which as many are in a replica (H, N); 1 where that is never reached."""
        low = np.zeros(np.broadcast_shapes(self.at_full.shape, most_at_once.shape))
        high = np.ones_like(low)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            fine = ~(self.concurrency(middle) > most_at_once)
            low, high = np.where(fine, middle, low), np.where(fine, high, middle)
        return np.where(self.at_full <= most_at_once, 1.0, low)
