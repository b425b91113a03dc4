"""What users pay with every option: electricity and battery wear above the screen-on baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, any_true
from calculators.case import Case
from calculators.factors import DEVICE_MIX, value_at
from pricing.book import Source
from pricing.records import value
from pricing.schema import DeviceMixRow, DeviceRow
from pricing.units import factor

HOUSEHOLD_KEY = "{place}/grid/household"


BROWSER = "web"
"""The platform of an app that runs in the browser of any device."""
DESK = "pc"
DESK_SYSTEMS = frozenset({"windows", "macos", "linux"})


def platform_of(device: DeviceRow) -> str:
    """The platform of an app that runs on the device itself."""
    return DESK if device.platform in DESK_SYSTEMS else device.platform


@value
class Slice:
    """A share of the users of the app and the device that stands for them."""

    device: DeviceRow
    row: DeviceMixRow
    share: float  # of the users of the app; 0 for who cannot be one
    in_browser: bool  # its system is not among the app's platforms, the web is

    @property
    def is_user(self) -> bool:
        """Whether the app comes to this device at all."""
        return self.share > 0


def mix(case: Case) -> tuple[Slice, ...]:
    """The devices of a mix as users of the app; raises :class:`UnknownMix`.

    A device runs the app if its system is among the platforms, in its browser if only the web
    is. Who has neither is no user of this app: the shares of the others add up to 1.
    """
    name, platforms = case.scenario.device_mix, case.scenario.platforms
    return case.market.derived("mix", (name, platforms), lambda: _mix(case))


def _mix(case: Case) -> tuple[Slice, ...]:
    rows, platforms = case.market.mix(case.scenario.device_mix), case.scenario.platforms
    devices = [case.market.devices[row.device] for row in rows]
    native = [platform_of(device) in platforms for device in devices]
    user = [here or BROWSER in platforms for here in native]
    total = sum(row.share_pct for row, counts in zip(rows, user, strict=True) if counts)
    return tuple(
        Slice(device, row, row.share_pct / total if counts else 0.0, counts and not here)
        for device, row, here, counts in zip(devices, rows, native, user, strict=True)
    )


def left_out(case: Case) -> float:
    """Share of the mix whose devices are on none of the app's platforms."""
    parts = mix(case)
    total = sum(part.row.share_pct for part in parts)
    return sum(part.row.share_pct for part in parts if not part.is_user) / total


def shares_at(parts: Sequence[Slice], score: Array, direction: Array) -> Array:
    """Share of the app's users with each device (D, 1), (D, N) where the mix is uncertain.

    The rows of a mix hold an 80 % interval for each share, and one cause moves them all: how able
    the users' devices are. At its ``score`` (N,) the odds of a share go towards its high end where
    its ``direction`` (D, 1) or (D, N) is 1 and towards its low end where it is -1; then the shares
    are brought back to 1.
    """
    if not any_true(score):
        return np.array([[part.share] for part in parts])
    moved = [
        value_at(*_ends(part.row), score * sign, DEVICE_MIX.distribution) * part.is_user
        for part, sign in zip(parts, direction, strict=True)
    ]
    found = np.stack(np.broadcast_arrays(*moved))
    total = found.sum(0)
    return np.asarray(found / np.where(total > 0, total, 1.0))


def ends_of(parts: Sequence[Slice], place: int) -> tuple[float, float]:
    """Low and high end of one share by itself, of the app's users; never more than all."""
    total = sum(part.row.share_pct / 100 for part in parts if part.is_user)
    low, _, high = _ends(parts[place].row)
    return low / total, min(high / total, 1.0)


def direction(parts: Sequence[Slice], slowness: Array) -> Array:
    """1 for devices faster than the middle user's, -1 for slower ones, 0 for the one between.

    ``slowness`` (D, N) is any figure that orders them; devices with the same one move together.
    """
    share = np.array([[part.share] for part in parts])
    faster = slowness[None] < slowness[:, None]  # of a device (first axis) each other one
    same = slowness[None] == slowness[:, None]
    before = (share[None] * faster).sum(1)
    up_to = before + (share[None] * same).sum(1)
    half = 0.5 * share.sum()
    return np.where(up_to <= half + HALF, 1.0, np.where(before >= half - HALF, -1.0, 0.0))


