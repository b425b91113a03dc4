"""A language model on sets of accelerators, and the lengths of a request.

Arrays run over P sets and N points: a figure of the network is (N,), one of the hardware (P, 1).
"""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.columns import Sets
from calculators.estimators.shapes import MEGA, Shape, weight_bits
from pricing.records import value


@value
class Lengths:
    """Tokens of one request (N,): prompt, prompt tokens not in the prefix cache, answer."""

    prompt: Array
    new: Array
    output: Array

    @property
    def context(self) -> Array:
        """Tokens read from the cache per answer token, on average over the answer."""
        return self.prompt + 0.5 * self.output


@value
class Replica:
    """A network on P sets of accelerators; ``cache`` is bytes per token as software keeps it."""

    shape: Shape
    sets: Sets
    precision: str
    bits: float
    cache: Array

    @classmethod
    def of(
        cls, shape: Shape, sets: Sets, precision: str, fits: Fits, bits: float | None = None
    ) -> Replica:
        """With the weights and cache of the precision, unless ``bits`` of a weight are given."""
        stored = weight_bits(fits, precision) if bits is None else bits
        cache = shape.cache_bytes * fits.value("kv_bytes", precision) / 2.0
        return cls(shape, sets, precision, stored, cache)

    @property
    def flops(self) -> Array:
        """Specified FLOP/s of a set (P, 1)."""
        return self.sets.flops(self.precision)

    @property
    def bandwidth(self) -> Array:
        """Specified bytes/s of a set (P, 1)."""
        return self.sets.bandwidth

    @property
    def weights(self) -> Array:
        """All weights [bytes]."""
        return self.shape.weight_bytes(self.bits)

    @property
    def active(self) -> Array:
        """Weights one token touches [bytes]."""
        return self.shape.active_bytes(self.bits)

    @property
    def flops_per_token(self) -> Array:
        """``2 A``, attention apart."""
        return 2.0 * self.shape.active * MEGA

    def prompt_flops(self, lengths: Lengths) -> Array:
        """Arithmetic of the prompt: ``2 A I' + 2 L h I' I``."""
        attention = 2.0 * self.shape.layers * self.shape.hidden * lengths.prompt
        return (self.flops_per_token + attention) * lengths.new

    def held_at_once(self, lengths: Lengths, fits: Fits) -> Array:
        """Sequences whose cache fits beside the weights (P, N); below 1 the model does not fit."""
        room = fits.value("usable_memory") * self.sets.memory - self.weights
        held = lengths.prompt + fits.value("resident_output") * lengths.output
        return np.where(room > 0, room / (self.cache * np.maximum(held, 1.0)), 0.0)

    def touched(self, batch: Array) -> Array:
        """Weights a step of B answers reads [bytes]: all, or the experts that B tokens reach."""
        share = np.minimum(self.shape.active / self.shape.params, 1.0 - 1e-12)
        return self.weights * -np.expm1(batch * np.log1p(-share))
