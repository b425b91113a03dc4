"""Axes and lines of charts: ticks, upright steps and labels that do not collide."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from report import words

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MIN_LABEL_GAP = 0.06
"""Least distance of two end labels, as a share of the axis: one line of text and some air."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """Title with unit and period, range and marks."""

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    log: bool


TINY = 1e-300
"""Below this a logarithmic axis would run into the end of floating-point numbers."""


def positive(value: float | None) -> float | None:
    """The value if a logarithmic axis can show it."""
    return value if value is not None and math.isfinite(value) and value > TINY else None


def log_ticks(low: float, high: float, prefix: str = "") -> tuple[Tick, ...]:
    """Powers of ten, thinned to at most 7; 1-2-5 steps or even ones where the range is narrow."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2:
        step = math.ceil((last - first + 1) / 7)
        values = [10.0**power for power in range(first, last + 1, step)]
    else:
        powers = range(first - 1, last + 1)
        values = [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]
    if len(values) < 3:
        values = [tick.at for tick in linear_ticks(low, high) if tick.at >= low]
    return tuple(Tick(value, prefix + words.short(value)) for value in values)


def linear_ticks(low: float, high: float, prefix: str = "$") -> tuple[Tick, ...]:
    """About 4 round steps that cover the range, 0 among them."""
    rough = max(high - low, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(
        Tick(n * step, "−" * (n < 0) + prefix + words.short(abs(n * step)))
        for n in range(first, last + 1)
    )


def stairs(
    x: Sequence[float], y: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
    """The line with its steps upright; slopes stay slopes.

    Without whole machines no cost grows faster than the volume or falls with it, so between two
    neighbours a rise of more than (x2 / x1) ** 1.5, or a fall of over 1 %, is a step at ``x2``.
    """
    at, value = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
    shown = _shown(value)
    with np.errstate(divide="ignore", invalid="ignore"):
        rises = value[1:] / value[:-1] > (at[1:] / at[:-1]) ** 1.5
        steps = rises | (value[1:] < value[:-1] * 0.99)
    upright = np.flatnonzero(steps & shown[1:] & shown[:-1] & (at[:-1] > 0)) + 1
    held = np.where(shown, value, np.nan)
    out_x = np.insert(at, upright, at[upright])
    out_y = np.insert(held, upright, held[upright - 1])
    return tuple(out_x.tolist()), tuple(None if v != v else v for v in out_y.tolist())  # noqa: PLR0124


def _shown(values: Floats) -> Mask:
    """Which values a logarithmic axis can show."""
    return np.asarray(np.isfinite(values) & (values > TINY))


def span(curves: Sequence[tuple[Sequence[float], Sequence[float]]]) -> tuple[Floats, Floats]:
    """Positions and costs of all points of some lines that logarithmic axes can show."""
    x = np.concatenate([np.zeros(0), *(np.asarray(xs, dtype=np.float64) for xs, _ in curves)])
    y = np.concatenate([np.zeros(0), *(np.asarray(ys, dtype=np.float64) for _, ys in curves)])
    shown = _shown(y)
    return x[shown & (x > 0)], y[shown]


def read(xs: Sequence[float], ys: Sequence[float | None], x: float) -> float | None:
    """The line's value at ``x``, straight between its neighbours on logarithmic axes."""
    # from the neighbours on the left to those on the right: at a step both ends stand at x
    first = max(bisect_left(xs, x) - 1, 0)
    last = min(bisect_right(xs, x), len(xs) - 1)
    for left in range(first, last):
        x1, x2, low, high = xs[left], xs[left + 1], positive(ys[left]), positive(ys[left + 1])
        if x1 <= x <= x2 and low is not None and high is not None:
            share = math.log(x / x1) / math.log(x2 / x1) if x2 > x1 > 0 else 0.0
            return low * math.exp(share * math.log(high / low))
    return None


def spread_inside(shares: Sequence[float], gap: float) -> list[float]:
    """The same, half a label inside: above a chart stand other words, and below it its ticks."""
    low, room = gap / 2, 1 - gap
    inner = [min(max((share - low) / room, 0.0), 1.0) for share in shares]
    return [low + at * room for at in spread_labels(inner, gap / room)]


def spread_labels(shares: Sequence[float], gap: float) -> list[float]:
    """Positions in [0, 1] at least ``gap`` apart, moved as little as possible.

    Least-squares placement by merging labels that touch into blocks (pool adjacent violators).
    With more labels than fit, the gap shrinks.
    """
    gap = min(gap, 1 / max(1, len(shares)))
    order = sorted(range(len(shares)), key=lambda index: shares[index])
    blocks: list[tuple[float, int]] = []  # mean of (share - rank * gap), labels held
    for rank, index in enumerate(order):
        mean, held = shares[index] - rank * gap, 1
        while blocks and blocks[-1][0] >= mean:
            last, count = blocks.pop()
            mean, held = (last * count + mean * held) / (count + held), count + held
        blocks.append((mean, held))
    top = 1 - (len(shares) - 1) * gap
    flat = [min(max(mean, 0.0), max(top, 0.0)) for mean, held in blocks for _ in range(held)]
    placed = [0.0] * len(shares)
    for rank, index in enumerate(order):
        placed[index] = flat[rank] + rank * gap
    return placed
