"""Servers bought: purchase, replacement, resale, electricity, hosting, maintenance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.accounts.charges import Assuming, Charge, Ledger, here
from calculators.arrays import Array, any_true, filled
from calculators.case import Case
from calculators.checks import Gap
from calculators.costs import own_server
from calculators.costs.fleet import Fleet
from calculators.costs.hosting import UNDECIDED, Hosting, housed
from calculators.costs.ownership import Ownership, own
from calculators.market.machines import MachineOffers
from calculators.percents import percent
from pricing.book import Source
from pricing.records import record
from pricing.schema import ServerRow
from pricing.units import factor

POWER_KEY = "{place}/grid/business"
HARDWARE_DRIFT = "price_change_pct_per_year_hardware"
POWER_DRIFT = "price_change_pct_per_year_electricity"
IDLE, TYPICAL = "server_idle_power_ratio", "server_typical_power_ratio"


def _known_power(offers: MachineOffers, column: str) -> Array:
    """A power of the server table (C, 1) [W]; NaN where it is not stated."""
    rows = [offer.row for offer in offers.offers]
    stated = [getattr(row, column) if isinstance(row, ServerRow) else None for row in rows]
    return np.array([[np.nan if watts is None else watts] for watts in stated])


def max_power_w(case: Case, offers: MachineOffers) -> Array:
    """Most each server draws (C, N); from typical power where only that is known, else NaN.

    What the user says one draws holds whatever the load.
    """
    own = own_server.watts(case)
    if own is not None:
        return np.repeat(own, offers.size, axis=0)
    typical = _known_power(offers, "typical_power_w") / case.assume(TYPICAL)
    stated = _known_power(offers, "max_power_w")
    return np.where(np.isnan(stated), typical, stated)


def idle_power_w(case: Case, offers: MachineOffers) -> Array:
    """What each server draws with nothing to do (C, N)."""
    if own_server.watts(case) is not None:
        return max_power_w(case, offers)
    stated = _known_power(offers, "idle_power_w")
    share = max_power_w(case, offers) * case.assume(IDLE)
    return np.where(np.isnan(stated), share, stated)


def electricity(case: Case) -> tuple[Array, Source] | None:
    """Business price of a kWh and where it comes from."""
    if case.given("electricity_usd_per_kwh"):
        return case["electricity_usd_per_kwh"], case.input_source("electricity_usd_per_kwh")
    tariff = case.market.context(POWER_KEY.format(place=case.scenario.region))
    return None if tariff is None else (case.usd(tariff), tariff.source)


def buy(ledger: Ledger, case: Case, offers: MachineOffers, need: Array) -> None:
    """Purchases, cabling and the resale credit for ``need`` machines (C, N, S)."""
    life, resale = own_server.life_months(case), own_server.resale(case)
    price, sources = own_server.price(case, offers)
    drift = case[HARDWARE_DRIFT]
    stock = own(need, case.demand.calendar, life, resale, drift, by_month=case.by_month)
    months = stock.schedule
    bought = Charge(
        name="Servers bought",
        payer="company",
        period="once",
        category="purchase",
        unit="server",
        quantity=stock.bought,
        rate_usd=price,
        present=stock.bought_present,
        month1=stock.bought_now,
        sources=sources,
        basis=lambda _, n: f"bought when first needed, replaced after {here(life, n):g} months",
        by_month=None if months is None else months.bought,
        assumed=() if case.given(own_server.LIFE) else ("server_life_months",),
    )
    extra = case.assume("network_and_cabling_pct") / 100
    cabling = replace(
        bought,
        name="Network and cabling",
        rate_usd=price * extra,
        basis=lambda _, n: f"{percent(here(extra, n), 1)} of the purchase price",
        assumed=("network_and_cabling_pct",),
    )

    def left(_: int, point: int) -> str:
        if case.given(own_server.RESALE):
            return (
                f"share of the price left, as you state: {here(case[own_server.RESALE], point):g} %"
            )
        lost, later = here(resale.first_loss, point), here(resale.after_three_years, point)
        once, after = percent(1 - lost), percent(later)
        return f"share of the price left: {once} once used, {after} after 36 months"

    sold = replace(
        bought,
        name="Servers sold at the end of use",
        quantity=-stock.sold,
        present=-stock.sold_present,
        month1=np.zeros_like(stock.sold),
        credit=True,
        basis=left,
        by_month=None if months is None else -months.sold,
        assumed=own_server.resale_assumed(case),
    )
    ledger.add((bought, cabling, sold))
    if any_true(drift != 0):
        ledger.add(_price_change(case, bought, stock, price * (1 + extra)))


def _price_change(
    case: Case, bought: Charge, stock: Ownership, price: Array
) -> tuple[Charge, Charge]:
    """What later purchases cost more than today's, and what they fetch more when sold."""
    months = stock.schedule
    later = replace(
        bought,
        name="Servers bought: price change",
        quantity=stock.dearer,
        rate_usd=price,
        present=stock.dearer_present,
        month1=np.zeros_like(stock.dearer),
        sources=(case.input_source(HARDWARE_DRIFT),),
        rests_on=bought.sources,
        basis="servers bought later x change of their price, network and cabling included",
        by_month=None if months is None else months.dearer,
    )
    sold = replace(
        later,
        name="Servers sold at the end of use: price change",
        quantity=-stock.resold,
        rate_usd=bought.rate_usd,
        present=-stock.resold_present,
        basis="share of the changed price left when sold",
        of_credit=True,
        by_month=None if months is None else -months.resold,
    )
    return later, sold


