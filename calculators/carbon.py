"""Carbon of answering: electricity of machines and users' devices times the grid's intensity.

Location-based: the yearly average of the grid where a machine stands, whatever power its owner
buys. Use phase only: making and scrapping machines and devices, and training, are not counted.
What nobody publishes (managed APIs, processors without a known power) is missing, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from calculators.arrays import Array
from calculators.estimators.types import Hardware
from calculators.inputs import Inputs
from calculators.options.base import Block
from pricing.book import Tariff
from pricing.schema import AcceleratorRow, ServerRow
from pricing.units import factor

METHOD = "location-based grid average, use phase only (electricity of answering; not training)"
NO_PLACE = "no figure for the grid where this machine stands"
BASE = 0  # the point it is worked out for


@dataclass(frozen=True)
class Carbon:
    """gCO2e for 1,000 answered requests of a block's candidates, and the method or what lacks."""

    grams: Sequence[float | None]
    texts: Sequence[str]


def of(block: Block, inputs: Inputs) -> Carbon:
    """Carbon of each candidate of a block at the base point."""
    served = float(inputs.served_requests[BASE]) * float(block.served_share.flat[0])
    users = _users_kwh(block)
    grids = inputs.book.grids
    home = grids.get(inputs.scenario.region)
    if home is None or users is None or block.machine_kwh is None or served <= 0:
        missing = _gap(inputs, block, home is None, users is None)
        return Carbon([None] * block.size, [missing] * block.size)
    known = {place: row.gram_co2e_per_kwh for place, row in grids.items()}
    places = block.grids or [inputs.scenario.region] * block.size
    emitted = np.array([known.get(place, np.nan) for place in places])
    kwh = np.broadcast_to(block.machine_kwh(), (block.size,))
    grams = (kwh * emitted + users * home.gram_co2e_per_kwh) / served * 1000
    return Carbon(
        [None if math.isnan(value) else value for value in grams.tolist()],
        [_text(*pair) for pair in zip(kwh.tolist(), emitted.tolist(), strict=True)],
    )


def _text(kwh: float, emitted: float) -> str:
    if math.isnan(kwh):
        return "the power of this machine is not known"
    return NO_PLACE if math.isnan(emitted) else METHOD


def _gap(inputs: Inputs, block: Block, grid: bool, users: bool) -> str:
    if block.machine_kwh is None:
        return "the vendor does not publish the energy of a request"
    if grid:
        return f"no figure for the grid of {inputs.scenario.region}"
    return "the energy users' devices draw is not known" if users else "no requests are served"


def _users_kwh(block: Block) -> Array | None:
    """Electricity of the users' devices over the horizon (C,); None where it is not known."""
    charged = [item for item in block.charges if item.payer == "user" and item.unit == "kwh"]
    if not charged or any("energy" in gap for gap in block.missing[0]):
        return None
    total = np.zeros(block.size)
    for item in charged:
        total = total + item.quantity[:, min(BASE, item.quantity.shape[1] - 1)]
    return total


# -------------------------------------------------------------------------- rented machines


def grid_of(inputs: Inputs, tariff: Tariff) -> str:
    """The place whose grid feeds a rented machine: the area its price is for; "" if not known."""
    area = inputs.book.areas[tariff.region]
    return inputs.scenario.region if area == "any" else "" if area == "other" else area


def most_watts(inputs: Inputs, machines: Sequence[Hardware]) -> Array:
    """Most each rented machine draws as a whole (C,); NaN where its parts' power is not known.

    A server with the same accelerators stands for it, by the accelerator; else their thermal
    design power, times what whole servers draw for each watt of it (median of those known).
    """
    known = inputs.kept("watts of accelerators", lambda: _watts(inputs))
    return np.array([known.get(item.accelerator, np.nan) * item.count for item in machines])


def rented_kwh(inputs: Inputs, watts: Array, on: Array, loaded: Array) -> Array:
    """Electricity of rented machines over the horizon at the base point (C,).

    ``watts`` (C,) is the most drawn. ``on`` and ``loaded`` (C, N, S) are machine-hours a month
    switched on, and the same counted at full load: idle power for the first, the rest for the
    second.
    """
    idle = watts * inputs.book.assumption("server_idle_power_ratio").mid
    months = inputs.calendar.weight[BASE]
    hours_on, hours_loaded = on[:, BASE] @ months, loaded[:, BASE] @ months
    pue = float(inputs.chosen("pue", "pue").flat[0])
    joined = idle * hours_on + (watts - idle) * hours_loaded
    return np.asarray(joined * factor("watt", "kilowatt") * pue)


def _watts(inputs: Inputs) -> dict[str, float]:
    """Watts of a server for each of its accelerators."""
    tdp = {
        row.accelerator: row.tdp_w
        for row in inputs.book.table("accelerators", AcceleratorRow)
        if row.tdp_w
    }
    typical = inputs.book.assumption("server_typical_power_ratio").mid
    whole: dict[str, list[float]] = {}
    for row in inputs.book.table("servers", ServerRow):
        watts = row.max_power_w or (row.typical_power_w or 0.0) / typical
        if watts and row.accelerator_count:
            whole.setdefault(row.accelerator, []).append(watts / row.accelerator_count)
    each = {name: median(found) for name, found in whole.items()}
    over = [watts / tdp[name] for name, watts in each.items() if name in tdp]
    scale = median(over) if over else float("nan")
    return {name: watts * scale for name, watts in tdp.items()} | each
