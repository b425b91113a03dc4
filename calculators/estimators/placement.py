"""Which set of its accelerators a machine gives to one replica, and why there is none."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.question import GIB, SIZE, Gaps, Question
from calculators.estimators.types import IntArray
from pricing.kept import cached_property
from pricing.records import record


@record
class Placement:
    """The set chosen on each machine at each point, ``chosen`` (H, N); P where none holds it."""

    asked: Question
    gaps: Gaps
    chosen: IntArray
    beyond: BoolArray | None = None  # (H, N) held only by a set of more than are modelled

    @cached_property
    def held(self) -> BoolArray:
        """Where some set holds the model, (H, N)."""
        return self.chosen < len(self.asked.machines.sets)

    @cached_property
    def _missing(self) -> BoolArray:
        """Where nothing can be said for want of a figure, (H, N)."""
        found = ~self.asked.machines.known[:, None] | self.gaps.any
        return found if self.beyond is None else found | self.beyond

    @cached_property
    def able(self) -> BoolArray:
        """Where there are figures, (H, N)."""
        return self.held & ~self._missing

    @property
    def fits(self) -> BoolArray:
        """Where nothing says that the model does not fit, (H, N)."""
        found = self.held | ~self.asked.machines.known[:, None] | self.gaps.where[SIZE]
        return found if self.beyond is None else found | self.beyond

    @property
    def replica_accelerators(self) -> Array:
        """Accelerators of a replica (H, N); 0 without figures."""
        size = self.asked.machines.size(self.chosen)
        return np.where(self.able, size, 0).astype(np.float64)

    @property
    def replicas_per_machine(self) -> Array:
        """Replicas of a machine (H, N); 0 where the model does not fit, 1 for want of figures."""
        replicas = self.asked.machines.replicas(self.chosen)
        return np.where(self.able, replicas, self._missing & self.fits).astype(np.float64)

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        unknown = self.asked.machines.reasons[machine]
        if unknown or self.fits[machine, point]:
            return unknown or self.gaps.said(point) or self._not_modelled(machine, point)
        return self._too_big(machine, point)

    def _not_modelled(self, machine: int, point: int) -> str:
        if self.beyond is None or not self.beyond[machine, point]:
            return ""
        return "speed of a model spread over more than 8 accelerators, which is not modelled"

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over that of the weights alone."""
        need, have = self._memory(machine, point)
        return have / need

    def _memory(self, machine: int, point: int) -> tuple[float, float]:
        """Of the weights, and what is usable, GiB."""
        machines, fits = self.asked.machines, self.asked.predictor.fits
        part = machines.sets.parts[machines.ladder[machine, 0]]
        need = float(self.asked.weights[point]) / GIB
        have = fits.value("usable_memory") * part.memory * int(machines.counts[machine]) / GIB
        return need, have

    def _too_big(self, machine: int, point: int) -> str:
        need, have = self._memory(machine, point)
        extra = " and the cache of one request" if self.asked.work.kind == "llm" else ""
        return f"needs {need:.3g} GiB for weights{extra}, {have:.3g} GiB usable"
