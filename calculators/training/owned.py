"""Training on own computers: idle hours of those that answer, machines already there, or bought.

Where the model answers on own machines too, their idle hours come first: a run costs the power it
draws above idle. What does not fit into them is trained on machines already there, else on a server
that is bought, housed, powered, maintained and mended for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calculators.accounts.charges import Assuming, Charge, Ledger, here
from calculators.arrays import Array, BoolArray, Index, any_true, filled
from calculators.block import Block
from calculators.block import at as cell
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import labour, own_server, purchase, run_time
from calculators.costs.hosting import Hosting, housed, premises
from calculators.market.machines import MachineOffers
from calculators.places import Venue
from calculators.rules import pace
from calculators.rules.terms import about_training
from calculators.training import base
from calculators.training.base import Beside, Plan
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import HOURS_PER_MONTH, factor

BASIS = (
    "hours of one run (start and evaluation in them) x most power drawn x building overhead (PUE)"
)
IDLE_BASIS = (
    "hours of one run in idle hours of machines that answer x power drawn above idle x building "
    "overhead (PUE)"
)
WORDS = "trained on own machines"
IDLE_WORDS = "trained in idle hours of the machines that answer"
LACKING = "a priced server that can train it"


def plans(case: Case, venue: Venue) -> list[Plan]:
    """The server with the lowest cost over the horizon that can train it, at each point."""
    offers = _powered(case)
    asked = base.runs(case, offers) if offers.size else None
    if asked is not None and any_true(asked.able):
        return [_Servers(case, venue, offers, asked).plan()]
    checks, gaps = base.impossible(asked, LACKING)
    rules = _rules(case, venue)
    return [Plan(venue.id, checks=(*rules, *checks), gaps=gaps, label=lambda _: WORDS)]


def _powered(case: Case) -> MachineOffers:
    """Servers of which it is known what they draw."""
    offers = own_server.offers(case)
    if not offers.size or own_server.watts(case) is not None:
        return offers

    def make() -> MachineOffers:
        unknown = np.isnan(purchase.max_power_w(case, offers))
        return offers.where(~np.asarray(unknown.any(1)))

    return case.market.derived("servers of known power", offers, make)


def _rules(case: Case, venue: Venue) -> list[Check]:
    """No vendor sees the training data; a colocation is not the premises they may have to stay."""
    stands = (about_training(item) for item in premises(case, case.scenario.training_sensitivity))
    own = base.own_rules(case)
    return [*base.venue_rule(case, venue.id), *map(Check.always, stands), *own]


def machines_needed(case: Case, per_run: Array) -> Array:
    """Whole machines so that a month's runs fit into its hours (..., N, S); at least one."""
    busy = case.demand.runs * per_run[..., None]
    return np.maximum(1.0, np.ceil(busy / HOURS_PER_MONTH * (1 - 1e-12)))


