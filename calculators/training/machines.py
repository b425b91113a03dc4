"""Training on machines by the hour, rented or on a platform: the cheapest that can, by point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calculators.accounts.charges import Assuming, Ledger, here
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.block import at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import fleet as fleets
from calculators.costs import run_time
from calculators.costs.tiered import MISSING, Tiers
from calculators.explained import Explained
from calculators.market.machines import MachineOffers
from calculators.options.rented import TERM_WORDS, TERMS
from calculators.places import TrainedAt
from calculators.results import Finding
from calculators.rules import pace
from calculators.rules.prices import old_spot
from calculators.rules.terms import about_training
from calculators.rules.vendors import elsewhere, evidence, lawful, training
from calculators.training import base
from calculators.training.base import Plan, Runs
from pricing.records import record
from pricing.schema import InstanceRow
from pricing.units import HOURS_PER_MONTH

STORAGE_KEY = "{vendor}/object_storage/standard"
STORAGE_STAND_IN = "aws"
DRIFT = "price_change_pct_per_year_rental"
SPOT_OVERHEAD = "spot_interruption_overhead"
BASIS = "billed hours of one run (start and evaluation in them) x runs until one is good enough"
ALL_MONTH = f"whole machines that a month's runs fit into x {HOURS_PER_MONTH:g} hours a month"
UNDER_CONTRACT = f"{ALL_MONTH}; a commitment is paid all month"
STAYS_ON: TrainedAt = "rented"
"""Where a machine may be kept from one run to the next; a platform starts one for every run."""
LACKING = "a priced machine that can train it"
_AGAIN = {
    term: "Machines for retraining" + (f", {words}" if TERMS[term] else "")
    for term, words in TERM_WORDS.items()
}


def rules_on(case: Case, venue: TrainedAt, offers: MachineOffers) -> list[tuple[Finding, ...]]:
    """What the rules on vendors and on evidence say of each offer."""
    of_vendor = {vendor: training(case, vendor, venue) for vendor in offers.vendors.values}
    of_price = {
        held: tuple(map(about_training, evidence(case, held)))
        for held in dict.fromkeys(offers.confidence)
    }
    away = (about_training(elsewhere(case.scenario.training_sensitivity)),)
    columns = zip(offers.offers, offers.confidence, offers.other_region, strict=True)
    return [
        (*of_vendor[offer.vendor], *of_price[held], *(away if other else ()))
        for offer, held, other in columns
    ]


def _ruled(
    case: Case, venue: TrainedAt, offers: MachineOffers
) -> tuple[list[tuple[Finding, ...]], tuple[BoolArray, BoolArray]]:
    """:func:`rules_on` and what is lawful by them: of offers, and of what the user says of data."""
    asked = case.scenario
    stated = (asked.training_sensitivity, asked.providers_allowed, asked.agreements_signed)

    def made() -> tuple[list[tuple[Finding, ...]], tuple[BoolArray, BoolArray]]:
        said = rules_on(case, venue, offers)
        return said, lawful(said)

    key = (venue, offers, asked.min_confidence, *stated)
    return case.market.derived("rules on training", key, made)


def plans(case: Case, venue: TrainedAt, offers: MachineOffers, words: str) -> list[Plan]:
    """The venue's plan; one more for each vendor that keeps what it trains."""
    groups = case.market.derived("who keeps what it trains", offers, lambda: _groups(offers))
    return [_plan(case, venue, own, words, only, others) for own, only, others in groups]


def _groups(offers: MachineOffers) -> list[tuple[MachineOffers, str | None, frozenset[str]]]:
    """Offers of one plan each, the only vendor it goes with, and vendors with a plan apart."""
    exportable = np.array([leaves(offer.row) for offer in offers.offers], dtype=bool)
    nobody: frozenset[str] = frozenset()
    if not offers.size or exportable.all():
        return [(offers, None, nobody)]
    locked = dict.fromkeys(
        offer.vendor for offer, free in zip(offers.offers, exportable, strict=True) if not free
    )
    found: list[tuple[MachineOffers, str | None, frozenset[str]]] = [
        (offers.where(exportable), None, frozenset(locked))
    ]
    for vendor in locked:
        own = np.array([offer.vendor == vendor for offer in offers.offers], dtype=bool)
        found.append((offers.where(exportable | own), vendor, nobody))
    return found


def leaves(row: object) -> bool:
    """Whether a model may leave the platform that trained it."""
    return isinstance(row, InstanceRow) and row.exportable == "yes"


