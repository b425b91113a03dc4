"""Hosted ML platforms: endpoints that run all month, or serverless machines billed while busy."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray
from calculators.block import Block, Products
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import carbon, labour
from calculators.costs import fleet as fleets
from calculators.costs.fleet import Fleet
from calculators.market.machines import MachineOffers, machine_name
from calculators.options.serving import RENT_DRIFT, Serving, sent, serving
from calculators.places import Place
from calculators.results import Finding
from pricing.schema import InstanceRow
from pricing.units import HOURS_PER_MONTH, factor

SERVERLESS = "hosted_serverless"


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every hosted product for ``share`` (N,) of the requests."""
    offers = case.market.hosted().named(case.wanted(place.id))
    if not offers.size:
        return None
    asked = serving(case, offers)
    fleet = asked.fleet(share)
    serverless = _serverless(offers)
    hours = _hours(case, offers, asked, fleet, serverless, share)
    ledger = case.ledger()
    _rent(ledger, case, offers, hours, serverless)
    labour.set_up(ledger, case, place.labour)
    labour.run(ledger, case, place.labour)
    gaps = [
        asked.unknown(),
        _no_answer_time(asked, serverless),
        *sent(ledger, case, offers, share),
    ]
    return Block(
        place=place,
        products=_products(offers),
        charges=tuple(ledger.charges),
        speed=asked.speed(),
        served_share=np.ones(1),
        checks=(asked.memory(), _cold_start(serverless)),
        gaps=tuple(gaps),
        label=asked.label,
        capacity=asked.capacity(fleet),
        explained=asked.explained,
        machine_kwh=lambda: carbon.rented_kwh(
            case, offers, hours, fleet.busy_hours[offers.machine]
        ),
        grids=lambda: carbon.grids_of(case, offers),
        machines=fleet.counted[offers.machine],
        edges_of=asked.edges_of(share),
        spacing_of=asked.spacing_of(share),
    )


def _serverless(offers: MachineOffers) -> BoolArray:
    """Which are billed only while they work (C,)."""
    rows = [offer.row for offer in offers.offers]
    return np.array([isinstance(row, InstanceRow) and row.market == SERVERLESS for row in rows])


def _hours(
    case: Case,
    offers: MachineOffers,
    asked: Serving,
    fleet: Fleet,
    serverless: BoolArray,
    share: Array,
) -> Array:
    """Machine-hours billed in a month (C, N, S)."""
    hours = fleet.hours[offers.machine]
    rows = np.flatnonzero(serverless)
    if not rows.size:
        return hours
    machine = offers.machine[rows]
    answer, capacity = asked.answer_ms[machine], asked.capacity_rps[machine]
    seconds = fleets.serverless_seconds(case, share, answer, capacity)
    shape = np.broadcast_shapes(hours.shape, (1, *seconds.shape[1:]))
    billed = np.broadcast_to(hours, shape).copy()
    billed[rows] = seconds * factor("second", "hour")
    return billed


def _rent(
    ledger: Ledger, case: Case, offers: MachineOffers, hours: Array, serverless: BoolArray
) -> None:
    busy = ("Endpoint machines", "Machines billed while busy")
    why = (
        f"machines x {HOURS_PER_MONTH:g} hours a month",
        "worker time from start to stop: answers, idle seconds kept, starts",
    )
    ledger.monthly(
        [busy[int(asleep)] for asleep in serverless],
        offers.units,
        np.nan_to_num(hours) * offers.units_per_hour[..., None],
        offers.usd,
        offers.sources,
        category="compute",
        basis=[why[int(asleep)] for asleep in serverless],
        drift=case.drift(RENT_DRIFT),
    )


def _no_answer_time(asked: Serving, serverless: BoolArray) -> Gap:
    """What a machine that sleeps bills follows from its answer time."""
    unknown = np.isnan(asked.answer_ms) & asked.fits
    where = unknown[asked.machine] & serverless[:, None]
    return Gap(where, lambda _, __: "answer time of this machine")


def _cold_start(serverless: BoolArray) -> Check:
    text = "A machine that was asleep takes some time to start before it answers."
    said = Finding("cold start", "caution", text)
    return Check.each([said if asleep else None for asleep in serverless])


def _products(offers: MachineOffers) -> Products:
    def label(index: int) -> str:
        offer = offers.offers[index]
        return f"{offer.row.name} ({machine_name(offer.hardware)})"

    vendors = [offer.vendor for offer in offers.offers]
    return Products.of(offers.ids, label, vendors, offers.confidence, offers.other_region)
