"""Rules as masks over candidates and points; their words are rendered for one of each on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace

import numpy as np

from calculators.arrays import Array, BoolArray, Index, any_true, columns, later
from calculators.results import Finding
from pricing.records import record

NOWHERE: BoolArray = np.zeros((1, 1), dtype=bool)
EVERYWHERE: BoolArray = np.ones((1, 1), dtype=bool)
NOWHERE.flags.writeable = EVERYWHERE.flags.writeable = False  # everybody has the same
Render = Callable[[int, int], Finding | None]
"""(candidate, point) -> what a rule says there; None where it says nothing."""


@record
class Check:
    """One rule over C candidates and N points; arrays broadcast to (C, N)."""

    fails: BoolArray
    finding: Render
    value: Array | None = None  # the number behind it
    limit: Array | None = None  # what it may be at most
    unconfirmed: BoolArray = field(default_factory=lambda: NOWHERE)
    # where something of a vendor's terms is not confirmed
    required: BoolArray = field(default_factory=lambda: NOWHERE)
    # where that must be confirmed before a candidate is ranked

    @classmethod
    def always(cls, item: Finding) -> Check:
        """The same word for all candidates at all points."""
        fails, open_ = item.verdict == "fail", bool(item.unconfirmed)
        return cls(
            EVERYWHERE if fails else NOWHERE,
            lambda _, __: item,
            unconfirmed=EVERYWHERE if open_ else NOWHERE,
            required=EVERYWHERE if item.required else NOWHERE,
        )

    @classmethod
    def each(cls, items: Sequence[Finding | None]) -> Check:
        """A word for each candidate, at all points; one is the same for all."""
        fails, unconfirmed, required = (mask[:, None] for mask in masks(items))
        one = len(items) == 1
        return cls(
            fails,
            lambda candidate, _: items[0 if one else candidate],
            unconfirmed=unconfirmed,
            required=required,
        )

    @classmethod
    def chosen(cls, items: Sequence[Finding | None], index: Index) -> Check:
        """A word for what is chosen at each point; ``index`` (1,) or (N,) into the words."""
        fails, unconfirmed, required = (mask[index][None] for mask in masks(items))

        def say(_: int, point: int) -> Finding | None:
            return items[int(index[point if index.size > 1 else 0])]

        return cls(fails, say, unconfirmed=unconfirmed, required=required)

    def part(self, points: slice) -> Check:
        """The same rule at some of its points."""
        return Check(
            columns(self.fails, points),
            later(self.finding, points),
            _points_of(self.value, points),
            _points_of(self.limit, points),
            columns(self.unconfirmed, points),
            columns(self.required, points),
        )

    def take(self, candidate: int) -> Check:
        """The same rule for one candidate alone."""

        def own(mask: BoolArray) -> BoolArray:
            row = candidate if mask.shape[0] > 1 else 0
            return mask[row : row + 1]

        return Check(
            own(self.fails),
            lambda _, point: self.finding(candidate, point),
            unconfirmed=own(self.unconfirmed),
            required=own(self.required),
        )


def _points_of(values: Array | None, points: slice) -> Array | None:
    """Some of the points of figures that broadcast to (C, N)."""
    return None if values is None else columns(np.atleast_2d(values), points)


def masks(items: Sequence[Finding | None]) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Which of some words fail, leave something unconfirmed, and need it confirmed; (C,) each."""
    fails = [item is not None and item.verdict == "fail" for item in items]
    unconfirmed = [item is not None and bool(item.unconfirmed) for item in items]
    required = [item is not None and item.required for item in items]
    return (
        np.array(fails, dtype=bool),
        np.array(unconfirmed, dtype=bool),
        np.array(required, dtype=bool),
    )


@record
class Gap:
    """A price or figure that is missing for some candidates at some points."""

    where: BoolArray  # broadcasts to (C, N)
    text: Callable[[int, int], str]
    ranked: bool = True  # False: of a part that does not enter the ranking
    energy: bool = False  # what users' devices draw is not known

    def part(self, points: slice) -> Gap:
        """The same at some of its points."""
        return replace(self, where=columns(self.where, points), text=later(self.text, points))

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
    found = NOWHERE
    for mask in masks:
        if mask is not NOWHERE and any_true(mask):
            found = found | mask
    return found
