"""What users pay with every option: electricity and battery wear above the screen-on baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array
from calculators.case import Case
from pricing.book import Source
from pricing.schema import DeviceRow
from pricing.units import factor

HOUSEHOLD_KEY = "{place}/grid/household"


@dataclass(frozen=True)
class Slice:
    """A share of the users and the device that stands for them."""

    device: DeviceRow
    share: float


def mix(case: Case) -> tuple[Slice, ...]:
    """The population of devices; raises :class:`UnknownMix`."""
    devices = case.market.devices
    rows = case.market.mix(case.scenario.device_mix)
    return tuple(Slice(devices[row.device], row.share_pct / 100) for row in rows)


def wear_usd_per_wh(case: Case) -> tuple[float, Source] | None:
    """Battery price / (cycles x Wh), averaged over the devices where all three are known."""
    name = case.scenario.device_mix
    return case.market.derived("wear", name, lambda: _wear(case))


def _wear(case: Case) -> tuple[float, Source] | None:
    known = [
        (part.share, row.battery_price_usd / (row.battery_cycles * row.battery_wh), row)
        for part in mix(case)
        if (row := part.device).battery_price_usd and row.battery_cycles and row.battery_wh
    ]
    if not known:
        return None
    total = sum(share for share, _, _ in known)
    rate = sum(share * usd for share, usd, _ in known) / total
    _, _, largest = max(known, key=lambda item: item[0])
    source = case.book.source(largest, kind="hardware", key=largest.device)
    names = ", ".join(row.device for _, _, row in known)
    title = f"Battery price / (cycles x Wh) of {names}: {source.title}"
    return rate, Source(title, source.url, source.as_of, source.confidence, key=largest.device)


@dataclass(frozen=True)
class Drain:
    """What a joule taken from a battery costs its user in one respect."""

    name: str
    unit: str
    per_joule: Array
    usd: float
    source: Source


def drains(case: Case) -> tuple[list[Drain], list[str]]:
    """Electricity to recharge, and wear of the battery; and what is missing."""
    return case.shared("drains", lambda: _drains(case))


def _drains(case: Case) -> tuple[list[Drain], list[str]]:
    found, missing = [], []
    to_wh = factor("joule", "watt_hour")
    to_kwh = to_wh * factor("watt_hour", "kwh")
    place = case.scenario.region
    tariff = case.market.context(HOUSEHOLD_KEY.format(place=place))
    if tariff is None:
        missing.append(f"household electricity price of {place}")
    else:
        wall = to_kwh / case.assume("charger_efficiency")
        found.append(Drain("Users' electricity", "kwh", wall, tariff.usd, tariff.source))
    wear = wear_usd_per_wh(case)
    if case.scenario.battery_wear and wear is None:
        missing.append("battery price or cycles of the users' devices")
    elif case.scenario.battery_wear and wear is not None:
        drawn = np.full(1, to_wh)
        found.append(Drain("Users' battery wear", "watt_hour", drawn, wear[0], wear[1]))
    return found, missing


def charge(
    ledger: Ledger, case: Case, joules_per_request: Array, share: Array, basis: str
) -> list[str]:
    """Add electricity and wear for ``share`` (N,) of the requests; returns what is missing.

    ``joules_per_request`` is (N,) or (C, N), taken from the battery.
    """
    joules = joules_per_request[..., None] * case.demand.requests * share[:, None]
    found, missing = drains(case)
    for item in found:
        ledger.monthly(
            item.name,
            item.unit,
            joules * item.per_joule[:, None],
            item.usd,
            [item.source],
            category="users",
            payer="user",
            basis=basis,
        )
    return missing


def training(ledger: Ledger, case: Case, joules_per_run: Array, share: Array) -> list[str]:
    """Add what training on the devices of ``share`` (N,) of the users draws.

    Each device learns from its own user's examples, ``joules_per_run`` (N,) on every one of them.
    Returns what is missing.
    """
    each = "users served x runs x energy of one run, taken from the battery"
    first = joules_per_run * share * case.demand.users * case["experiments_per_retrain"]
    again = (joules_per_run * share)[:, None] * case.demand.users_by_month * case.demand.runs
    found, missing = drains(case)
    for item in found:
        ledger.once(
            f"{item.name}: first training",
            item.unit,
            first * item.per_joule,
            item.usd,
            [item.source],
            category="users",
            payer="user",
            basis=each,
        )
        ledger.monthly(
            f"{item.name}: retraining",
            item.unit,
            again * item.per_joule[:, None],
            item.usd,
            [item.source],
            category="users",
            payer="user",
            period="per retrain",
            basis=each,
        )
    return missing
