"""From a figure and its spread to an :class:`Estimate`."""

from __future__ import annotations

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.types import Estimate, Label


def around(
    mid: Array,
    fits: Fits,
    group: str,
    label: Label,
    rule: str,
    rows: tuple[str, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Estimate:
    """``mid`` with the 80 % interval of its group and label."""
    low, high = fits.range("interval", f"{group}/{label}")
    return Estimate(mid * low, mid, mid * high, label, rule, rows, assumptions)


def scaled(estimate: Estimate, factor: float, assumption: str) -> Estimate:
    """The estimate times a stated factor."""
    return Estimate(
        estimate.low * factor,
        estimate.mid * factor,
        estimate.high * factor,
        estimate.label,
        estimate.rule,
        estimate.rows,
        (*estimate.assumptions, assumption),
    )
