"""Owned machines: whole servers bought, powered, hosted, maintained, replaced and sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calculators import fleet as fleets
from calculators import labour, machines, network, users
from calculators.arrays import Array
from calculators.charges import Charge
from calculators.estimators.types import Hardware
from calculators.inputs import Inputs
from calculators.options.base import Block, Product, empty_block
from calculators.ownership import Ownership, own
from pricing.book import Source, Tariff
from pricing.schema import ServerRow
from pricing.units import factor

HOSTING_KEY = "world/colocation/standard"
POWER_KEY = "{place}/grid/business"


@dataclass(frozen=True)
class Offer:
    """A server to buy."""

    row: ServerRow
    tariff: Tariff

    @property
    def hardware(self) -> Hardware:
        """The machine as the estimator knows it."""
        row = self.row
        return Hardware(row.accelerator, int(row.accelerator_count), None, row.cpu, row.memory_gib)


def offers(inputs: Inputs) -> list[Offer]:
    """Every server that has a purchase price and an accelerator."""
    found = []
    for row in inputs.book.table("servers", ServerRow):
        tariff = inputs.book.tariff(f"{row.product}/purchase", inputs.scenario.region)
        if tariff is not None and row.accelerator and inputs.wanted(row.product):
            found.append(Offer(row, tariff))
    return found


def max_power_w(inputs: Inputs, row: ServerRow) -> float:
    """Most the server draws; from typical power where only that is known; NaN if neither."""
    if row.max_power_w:
        return row.max_power_w
    ratio = inputs.book.assumption("server_typical_power_ratio").mid
    return row.typical_power_w / ratio if row.typical_power_w else float("nan")


def idle_power_w(inputs: Inputs, row: ServerRow) -> float:
    """What the server draws with nothing to do."""
    if row.idle_power_w:
        return row.idle_power_w
    return max_power_w(inputs, row) * inputs.book.assumption("server_idle_power_ratio").mid


def electricity(inputs: Inputs) -> tuple[Array, Source] | None:
    """Business price of a kWh and where it comes from."""
    if inputs.given("electricity_usd_per_kwh"):
        return inputs["electricity_usd_per_kwh"], inputs.input_source("electricity_usd_per_kwh")
    place = inputs.scenario.region
    tariff = inputs.book.tariff(POWER_KEY.format(place=place), place)
    return None if tariff is None else (np.array([tariff.usd]), tariff.source)


def serve(inputs: Inputs, share: Array) -> Block:
    """Every owned server for ``share`` (N,) of the requests."""
    key = ("owned", inputs.scenario.region, inputs.only)
    found = inputs.kept(key, lambda: offers(inputs))
    products = [
        Product(offer.row.product, offer.row.name, "", confidence=offer.tariff.source.confidence)
        for offer in found
    ]
    block = empty_block("owned", products, inputs)
    block.data_leaves = False
    if not found:
        return block
    hardware = [offer.hardware for offer in found]
    known = machines.power(inputs, hardware, key)
    fleet = fleets.size(inputs, share, known.capacity_rps, known.replicas_per_machine)
    machines.describe(block, inputs, known, fleet, hardware)
    machines.stairs(block, inputs, share, known)
    need = np.nan_to_num(fleet.machines)
    purchase(block.ledger.charges, inputs, found, need)
    running(block, inputs, found, fleets.Fleet(need, fleet.hours, np.nan_to_num(fleet.busy_share)))
    labour.set_up(block.ledger, inputs, "owned")
    per_server = labour.hours(inputs, "ops_hours_per_server_month")
    # the flat hours cover the service and its first machine
    labour.run(block.ledger, inputs, "owned", np.maximum(need - 1, 0) * per_server[:, None])
    gaps = network.egress(block.ledger, inputs, ["owned"] * len(found), share)
    gaps_users = users.charge(
        block.ledger,
        inputs,
        network.radio_j_per_request(inputs),
        share,
        "radio energy of sending and receiving, per request",
    )
    for index, gap in enumerate(gaps):
        block.missing[index] += [gap] * bool(gap) + gaps_users
    return block


def purchase(
    charges: list[Charge], inputs: Inputs, found: Sequence[Offer], need: Array
) -> Ownership:
    """Add purchases, cabling and the resale credit for ``need`` machines (C, N, S)."""
    life = inputs.assume("server_life_months")
    residual = inputs.assume("server_residual_pct") / 100
    drift = inputs["price_change_pct_per_year_hardware"]
    stock = own(need, inputs.calendar, life, residual, drift)
    price = np.array([[offer.tariff.usd] for offer in found])
    sources = tuple(offer.tariff.source for offer in found)
    bought = Charge(
        name="Servers bought",
        payer="company",
        period="once",
        unit="server",
        quantity=stock.bought,
        rate_usd=price,
        present=stock.bought_present,
        month1=stock.bought_now,
        sources=sources,
        basis=f"bought when first needed, replaced after {life[0]:g} months",
    )
    charges.append(bought)
    extra = inputs.assume("network_and_cabling_pct")[0] / 100
    charges.append(
        replace(
            bought,
            name="Network and cabling",
            rate_usd=price * extra,
            basis=f"{extra:.0%} of the purchase price",
        )
    )
    charges.append(
        replace(
            bought,
            name="Servers sold at the end of use",
            quantity=-stock.sold,
            present=-stock.sold_present,
            month1=np.zeros_like(stock.sold),
            credit=True,
            basis="share of the price left, straight line to "
            f"{residual[0]:.0%} after {life[0]:g} months",
        )
    )
    if np.any(drift != 0):
        charges.extend(_price_change(inputs, bought, stock, price * (1 + extra)))
    return stock


def _price_change(
    inputs: Inputs, bought: Charge, stock: Ownership, price: Array
) -> tuple[Charge, Charge]:
    """What later purchases cost more than today's, and what they fetch more when sold."""
    later = replace(
        bought,
        name="Servers bought: price change",
        quantity=stock.dearer,
        rate_usd=price,
        present=stock.dearer_present,
        month1=np.zeros_like(stock.dearer),
        sources=(inputs.input_source("price_change_pct_per_year_hardware"),),
        basis="servers bought later x change of their price, network and cabling included",
    )
    sold = replace(
        later,
        name="Servers sold at the end of use: price change",
        quantity=-stock.resold,
        rate_usd=bought.rate_usd,
        present=-stock.resold_present,
        basis="share of the changed price left when sold",
    )
    return later, sold


