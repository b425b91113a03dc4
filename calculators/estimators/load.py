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
from collections.abc import Mapping

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.shapes import MEGA, Shape, weight_bits
from calculators.estimators.terms import Effect, Form, Label

ALL = (0, 1, 2, 3, 4, 5)
SHARED = (3, 4)  # terms a step pays once for its whole batch
FORM = Form(
    name="llm_load",
    terms=("prefill", "decode", "cache", "weights", "launch", "link"),
    effects=(
        Effect("base", tuple((k,) for k in ALL)),
        Effect("generation", ((0, 1), (2, 3), (4, 5))),
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


def batch_in_memory(
    shape: Shape, part: Part, parallel: int, precision: str, prompt: Array, output: Array,
    fits: Fits, bits: float | None = None,
) -> Array:  # fmt: skip
    """Sequences whose cache fits beside the weights; below 1 the model does not fit."""
    bits = weight_bits(fits, precision) if bits is None else bits
    room = fits.value("usable_memory") * part.memory * parallel - shape.weight_bytes(bits)
    held = prompt + fits.value("resident_output") * output
    each = cache_per_token(shape, precision, fits) * np.maximum(held, 1.0)
    return np.where(room > 0, room / each, 0.0)


def cache_per_token(shape: Shape, precision: str, fits: Fits) -> Array:
    """Key-value cache of one token [bytes] at the cache precision of the software."""
    return shape.cache_bytes * fits.value("kv_bytes", precision) / 2.0


def full_batch(in_memory: Array, fits: Fits) -> Array:
    """Answers at once: ``1/B = 1/B_memory + 1/B_max``; at least one."""
    largest = fits.value("llm_batch_max")
    return np.maximum(in_memory * largest / (in_memory + largest), 1.0)


def touched_weights(shape: Shape, bits: float, batch: Array) -> Array:
    """Weights a step reads [bytes]: all of them, or the experts that B tokens reach."""
    share = np.minimum(shape.active / shape.params, 1.0)
    return shape.weight_bytes(bits) * -np.expm1(batch * np.log1p(-np.minimum(share, 1 - 1e-12)))


def terms(
    shape: Shape, part: Part, parallel: int, precision: str, prompt: Array, new: Array,
    output: Array, batch: Array, fits: Fits, bits: float | None = None,
) -> Array:  # fmt: skip
    """The six terms of one request, shape (6, N) [s]."""
    bits = weight_bits(fits, precision) if bits is None else bits
    flops = part.rate(precision) * parallel
    moved = part.bandwidth * parallel
    arithmetic = 2.0 * shape.active * MEGA
    attention = 2.0 * shape.layers * shape.hidden * new * prompt
    context = prompt + 0.5 * output
    exchanged = 8.0 * shape.layers * shape.hidden * (new + output)
    rows = (
        (arithmetic * new + attention) / flops,
        output * arithmetic / flops,
        output * cache_per_token(shape, precision, fits) * context / moved,
        output * touched_weights(shape, bits, batch) / moved / batch,
        output * 1e-3 / batch,
        exchanged * (parallel - 1) / parallel / part.link_rate,
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def floor_seconds(
    shape: Shape, part: Part, parallel: int, precision: str, prompt: Array, new: Array,
    output: Array, fits: Fits,
) -> Array:  # fmt: skip
    """No request takes less: arithmetic at the full rate, or weights and cache at the full
    bandwidth with as many answers at once as the whole memory holds."""  # noqa: D205, D209
    bits = weight_bits(fits, precision)
    flops = part.rate(precision) * parallel
    arithmetic = 2.0 * shape.active * MEGA * (new + output) / flops
    context = prompt + 0.5 * output
    each = cache_per_token(shape, precision, fits) * np.maximum(context, 1.0)
    room = part.memory * parallel - shape.weight_bytes(bits)
    batch = np.maximum(room / each, 1.0)
    read = touched_weights(shape, bits, batch) / batch + each
    return np.maximum(arithmetic, output * read / (part.bandwidth * parallel))


def labels(
    shape: Shape, part: Part, parallel: int, precision: str, engine: str, document: str
) -> dict[str, Label]:
    """Labels of a request at full load."""
    link = "fast" if part.fast_link else "slow"
    found: dict[str, Label] = {
        "generation": f"{part.generation}/{precision}",
        "accelerator": part.name,
        "machine": part.name,
        "model": shape.model,
        "experts": "experts" if shape.experts else "",
        "engine": engine,
        "document": document,
        "pair": f"{shape.model}|{part.name}|{precision}",
    }
    if parallel > 1:
        found["spread"] = (link, math.log2(parallel))
    return found


def budget_batch(
    parts: Array, multiplier: Array, batch: Array, budget_s: Array
) -> Array:
    """Largest batch whose answers keep the budget.

    By Little's law an answer among B takes ``B x each + shared``: ``each`` is what a request costs
    alone, ``shared`` the weights and launches a step pays once; ``parts`` are taken at ``batch``.
    """
    scaled = parts * multiplier[:, None]
    shared = scaled[list(SHARED)].sum(axis=0) * batch
    each = scaled.sum(axis=0) - shared / batch
    return np.clip((budget_s - shared) / np.maximum(each, 1e-12), 1.0, batch)


Labels = Mapping[str, Label]
