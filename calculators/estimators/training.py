"""Hours and energy of one training run on one kind of machine."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.estimators import schooling
from calculators.estimators.figures import Seconds
from calculators.estimators.hardware import Part
from calculators.estimators.oracle import Oracle
from calculators.estimators.schooling import Lesson
from calculators.estimators.server import Stack
from calculators.estimators.shapes import GIGA, MEGA, UNNAMED, Shape, of_work
from calculators.estimators.types import Estimate, TrainingEstimate, TrainingJob

SOFTWARE: dict[str, dict[str, str]] = {
    "llm": {
        "tuned": "nvidia-megatron-bridge",
        "standard": "mosaicml-llm-foundry",
        "basic": "torchtune-readme",
    },
    "other": {
        "tuned": "nvidia-deeplearningexamples",
        "standard": "timm-train-benchmark",
        "basic": "timm-train-benchmark",
    },
}
"""Software that stands for a training stack."""


def estimate(
    job: TrainingJob, part: Part, count: int, machines: int, stack: Stack, oracle: Oracle
) -> TrainingEstimate:
    """Wall-clock hours of one run on ``machines`` machines of ``count`` parts each."""
    need = _state_bytes(job, oracle)
    have = oracle.fits.value("usable_memory") * part.memory * count * machines
    if need > have:
        reason = (
            f"needs {need / 2**30:.3g} GiB for weights, gradients and optimizer, "
            f"{have / 2**30:.3g} GiB usable"
        )
        return TrainingEstimate(False, reason)
    shape = of_work(job.work, oracle.fits)
    language = job.work.kind in ("llm", "encoder") and bool(np.any(job.tokens > 0))
    if not language and not np.all(shape.gflops > 0):
        return TrainingEstimate(False, "needs the arithmetic of one sample (gflops_per_request)")
    parts = count * machines
    found = _time(job, shape, part, parts, stack, language, oracle)
    return TrainingEstimate(True, "", found.hours(), _energy(found, part, parts, oracle))


def _state_bytes(job: TrainingJob, oracle: Oracle) -> float:
    """Weights, gradients, optimizer moments and activations [bytes]."""
    scope: str = job.method
    if job.method == "lora" and job.work.precision == "int4":
        scope = "lora/int4"
    each = oracle.fits.value("training_state_bytes", scope)
    spare = 1.0 + oracle.fits.value("training_activation_share")
    return float(np.max(job.work.params_millions)) * MEGA * each * spare


def _time(
    job: TrainingJob, shape: Shape, part: Part, parts: int, stack: Stack, language: bool,
    oracle: Oracle,
) -> Seconds:  # fmt: skip
    fits = oracle.fits
    kind = "llm" if language else job.work.kind
    engine = SOFTWARE["llm" if language else "other"][stack]
    precision = "fp8" if engine == "nvidia-megatron-bridge" and "fp8" in part.flops else "fp16"
    size = float(np.median(shape.active)) if language else None
    length = fits.value("training_sequence")
    lesson = Lesson(
        shape.model, kind, job.method, engine, precision, shape.experts,
        length if language else None, size,
    )  # fmt: skip
    if language:
        each = schooling.flops_per_token(shape.active, job.method, length, fits)
        flops: Array = each * job.tokens
    else:
        passes = fits.value("training_flops", job.method) / 2.0
        flops = passes * shape.gflops * GIGA * job.examples
    full = flops / (part.rate(precision) * parts)
    labels = schooling.labels(lesson, part, parts, job=UNNAMED)
    group = "training_dense_llm" if language else "training_other_networks"
    found = oracle.seconds("training", group, np.atleast_1d(full)[None, :], labels)
    return found.at_least(full).noted(f"{stack} training software, here {engine}")


def _energy(found: Seconds, part: Part, parts: int, oracle: Oracle) -> Estimate | None:
    """Power of the accelerators times the time."""
    if part.tdp_w is None:
        return None
    kilowatt = part.tdp_w * parts * oracle.fits.value("training_power_share") / 1e3
    hours = found.hours()
    rule = f"{kilowatt:.3g} kW of accelerators x hours"
    return Estimate(
        hours.low * kilowatt, hours.mid * kilowatt, hours.high * kilowatt,
        "estimated", rule, hours.rows, hours.assumptions,
    )  # fmt: skip