def running(block: Block, inputs: Inputs, found: Sequence[Offer], fleet: fleets.Fleet) -> None:
    """Energy, hosting and maintenance of the servers."""
    maximum = np.array([[max_power_w(inputs, offer.row)] for offer in found])[..., None]
    idle = np.array([[idle_power_w(inputs, offer.row)] for offer in found])[..., None]
    watts = idle + (maximum - idle) * fleet.busy_share
    pue = inputs.chosen("pue", "pue")[:, None]
    for index, offer in enumerate(found):
        if np.isnan(maximum[index]).any():
            block.missing[index].append(f"power draw of {offer.row.name}")
    drawn = watts * fleet.hours * factor("watt", "kilowatt") * pue
    block.machine_kwh = lambda: inputs.calendar.sum(drawn)[:, 0]
    kwh = np.nan_to_num(drawn)
    power = electricity(inputs)
    hosting = inputs.book.tariff(HOSTING_KEY, inputs.scenario.region)
    if power is None or hosting is None:
        gaps = ["business electricity price"] * (power is None)
        gaps += ["hosting price per kW"] * (hosting is None)
        for missing in block.missing:
            missing.extend(gaps)
        return
    block.ledger.monthly(
        "Electricity of the servers",
        "kwh",
        kwh,
        power[0],
        [power[1]],
        basis="(idle .. max by load) x building overhead (PUE) x hours switched on",
        drift_pct=inputs["price_change_pct_per_year_electricity"],
        drift_source=inputs.input_source("price_change_pct_per_year_electricity"),
    )
    kilowatts = np.nan_to_num(maximum) * fleet.machines * factor("watt", "kilowatt")
    block.ledger.monthly(
        "Hosting (space and cooling, per kW)",
        hosting.unit,
        kilowatts,
        hosting.usd,
        [hosting.source],
        basis="servers x most power drawn",
    )
    yearly = inputs.assume("maintenance_pct_per_year") / 100
    prices = np.array([[offer.tariff.usd] for offer in found])
    block.ledger.monthly(
        "Maintenance and spare parts",
        "instance_month",
        fleet.machines,
        prices * yearly / 12,
        [offer.tariff.source for offer in found],
        basis=f"{yearly[0]:.1%} of the purchase price a year",
    )
