"""One machine or device out of many: its figures at all points with the words of the first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import BoolArray
from calculators.estimators.types import (
    DeviceEstimate,
    DeviceEstimates,
    DeviceQuantity,
    Estimate,
    Interval,
    ServerEstimate,
    ServerEstimates,
    ServerQuantity,
    TrainingEstimate,
    TrainingEstimates,
    TrainingQuantity,
)


def server(found: ServerEstimates) -> ServerEstimate:
    """The first machine; its replica is that of the first point, and it must fit at all points."""
    unfit = _first_false(found.fits[0])
    if unfit is not None:
        return ServerEstimate(False, found.reason(0, unfit), 0, 0)

    def figure(quantity: ServerQuantity) -> Estimate | None:
        return _whole(found.estimate(quantity, 0), getattr(found, quantity))

    return ServerEstimate(
        fits=True,
        reason=found.reason(0),
        replica_accelerators=int(found.replica_accelerators[0, 0]),
        replicas_per_machine=int(found.replicas_per_machine[0, 0]),
        capacity_rps=figure("capacity_rps"),
        answer_ms=figure("answer_ms"),
        ttft_ms=figure("ttft_ms"),
        tpot_ms=figure("tpot_ms"),
        stack_factor=found.stack_factor(0),
    )


def device(found: DeviceEstimates) -> DeviceEstimate:
    """The first device; it must run the network at all points."""
    unfit = _first_false(found.can_run[0])
    if unfit is not None:
        return DeviceEstimate(False, found.reason(0, unfit), "", float(found.memory_mb[0, unfit]))

    def figure(quantity: DeviceQuantity) -> Estimate | None:
        return _whole(found.estimate(quantity, 0), getattr(found, quantity))

    return DeviceEstimate(
        can_run=True,
        reason=found.reason(0),
        unit=found.unit(0),
        memory_mb=float(found.memory_mb[0].max()),
        answer_ms=figure("answer_ms"),
        ttft_ms=figure("ttft_ms"),
        tpot_ms=figure("tpot_ms"),
        first_load_ms=figure("first_load_ms"),
        energy_j_per_request=figure("energy_j_per_request"),
    )


def training(found: TrainingEstimates) -> TrainingEstimate:
    """The first machine; the run must fit at all points."""
    unfit = _first_false(found.fits[0])
    if unfit is not None:
        return TrainingEstimate(False, found.reason(0, unfit))

    def figure(quantity: TrainingQuantity) -> Estimate | None:
        return _whole(found.estimate(quantity, 0), getattr(found, quantity))

    return TrainingEstimate(True, found.reason(0), figure("hours"), figure("energy_kwh"))


def _first_false(where: BoolArray) -> int | None:
    """The first point that is not so."""
    places = np.flatnonzero(~where)
    return int(places[0]) if places.size else None


def _whole(first: Estimate | None, found: Interval) -> Estimate | None:
    """The figure of the first row at all points, with the words of the first."""
    if first is None:
        return None
    return replace(first, low=found.low[0], mid=found.mid[0], high=found.high[0])
