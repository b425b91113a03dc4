"""Replicas of H machines at N points: their figures, and the set of accelerators they are made of.

A machine may give its replicas the smallest set of accelerators that holds the model, or twice,
four and eight times that. The whole fleet is smallest with the set whose replicas together can be
used for most requests a second under every budget: the machines of a fleet are
``ceil(peak / (usable rate x replicas of a machine))``. Large sets answer sooner, so a tight budget
leaves them more of their rate; small ones lose less to the talk between accelerators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array, BoolArray, Index, any_true, filled
from calculators.case import Case
from calculators.estimators.types import ServerEstimates
from calculators.factors import SERVER_SPEED
from calculators.market.machines import MachineOffers
from calculators.serving.own_figures import OwnFigures, own_figures
from calculators.serving.under_load import (
    Answering,
    Budget,
    allowed_load,
    budgets,
    overrun,
)
from pricing.records import record

Quantity = Literal["capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"]
T = TypeVar("T")
NOT_SPEED = ("how much", "money", "training", "data")
"""Groups of inputs that change nothing about how fast a machine answers."""
SPEED_SCORES = (SERVER_SPEED.name, "answer_lengths")
"""Factors that move how fast a machine answers."""
ANSWER_LENGTHS = "answer_length_spread_"
EQUAL = 1e-9  # share by which a set must be better to be taken instead
KEPT_CELLS = 4096  # machines x points whose replicas are kept; the verdict draws 512 points
UNMET = 1e-6  # what a rate counts that misses a budget however little a machine has to do


@record
class Figures:
    """Figures of one replica of each of H machines, (H, N) or broadcasting to it.

    ``full_rps`` is the rate at full load, ``capacity_rps`` the same with as many requests at once
    as allowed; times are those on an empty machine. ``together`` is how they grow for a number of
    requests that are always in the replica, ``answering`` for requests that come at random.
    """

    full_rps: Array
    capacity_rps: Array
    answer_ms: Array
    ttft_ms: Array
    tpot_ms: Array
    together: Answering
    answering: Answering
    per_machine: Array

    @classmethod
    def of(cls, case: Case, estimates: ServerEstimates, own: OwnFigures) -> Figures:
        """As estimated, moved by the scores of the points and the user's own benchmark."""
        score = case.points.score(SERVER_SPEED.name)

        def figure(quantity: Quantity, faster: float) -> Array:
            interval = getattr(estimates, quantity)
            found = case.requests.at(interval, score * faster)
            if any_true(own.measured) and any_true(score):  # the user's own follows no factor
                middle = case.requests.at(interval, np.zeros(1))
                found = np.where(own.measured[:, None], middle, found)
            return np.asarray(found * own.times_faster(quantity) ** faster)

        full_rps = figure("capacity_rps", 1.0)
        answer, first, token = (figure(of, -1.0) for of in ("answer_ms", "ttft_ms", "tpot_ms"))
        together = _together(case, estimates, answer, first, token)
        random, capacity_rps = together, full_rps
        if case.given("max_concurrency"):
            random = together.letting_in(case["max_concurrency"], full_rps)
            capacity_rps = full_rps * random.part
            together = replace(together, most=random.most)
        if together.language:  # tokens are a mean, which a few long answers lift above the median
            random = replace(random, rest=together.rest * np.exp(-(together.lengths**2) / 2))
        else:
            random = replace(random, crowd=full_rps * answer / 1000)
        each = case.requests.spread(np.maximum(estimates.replicas_per_machine, 1.0))
        return cls(full_rps, capacity_rps, answer, first, token, together, random, each)


def _lengths(case: Case) -> Array:
    """Log standard deviation of the lengths of answers (1,) or (N,)."""
    return case.assume(f"{ANSWER_LENGTHS}{case.scenario.task}")


