"""Buying, replacing and selling machines over the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from calculators.accounts.calendar import YEAR, Calendar
from calculators.arrays import Array


@dataclass(frozen=True)
class Ownership:
    """Units of C candidates at N points: machines bought, and what is sold as a share of price."""

    bought: Array  # machines, (C, N)
    bought_present: Array  # discounted
    bought_now: Array  # machines bought at the start
    sold: Array  # machines x share of the price they still fetch, (C, N)
    sold_present: Array
    dearer: Array  # machines x change of their price since today; 0 for those bought today
    dearer_present: Array
    resold: Array  # the same for what is sold: a machine fetches a share of what it cost
    resold_present: Array


def value_left(age_months: Array, life_months: Array, residual: Array) -> Array:
    """Share of the price a machine fetches: straight line from 1 to ``residual`` over its life."""
    return 1 - (1 - residual) * np.minimum(age_months, life_months) / life_months


def own(
    need: Array,
    calendar: Calendar,
    life_months: Array,
    residual: Array,
    price_change_pct_per_year: Array | None = None,
) -> Ownership:
    """Machines bought when first needed, replaced at the end of life, sold at the end.

    ``need`` (C, N, S) is machines in each segment; those no longer needed are kept. A machine
    replaced at the end of its life is sold for ``residual``; the last one by its age.
    """
    yearly = np.zeros(1) if price_change_pct_per_year is None else price_change_pct_per_year
    held = np.maximum.accumulate(need, axis=-1)
    added = np.diff(held, axis=-1, prepend=0.0)
    points = (life_months.shape, residual.shape, yearly.shape, (calendar.horizon.shape[0],))
    zeros = np.zeros(np.broadcast_shapes(need.shape[:2], *points))
    bought, present, now, sold, sold_present = (zeros.copy() for _ in range(5))
    dearer, dearer_present, resold, resold_present = (zeros.copy() for _ in range(4))
    for active, begin, end in _purchases(added, calendar, life_months):
        share = active * value_left(end - begin, life_months, residual)
        paid = calendar.factor(np.reshape(begin, (-1, 1)))[:, 0]
        fetched = calendar.factor(np.reshape(end, (-1, 1)))[:, 0]
        bought += active
        present += active * paid
        now += active * (begin < 1)
        sold += share
        sold_present += share * fetched
        if np.any(yearly):
            change = (1 + yearly / 100) ** (begin / YEAR) - 1
            dearer += active * change
            dearer_present += active * change * paid
            resold += share * change
            resold_present += share * change * fetched
    return Ownership(
        bought, present, now, sold, sold_present, dearer, dearer_present, resold, resold_present
    )


def _purchases(
    added: Array, calendar: Calendar, life_months: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """Machines bought together (C, N), the month they are bought and the month they are sold."""
    horizon = calendar.horizon[:, 0]
    for segment, month in enumerate(calendar.first):
        layer, start = added[..., segment], float(month) - 1
        if not layer.any():
            continue
        generations = np.ceil(np.maximum(horizon - start, 0.0) / life_months)
        for generation in range(int(np.max(generations))):
            begin = start + generation * life_months
            last = generation == generations - 1
            end = np.where(last, horizon, begin + life_months)
            yield layer * (generation < generations), begin, end
