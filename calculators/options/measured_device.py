"""The user's own measurement on a device: exact there, scaled to the others as we estimate them.

It is taken to be one of the first minute of use. How many times slower (and hungrier) the device
is than estimated, every other one is taken to be too. What a device has room for, and how it slows
down, stay as estimated.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.costs.users import BROWSER, platform_of
from calculators.estimators.types import DeviceEstimates
from pricing.records import record

EVERY = "every"
"""Of links that are older than the field: the figure holds on whatever device."""
TIME, ENERGY = "measured_device_ms", "measured_device_j_per_request"
Of = Literal["time", "energy"]


@record
class OwnDevice:
    """A measurement against the estimate; 1 where there is none, NaN where none can be made."""

    name: str  # the device; blank without a measurement
    here: BoolArray  # (D, 1) it was measured on
    ratio_time: Array  # measured over estimated, (1,) or (N,)
    ratio_energy: Array
    has_time: bool
    has_energy: bool
    why: str = ""  # why the estimate of the device says nothing

    @property
    def given(self) -> bool:
        """Whether there is a measurement of one device."""
        return bool(self.name)

    def ratio(self, of: Of) -> Array:
        """How many times what is estimated."""
        return self.ratio_time if of == "time" else self.ratio_energy

    def exact(self, of: Of) -> BoolArray:
        """Devices (D, 1) the quantity was measured on: it has no range there."""
        return self.here & (self.has_time if of == "time" else self.has_energy)


def own_device(case: Case, names: tuple[str, ...]) -> OwnDevice:
    """What the user's measurement says of the devices of a mix."""
    here = np.array([name == case.scenario.measured_device for name in names])[:, None]
    given = case.given(TIME), case.given(ENERGY)
    one = np.ones(1)
    if not any(given) or case.scenario.measured_device == EVERY:
        return OwnDevice("", np.zeros_like(here), one, one, has_time=False, has_energy=False)
    name = case.scenario.measured_device
    there = _estimates(case, name)
    time, energy = (
        case.requests.spread(there.answer_ms.mid)[0],
        case.requests.spread(there.energy_j_per_request.mid)[0],
    )
    ratio_time = case[TIME] / time if given[0] else one
    # twice the time at the same power takes twice the energy
    ratio_energy = case[ENERGY] / energy if given[1] else ratio_time
    return OwnDevice(
        name,
        here,
        ratio_time,
        ratio_energy,
        has_time=given[0],
        has_energy=given[1],
        why=there.reason(0),
    )


def _estimates(case: Case, name: str) -> DeviceEstimates:
    """The device as estimated, where the app would run on it."""
    device = case.market.devices.get(name)
    platforms = case.scenario.platforms
    native = device is None or platform_of(device) in platforms or BROWSER not in platforms
    return case.devices((name,), (not native,))