def _together(
    case: Case, estimates: ServerEstimates, answer: Array, first: Array, token: Array
) -> Answering:
    curve, none = estimates.curve.each(case.requests.spread), np.zeros((1, 1))
    if case.requests.work.kind != "llm":
        return Answering(none, answer, none, none, none, curve)
    rest = np.maximum(answer - first, 0.0)
    lengths = _lengths(case)[None]
    hidden = case.hidden_tokens[None]
    return Answering(first, rest, token, lengths, none, curve, hidden)


@record
class Replicas:
    """Figures, and the rate that may be planned with headroom so that every budget is met (H, N).

    Where no load meets them all (``meets`` is false) it is the rate with headroom alone.
    """

    figures: Figures
    usable_rps: Array
    meets: BoolArray

    @classmethod
    def of(cls, figures: Figures, asked: Asked) -> Replicas:
        """Under the budgets of the scenario."""
        load, meets = allowed_load(asked.some(figures.answering), asked.budgets, asked.most)
        return cls(figures, figures.capacity_rps * asked.every(load), asked.every(meets))

    @property
    def worth(self) -> Array:
        """Requests/s of a machine that can be used; next to nothing where a budget is missed."""
        found = self.usable_rps * self.figures.per_machine
        return filled(np.where(self.meets, found, found * UNMET))


@record
class Asked:
    """Budgets and the load planned for at the points that differ in anything that moves a time."""

    budgets: Sequence[Budget]
    most: Array
    once: Index | None  # of the N points; None: all of them
    index: Index  # which of these each point is like

    @classmethod
    def of(cls, case: Case) -> Asked:
        """What the scenario asks."""
        most, asked = case["target_peak_load"], budgets(case)
        figures = [part for item in asked for part in (item.limit, item.trip)]
        once, index = case.unlike(SPEED_SCORES, *figures, most, without=NOT_SPEED)
        if once.size == case.size:
            return cls(asked, most, None, index)
        some = [item.pick(once) for item in asked]
        return cls(some, most[once] if most.size > 1 else most, once, index)

    def key(self, case: Case) -> tuple[int, tuple[object, ...]] | None:
        """All that replicas rest on beside request and machines; None where that is measured.

        The number of points that differ in it comes first.
        """
        measured = ("measured_requests_per_s", "measured_answer_ms")
        if any(case.given(name) for name in measured):
            return None
        figures = [
            self.most,
            case.hidden_tokens,
            case["max_concurrency"],
            *([_lengths(case)] if case.requests.work.kind == "llm" else []),
            *(case.points.score(name) for name in SPEED_SCORES),
            *(part for item in self.budgets for part in (item.limit, item.trip)),
        ]
        alike = not any_true(self.index) and all(part.size == 1 for part in figures)
        rules = tuple(item.rule for item in self.budgets)
        held = (part.tobytes() for part in figures)
        return 1 if alike else case.size, (case.scenario.serving_stack, rules, *held)

    def some(self, answering: Answering) -> Answering:
        """Times at these points."""
        if self.once is None:
            return answering
        return answering.take(slice(None), self.once)

    def every(self, found: NDArray[Any]) -> NDArray[Any]:
        """What was found there at all points."""
        return found if self.once is None or found.shape[1] == 1 else found[:, self.index]


# --------------------------------------------------------------------------- the set of a replica


@record
class Chosen:
    """Replicas of the best set at each point, and the estimates behind them.

    ``row`` (H, N) is the row of ``estimates`` that a machine's figures are from; the first H are
    those of the set with which it answers most at full load.
    """

    replicas: Replicas
    estimates: ServerEstimates
    row: Index

    def at(self, machine: int, point: int) -> int:
        """Row of the estimates of a machine at a point."""
        return int(self.row[machine, point if self.row.shape[1] > 1 else 0])


