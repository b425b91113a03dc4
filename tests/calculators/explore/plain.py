"""Plain pseudo-random draws of a comparison: what the few ordered ones are held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from calculators.answer.options import BASE, OptionList
from calculators.arrays import Array
from calculators.compare import compare
from calculators.explore.draws import CLEAR, SURE, costs_at, feasible
from calculators.factors import FACTORS, P90_SCORE
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from pricing.book import PriceBook

BOOK = PriceBook.load()
SLICE = 20_000
TURN = 0.65, 0.69
"""Shares of the draws between which even 200,000 may fall on either side of two thirds."""
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"requests_per_month": 3e4},
    {"requests_per_month": 3e7},
    {"staff_usd_per_hour": 40, "horizon_months": 12},
    {"growth_pct_per_month": 2, "growth_low": -1, "growth_high": 5, "horizon_months": 24},
)


def scenarios() -> Iterator[tuple[str, int]]:
    """Sixty: each preset under each change."""
    return ((name, turn) for turn in range(len(CHANGES)) for name in presets(BOOK))


def compared(preset: str, turn: int) -> Comparison:
    """One of the sixty."""
    return compare(from_preset(preset, dict(CHANGES[turn]), BOOK), BOOK)


@dataclass(frozen=True)
class Plain:
    """What plain draws say."""

    ends: Array  # p10, p50, p90 of each place (P, 3), a month; of draws in which it is available
    beats: Array  # share in which the first place costs less than each other (P - 1,)
    near: bool  # the first is less than 3 % under the next one

    @property
    def too_close(self) -> bool:
        """Whether no place is recommended."""
        return self.near or bool((self.beats < SURE).any())

    @property
    def on_the_edge(self) -> bool:
        """Whether the share that decides lies about two thirds."""
        low, high = TURN
        return not self.near and bool(self.beats.size) and low <= float(self.beats.min()) <= high


def drawn(found: Comparison, count: int, seed: int = 1) -> Plain:
    """``count`` draws of every factor, one independent of the other."""
    listed = found.options
    assert isinstance(listed, OptionList)
    best, rng = feasible(listed), np.random.default_rng(seed)
    parts = []
    for first in range(0, count, SLICE):
        size = min(SLICE, count - first)
        scores = rng.standard_normal((len(FACTORS), size)) / P90_SCORE
        named = {item.name: row for item, row in zip(FACTORS, scores, strict=True)}
        points = Points(found.scenario, size, scores=named)
        parts.append(costs_at(listed.found, best, points, SHARED)[0])
    costs = np.concatenate(parts, axis=1)
    costs = costs[:, np.isfinite(costs).any(0)]
    middle = listed.found.ranked[best, BASE]
    return Plain(
        ends=np.array([_ends(row) for row in costs]) / found.scenario.horizon_months,
        beats=np.asarray((costs[0] < costs[1:]).mean(1)),
        near=bool((middle[0] > (1 - CLEAR) * middle[1:]).any()),
    )


def _ends(costs: Array) -> Array:
    known = costs[np.isfinite(costs)]
    return np.quantile(known, [0.1, 0.5, 0.9]) if known.size else np.full(3, np.nan)
