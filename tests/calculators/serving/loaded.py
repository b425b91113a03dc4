"""Machines of the invented world whose answers take longer the busier they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np

from calculators.arrays import BoolArray, Index
from calculators.estimators.types import Hardware, ServerEstimates, Work
from calculators.memory import Memory
from tests.calculators.world import (
    LARGEST_SERVED,
    FixedEstimators,
    FixedServers,
    fixed,
)


@dataclass(frozen=True)
class Busy:
    """One accelerator: what it answers, and how its times grow."""

    capacity_rps: float = 10.0
    answer_ms: float = 100.0
    stretch: float = 0.8  # 1 - time alone / time at saturation
    spread: float = 0.1
    spread_full: float = 0.3
    batch: float = 8.0

    def memory(self) -> Memory:
        """A memory of its own in which every machine is like this."""
        return fixed(LoadedEstimators(self))


class LoadedServers(FixedServers):
    """Fixed estimates of busy machines."""

    def __init__(
        self, busy: Busy, fits: BoolArray, hardware: Sequence[Hardware], language: bool
    ) -> None:
        super().__init__(fits, hardware, language)
        self._busy, self._language = busy, language
        self.capacity_rps = self.interval(busy.capacity_rps, 0.8, 1.25)
        self.answer_ms = self.interval(busy.answer_ms, 0.8, 1.25)
        self.ttft_ms = self.interval(0.4 * busy.answer_ms)
        self.tpot_ms = self.interval(0.1 * busy.answer_ms)
        names = ("stretch", "spread", "spread_full", "batch")
        grown: dict[str, Any] = {name: np.full((1, 1), getattr(busy, name)) for name in names}
        self.curve = replace(self.curve, **grown)

    def take(self, rows: Index) -> LoadedServers:
        hardware = [self.hardware[row] for row in rows.tolist()]
        return LoadedServers(self._busy, self.fits[rows], hardware, self._language)


class LoadedEstimators(FixedEstimators):
    """The invented world with busy machines."""

    def __init__(self, busy: Busy) -> None:
        super().__init__()
        self._busy = busy

    def servers(
        self,
        work: Work,
        hardware: Sequence[Hardware],
        stack: Literal["tuned", "standard", "basic"] = "standard",
    ) -> ServerEstimates:
        fits = np.repeat(~(work.params_millions > LARGEST_SERVED)[None], len(hardware), axis=0)
        made = LoadedServers(self._busy, fits, hardware, work.kind == "llm")
        return cast(ServerEstimates, made)
