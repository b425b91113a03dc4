"""Machines that answer requests: capacity, fleet and latency, for every kind that has machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from calculators.costs.fleet import Fleet, Rates, step_spacing, step_volumes
from calculators.costs.network import trip
from calculators.estimators.types import Estimate, Interval, Label, ServerEstimates
from calculators.explained import Explained, explained
from calculators.factors import SERVER_SPEED
from calculators.market.machines import MachineOffers, machine_name
from calculators.places import Place
from calculators.results import Capacity, Finding
from calculators.serving.day import Day, Sleeps
from calculators.serving.own_figures import OwnFigures, own_figures
from calculators.serving.under_load import LEAST_LOAD, Answering, Limited, budgets, largest_load

Quantity = Literal["capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"]
NOT_SPEED = ("how much", "money", "training", "data")
"""Groups of inputs that change nothing about how fast a machine answers."""
ANSWER_LENGTHS = "answer_length_spread_"


@dataclass(frozen=True, eq=False)
class Serving:
    """What H distinct machines do for the requests of N points, seen by C offers."""

    case: Case
    estimates: ServerEstimates  # of the distinct requests
    machine: Index  # (C,) into H
    own: OwnFigures  # how much faster the user's machines are than estimated

    def _figure(self, quantity: Quantity, *, faster: float) -> Array:
        """A figure of each machine at its score (H, N), moved by the user's own measurement."""
        interval = getattr(self.estimates, quantity)
        score = self.case.points.score(SERVER_SPEED.name) * faster
        found = self.case.requests.at(interval, score)
        measured = self.own.measured
        if measured.any() and np.any(score):  # the user's own machine does not follow a factor
            middle = self.case.requests.at(interval, np.zeros(1))
            found = np.where(measured[:, None], middle, found)
        return found * self.own.times_faster(quantity) ** faster

    @cached_property
    def capacity_rps(self) -> Array:
        """Requests/s of one replica at full load, or with as many at once as allowed (H, N)."""
        if not self.case.given("max_concurrency"):
            return self._full_rps
        limited = Limited(self._together, self._full_rps)
        return self._full_rps * limited.load_with(self.case["max_concurrency"])

    @cached_property
    def _full_rps(self) -> Array:
        return self._figure("capacity_rps", faster=1.0)

    @cached_property
    def answer_ms(self) -> Array:
        """Computing time of one answer on an empty machine (H, N)."""
        return self._figure("answer_ms", faster=-1.0)

    @cached_property
    def ttft_ms(self) -> Array:
        """Computing time to the first word on an empty machine (H, N)."""
        return self._figure("ttft_ms", faster=-1.0)

    @cached_property
    def tpot_ms(self) -> Array:
        """Time of each further token on an empty machine (H, N)."""
        return self._figure("tpot_ms", faster=-1.0)

    @cached_property
    def language(self) -> bool:
        """Whether the machines write token by token."""
        return self.case.requests.work.kind == "llm"

    @cached_property
    def answering(self) -> Answering:
        """How the times grow with the load of a replica, to which requests come at random."""
        if self.language:
            return self._together
        return replace(self._together, crowd=self.capacity_rps * self.answer_ms / 1000)

    @cached_property
    def _together(self) -> Answering:
        """The same for a number of requests that are always in the replica."""
        curve, none = self.estimates.curve.each(self.case.requests.spread), np.zeros((1, 1))
        if not self.language:
            return Answering(none, self.answer_ms, none, none, none, curve)
        rest = np.maximum(self.answer_ms - self.ttft_ms, 0.0)
        lengths = self.case.assume(f"{ANSWER_LENGTHS}{self.case.scenario.task}")[None]
        return Answering(self.ttft_ms, rest, self.tpot_ms, lengths, none, curve)

    @cached_property
    def usable_rps(self) -> Array:
        """Requests/s of one replica with headroom, and so that every budget is met (H, N)."""
        most, asked = self.case["target_peak_load"], budgets(self.case)
        scores = (SERVER_SPEED.name, "answer_lengths")
        figures = [part for item in asked for part in (item.limit, item.trip)]
        once, index = self.case.unlike(scores, *figures, most, without=NOT_SPEED)
        if once.size == self.case.size:
            return self.capacity_rps * largest_load(self.answering, asked, most)
        every = np.arange(len(self.estimates.hardware))
        some = [item.pick(once) for item in asked]
        load = largest_load(
            self.answering.take(every, once), some, most[once] if most.size > 1 else most
        )
        return self.capacity_rps * (load[:, index] if load.shape[1] > 1 else load)

    @cached_property
    def fits(self) -> BoolArray:
        """Where a machine holds the model (H, N)."""
        return self.case.requests.spread(self.estimates.fits)

    @cached_property
    def replicas_per_machine(self) -> Array:
        """Replicas of the model on one machine (H, N), at least one."""
        replicas = np.maximum(self.estimates.replicas_per_machine, 1.0)
        return self.case.requests.spread(replicas)

    @cached_property
    def rates(self) -> Rates:
        """What replicas answer."""
        return Rates(self.capacity_rps, self.usable_rps, self.replicas_per_machine)

    def fleet(self, share: Array, place: Place) -> Fleet:
        """Machines of a place for a share (N,) of the requests (H, N, S)."""
        return fleets.size(self.case, share, self.rates, spare(self.case, place))

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

    def gaps(self) -> list[Gap]:
        """What is not known of the machines."""
        return [self.unknown(), *self.own.gap()]

    def _request(self, point: int) -> int:
        """Which distinct request a point has."""
        index = self.case.requests.index
        if index is not None:
            return int(index[point])
        return point if self.estimates.fits.shape[1] > 1 else 0

    # words -------------------------------------------------------------------------------------

    def day(self, fleet: Fleet, share: Array, sleeps: Sleeps | None = None) -> Day:
        """Times of the C offers over a day's requests, of which they answer a share (N,)."""
        return Day(self.case, self.answering, self.rates, fleet, share, self.machine, sleeps)

    def speed(self, day: Day) -> Speed:
        """Times of the C offers."""
        empty = np.full((1, 1), LEAST_LOAD)
        answering, machine = self.answering, self.machine
        return Speed(
            answer_p50=answering.p50(empty)[machine],
            answer_p95=answering.p95(empty)[machine],
            ttft=answering.first_p95(empty)[machine] if self.language else None,
            tpot=answering.token_p95(empty)[machine] if self.language else None,
            trip=trip(self.case),
            day=day,
            assumed=(f"{ANSWER_LENGTHS}{self.case.scenario.task}",) if self.language else (),
        )

    def estimate(self, quantity: Quantity, candidate: int, point: int) -> Estimate | None:
        """What stands behind a figure of a candidate at a point."""
        machine = int(self.machine[candidate])
        found = self.estimates.estimate(quantity, machine, self._request(point))
        if found is None or not self.own.given:
            return found
        low, mid, high = (np.array([end]) for end in self._ends(quantity, machine, point))
        if self.own.measured[machine]:
            return Estimate(low, mid, high, "override", "Your own measurement.")
        where = self.case.scenario.measured_on
        rule = f"scaled from yours on {where}, by the ratio of our estimates"
        return Estimate(low, mid, high, "scaled", rule, found.rows, found.assumptions)

    def _ends(self, quantity: Quantity, machine: int, point: int) -> tuple[float, float, float]:
        """Low, middle and high of an estimated figure, moved by the user's own benchmark."""
        found: Interval = getattr(self.estimates, quantity)
        request = self._request(point)
        low, mid, high = (at(end, machine, request) for end in (found.low, found.mid, found.high))
        times = at(self.own.times_faster(quantity), machine, point)
        times = times if quantity == "capacity_rps" else 1 / times
        if self.own.measured[machine]:
            low = high = mid
        return low * times, mid * times, high * times

    def label_of(self, quantity: Quantity, candidate: int, point: int) -> Label:
        """How a figure that is known was come by."""
        machine = int(self.machine[candidate])
        if self.own.given:
            return "override" if self.own.measured[machine] else "scaled"
        return self.estimates.words_label(quantity, machine, self._request(point))

    def label(self, candidate: int, point: int) -> str:
        """How the answer time was come by."""
        if self.own.given:
            return "override" if self.own.measured[int(self.machine[candidate])] else "scaled"
        return self.estimates.label(int(self.machine[candidate]), self._request(point))

    def capacity(self, fleet: Fleet) -> Callable[[int, int], Capacity | None]:
        """How the machines of a candidate were sized."""

        def say(candidate: int, point: int) -> Capacity | None:
            machine = int(self.machine[candidate])
            found = self._ends("capacity_rps", machine, point)
            if np.isnan(found[1]):
                return None
            replicas = at(self.replicas_per_machine, machine, point)
            full, usable = (
                at(self.capacity_rps, machine, point),
                at(self.usable_rps, machine, point),
            )
            allowed = full / at(self._full_rps, machine, point) * replicas
            return Capacity(
                requests_per_s=found[1] * allowed,
                low=found[0] * allowed,
                high=found[2] * allowed,
                usable_requests_per_s=usable * replicas,
                at_once=self._at_once(full, machine, point) * replicas,
                usable_at_once=self._at_once(usable, machine, point) * replicas,
                replicas=replicas,
                input_tokens=at(self.case["input_tokens"], 0, point) if self.language else None,
                output_tokens=at(self.case["output_tokens"], 0, point) if self.language else None,
                label=self.label_of("capacity_rps", candidate, point),
                basis=lambda: self.estimate("capacity_rps", candidate, point),
                machines=at(fleet.machines[..., 0], machine, point),
                busy_share=at(fleet.busy_share[..., 0], machine, point),
                machine=machine_name(self.estimates.hardware[machine]),
            )

        return say

    def _at_once(self, rate_rps: float, machine: int, point: int) -> float:
        """Requests in a replica at a rate: rate x median time (Little)."""
        cell = np.array([machine]), np.array([point])
        load = np.array([rate_rps / at(self._full_rps, machine, point)])
        return rate_rps * float(self._together.pick(*cell).p50(load)[0]) / 1000

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

    def spacing_of(
        self, share: Array, by_hour: Callable[[int], bool] = lambda _: False
    ) -> Callable[[int], Array]:
        """Requests a month between one machine and the next, by candidate.

        ``by_hour``: whose machines are as many as each hour needs, whatever the scenario says.
        """

        def spacing(candidate: int) -> Array:
            machine = int(self.machine[candidate])
            return step_spacing(
                self.case,
                float(share.flat[0]),
                at(self.usable_rps, machine, 0) * at(self.replicas_per_machine, machine, 0),
                by_hour=by_hour(candidate),
            )

        return spacing

    def edges_of(
        self, share: Array, by_hour: Callable[[int], bool] = lambda _: False
    ) -> Callable[[int, float], Array]:
        """The first volumes at which a candidate needs one machine more."""
        spacing = self.spacing_of(share, by_hour)
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


def spare(case: Case, place: Place) -> Array:
    """Machines kept so that one may fail (N,): stated, else by place."""
    if case.given("spare_instances"):
        return case["spare_instances"]
    return np.array([float(place.spare_instances)])


def serving(case: Case, offers: MachineOffers) -> Serving:
    """What the machines of some offers do, asked once however many places have them."""

    def make() -> Serving:
        estimates = case.servers(offers)
        return Serving(case, estimates, offers.machine, own_figures(case, estimates))

    return case.shared_of("serving", offers, make)
