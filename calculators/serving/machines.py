"""Machines that answer requests: capacity, fleet and latency, for every kind that has machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray, Index, filled
from calculators.block import Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import fleet as fleets
from calculators.costs import network, users
from calculators.costs.fleet import Fleet, Rates, Sizing, step_spacing, step_volumes
from calculators.costs.network import trip
from calculators.estimators.types import Estimate, Interval, Label, ServerEstimates
from calculators.explained import Explained, explained
from calculators.market.machines import MachineOffers, machine_name
from calculators.places import Place
from calculators.results import Capacity, Finding
from calculators.serving.day import Day, Sleeps
from calculators.serving.near_limit import NearLimit
from calculators.serving.own_figures import OwnFigures
from calculators.serving.replicas import ANSWER_LENGTHS, Chosen, Figures, Quantity, asked_of
from calculators.serving.under_load import LEAST_LOAD, Answering
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import SECONDS_PER_MONTH


@record
class Serving:
    """What H distinct machines do for the requests of N points, seen by C offers."""

    case: Case
    chosen: Chosen  # sets of accelerators, and what they do
    machine: Index  # (C,) into H
    own: OwnFigures  # how much faster the user's machines are than estimated

    @property
    def figures(self) -> Figures:
        """Figures of one replica of each machine."""
        return self.chosen.replicas.figures

    @property
    def estimates(self) -> ServerEstimates:
        """What stands behind the figures: the first H rows are of the usual set of each machine."""
        return self.chosen.estimates

    @property
    def language(self) -> bool:
        """Whether the machines write token by token."""
        return self.case.requests.work.kind == "llm"

    @property
    def capacity_rps(self) -> Array:
        """Requests/s of one replica at full load, or with as many at once as allowed (H, N)."""
        return self.figures.capacity_rps

    @property
    def usable_rps(self) -> Array:
        """Requests/s of one replica with headroom, and so that every budget is met (H, N)."""
        return self.chosen.replicas.usable_rps

    @property
    def replicas_per_machine(self) -> Array:
        """Replicas of the model on one machine (H, N), at least one."""
        return self.figures.per_machine

    @property
    def answering(self) -> Answering:
        """How the times grow with the load of a replica, to which requests come at random."""
        return self.figures.answering

    @cached_property
    def fits(self) -> BoolArray:
        """Where a machine holds the model (H, N)."""
        return self.case.requests.spread(self.estimates.fits[: len(self.chosen.row)])

    @cached_property
    def rates(self) -> Rates:
        """What replicas answer."""
        return Rates(self.capacity_rps, self.usable_rps, self.replicas_per_machine)

    def fleet(self, share: Array, place: Place) -> Fleet:
        """Machines of a place for a share (N,) of the requests (H, N, S)."""
        return fleets.size(self.case, share, self.rates, spare(self.case, place))

    def idle_hours(self, fleet: Fleet, share: Array) -> Array:
        """Machine-hours a month in which whole machines answer nothing, by offer (C, N, S)."""
        found = fleets.idle_hours(self.case, share, self.rates, fleet)
        return np.asarray(filled(found)[self.machine])

    # rules and gaps ----------------------------------------------------------------------------

    def memory(self) -> Check:
        """Whether the model fits."""
        change = "a smaller model, fewer bits per weight, or a larger machine"
        fails = ~self.fits[self.machine]

        def say(candidate: int, point: int) -> Finding | None:
            machine = int(self.machine[candidate])
            if not fails[candidate, point if fails.shape[1] > 1 else 0]:
                if np.isnan(at(self.capacity_rps, machine, point)):
                    return None  # nothing can be said of it
                name = machine_name(self.estimates.hardware[machine])
                return Finding("memory", "pass", f"The model fits the memory of {name}.")
            request = self._request(point)
            reason, room = (
                self.estimates.reason(machine, request),
                self.estimates.room(machine, request),
            )
            needs = remedies.held(self.case, point, room)
            return Finding("memory", "fail", reason, change, needs=needs)

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
        empty, machine = self.answering.at(np.full((1, 1), LEAST_LOAD)), self.machine
        return Speed(
            answer_p50=empty.p50[machine],
            answer_p95=empty.p95[machine],
            ttft=empty.first_p95[machine] if self.language else None,
            tpot=empty.token_p95[machine] if self.language else None,
            trip=trip(self.case),
            day=day,
            near_limit=NearLimit(day, self._shares),
            assumed=(f"{ANSWER_LENGTHS}{self.case.scenario.task}",) if self.language else (),
        )

    def _shares(self, candidate: int, point: int) -> tuple[float, float]:
        """Low and high capacity of a candidate's machine over its middle."""
        low, mid, high = self._ends("capacity_rps", int(self.machine[candidate]), point)
        return low / mid, high / mid

    def estimate(self, quantity: Quantity, candidate: int, point: int) -> Estimate | None:
        """What stands behind a figure of a candidate at a point."""
        machine = int(self.machine[candidate])
        row = self.chosen.at(machine, point)
        found = self.estimates.estimate(quantity, row, self._request(point))
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
        row = self.chosen.at(machine, point)
        found: Interval = getattr(self.estimates, quantity)
        request = self._request(point)
        low, mid, high = (at(end, row, request) for end in (found.low, found.mid, found.high))
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
        row = self.chosen.at(machine, point)
        return self.estimates.words_label(quantity, row, self._request(point))

    def label(self, candidate: int, point: int) -> str:
        """How the answer time was come by."""
        if self.own.given:
            return "override" if self.own.measured[int(self.machine[candidate])] else "scaled"
        row = self.chosen.at(int(self.machine[candidate]), point)
        return self.estimates.label(row, self._request(point))

    def capacity(self, fleet: Fleet) -> Callable[[int, int], Capacity | None]:
        """How the machines of a candidate were sized: many candidates have the same machine."""
        made: dict[tuple[int, int], Capacity | None] = {}

        def say(candidate: int, point: int) -> Capacity | None:
            cell = int(self.machine[candidate]), point
            if cell not in made:
                made[cell] = of_machine(candidate, *cell)
            return made[cell]

        def of_machine(candidate: int, machine: int, point: int) -> Capacity | None:
            found = self._ends("capacity_rps", machine, point)
            if np.isnan(found[1]):
                return None
            replicas = at(self.replicas_per_machine, machine, point)
            full, usable = (
                at(self.capacity_rps, machine, point),
                at(self.usable_rps, machine, point),
            )
            allowed = full / at(self.figures.full_rps, machine, point) * replicas
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

    def sizing(self, share: Array, place: Place) -> Callable[[int, int], Sizing | None]:
        """How the machines of a candidate follow the load, for a share (N,) of the requests."""
        kept, peak = spare(self.case, place), share * fleets.peak_load(self.case)

        def say(candidate: int, point: int) -> Sizing | None:
            machine = int(self.machine[candidate])
            usable = at(self.usable_rps, machine, point)
            if not usable > 0:
                return None
            return Sizing(
                usable_rps=usable,
                replicas=at(self.replicas_per_machine, machine, point),
                spare=at(kept, 0, point),
                peak_per_request=at(peak, 0, point) / SECONDS_PER_MONTH,
            )

        return say

    def _at_once(self, rate_rps: float, machine: int, point: int) -> float:
        """Requests in a replica at a rate: rate x median time (Little)."""
        cell = np.array([machine]), np.array([point])
        load = np.array([rate_rps / at(self.figures.full_rps, machine, point)])
        return rate_rps * float(self.figures.together.pick(*cell).p50(load)[0]) / 1000

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
    ) -> Callable[[int, int], Array]:
        """Requests a month between one machine and the next, by candidate and point.

        ``by_hour``: whose machines are as many as each hour needs, whatever the scenario says.
        """

        def spacing(candidate: int, point: int) -> Array:
            machine = int(self.machine[candidate])
            return step_spacing(
                self.case,
                at(share, 0, point),
                at(self.usable_rps, machine, point) * at(self.replicas_per_machine, machine, point),
                by_hour=by_hour(candidate),
            )

        return spacing

    def edges_of(
        self, share: Array, by_hour: Callable[[int], bool] = lambda _: False
    ) -> Callable[[int, float, int], Array]:
        """The first volumes at which a candidate needs one machine more, at a point's share."""
        spacing = self.spacing_of(share, by_hour)
        return lambda candidate, top, point: step_volumes(spacing(candidate, point), top)


RENT_DRIFT = "price_change_pct_per_year_rental"


def sent(ledger: Ledger, case: Case, offers: MachineOffers, share: Array) -> list[Gap]:
    """Charge what leaves the machines and what users' radios draw; returns what is missing."""
    return [network.egress(ledger, case, offers.vendors, share), *radio(ledger, case, share)]


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
        own, found = asked_of(case, offers)
        return Serving(case, found, offers.machine, own)

    return case.shared_of("serving", offers, make)
