"""An option as it is shown, and the day it is to be judged by.

The day is made of what stands behind the option: rates of its hours, the machines it shows, what
one replica answers when full, the times of an empty one, its sleep. How times grow with load is
left to the simulation: it makes a step that takes ``a + b x batch`` of the empty time and of the
capacity, with as many requests in a full replica as are shown there (Little's law).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.block import Block, Later, cells
from calculators.case import Case
from calculators.compare import compare, points
from calculators.costs.fleet import day_of, machines_for
from calculators.memory import SHARED
from calculators.options.registry import serve_place
from calculators.places import PLACES
from calculators.results import Capacity, Comparison, Option
from calculators.serving.day import Day
from calculators.serving.sleeping import Sleeping
from report.codec import decode
from tests.simulation.day import HOURS, Language, Network, Setting, Sleep

FIRST = np.zeros(1, dtype=np.intp)
"""The point as entered."""


def ask(query: str) -> Comparison:
    """What ``/api/v1/compare?query`` answers."""
    found = decode(query, strict=True)
    return compare(found.scenario, found.book)


@dataclass(frozen=True, eq=False)
class Shown:
    """One option of a comparison with the figures behind it."""

    option: Option
    case: Case
    block: Block
    candidate: int

    @classmethod
    def of(cls, found: Comparison, option: Option) -> Shown:
        """An option whose requests machines answer, all of them or what devices leave."""
        case = SHARED.case(points(found.scenario), found.book)
        block = serve_place(case, PLACES[option.answers_at], np.ones(1))
        assert block is not None
        product = option.id.partition(">")[2].partition(":")[2]
        return cls(option, case, block, list(block.products.ids).index(product))

    @property
    def computing_p95_s(self) -> float:
        """The slow time that is shown, less the trip; of a hybrid the machine's part of it."""
        return float(self.block.speed.computing(np.array([self.candidate]), FIRST)[1][0]) / 1000

    @property
    def machines_p95_ms(self) -> float:
        """The slow time of what machines answer, the trip included."""
        trip = self.block.speed.trip
        assert trip is not None
        return self.computing_p95_s * 1000 + float(cells(trip.p95, FIRST, FIRST)[0])

    @property
    def setting(self) -> Setting:
        """The day of the option."""
        rates = self._rates_rps
        sleep = self._sleep
        return Setting(self._server, rates.tolist(), self._replicas(rates, sleep), sleep)

    # the figures behind it ---------------------------------------------------------------------

    @property
    def _day(self) -> Day:
        day = self.block.speed.day
        found = day.day if isinstance(day, Later) else day
        assert isinstance(found, Day)
        return found

    @property
    def _share(self) -> float:
        """Share of the requests that reaches the machines."""
        day = self.block.speed.day
        return float(self._day.share[day.first if isinstance(day, Later) else 0])

    @property
    def _capacity(self) -> Capacity:
        assert self.option.capacity is not None
        return self.option.capacity

    def _of_machine(self, values: Array) -> float:
        """A figure of the machine at the point."""
        row = self._day.machine[[self.candidate]]
        return float(cells(values, row, FIRST)[0])

    @property
    def _rates_rps(self) -> Array:
        """Requests a second by the hour that reach the machines."""
        day = day_of(self.case).load
        return np.asarray(float(self.case.demand.mean_rps[0, 0]) * self._share * day[0])

    def _replicas(self, rates_rps: Array, sleep: Sleep | None) -> list[int]:
        """Replicas by the hour: all that are shown, or those that the hour needs."""
        each, usable = self._capacity.replicas, self._capacity.usable_requests_per_s
        if sleep is None and self.case.scenario.billing != "autoscaled":
            return [round(self._capacity.machines * each)] * HOURS
        needed = machines_for(rates_rps, np.full(HOURS, usable), np.ones(1))
        spare = 0.0 if sleep else float(self._day.fleet.spare[0])
        return [round(machines * each) for machines in needed + spare]

    @property
    def _server(self) -> Language | Network:
        answering, day = self._day.answering, self._day
        full = self._of_machine(day.rates.capacity_rps)
        first, rest, token = (
            self._of_machine(part) / 1000
            for part in (answering.first, answering.rest, answering.token)
        )
        batch = max(1, round(self._capacity.at_once / self._capacity.replicas))
        if not answering.language:
            return Network(rest, full, batch, spread=self._of_machine(answering.curve.spread))
        spread = self._of_machine(answering.lengths)
        mean = rest * math.exp(spread**2 / 2)  # times shown are of the median length
        return Language(first, token, mean / token, full, batch, spread)

    @property
    def _sleep(self) -> Sleep | None:
        """What its first machine does when nobody asks."""
        sleeping = self._day.sleeps
        here = np.array([self.candidate])
        if not isinstance(sleeping, Sleeping) or not sleeping.asleep(here)[0]:
            return None
        place = sleeping.place[here]
        idle, start = (
            float(cells(part, place, FIRST)[0]) for part in (sleeping.idle_s, sleeping.start_s)
        )
        spread = float(sleeping.sleepers.spread[self.candidate, 0])
        return Sleep(idle, start, spread, refuses=bool(sleeping.sleepers.refuses[self.candidate]))
