"""A scenario along an axis: the best of each place at every value that matters.

All candidates are looked at once, at values spread over the axis; that chooses the contenders. Of
the others those that may be better beside a change found among the contenders are looked at there:
where one is, the contenders gain a product and are looked at anew.

The next flips need the changes of the cheapest place alone; what any two others do to each other is
looked for when somebody asks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from calculators import factors
from calculators.arrays import Array, BoolArray, Index
from calculators.case import Only
from calculators.costs.day import HOURS_PER_DAY
from calculators.evaluation import Evaluation
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.crossings import Change, changes, stretches
from calculators.explore.envelope import Candidates, Search, contenders, joined
from calculators.explore.refine import Sampled, Stairs, refined
from calculators.explore.sweep import SEGMENTS, Figure, over, segments
from calculators.memory import Memory
from calculators.places import AnswersAt
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
    factors: tuple[str, ...]  # those that may move anything

    @cached_property
    def changes(self) -> Mapping[tuple[int, int], tuple[Stretch, ...]]:
        """Changes of the cheaper of two places, of any two that are feasible somewhere."""
        x, costs = self.sampled.x, self.sampled.found.costs
        usable: BoolArray = np.asarray(np.isfinite(costs).any(1))
        return {
            (one, other): tuple(
                stretches(self.axis, changes(self.axis, x, costs[one], costs[other]))
            )
            for one, other in combinations(range(len(costs)), 2)
            if usable[one] and usable[other]
        }

    def beside_changes(self, *, cheapest: bool) -> Index:
        """Values looked at on both sides of each change, or of the cheapest place's alone."""
        if cheapest:
            best = self.sampled.found.best
            turns = np.flatnonzero(best[1:] != best[:-1])
            return np.union1d(turns, turns + 1)
        sides = [
            side
            for found in self.changes.values()
            for stretch in found
            for change in stretch
            for side in (change.left, change.right)
        ]
        return np.unique(np.array(sides, dtype=np.intp))


def along(base: Evaluation, memory: Memory, axis: Axis, *, cheapest: bool = False) -> Along | None:
    """The best of each place along an axis; None where nothing is feasible anywhere.

    With ``cheapest`` only changes of the cheapest place are looked for: a part of the work.
    """
    return _Looker(base, memory, axis, cheapest=cheapest).found()


class _Looker:
    """Looks along one axis; holds every candidate at many values, so it is not kept."""

    def __init__(self, base: Evaluation, memory: Memory, axis: Axis, *, cheapest: bool) -> None:
        self.axis, self.book, self.memory = axis, base.case.book, memory
        self.scenario: Scenario = base.case.scenario
        self.cheapest = cheapest
        self.candidates = Candidates()
        x = axis.grid(COARSE)
        # the volume shuts out nobody by the time an answer takes
        figures: tuple[Figure, ...] = () if axis.name == VOLUME else ("p95_ms",)
        search = Search(self.book, memory, candidates=self.candidates)
        coarse, self.every, known = search.swept(self._points(x), figures)
        self.coarse = Sampled(x, coarse)
        self.breaks = _breaks(known, axis)
        by_volume = known if axis.name == VOLUME else None
        self.steps = _KnownSteps(by_volume, self.candidates, axis.high)

    def _points(self, x: Array) -> Points:
        return Points(self.scenario, x.size, columns={self.axis.name: x})

    def found(self) -> Along | None:
        """What there is once nobody else is better beside a change."""
        chosen = contenders(self.every, slice(1 if self.axis.apart else 0, None))
        if not chosen:
            return None
        more = np.union1d(self.axis.every(FINE), self.breaks)
        made = self._looked(self._among(chosen), self.coarse, more)
        for _ in range(CHECKS):
            better = self._better(made, made.beside_changes(cheapest=self.cheapest))
            if not better:
                break
            chosen, x = joined(chosen, better), made.sampled.x
            search = self._among(chosen)
            made = self._looked(search, Sampled(x, search.at(self._points(x))), x)
        return made

    def _among(self, chosen: Only) -> Search:
        return Search(self.book, self.memory, chosen, self.candidates)

    def _better(self, made: Along, beside: Index) -> Only:
        """Products that would change what is told of some values looked at.

        They cost less than the contenders of their place; where only the cheapest place is asked
        for, less than that.
        """
        known = made.sampled.found.costs[:, beside]
        if self.cheapest:
            known = np.broadcast_to(known.min(0), known.shape)
        suspects = self._suspects(made, beside, known)
        if not suspects:
            return {}
        found = over(self._points(made.sampled.x[beside]), self.book, self.memory, suspects)
        chosen: dict[AnswersAt, frozenset[str]] = {}
        for turn, place in enumerate(made.search.places):
            cost, best = found.best(place)
            better = np.unique(best[cost < known[turn]])
            if better.size:
                chosen[place] = frozenset(found.products[row] for row in better)
        return chosen

    def _suspects(self, made: Along, beside: Index, known: Array) -> Only:
        """Products that may cost less than what is known (P, B) at some values looked at.

        Costs that are straight between steps stay above the lower one of a coarse cell's ends;
        on other axes nobody is let off.
        """
        if not beside.size:
            return {}
        x, every = self.coarse.x, self.every
        chosen = made.search.only or {}
        right = np.clip(np.searchsorted(x, made.sampled.x[beside]), 1, x.size - 1)
        found: dict[AnswersAt, frozenset[str]] = {}
        for turn, place in enumerate(made.search.places):
            rows = every.of_place(place)
            ends = every.ranked[np.ix_(rows, right - 1)], every.ranked[np.ix_(rows, right)]
            may = (np.minimum(*ends) < known[turn]).any(1) | (not self.axis.exact)
            names = frozenset(every.products[row] for row in rows[may])
            names -= chosen.get(place, frozenset())
            if names:
                found[place] = names
        return found

    def _looked(self, search: Search, coarse: Sampled, more: Array) -> Along:
        """Every value that matters, ``more`` in any case."""
        pairs = list(combinations(range(len(search.places)), 2))
        if self.axis.whole:
            sampled, left = Sampled(more, search.at(self._points(more))), np.zeros(len(pairs))
        else:
            sampled, left = self._refined(search, coarse, more)
        return Along(
            scenario=self.scenario,
            axis=self.axis,
            search=search,
            sampled=sampled,
            left_open=dict(zip(pairs, left.tolist(), strict=True)),
            factors=active(self.every.assumed),
        )

    def _refined(self, search: Search, coarse: Sampled, more: Array) -> tuple[Sampled, Array]:
        months = segments(self._points(coarse.x))
        hours = HOURS_PER_DAY if self.scenario.billing == "autoscaled" else 1
        width = sum(map(len, (search.only or {}).values()))
        most = VALUES if months <= SEGMENTS else LIMIT // (months * width)
        return refined(
            lambda x: search.at(self._points(x)),
            self.axis,
            coarse,
            more,
            self.steps,
            float(months * hours),
            min(most, VALUES),
            cheapest=self.cheapest,
        )


def _breaks(found: Evaluation | None, axis: Axis) -> Array:
    """Values at which the cost of some candidate is known to jump, and those just above them."""
    if found is None or axis.whole or axis.name == VOLUME:
        return np.zeros(0)
    blocks = {id(pair.block): pair.block for pair in found.pairs}
    at = np.unique(np.concatenate([block.breaks(axis.name) for block in blocks.values()]))
    above = at + 2 * axis.near(at, at)
    both = np.concatenate([at, above])
    return both[(both >= axis.first) & (both <= axis.high)]


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
