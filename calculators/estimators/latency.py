"""Language models, one request: time to first token and time per output token.

First token [s]: arithmetic ``(2 A I' + 2 L h I' I) / (n F)``, weights ``W_active / (n BW)``,
launches ``1 ms L/32``, links ``1 ms L/32 log2 n``, and under load the wait for others.
Output token [s]: weights ``W_active / (n BW)``, cache ``K ctx / (n BW)``, launches, links, and
under load the company of others.
"""

from __future__ import annotations

import math

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.load import cache_per_token
from calculators.estimators.shapes import MEGA, Shape, weight_bits
from calculators.estimators.terms import Effect, Form, Label

EVERY = (0, 1, 2, 3, 4)
FIRST = Form(
    name="llm_first_token",
    terms=("prefill", "weights", "launch", "link", "queue", "flood"),
    effects=(
        Effect("base", tuple((k,) for k in range(6))),
        Effect("precision", ((0,),)),
        Effect("engine", ((0,), (2, 3))),
        Effect("generation", ((0,),)),
        Effect("accelerator", ((0,),)),
        Effect("model", ((0, 1, 2, 3),)),
        Effect("served", ((2, 3),)),
        Effect("several", ((0,),)),
    ),
)
TOKEN = Form(
    name="llm_token",
    terms=("weights", "cache", "launch", "link", "load"),
    effects=(
        Effect("base", tuple((k,) for k in EVERY)),
        Effect("precision", ((0,), (2,))),
        Effect("engine", ((0, 1), (2, 3))),
        Effect("generation", ((0, 1), (2, 3))),
        Effect("format", ((0, 1), (2, 3))),
        Effect("accelerator", ((0, 1), (2, 3))),
        Effect("served", ((2,),)),
        Effect("saturated", ((4,),)),
        Effect("dataset", (EVERY,)),
        Effect("model", (EVERY,)),
    ),
)


def bits_class(bits: float) -> str:
    """Weights of 16, 8 or 4 bits and less."""
    return "16" if bits > 10 else "8" if bits > 6 else "4"


def first_terms(
    shape: Shape, part: Part, parallel: int, precision: str, prompt: Array, new: Array,
    fits: Fits, bits: float | None = None, queue: Array | float = 0.0, flood: bool = False,
) -> Array:  # fmt: skip
    """Terms of the first token (6, N) [s]; ``queue`` is load over spare capacity."""
    bits = weight_bits(fits, precision) if bits is None else bits
    flops = part.rate(precision) * parallel
    work = 2.0 * shape.active * MEGA * new + 2.0 * shape.layers * shape.hidden * new * prompt
    compute = work / flops
    read = shape.active_bytes(bits) / (part.bandwidth * parallel)
    launch = 1e-3 * shape.layers / 32.0
    rows = (
        compute,
        read,
        launch,
        launch * math.log2(parallel),
        (compute + read) * queue,
        compute * 100.0 * float(flood),
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def first_labels(
    shape: Shape, part: Part, parallel: int, precision: str, engine: str, served: bool = False
) -> dict[str, Label]:
    """Labels of a first token."""
    return {
        "precision": precision,
        "engine": engine,
        "generation": part.generation,
        "accelerator": part.name,
        "model": shape.model,
        "served": "served" if served else "",
        "several": f"{engine} on several" if parallel > 1 and engine == "llama.cpp" else "",
    }


def token_terms(
    shape: Shape, part: Part, parallel: int, precision: str, context: Array, fits: Fits,
    bits: float | None = None, load: Array | float = 0.0,
) -> Array:  # fmt: skip
    """Terms of an output token (5, N) [s]; ``load`` [s] is what company of others adds."""
    bits = weight_bits(fits, precision) if bits is None else bits
    moved = part.bandwidth * parallel
    launch = 1e-3 * shape.layers / 32.0
    rows = (
        shape.active_bytes(bits) / moved,
        cache_per_token(shape, precision, fits) * context / moved,
        launch,
        launch * math.log2(parallel),
        load,
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def token_labels(
    shape: Shape, part: Part, bits: float, engine: str, served: bool = False
) -> dict[str, Label]:
    """Labels of an output token."""
    kind = bits_class(bits)
    return {
        "precision": kind,
        "engine": engine,
        "generation": part.generation,
        "format": f"{part.generation}/{kind}",
        "accelerator": part.name,
        "model": shape.model,
        "served": "served" if served else "",
    }


def busy(
    shape: Shape, part: Part, parallel: int, precision: str, prompt: Array, output: Array,
    rate: float, fits: Fits,
) -> Array:  # fmt: skip
    """Load over spare capacity, ``r / (1 - r)``, at ``rate`` requests/s.

    r is the arrival rate times what one more request costs a step that is already running:
    prefill, its arithmetic and its cache, at the prior efficiency of arithmetic.
    """
    flops = part.rate(precision) * parallel * fits.value("prior_mfu")
    prefill = 2.0 * shape.active * MEGA * prompt / flops
    cache = cache_per_token(shape, precision, fits) * (prompt + 0.5 * output)
    each = 2.0 * shape.active * MEGA / flops + cache / (part.bandwidth * parallel)
    used = np.minimum(rate * (prefill + output * each), 0.95)
    return used / (1.0 - used)
