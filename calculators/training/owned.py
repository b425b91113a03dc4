"""Training on own computers: the purchase, or machines already there, energy, and time."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray, Index
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import own_server, purchase, run_time
from calculators.costs.hosting import premises
from calculators.market.machines import MachineOffers
from calculators.places import Venue
from calculators.rules.terms import about_training
from calculators.training import base
from calculators.training.base import Plan
from pricing.units import HOURS_PER_MONTH, factor

BASIS = (
    "hours of one run (start and evaluation in them) x most power drawn x building overhead (PUE)"
)
WORDS = "trained on own machines"
LACKING = "a priced server that can train it"


def plans(case: Case, venue: Venue) -> list[Plan]:
    """The server with the lowest cost over the horizon that can train it, at each point."""
    offers = _powered(case)
    asked = base.runs(case, offers) if offers.size else None
    if asked is not None and asked.able.any():
        return [_plan(case, venue, offers, asked, asked.able)]
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


def _plan(
    case: Case, venue: Venue, offers: MachineOffers, asked: base.Runs, able: BoolArray
) -> Plan:
    middle = _occupied(case, venue, asked.middle)
    kept = base.preferred(able, middle <= base.hours_between(case))
    chosen = base.cheapest(np.where(kept, _cost(case, offers, middle), np.inf))
    unable = ~base.picked(able, chosen)
    hours = base.picked(_occupied(case, venue, asked.hours), chosen)
    ledger = case.ledger()
    if not case.scenario.owned_already:
        _buy(ledger, case, offers, hours, chosen)
    gaps = _energy(ledger, case, offers, hours, chosen)
    base.staff(ledger, case, venue.id)
    names = [offer.row.name for offer in offers.offers]

    def at(point: int) -> int:
        return int(chosen[point if chosen.size > 1 else 0])

    def product(point: int) -> str:
        nothing = unable[point if unable.size > 1 else 0]
        return "" if nothing else offers.offers[at(point)].row.product

    return Plan(
        venue.id,
        charges=tuple(ledger.charges),
        checks=(
            *_rules(case, venue),
            base.unable(asked, unable),
            base.too_slow(case, hours),
        ),
        gaps=(*gaps, Gap(unable[None], lambda _, __: LACKING)),
        product=product,
        label=lambda point: f"trained on {names[at(point)]}" if product(point) else WORDS,
        explained=lambda point: asked.explained(at(point), point),
        machines=None if case.scenario.owned_already else machines_needed(case, hours)[None],
    )


def _rules(case: Case, venue: Venue) -> list[Check]:
    """No vendor sees the training data; a colocation is not the premises they may have to stay."""
    stands = (about_training(item) for item in premises(case, case.scenario.training_sensitivity))
    own = base.own_rules(case)
    return [*base.venue_rule(case, venue.id), *map(Check.always, stands), *own]


def _occupied(case: Case, venue: Venue, hours: Array) -> Array:
    """Hours a server is busy with one run (C, N); the data are on the premises."""
    own = run_time.floor(case, venue.id, [""], sends=False)
    return np.asarray(run_time.trained_hours(case, hours) + own.counted + own.uncounted)


def machines_needed(case: Case, per_run: Array) -> Array:
    """Whole machines so that a month's runs fit into its hours (..., N, S); at least one."""
    busy = case.demand.runs * per_run[..., None]
    return np.maximum(1.0, np.ceil(busy / HOURS_PER_MONTH * (1 - 1e-12)))


def _cost(case: Case, offers: MachineOffers, per_run: Array) -> Array:
    """Rough order of cost (C, N): purchase if any, and energy."""
    need = machines_needed(case, per_run).max(-1)
    price = 0.0 if case.scenario.owned_already else own_server.price(case, offers)[0] * need
    runs = case.demand.calendar.sum(case.demand.runs) + base.runs_at_start(case)
    power = purchase.electricity(case)
    return np.asarray(price + _kwh_per_run(case, offers, per_run) * runs * (power or [0.0])[0])


def _kwh_per_run(case: Case, offers: MachineOffers, per_run: Array) -> Array:
    """Electricity of one run (C, N)."""
    watts = purchase.max_power_w(case, offers)
    return np.asarray(per_run * watts * factor("watt", "kilowatt") * case.chosen("pue", "pue"))


def _buy(ledger: Ledger, case: Case, offers: MachineOffers, hours: Array, chosen: Index) -> None:
    """The machines of the server chosen at each point."""
    need = machines_needed(case, hours)[None]
    for server in np.unique(chosen):
        here = (chosen == server)[None, :, None]
        one = MachineOffers((offers.offers[server],))
        purchase.buy(ledger, case, one, np.where(here, need, 0.0))


def _energy(
    ledger: Ledger, case: Case, offers: MachineOffers, hours: Array, chosen: Index
) -> list[Gap]:
    power = purchase.electricity(case)
    if power is None:
        return [Gap.always("business electricity price")]
    kwh = base.picked(_kwh_per_run(case, offers, np.ones((1, 1))), chosen) * hours
    ledger.once(
        "Electricity for the first training",
        "kwh",
        kwh * base.runs_at_start(case),
        power[0],
        [power[1]],
        category="training",
        basis=BASIS,
    )
    ledger.monthly(
        "Electricity for retraining",
        "kwh",
        case.demand.runs * kwh[:, None],
        power[0],
        [power[1]],
        category="training",
        period="per retrain",
        basis=BASIS,
        drift=case.drift(purchase.POWER_DRIFT),
    )
    return []