@record
class Energy:
    """Electricity of servers over the horizon (C, N), NaN where unknown, and what is missing."""

    kwh: Array
    gaps: tuple[Gap, ...]


def running(ledger: Ledger, case: Case, offers: MachineOffers, fleet: Fleet, need: Array) -> Energy:
    """Energy, hosting and maintenance of the servers; ``need`` (C, N, S) stand there."""
    most = max_power_w(case, offers)
    names = [offer.row.name for offer in offers.offers]
    unknown = Gap(np.isnan(most), lambda i, _: f"power draw of {names[i]}")
    space = housed(case, filled(most)[..., None] * need * factor("watt", "kilowatt"))
    drawn = _kwh_a_month(case, offers, fleet, most, space)
    kwh = case.demand.calendar.sum(drawn)
    gaps = (unknown, *_electricity(ledger, case, drawn, space), *space.charge(ledger))
    maintain(ledger, case, offers, need)
    return Energy(kwh, (*gaps, own_server.unpriced(case, offers)))


def _electricity(ledger: Ledger, case: Case, drawn: Array, space: Hosting) -> list[Gap]:
    """Electricity of the servers, but where nobody pays for it; returns what is missing."""
    power = electricity(case)
    if power is None:
        return [Gap.always("business electricity price")]
    ledger.monthly(
        "Electricity of the servers",
        "kwh",
        filled(drawn) * ~space.unpaid,
        power[0],
        [power[1]],
        category="energy",
        basis=_power_basis(case),
        drift=case.drift(POWER_DRIFT),
    )
    return []


def _power_basis(case: Case) -> Assuming:
    own = own_server.watts(case)
    rest = "building overhead (PUE) x hours switched on"
    assumed = power_assumed(case)
    if own is None:
        return Assuming(f"(idle .. max by load) x {rest}", assumed)
    return Assuming(lambda _, n: f"your {here(own[0], n):g} W x {rest}", assumed)


def power_assumed(case: Case) -> tuple[str, ...]:
    """Names of the assumptions behind what a server draws and what its building adds.

    Where it is not said in which building it stands, what a colocation costs decides that.
    """
    drawn = () if case.given(own_server.WATTS) else (IDLE, TYPICAL)
    added = () if case.given("pue") else ("pue",)
    return (*drawn, *added, *(UNDECIDED if case.scenario.hosting is None else ()))


def _kwh_a_month(
    case: Case, offers: MachineOffers, fleet: Fleet, most: Array, space: Hosting
) -> Array:
    """Electricity of servers in a month (C, N, S): idle while on, the rest by load."""
    idle = idle_power_w(case, offers)[..., None]
    joined = idle * fleet.hours + (most[..., None] - idle) * fleet.busy_hours
    return np.asarray(joined * factor("watt", "kilowatt") * space.pue)


def maintain(ledger: Ledger, case: Case, offers: MachineOffers, need: Array) -> None:
    """Maintenance and spare parts of ``need`` (C, N, S) servers."""
    yearly = case.assume("maintenance_pct_per_year") / 100
    price, sources = own_server.price(case, offers)
    ledger.monthly(
        "Maintenance and spare parts",
        "instance_month",
        need,
        price * yearly / 12,
        sources,
        category="purchase",
        basis=Assuming(
            lambda _, n: f"{percent(here(yearly, n), 1)} of the purchase price a year",
            ("maintenance_pct_per_year",),
        ),
    )
