"""The form of training: arithmetic over the rate that training reaches.

Seconds of a job on n accelerators: ``flops / (n F)``, with ``6 A`` FLOPs per token (``4 A`` where
most weights are frozen) and attention; three times the forward pass for other networks. MFU by
generation, software, method and size of the cluster is learnt.
"""

from __future__ import annotations

import math

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.shapes import GIGA, MEGA
from calculators.estimators.terms import Effect, EffectLabel, Form, Sample
from pricing.measurement_schema import TrainingMeasurementRow
from pricing.records import value

FORM = Form(
    name="training",
    terms=("arithmetic",),
    effects=(
        Effect("base", ((0,),)),
        Effect("unsized", ((0,),)),
        Effect("generation", ((0,),)),
        Effect("accelerator", ((0,),)),
        Effect("engine", ((0,),)),
        Effect("engine_rate", ((0,),)),
        Effect("method", ((0,),)),
        Effect("kind", ((0,),)),
        Effect("experts", ((0,),)),
        Effect("job", ((0,),)),
        Effect("job_rate", ((0,),)),
        Effect("job_spread", ((0,),)),
        Effect("round", ((0,),)),
        Effect("spread", ((0,),)),
        Effect("length", ((0,),)),
        Effect("size", ((0,),)),
        Effect("model", ((0,),)),
    ),
)


@value
class TrainingSetup:
    """Software and format of a training job, on ``count`` accelerators."""

    part: Part
    count: int
    engine: str
    precision: str

    @property
    def rate(self) -> str:
        """Generation and number format of the arithmetic."""
        return f"{self.part.generation}/{self.part.computes_in(self.precision)}"


def flops_per_token(
    active_millions: Array, method: str, sequence: Array | float, fits: Fits
) -> Array:
    """``6 A`` (LoRA ``4 A``) and attention ``6 L h s`` with L and h by the power law of A."""
    size = active_millions / 8000.0
    layers = fits.value("layers_scale") * size ** fits.value("layers_power")
    hidden = fits.value("hidden_scale") * size ** fits.value("hidden_power")
    share = fits.value("training_flops", method) / 6.0
    flops: Array = 6.0 * share * (active_millions * MEGA + layers * hidden * sequence)
    return flops


def hardware_labels(setup: TrainingSetup, job: str, around: str = "") -> dict[str, EffectLabel]:
    """Labels that accelerators and software decide; ``around`` is the round of a benchmark."""
    doublings = math.log2(setup.count)
    found: dict[str, EffectLabel] = {
        "generation": setup.rate,
        "accelerator": setup.part.name,
        "engine": setup.engine,
        "engine_rate": f"{setup.engine}/{setup.rate}",
        "round": around,
    }
    if job:
        found["job_rate"] = f"{job}/{setup.rate}"
    if setup.count > 1:
        found["spread"] = (setup.engine, doublings)
        if job:
            found["job_spread"] = (job, doublings)
    return found


def model_labels(model: str, kind: str, method: str, job: str) -> dict[str, EffectLabel]:
    """Labels that the network and its training decide, but for its size."""
    return {"method": method, "kind": kind, "job": job, "model": model}


def doublings_of_size(active_millions: Array) -> Array:
    """Weight of the effect ``size``: doublings of 8 billion active parameters."""
    return np.log2(active_millions / 8000.0)


def doublings_of_length(sequence: float) -> float:
    """Weight of the effect ``length``: doublings of 2,048 tokens."""
    return math.log2(sequence / 2048.0)


def row_sample(row: TrainingMeasurementRow, part: Part, fits: Fits) -> Sample:
    """A measured job as a sample."""
    precision = row.precision
    if precision == "unknown":
        precision = "fp8" if "fp8" in part.flops else "fp16"
    elif precision == "int4":
        precision = "fp16"
    count = int(row.count)
    active = row.active_params_millions or row.params_millions
    experts = bool(active and row.params_millions and active < 0.9 * row.params_millions)
    sized_by = active if row.kind == "llm" else None
    around = f"{row.benchmark}/{part.generation}" if row.engine == "mlperf" else ""
    setup = TrainingSetup(part, count, row.engine, precision)
    found = hardware_labels(setup, row.job, around)
    found |= model_labels(row.model, row.kind, row.method, row.job)
    found["experts"] = "experts" if experts else ""
    if sized_by:
        found["size"] = (row.engine, float(doublings_of_size(np.array(sized_by))))
    if row.sequence_tokens:
        found["length"] = (row.engine, doublings_of_length(row.sequence_tokens))
    flops, sized = _row_flops(row, active, fits)
    if not sized:
        found["unsized"] = row.job
    if row.precision == "int4":
        found["method"] = f"{row.method} on 4 bits"
    seconds = _row_seconds(row)
    return Sample(row.row, seconds, (flops / (part.rate(precision) * count),), found)


def _row_seconds(row: TrainingMeasurementRow) -> float:
    factor = {"minutes": 60.0, "hours": 3600.0}.get(row.quantity)
    if factor is not None:
        return row.value * factor
    per_second = row.value * (row.count if row.quantity == "tokens_per_s_per_part" else 1.0)
    return 1.0 / per_second


def _row_flops(row: TrainingMeasurementRow, active: float | None, fits: Fits) -> tuple[float, bool]:
    """Arithmetic of what the row times, and whether it is known."""
    timed = row.quantity in ("minutes", "hours")
    if row.kind == "llm" and active:
        sequence = row.sequence_tokens or fits.value("assumed_sequence")
        per_token = float(flops_per_token(np.array([active]), row.method, sequence, fits)[0])
        if not timed:
            return per_token, True
        if row.samples:
            return per_token * sequence * row.samples, row.sequence_tokens is not None
    if row.gflops_per_sample and not timed:
        return 3.0 * row.gflops_per_sample * GIGA, True
    return (1e18 if timed else 1e11), False
