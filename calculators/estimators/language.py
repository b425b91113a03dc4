"""Language models on a server: seconds per request as a sum of roofline terms.

Each function is one equation; :mod:`calculators.estimators.server` puts them together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.memory import (
    active_bytes,
    cache_bytes_per_token,
    context_tokens,
    weight_bytes,
)
from calculators.estimators.types import Work


@dataclass(frozen=True)
class Load:
    """A language model on ``count`` parts: what does not depend on how many answers run at once.

    Seconds per request: ``prefill_s`` alone; ``step_s + shared_s / batch`` per output token.
    """

    prefill_s: Array
    per_token_s: Array  # compute and cache reading, paid for each answer
    shared_s: Array  # weights read and launch overhead of one step, shared by the batch
    batch_memory: Array  # answers that memory can hold at once


def spread(part: Part, count: int, fits: Fits) -> float:
    """Effective number of parts: ``count x efficiency ** log2(count)``."""
    return float(count * fits.value("llm_tp", "nvlink" if part.fast_link else "pcie") ** math.log2(count))


def new_tokens(work: Work) -> Array:
    """Prompt tokens that must be computed: those not found in the prefix cache."""
    return work.input_tokens * (1.0 - work.cached_input_share)


def prefill_flops(work: Work) -> Array:
    """``2 x active x tokens`` plus attention ``2 x layers x hidden x tokens x prompt``."""
    tokens = new_tokens(work)
    flops: Array = 2.0 * work.active_params_millions * 1e6 * tokens
    if work.layers and work.hidden_size:
        flops = flops + 2.0 * work.layers * work.hidden_size * tokens * work.input_tokens
    return flops


def batch_in_memory(work: Work, part: Part, count: int, fits: Fits) -> Array:
    """Sequences whose cache fits beside the weights; below 1 the model does not fit."""
    room = fits.value("usable_memory") * part.memory * count - weight_bytes(work, fits)
    each = cache_bytes_per_token(work, fits) * np.maximum(context_tokens(work), 1.0)
    return np.where(room > 0, room / each, 0.0)


def load(work: Work, part: Part, count: int, fits: Fits) -> Load:
    """Roofline terms of one request at full load."""
    scope = "cpu" if part.is_cpu else ""
    parts = spread(part, count, fits)
    compute = fits.value("llm_mfu", scope) * part.rate(work.precision) * parts
    read = fits.value("llm_mbu", scope) * part.bandwidth * parts
    experts = np.where(
        work.active_params_millions < work.params_millions, fits.value("llm_moe_compute"), 1.0
    )
    cache = cache_bytes_per_token(work, fits) * context_tokens(work)
    overhead = fits.value("llm_step_overhead", scope) / 1e3
    return Load(
        prefill_s=prefill_flops(work) / compute / experts,
        per_token_s=2.0 * work.active_params_millions * 1e6 / compute / experts + cache / read,
        shared_s=weight_bytes(work, fits) / read + overhead,
        batch_memory=batch_in_memory(work, part, count, fits),
    )


def answers_at_once(terms: Load, work: Work, fits: Fits, budget_s: Array | None) -> Array:
    """Batch at full load: what memory, the software and the latency budget allow.

    By Little's law an answer in a batch of B takes ``B x prefill + output x (B x per_token +
    shared)``, which is solved for B at the budget; never under 1.
    """
    batch = np.minimum(terms.batch_memory, fits.value("llm_batch_max"))
    if budget_s is not None:
        each = terms.prefill_s + work.output_tokens * terms.per_token_s
        allowed = (budget_s - work.output_tokens * terms.shared_s) / np.maximum(each, 1e-12)
        batch = np.minimum(batch, allowed)
    return np.maximum(batch, 1.0)


def seconds_per_request(terms: Load, work: Work, batch: Array) -> Array:
    """Machine time of one request when ``batch`` answers run at once."""
    step = terms.per_token_s + terms.shared_s / batch
    return terms.prefill_s + work.output_tokens * step


def first_token_ms(work: Work, part: Part, count: int, fits: Fits) -> Array:
    """Time to first token of one request alone."""
    parts = spread(part, count, fits)
    compute = prefill_flops(work) / (fits.value("ttft_mfu") * part.rate(work.precision) * parts)
    read = active_bytes(work, fits) / (part.bandwidth * parts)
    fixed = fits.value("ttft_overhead") + fits.value("ttft_tp_overhead") * math.log2(count)
    return np.maximum(compute, read) * 1e3 + fixed


def token_ms(work: Work, part: Part, count: int, fits: Fits) -> Array:
    """Time per output token of one request alone."""
    read = active_bytes(work, fits) + cache_bytes_per_token(work, fits) * context_tokens(work)
    rate = fits.value("decode_mbu") * part.bandwidth * spread(part, count, fits)
    return read / rate * 1e3 + fits.value("decode_overhead")
