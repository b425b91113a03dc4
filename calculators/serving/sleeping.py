"""Hosted machines that stop when nobody asks: what they bill, and who meets a start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array, BoolArray, Index, filled
from calculators.block import at
from calculators.block import cells as pick_cells
from calculators.case import Case
from calculators.checks import Check
from calculators.costs.fleet import day_of
from calculators.costs.network import trip
from calculators.costs.sleep import Asleep, Workers, billed_of, starts, whole_workers
from calculators.factors import SERVER_SPEED
from calculators.market.machines import MachineOffers
from calculators.market.sleepers import (
    IDLE,
    IDLE_FACTOR,
    START,
    START_FACTOR,
    Sleepers,
    sleepers,
)
from calculators.percents import percent
from calculators.results import Finding, Needed
from calculators.serving.day import Day, Started, at_points
from calculators.serving.late import Answers, Starting
from calculators.serving.machines import Serving
from pricing.kept import cached_property
from pricing.records import record
from pricing.schema import InstanceRow

SERVERLESS = "hosted_serverless"
LEAST_LIMIT_MS = 1e-9  # where the trip alone takes the whole budget
BITS = {"fp16": 16.0, "fp8": 8.0, "int8": 8.0, "int4": 4.5}
GIB = 2.0**30


def serverless(offers: MachineOffers) -> BoolArray:
    """Which are billed only while they are up, whatever the scenario says (C,)."""
    rows = [offer.row for offer in offers.offers]
    return np.array([isinstance(row, InstanceRow) and row.market == SERVERLESS for row in rows])


@record
class Sleeping:
    """The R of C hosted offers whose machines stop when nobody asks."""

    case: Case
    offers: MachineOffers
    asked: Serving
    share: Array  # (N,) of the requests
    rows: Index  # (R,) into C

    @classmethod
    def of(cls, case: Case, offers: MachineOffers, asked: Serving, share: Array) -> Sleeping:
        """Serverless machines always; endpoints that scale to zero where the hours may differ."""
        asleep = serverless(offers)
        if case.scenario.billing == "autoscaled":
            asleep = asleep | sleepers(case.market, offers).may
        return cls(case, offers, asked, share, np.flatnonzero(asleep))

    @cached_property
    def sleepers(self) -> Sleepers:
        """What the vendors' machines do when nobody asks."""
        return sleepers(self.case.market, self.offers)

    @cached_property
    def place(self) -> Index:
        """Place of each offer among those that sleep, -1 for others (C,)."""
        found = np.full(self.offers.size, -1, dtype=np.intp)
        found[self.rows] = np.arange(self.rows.size)
        return found

    @cached_property
    def idle_s(self) -> Array:
        """Seconds a worker stays up after its last answer (R, N)."""
        stated = self.sleepers.idle_s.at(self.case.points.score(IDLE_FACTOR))
        return np.where(self.sleepers.idle_ours, self.case.assume(IDLE), stated)[self.rows]

    @cached_property
    def start_s(self) -> Array:
        """Median seconds of a start (R, N)."""
        bits = BITS[self.case.scenario.precision]
        weights_gib = filled(self.case.params_millions) * 1e6 * bits / 8 / GIB
        score = self.case.points.score(START_FACTOR)
        ours, language = self.case.assume(START), self.asked.language
        return self.sleepers.start_s(weights_gib, score, ours, language=language)[self.rows]

    @cached_property
    def workers(self) -> Workers:
        """The workers as the rule of sleep sees them."""
        machine = self.offers.machine[self.rows]
        replicas = self.asked.replicas_per_machine[machine]
        empty = np.zeros((1, 1))
        return Workers(
            answer_s=self.asked.answering.p50(empty)[machine] / 1000,
            usable_rps=self.asked.usable_rps[machine] * replicas,
            full_rps=self.asked.capacity_rps[machine] * replicas,
            idle_s=self.idle_s,
            start_s=self.start_s,
            starts_billed=self.sleepers.starts_billed[self.rows][:, None],
        )

    @cached_property
    def asleep_at(self) -> Asleep:
        """When they sleep, at any rate: the same whatever share of the requests they answer.

        Kept for later cases where points differ in the rate alone.
        """
        case, day, workers = self.case, day_of(self.case), self.workers

        def make() -> Asleep:
            some = replace(workers, usable_rps=workers.full_rps)  # its own is of these points alone
            return Asleep(day, some, case.size)

        figures = [part for part in workers.figures.parts if part.shape[1] > 1]
        if figures or not day.alike:
            return case.shared_of("asleep", self.offers, make)
        held = (*workers.figures.parts, workers.starts_billed, day.load, day.on)
        return case.remembered(("asleep", *(part.tobytes() for part in held)), make)

    @cached_property
    def _mean_rps(self) -> Array:
        """Mean rates (1, N, S)."""
        return np.asarray((self.case.demand.mean_rps * self.share[:, None])[None])

    @cached_property
    def billed(self) -> Array:
        """Worker-hours billed in a month (R, N, S)."""
        free = self.asleep_at.free_hours(self._mean_rps)
        return billed_of(self._mean_rps, self.whole_hours, free)

    @cached_property
    def whole_hours(self) -> Array:
        """Worker-hours of a day if none slept (R, N, S): where they change, cost steps."""
        return whole_workers(day_of(self.case), self._mean_rps, self.workers.usable_rps)

    def sleeps(self, candidate: int) -> bool:
        """Whether a candidate's machines stop when nobody asks."""
        return bool(self.place[candidate] >= 0)

    def asleep(self, candidates: Index) -> BoolArray:
        """Which candidates' machines stop when nobody asks."""
        return np.asarray(self.place[candidates] >= 0)

    def started(self, candidates: Index, points: Index) -> Started:
        """What starts do to requests of some cells, in the month with the fewest."""
        place = self.place[candidates]

        def one(values: Array) -> Array:
            return pick_cells(values, place, points)[:, None]

        figures = {name: one(getattr(self.workers, name)) for name in WORKER_FIGURES}
        billed = self.workers.starts_billed[place]
        workers = Workers(**figures, starts_billed=billed)
        mean = at_points(self.case.demand.mean_rps, points).min(-1) * at_points(self.share, points)
        rate = (mean[:, None] * at_points(day_of(self.case).load, points))[:, None]
        deviation = self.sleepers.spread[candidates]
        return Started(starts(rate, workers), one(self.start_s) * 1000, deviation)

    def check(self, day: Day) -> list[Check]:
        """More than 5 of 100 requests meet a start and miss the budget, or are refused."""
        if not self.rows.size:
            return []
        late = np.zeros((self.offers.size, self.case.size), dtype=bool)
        if self.case.given("latency_budget_ms"):
            once, index = self._unlike
            late[self.rows] = self._late(day, once)[:, index]
        return [too_late(self, late)]

    def met(self, candidate: int, point: int) -> float:
        """Share of a day's requests that meet a start."""
        cell = np.array([candidate]), np.array([point])
        weight = at_points(day_of(self.case).weight, cell[1])
        return float((self.started(*cell).starts.met[0, 0] * weight[0]).sum())

    @cached_property
    def _unlike(self) -> tuple[Index, Index]:
        """Points that differ in what starts depend on, and which of them each point is like."""
        rate = self._mean_rps[0]
        figures = (rate.min(-1), rate.max(-1), trip(self.case).p95, self.case["latency_budget_ms"])
        return self.case.unlike(SCORES, *figures, without=NOT_STARTS)

    def _met(self, points: Index) -> tuple[Array, Array]:
        """Share of a day's requests that meet a start, and that wait all of it (R, n).

        In the month with the fewest.
        """
        mean = at_points(self.case.demand.mean_rps, points).min(-1) * at_points(self.share, points)
        return self.asleep_at.met_shares(mean, points)

    def _late(self, day: Day, points: Index) -> BoolArray:
        """Where too many requests are late or refused (R, n)."""
        left = np.atleast_1d(self.case["latency_budget_ms"] - trip(self.case).p95)
        machines = self.offers.machine[self.rows]
        load = day.busiest_load(machines, points)
        answering = self.asked.answering.take(machines, points)
        met, first = self._met(points)
        asked = Starting(
            limit_ms=np.maximum(at_points(left, points), LEAST_LIMIT_MS),
            met=met,
            first=first,
            refused=self.sleepers.refuses[self.rows][:, None],
            start_ms=1000 * _columns(self.start_s, points),
            deviation=self.sleepers.spread[self.rows],
            busy=Answers.at(answering, load),
            empty=Answers.at(answering, np.zeros((1, 1))),
        )
        return asked.too_many_late(
            lambda place, column, limit: day.late(self.rows[place], points[column], limit)
        )

    def words(self, candidate: int, point: int, share: float) -> str:
        """Who meets a start of a candidate's machine."""
        start = at(self.start_s, int(self.place[candidate]), point)
        refused = bool(self.sleepers.refuses[candidate])
        what = "are refused meanwhile" if refused else "wait for it or for a part of it"
        return f"it starts in about {start:,.0f} s, and {percent(share, 1)} of requests {what}"


