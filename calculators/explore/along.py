"""A scenario along an axis: the best of each place at every value that matters.

All candidates are looked at twice: at values spread over the axis, which chooses the contenders,
and beside each change of the cheaper of two places that was found among those. Where somebody else
is better there, the contenders gain a product and are looked at anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from calculators import factors
from calculators.arrays import Array, BoolArray
from calculators.case import Only
from calculators.costs.fleet import HOURS_PER_DAY
from calculators.evaluation import Evaluation
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.crossings import Change, changes, stretches
from calculators.explore.envelope import Candidates, Envelope, Search, contenders, joined
from calculators.explore.refine import Sampled, Stairs, refined
from calculators.explore.sweep import SEGMENTS, Figure, over, segments
from calculators.memory import Memory
from calculators.points import Points
from calculators.scenario import Scenario

COARSE = 97  # values over all candidates, that choose which are looked at further
FINE = 241  # values to start from
CHECKS = 3  # times that contenders may be found wanting
VALUES = 4000  # looked at besides, at most; what is left is told
LIMIT = 1_500_000  # months x candidates x values, where every month stands alone
Stretch = tuple[Change, Change]
"""One change, as twice the same, or the first and the last of an alternating stretch."""


@dataclass(frozen=True, eq=False)
class Along:
    """The places of a scenario along an axis."""

    scenario: Scenario
    axis: Axis
    search: Search  # among the contenders
    sampled: Sampled  # every value looked at
    left_open: Mapping[tuple[int, int], float]  # two places -> widest cell not looked into
    changes: Mapping[tuple[int, int], tuple[Stretch, ...]]  # of two places feasible somewhere
    factors: tuple[str, ...]  # those that may move anything


def along(base: Evaluation, memory: Memory, axis: Axis) -> Along | None:
    """The best of each place along an axis; None where nothing is feasible anywhere."""
    return _Looker(base, memory, axis).found()


class _Looker:
    """Looks at one scenario along one axis."""

    def __init__(self, base: Evaluation, memory: Memory, axis: Axis) -> None:
        self.axis, self.book, self.memory = axis, base.case.book, memory
        self.scenario: Scenario = base.case.scenario
        self.candidates = Candidates()
        self.search = Search(self.book, memory, candidates=self.candidates)
        self.steps = _KnownSteps(None, self.candidates, axis.high)
        self.factors: tuple[str, ...] = ()

    def _points(self, x: Array) -> Points:
        return Points(self.scenario, x.size, columns={self.axis.name: x})

    def found(self) -> Along | None:
        """What there is along the axis."""
        x = self.axis.grid(COARSE)
        # the volume shuts out nobody by the time an answer takes
        figures: tuple[Figure, ...] = () if self.axis.name == VOLUME else ("p95_ms",)
        coarse, every, known = self.search.swept(self._points(x), figures)
        chosen = contenders(every, slice(1 if self.axis.apart else 0, None))
        if not chosen:
            return None
        self.factors = active(every.assumed)
        if self.axis.name == VOLUME:
            self.steps = _KnownSteps(known, self.candidates, self.axis.high)
        self._among(chosen)
        made = self._looked(Sampled(x, coarse), self.axis.every(FINE))
        for _ in range(CHECKS):
            more = joined(chosen, self._beside(made))
            if more == chosen:
                break
            chosen, x = more, made.sampled.x
            self._among(chosen)
            made = self._looked(Sampled(x, self._look(x)), x)
        return made

    def _among(self, chosen: Only) -> None:
        """From now on some products are looked at."""
        self.search = Search(self.book, self.memory, chosen, self.candidates)

    def _beside(self, made: Along) -> Only:
        """Products that are the best of their place beside a change, whoever they are."""
        beside = [
            made.sampled.x[i]
            for found in made.changes.values()
            for stretch in found
            for change in stretch
            for i in (change.left, change.right)
        ]
        if not beside:
            return {}
        found = over(self._points(np.unique(beside)), self.book, self.memory)
        return contenders(found)

    def _looked(self, coarse: Sampled, more: Array) -> Along:
        """Every value that matters, ``more`` in any case."""
        places = range(len(self.search.places))
        pairs = list(combinations(places, 2))
        if self.axis.whole:
            sampled, left = Sampled(more, self._look(more)), np.zeros(len(pairs))
        else:
            sampled, left = self._refined(coarse, more)
        costs = sampled.found.costs
        usable: BoolArray = np.asarray(np.isfinite(costs).any(1))
        found = {
            (one, other): tuple(
                stretches(self.axis, changes(self.axis, sampled.x, costs[one], costs[other]))
            )
            for one, other in pairs
            if usable[one] and usable[other]
        }
        return Along(
            scenario=self.scenario,
            axis=self.axis,
            search=self.search,
            sampled=sampled,
            left_open=dict(zip(pairs, left.tolist(), strict=True)),
            changes=found,
            factors=self.factors,
        )

    def _refined(self, coarse: Sampled, more: Array) -> tuple[Sampled, Array]:
        months = segments(self._points(coarse.x))
        hours = HOURS_PER_DAY if self.scenario.billing == "autoscaled" else 1
        width = sum(map(len, (self.search.only or {}).values()))
        most = VALUES if months <= SEGMENTS else LIMIT // (months * width)
        return refined(
            self._look,
            self.axis,
            coarse,
            more,
            self.steps,
            float(months * hours),
            min(most, VALUES),
        )

    def _look(self, x: Array) -> Envelope:
        return self.search.at(self._points(x))


def active(assumed: Collection[str]) -> tuple[str, ...]:
    """Factors that move any of the assumptions read, and those of the estimators."""
    read = set(assumed)
    moved = [item.name for item in factors.FACTORS if read.intersection(item.moves)]
    return (*(item.name for item in factors.ESTIMATES), *moved)


class _KnownSteps:
    """Steps along the volume that the blocks of an evaluation know; each asked for once."""

    def __init__(self, found: Evaluation | None, candidates: Candidates, top: float) -> None:
        self.found, self.candidates, self.top = found, candidates, top
        self._kept: dict[int, Stairs | None] = {}

    def __call__(self, candidate: int) -> Stairs | None:
        if candidate not in self._kept:
            self._kept[candidate] = self._of(candidate)
        return self._kept[candidate]

    def _of(self, candidate: int) -> Stairs | None:
        if self.found is None:
            return None
        index = self.found.at.get(self.candidates.known[candidate].id)
        if index is None:
            return None
        pair, own = self.found.where(index)
        row: int = int(pair.rows[own])
        spacing = np.unique(pair.block.spacing_of(row))
        # machines have too many single steps to list
        single = np.zeros(0) if spacing.size else pair.block.edges_of(row, self.top)
        return Stairs(spacing, single)
