"""Rented machines: whole machines by the hour, commitments, load balancer, egress, operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators import carbon, labour, machines, network, users
from calculators import fleet as fleets
from calculators.arrays import Array
from calculators.estimators.types import Hardware
from calculators.inputs import Inputs
from calculators.options.base import Block, Product, empty_block
from calculators.results import Finding
from pricing.book import Source, Tariff
from pricing.schema import InstanceRow
from pricing.units import HOURS_PER_MONTH, factor

TERMS = {"on_demand": 0, "spot": 0, "1y": 12, "3y": 36}
TERM_WORDS = {
    "on_demand": "by the hour",
    "spot": "spot",
    "1y": "one-year commitment",
    "3y": "three-year commitment",
}


@dataclass(frozen=True)
class Offer:
    """A machine at one payment term."""

    row: InstanceRow
    term: str
    tariff: Tariff

    @property
    def id(self) -> str:
        """Stable id: product and term."""
        return f"{self.row.product}:{self.term}"

    @cached_property
    def hardware(self) -> Hardware:
        """The machine as the estimator knows it."""
        row = self.row
        return Hardware(
            row.accelerator, int(row.accelerator_count), row.vcpus, row.cpu, row.memory_gib
        )


def terms(inputs: Inputs) -> list[str]:
    """Payment terms the scenario accepts."""
    chosen = {
        "on_demand": ["on_demand"],
        "1y": ["on_demand", "1y"],
        "3y": ["on_demand", "1y", "3y"],
    }[inputs.scenario.max_commitment]
    return [*chosen, "spot"] if inputs.scenario.spot_serving else chosen


def offers(inputs: Inputs) -> list[Offer]:
    """Every rented machine that has a price and a specification."""
    found = []
    for row in inputs.book.table("rented_instances", InstanceRow):
        if not row.accelerator and (row.vcpus is None or not row.cpu):
            continue  # nothing to estimate with
        for term in terms(inputs):
            if term not in inputs.book.meters.get(row.product, ()):
                continue
            if not inputs.wanted(f"{row.product}:{term}"):
                continue
            tariff = inputs.book.tariff(f"{row.product}/{term}", inputs.scenario.region)
            if tariff is not None:
                found.append(Offer(row, term, tariff))
    return found


def _product(inputs: Inputs, offer: Offer) -> Product:
    name = machines.machine_name(offer.hardware)
    host = inputs.vendor_name(offer.row.vendor)
    return Product(
        id=offer.id,
        label=f"{name}, {offer.row.name} at {host}, {TERM_WORDS[offer.term]}",
        vendor=offer.row.vendor,
        other_region=offer.tariff.source.other_region,
        confidence=offer.tariff.source.confidence,
    )


def serve(inputs: Inputs, share: Array) -> Block:
    """Every rented machine for ``share`` (N,) of the requests."""
    scenario = inputs.scenario
    key = ("rented", scenario.region, scenario.max_commitment, scenario.spot_serving, inputs.only)
    found = inputs.kept(key, lambda: offers(inputs))
    products = inputs.kept((*key, "products"), lambda: [_product(inputs, offer) for offer in found])
    block = empty_block("rented", products, inputs)
    if not found:
        return block
    hardware = [offer.hardware for offer in found]
    known = machines.power(inputs, hardware, key)
    fleet = fleets.size(inputs, share, known.capacity_rps, known.replicas_per_machine)
    machines.describe(block, inputs, known, fleet, hardware)
    machines.stairs(block, inputs, share, known)
    _rent(block, inputs, found, fleet)
    _powered(block, inputs, found, fleet, key)
    labour.set_up(block.ledger, inputs, "rented")
    labour.run(block.ledger, inputs, "rented")
    _load_balancer(block, inputs, [offer.row.vendor for offer in found])
    gaps = network.egress(block.ledger, inputs, [offer.row.vendor for offer in found], share)
    gaps_users = users.charge(
        block.ledger,
        inputs,
        network.radio_j_per_request(inputs),
        share,
        "radio energy of sending and receiving, per request",
    )
    for index, gap in enumerate(gaps):
        block.missing[index] += [gap] * bool(gap) + gaps_users
        if found[index].term == "spot":
            text = "Spot machines may be taken away at short notice."
            block.findings[index].append(Finding("spot", "caution", text))
    return block


def _powered(
    block: Block, inputs: Inputs, found: Sequence[Offer], fleet: fleets.Fleet, key: object
) -> None:
    """Electricity of the machines, for the carbon."""
    block.grids = inputs.kept(
        ("grids", key), lambda: [carbon.grid_of(inputs, offer.tariff) for offer in found]
    )
    block.machine_kwh = lambda: carbon.rented_kwh(
        inputs,
        inputs.kept(
            ("watts", key), lambda: carbon.most_watts(inputs, [offer.hardware for offer in found])
        ),
        fleet.hours,
        fleet.hours * fleet.busy_share,
    )


def _hired(inputs: Inputs, found: Sequence[Offer], fleet: fleets.Fleet) -> fleets.Commitment:
    """Machines paid for (C, N, S): by the hour as switched on, under contract all the time."""
    drift = inputs["price_change_pct_per_year_rental"]
    paid = np.nan_to_num(fleet.hours) / HOURS_PER_MONTH
    left = np.zeros(paid.shape[:2])
    drifting = bool(np.any(drift != 0))
    dearer = paid * (inputs.calendar.drift(drift) - 1) if drifting else None
    left_dearer = np.zeros_like(left) if drifting else None
    for term, months in TERMS.items():
        members = np.array([offer.term == term for offer in found])
        if months and members.any():
            # a commitment is paid all month, whatever the schedule
            whole = np.nan_to_num(fleet.machines[members])
            part = fleets.committed(whole, inputs.calendar, months, drift)
            paid = paid.copy()
            paid[members], left[members] = part.paid, part.left
            if dearer is not None and left_dearer is not None and part.paid_dearer is not None:
                dearer[members], left_dearer[members] = part.paid_dearer, part.left_dearer
    return fleets.Commitment(paid, left, dearer, left_dearer)


def _rent(block: Block, inputs: Inputs, found: Sequence[Offer], fleet: fleets.Fleet) -> None:
    hired = _hired(inputs, found, fleet)
    rate = np.array([[offer.tariff.usd] for offer in found])
    sources = [offer.tariff.source for offer in found]
    per_unit = HOURS_PER_MONTH * np.array([[factor("hour", o.tariff.unit)] for o in found])
    names = tuple(f"Machines rented {TERM_WORDS[offer.term]}" for offer in found)
    block.ledger.monthly(
        names,
        tuple(offer.tariff.unit for offer in found),
        hired.paid * per_unit[..., None],
        rate,
        sources,
        basis=f"machines x {HOURS_PER_MONTH:g} hours a month",
        drift_pct=inputs["price_change_pct_per_year_rental"],
        drift_source=inputs.input_source("price_change_pct_per_year_rental"),
        dearer=None if hired.paid_dearer is None else hired.paid_dearer * per_unit[..., None],
    )
    _left(block, inputs, found, hired, per_unit)


def _left(
    block: Block,
    inputs: Inputs,
    found: Sequence[Offer],
    hired: fleets.Commitment,
    per_unit: Array,
) -> None:
    """What commitments still cost after the period, at the price of the month they began in."""
    own = [offer.tariff.source for offer in found]
    basis = "a commitment is paid to the end of its term"
    parts: list[tuple[str, Array, Sequence[Source], str]] = [("", hired.left, own, basis)]
    if hired.left_dearer is not None:
        source = inputs.input_source("price_change_pct_per_year_rental")
        basis = "the same quantity times the change of its price when the commitment began"
        parts.append((": price change", hired.left_dearer, [source], basis))
    for end, quantity, sources, words in parts:
        block.ledger.once(
            f"Commitment left after the period{end}",
            tuple(offer.tariff.unit for offer in found),
            quantity * per_unit,
            np.array([[offer.tariff.usd] for offer in found]),
            sources,
            month=inputs.calendar.horizon[:, 0],
            basis=words,
        )


def _load_balancer(block: Block, inputs: Inputs, vendors: Sequence[str]) -> None:
    """One load balancer in front of the machines; a stand-in price where the vendor has none."""
    tariffs = {
        vendor: network.tariff_for(inputs, vendor, "load_balancer")
        for vendor in dict.fromkeys(vendors)
    }
    rates, sources, units = [], [], []
    for index, vendor in enumerate(vendors):
        tariff, stands_in = tariffs[vendor]
        if tariff is None:
            block.missing[index].append("load balancer price")
            rates.append([np.nan])
            sources.append(inputs.input_source("spare_instances"))
            units.append("hour")
            continue
        rates.append([tariff.usd])
        sources.append(network.stand_in_source(tariff, stands_in))
        units.append(tariff.unit)
    per_month = HOURS_PER_MONTH * np.ones_like(inputs.calendar.growth)
    block.ledger.monthly(
        "Load balancer", tuple(units), per_month, np.array(rates), sources, basis="one, all month"
    )
