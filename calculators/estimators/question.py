"""A kind of request at N points on H machines, and what can be said of it before any estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.columns import Machines
from calculators.estimators.figures import Times
from calculators.estimators.predictor import Asked, Predictor
from calculators.estimators.replica import Lengths
from calculators.estimators.shapes import MEGA, Shape, of_work
from calculators.estimators.types import Basis, IntArray, Stack, Work
from pricing.kept import cached_property
from pricing.records import record, value

ARRAYS = (
    "params_millions",
    "active_params_millions",
    "gflops_per_request",
    "input_tokens",
    "output_tokens",
    "cached_input_share",
    "audio_seconds",
    "activations_millions",
)
"""Figures of a request that may vary between points."""
SIZE = "the size of the model (params_millions)"
ARITHMETIC = "the arithmetic of one request (gflops_per_request)"
TOKENS = "tokens of one request"
AUDIO = "seconds of audio in one request"
GIB = 2.0**30


def broadcast(work: Work) -> Work:
    """The same work with all arrays of one shape (N,)."""
    found = [np.atleast_1d(np.asarray(array, dtype=np.float64)) for array in arrays(work)]
    shape = np.broadcast_shapes(*(array.shape for array in found))
    return _with(work, [np.broadcast_to(array, shape) for array in found])


def arrays(work: Work) -> list[Array]:
    """Its arrays."""
    return [getattr(work, name) for name in ARRAYS]


def taken(work: Work, places: slice) -> Work:
    """Some points of broadcast work."""
    return _with(work, [array[places] for array in arrays(work)])


def _with(work: Work, changes: Sequence[Array]) -> Work:
    changed: dict[str, Any] = {field.name: getattr(work, field.name) for field in fields(work)}
    return Work(**changed | dict(zip(ARRAYS, changes, strict=True)))


@record
class Question:
    """One kind of request (broadcast to N points) on H machines."""

    work: Work
    machines: Machines
    stack: Stack
    predictor: Predictor

    @cached_property
    def shape(self) -> Shape:
        """The network."""
        return of_work(self.work, self.predictor.fits)

    @cached_property
    def lengths(self) -> Lengths:
        """Tokens of one request."""
        prompt = self.work.input_tokens
        new = prompt * (1.0 - self.work.cached_input_share)
        return Lengths(prompt, new, self.work.output_tokens)

    @cached_property
    def weights(self) -> Array:
        """Weights of the network, scales included, (N,) [bytes]."""
        each = self.predictor.fits.value("weight_bytes", self.work.precision)
        return self.shape.params * MEGA * each

    def at(self, point: int) -> Question:
        """The same question at one point."""
        if self.work.params_millions.size == 1:
            return self
        return replace(self, work=taken(self.work, slice(point, point + 1)))


@record
class Timed:
    """A time to predict: of what, its terms (K, R, N), on which rows (R,) of the panel.

    ``floor`` (R, N) [s] is what no measurement can be below; None where nothing is known.
    """

    asked: Asked
    terms: Array
    rows: IntArray
    floor: Array | None = None

    def times(self, predictor: Predictor) -> Times:
        """The times at all points."""
        found = predictor.times(self.asked, self.terms, self.rows)
        return found if self.floor is None else found.at_least(self.floor)

    def basis(self, predictor: Predictor) -> Basis:
        """How the time of the only row at the only point was come by."""
        return predictor.basis(self.asked, self.terms, int(self.rows[0]))


@value
class Gaps:
    """What is missing to say anything, by point: words -> where (N,)."""

    where: Mapping[str, BoolArray]

    @cached_property
    def any(self) -> BoolArray:
        """(N,) points at which something is missing."""
        return np.asarray(np.logical_or.reduce(list(self.where.values())))

    def said(self, point: int) -> str:
        """What is missing at a point; blank where nothing is."""
        return next((words for words, where in self.where.items() if where[point]), "")

    @cached_property
    def known(self) -> Array:
        """1 where all is known, NaN elsewhere, (N,)."""
        return np.where(self.any, np.nan, 1.0)
