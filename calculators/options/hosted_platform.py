"""Hosted ML platforms: endpoints that run all month, or serverless machines billed while busy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, Index, filled
from calculators.block import Block, Products
from calculators.case import Case
from calculators.costs import carbon, extras, labour
from calculators.costs.fleet import Fleet
from calculators.market.machines import MachineOffers, machine_name
from calculators.places import Place
from calculators.serving.machines import RENT_DRIFT, sent, serving
from calculators.serving.sleeping import Sleeping
from pricing.units import HOURS_PER_MONTH


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every hosted product for ``share`` (N,) of the requests."""
    offers = case.market.hosted().named(case.wanted(place.id))
    if not offers.size:
        return None
    asked = serving(case, offers)
    fleet = asked.fleet(share, place)
    sleeping = Sleeping.of(case, offers, asked, share)
    day = asked.day(fleet, share, sleeping)
    hours = _hours(offers, fleet, sleeping)
    ledger = case.ledger()
    _rent(ledger, case, offers, hours, sleeping)
    extras.charge(ledger, case, offers, hours, case.drift(RENT_DRIFT))
    labour.set_up(ledger, case, place.labour)
    labour.run(ledger, case, place.labour)
    gaps = [*asked.gaps(), *sent(ledger, case, offers, share)]
    return Block(
        place=place,
        products=_products(offers),
        charges=tuple(ledger.charges),
        speed=asked.speed(day),
        served_share=np.ones(1),
        checks=(asked.memory(), *sleeping.check(day)),
        gaps=tuple(gaps),
        label=asked.label,
        capacity=asked.capacity(fleet),
        sizing=asked.sizing(share, place),
        explained=asked.explained,
        machine_kwh=lambda: carbon.rented_kwh(
            case, offers, hours, fleet.busy_hours[offers.machine]
        ),
        grids=lambda: carbon.grids_of(case, offers),
        machines=_counted(offers, fleet, sleeping),
        edges_at=asked.edges_of(share, sleeping.sleeps),
        spacing_at=asked.spacing_of(share, sleeping.sleeps),
    )


def _counted(offers: MachineOffers, fleet: Fleet, sleeping: Sleeping) -> Array:
    """Whole machines, each hour of the day counted where hours differ (C, N, S)."""
    return _with(fleet.counted[offers.machine], sleeping.rows, lambda: sleeping.whole_hours)


def _hours(offers: MachineOffers, fleet: Fleet, sleeping: Sleeping) -> Array:
    """Machine-hours billed in a month (C, N, S)."""
    return _with(fleet.hours[offers.machine], sleeping.rows, lambda: sleeping.billed)


def _with(every: Array, rows: Index, some: Callable[[], Array]) -> Array:
    """Figures of all offers (C, N, S) with those of some rows in their place."""
    if not rows.size:
        return every
    made = some()
    found = np.broadcast_to(every, np.broadcast_shapes(every.shape, (1, *made.shape[1:]))).copy()
    found[rows] = made
    return found


def _rent(
    ledger: Ledger, case: Case, offers: MachineOffers, hours: Array, sleeping: Sleeping
) -> None:
    sleeps = sleeping.asleep(np.arange(offers.size))
    busy = ("Endpoint machines", "Machines billed while up")
    why = (
        f"machines x {HOURS_PER_MONTH:g} hours a month",
        "worker time from start to stop: answers, idle seconds kept, starts",
    )
    ledger.monthly(
        [busy[int(asleep)] for asleep in sleeps],
        offers.units,
        filled(hours) * offers.units_per_hour[..., None],
        case.rates(offers),
        offers.sources,
        category="compute",
        basis=[why[int(asleep)] for asleep in sleeps],
        drift=case.drift(RENT_DRIFT),
    )


def _products(offers: MachineOffers) -> Products:
    def label(index: int) -> str:
        offer = offers.offers[index]
        return f"{offer.row.name} ({machine_name(offer.hardware)})"

    vendors = [offer.vendor for offer in offers.offers]
    return Products.of(offers.ids, label, vendors, offers.confidence, offers.other_region)
