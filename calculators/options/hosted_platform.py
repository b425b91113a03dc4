"""Hosted ML platforms: endpoints that run all month, or serverless machines billed while busy."""

from __future__ import annotations

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
from pricing.book import Tariff
from pricing.schema import InstanceRow
from pricing.units import HOURS_PER_MONTH, factor

MARKETS = ("hosted_endpoint", "hosted_serverless")


@dataclass(frozen=True)
class Offer:
    """A platform's machine with its price."""

    row: InstanceRow
    tariff: Tariff

    @cached_property
    def hardware(self) -> Hardware:
        """The machine as the estimator knows it."""
        row = self.row
        return Hardware(
            row.accelerator, int(row.accelerator_count), row.vcpus, row.cpu, row.memory_gib
        )

    @property
    def serverless(self) -> bool:
        """Billed only while it works."""
        return self.row.market == "hosted_serverless"


def offers(inputs: Inputs) -> list[Offer]:
    """Every serving product of a platform that is priced and specified."""
    found = []
    for row in inputs.book.table("hosted_instances", InstanceRow):
        if row.market not in MARKETS or not inputs.wanted(row.product):
            continue
        if not row.accelerator and (row.vcpus is None or not row.cpu):
            continue
        tariff = inputs.book.tariff(f"{row.product}/on_demand", inputs.scenario.region)
        if tariff is not None:
            found.append(Offer(row, tariff))
    return found


def _product(offer: Offer) -> Product:
    name = machines.machine_name(offer.hardware)
    return Product(
        id=offer.row.product,
        label=f"{offer.row.name} ({name})",
        vendor=offer.row.vendor,
        other_region=offer.tariff.source.other_region,
        confidence=offer.tariff.source.confidence,
    )


def serve(inputs: Inputs, share: Array) -> Block:
    """Every hosted product for ``share`` (N,) of the requests."""
    key = ("hosted", inputs.scenario.region, inputs.only)
    found = inputs.kept(key, lambda: offers(inputs))
    products = inputs.kept((*key, "products"), lambda: [_product(offer) for offer in found])
    block = empty_block("hosted_platform", products, inputs)
    if not found:
        return block
    hardware = [offer.hardware for offer in found]
    known = machines.power(inputs, hardware, key)
    fleet = fleets.size(inputs, share, known.capacity_rps, known.replicas_per_machine)
    machines.describe(block, inputs, known, fleet, hardware)
    machines.stairs(block, inputs, share, known)
    seconds = fleets.serverless_seconds(inputs, share, known.answer_ms, known.capacity_rps)
    always = fleet.hours * factor("hour", "second")
    serverless = np.array([offer.serverless for offer in found])[:, None, None]
    per_unit = np.array([factor("second", offer.tariff.unit) for offer in found])[:, None, None]
    block.grids = inputs.kept(
        (*key, "grids"), lambda: [carbon.grid_of(inputs, offer.tariff) for offer in found]
    )
    block.machine_kwh = lambda: carbon.rented_kwh(
        inputs,
        inputs.kept((*key, "watts"), lambda: carbon.most_watts(inputs, hardware)),
        np.where(serverless, seconds * factor("second", "hour"), fleet.hours),
        fleet.hours * fleet.busy_share,
    )
    paid = np.nan_to_num(np.where(serverless, seconds, always)) * per_unit
    block.ledger.monthly(
        tuple("Machines billed while busy" if o.serverless else "Endpoint machines" for o in found),
        tuple(offer.tariff.unit for offer in found),
        paid,
        np.array([[offer.tariff.usd] for offer in found]),
        [offer.tariff.source for offer in found],
        basis=tuple(
            "worker time from start to stop: answers, idle seconds kept, starts"
            if o.serverless
            else f"machines x {HOURS_PER_MONTH:g} hours a month"
            for o in found
        ),
        drift_pct=inputs["price_change_pct_per_year_rental"],
        drift_source=inputs.input_source("price_change_pct_per_year_rental"),
    )
    labour.set_up(block.ledger, inputs, "hosted_platform")
    labour.run(block.ledger, inputs, "hosted_platform")
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
        if found[index].serverless:
            if np.isnan(known.answer_ms[index]).any() and known.estimates[index].fits:
                block.missing[index].append("answer time of this machine")
            text = "A machine that was asleep takes some time to start before it answers."
            block.findings[index].append(Finding("cold start", "caution", text))
    return block
