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
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked

ALL = (0, 1, 2, 3, 4, 5)
EXPERTS = "experts"  # label of networks of which only part works on a token
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


def terms(replica: Replica, lengths: Lengths, batch: Array) -> Array:
    """The six terms of one request among ``batch``, shape (6, P, N) [s]."""
    output, shape, sets = lengths.output, replica.shape, replica.sets
    exchanged = 8.0 * shape.layers * shape.hidden * (lengths.new + output)
    rows = (
        replica.prompt_flops(lengths) / replica.flops,
        output * replica.flops_per_token / replica.flops,
        output * replica.cache * lengths.context / replica.bandwidth,
        output * replica.touched(batch) / replica.bandwidth / batch,
        output * 1e-3 / batch,
        exchanged * (sets.parallel - 1) / sets.parallel / sets.link,
    )
    return stacked(rows)


def floor_seconds(replica: Replica, lengths: Lengths) -> Array:
    """No request takes less than this, (P, N).

    Arithmetic at the full rate, or weights and cache at the full bandwidth with as many answers
    at once as the whole memory would hold.
    """
    tokens = lengths.new + lengths.output
    each = replica.cache * np.maximum(lengths.context, 1.0)
    room = replica.sets.memory - replica.weights
    batch = np.maximum(room / each, 1.0)
    read = replica.touched(batch) / batch + each
    floor: Array = np.maximum(
        replica.flops_per_token * tokens / replica.flops,
        lengths.output * read / replica.bandwidth,
    )
    return floor


def hardware_labels(
    part: Part, parallel: int, precision: str, engine: str, document: str
) -> dict[str, EffectLabel]:
    """Labels of a request at full load that the set of accelerators and its software decide."""
    generation = f"{part.generation}/{part.computes_in(precision)}"
    found: dict[str, EffectLabel] = {
        "generation": generation,
        # shares of peak bandwidth differ less between generations than shares of peak compute
        "generation_memory": generation,
        "accelerator": part.name,
        "machine": part.name,
        "engine": engine,
        "document": document,
    }
    if parallel > 1:
        found["spread"] = ("fast" if part.fast_link else "slow", math.log2(parallel))
    return found


def pair_tail(part: Part, precision: str) -> str:
    """What follows the network's name in the label ``pair``."""
    return f"|{part.name}|{precision}"
