"""Answer times over all requests of a day: each hour has its own load and its share of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from calculators.arrays import Array, BoolArray, Index, filled
from calculators.block import Times
from calculators.block import cells as pick_cells
from calculators.case import Case
from calculators.costs.fleet import Fleet, Rates, day_of, machines_for
from calculators.costs.sleep import Starts
from calculators.day_times import DayTimes
from calculators.serving.under_load import Z95, Answering
from pricing.records import record


@record
class Started:
    """Starts that the requests of n cells meet."""

    starts: Starts  # (n, 1, 24)
    start_ms: Array  # (n, 1) median
    deviation: Array  # (n, 1) of its logarithm


@record
class Hours:
    """Hours of the day that are alike, taken as one."""

    unlike: Index  # one hour of each load (H,)
    like: Index  # which of them each hour is like (24,)

    def sum(self, by_hour: Array) -> Array:
        """Sums of figures by the hour (n, 24), (n, H)."""
        found = np.zeros((len(by_hour), self.unlike.size))
        for hour, like in enumerate(self.like.tolist()):
            found[:, like] += by_hour[:, hour]
        return found

    def mean(self, by_hour: Array, weight: Array) -> Array:
        """Means of figures by the hour (n, 24) with weights; 0 where none has any."""
        total = self.sum(weight)
        part = self.sum(by_hour * weight)
        return np.divide(part, total, out=np.zeros_like(part), where=total > 0)


class Sleeps(Protocol):
    """Machines some of which stop when nobody asks."""

    def asleep(self, candidates: Index) -> BoolArray:
        """Which candidates' machines do."""
        ...

    def started(self, candidates: Index, points: Index) -> Started:
        """What starts do to requests of some cells, all of candidates that sleep."""
        ...


@record
class Day:
    """Times of the machines of C offers over a day's requests."""

    case: Case
    answering: Answering
    rates: Rates
    fleet: Fleet
    share: Array  # (N,) of the requests
    machine: Index  # (C,) into H
    sleeps: Sleeps | None = None

    def __call__(self, candidates: Index, points: Index) -> Times:
        """Median and slow computing times of some cells (n,) [ms]."""
        half, slow = np.full(candidates.size, np.nan), np.full(candidates.size, np.nan)
        for here, found in self._parts(candidates, points):
            half[here], slow[here] = found.quantiles(0.5, 0.95)
        return half, slow

    def late(self, candidates: Index, points: Index, limit_ms: Array) -> Array:
        """Share of a day's requests of some cells that take longer than a limit (n,)."""
        made = np.zeros(candidates.size)
        for here, found in self._parts(candidates, points):
            made[here] = 1 - found.share_within(limit_ms[here])
        return made

    def _parts(self, candidates: Index, points: Index) -> Sequence[tuple[Index, DayTimes]]:
        """Times of cells that never sleep and of those that do, with where they stand."""
        every = np.arange(candidates.size)
        if self.sleeps is None:
            return [(every, self._times(candidates, points, up=False))]
        asleep = self.sleeps.asleep(candidates)
        return [
            (here, self._times(candidates[here], points[here], up=bool(flag)))
            for flag in (False, True)
            if (here := every[asleep == flag]).size
        ]

    def _times(self, candidates: Index, points: Index, *, up: bool) -> DayTimes:
        """``up``: the workers of an hour are as many as it needs, and may have to start."""
        rows, hours = self.machine[candidates], self._hours
        load = self.loads(rows, points, by_hour=up)
        each = np.repeat(rows, hours.unlike.size), np.repeat(points, hours.unlike.size)
        flat = self.answering.pick(*each).at(load.reshape(-1))
        half = flat.p50.reshape(load.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.log(flat.p95.reshape(load.shape) / half) / Z95
        weight = at_points(day_of(self.case).weight, points)
        if not up or self.sleeps is None:
            return DayTimes(hours.sum(weight), half, deviation)
        found = self.sleeps.started(candidates, points)
        return DayTimes(
            hours.sum(weight),
            half,
            deviation,
            hours.mean(found.starts.met[:, 0], weight),
            found.starts.first[:, 0, hours.unlike],
            found.start_ms,
            found.deviation,
        )

    @property
    def _hours(self) -> Hours:
        return Hours(*day_of(self.case).unlike)

    def busiest_load(self, machines: Index, points: Index) -> Array:
        """Load of replicas in the busiest hour of the fullest month, workers as needed.

        Of some machines at some points, (len(machines), len(points)).
        """
        mean = at_points(self.case.demand.mean_rps, points).max(-1)
        rate = mean * at_points(self.share * day_of(self.case).peak, points)
        full, usable, each = (
            part[machines][:, points if part.shape[1] > 1 else slice(None)]
            for part in (
                self.rates.capacity_rps,
                self.rates.usable_rps,
                self.rates.replicas_per_machine,
            )
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            # whole workers never carry more than they can use
            load = np.minimum(rate / (each * full), usable / full)
        return np.asarray(filled(load))

    def loads(self, rows: Index, points: Index, *, by_hour: bool = False) -> Array:
        """Load of a replica in hours of unlike load, in the month in which it is highest (n, H)."""
        case = self.case
        mean = at_points(case.demand.mean_rps, points) * at_points(self.share, points)[:, None]
        load = day_of(case).load[:, self._hours.unlike]
        rate = mean[:, :, None] * at_points(load, points)[:, None]
        full, usable, each = (
            pick_cells(part, rows, points)[:, None, None]
            for part in (
                self.rates.capacity_rps,
                self.rates.usable_rps,
                self.rates.replicas_per_machine,
            )
        )
        if by_hour:
            machines = machines_for(rate, usable, each)
        elif case.scenario.billing == "autoscaled":
            spare = at_points(self.fleet.spare, points)[:, None, None]
            machines = machines_for(rate, usable, each) + spare
        else:
            machines = self._machines(rows, points)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = rate / (machines * each * full)
        worst = filled(found.max(2)).argmax(1)
        return np.asarray(found[np.arange(found.shape[0]), worst])

    def _machines(self, rows: Index, points: Index) -> Array:
        """Machines that share an hour's requests (n, S, 1)."""
        whole = at_points(self.fleet.machines, rows)
        found = whole[np.arange(rows.size), points if whole.shape[1] > 1 else 0]
        return np.asarray(found[..., None])


def at_points(values: Array, points: Index) -> Array:
    """Rows of an array over points (N, ...) or (1, ...)."""
    return values[points] if values.shape[0] > 1 else np.repeat(values, points.size, axis=0)
