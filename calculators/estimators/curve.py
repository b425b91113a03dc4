"""One replica under load: how the time of an answer grows from an empty machine to a full one.

*Load* is the rate of requests over the rate the replica answers when full (``capacity_rps``), 0
for a machine that has nothing else to do, 1 at saturation. Beyond a load of 1 nothing is steady:
the times are those at saturation and a backlog grows.

Language models answer n sequences in one step, whose time grows with them,

    T(n) / T(1) = 1 + rise (n - 1) + waking (exp(-reach) - exp(-reach n))

where ``waking`` is the weights of experts that further sequences bring into the step (0 for a
dense network). By Little's law a replica at ``load`` writes ``B = load x batch x T / T(batch)``
sequences, and a request that comes at random is in a step with ``n = 1 + B (batch - 1) / batch``.
For a dense network the two meet at

    T(load) = T(1) / (1 - stretch x load)        stretch = 1 - T(1) / T(batch)

which networks that answer in one pass follow too, with a stretch of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from calculators.arrays import Array, Index, any_true
from calculators.estimators.book import Fits
from pricing.records import value

FULL = 1.0  # load at saturation
Move = Callable[[Array], Array]
"""From an array to its like: spread over points, or some of its cells."""
STEPS = 5  # of Newton's method: the error is below a millionth


@value
class Step:
    """Time of a step over that of a step with one sequence; arrays (H, N) or broadcasting."""

    rise: Array  # per further sequence
    waking: Array  # once all experts work
    reach: Array  # share of the experts a sequence brings in, as a rate

    def among(self, batch: Array) -> Array:
        """With ``batch`` sequences at once."""
        return np.asarray(self._dense(batch) + self._woken(batch))

    def _dense(self, batch: Array) -> Array:
        return 1.0 + self.rise * (batch - 1.0)

    def _woken(self, batch: Array) -> Array:
        woken = np.exp(-self.reach) - np.exp(-self.reach * batch)
        return np.asarray(self.waking * woken)

    def each(self, move: Move) -> Step:
        """The same with every array moved."""
        return Step(move(self.rise), move(self.waking), move(self.reach))

    def slope(self, batch: Array) -> Array:
        """Growth per sequence at ``batch``."""
        return np.asarray(self.rise + self.waking * self.reach * np.exp(-self.reach * batch))


@value
class First:
    """The time to the first token over that on an empty machine."""

    step: Array  # share of it that the running step takes
    queue: Array  # of prompts before this one, per odds of finding one
    used: Array  # share of the time on prompts at saturation

    def each(self, move: Move) -> First:
        """The same with every array moved."""
        return First(move(self.step), move(self.queue), move(self.used))


@value
class Curve:
    """How the times of one replica grow, for H machines at N requests: (H, N) or broadcasting.

    Parameters
    ----------
    stretch
        1 - time alone / time at saturation: of a further token, of the whole answer where a
        network answers in one pass.
    spread
        Log standard deviation of answer times on an empty machine, output lengths apart.
    spread_full
        The same at saturation.
    batch
        Requests in the replica at saturation (its concurrency there).
    step, first
        Of a language model; None where a network answers in one pass.
    """

    stretch: Array
    spread: Array
    spread_full: Array
    batch: Array
    step: Step | None = None
    first: First | None = None

    def grown(self, load: Array) -> Array:
        """Time per token (or of the answer) at ``load`` over that on an empty machine."""
        within = _within(load)
        if self.step is None or not any_true(self.step.waking > 0):
            return np.asarray(1.0 / (1.0 - self.stretch * within))
        return self._met(self.step, within)

    def _met(self, step: Step, load: Array) -> Array:
        """Where the batch and the time of its step meet: Newton's method from above."""
        share = (self.batch - 1.0) / self.batch
        kept = load * (1.0 - self.stretch) * self.batch  # batch per time, as T(1) / T(batch)
        written = np.broadcast_to(self.batch, np.broadcast_shapes(self.batch.shape, load.shape))
        for _ in range(STEPS):
            among = 1.0 + share * written
            over = kept * step.among(among) - written
            written = written - over / (kept * share * step.slope(among) - 1.0)
        return step.among(1.0 + share * np.clip(written, 0.0, self.batch))

    def first_grown(self, load: Array, grown: Array | None = None) -> Array:
        """Time to the first token at ``load`` over that on an empty machine.

        ``grown`` is :meth:`grown` at the load, where it is known already.
        """
        assert self.first is not None
        if grown is None:
            grown = self.grown(load)
        used = _within(load) * self.first.used
        waits = self.first.queue * used / (1.0 - used)
        return np.asarray(1.0 + self.first.step * (grown - 1.0) + waits)

    def deviation(self, load: Array) -> Array:
        """Log standard deviation of answer times at ``load``, output lengths apart."""
        part = _within(load) ** 2
        return np.sqrt(self.spread**2 + (self.spread_full**2 - self.spread**2) * part)

    def each(self, move: Move) -> Curve:
        """The same with every array moved: spread over points, or some of its cells."""
        step, first = self.step, self.first
        return Curve(
            stretch=move(self.stretch),
            spread=move(self.spread),
            spread_full=move(self.spread_full),
            batch=move(self.batch),
            step=None if step is None else step.each(move),
            first=None if first is None else first.each(move),
        )

    def take(self, rows: Index) -> Curve:
        """Some of the machines."""
        return self.each(lambda values: values[rows] if values.shape[0] > 1 else values)


def _within(load: Array) -> Array:
    """The load, up to saturation."""
    return np.minimum(np.maximum(load, 0.0), FULL)


def of_language(fits: Fits, step: Step, first: First, batch: Array) -> Curve:
    """Of a language model on H machines whose batch at saturation is known (H, N)."""
    ones = np.ones((len(batch), 1))
    return Curve(
        stretch=1.0 - 1.0 / step.among(batch),
        spread=fits.value("load_tail", "llm") * ones,
        spread_full=fits.value("load_tail", "llm/full") * ones,
        batch=batch,
        step=step,
        first=first,
    )


def of_network(fits: Fits, alone: Array, rate: Array) -> Curve:
    """Of a network that answers in one pass.

    ``alone`` [s] and ``rate`` [requests/s] (H, N) are the time of one request alone and the rate
    at saturation, where by Little's law a request takes ``batch / rate``.
    """
    ones = np.ones((len(rate), 1))
    batch = fits.value("full_batch")
    return Curve(
        stretch=np.maximum(1.0 - alone * rate / batch, 0.0),
        spread=fits.value("load_tail", "network") * ones,
        spread_full=fits.value("load_tail", "network/full") * ones,
        batch=batch * ones,
    )
