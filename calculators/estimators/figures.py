"""From predicted logarithms to figures with an 80 % interval, and how they were come by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.book import Fits
from calculators.estimators.columns import gathered
from calculators.estimators.types import Basis, IntArray, Interval, Label
from pricing.records import value


@value
class Labels:
    """Labels of R times at N points: one for all but the few that measured rows answer.

    ``measured`` gives the rows of which some points (N,) are measured; the label of the others is
    "scaled" there, as a network with a measured row is known.
    """

    common: Label
    measured: Mapping[int, BoolArray] = field(default_factory=dict)

    def at(self, row: int, point: int) -> Label:
        """The label of one time."""
        found = self.measured.get(row)
        return "measured" if found is not None and found[point] else self.common

    def where(self, kept: BoolArray) -> Labels:
        """Labels of which only some rows may still be measured: ``kept`` (R, 1), or one for all."""
        one = kept.size == 1
        found = {
            row: points for row, points in self.measured.items() if kept.flat[0 if one else row]
        }
        return Labels(self.common, found)

    def then(self, other: Labels) -> Labels:
        """Labels of a sum of this time and another: the weaker."""
        if "estimated" in (self.common, other.common):
            return Labels("estimated")
        both = [row for row in self.measured if row in other.measured]
        return Labels(other.common, {row: self.measured[row] & other.measured[row] for row in both})


@value
class Times:
    """R times at N points [log s]: middle and ends of the 80 % interval.

    ``log_least`` is what no other software makes the middle shorter than; None for nothing.
    """

    log_mid: Array
    log_low: Array
    log_high: Array
    labels: Labels
    log_least: Array | None = None

    def at_least(self, floor: Array) -> Times:
        """Nowhere below a physical limit [s]."""
        bound = np.log(np.maximum(floor, 1e-30))
        return Times(
            np.maximum(self.log_mid, bound),
            np.maximum(self.log_low, bound),
            np.maximum(self.log_high, bound),
            self.labels,
            self.log_least,
        )

    def no_sooner(self, floor: Array) -> Times:
        """The middle and the high end nowhere below [s]; the range still reaches down."""
        bound = np.log(np.maximum(floor, 1e-30))
        mid, high = np.maximum(self.log_mid, bound), np.maximum(self.log_high, bound)
        return Times(mid, self.log_low, high, self.labels, self.log_least)

    def no_later(self, other: Times, where: BoolArray) -> Times:
        """The high end no later than another's where (K, 1) says; never before the middle."""
        bound = np.maximum(self.log_mid, np.minimum(self.log_high, other.log_high))
        high = np.where(where, bound, self.log_high)
        return Times(self.log_mid, self.log_low, high, self.labels, self.log_least)

    def reaching_to(self, other: Times) -> Times:
        """The middle and the high end nowhere below another's; the range still reaches down."""
        mid = np.maximum(self.log_mid, other.log_mid)
        high = np.maximum(self.log_high, other.log_high)
        return Times(mid, self.log_low, high, self.labels, self.log_least)

    def later_of(self, other: Times) -> Times:
        """The later of two times, at each end; nothing of it is measured."""
        return Times(
            np.maximum(self.log_mid, other.log_mid),
            np.maximum(self.log_low, other.log_low),
            np.maximum(self.log_high, other.log_high),
            Labels(self.labels.common),
        )

    def slower(self, by: Slowdown) -> Times:
        """Times a factor with its own interval, independent of this one.

        What is slowed is no longer measured.
        """
        mid = self.log_mid + by.log_mid
        if self.log_least is not None:
            mid = np.maximum(mid, self.log_least)
        return Times(
            mid,
            mid - np.hypot(self.log_mid - self.log_low, by.log_mid - by.log_low),
            mid + np.hypot(self.log_high - self.log_mid, by.log_high - by.log_mid),
            self.labels.where(by.nothing),
        )

    def plus(self, times: Array, each: Times) -> Times:
        """``self + times x each``; both ends together, as the same machine makes both."""

        def added(one: Array, other: Array) -> Array:
            return np.asarray(np.log(np.exp(one) + times * np.exp(other)))

        return Times(
            added(self.log_mid, each.log_mid),
            added(self.log_low, each.log_low),
            added(self.log_high, each.log_high),
            self.labels.then(each.labels),
        )

    def duration(self, scale: float, chosen: IntArray, known: Array) -> Interval:
        """The time in a unit of which a second has ``scale``, by machine (H, N)."""
        return _interval(self.log_low, self.log_mid, self.log_high, scale, chosen, known)

    def rate(self, chosen: IntArray, known: Array) -> Interval:
        """One over the time: requests per second, by machine (H, N)."""
        return _interval(-self.log_high, -self.log_mid, -self.log_low, 1.0, chosen, known)


def _interval(
    low: Array, mid: Array, high: Array, scale: float, chosen: IntArray, known: Array
) -> Interval:
    """Ends by machine: ``chosen`` (H, N) rows, NaN where there is none or ``known`` (N,) is not."""
    ends = (gathered(scale * np.exp(end) * known, chosen) for end in (low, mid, high))
    return Interval(*ends)


@value
class Slowdown:
    """How much longer something takes: log factors, numbers or columns (Q, 1), and why."""

    log_mid: Array
    log_low: Array
    log_high: Array

    @classmethod
    def to_share(cls, share: float, low: float, high: float) -> Slowdown:
        """Where only a share of the speed is kept."""
        return cls(-np.log(share), -np.log(high), -np.log(low))

    @property
    def nothing(self) -> BoolArray:
        """Where it changes nothing."""
        return np.asarray((self.log_low == 0) & (self.log_mid == 0) & (self.log_high == 0))

    def further(self, by: Slowdown) -> Slowdown:
        """Both, with independent intervals."""
        mid = self.log_mid + by.log_mid
        low = np.hypot(self.log_mid - self.log_low, by.log_mid - by.log_low)
        high = np.hypot(self.log_high - self.log_mid, by.log_high - by.log_mid)
        return Slowdown(mid, mid - low, mid + high)

    def take(self, rows: IntArray) -> Slowdown:
        """Some rows of columns."""
        return Slowdown(self.log_mid[rows], self.log_low[rows], self.log_high[rows])


def slowed(basis: Basis, words: str) -> Basis:
    """A figure that a slowdown was applied to: no longer measured, and the reason named."""
    label: Label = "scaled" if basis.label == "measured" else basis.label
    return replace(basis, label=label, assumptions=(*basis.assumptions, words))


def noted(basis: Basis, *words: str) -> Basis:
    """With further assumptions named."""
    return replace(basis, assumptions=(*basis.assumptions, *words))


WEAKEST_FIRST: tuple[Label, ...] = ("estimated", "scaled", "measured")


def joined(first: Basis, then: Basis, rule: str) -> Basis:
    """Of a sum of two times; the weaker label."""
    weaker = next(label for label in WEAKEST_FIRST if label in (first.label, then.label))
    rows = tuple(dict.fromkeys((*first.rows, *then.rows)))
    notes = tuple(dict.fromkeys((*first.assumptions, *then.assumptions)))
    return Basis(weaker, rule, rows, notes)


def width(fits: Fits, group: str, label: str, hardware: str) -> float:
    """Deviations that hold 80 % of unseen measurements of a group, label and known hardware."""
    return fits.value("interval", f"{group}/{label}/{hardware}", f"{group}/{label}", group)


RULES: dict[Label, str] = {
    "measured": "a published measurement of this network on this hardware",
    "scaled": "measured rows of this network, moved by the ratio of the rooflines",
    "estimated": "the roofline formula with efficiencies fitted on other networks",
}
