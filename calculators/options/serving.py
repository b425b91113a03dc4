"""Machines that answer requests: capacity, fleet and latency, for every kind that has machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray, Index
from calculators.block import Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import fleet as fleets
from calculators.costs import network, users
from calculators.costs.fleet import Fleet, step_spacing, step_volumes
from calculators.costs.network import trip
from calculators.estimators.types import Estimate, ServerEstimates
from calculators.explained import Explained, explained
from calculators.factors import SERVER_SPEED
from calculators.market.machines import MachineOffers, machine_name
from calculators.results import Capacity, Finding

Quantity = Literal["capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"]
OWN: dict[Quantity, str] = {
    "capacity_rps": "measured_requests_per_s",
    "answer_ms": "measured_answer_ms",
}
"""The field with which a user replaces a figure by a measurement."""


@dataclass(frozen=True, eq=False)
class Serving:
    """What H distinct machines do for the requests of N points, seen by C offers."""

    case: Case
    estimates: ServerEstimates  # of the distinct requests
    machine: Index  # (C,) into H

    def _figure(self, quantity: Quantity, *, faster: float) -> Array:
        """A figure of each machine (H, N): the user's own, else the estimate at its score."""
        own = OWN.get(quantity)
        if own is not None and self.case.given(own):
            return np.repeat(self.case[own][None], len(self.estimates.hardware), axis=0)
        score = self.case.points.score(SERVER_SPEED.name) * faster
        return self.case.requests.at(getattr(self.estimates, quantity), score)

    @cached_property
    def capacity_rps(self) -> Array:
        """Requests/s of one replica at full load (H, N)."""
        return self._figure("capacity_rps", faster=1.0)

    @cached_property
    def answer_ms(self) -> Array:
        """Computing time of one answer (H, N)."""
        return self._figure("answer_ms", faster=-1.0)

    @cached_property
    def ttft_ms(self) -> Array:
        """Computing time to the first word (H, N)."""
        return self._figure("ttft_ms", faster=-1.0)

    @cached_property
    def tpot_ms(self) -> Array:
        """Time of each further token (H, N)."""
        return self._figure("tpot_ms", faster=-1.0)

    @property
    def measured(self) -> bool:
        """Whether the user measured how much a machine answers."""
        return self.case.given("measured_requests_per_s")

    @cached_property
    def fits(self) -> BoolArray:
        """Where a machine holds the model (H, N)."""
        if self.measured:
            return np.ones((len(self.estimates.hardware), 1), dtype=bool)
        return self.case.requests.spread(self.estimates.fits)

    @cached_property
    def replicas_per_machine(self) -> Array:
        """Replicas of the model on one machine (H, N), at least one."""
        if self.measured:
            return np.ones((len(self.estimates.hardware), 1))
        replicas = np.maximum(self.estimates.replicas_per_machine, 1.0)
        return self.case.requests.spread(replicas)

    def fleet(self, share: Array) -> Fleet:
        """Machines for a share (N,) of the requests (H, N, S)."""
        return fleets.size(self.case, share, self.capacity_rps, self.replicas_per_machine)

    # rules and gaps ----------------------------------------------------------------------------

    def memory(self) -> Check:
        """Whether the model fits."""
        change = "a smaller model, fewer bits per weight, or a larger machine"
        fails = ~self.fits[self.machine]

        def say(candidate: int, point: int) -> Finding | None:
            if not fails[candidate, point if fails.shape[1] > 1 else 0]:
                return None
            reason = self.estimates.reason(int(self.machine[candidate]), self._request(point))
            return Finding("memory", "fail", reason, change)

        return Check(fails, say)

    def unknown(self) -> Gap:
        """Machines of which nothing can be said, or that do not hold the model: no total."""
        unknown = np.isnan(self.capacity_rps)

        def say(candidate: int, point: int) -> str:
            machine, request = int(self.machine[candidate]), self._request(point)
            if not self.fits[machine, point if self.fits.shape[1] > 1 else 0]:
                return ""  # the rule on memory says it
            return self.estimates.reason(machine, request) or "throughput of this machine"

        return Gap(unknown[self.machine], say)

    def _request(self, point: int) -> int:
        """Which distinct request a point has."""
        index = self.case.requests.index
        if index is not None:
            return int(index[point])
        return point if self.estimates.fits.shape[1] > 1 else 0

    # words -------------------------------------------------------------------------------------

    def speed(self) -> Speed:
        """Times of the C offers."""
        slow = self.case.assume("p95_to_p50_server")
        answer = self.answer_ms[self.machine]
        language = bool(np.isfinite(self.estimates.ttft_ms.mid).any())
        return Speed(
            answer_p50=answer,
            answer_p95=answer * slow,
            ttft=self.ttft_ms[self.machine] if language else None,
            tpot=self.tpot_ms[self.machine] if language else None,
            trip=trip(self.case),
            assumed=("p95_to_p50_server",),
        )

    def estimate(self, quantity: Quantity, candidate: int, point: int) -> Estimate | None:
        """What stands behind a figure of a candidate at a point."""
        own = OWN.get(quantity)
        if own is not None and self.case.given(own):
            value = np.array([at(self.case[own], 0, point)])
            rule = f"Your own measurement ({own})."
            return Estimate(value, value, value, "override", rule)
        machine = int(self.machine[candidate])
        return self.estimates.estimate(quantity, machine, self._request(point))

    def label(self, candidate: int, point: int) -> str:
        """How the answer time was come by."""
        if self.case.given("measured_answer_ms"):
            return "override"
        return self.estimates.label(int(self.machine[candidate]), self._request(point))

    def capacity(self, fleet: Fleet) -> Callable[[int, int], Capacity | None]:
        """How the machines of a candidate were sized."""

        def say(candidate: int, point: int) -> Capacity | None:
            found = self.estimate("capacity_rps", candidate, point)
            if found is None:
                return None
            machine = int(self.machine[candidate])
            replicas = at(self.replicas_per_machine, machine, point)
            return Capacity(
                requests_per_s=float(found.mid.flat[0]) * replicas,
                low=float(found.low.flat[0]) * replicas,
                high=float(found.high.flat[0]) * replicas,
                label=found.label,
                rule=" ".join([found.rule, *found.assumptions]),
                rows=found.rows,
                machines=at(fleet.machines[..., 0], machine, point),
                busy_share=at(fleet.busy_share[..., 0], machine, point),
                machine=machine_name(self.estimates.hardware[machine]),
            )

        return say

    def explained(self, candidate: int, point: int) -> tuple[Explained, ...]:
        """What stands behind a machine's capacity and answer times."""
        machine = int(self.machine[candidate])
        name = machine_name(self.estimates.hardware[machine])
        replicas = at(self.replicas_per_machine, machine, point)

        def of(quantity: Quantity) -> Estimate | None:
            return self.estimate(quantity, candidate, point)

        return (
            *explained("requests_per_s", name, of("capacity_rps"), replicas),
            *explained("answer_ms", name, of("answer_ms")),
            *explained("ttft_ms", name, of("ttft_ms")),
            *explained("tpot_ms", name, of("tpot_ms")),
        )

    def spacing_of(self, share: Array) -> Callable[[int], Array]:
        """Requests a month between one machine and the next, by candidate."""

        def spacing(candidate: int) -> Array:
            machine = int(self.machine[candidate])
            return step_spacing(
                self.case,
                float(share.flat[0]),
                at(self.capacity_rps, machine, 0),
                at(self.replicas_per_machine, machine, 0),
            )

        return spacing

    def edges_of(self, share: Array) -> Callable[[int, float], Array]:
        """The first volumes at which a candidate needs one machine more."""
        spacing = self.spacing_of(share)
        return lambda candidate, top: step_volumes(spacing(candidate), top)


