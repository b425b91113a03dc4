"""The user's own benchmark: exact on the machine it ran on, scaled to others as we estimate them.

A benchmark says what one machine did with some requests at once: so many requests a second, or so
long an answer. By Little's law either gives the other, so both say how many times faster the
machine is than estimated at that concurrency; every machine is then taken to be as much faster.
Memory, rules of speed and ranges stay in force.
"""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.case import Case
from calculators.checks import Gap
from calculators.estimators.types import Hardware, ServerEstimates
from calculators.market.machines import machine_named
from calculators.serving.under_load import Answering
from pricing.records import record

EVERY = "every"
"""Of links that are older than the field: the figure holds on whatever machine."""


@record
class OwnFigures:
    """How many times faster machines are than estimated, (H, N) or broadcasting; 1 untouched."""

    rate: Array  # requests a second
    time: Array  # times of an answer
    measured: BoolArray  # (H,) the machine it was measured on
    unusable: str = ""  # why the benchmark can say nothing

    def times_faster(self, quantity: str) -> Array:
        """Of the rate or of the times."""
        return self.rate if quantity == "capacity_rps" else self.time

    @property
    def given(self) -> bool:
        """Whether there is a benchmark."""
        return self.rate.size > 1 or float(self.rate.flat[0]) != 1 or any_true(self.measured)

    def of(self, machines: Index) -> OwnFigures:
        """Of some machines."""
        rate, time = (
            part[machines] if part.shape[0] > 1 else part for part in (self.rate, self.time)
        )
        return OwnFigures(rate, time, self.measured[machines], self.unusable)

    def gap(self) -> list[Gap]:
        """What is missing where the benchmark cannot be used."""
        return [Gap.always(self.unusable)] if self.unusable else []


def own_figures(case: Case, estimates: ServerEstimates) -> OwnFigures:
    """What the user's benchmark says of H machines."""
    machines = len(estimates.hardware)
    none = np.ones((1, 1))
    asked = [name for name in ("measured_requests_per_s", "measured_answer_ms") if case.given(name)]
    if not asked:
        return OwnFigures(none, none, np.zeros(machines, dtype=bool))
    if case.scenario.measured_on == EVERY:
        rate, time = _factors(case, estimates)
        return OwnFigures(rate, time, np.ones(machines, dtype=bool))
    hardware = machine_named(case.book, case.scenario.measured_on)
    rate, time = _factors(case, case.on_machine(hardware))
    here = np.array([_same(item, hardware) for item in estimates.hardware], dtype=bool)
    if any_true(np.isnan(rate)) or any_true(np.isnan(time)):
        why = case.on_machine(hardware).reason(0) or "it cannot be estimated"
        return OwnFigures(none, none, here, f"a benchmark we can scale ({_name(case)}: {why})")
    return OwnFigures(rate, time, here)


def _same(one: Hardware, other: Hardware) -> bool:
    """Accelerators answer, whatever host they are in; processors are a machine by themselves."""
    if not one.accelerator:
        return one == other
    return (one.accelerator, one.count) == (other.accelerator, other.count)


def _name(case: Case) -> str:
    return case.scenario.measured_on


def _factors(case: Case, found: ServerEstimates) -> tuple[Array, Array]:
    """Measured over estimated rate, and estimated over measured time, at the concurrency stated.

    Blank concurrency: the rate is that at full load, the time that of one request alone. Where
    only one of the two is measured it holds for both.
    """
    spread = case.requests.spread
    replicas = spread(np.maximum(found.replicas_per_machine, 1.0))
    capacity, answer = spread(found.capacity_rps.mid), spread(found.answer_ms.mid)
    if case.given("measured_concurrency"):
        in_flight = case["measured_concurrency"] / replicas
        held = _plain(found, answer, case).letting_in(in_flight, capacity).together
        capacity, answer = capacity * held.part, held.p50(np.ones((1, 1)))
    rate = case["measured_requests_per_s"] / (capacity * replicas)
    time = answer / case["measured_answer_ms"]
    if not case.given("measured_answer_ms"):
        return rate, rate
    if not case.given("measured_requests_per_s"):
        return time, time
    return rate, time


def _plain(found: ServerEstimates, answer: Array, case: Case) -> Answering:
    """Times of the machine as estimated."""
    none = np.zeros((1, 1))
    curve = found.curve.each(case.requests.spread)
    if found.curve.first is None:
        return Answering(none, answer, none, none, none, curve)
    first, token = case.requests.spread(found.ttft_ms.mid), case.requests.spread(found.tpot_ms.mid)
    return Answering(first, answer - first, token, none, none, curve)
