"""Carbon of answering: electricity of machines and users' devices times the grid's intensity.

Location-based: the yearly average of the grid where a machine stands, whatever power its owner
buys. Use phase only: making and scrapping machines and devices, and training, are not counted.
What nobody publishes (managed APIs, processors without a known power) is missing, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from calculators.arrays import Array
from calculators.case import Case
from calculators.market.machines import MachineOffers
from pricing.book import Tariff
from pricing.schema import AcceleratorRow, ServerRow
from pricing.units import factor

METHOD = "location-based grid average, use phase only (electricity of answering; not training)"
NO_PLACE = "no figure for the grid where this machine stands"
NO_ENERGY = "the vendor does not publish the energy of a request"
NO_POWER = "the power of this machine is not known"


def grams(
    case: Case,
    machine_kwh: float | None,
    users_kwh: float | None,
    grid: str,
    served: float,
) -> tuple[float | None, str]:
    """gCO2e of 1,000 answered requests, and the method or what lacks.

    ``machine_kwh`` and ``users_kwh`` are electricity over the horizon, ``grid`` the place whose
    grid feeds the machine, ``served`` the requests over the horizon.
    """
    known, home = case.book.grids, case.scenario.region
    lacks = {
        NO_ENERGY: machine_kwh is None,
        f"no figure for the grid of {home}": home not in known,
        "the energy users' devices draw is not known": users_kwh is None,
        "no requests are served": served <= 0,
        NO_POWER: machine_kwh is not None and math.isnan(machine_kwh),
        NO_PLACE: grid not in known,
    }
    missing = next((text for text, lacking in lacks.items() if lacking), "")
    if missing or machine_kwh is None or users_kwh is None:
        return None, missing
    emitted = machine_kwh * known[grid].gram_co2e_per_kwh
    emitted += users_kwh * known[home].gram_co2e_per_kwh
    return emitted / served * 1000, METHOD


# -------------------------------------------------------------------------- rented machines


def grids_of(case: Case, offers: MachineOffers) -> Sequence[str]:
    """The place whose grid feeds each rented machine; "" where it is not known."""
    return case.market.derived(
        "grids", offers, lambda: [_grid_of(case, offer.tariff) for offer in offers.offers]
    )


def _grid_of(case: Case, tariff: Tariff) -> str:
    """The area the price is for."""
    area = case.book.areas[tariff.region]
    return case.scenario.region if area == "any" else "" if area == "other" else area


def rented_kwh(case: Case, offers: MachineOffers, on: Array, loaded: Array) -> Array:
    """Electricity of rented machines over the horizon (C, N); NaN where their power is unknown.

    ``on`` and ``loaded`` (C, N, S) are machine-hours a month switched on, and the same counted at
    full load: idle power for the first, the rest for the second.
    """
    watts = _most_watts(case, offers)[:, None]
    idle = watts * case.assume("server_idle_power_ratio")
    calendar = case.demand.calendar
    joined = idle * calendar.sum(on) + (watts - idle) * calendar.sum(loaded)
    return np.asarray(joined * factor("watt", "kilowatt") * case.chosen("pue", "pue"))


def _most_watts(case: Case, offers: MachineOffers) -> Array:
    """Most each rented machine draws as a whole (C,); NaN where its parts' power is not known.

    A server with the same accelerators stands for it, by the accelerator; else their thermal
    design power, times what whole servers draw for each watt of it (median of those known).
    """

    def make() -> Array:
        known = case.market.derived("watts of accelerators", "", lambda: _watts(case))
        each = [known.get(item.accelerator, np.nan) * item.count for item in offers.hardware]
        return np.array(each)[offers.machine]

    return case.market.derived("watts", offers, make)


def _watts(case: Case) -> Mapping[str, float]:
    """Watts of a server for each of its accelerators."""
    rows = case.book.table("accelerators", AcceleratorRow)
    tdp = {row.accelerator: row.tdp_w for row in rows if row.tdp_w}
    typical = case.book.assumption("server_typical_power_ratio").mid
    whole: dict[str, list[float]] = {}
    for row in case.book.table("servers", ServerRow):
        watts = row.max_power_w or (row.typical_power_w or 0.0) / typical
        if watts and row.accelerator_count:
            whole.setdefault(row.accelerator, []).append(watts / row.accelerator_count)
    each = {name: median(found) for name, found in whole.items()}
    over = [watts / tdp[name] for name, watts in each.items() if name in tdp]
    scale = median(over) if over else float("nan")
    return {name: watts * scale for name, watts in tdp.items()} | each