@record
class _Servers:
    """C servers of known power, and what a run takes on each."""

    case: Case
    venue: Venue
    offers: MachineOffers
    asked: base.Runs

    def occupied(self, hours: Array) -> Array:
        """Hours a server is busy with one run (C, N); the data are on the premises.

        Where a run would start before the last one ended, the software stays up in between.
        """
        own = run_time.floor(self.case, self.venue.id, [""], sends=False)
        trained = run_time.trained_hours(self.case, hours)
        started = trained + own.counted + own.uncounted
        return np.where(started > pace.hours_between(self.case), trained + own.on, started)

    @cached_property
    def hours(self) -> Array:
        """The same at the score of the points."""
        return self.occupied(self.asked.hours)

    @cached_property
    def need(self) -> Array:
        """Machines that a month's runs take, of each (C, N, S)."""
        return machines_needed(self.case, self.hours)

    @cached_property
    def watts(self) -> Array:
        """Most each draws (C, N)."""
        return purchase.max_power_w(self.case, self.offers)

    @cached_property
    def space(self) -> Hosting:
        """Where they stand."""
        kilowatts = self.watts[..., None] * self.need * factor("watt", "kilowatt")
        return housed(self.case, filled(kilowatts))

    def kwh(self, hours: Array, watts: Array) -> Array:
        """Electricity of one run (C, N)."""
        return np.asarray(hours * watts * factor("watt", "kilowatt") * self.space.pue[..., 0])

    # the server bought for it -------------------------------------------------------------------

    @cached_property
    def chosen(self) -> Index:
        """The server of lowest cost at each point, of those fast enough where one is."""
        middle = self.occupied(self.asked.middle)
        kept = base.preferred(self.asked.able, middle <= pace.hours_between(self.case))
        return base.cheapest(np.where(kept, self._cost(middle), np.inf))

    def _cost(self, per_run: Array) -> Array:
        """Order of cost (C, N): purchase if any, and energy."""
        case, need = self.case, machines_needed(self.case, per_run).max(-1)
        bought = own_server.price(case, self.offers)[0] * need
        price = 0.0 if case.scenario.owned_already else bought
        runs = case.demand.calendar.sum(case.demand.runs) + base.runs_at_start(case)
        power = purchase.electricity(case)
        return np.asarray(price + self.kwh(per_run, self.watts) * runs * (power or [0.0])[0])

    def _machines(self, ledger: Ledger) -> list[Gap]:
        """What is bought, and what the machines cost while they stand; returns what is missing."""
        gaps: list[Gap] = []
        if not self.case.scenario.owned_already:
            for server in np.unique(self.chosen):
                gaps += self._bought(ledger, int(server))
        return [*gaps, *self._energy(ledger)]

    def _bought(self, ledger: Ledger, server: int) -> list[Gap]:
        """One kind of server where it is the one chosen."""
        case, one = self.case, MachineOffers((self.offers.offers[server],))
        taken = (self.chosen == server)[None, :, None]
        need = np.where(taken, filled(self.need[server][None]), 0.0)
        purchase.buy(ledger, case, one, need)
        purchase.maintain(ledger, case, one, need)
        labour.repairs(ledger, case, need, own_server.accelerators(one))
        power = self.watts[server][None, :, None] * need * factor("watt", "kilowatt")
        return housed(case, filled(power)).charge(ledger)

    def _energy(self, ledger: Ledger) -> list[Gap]:
        per_run = base.picked(self.kwh(self.hours, self.watts), self.chosen)[None]
        paid = base.picked(~self.space.unpaid[..., 0] & np.ones_like(self.hours, bool), self.chosen)
        return self.electricity(ledger, per_run * paid, BASIS)

    def electricity(self, ledger: Ledger, per_run: Array, basis: str) -> list[Gap]:
        """Power of the runs, ``per_run`` (C, N) [kWh]; returns what is missing."""
        case, power = self.case, purchase.electricity(self.case)
        if power is None:
            return [Gap.always("business electricity price")]
        told = Assuming(basis, (*purchase.power_assumed(case), *run_time.ASSUMED))
        ledger.once(
            "Electricity for the first training",
            "kwh",
            per_run * base.runs_at_start(case),
            power[0],
            [power[1]],
            category="training",
            basis=told,
        )
        ledger.monthly(
            "Electricity for retraining",
            "kwh",
            case.demand.runs * per_run[..., None],
            power[0],
            [power[1]],
            category="training",
            period="per retrain",
            basis=told,
            drift=case.drift(purchase.POWER_DRIFT),
        )
        return []

    # the plan -----------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The venue's plan; beside own machines that answer it looks for their idle hours."""
        case, chosen = self.case, self.chosen
        unable: BoolArray = ~base.picked(self.asked.able, chosen)
        hours = base.picked(self.hours, chosen)
        busy = base.runs_a_month(case) * hours
        machines, people = case.ledger(), case.ledger()
        gaps = self._machines(machines)
        base.staff(people, case, self.venue.id)
        bought = None if case.scenario.owned_already else machines_needed(case, hours)[None]

        def at(point: int) -> int:
            return int(chosen[point if chosen.size > 1 else 0])

        def product(point: int) -> str:
            nothing = unable[point if unable.size > 1 else 0]
            return "" if nothing else self.offers.offers[at(point)].row.product

        def trial(point: int) -> base.Trial | None:
            return self.trial(at(point), point) if product(point) else None

        def label(point: int) -> str:
            name = self.offers.offers[at(point)].row.name
            return f"trained on {name}" if product(point) else WORDS

        return Plan(
            self.venue.id,
            charges=(*machines.charges, *people.charges),
            checks=(
                *_rules(case, self.venue),
                base.unable(self.asked, unable),
                pace.too_slow(case, hours),
                pace.own_software(case, busy),
                base.trial_rule(trial),
            ),
            gaps=(*gaps, Gap(unable[None], lambda _, __: LACKING)),
            product=product,
            label=label,
            explained=lambda point: self.asked.explained(at(point), point),
            machines=bought,
            run_hours=hours,
            month_hours=busy,
            trial=trial,
            beside=lambda block: self.beside(block, machines.charges, people.charges),
        )

    def trial(self, server: int, point: int) -> base.Trial:
        """A run on a reduced dataset on a server: its hours, and the electricity."""
        share = self.case.assume(base.TRIAL)
        hours = self.occupied(self.asked.hours * share)
        power = purchase.electricity(self.case)
        usd = self.kwh(hours, self.watts) * (np.nan if power is None else power[0])
        taken, paid = (cell(part, server, point) for part in (hours, usd))
        return base.Trial(here(share, point), taken, paid)

    # idle hours of the machines that answer ------------------------------------------------------

    def beside(
        self, block: Block, bought: Sequence[Charge], people: Sequence[Charge]
    ) -> Beside | None:
        """What training costs beside own machines that answer; None where none stand idle."""
        if block.idle_hours is None:
            return None
        rows = {offer.row.product: turn for turn, offer in enumerate(self.offers.offers)}
        server = np.array([rows.get(name, -1) for name in block.products.ids], dtype=np.intp)
        fits = self._fits(block.idle_hours(), server)
        if not any_true(fits):
            return None
        ledger = self.case.ledger()
        idle = purchase.idle_power_w(self.case, self.offers)
        drawn = self.kwh(self.hours, self.watts - idle) * ~self.space.unpaid[..., 0]
        self.electricity(ledger, np.where(fits, filled(drawn[server]), 0.0), IDLE_BASIS)
        own = [_where(charge, ~fits) for charge in bought]
        return Beside((*own, *ledger.charges), tuple(people), fits, IDLE_WORDS)

    def _fits(self, idle: Array, server: Index) -> BoolArray:
        """Where a month's runs fit into the idle hours of a product's machines (C, N).

        ``idle`` (C, N, S); ``server`` (C,) is its place among the servers, -1 where it has none.
        A run must end before the next is due on one machine.
        """
        hours = self.hours[server]
        asked = self.case.demand.runs * hours[..., None]
        room = (asked <= idle) & (idle > 0)
        fits = room.all(-1) & (hours <= pace.hours_between(self.case)) & self.asked.able[server]
        return np.asarray(fits & (server >= 0)[:, None])


def _where(charge: Charge, where: BoolArray) -> Charge:
    """The same charge, nothing of it elsewhere."""

    def kept(values: Array | None) -> Array | None:
        return None if values is None else np.where(where, values, 0.0)

    months = charge.by_month
    return replace(
        charge,
        quantity=np.where(where, charge.quantity, 0.0),
        present=kept(charge.present),
        month1=kept(charge.month1),
        by_month=None if months is None else np.where(where[..., None], months, 0.0),
    )
