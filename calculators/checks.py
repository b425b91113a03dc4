"""Rules as masks over candidates and points; their words are rendered for one of each on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.results import Finding

Render = Callable[[int, int], Finding | None]
"""(candidate, point) -> what a rule says there; None where it says nothing."""


@dataclass(frozen=True, eq=False)
class Check:
    """One rule over C candidates and N points; arrays broadcast to (C, N)."""

    fails: BoolArray
    finding: Render
    value: Array | None = None  # the number behind it
    limit: Array | None = None  # what it may be at most

    @classmethod
    def always(cls, item: Finding) -> Check:
        """The same word for all candidates at all points."""
        return cls(np.array([[item.verdict == "fail"]]), lambda _, __: item)

    @classmethod
    def each(cls, items: list[Finding | None]) -> Check:
        """A word for each candidate, at all points."""
        fails = [item is not None and item.verdict == "fail" for item in items]
        return cls(np.array(fails, dtype=bool)[:, None], lambda candidate, _: items[candidate])

    def take(self, candidate: int) -> Check:
        """The same rule for one candidate alone."""
        row = candidate if self.fails.shape[0] > 1 else 0
        return Check(self.fails[row : row + 1], lambda _, point: self.finding(candidate, point))


@dataclass(frozen=True, eq=False)
class Gap:
    """A price or figure that is missing for some candidates at some points."""

    where: BoolArray  # broadcasts to (C, N)
    text: Callable[[int, int], str]
    ranked: bool = True  # False: of a part that does not enter the ranking
    energy: bool = False  # what users' devices draw is not known

    @classmethod
    def always(cls, text: str, *, ranked: bool = True) -> Gap:
        """Missing for all candidates at all points."""
        return cls(np.ones((1, 1), dtype=bool), lambda _, __: text, ranked)

    @classmethod
    def some(cls, where: BoolArray, text: Callable[[int], str]) -> Gap:
        """Missing for the candidates of a mask (C,), at all points."""
        return cls(where[:, None], lambda candidate, _: text(candidate))


def holds(mask: BoolArray, candidate: int, point: int) -> bool:
    """One value of a mask that broadcasts to (C, N)."""
    rows, points = mask.shape
    return bool(mask[candidate if rows > 1 else 0, point if points > 1 else 0])


def union(masks: list[BoolArray]) -> BoolArray:
    """Where any of some masks holds; broadcasts to (C, N)."""
    found = np.zeros((1, 1), dtype=bool)
    for mask in masks:
        if mask.any():
            found = found | mask
    return found
