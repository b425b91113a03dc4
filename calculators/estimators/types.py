"""What the estimators take and give: the seam between options and the roofline behind it.

All arrays broadcast to shape (N,), N points. ``Estimate.low/mid/high`` are an 80 % interval
around the median in the *quantity's* own direction (low <= mid <= high).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calculators.arrays import Array

WorkKind = Literal["llm", "encoder", "vision", "speech", "image_generation", "recommender"]
Label = Literal["measured", "scaled", "estimated", "override"]


@dataclass(frozen=True)
class Work:
    """One request as seen by the hardware.

    ``gflops_per_request`` is 2 x MACs for the whole request (all tokens, the whole clip);
    tokens are per request; bytes per weight follow ``precision``.
    """

    kind: WorkKind
    model: str  # models.csv id, "" when the user described a model by size
    precision: Literal["fp16", "fp8", "int8", "int4"]
    params_millions: Array
    active_params_millions: Array
    gflops_per_request: Array
    input_tokens: Array
    output_tokens: Array
    cached_input_share: Array
    audio_seconds: Array
    activations_millions: Array  # elements moved per request; NaN when unknown
    layers: float | None = None
    hidden_size: float | None = None
    kv_heads: float | None = None
    head_dim: float | None = None
    kv_bytes_per_token_fp16: float | None = None


@dataclass(frozen=True)
class Hardware:
    """One machine: an accelerators.csv row times count, or a number of virtual CPUs."""

    accelerator: str  # "" for CPU only
    count: int
    vcpus: float | None = None
    cpu: str = ""
    memory_gib: float | None = None  # host memory


@dataclass(frozen=True)
class Estimate:
    """A figure with its 80 % interval, how it was come by, and from which rows."""

    low: Array
    mid: Array
    high: Array
    label: Label
    rule: str  # one plain sentence: which rule gave it
    rows: tuple[str, ...] = ()  # measurement row ids or source ids used
    assumptions: tuple[str, ...] = ()  # e.g. "standard serving software reaches 0.62 of tuned"

    def at(self, z: Array) -> Array:
        """The figure at ``z`` in [-1, 1]: -1 low, 0 mid, 1 high, geometric between."""
        with np.errstate(divide="ignore", invalid="ignore"):
            up = (self.high / self.mid) ** np.maximum(z, 0.0)
            down = (self.low / self.mid) ** np.maximum(-z, 0.0)
        return np.where(self.mid > 0, self.mid * up * down, self.mid)


@dataclass(frozen=True)
class ServerEstimate:
    """A machine answering requests.

    ``replica_accelerators`` is the smallest set that holds the model, or a larger one where the
    machine answers more with it (1 for CPU machines: one replica is the whole machine).
    """

    fits: bool
    reason: str  # why it does not fit or cannot be estimated; "" when fine
    replica_accelerators: int
    replicas_per_machine: int
    capacity_rps: Estimate | None = None  # requests/s of one replica at full load
    answer_ms: Estimate | None = None  # one request alone: compute time to the whole answer
    ttft_ms: Estimate | None = None  # LLM only
    tpot_ms: Estimate | None = None  # LLM only
    stack_factor: float = 1.0  # share of tuned throughput that serving_stack reaches


@dataclass(frozen=True)
class DeviceEstimate:
    """A device answering for its own user."""

    can_run: bool
    reason: str
    unit: str = ""  # NPU, GPU, CPU
    memory_mb: float = 0.0
    answer_ms: Estimate | None = None
    ttft_ms: Estimate | None = None
    tpot_ms: Estimate | None = None
    first_load_ms: Estimate | None = None
    energy_j_per_request: Estimate | None = None  # over the screen-on baseline


@dataclass(frozen=True)
class TrainingJob:
    """One training run (one experiment)."""

    method: Literal["from_scratch", "fine_tune", "lora"]
    work: Work
    examples: Array  # samples seen in one run, epochs included (non-token models)
    tokens: Array  # tokens seen in one run (language models)


@dataclass(frozen=True)
class TrainingEstimate:
    """Wall-clock hours of one run on one machine."""

    fits: bool
    reason: str
    hours: Estimate | None = None
    energy_kwh: Estimate | None = None