HALF = 1e-9
"""Shares add up to 1 but for rounding."""


def _ends(row: DeviceMixRow) -> tuple[float, float, float]:
    """Low, middle and high of a row's share of its mix."""
    low = row.share_pct if row.low_pct is None else row.low_pct
    high = row.share_pct if row.high_pct is None else row.high_pct
    return low / 100, row.share_pct / 100, high / 100


def wear_usd_per_wh(case: Case) -> tuple[float, Source] | None:
    """Battery price / (cycles x Wh), averaged over the devices where all three are known."""
    of = (case.scenario.device_mix, case.scenario.platforms)
    return case.market.derived("wear", of, lambda: _wear(case))


def _wear(case: Case) -> tuple[float, Source] | None:
    known = [
        (part.share, row.battery_price_usd / (row.battery_cycles * row.battery_wh), row)
        for part in mix(case)
        if (row := part.device).battery_price_usd and row.battery_cycles and row.battery_wh
    ]
    total = sum(share for share, _, _ in known)
    if not total:
        return None
    rate = sum(share * usd for share, usd, _ in known) / total
    _, _, largest = max(known, key=lambda item: item[0])
    source = case.book.source(largest, kind="hardware", key=largest.device)
    names = ", ".join(row.device for share, _, row in known if share)
    title = f"Battery price / (cycles x Wh) of {names}: {source.title}"
    return rate, Source(title, source.url, source.as_of, source.confidence, key=largest.device)


@value
class Drain:
    """What a joule taken from a battery costs its user in one respect."""

    name: str
    unit: str
    per_joule: Array
    usd: Array  # (1,) or (N,)
    source: Source


def drains(case: Case) -> tuple[list[Drain], list[str]]:
    """Electricity to recharge, and wear of the battery; and what is missing."""
    return case.shared("drains", lambda: _drains(case))


def _drains(case: Case) -> tuple[list[Drain], list[str]]:
    power, missing = _electricity(case)
    found = [power] if power else []
    wear = wear_usd_per_wh(case)
    if case.scenario.battery_wear and wear is None:
        missing = [*missing, "battery price or cycles of the users' devices"]
    elif case.scenario.battery_wear and wear is not None:
        drawn = np.full(1, factor("joule", "watt_hour"))
        found.append(Drain("Users' battery wear", "watt_hour", drawn, np.array([wear[0]]), wear[1]))
    return found, missing


def _electricity(case: Case) -> tuple[Drain | None, list[str]]:
    """Electricity from the wall for a joule in the device; or what is missing."""
    place = case.scenario.region
    tariff = case.market.context(HOUSEHOLD_KEY.format(place=place))
    if tariff is None:
        return None, [f"household electricity price of {place}"]
    wall = factor("joule", "watt_hour") * factor("watt_hour", "kwh")
    per_joule = wall / case.assume("charger_efficiency")
    return Drain("Users' electricity", "kwh", per_joule, case.usd(tariff), tariff.source), []


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


def training(
    ledger: Ledger,
    case: Case,
    joules_per_run: Array,
    share: Array,
    names: tuple[str, str],
    basis: str,
) -> list[str]:
    """Add the electricity of training on the devices of ``share`` (N,) of the users.

    Each device makes every run, ``joules_per_run`` (N,) each, on its charger: nothing is taken
    from its battery, so nothing of it wears. ``names`` are of the first runs and of later ones.
    Returns what is missing.
    """
    first = joules_per_run * share * case.demand.users * case["experiments_per_retrain"]
    again = (joules_per_run * share)[:, None] * case.demand.users_by_month * case.demand.runs
    power, missing = _electricity(case)
    if power is None:
        return missing
    ledger.once(
        f"{power.name}: {names[0]}",
        power.unit,
        first * power.per_joule,
        power.usd,
        [power.source],
        category="users",
        payer="user",
        basis=basis,
    )
    ledger.monthly(
        f"{power.name}: {names[1]}",
        power.unit,
        again * power.per_joule[:, None],
        power.usd,
        [power.source],
        category="users",
        payer="user",
        period="per retrain",
        basis=basis,
    )
    return missing