def asked_of(case: Case, offers: MachineOffers) -> tuple[OwnFigures, Chosen]:
    """What the user measured and the replicas of the machines of some offers.

    Kept for later cases where all it rests on is the same at all points, as along the volume, and
    of few machines where points differ in it, as draws do: those of another volume are the same.
    """
    asked = case.shared("asked", lambda: Asked.of(case))

    def make() -> tuple[OwnFigures, Chosen]:
        estimates = case.servers(offers)
        own = own_figures(case, estimates)
        return own, chosen(case, estimates, own, asked)

    request, known = case.request_key, asked.key(case)
    if request is not None and known is not None:
        (points, rest), machines = known, offers.hardware
        if points == 1:
            return case.remembered(("replicas", request, offers, *rest), make)
        if points * len(machines) <= KEPT_CELLS:
            return case.remembered_of_draws((request, machines, points, *rest), make)
    return case.shared_of("replicas", offers.hardware, make)  # rented, or behind the devices


def chosen(case: Case, estimates: ServerEstimates, own: OwnFigures, asked: Asked) -> Chosen:
    """Replicas of the set that makes the fleet smallest; of equals the one that answers most.

    Where nothing but the load planned for limits the rate, the set that answers most at full load
    is the best. A machine that the user measured keeps it: so it was measured.
    """
    usual = np.arange(len(estimates.hardware))
    figures = Figures.of(case, estimates, own)
    others = _others(case, estimates, figures, own, asked)
    if not others:
        return Chosen(Replicas.of(figures, asked), estimates, usual[:, None])
    parts = [estimates.with_set(rung, machines) for rung, machines in others]
    every = ServerEstimates.joined([estimates, *parts])
    groups = [machines for _, machines in others]
    machine = np.concatenate([usual, *groups])
    found = Replicas.of(Figures.of(case, every, own.of(machine)), asked)
    row = _best(found.worth, groups, usual.size)
    return Chosen(_taken(found, row, machine.size), every, row)


def _others(
    case: Case, estimates: ServerEstimates, figures: Figures, own: OwnFigures, asked: Asked
) -> list[tuple[int, Index]]:
    """Further sets that machines might better give, by rung, and which machines.

    Those of machines whose usual set misses a budget at the load planned for, or may not be full.
    """
    rates = estimates.rates()
    limited = case.given("max_concurrency")
    if len(rates) < 2 or not (limited or asked.budgets):
        return []
    bound = ~own.measured
    if not limited:
        over = overrun(asked.some(figures.answering), asked.budgets, asked.most[None])
        bound = bound & (over > 0).any(axis=1)
    most = np.maximum.reduce(rates)
    found = [np.flatnonzero(((r > 0) & (r < most)).any(axis=1) & bound) for r in rates]
    return [(rung, machines) for rung, machines in enumerate(found) if machines.size]


def _best(worth: Array, groups: Sequence[Index], count: int) -> Index:
    """The row worth most of each of ``count`` machines (count, N); the first of equals.

    Rows behind the first ``count`` are of the machines of each group in turn.
    """
    row = np.repeat(np.arange(count)[:, None], worth.shape[1], axis=1)
    most, first = worth[:count].copy(), count
    for machines in groups:
        rows = np.arange(first, first + machines.size)
        better = worth[rows] > most[machines] * (1 + EQUAL)
        most[machines] = np.where(better, worth[rows], most[machines])
        row[machines] = np.where(better, rows[:, None], row[machines])
        first += machines.size
    return row


def _taken(held: T, row: Index, rows: int) -> T:
    """A record with arrays of ``rows`` rows, at the rows that machines chose (H, N)."""
    found: T = _taken_part(held, row, rows)
    return found


def _taken_part(values: Any, row: Index, rows: int) -> Any:
    if is_dataclass(values) and not isinstance(values, type):
        parts = {
            item.name: _taken_part(getattr(values, item.name), row, rows) for item in fields(values)
        }
        return replace(values, **parts)
    if values is None or values.ndim < 2 or len(values) < rows:
        return values  # the same on all machines
    wide = values.shape[1] > 1
    shared = row if row.shape[1] > 1 else np.broadcast_to(row, (len(row), values.shape[1]))
    return np.take_along_axis(values, shared, axis=0) if wide else values[row, 0]
