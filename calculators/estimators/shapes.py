"""A network as the roofline sees it, whether a user describes it or a measured row names it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.book import Fits
from calculators.estimators.types import Work
from pricing.measurement_schema import MeasuredModelRow
from pricing.records import value

MEGA = 1e6
GIGA = 1e9
UNNAMED = "unnamed"  # a network described by its size: no row is of it, so its effects are open


@value
class Shape:
    """Size and form of one network; arrays of shape (N,).

    ``gflops`` and ``activations`` (millions of elements) are per request; ``sized`` says whether
    the arithmetic is known. ``cache_bytes`` is the fp16 key-value cache of one token.
    """

    model: str
    kind: str
    params: Array  # millions
    active: Array  # millions
    gflops: Array
    activations: Array
    layers: Array
    hidden: Array
    cache_bytes: Array
    sized: bool = True

    @property
    def experts(self) -> BoolArray:
        """Where only part of the parameters works on a token, (N,)."""
        return self.active < 0.9 * self.params

    def weight_bytes(self, bits: float) -> Array:
        """All weights [bytes]."""
        return self.params * MEGA * bits / 8.0

    def active_bytes(self, bits: float) -> Array:
        """Weights one token touches [bytes]."""
        return self.active * MEGA * bits / 8.0


def family(model: str) -> str:
    """Family of a network by its name: "resnet50" and "resnet101" are "resnet"."""
    named = next((word for word in FAMILIES if word in model), "")
    found = re.match(r"[a-z]+", model)
    return named or (found.group(0) if found else model)


FAMILIES = (
    "retinanet",
    "minilm",
    "mpnet",
    "roberta",
    "bert",
    "bge",
    "mobilenetv",
    "efficientnetv",
    "efficientnet",
    "resnext",
    "resnet",
    "whisper",
    "stable-diffusion",
    "dlrm",
    "yolo",
    "densenet",
    "squeezenet",
)
"""Families that the letters before a number do not tell; the first that occurs in a name."""


def weight_bits(fits: Fits, precision: str) -> float:
    """Bits of a weight, scales of 4-bit formats included."""
    return 8.0 * fits.value("weight_bytes", precision)


def _law(fits: Fits, name: str, params: Array) -> Array:
    """Power law of the parameters: ``scale x (params / 8 billion) ** power``."""
    law: Array = fits.value(f"{name}_scale") * (params / 8000.0) ** fits.value(f"{name}_power")
    return law


def _or(known: float | None, fits: Fits, name: str, params: Array) -> Array:
    return _law(fits, name, params) if known is None else np.full_like(params, known)


def activation_law(fits: Fits, gflops: Array) -> Array:
    """Activations where they are not known [millions]: a power law of the multiply-adds."""
    law: Array = fits.value("activations_scale") * (gflops / 2.0) ** fits.value("activations_power")
    return law


def of_work(work: Work, fits: Fits) -> Shape:
    """The network of a user's request."""
    params = work.params_millions
    cache = stated_cache_bytes(work)
    gflops = _gflops(work, fits)
    known = np.isfinite(work.activations_millions) & (work.activations_millions > 0)
    return Shape(
        model=work.model or UNNAMED,
        kind=work.kind,
        params=params,
        active=work.active_params_millions,
        gflops=gflops,
        activations=np.where(known, work.activations_millions, activation_law(fits, gflops)),
        layers=_or(work.layers, fits, "layers", params),
        hidden=_or(work.hidden_size, fits, "hidden", params),
        cache_bytes=_or(cache, fits, "kv", params),
    )


def stated_cache_bytes(work: Work) -> float | None:
    """Bytes of the cache a token takes at 16 bits; None where only the law of sizes says it."""
    return _cache(work.layers, work.kv_heads, work.head_dim, work.kv_bytes_per_token_fp16)


def _cache(
    layers: float | None, heads: float | None, width: float | None, stated: float | None
) -> float | None:
    """``2 x layers x kv_heads x head_dim x 2 bytes``, unless stated."""
    if stated:
        return stated
    return 4.0 * layers * heads * width if layers and heads and width else None


def _gflops(work: Work, fits: Fits) -> Array:
    """GFLOPs of one request; from parameters and tokens (or audio) where not given."""
    params_giga = work.active_params_millions / 1e3
    if work.kind == "speech":
        heard = fits.value("speech_tokens", "encoder") + fits.value("speech_tokens", "decoder")
        derived = params_giga * heard * work.audio_seconds
    else:
        derived = 2.0 * params_giga * np.maximum(work.input_tokens, 0.0)
    known = np.isfinite(work.gflops_per_request) & (work.gflops_per_request > 0)
    return np.where(known, work.gflops_per_request, derived)


def unit_arithmetic(shape: Shape, fits: Fits) -> Shape:
    """The network with arithmetic in proportion to its parameters.

    Only measured rows of its family turn that into time.
    """
    gflops = fits.value("unknown_gflops_per_million") * shape.active
    return replace(shape, gflops=gflops, activations=activation_law(fits, gflops), sized=False)


def of_row(row: MeasuredModelRow, fits: Fits) -> Shape:
    """The network of a measured row; unknown arithmetic is guessed from the parameters."""
    params = np.array([row.params_millions or fits.value("unknown_params", row.kind)])
    active = np.array([row.active_params_millions or params[0]])
    known = row.gflops_per_request is not None
    guess = fits.value("unknown_gflops_per_million") * active
    gflops = np.array([row.gflops_per_request]) if known else guess
    activations = activation_law(fits, gflops)
    if row.activations_millions is not None:
        activations = np.array([row.activations_millions])
    cache = _cache(row.layers, row.kv_heads, row.head_dim, row.kv_bytes_per_token_fp16)
    return Shape(
        model=row.model,
        kind=row.kind,
        params=params,
        active=active,
        gflops=gflops,
        activations=activations,
        layers=_or(row.layers, fits, "layers", params),
        hidden=_or(row.hidden_size, fits, "hidden", params),
        cache_bytes=_or(cache, fits, "kv", params),
        sized=known,
    )
