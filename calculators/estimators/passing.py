"""Networks that answer in one pass: vision, encoders, speech, image generation, recommenders.

Seconds per request = arithmetic at the reachable rate + activations and weights moved through
memory. GFLOPs alone misjudge a convolutional network tenfold, so activation traffic is needed;
where it is not known it is taken from the arithmetic, and the interval is wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.memory import weight_bytes
from calculators.estimators.types import Work


@dataclass(frozen=True)
class Pass:
    """One request: seconds that each costs, and seconds that a batch shares."""

    each_s: Array
    shared_s: Array


def request_gflops(work: Work, fits: Fits) -> Array:
    """GFLOPs of one request; from parameters and tokens (or audio) where not given."""
    params_giga = work.active_params_millions / 1e3
    if work.kind == "speech":
        heard = fits.value("speech_tokens", "encoder") + fits.value("speech_tokens", "decoder")
        derived = params_giga * heard * work.audio_seconds
    else:
        derived = 2.0 * params_giga * np.maximum(work.input_tokens, 0.0)
    known = np.isfinite(work.gflops_per_request) & (work.gflops_per_request > 0)
    return np.where(known, work.gflops_per_request, derived)


def activations(work: Work, gflops: Array, fits: Fits) -> Array:
    """Elements moved per request [millions]; a power law of GMACs where not known."""
    law = fits.value("activations_scale") * (gflops / 2.0) ** fits.value("activations_power")
    return np.where(np.isfinite(work.activations_millions), work.activations_millions, law)


def one_pass(work: Work, part: Part, fits: Fits) -> Pass:
    """Roofline terms of one request."""
    family = "cpu" if part.is_cpu else work.kind
    gflops = request_gflops(work, fits)
    names = {"speech": "speech_mfu", "image_generation": "image_generation_mfu"}
    fit = "cpu_mfu" if part.is_cpu else names.get(family, "vision_mfu")
    compute = gflops * 1e9 / (fits.value(fit) * part.rate(work.precision))
    read = part.bandwidth * fits.value("cpu_mbu" if part.is_cpu else "vision_mbu")
    element = 1.0 if work.precision in ("int8", "fp8") else 2.0
    moved = activations(work, gflops, fits) * 1e6 * element / read
    fixed = weight_bytes(work, fits) / read + fits.value("vision_overhead") / 1e3
    return Pass(each_s=compute + moved, shared_s=fixed)
