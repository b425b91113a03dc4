"""Rented machines: whole machines by the hour, commitments, load balancer, egress, operations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, any_true, filled
from calculators.block import Block, Products
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import carbon, extras, labour, network
from calculators.costs import fleet as fleets
from calculators.costs.fleet import Commitment, Fleet
from calculators.market.machines import MachineOffers, Offer, machine_name
from calculators.places import Place
from calculators.results import Finding
from calculators.rules.prices import old_spot
from calculators.serving.machines import RENT_DRIFT, sent, serving
from pricing.book import Source
from pricing.units import HOURS_PER_MONTH

TERMS = {"on_demand": 0, "spot": 0, "1y": 12, "3y": 36}
"""Payment term -> months of the contract."""
TERM_WORDS = {
    "on_demand": "by the hour",
    "spot": "spot",
    "1y": "one-year commitment",
    "3y": "three-year commitment",
}
UP_TO = {
    "on_demand": ("on_demand",),
    "1y": ("on_demand", "1y"),
    "3y": ("on_demand", "1y", "3y"),
}


def terms(case: Case) -> tuple[str, ...]:
    """Payment terms the scenario accepts."""
    chosen = UP_TO[case.scenario.max_commitment]
    return (*chosen, "spot") if case.scenario.spot_serving else chosen


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every rented machine for ``share`` (N,) of the requests."""
    offers = case.market.rented(terms(case)).named(case.wanted(place.id))
    if not offers.size:
        return None
    asked = serving(case, offers)
    fleet = asked.fleet(share, place)
    ledger = case.ledger()
    _rent(ledger, case, offers, fleet)
    labour.set_up(ledger, case, place.labour)
    labour.own_api(ledger, case)
    labour.run(ledger, case, place.labour)
    labour.per_machine(ledger, case, filled(fleet.machines), offers.machine)
    no_balancer = network.load_balancer(ledger, case, offers.vendors, HOURS_PER_MONTH)
    gaps = [
        *asked.gaps(),
        Gap.some(no_balancer, lambda _: "load balancer price"),
        *sent(ledger, case, offers, share),
    ]
    return Block(
        place=place,
        products=products(case, offers),
        charges=tuple(ledger.charges),
        speed=asked.speed(asked.day(fleet, share)),
        served_share=np.ones(1),
        checks=(asked.memory(), *_spot(case, offers), extras.without_disk(case, offers)),
        gaps=tuple(gaps),
        label=asked.label,
        capacity=asked.capacity(fleet),
        sizing=asked.sizing(share, place),
        explained=asked.explained,
        machine_kwh=lambda: carbon.rented_kwh(
            case, offers, fleet.hours[offers.machine], fleet.busy_hours[offers.machine]
        ),
        grids=lambda: carbon.grids_of(case, offers),
        machines=fleet.counted[offers.machine],
        edges_at=asked.edges_of(share),
        spacing_at=asked.spacing_of(share),
    )


def _called(offer: Offer) -> str:
    """The machine and the vendor's product; the product alone where its name says the machine."""
    product, accelerator = offer.row.name, offer.hardware.accelerator
    counted = offer.hardware.count == 1 or "GPU" in product
    if accelerator and counted and product.startswith(accelerator.partition("-")[0]):
        return product  # "RTX 3090 24GB", "L40, 8 GPUs"
    return f"{machine_name(offer.hardware)}, {product}"


def products(case: Case, offers: MachineOffers) -> Products:
    """The offers as products."""

    def label(index: int) -> str:
        offer = offers.offers[index]
        host = case.market.vendor_name(offer.vendor)
        return f"{_called(offer)} at {host}, {TERM_WORDS[offer.term]}"

    vendors = [offer.vendor for offer in offers.offers]
    return Products.of(offers.ids, label, vendors, offers.confidence, offers.other_region)


def _spot(case: Case, offers: MachineOffers) -> list[Check]:
    spot = offers.term_is("spot")
    if not any_true(spot):
        return []
    text = "Spot machines may be taken away at short notice."
    said = Finding("spot", "caution", text)
    taken_away = Check.each([said if taken else None for taken in spot])
    return [taken_away, Check.each([old_spot(case, offer) for offer in offers.offers])]


def hired(case: Case, offers: MachineOffers, fleet: Fleet) -> Commitment:
    """Machines paid for (C, N, S): by the hour as switched on, under contract all the time."""
    drift = case[RENT_DRIFT]
    calendar = case.demand.calendar
    drifting = any_true(drift != 0)
    by_hour = filled(fleet.hours) / HOURS_PER_MONTH
    paid = by_hour[offers.machine]
    left = np.zeros((1, 1))
    dearer = paid * (calendar.drift(drift) - 1) if drifting else None
    left_dearer = np.zeros((offers.size, case.size)) if drifting else None
    for term, months in TERMS.items():
        members = np.flatnonzero(offers.term_is(term))
        if not months or not members.size:
            continue
        # a commitment is paid all month, whatever the schedule
        whole = filled(fleet.machines)
        part = fleets.committed(whole, calendar, months, drift)
        here = offers.machine[members]
        paid[members] = part.paid[here]
        if left.shape[0] == 1:
            left = np.zeros((offers.size, max(paid.shape[1], part.left.shape[1])))
        left[members] = part.left[here]
        if dearer is not None and left_dearer is not None and part.paid_dearer is not None:
            dearer[members] = part.paid_dearer[here]
            left_dearer[members] = np.asarray(part.left_dearer)[here]
    return Commitment(paid, left, dearer, left_dearer)


def _rent(ledger: Ledger, case: Case, offers: MachineOffers, fleet: Fleet) -> None:
    found = hired(case, offers, fleet)
    extras.charge(ledger, case, offers, found.paid * HOURS_PER_MONTH, case.drift(RENT_DRIFT))
    per_month = HOURS_PER_MONTH * offers.units_per_hour[..., None]
    ledger.monthly(
        offers.words({term: f"Machines rented {words}" for term, words in TERM_WORDS.items()}),
        offers.units,
        found.paid * per_month,
        case.rates(offers),
        offers.sources,
        category="compute",
        basis=f"machines x {HOURS_PER_MONTH:g} hours a month",
        drift=case.drift(RENT_DRIFT),
        dearer=None if found.paid_dearer is None else found.paid_dearer * per_month,
    )
    if any(TERMS[term] for term in offers.terms):
        _left(ledger, case, offers, found)


def _left(ledger: Ledger, case: Case, offers: MachineOffers, found: Commitment) -> None:
    """What commitments still cost after the period, at the price of the month they began in."""
    basis = "a commitment is paid to the end of its term"
    parts: list[tuple[str, Array, Sequence[Source], str]] = [
        ("", found.left, offers.sources, basis)
    ]
    if found.left_dearer is not None:
        words = "the same quantity times the change of its price when the commitment began"
        source = case.input_source(RENT_DRIFT)
        parts.append((": price change", found.left_dearer, [source], words))
    for end, quantity, sources, words in parts:
        ledger.once(
            f"Commitment left after the period{end}",
            offers.units,
            quantity * HOURS_PER_MONTH * offers.units_per_hour,
            case.rates(offers),
            sources,
            category="compute",
            month=case.demand.calendar.horizon[:, 0],
            basis=words,
        )
