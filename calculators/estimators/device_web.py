"""Pages in browsers: slower than the device itself, by a factor that few measurements give.

WebGPU computes on the graphics unit and WASM on the processor; a neural unit cannot be reached. The
time is that of the same unit natively times a factor, and never shorter than the device takes
natively or on its graphics unit. While few rows measure pages, its range is a factor of three each
way, and says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.device_runs import PAGE, SHOWN
from calculators.estimators.figures import Slowdown, Times
from calculators.estimators.predictor import Predictor
from calculators.estimators.types import WorkKind
from pricing.records import value

UNITS = ("webgpu", "wasm")
ENOUGH_ROWS, ENOUGH_DEVICES = 20, 5  # from which on rows give the range
FEW = 3.0  # range each way before (our assumption)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@value
class Web:
    """What is known of pages for one kind of network."""

    unit: str  # webgpu or wasm
    factor: Slowdown  # against the same unit natively
    rows: int  # measurements of pages, of any kind
    devices: int

    @classmethod
    def of(cls, predictor: Predictor, kind: WorkKind) -> Web:
        """From the measured rows of pages."""
        measured = predictor.learnt.pages
        unit = PAGE.get(kind, "wasm")
        row = predictor.fits.row("device_browser", unit)
        found = cls(unit, Slowdown(*([np.log(row.value)] * 3)), *_counted(measured))
        low, high = row.low or row.value, row.high or row.value
        if found.few:
            low, high = row.value / FEW, row.value * FEW
        ends = (np.log(np.array(end)) for end in (row.value, low, high))
        return replace(found, factor=Slowdown(*ends))

    @property
    def base(self) -> str:
        """The native unit it is told against."""
        return "gpu" if self.unit == "webgpu" else "cpu"

    @property
    def few(self) -> bool:
        """Whether too few measurements give the range."""
        return self.rows < ENOUGH_ROWS or self.devices < ENOUGH_DEVICES

    @property
    def notes(self) -> tuple[str, ...]:
        """What is assumed of a page."""
        words = f"{SHOWN[self.unit]} takes {np.exp(float(self.factor.log_mid)):.2g} times as long"
        words += " as the same unit outside a browser"
        if not self.few:
            return (words,)
        count = NUMBERS[self.rows] if self.rows < len(NUMBERS) else str(self.rows)
        return (f"{words}, give or take a factor of {FEW:g}: {count} measurements",)


def _counted(pages: tuple[tuple[str, str], ...]) -> tuple[int, int]:
    return len({row for row, _ in pages}), len({device for _, device in pages})


def in_page(native: Times, fastest: Times, base: Times, web: Web, paged: BoolArray) -> Times:
    """Times (K, N), in the browser where ``paged`` (K, 1).

    ``base`` is the page's own unit natively, ``fastest`` what no page goes below, at each end.
    """
    slow = base.slower(web.factor).later_of(fastest)

    def chosen(one: Array, other: Array) -> Array:
        return np.where(paged, one, other)

    return Times(
        chosen(slow.log_mid, native.log_mid),
        chosen(slow.log_low, native.log_low),
        chosen(slow.log_high, native.log_high),
        native.labels.where(~paged),
    )
