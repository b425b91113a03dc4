"""Hours and energy of one training run on one kind of machine."""

from __future__ import annotations

import math

import numpy as np

from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.intervals import around
from calculators.estimators.memory import MEGA
from calculators.estimators.passing import request_gflops
from calculators.estimators.types import Estimate, TrainingEstimate, TrainingJob


def estimate(
    job: TrainingJob, part: Part, count: int, machines: int, factor: float, fits: Fits
) -> TrainingEstimate:
    """Wall-clock hours of one run on ``machines`` machines of ``count`` parts each."""
    need = _state_bytes(job, fits)
    have = fits.value("usable_memory") * part.memory * count * machines
    if need > have:
        reason = (
            f"needs {need / 2**30:.3g} GiB for weights, gradients and optimizer, "
            f"{have / 2**30:.3g} GiB usable"
        )
        return TrainingEstimate(False, reason)
    tokens = bool(np.any(job.tokens > 0)) and job.work.kind in ("llm", "encoder")
    per_token = fits.value("training_flops", job.method) * job.work.active_params_millions * MEGA
    passes = fits.value("training_flops", job.method) / 2.0
    flops = (
        per_token * job.tokens
        if tokens
        else passes * request_gflops(job.work, fits) * 1e9 * job.examples
    )
    mfu = fits.value("training_mfu" if tokens else "training_vision_mfu", part.generation)
    speed = mfu * part.rate("fp16") * _parts(part, count, machines, fits) * factor
    hours = flops / speed / 3600.0
    rule = "arithmetic of forward and backward passes over the rate training reaches"
    made = around(hours, fits, "training", "estimated", rule)
    return TrainingEstimate(True, "", made, _energy(made, part, count * machines, fits))


def _state_bytes(job: TrainingJob, fits: Fits) -> float:
    scope = job.method
    if job.method == "lora" and job.work.precision == "int4":
        scope = "lora/int4"  # type: ignore[assignment]
    each = fits.value("training_state_bytes", scope)
    spare = 1.0 + fits.value("training_activation_share")
    return float(np.max(job.work.params_millions)) * MEGA * each * spare


def _parts(part: Part, count: int, machines: int, fits: Fits) -> float:
    inside = count * fits.value("training_scaling", "nvlink" if part.fast_link else "pcie") ** math.log2(count)
    between = machines * fits.value("training_scaling", "network") ** math.log2(machines)
    return float(inside * between)


def _energy(hours: Estimate, part: Part, parts: int, fits: Fits) -> Estimate | None:
    if part.tdp_w is None:
        return None
    kilowatt = part.tdp_w * parts * fits.value("training_power_share") / 1e3
    rule = f"{kilowatt:.3g} kW of accelerators x hours"
    return Estimate(
        hours.low * kilowatt, hours.mid * kilowatt, hours.high * kilowatt, "estimated", rule
    )
