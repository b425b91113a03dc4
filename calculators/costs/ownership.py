"""Buying, replacing and selling machines over the horizon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from calculators.accounts.calendar import YEAR, Calendar
from calculators.arrays import Array, any_true
from pricing.records import value


@value
class Schedule:
    """The same quantities where they fall: at the start, then by month, (C, N, M + 1) each."""

    bought: Array
    sold: Array
    dearer: Array
    resold: Array


@value
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
    schedule: Schedule | None = None  # where asked for


THREE_YEARS = 36.0  # months after which used prices were seen


@value
class Resale:
    """What a used machine fetches, as shares of its price, (N,) each."""

    first_loss: Array  # lost as soon as it is used
    after_three_years: Array

    @classmethod
    def flat(cls, share: Array) -> Resale:
        """The same share of the price (N,) whatever the age."""
        return cls(1.0 - share, share)

    def left(self, age_months: Array) -> Array:
        """Share of the price left: falls fast first, then by the same share every month.

        ``(1 - first loss) x (left after three years / (1 - first loss)) ^ (age / 36)``.
        """
        kept = 1.0 - self.first_loss
        some = np.where(kept > 0, kept, 1.0)  # of nothing left nothing falls
        falls = np.where(kept > 0, np.minimum(self.after_three_years / some, 1.0), 1.0)
        return np.asarray(kept * np.power(falls, age_months / THREE_YEARS))


def own(
    need: Array,
    calendar: Calendar,
    life_months: Array,
    resale: Resale,
    price_change_pct_per_year: Array | None = None,
    *,
    by_month: bool = False,
) -> Ownership:
    """Machines bought when first needed, replaced at the end of life, sold at the end.

    ``need`` (C, N, S) is machines in each segment; those no longer needed are kept. A machine is
    sold for what ``resale`` leaves at its age, at the end of its life or of the horizon.
    ``by_month`` tells in which month, too.
    """
    yearly = np.zeros(1) if price_change_pct_per_year is None else price_change_pct_per_year
    held = np.maximum.accumulate(need, axis=-1)
    added = np.diff(held, axis=-1, prepend=0.0)
    kept = (resale.first_loss.shape, resale.after_three_years.shape)
    points = (life_months.shape, *kept, yearly.shape, (calendar.horizon.shape[0],))
    zeros = np.zeros(np.broadcast_shapes(need.shape[:2], *points))
    bought, present, now, sold, sold_present = (zeros.copy() for _ in range(5))
    dearer, dearer_present, resold, resold_present = (zeros.copy() for _ in range(4))
    kept_months = _no_months(zeros, calendar) if by_month else None
    for active, begin, end in _purchases(added, calendar, life_months):
        share = active * resale.left(end - begin)
        paid = calendar.factor(np.reshape(begin, (-1, 1)))[:, 0]
        fetched = calendar.factor(np.reshape(end, (-1, 1)))[:, 0]
        bought += active
        present += active * paid
        now += active * (begin < 1)
        sold += share
        sold_present += share * fetched
        if any_true(yearly):
            change = (1 + yearly / 100) ** (begin / YEAR) - 1
            dearer += active * change
            dearer_present += active * change * paid
            resold += share * change
            resold_present += share * change * fetched
        if kept_months is not None:
            change = (1 + yearly / 100) ** (begin / YEAR) - 1
            _note(kept_months, calendar, active, begin, change)
            _note_sale(kept_months, calendar, share, end, change)
    return Ownership(
        bought,
        present,
        now,
        sold,
        sold_present,
        dearer,
        dearer_present,
        resold,
        resold_present,
        kept_months,
    )


def _no_months(zeros: Array, calendar: Calendar) -> Schedule:
    """Nothing bought or sold in any month."""
    shape = (*zeros.shape, calendar.months.size + 1)
    return Schedule(*(np.zeros(shape) for _ in range(4)))


def _note(made: Schedule, calendar: Calendar, active: Array, begin: Array, change: Array) -> None:
    """Machines bought in a month."""
    month = np.reshape(begin, (-1,))
    made.bought[...] += calendar.in_month(active, month)
    made.dearer[...] += calendar.in_month(active * change, month)


def _note_sale(made: Schedule, calendar: Calendar, share: Array, end: Array, change: Array) -> None:
    """What machines fetch in a month."""
    month = np.reshape(end, (-1,))
    made.sold[...] += calendar.in_month(share, month)
    made.resold[...] += calendar.in_month(share * change, month)


def _purchases(
    added: Array, calendar: Calendar, life_months: Array
) -> Iterator[tuple[Array, Array, Array]]:
    """Machines bought together (C, N), the month they are bought and the month they are sold."""
    horizon = calendar.horizon[:, 0]
    for segment, month in zip(range(added.shape[-1]), calendar.first, strict=False):
        layer, start = added[..., segment], float(month) - 1
        if not any_true(layer):
            continue
        generations = np.ceil(np.maximum(horizon - start, 0.0) / life_months)
        for generation in range(int(np.max(generations))):
            begin = start + generation * life_months
            last = generation == generations - 1
            end = np.where(last, horizon, begin + life_months)
            yield layer * (generation < generations), begin, end
