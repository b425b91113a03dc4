"""A day of an option, request by request: what formulas of waiting and sleep are judged by.

Requests arrive at random at the rate of each hour, a plain balancer sends each to any replica
alike, and each replica works as a server of its kind does. Replicas of a random balancer are
independent, so few of many are enough; where even one has too many requests, hours are shortened
(the load of a machine settles within seconds). Time goes on from one day to the next.

Language models: every step advances all requests in the batch by one token and takes a + b x batch;
the prompt of a new request is read in between, while the others wait; nobody is admitted above the
batch. Networks: the requests waiting, at most a batch, are answered together in a + b x their
number.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array, BoolArray

HOURS = 24
SETTLED = 100  # answers after which a replica is as busy as the hour makes it
Drawn = NDArray[np.float64]


@dataclass(frozen=True)
class Language:
    """One replica of a language model; a mean request.

    ``prefill_s`` is what reading the prompt takes of the machine; the rest of the time to the
    first token on an empty machine is a delay that others do not feel.
    """

    first_s: float  # to the first token, alone
    token_s: float  # each further token, alone
    tokens: float
    capacity_rps: float
    batch: int
    length_spread: float = 0.0  # log standard deviation of the lengths
    prefill_s: float | None = None

    @property
    def alone_s(self) -> float:
        """Time of a mean answer on an empty machine."""
        return self.first_s + self.tokens * self.token_s

    @property
    def reading_s(self) -> float:
        """Machine time of a prompt."""
        half = 0.5 / self.capacity_rps
        return min(self.first_s, half) if self.prefill_s is None else self.prefill_s

    @property
    def step(self) -> tuple[float, float]:
        """a and b: alone a + b is ``token_s``; a full batch answers ``capacity_rps``."""
        full = (1 / self.capacity_rps - self.reading_s) / self.tokens  # per token of one request
        if self.batch == 1:
            return 0.0, full
        fixed = max(0.0, (self.token_s - full) / (1 - 1 / self.batch))
        return fixed, self.token_s - fixed


@dataclass(frozen=True)
class Network:
    """One replica of a network that answers in one pass."""

    answer_s: float  # alone
    capacity_rps: float
    batch: int = 1
    spread: float = 0.0  # log standard deviation of the time of a batch

    @property
    def alone_s(self) -> float:
        """Time of an answer on an empty machine."""
        return self.answer_s

    @property
    def step(self) -> tuple[float, float]:
        """a and b: alone a + b is ``answer_s``; a full batch answers ``capacity_rps``."""
        if self.batch == 1:
            return 0.0, 1 / self.capacity_rps
        each = (self.batch / self.capacity_rps - self.answer_s) / (self.batch - 1)
        return self.answer_s - each, each


@dataclass(frozen=True)
class Sleep:
    """What the first replica does when nobody asks."""

    idle_s: float
    start_s: float
    start_spread: float = 0.0
    refuses: bool = False


@dataclass(frozen=True)
class Setting:
    """An option on a day."""

    server: Language | Network
    rates_rps: Sequence[float]  # by the hour, all replicas together
    replicas: Sequence[int] = (1,) * HOURS
    sleep: Sleep | None = None

    @property
    def requests_per_day(self) -> float:
        """Expected."""
        return float(np.sum(self.rates_rps)) * 3600


@dataclass(frozen=True, eq=False)
class Outcome:
    """Requests of some days, in the order of their arrival."""

    hour: NDArray[np.intp]
    seconds: Array  # to the complete answer; NaN where it was refused
    weight: Array  # requests of the option that each stands for
    met: BoolArray  # came while no replica was ready
    up_share: Array  # of each hour, the first replica from start to stop (24,)
    inside: float  # mean number of requests in a simulated replica
    seen_rps: float  # mean rate at which they come to one

    def quantile(self, share: float) -> float:
        """Time within which a share of the answers comes."""
        answered = np.isfinite(self.seconds)
        order = np.argsort(self.seconds[answered])
        weight = np.cumsum(self.weight[answered][order])
        place = np.searchsorted(weight, share * weight[-1])
        return float(self.seconds[answered][order][min(place, order.size - 1)])

    def mean(self, hour: int | None = None) -> float:
        """Mean time of the answers (of an hour)."""
        here = np.isfinite(self.seconds) & (True if hour is None else self.hour == hour)
        return float(np.average(self.seconds[here], weights=self.weight[here]))

    @property
    def met_share(self) -> float:
        """Share of the requests that meet a start."""
        return float(np.average(self.met, weights=self.weight))

    @property
    def refused_share(self) -> float:
        """Share of the requests that were refused."""
        return float(np.average(np.isnan(self.seconds), weights=self.weight))


def simulate(setting: Setting, *, days: int = 20, requests: int = 10_000, seed: int = 0) -> Outcome:
    """Some days of an option, ``requests`` or more each: seldom used options get more days.

    Parameters
    ----------
    setting
        The option; ``setting.sleep`` needs one replica at every hour in which it matters.
    days, requests
        Least number of days, and of requests in each; about as many are simulated.
    seed
        Of everything that is drawn.
    """
    draws = np.random.default_rng(seed)
    plan = _Plan.of(setting, days, requests)
    parts = [_replica(setting, plan, index, draws) for index in range(plan.sample)]
    shown = np.minimum(setting.replicas, plan.sample)
    per_request = np.divide(setting.replicas, shown) / (plan.days * plan.hour_s / 3600)
    hour = np.concatenate([part.hour for part in parts])
    return Outcome(
        hour=hour,
        seconds=np.concatenate([part.seconds for part in parts]),
        weight=per_request[hour],
        met=np.concatenate([part.met for part in parts]),
        up_share=parts[0].up_share,
        inside=float(np.mean([part.inside for part in parts])),
        seen_rps=hour.size / (plan.sample * plan.days * HOURS * plan.hour_s),
    )


@dataclass(frozen=True)
class _Plan:
    """How much of a setting is simulated."""

    days: int
    sample: int  # replicas
    hour_s: float

    @classmethod
    def of(cls, setting: Setting, days: int, requests: int) -> _Plan:
        per_replica = setting.requests_per_day / max(setting.replicas)
        sample = int(np.clip(np.ceil(requests / per_replica), 1, max(setting.replicas)))
        a_day = sample * per_replica
        least_s = SETTLED * setting.server.alone_s
        hour_s = 3600.0 if setting.sleep else np.clip(3600 * requests / a_day, least_s, 3600)
        enough = int(np.ceil(days * requests / (a_day * hour_s / 3600)))
        return cls(max(enough, days if setting.sleep else 2), sample, float(hour_s))


def _replica(setting: Setting, plan: _Plan, index: int, draws: np.random.Generator) -> _Served:
    """One replica on all days."""
    on = np.array(setting.replicas) > index
    rate = np.where(on, np.divide(setting.rates_rps, setting.replicas), 0.0)
    counts = draws.poisson(np.tile(rate * plan.hour_s, plan.days))
    begun = np.repeat(np.arange(counts.size), counts)
    arrivals = np.sort((begun + draws.random(begun.size)) * plan.hour_s)
    run = _Run(arrivals, setting.sleep if index == 0 else None, draws)
    _serve(setting.server, run, draws)
    run.finish(counts.size * plan.hour_s)
    hour = (arrivals // plan.hour_s).astype(np.intp) % HOURS
    return _Served(
        hour,
        run.finished - arrivals,
        run.met,
        _by_hour(run.up, plan.hour_s, counts.size),
        _inside(arrivals, run.finished, counts.size * plan.hour_s),
    )


@dataclass(frozen=True, eq=False)
class _Served:
    hour: NDArray[np.intp]
    seconds: Array
    met: BoolArray
    up_share: Array
    inside: float


def _inside(arrivals: Drawn, finished: Drawn, end: float) -> float:
    """Mean number of requests that have come and are not answered, looked at now and then."""
    looks = np.linspace(0, end, 20_011)
    gone = np.sort(finished[np.isfinite(finished)])
    come = arrivals[np.isfinite(finished)]
    return float(np.mean(np.searchsorted(come, looks) - np.searchsorted(gone, looks)))


def _by_hour(intervals: Sequence[tuple[float, float]], hour_s: float, hours: int) -> Array:
    """Share of each hour of the day that lies in intervals."""
    edges = np.arange(hours + 1) * hour_s
    begin, end = np.array(intervals or [(0.0, 0.0)]).T
    # time covered up to each edge: whole intervals before it, and a part of the one around it
    covered = np.concatenate([[0.0], np.cumsum(end - begin)])
    place = np.searchsorted(begin, edges)
    inside = np.maximum(end[place - 1] - edges, 0.0) * (place > 0)
    until = covered[place] - inside
    return np.asarray((np.diff(until) / hour_s).reshape(-1, HOURS).mean(0))


# --------------------------------------------------------------------------------- one replica


@dataclass
class _Run:
    """Requests of one replica; who is waiting, and whether it is up."""

    arrivals: Drawn
    sleep: Sleep | None
    draws: np.random.Generator
    now: float = 0.0
    next: int = 0  # first request that has not come yet
    queue: deque[int] = field(default_factory=deque)
    up: list[tuple[float, float]] = field(default_factory=list)
    up_since: float | None = None

    def __post_init__(self) -> None:
        self.finished = np.full(self.arrivals.size, np.nan)
        self.met = np.zeros(self.arrivals.size, dtype=bool)
        self.times: list[float] = self.arrivals.tolist()

    @property
    def over(self) -> bool:
        """Whether nobody is left to come."""
        return self.next >= len(self.times)

    def admit(self) -> None:
        """Everybody who has come by now queues."""
        while self.next < len(self.times) and self.times[self.next] <= self.now:
            self.queue.append(self.next)
            self.next += 1

    def idle(self) -> None:
        """Nothing to do: until somebody comes, or the start that they wait for is over."""
        coming = self.times[self.next]
        sleep = self.sleep
        if sleep is None or not self._asleep_by(coming, sleep):
            self.now = coming
            self.admit()
            return
        self.up_since = coming
        self.now = coming + sleep.start_s * np.exp(sleep.start_spread * self.draws.normal())
        first = self.next
        self.admit()
        self.met[first : self.next] = True
        if sleep.refuses:
            self.queue.clear()

    def _asleep_by(self, time: float, sleep: Sleep) -> bool:
        if self.up_since is None:
            return True
        if time <= self.now + sleep.idle_s:
            return False
        self.up.append((self.up_since, self.now + sleep.idle_s))
        return True

    def finish(self, end: float) -> None:
        """After the last day."""
        if self.sleep is None:
            self.up = [(0.0, end)]
        elif self.up_since is not None:
            self.up.append((self.up_since, self.now + self.sleep.idle_s))


def _lengths(mean: float, spread: float, count: int, draws: np.random.Generator) -> list[float]:
    """Lognormal with a mean."""
    drawn: list[float] = draws.lognormal(np.log(mean) - spread**2 / 2, spread, count).tolist()
    return drawn


def _serve_language(server: Language, run: _Run, draws: np.random.Generator) -> None:
    """Steps of all requests in the batch, prompts read in between."""
    count = run.arrivals.size
    tokens = _lengths(server.tokens, server.length_spread, count, draws)
    reading = server.reading_s
    delay = server.first_s - reading
    fixed, each = server.step
    batch: list[tuple[float, int]] = []  # tokens counted by the replica at which one is done
    counted = 0.0
    while not (run.over and not run.queue and not batch):
        if not batch and not run.queue:
            run.idle()
        elif run.queue and len(batch) < server.batch:
            index = run.queue.popleft()
            run.now += reading
            heapq.heappush(batch, (counted + tokens[index], index))
            run.admit()
        else:
            counted = _steps(run, batch, counted, fixed + each * len(batch), delay)


def _steps(
    run: _Run, batch: list[tuple[float, int]], counted: float, step_s: float, delay: float
) -> float:
    """Up to the next answer, or to the next request; returns the tokens counted."""
    done = run.now + (batch[0][0] - counted) * step_s
    coming = np.inf if run.over else run.times[run.next]
    if coming < done:
        counted += (coming - run.now) / step_s
        run.now = coming
        run.admit()
        return counted
    counted, index = heapq.heappop(batch)
    run.now = done
    run.finished[index] = done + delay
    return counted


def _serve_network(server: Network, run: _Run, draws: np.random.Generator) -> None:
    """Whoever waits, up to a batch, together."""
    fixed, each = server.step
    noise = iter(_lengths(1.0, server.spread, run.arrivals.size, draws))
    while not (run.over and not run.queue):
        if not run.queue:
            run.idle()
            continue
        some = [run.queue.popleft() for _ in range(min(server.batch, len(run.queue)))]
        run.now += (fixed + each * len(some)) * next(noise)
        run.finished[some] = run.now
        run.admit()


def _serve(server: Language | Network, run: _Run, draws: np.random.Generator) -> None:
    """Let a replica serve everybody who comes to it."""
    if isinstance(server, Language):
        _serve_language(server, run, draws)
    else:
        _serve_network(server, run, draws)
