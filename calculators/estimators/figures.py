"""From predicted logarithms to figures with an 80 % interval, a label and the rows behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.types import Estimate, Label


@dataclass(frozen=True)
class Seconds:
    """A time: log of its middle and of its 80 % interval, with where it comes from."""

    log_mid: Array
    log_low: Array
    log_high: Array
    label: Label
    rule: str
    rows: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def at_least(self, floor: Array) -> Seconds:
        """Nowhere below a physical limit [s]."""
        bound = np.log(np.maximum(floor, 1e-30))
        return replace(
            self,
            log_mid=np.maximum(self.log_mid, bound),
            log_low=np.maximum(self.log_low, bound),
            log_high=np.maximum(self.log_high, bound),
        )

    def slower(self, factor: float, low: float, high: float, words: str) -> Seconds:
        """Times ``factor`` with its own interval, independent of this one; no longer measured."""
        shift = np.log(factor)
        up = np.hypot(self.log_high - self.log_mid, np.log(high / factor))
        down = np.hypot(self.log_mid - self.log_low, np.log(factor / low))
        mid = self.log_mid + shift
        return replace(
            self,
            log_mid=mid,
            log_low=mid - down,
            log_high=mid + up,
            label="scaled" if self.label == "measured" else self.label,
            assumptions=(*self.assumptions, words),
        )

    def noted(self, *words: str) -> Seconds:
        """With further assumptions named."""
        return replace(self, assumptions=(*self.assumptions, *words))

    def time_ms(self) -> Estimate:
        """The time in milliseconds."""
        return self._made(1e3, self.log_low, self.log_mid, self.log_high)

    def hours(self) -> Estimate:
        """The time in hours."""
        return self._made(1.0 / 3600.0, self.log_low, self.log_mid, self.log_high)

    def rate(self) -> Estimate:
        """One over the time: requests per second."""
        return self._made(1.0, -self.log_high, -self.log_mid, -self.log_low)

    def _made(self, scale: float, low: Array, mid: Array, high: Array) -> Estimate:
        return Estimate(
            scale * np.exp(low), scale * np.exp(mid), scale * np.exp(high),
            self.label, self.rule, self.rows, self.assumptions,
        )  # fmt: skip


def width(fits: Fits, group: str, label: str, hardware: str) -> float:
    """Deviations that hold 80 % of unseen measurements of a group, label and known hardware."""
    return fits.value("interval", f"{group}/{label}/{hardware}", f"{group}/{label}", group)


def together(first: Seconds, times: Array, then: Seconds, rule: str) -> Seconds:
    """``first + times x then``; both ends together, as the same machine makes both."""
    weaker: Label = "estimated" if "estimated" in (first.label, then.label) else then.label
    logs = [
        np.log(np.exp(a) + times * np.exp(b))
        for a, b in (
            (first.log_mid, then.log_mid),
            (first.log_low, then.log_low),
            (first.log_high, then.log_high),
        )
    ]
    rows = tuple(dict.fromkeys((*first.rows, *then.rows)))
    notes = tuple(dict.fromkeys((*first.assumptions, *then.assumptions)))
    return Seconds(logs[0], logs[1], logs[2], weaker, rule, rows, notes)


RULES: dict[Label, str] = {
    "measured": "a published measurement of this network on this hardware",
    "scaled": "measured rows of this network, moved by the ratio of the rooflines",
    "estimated": "the roofline formula with efficiencies fitted on other networks",
}