SCORES = (SERVER_SPEED.name, START_FACTOR, IDLE_FACTOR, "answer_lengths")
"""Factors that move starts and answers."""
NOT_STARTS = (
    "money",
    "training",
    "data",
    "price",
    "discount",
    "fixed",
    "requests_per_month",
    "requests_per_user_per_month",
    "installs_per_month",
)
"""Inputs, groups and own figures that move neither, and what moves them by the rate alone."""
WORKER_FIGURES = ("answer_s", "usable_rps", "full_rps", "idle_s", "start_s")


def _columns(values: Array, points: Index) -> Array:
    return values[:, points] if values.shape[1] > 1 else values


NO_LIMIT = (Needed("latency_budget_ms", None),)
"""Where requests are refused while a machine starts, no limit on the time lets it pass."""


def too_late(sleeping: Sleeping, late: BoolArray) -> Check:
    """More than 5 of 100 requests meet a start and miss the budget, or are refused."""
    change = "more requests, an endpoint that stays up, or a limit that a start fits in"

    def say(candidate: int, point: int) -> Finding | None:
        if sleeping.place[candidate] < 0:
            return None
        share = sleeping.met(candidate, point)
        if np.isnan(share):
            return None  # what lacks to say it is said as missing
        text = (
            f"A machine that nobody asks goes to sleep: {sleeping.words(candidate, point, share)}"
        )
        if not late[candidate, point if late.shape[1] > 1 else 0]:
            return Finding("cold start", "caution", f"{text}.")
        limit = at(sleeping.case["latency_budget_ms"], 0, point)
        most = f"; 95 of 100 answers must come within your limit of {limit:,.0f} ms."
        return Finding("speed: start", "fail", text + most, change, needs=NO_LIMIT)

    return Check(late, say)
