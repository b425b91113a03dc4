"""The moments at which what one thing has cost by then overtakes what another has.

Running costs are paid evenly through their month, all else at once at its end (at the start: month
0). So the gap between two is a line inside each month, with a jump at its end; a crossing on the
line has a fraction of a month, one that a payment brings about is a whole month.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import Array, BoolArray
from pricing.records import record

SAME = 1e-9  # of what was paid: rounding, not a difference


@record
class Gaps:
    """How far one thing is ahead of others by then, at every corner of the line.

    ``months`` (2 M + 1,): the start, then the end of each month before and after what is paid at
    once there. ``usd`` (K, 2 M + 1).
    """

    months: Array
    usd: Array

    @classmethod
    def between(cls, flow: Array, lumps: Array, other: Array, other_lumps: Array) -> Gaps:
        """What ``flow`` (K, M + 1) has cost less than ``other`` (1 or K, M + 1) by then."""
        paid, others = flow.cumsum(-1), other.cumsum(-1)
        after = others - paid
        before = after - (other_lumps - lumps)
        turns = np.stack([before[:, 1:], after[:, 1:]], axis=-1)
        turns = turns.reshape(len(after), 2 * (after.shape[1] - 1))  # K may be 0
        usd = np.concatenate([after[:, :1], turns], axis=-1)
        size = np.maximum(np.abs(paid).max(-1), np.abs(others).max(-1))
        usd[np.abs(usd) <= SAME * size[:, None]] = 0.0
        months = np.concatenate([[0.0], np.repeat(np.arange(1.0, flow.shape[-1]), 2)])
        return cls(months, usd)

    def since(self) -> Array:
        """Month from which each stays ahead to the end (K,); NaN where it ends behind or even."""
        ahead = self.usd > 0
        found = np.full(len(ahead), np.nan)
        for row in np.flatnonzero(ahead[:, -1]).tolist():
            behind = np.flatnonzero(~ahead[row])
            at = int(behind[-1]) if behind.size else -1
            found[row] = 0.0 if at < 0 else self._zero(self.usd[row], at)
        return found

    def crossings(self, row: int = 0) -> Sequence[tuple[float, bool]]:
        """Months at which the lead changes, and whether the first thing is ahead after it."""
        usd = self.usd[row]
        known = np.flatnonzero(usd)
        turns: BoolArray = np.asarray(np.sign(usd[known[1:]]) != np.sign(usd[known[:-1]]))
        # where both are even for a while, the lead changes at the end of it
        return [(self._zero(usd, int(at) - 1), bool(usd[at] > 0)) for at in known[1:][turns]]

    def _zero(self, usd: Array, at: int) -> float:
        """Month at which the line between a corner and the next one meets zero."""
        left, right = float(usd[at]), float(usd[at + 1])
        start, end = float(self.months[at]), float(self.months[at + 1])
        return start + (end - start) * left / (left - right)
