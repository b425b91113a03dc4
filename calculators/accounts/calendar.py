"""Months of the horizon, grouped where they are alike, with discounting and growth.

A *segment* is a run of months treated as one: with no growth and no price drift the months up to
the end of a free allowance and the rest, else single months. Arrays are (N, S): N points, S
segments; N is 1 where no point has a calendar of its own.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from calculators.arrays import Array, any_true
from pricing.kept import cached_property
from pricing.records import value

YEAR = 12


def monthly_rate(yearly_pct: Array) -> Array:
    """Monthly rate whose twelve-fold compounding is the yearly effective rate."""
    return np.asarray((1 + yearly_pct / 100) ** (1 / YEAR) - 1, dtype=np.float64)


def annuity(months: Array, rate: Array) -> Array:
    """Present value of 1 paid at the end of each of ``months`` months at monthly ``rate``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = -np.expm1(-months * np.log1p(rate)) / rate
    return np.where(rate == 0, months, value)


@value
class Calendar:
    """Segments of the horizon.

    ``first``/``last``: months (S,), counted from 1. ``weight``: months of the segment inside the
    horizon (N, S). ``discount``: sum of their month-end discount factors (N, S). ``growth``:
    volume relative to month 1, (N, S) where months stand alone, else (1, 1).
    """

    horizon: Array  # (N, 1)
    rate: Array  # (N, 1), monthly
    first: Array
    last: Array
    weight: Array
    discount: Array
    growth: Array

    @classmethod
    def build(
        cls,
        horizon: Array,
        growth_pct: Array,
        discount_pct: Array,
        *,
        monthly: bool,
        ends: Collection[float] = (),
    ) -> Calendar:
        """``monthly`` forces single months (needed for growth and price drift).

        ``ends`` are months after which something changes, such as the last free month. Arguments
        are (1,) or (N,).
        """
        horizon, growth_pct, discount_pct = np.broadcast_arrays(horizon, growth_pct, discount_pct)
        longest = int(np.max(horizon))
        if monthly or any_true(growth_pct != 0):
            first = np.arange(1.0, longest + 1)
            last = first
            growth = (1 + growth_pct[:, None] / 100) ** (first - 1)
        else:
            growth = np.ones((1, 1))  # one volume holds for all segments
            inside = sorted({float(end) for end in ends if 0 < end < longest})
            first = np.array([1.0, *(end + 1 for end in inside)])
            last = np.array([*inside, float(longest)])
        months, rate = horizon[:, None], monthly_rate(discount_pct)[:, None]
        start, stop = np.minimum(first - 1, months), np.minimum(last, months)
        return cls(
            horizon=months,
            rate=rate,
            first=first,
            last=last,
            weight=stop - start,
            discount=annuity(stop, rate) - annuity(start, rate),
            growth=growth,
        )

    @property
    def volumes(self) -> Array:
        """Unlike volumes of the first point's months, relative to month 1."""
        growth = np.broadcast_to(self.growth[0], self.weight[0].shape)
        return np.unique(growth[self.weight[0] > 0])

    def sum(self, per_month: Array) -> Array:
        """Total over the horizon of a monthly quantity (..., N, S) -> (..., N)."""
        return _total(per_month, self.weight, self._months)

    def present(self, per_month: Array) -> Array:
        """Discounted total of a monthly quantity (..., N, S) -> (..., N)."""
        return _total(per_month, self.discount, self._discounts)

    @cached_property
    def _months(self) -> Array:
        """All months of the horizon (N,)."""
        return np.asarray(self.weight.sum(-1))

    @cached_property
    def _discounts(self) -> Array:
        """Discount factors of all months together (N,)."""
        return np.asarray(self.discount.sum(-1))

    @property
    def months(self) -> Array:
        """Months of the longest horizon, counted from 1 (M,)."""
        return np.arange(1.0, float(self.last[-1]) + 1)

    def by_month(self, per_month: Array) -> Array:
        """A monthly quantity (..., N, S or 1) by month (..., N, M + 1); nothing at the start."""
        segment = np.searchsorted(self.last, self.months)
        if per_month.shape[-1] == 1:  # every month is alike
            segment = np.zeros_like(segment)
        inside = self.months <= self.horizon
        spread = per_month[..., segment] * inside
        return np.concatenate([np.zeros((*spread.shape[:-1], 1)), spread], axis=-1)

    def in_month(self, amount: Array, month: Array) -> Array:
        """An amount (..., N) paid by the end of ``month`` (N,) or (1,), as (..., N, M + 1).

        Index 0 is the start; a payment inside a month counts at that month's end.
        """
        at = np.arange(self.months.size + 1) == np.ceil(month)[:, None]
        return np.asarray(amount[..., None] * at)

    def factor(self, month: Array) -> Array:
        """Discount factor of a payment at the end of ``month`` (0: today)."""
        return np.asarray((1 + self.rate) ** -month)

    def drift(self, yearly_pct: Array) -> Array:
        """Price in each segment relative to today's (N, S)."""
        return np.asarray((1 + yearly_pct[:, None] / 100) ** ((self.first - 1) / YEAR))


def _total(per_month: Array, weight: Array, every: Array) -> Array:
    """Sum over segments of a monthly quantity (..., N, S) and weights (N or 1, S).

    ``every`` (N or 1,) is the sum of the weights.
    """
    if per_month.shape[-1] == 1:  # every month is alike
        return np.asarray(per_month[..., 0] * every)
    if weight.shape[0] == 1:  # the months of all points are alike
        return np.asarray(per_month @ weight[0])
    return np.asarray((per_month * weight).sum(-1))