def _plan(
    case: Case,
    venue: TrainedAt,
    offers: MachineOffers,
    words: str,
    only_vendor: str | None = None,
    not_vendors: frozenset[str] = frozenset(),
) -> Plan:
    rules = base.venue_rule(case, venue)
    asked = base.runs(case, offers) if offers.size else None
    if asked is None or not any_true(asked.able):
        checks, gaps = base.impossible(asked, LACKING)
        return Plan(
            venue,
            checks=(*checks, *rules),
            gaps=gaps,
            label=lambda _: words,
            only_vendor=only_vendor,
            not_vendors=not_vendors,
        )
    made = _Priced(case, venue, offers, asked, words)
    return made.plan(rules, only_vendor, not_vendors)


@record
class _Hours:
    """Of C offers, (C, N) or broadcasting to it."""

    wall: Array  # of one run
    first: Array  # billed for a run of the first training
    again: Array  # billed for a run of a retraining; its share where machines stay on all month
    month: Array  # billed in a month of retraining
    stays: BoolArray  # where machines stay on all month


class _Priced:
    """The cheapest offer at each point, its costs and its words."""

    def __init__(
        self, case: Case, venue: TrainedAt, offers: MachineOffers, asked: Runs, words: str
    ) -> None:
        self.case, self.venue, self.offers, self.asked = case, venue, offers, asked
        self.words = words
        self.overhead = _overhead(case, offers)
        self.billing = run_time.billing(case, venue, offers.products)
        self.terms = np.array([TERMS[term] for term in offers.terms], dtype=np.float64)  # (C,)
        self.said, self.lawful = _ruled(case, venue, offers)
        self.learns = case.market.derived(
            "learns online",
            (venue, offers),
            lambda: tuple(_learns(offer.row, venue) for offer in offers.offers),
        )
        self.chosen = self._choose()
        self.unable = ~base.picked(asked.able, self.chosen)
        found = self._hours(asked.hours)
        self.wall, self.billed = (
            base.picked(part, self.chosen) for part in (found.wall, found.first)
        )
        self.again, self.busy = (
            base.picked(part, self.chosen) for part in (found.again, found.month)
        )
        self.stays = base.picked(found.stays, self.chosen)

    def _clock(self, hours: Array) -> run_time.Clock:
        """Hours of a run of which training takes ``hours`` (C, N) undisturbed."""
        return run_time.clock(self.case, self.venue, self.offers.vendors, hours * self.overhead)

    def _hours(self, hours: Array) -> _Hours:
        """Wall clock and bill of a run of which training takes ``hours`` (C, N) undisturbed.

        Rented machines stay on all month where that is cheaper than to start one for every run, or
        where only so a run ends before the next is due.
        """
        clock, between = self._clock(hours), pace.hours_between(self.case)
        billed = self.billing.hours(clock.counted)
        runs = base.runs_a_month(self.case)
        if self.venue != STAYS_ON or not any_true(runs):
            return _Hours(
                clock.wall, billed, billed, runs * billed, np.zeros_like(billed, dtype=bool)
            )
        month = HOURS_PER_MONTH * base.machines_all_month(self.case, clock.on)
        with np.errstate(divide="ignore"):
            each = month / runs
        late = (clock.wall > between) & (clock.on <= between)
        # a commitment is paid all month; where nothing recurs none is signed
        stays = (each < billed) | late | (self.terms[:, None] > 0) & (runs > 0)
        again = np.where(stays, each, billed)
        return _Hours(
            wall=np.where(stays, clock.on, clock.wall),
            first=billed,
            again=again,
            month=np.where(stays, month, runs * billed),
            stays=stays,
        )

    def _choose(self) -> Index:
        """The cheapest that may train it, with nothing left to confirm, and is fast enough.

        At each point. Where none is all of these, one wish after another is given up, the last
        first; where none may, it is the cheapest that can.
        """
        found = self._hours(self.asked.middle)
        usd = self.case.rates(self.offers) * self.offers.units_per_hour
        calendar = self.case.demand.calendar
        runs = calendar.sum(self.case.demand.runs)
        hours = found.first * base.runs_at_start(self.case) + found.again * runs
        if any_true(self.terms):
            hours = hours + found.month * self._beyond(self.terms[:, None], calendar.horizon[:, 0])
        cost = hours * usd
        able = self.asked.able & ((self.terms == 0)[:, None] | (base.runs_a_month(self.case) > 0))
        allowed, settled = (mask[:, None] for mask in self.lawful)
        online = ~pace.unable(self.case, self.learns)
        in_time = found.wall <= pace.hours_between(self.case)
        kept = base.preferred(able, allowed, settled, online, in_time)
        order = self.offers.by_name
        costs = np.where(kept, cost, np.inf)[order]  # of equal ones the first by name
        return np.asarray(order[base.cheapest(costs)], dtype=np.intp)

    @staticmethod
    def _beyond(term: Array, horizon: Array) -> Array:
        """Months that contracts of ``term`` months run on after the horizon; 0 without a term."""
        whole = np.where(term > 0, np.ceil(horizon / np.maximum(term, 1.0)) * term, horizon)
        return np.asarray(whole - horizon)

    def at(self, point: int) -> int:
        """The offer chosen at a point."""
        return int(self.chosen[point if self.chosen.size > 1 else 0])

    def _nothing(self, point: int) -> bool:
        """Whether nothing can train it at a point."""
        return bool(self.unable[point if self.unable.size > 1 else 0])

    def product(self, point: int) -> str:
        """Id of the product chosen at a point, its term unless by the hour; blank without one."""
        if self._nothing(point):
            return ""
        offer = self.offers.offers[self.at(point)]
        term = "" if offer.term in ("", "on_demand") else f":{offer.term}"
        return f"{offer.row.product}{term}"

    def _vendor(self, point: int) -> str:
        """Who sees the training data; blank where nothing can train it."""
        return "" if self._nothing(point) else self.offers.offers[self.at(point)].vendor

    def label(self, point: int) -> str:
        """The chosen product in words."""
        if self._nothing(point):
            return self.words
        offer = self.offers.offers[self.at(point)]
        return f"{self.words}: {offer.row.name} at {self.case.market.vendor_name(offer.vendor)}"

    def plan(
        self, rules: Sequence[Check], only_vendor: str | None, not_vendors: frozenset[str]
    ) -> Plan:
        """The venue's plan with machine time, storage and staff."""
        case, ledger = self.case, self.case.ledger()
        self._machine_time(ledger)
        no_storage = self._storage(ledger)
        base.staff(ledger, case, self.venue)
        nobody = np.where(self.unable, len(self.said), self.chosen)  # no vendor, nothing to say
        terms = base.vendor_rules([*self.said, ()], nobody)
        return Plan(
            self.venue,
            charges=tuple(ledger.charges),
            checks=(
                base.unable(self.asked, self.unable),
                *rules,
                *terms,
                pace.too_slow(case, self.wall),
                self._online(),
                base.trial_rule(self.trial),
                self._old_price(),
            ),
            gaps=(*no_storage, Gap(self.unable[None], lambda _, __: LACKING)),
            product=self.product,
            vendor=self._vendor,
            label=self.label,
            explained=self._explained,
            only_vendor=only_vendor,
            not_vendors=not_vendors,
            trial=self.trial,
            run_hours=self.wall,
            month_hours=self.busy,
        )

    def _explained(self, point: int) -> tuple[Explained, ...]:
        """What stands behind the hours of training, and what a run takes and bills beside them."""
        place = point if self.wall.size > 1 else 0
        billed = float(self.billed[point if self.billed.size > 1 else 0])
        words = (
            f"{float(self.wall[place]):.3g} hours from the order to the result, data sent, start "
            f"and evaluation in them; {billed:.3g} hours are billed"
        )
        found = self.asked.explained(self.at(point), point)
        return tuple(replace(item, assumptions=(*item.assumptions, words)) for item in found)

    def trial(self, point: int) -> base.Trial | None:
        """A run on a reduced dataset on the product chosen at a point; start and data in full."""
        if self._nothing(point):
            return None
        share, offer = self._share(point), self.at(point)
        billed = self.billing.hours(
            self._clock(self.asked.hours * self.case.assume(base.TRIAL)).counted
        )
        usd = self.case.rates(self.offers) * self.offers.units_per_hour
        hours = at(billed, offer, point)
        return base.Trial(share, hours, hours * at(usd, offer, point))

    def _share(self, point: int) -> float:
        return here(self.case.assume(base.TRIAL), point)

    def _online(self) -> Check:
        """Continuous training: whether the platform learns online, or what it buys."""
        if self.venue == STAYS_ON:
            return pace.own_software(self.case, self.busy)
        fails = base.picked(
            pace.unable(self.case, self.learns) & np.ones((1, self.chosen.size), dtype=bool),
            self.chosen,
        )

        def say(_: int, point: int) -> Finding | None:
            chosen = self.at(point)
            if self._nothing(point):
                return None
            name = self.offers.offers[chosen].row.name
            return pace.product(self.case, name, self.learns[chosen], point)

        return Check(fails[None], say)

    def _old_price(self) -> Check:
        """A caution wherever the chosen spot price is older than such prices keep."""

        def say(_: int, point: int) -> Finding | None:
            if self._nothing(point):
                return None
            return old_spot(self.case, self.offers.offers[self.at(point)])

        return Check(np.zeros((1, 1), dtype=bool), say)

    def _machine_time(self, ledger: Ledger) -> None:
        """Machine time of the first training and of every retraining."""
        case, offers, chosen = self.case, self.offers, self.chosen
        each = offers.units_per_hour[chosen, 0]
        usd = base.picked(case.rates(offers), chosen)
        assumed = (*run_time.ASSUMED, SPOT_OVERHEAD)
        ledger.once(
            "Machines for the first training",
            offers.units,
            self.billed * each * base.runs_at_start(case),
            usd,
            offers.sources,
            category="training",
            basis=Assuming(BASIS, assumed),
            chosen=chosen[None],
        )
        again = case.demand.runs * (self.again * each)[:, None]
        contracts = self._contracts(again)
        ledger.monthly(
            offers.words(_AGAIN),
            offers.units,
            again,
            usd,
            offers.sources,
            category="training",
            period="per retrain",
            basis=Assuming(self._basis, assumed),
            drift=case.drift(DRIFT),
            dearer=None if contracts is None else contracts.paid_dearer,
            chosen=chosen[None],
        )
        if contracts is not None:
            self._left(ledger, contracts, usd)

    def _basis(self, _: int, point: int) -> str:
        """How the hours of retraining come about."""
        if self.terms[self.at(point)] > 0:
            return UNDER_CONTRACT
        stays = bool(self.stays[point if self.stays.size > 1 else 0])
        return f"{ALL_MONTH}: cheaper than a start for each run" if stays else BASIS

    def _contracts(self, again: Array) -> fleets.Commitment | None:
        """Of what is paid a month (N, S): the part under contract; None where nothing is."""
        case, term = self.case, self.terms[self.chosen]
        if not any_true(term):
            return None
        calendar, yearly = case.demand.calendar, case[DRIFT]
        drifting = any_true(yearly != 0)
        paid = np.broadcast_to(again, (again.shape[0], calendar.first.size))[None]
        left = np.zeros((1, 1))
        dearer = paid * (calendar.drift(yearly) - 1) if drifting else None
        left_dearer = np.zeros((1, 1)) if drifting else None
        for months in dict.fromkeys(int(months) for months in term if months):
            part = fleets.committed(paid, calendar, months, yearly)
            here = (term == months)[None]
            left = np.where(here, part.left, left)
            if dearer is None or left_dearer is None:
                continue
            if part.paid_dearer is not None:
                dearer = np.where(here[..., None], part.paid_dearer, dearer)
                left_dearer = np.where(here, np.asarray(part.left_dearer), left_dearer)
        return fleets.Commitment(paid, left, dearer, left_dearer)

    def _left(self, ledger: Ledger, found: fleets.Commitment, usd: Array) -> None:
        """What commitments to train still cost after the period."""
        case, offers = self.case, self.offers
        parts = [("", found.left, offers.sources, "a commitment is paid to the end of its term")]
        if found.left_dearer is not None:
            words = "the same quantity times the change of its price when the commitment began"
            sources = (case.input_source(DRIFT),) * offers.size
            parts.append((": price change", found.left_dearer, sources, words))
        for end, quantity, sources, words in parts:
            ledger.once(
                f"Commitment to train left after the period{end}",
                offers.units,
                quantity,
                usd,
                sources,
                category="training",
                month=case.demand.calendar.horizon[:, 0],
                basis=words,
                chosen=self.chosen[None],
            )

    def _storage(self, ledger: Ledger) -> list[Gap]:
        """Training data kept with the vendor all through the horizon."""
        case, vendors = self.case, self.offers.vendors
        own = [case.market.tariff(STORAGE_KEY.format(vendor=v)) for v in vendors.values]
        key = STORAGE_KEY.format(vendor=STORAGE_STAND_IN)
        stand_in = case.market.context(key, discounts=False)
        tariffs = [found or stand_in for found in own]
        words = "training data"
        kept = [words if found else f"{words}; another vendor's price stands in" for found in own]
        sources = [found.source if found else MISSING for found in tariffs]
        prices = Tiers(
            what="training data kept at",
            title="Training data stored",
            vendors=tuple(map(case.market.vendor_name, vendors.values)),
            tariffs=tuple(tariffs),
            sources=tuple(sources),
            base="gb_month",
            category="training",
            stands_in=tuple(found is None for found in own),
        )
        held = case["dataset_gb"][:, None] * np.ones_like(case.demand.calendar.growth)
        return [prices.charge(ledger, case, held, vendors.index[self.chosen][None], kept)]


def _learns(row: object, venue: TrainedAt) -> str:
    """Whether what trains learns online: yes, no or unknown; one's own software is one's own."""
    return row.continuous_learning if isinstance(row, InstanceRow) and venue != STAYS_ON else ""


def _overhead(case: Case, offers: MachineOffers) -> Array:
    """Hours paid for an hour of training (C, N): spot machines lose work when taken away."""
    lost = case.assume(SPOT_OVERHEAD)
    return np.where(offers.term_is("spot")[:, None], 1 + lost, 1.0)
