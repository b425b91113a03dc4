"""The form of fine-tuning: arithmetic, sweeps over the weights, launches, loading, starting.

A run of fine-tuning is unlike pre-training on packed sequences: batches are small, padded and
short of the accelerator's width, weights of 4 bits are unpacked at every step, and pictures or
sound come through a processor. Seconds of a run on n accelerators are a sum of

- arithmetic ``flops / (n F)``: ``6 A`` FLOPs per token (``4 A`` where most weights are frozen) and
  attention; three, two or one times the forward pass for other networks;
- sweeps: forward, backward and update read all weights once for every micro-batch;
- launches: so many a layer and micro-batch;
- loading: examples over the accelerators that read them side by side;
- starting: kernels are compiled and the first steps are slow, once a run.

What multiplies them by generation, software, method, padding, kind and number of accelerators is
learnt on ``fine_tune_runs.csv``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.shapes import GIGA, MEGA
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked
from calculators.estimators.training_form import flops_per_token
from calculators.estimators.types import Stack
from pricing.records import value

ARITHMETIC, SWEEPS, LAUNCHES, LOADING, STARTING = (0,), (1,), (2,), (3,), (4,)
FORM = Form(
    name="fine_tune",
    terms=("arithmetic", "sweeps", "launches", "loading", "starting"),
    effects=(
        Effect("base", (ARITHMETIC, SWEEPS, LAUNCHES, LOADING, STARTING)),
        Effect("generation", (ARITHMETIC,)),
        Effect("accelerator", ((0, 1, 2),)),
        Effect("engine", (ARITHMETIC, SWEEPS, LAUNCHES, STARTING)),
        Effect("loader", (LOADING,)),
        Effect("method", (ARITHMETIC, SWEEPS, LAUNCHES)),
        Effect("variant", ((0, 1, 2),)),
        Effect("padding", (ARITHMETIC,)),
        Effect("kernels", ((0, 1, 2),)),
        Effect("kind", (ARITHMETIC, LAUNCHES, LOADING)),
        Effect("experts", ((0, 1, 2),)),
        Effect("spread", (ARITHMETIC, (1, 2))),
        Effect("lengths", ((0, 1, 2),)),
        Effect("data", ((0, 1, 2),)),
        Effect("model", ((0, 1, 2),)),
    ),
)
GROUP = "fine-tune hours"
"""Group of the runs in the accuracy report."""
SCOPES = {"full": "fine_tune", "lora": "lora", "qlora": "lora", "frozen": "frozen"}
"""Method of a run -> scope of ``training_flops`` per token."""
ENGINES: Mapping[str, Mapping[Stack, str]] = {
    "llm": {"tuned": "trl", "standard": "transformers", "basic": "transformers"},
    "other": {
        "tuned": "nvidia-deeplearningexamples",
        "standard": "pytorch",
        "basic": "transformers",
    },
}
"""Software that fine-tunes, for models counted by the token and for others.

No row is of ``pytorch``: between a loader made for speed and that of a notebook, with wide ends.
"""
PACKED_TO: Mapping[Stack, float | None] = {"tuned": 2048.0, "standard": None, "basic": None}
"""Tokens of the sequences that examples are packed into; None: examples are padded instead."""


@value
class TuneSetup:
    """Hardware and software of a run: ``count`` accelerators of one machine."""

    part: Part
    count: int
    engine: str

    @property
    def precision(self) -> str:
        """Format of the arithmetic: weights of 4 bits are unpacked to it."""
        return "fp16"

    @property
    def rate(self) -> str:
        """Generation and number format of the arithmetic."""
        return f"{self.part.generation}/{self.part.computes_in(self.precision)}"

    def labels(self) -> dict[str, EffectLabel]:
        """Labels that hardware and software decide."""
        found: dict[str, EffectLabel] = {
            "generation": self.rate,
            "accelerator": self.part.name,
            "engine": self.engine,
            "loader": self.engine,
        }
        if self.count > 1:
            found["spread"] = ("cards", math.log2(self.count))
        return found


@value
class TuneWork:
    """What a run has to do, arrays (N,): numbers of all accelerators together."""

    kind: str
    method: str
    params: Array  # millions
    active: Array  # millions
    flops: Array
    examples: Array
    batches: Array  # micro-batches


def text_flops(active: Array, method: str, tokens: Array, length: Array, fits: Fits) -> Array:
    """Arithmetic of ``tokens`` in examples of ``length`` tokens."""
    return flops_per_token(active, SCOPES[method], length, fits) * tokens


def picture_flops(gflops: Array, method: str, examples: Array, fits: Fits) -> Array:
    """Arithmetic of examples whose forward pass is known."""
    passes = fits.value("training_flops", SCOPES[method]) / 2.0
    return passes * gflops * GIGA * examples


def terms(work: TuneWork, rate: Array, bandwidth: Array, count: Array, fits: Fits) -> Array:
    """Seconds of each term at specified rates, (5, ...).

    ``rate`` [FLOP/s] and ``bandwidth`` [bytes/s] are of one accelerator.
    """
    each = work.batches / count
    layers = fits.value("layers_scale") * (work.params / 8000.0) ** fits.value("layers_power")
    swept = fits.value("tune_swept_bytes") * work.params * MEGA
    return stacked(
        [
            work.flops / (rate * count),
            each * swept / bandwidth,
            each * layers * fits.value("tune_launch_seconds"),
            work.examples / count * fits.value("tune_loading_seconds", work.kind),
            np.full_like(each, fits.value("tune_starting_seconds")),
        ]
    )


def work_labels(
    kind: str, method: str, variant: str, padding: str, experts: bool
) -> dict[str, EffectLabel]:
    """Labels that the run decides, but for the network's name."""
    return {
        "method": method,
        "variant": variant,
        "padding": padding,
        "kind": kind,
        "experts": "experts" if experts else "",
    }


def micro_batches(examples: Array, tokens: Array, packed_to: float | None, each: float) -> Array:
    """Micro-batches of a run: so many packed sequences, else examples, at once."""
    sequences = tokens / packed_to if packed_to else examples
    return np.maximum(sequences / each, 1.0)
