"""Bytes a model takes on an accelerator: weights and key-value cache."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.types import Work

MEGA = 1e6


def weight_bytes(work: Work, fits: Fits) -> Array:
    """All weights [bytes]: total parameters x bytes per weight."""
    return work.params_millions * MEGA * fits.value("weight_bytes", work.precision)


def active_bytes(work: Work, fits: Fits) -> Array:
    """Weights one token touches [bytes]; less than all of them in a mixture of experts."""
    return work.active_params_millions * MEGA * fits.value("weight_bytes", work.precision)


def cache_bytes_per_token(work: Work, fits: Fits) -> Array:
    """Key-value cache of one token [bytes].

    ``2 x layers x kv_heads x head_dim x bytes``; the model's own figure where heads do not give
    it (latent attention); a power law of the parameters where nothing is known.
    """
    size = fits.value("kv_bytes", work.precision)
    if work.kv_bytes_per_token_fp16:
        return np.full_like(work.params_millions, work.kv_bytes_per_token_fp16 * size / 2)
    if work.layers and work.kv_heads and work.head_dim:
        per_token = 2.0 * work.layers * work.kv_heads * work.head_dim * size
        return np.full_like(work.params_millions, per_token)
    scale, power = fits.value("kv_scale"), fits.value("kv_power")
    law: Array = scale * (work.params_millions / 8000.0) ** power * size / 2
    return law


def context_tokens(work: Work) -> Array:
    """Tokens a sequence holds on average while it is answered: prompt and most of the answer."""
    return work.input_tokens + 0.75 * work.output_tokens
