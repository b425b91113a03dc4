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
from calculators.estimators.copies import Copy, Lengths
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
    copy: Copy, lengths: Lengths, queue: Array | float = 0.0, flood: bool = False
) -> Array:
    """Terms of the first token (6, N) [s]; ``queue`` is load over spare capacity."""
    compute = copy.prompt_flops(lengths) / copy.flops
    read = copy.active / copy.bandwidth
    launch = 1e-3 * copy.shape.layers / 32.0
    rows = (
        compute,
        read,
        launch,
        launch * math.log2(copy.parallel),
        (compute + read) * queue,
        compute * 100.0 * float(flood),
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def first_labels(copy: Copy, engine: str, served: bool = False) -> dict[str, Label]:
    """Labels of a first token."""
    several = copy.parallel > 1 and engine == "llama.cpp"
    return {
        "precision": copy.part.computes_in(copy.precision),
        "engine": engine,
        "generation": copy.part.generation,
        "accelerator": copy.part.name,
        "model": copy.shape.model,
        "served": "served" if served else "",
        "several": f"{engine} on several" if several else "",
    }


def token_terms(copy: Copy, lengths: Lengths, load: Array | float = 0.0) -> Array:
    """Terms of an output token (5, N) [s]; ``load`` [s] is what company of others adds."""
    launch = 1e-3 * copy.shape.layers / 32.0
    rows = (
        copy.active / copy.bandwidth,
        copy.cache * lengths.context / copy.bandwidth,
        launch,
        launch * math.log2(copy.parallel),
        load,
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def token_labels(copy: Copy, engine: str, served: bool = False) -> dict[str, Label]:
    """Labels of an output token."""
    kind = bits_class(copy.bits)
    return {
        "precision": kind,
        "engine": engine,
        "generation": copy.part.generation,
        "format": f"{copy.part.generation}/{kind}",
        "accelerator": copy.part.name,
        "model": copy.shape.model,
        "served": "served" if served else "",
    }


def busy(copy: Copy, lengths: Lengths, rate: float, fits: Fits) -> Array:
    """Load over spare capacity, ``r / (1 - r)``, at ``rate`` requests/s.

    r is the arrival rate times what one more request costs a step that is already running:
    prefill, its arithmetic and its cache, at the prior efficiency of arithmetic.
    """
    flops = copy.flops * fits.value("prior_mfu")
    each = copy.flops_per_token / flops + copy.cache * lengths.context / copy.bandwidth
    used = rate * (copy.flops_per_token * lengths.new / flops + lengths.output * each)
    capped = np.minimum(used, 0.95)
    return capped / (1.0 - capped)


def crowd(copy: Copy, lengths: Lengths, fits: Fits) -> Array:
    """A hundred others in the step [s]: each adds its arithmetic and cache."""
    flops = copy.flops * fits.value("prior_mfu")
    cache = copy.cache * lengths.context / copy.bandwidth
    return 100.0 * (copy.flops_per_token / flops + cache)