RENT_DRIFT = "price_change_pct_per_year_rental"


def sent(ledger: Ledger, case: Case, offers: MachineOffers, share: Array) -> list[Gap]:
    """Charge what leaves the machines and what users' radios draw; returns what is missing."""
    no_price = network.egress(ledger, case, offers.vendors, share)
    vendors = offers.vendors
    names = [vendor or "owned" for vendor in vendors.values]
    found = [Gap.some(no_price, lambda i: f"egress price of {names[vendors.index[i]]}")]
    return found + radio(ledger, case, share)


def radio(ledger: Ledger, case: Case, share: Array) -> list[Gap]:
    """Charge what users' radios draw for a share of the requests; returns what is missing."""
    joules = network.radio_j_per_request(case)
    basis = "radio energy of sending and receiving, per request"
    return user_gaps(case, users.charge(ledger, case, joules, share, basis))


def user_gaps(case: Case, missing: Sequence[str]) -> list[Gap]:
    """What lacks of the users' part; it voids the answer only where that part is ranked."""
    counts = case.scenario.rank_by != "company"
    return [Gap.always(text, ranked=counts) for text in missing]


def serving(case: Case, offers: MachineOffers) -> Serving:
    """Ask the estimators about the machines of some offers."""
    return Serving(case, case.servers(offers), offers.machine)
