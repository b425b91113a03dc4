"""Whether too many requests of a day are late because a machine slept, or are refused.

Exact shares take all hours of a day; nearly everywhere less decides. Four looks follow, each at
the cells that those before left open:

1. Of those that meet a start some wait longer than the budget whatever the answer takes; and if
   all of them were late, and all others met the load of the busiest hour, few enough might be.
2. As if all hours were one: as loaded as an empty machine, and as the busiest hour. Between the
   two lies the day, so where both say the same by far (:data:`CLEAR`) it is said.
3. All hours of the day.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from calculators.arrays import Array, BoolArray, Index, filled
from calculators.day_times import DayTimes
from calculators.serving.under_load import Z95, Answering
from pricing.records import record

LEAST_DEVIATION = 1e-9
MOST_LATE = 0.05  # budgets are met by 95 of 100 requests
ROOM = 5e-4  # hours of one load meet a budget exactly; so few starts change no slow answer
CLEAR = 1.5  # so many times over or under that the load of the hours does not matter

Late = Callable[[Index, Index, Array], Array]
"""Share of a day's requests of some cells, by offer and point, that take longer than a limit."""


@record
class Answers:
    """Times of answers alone, of R offers at n points, (R, n) or broadcasting to it [ms]."""

    median: Array
    deviation: Array  # of the logarithm

    @classmethod
    def at(cls, answering: Answering, load: Array) -> Answers:
        """At some load of a replica."""
        at = answering.at(load)
        half = at.p50
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.maximum(np.log(at.p95 / half) / Z95, LEAST_DEVIATION)
        return cls(half, deviation)

    def late(self, limit_ms: Array) -> Array:
        """Share over a limit (n,); all where it is not known."""
        with np.errstate(divide="ignore", invalid="ignore"):
            late = ndtr(np.log(self.median / limit_ms) / self.deviation)
        return filled(late, 1.0)

    def pick(self, rows: Index, points: Index) -> tuple[Array, Array]:
        """Some cells (P, 1)."""
        return _cells(self.median, rows, points), _cells(self.deviation, rows, points)


@record
class Starting:
    """What is known of R offers at n points without a look at every hour, (R, n) or like it."""

    limit_ms: Array  # (n,)
    met: Array  # share of a day's requests that meet a start
    first: Array  # share of a day's requests that wait all of it
    refused: BoolArray  # (R, 1) requests are refused meanwhile
    start_ms: Array  # median
    deviation: Array  # of its logarithm
    busy: Answers  # in the busiest hour
    empty: Answers  # on an empty machine

    def too_many_late(self, exact: Late) -> BoolArray:
        """Where more than 5 of 100 are late or refused (R, n)."""
        late = self.met * np.where(self.refused, 1.0, self._waits_longer()) > MOST_LATE
        most = self.met + (1 - self.met) * self.busy.late(self.limit_ms)
        open_ = ~late & ~(self.refused | (most <= MOST_LATE + ROOM))
        for look in (self._one_hour, exact):
            rows, points = np.nonzero(open_)
            if not rows.size:
                break
            share = look(rows, points, self.limit_ms[points])
            late[rows, points] = share > MOST_LATE + ROOM
            open_[rows, points] = np.isnan(share)
        return np.asarray(late)

    def _waits_longer(self) -> Array:
        """Least share of those that meet a start that waits longer than the limit (R, n).

        The wait is anything up to the start alike, the start lognormal: the mean of 1 - L/S.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.log(self.start_ms / self.limit_ms)
            score = score / np.maximum(self.deviation, LEAST_DEVIATION)
            mean = self.limit_ms / self.start_ms * np.exp(self.deviation**2 / 2)
        late = ndtr(score) - mean * ndtr(score - self.deviation)
        return np.asarray(np.maximum(late, 0.0))

    def _one_hour(self, rows: Index, points: Index, limit_ms: Array) -> Array:
        """Share of some cells (P,) that is late at any load of the day; NaN where that is open."""
        met = _cells(self.met, rows, points)
        with np.errstate(divide="ignore", invalid="ignore"):
            first = filled(_cells(self.first, rows, points) / met)
        start, deviation = (_cells(p, rows, points) for p in (self.start_ms, self.deviation))
        shares = []
        for answers in (self.empty, self.busy):
            alone = answers.pick(rows, points)
            hour = DayTimes(np.ones_like(met), *alone, met, first, start, deviation)
            shares.append(1 - hour.share_within(limit_ms))
        least, most = np.minimum(*shares), np.maximum(*shares)
        over = least > (MOST_LATE + ROOM) * CLEAR
        under = most < (MOST_LATE + ROOM) / CLEAR
        return np.where(over | under, most, np.nan)


def _cells(values: Array, rows: Index, points: Index) -> Array:
    """Some cells of what broadcasts to (R, n), (P, 1)."""
    high, wide = values.shape
    found = values[rows if high > 1 else 0, points if wide > 1 else 0]
    return np.broadcast_to(np.reshape(found, (-1, 1)), (rows.size, 1))
