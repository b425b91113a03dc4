"""What the estimator tests share: a book whose hardware can be altered, and kinds of work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import numpy as np

from calculators.estimators import Estimators
from calculators.estimators.types import Hardware, ServerEstimates, Work
from pricing.book import PriceBook
from pricing.schema import AcceleratorRow, Row


class AlteredBook:
    """The price book with some columns of one accelerator changed."""

    def __init__(self, accelerator: str, **changes: float) -> None:
        self._book = PriceBook.load()
        self._accelerator, self._changes = accelerator, changes

    def rows(self, name: str) -> Sequence[Row]:
        """Rows of one table."""
        rows = self._book.rows(name)
        if name != "accelerators":
            return rows
        return [self._altered(cast(AcceleratorRow, row)) for row in rows]

    def _altered(self, row: AcceleratorRow) -> AcceleratorRow:
        if row.accelerator != self._accelerator:
            return row
        changes = {name: getattr(row, name) * by for name, by in self._changes.items()}
        return row.model_copy(update=changes)


@cache
def estimators() -> Estimators:
    """Estimators of the newest edition."""
    return Estimators(PriceBook.load())


def with_hardware(accelerator: str, **changes: float) -> Estimators:
    """Estimators that believe ``accelerator`` to have other rates, with the same learnt effects."""
    return Estimators(AlteredBook(accelerator, **changes), estimators().predictor)


def language(
    prompt: Any = 500.0,
    output: Any = 250.0,
    model: str = "llama-3.1-8b",
    precision: Any = "fp8",
    params: float = 8028.0,
    cached: float = 0.0,
    **shape: Any,
) -> Work:
    """A language model request; with ``model`` blank only its size is known."""
    tokens = np.atleast_1d(np.asarray(prompt, dtype=np.float64))
    one = np.ones_like(tokens)
    if model == "llama-3.1-8b":
        shape = {"layers": 32, "hidden_size": 4096, "kv_heads": 8, "head_dim": 128, **shape}
    return Work(
        kind="llm",
        model=model,
        precision=precision,
        params_millions=one * params,
        active_params_millions=one * params,
        gflops_per_request=one * np.nan,
        input_tokens=tokens,
        output_tokens=one * output,
        cached_input_share=one * cached,
        audio_seconds=one * 0.0,
        activations_millions=one * np.nan,
        **shape,
    )


def vision(
    gflops: float = 8.22,
    activations: float = 11.11,
    params: float = 25.56,
    model: str = "resnet50",
    precision: Any = "fp16",
    kind: Any = "vision",
) -> Work:
    """An image through a network."""
    one = np.ones(1)
    return Work(
        kind=kind,
        model=model,
        precision=precision,
        params_millions=one * params,
        active_params_millions=one * params,
        gflops_per_request=one * gflops,
        input_tokens=one * 0.0,
        output_tokens=one * 0.0,
        cached_input_share=one * 0.0,
        audio_seconds=one * 0.0,
        activations_millions=one * activations,
    )


def machine_rate(found: ServerEstimates) -> float:
    """Requests/s of the first machine at the first point; 0 where the model does not fit."""
    if not found.fits[0, 0] or not found.capacity_rps.known(0, 0):
        return 0.0
    return float(found.capacity_rps.mid[0, 0] * found.replicas_per_machine[0, 0])


H100 = Hardware("H100-SXM", 1)
H100_OF_8 = Hardware("H100-SXM", 8)
