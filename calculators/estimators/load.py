"""Language models at full load: seconds a machine spends on one request among many.

Per request of I prompt and O answer tokens on n accelerators, B answers at once (units s):

====== =======================================================================
prefill ``(2 A I' + 2 L h I' I) / (n F)``; I' prompt tokens not found in the cache
decode  ``O 2 A / (n F)``
cache   ``O K (I + O/2) / (n BW)``
weights ``O W(B) / (n BW) / B``; W(B) the weights a step touches
launch  ``O 1 ms / B``
link    ``4 L h 2 bytes (I' + O) (n-1)/n / link``
====== =======================================================================

F, BW and link are the specified rates; how far software stays below them is learnt
(:mod:`calculators.estimators.terms`). B is what memory leaves for the cache, with the largest
batch that software runs: ``1/B = 1/B_memory + 1/B_max``.
"""

from __future__ import annotations

import math

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.copies import Copy, Lengths
from calculators.estimators.terms import Effect, Form, Label

ALL = (0, 1, 2, 3, 4, 5)
SHARED = (3, 4)  # terms a step pays once for its whole batch
FORM = Form(
    name="llm_load",
    terms=("prefill", "decode", "cache", "weights", "launch", "link"),
    effects=(
        Effect("base", tuple((k,) for k in ALL)),
        Effect("generation", ((0, 1), (4, 5))),
        Effect("generation_memory", ((2, 3),)),
        Effect("accelerator", ((0, 1), (2, 3))),
        Effect("machine", (ALL,)),
        Effect("model", ((0, 1), (2, 3, 4))),
        Effect("experts", ((0, 1), (2, 3), (4,))),
        Effect("spread", ((0, 1, 2, 3),)),
        Effect("engine", (ALL,)),
        Effect("document", (ALL,)),
        Effect("pair", (ALL,)),
        Effect("mode", (ALL,)),
        Effect("dataset", ((0,), ALL)),
        Effect("guessed", (ALL,)),
    ),
)


def full_batch(in_memory: Array, fits: Fits) -> Array:
    """Answers at once: ``1/B = 1/B_memory + 1/B_max``; at least one."""
    largest = fits.value("llm_batch_max")
    return np.maximum(in_memory * largest / (in_memory + largest), 1.0)


def terms(copy: Copy, lengths: Lengths, batch: Array) -> Array:
    """The six terms of one request among ``batch``, shape (6, N) [s]."""
    output, shape = lengths.output, copy.shape
    exchanged = 8.0 * shape.layers * shape.hidden * (lengths.new + output)
    rows = (
        copy.prompt_flops(lengths) / copy.flops,
        output * copy.flops_per_token / copy.flops,
        output * copy.cache * lengths.context / copy.bandwidth,
        output * copy.touched(batch) / copy.bandwidth / batch,
        output * 1e-3 / batch,
        exchanged * (copy.parallel - 1) / copy.parallel / copy.part.link_rate,
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def floor_seconds(copy: Copy, lengths: Lengths) -> Array:
    """No request takes less than this.

    Arithmetic at the full rate, or weights and cache at the full bandwidth with as many answers
    at once as the whole memory would hold.
    """
    tokens = lengths.new + lengths.output
    each = copy.cache * np.maximum(lengths.context, 1.0)
    room = copy.part.memory * copy.parallel - copy.weights
    batch = np.maximum(room / each, 1.0)
    read = copy.touched(batch) / batch + each
    floor: Array = np.maximum(
        copy.flops_per_token * tokens / copy.flops, lengths.output * read / copy.bandwidth
    )
    return floor


def labels(copy: Copy, engine: str, document: str) -> dict[str, Label]:
    """Labels of a request at full load."""
    shape, part = copy.shape, copy.part
    generation = f"{part.generation}/{part.computes_in(copy.precision)}"
    found: dict[str, Label] = {
        "generation": generation,
        # shares of peak bandwidth differ less between generations than shares of peak compute
        "generation_memory": generation,
        "accelerator": part.name,
        "machine": part.name,
        "model": shape.model,
        "experts": "experts" if shape.experts else "",
        "engine": engine,
        "document": document,
        "pair": f"{shape.model}|{part.name}|{copy.precision}",
    }
    if copy.parallel > 1:
        found["spread"] = ("fast" if part.fast_link else "slow", math.log2(copy.parallel))
    return found


def budget_batch(parts: Array, multiplier: Array, batch: Array, budget_s: Array) -> Array:
    """Largest batch whose answers keep the budget.

    By Little's law an answer among B takes ``B x each + shared``: ``each`` is what a request costs
    alone, ``shared`` the weights and launches a step pays once; ``parts`` are taken at ``batch``.
    """
    scaled = parts * multiplier[:, None]
    shared = scaled[list(SHARED)].sum(axis=0) * batch
    each = scaled.sum(axis=0) - shared / batch
    allowed: Array = np.clip((budget_s - shared) / np.maximum(each, 1e-12), 1.0, batch)
    return allowed
