"""Language models, one request: time to first token and time per output token.

First token [s]: arithmetic ``(2 A I' + 2 L h I' I) / (n F)``, weights ``W_active / (n BW)``,
launches ``1 ms L/32``, links ``1 ms L/32 log2 n``, and under load the wait for others.
Output token [s]: weights ``W_active / (n BW)``, cache ``K ctx / (n BW)``, launches, links, and
under load the work of others.
"""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked

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
    replica: Replica, lengths: Lengths, queue: Array | float = 0.0, saturated: bool = False
) -> Array:
    """Terms of the first token (6, P, N) [s].

    ``queue`` is load over spare capacity; ``saturated``: all requests were sent at once.
    """
    compute = replica.prompt_flops(lengths) / replica.flops
    read = replica.active / replica.bandwidth
    launch = 1e-3 * replica.shape.layers / 32.0
    rows = (
        compute,
        read,
        launch,
        launch * np.log2(replica.sets.parallel),
        (compute + read) * queue,
        compute * 100.0 * float(saturated),
    )
    return stacked(rows)


def first_labels(part: Part, parallel: int, precision: str, engine: str) -> dict[str, EffectLabel]:
    """Labels of a first token that hardware and software decide."""
    several = parallel > 1 and engine == "llama.cpp"
    return {
        "precision": part.computes_in(precision),
        "engine": engine,
        "generation": part.generation,
        "accelerator": part.name,
        "several": f"{engine} on several" if several else "",
    }


def token_terms(replica: Replica, lengths: Lengths, load: Array | float = 0.0) -> Array:
    """Terms of an output token (5, P, N) [s]; ``load`` [s] is what others at once add."""
    launch = 1e-3 * replica.shape.layers / 32.0
    rows = (
        replica.active / replica.bandwidth,
        replica.cache * lengths.context / replica.bandwidth,
        launch,
        launch * np.log2(replica.sets.parallel),
        load,
    )
    return stacked(rows)


def token_labels(part: Part, bits: float, engine: str) -> dict[str, EffectLabel]:
    """Labels of an output token that hardware and software decide."""
    kind = bits_class(bits)
    return {
        "precision": kind,
        "engine": engine,
        "generation": part.generation,
        "format": f"{part.generation}/{kind}",
        "accelerator": part.name,
    }


def utilisation_odds(replica: Replica, lengths: Lengths, rate: float, fits: Fits) -> Array:
    """Load over spare capacity, ``r / (1 - r)``, at ``rate`` requests/s, (P, N).

    r is the arrival rate times what one more request costs a step that is already running:
    prefill, its arithmetic and its cache, at the prior efficiency of arithmetic.
    """
    flops = replica.flops * fits.value("prior_mfu")
    each = replica.flops_per_token / flops + replica.cache * lengths.context / replica.bandwidth
    used = rate * (replica.flops_per_token * lengths.new / flops + lengths.output * each)
    capped = np.minimum(used, 0.95)
    return capped / (1.0 - capped)


def saturation_seconds(replica: Replica, lengths: Lengths, fits: Fits) -> Array:
    """A hundred others in the step (P, N) [s]: each adds its arithmetic and cache."""
    flops = replica.flops * fits.value("prior_mfu")
    cache = replica.cache * lengths.context / replica.bandwidth
    return 100.0 * (replica.flops_per_token / flops + cache)
