"""The estimators as the option kinds see them: one object over the rows of a price book."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from typing import Any

import numpy as np

from calculators.arrays import Array
from calculators.estimators import device as devices
from calculators.estimators import server as servers
from calculators.estimators import training as trainings
from calculators.estimators.book import Rows, table
from calculators.estimators.device import Duty
from calculators.estimators.hardware import Parts
from calculators.estimators.oracle import Oracle
from calculators.estimators.server import Stack
from calculators.estimators.types import (
    DeviceEstimate,
    Hardware,
    ServerEstimate,
    TrainingEstimate,
    TrainingJob,
    Work,
)
from pricing.measurement_schema import AliasRow
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

KEPT = 4096  # server estimates remembered: the same machine is asked by many prices
FEW = 64  # array elements above which a question is not worth remembering


class Estimators:
    """Estimates for servers, devices and training runs.

    Parameters
    ----------
    book
        Gives the rows of ``accelerators``, ``cpus``, ``devices`` and the measurement tables.
    """

    def __init__(self, book: Rows) -> None:
        self.oracle = Oracle.of(book)
        named = table(book, "aliases", AliasRow)
        self._parts = Parts(
            {row.accelerator: row for row in table(book, "accelerators", AcceleratorRow)},
            {row.cpu: row for row in table(book, "cpus", CpuRow)},
            {row.alias: row.name for row in named if row.kind == "accelerator"},
        )
        self._kept: dict[Hashable, ServerEstimate] = {}
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
        key = _key(work, hardware, stack, latency_budget_ms)
        if key is not None and key in self._kept:
            return self._kept[key]
        part, reason = self._parts.find(hardware)
        if part is None:
            return servers.unknown(reason)
        made = servers.estimate(
            _broadcast(work), hardware, part, stack, self.oracle, latency_budget_ms
        )
        if key is not None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = made
        return made

    def device(self, work: Work, device: str, duty: Duty = "burst") -> DeviceEstimate:
        """One request on one device of ``devices.csv``."""
        row = self._devices.get(device)
        if row is None:
            return DeviceEstimate(False, f"no specification of {device}")
        return devices.estimate(_broadcast(work), row, duty, self.oracle)

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
        count = 1 if part.is_cpu else max(hardware.count, 1)
        job = dataclasses.replace(job, work=_broadcast(job.work))
        return trainings.estimate(job, part, count, machines, stack, self.oracle)


def _key(work: Work, hardware: Hardware, stack: Stack, budget: Array | None) -> Hashable | None:
    """What a server estimate depends on, for questions of few points; None for others."""
    arrays = [np.asarray(getattr(work, name)) for name in ARRAYS]
    arrays += [] if budget is None else [np.asarray(budget)]
    if sum(array.size for array in arrays) > FEW:
        return None
    shape = (work.layers, work.hidden_size, work.kv_heads, work.head_dim)
    named = (work.kind, work.model, work.precision, work.kv_bytes_per_token_fp16, *shape)
    return (named, hardware, stack, *(array.tobytes() for array in arrays))


def _broadcast(work: Work) -> Work:
    """The same work with all arrays of one shape (N,)."""
    arrays = [np.atleast_1d(np.asarray(getattr(work, name), dtype=np.float64)) for name in ARRAYS]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        shape = np.broadcast_shapes(*shapes)
        arrays = [np.broadcast_to(array, shape) for array in arrays]
    fields: dict[str, Any] = dict(zip(ARRAYS, arrays, strict=True))
    return dataclasses.replace(work, **fields)
