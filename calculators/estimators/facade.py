"""The estimators as the option kinds see them: one object over the rows of a price book."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from calculators.arrays import Array
from calculators.estimators import device as devices
from calculators.estimators import server as servers
from calculators.estimators import training as trainings
from calculators.estimators.book import Fits, Rows, table
from calculators.estimators.device import Duty
from calculators.estimators.hardware import Parts
from calculators.estimators.server import Stack
from calculators.estimators.types import (
    DeviceEstimate,
    Hardware,
    ServerEstimate,
    TrainingEstimate,
    TrainingJob,
    Work,
)
from pricing.measurement_schema import FitRow
from pricing.schema import AcceleratorRow, CpuRow, DeviceRow

ARRAYS = (
    "params_millions",
    "active_params_millions",
    "gflops_per_request",
    "input_tokens",
    "output_tokens",
    "cached_input_share",
    "audio_seconds",
    "activations_millions",
)


class Estimators:
    """Estimates for servers, devices and training runs.

    Parameters
    ----------
    book
        Gives the rows of ``accelerators``, ``cpus``, ``devices`` and the measurement tables.
    """

    def __init__(self, book: Rows) -> None:
        self._fits = Fits(table(book, "estimator_fits", FitRow))
        self._parts = Parts(
            {row.accelerator: row for row in table(book, "accelerators", AcceleratorRow)},
            {row.cpu: row for row in table(book, "cpus", CpuRow)},
        )
        self._devices = {row.device: row for row in table(book, "devices", DeviceRow)}

    def server(
        self,
        work: Work,
        hardware: Hardware,
        stack: Stack = "standard",
        latency_budget_ms: Array | None = None,
    ) -> ServerEstimate:
        """One machine answering requests.

        ``fits`` and ``replica_accelerators`` are decided for all points together: a set of
        accelerators counts only if it holds the model at every point.

        Parameters
        ----------
        work
            Arrays of shape (N,) or (1,).
        latency_budget_ms
            Time to the whole answer that the batch must respect; shape (N,) or (1,).
        """
        part, reason = self._parts.find(hardware)
        if part is None:
            return servers.refused(reason)
        return servers.estimate(
            _broadcast(work), hardware, part, stack, self._fits, latency_budget_ms
        )

    def device(self, work: Work, device: str, duty: Duty = "burst") -> DeviceEstimate:
        """One request on one device of ``devices.csv``."""
        row = self._devices.get(device)
        if row is None:
            return DeviceEstimate(False, f"no specification of {device}")
        return devices.estimate(_broadcast(work), row, duty, self._fits)

    def training(
        self,
        job: TrainingJob,
        hardware: Hardware,
        machines: int = 1,
        stack: Stack = "standard",
    ) -> TrainingEstimate:
        """One training run on ``machines`` equal machines."""
        part, reason = self._parts.find(hardware)
        if part is None:
            return TrainingEstimate(False, reason)
        factor = self._fits.value("training_stack", stack)
        count = 1 if part.is_cpu else max(hardware.count, 1)
        job = dataclasses.replace(job, work=_broadcast(job.work))
        return trainings.estimate(job, part, count, machines, factor, self._fits)


def _broadcast(work: Work) -> Work:
    """The same work with all arrays of one shape (N,)."""
    arrays = [np.atleast_1d(np.asarray(getattr(work, name), dtype=np.float64)) for name in ARRAYS]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    same = [a if a.shape == shape else np.broadcast_to(a, shape) for a in arrays]
    fields: dict[str, Any] = dict(zip(ARRAYS, same, strict=True))
    return dataclasses.replace(work, **fields)
