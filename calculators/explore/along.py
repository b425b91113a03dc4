"""A scenario along an axis: the best of each place at every value that matters.

All candidates are looked at once, at values spread over the axis; that chooses the contenders. Of
the others those that may be better beside a change found among the contenders are looked at there:
where one is, the contenders gain a product and are looked at anew.

The next flips need the changes of the cheapest place alone; what any two others do to each other is
looked for when somebody asks.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from itertools import combinations

import numpy as np

from calculators import factors
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.case import Only
from calculators.costs.day import HOURS_PER_DAY
from calculators.evaluation import Evaluation
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.crossings import Change, changes, stretches
from calculators.explore.envelope import (
    Candidates,
    Envelope,
    Products,
    Search,
    contenders,
    joined,
)
from calculators.explore.refine import MOST_CUTS, Sampled, Stairs, refining
from calculators.explore.sides import Side, alone, looked_at
from calculators.explore.sweep import SEGMENTS, Sweep, count, segments
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.points import Points, ranged
from calculators.scenario import Scenario
from pricing.kept import cached_property
from pricing.records import record, value

COARSE = 97  # values over all candidates, that choose which are looked at further
FEW_COARSE, FEW_VALUES = 13, 120  # the same where each value is an evaluation of its own
DOUBT = 1.5  # how far a cost that is not straight may lie under both ends of a coarse cell
CHECKS = 3  # times that contenders may be found wanting
VALUES = 4000  # looked at besides, at most; what is left is told
LIMIT = 1_500_000  # months x candidates x values, where every month stands alone
Stretch = tuple[Change, Change]
"""One change, as twice the same, or the first and the last of an alternating stretch."""


@record
class Along:
    """The sides of a scenario, places or candidates, along an axis."""

    base: Evaluation  # of the scenario itself
    scenario: Scenario
    axis: Axis
    search: Search  # among the contenders
    products: Products  # they
    sampled: Sampled  # every value looked at
    left_open: Mapping[tuple[int, int], float]  # two sides -> widest cell not looked into
    factors: tuple[str, ...]  # those that may move anything

    @cached_property
    def turns(self) -> Mapping[tuple[int, int], Sequence[Change]]:
        """Changes of the cheaper of two sides, of any two that are feasible somewhere."""
        x, costs = self.sampled.x, self.sampled.found.costs
        usable: BoolArray = np.asarray(np.isfinite(costs).any(1))
        return {
            (one, other): changes(self.axis, x, costs[one], costs[other])
            for one, other in combinations(range(len(costs)), 2)
            if usable[one] and usable[other]
        }

    @cached_property
    def changes(self) -> Mapping[tuple[int, int], tuple[Stretch, ...]]:
        """The same, those close to each other as one stretch."""
        return {pair: tuple(stretches(self.axis, found)) for pair, found in self.turns.items()}

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


@value
class Ask:
    """Values of an axis somebody wants looked at, and among which products."""

    x: Array
    only: Only | None
    whole: bool = False  # every candidate's costs too, not the best alone


@value
class Told:
    """What is answered."""

    found: Envelope
    every: Sweep | None = None  # where the whole was asked for
    known: Evaluation | None = None  # knows its steps along the volume


Asking = Generator[Ask, Told, Along | None]
"""A look along one axis: asks, is told, and asks again."""


@value
class Depth:
    """How closely an axis is looked at."""

    cheapest: bool = False  # changes of the cheapest side alone
    charted: bool = True  # steps that a chart shows too
    still: bool = False  # no closer where no candidate moves at all
    coarse: int = COARSE
    fine: int | None = None  # values to start from; None: as many as the axis says
    cuts: int = MOST_CUTS  # of one cell in a round
    values: int = VALUES  # looked at besides, at most
    near: float = np.inf  # times the least cost: who is dearer everywhere is not looked at further

    @property
    def winners(self) -> bool:
        """Whether nothing but who is the cheapest of all is asked for."""
        return self.cheapest and not self.charted


def along(
    base: Evaluation,
    memory: Memory,
    axis: Axis,
    *,
    cheapest: bool = False,
    sides: tuple[Side, ...] | None = None,
    charted: bool = True,
) -> Along | None:
    """The best of each side along an axis; None where nothing is feasible anywhere.

    With ``cheapest`` only changes of the cheapest side are looked for: a part of the work. Sides
    are all places unless others are named.
    """
    return answered(Looker(base, memory, axis, Depth(cheapest, charted), sides))


def answered(looker: Looker) -> Along | None:
    """What a look finds, each ask answered by an evaluation of its own."""
    asking = looker.looking()
    try:
        ask = next(asking)
        while True:
            ask = asking.send(looker.told(ask))
    except StopIteration as end:
        found: Along | None = end.value
        return found


class Looker:
    """Looks along one axis; holds every candidate at many values, so it is not kept."""

    def __init__(
        self,
        base: Evaluation,
        memory: Memory,
        axis: Axis,
        depth: Depth,
        sides: tuple[Side, ...] | None = None,
    ) -> None:
        self.base, self.axis, self.depth = base, axis, depth
        self.book, self.memory = base.case.book, memory
        self.scenario: Scenario = base.case.scenario
        self.candidates = Candidates()
        made = Search(self.book, memory, candidates=self.candidates)
        self.sides = made.sides if sides is None else sides

    def points(self, x: Array) -> Points:
        """Values of the axis as points."""
        return self.axis.points(self.scenario, x)

    def search(self, only: Only | None) -> Search:
        """Who looks among some products."""
        return Search(self.book, self.memory, only, self.candidates, self.sides)

    @property
    def slow(self) -> bool:
        """Whether times matter: the volume shuts out nobody by the time an answer takes."""
        return self.axis.name != VOLUME

    def told(self, ask: Ask) -> Told:
        """The answer to an ask, by an evaluation of its own."""
        search = self.search(ask.only)
        if ask.whole:
            found = search.swept(self.points(ask.x), slow=self.slow, winners=self.depth.winners)
            return Told(*found)
        return Told(search.at(self.points(ask.x)))

    def looking(self) -> Asking:
        """What there is once nobody else is better beside a change."""
        x = self.axis.grid(FEW_COARSE if self.axis.by_value else self.depth.coarse)
        said = yield Ask(x, looked_at(self.sides), whole=True)
        assert said.every is not None
        self.every, self.coarse = said.every, Sampled(x, said.found)
        by_volume = said.known if self.axis.name == VOLUME else None
        self.steps = _KnownSteps(by_volume, self.candidates, self.axis.high)
        chosen = self._contenders()
        if not chosen:
            return None
        if self.depth.still and _unmoved(self.every.ranked):
            return self._made(chosen, self.coarse, np.zeros(0))
        more = np.union1d(
            self.axis.every(self.depth.fine or self.axis.fine), _breaks(self.base, self.axis)
        )
        made = yield from self._looked(chosen, self.coarse, more)
        for _ in range(CHECKS):
            better = yield from self._better(made)
            if not better:
                break
            chosen, x = joined(chosen, better), made.sampled.x
            told = yield Ask(x, chosen)
            made = yield from self._looked(chosen, Sampled(x, told.found), x)
        return made

    def _contenders(self) -> Products:
        """Products looked at further: of places those that may be their best somewhere."""
        places = {item.place for item in self.sides if not item.alone}
        beside = slice(1 if self.axis.apart else 0, None)
        found = contenders(self.every, beside, winners=self.depth.winners, near=self.depth.near)
        held = {place: names for place, names in found.items() if place in places}
        return joined(held, alone(self.sides))

    def _better(self, made: Along) -> Generator[Ask, Told, Products]:
        """Products that would change what is told of some values looked at.

        They cost less than the contenders of their place; where only the cheapest place is asked
        for, less than that.
        """
        cheapest = self.depth.cheapest
        beside = made.beside_changes(cheapest=cheapest)
        known = made.sampled.found.costs[:, beside]
        if cheapest:
            known = np.broadcast_to(known.min(0), known.shape)
        suspects = self._suspects(made, beside, known)
        if not suspects:
            return {}
        told = yield Ask(made.sampled.x[beside], suspects)
        chosen: dict[AnswersAt, frozenset[str]] = {}
        for turn, side in enumerate(self.sides):
            better = told.found.costs[turn] < known[turn]
            if any_true(better) and not side.alone:
                held = np.unique(told.found.winners[turn, better])
                names = frozenset(self.candidates.known[number].product for number in held)
                chosen[side.place] = names
        return chosen

    def _suspects(self, made: Along, beside: Index, known: Array) -> Products:
        """Products that may cost less than what is known (P, B) at some values looked at.

        Costs that are straight between steps stay above the lower one of a coarse cell's ends;
        on other axes nobody is let off, but who is far dearer than the cheapest of all. Where
        coarse cells are wide, a product may be allowed inside of one alone.
        """
        if not beside.size:
            return {}
        x, every = self.coarse.x, self.every
        right = np.clip(np.searchsorted(x, made.sampled.x[beside]), 1, x.size - 1)
        found: dict[AnswersAt, frozenset[str]] = {}
        for turn, side in enumerate(self.sides):
            if side.alone:
                continue
            rows = every.of_place(side.place)
            ends = every.ranked[np.ix_(rows, right - 1)], every.ranked[np.ix_(rows, right)]
            least = np.minimum(*ends)
            may = (least < known[turn] * self._doubt).any(1)
            if self.depth.winners and not self.axis.exact:
                may |= np.isinf(least).any(1)  # shut out at both ends of a wide cell, not between
            names = frozenset(every.products[row] for row in rows[may])
            names -= made.products.get(side.place, frozenset())
            if names:
                found[side.place] = names
        return found

    @property
    def _doubt(self) -> float:
        """How far under the ends of a coarse cell a cost may be in between, as a factor."""
        if self.axis.exact:
            return 1.0
        return DOUBT if self.depth.winners else np.inf

    def _looked(
        self, chosen: Products, coarse: Sampled, more: Array
    ) -> Generator[Ask, Told, Along]:
        """Every value that matters, ``more`` in any case."""
        pairs = list(combinations(range(len(self.sides)), 2))
        if self.axis.whole:
            told = yield Ask(more, chosen)
            sampled, left = Sampled(more, told.found), np.zeros(len(pairs))
        else:
            sampled, left = yield from self._refined(chosen, coarse, more)
        return self._made(chosen, sampled, left)

    def _made(self, chosen: Products, sampled: Sampled, left: Array) -> Along:
        pairs = combinations(range(len(self.sides)), 2)
        return Along(
            base=self.base,
            scenario=self.scenario,
            axis=self.axis,
            search=self.search(chosen),
            products=chosen,
            sampled=sampled,
            left_open=dict(zip(pairs, left.tolist(), strict=False)),
            factors=tuple(
                item.name
                for item in factors.active(self.every.assumed, growth=ranged(self.scenario))
            ),
        )

    def _refined(
        self, chosen: Products, coarse: Sampled, more: Array
    ) -> Generator[Ask, Told, tuple[Sampled, Array]]:
        months = segments(self.points(coarse.x))
        hours = HOURS_PER_DAY if self.scenario.billing == "autoscaled" else 1
        most = VALUES if months <= SEGMENTS else LIMIT // (months * count(chosen))
        most = min(most, self.depth.values)
        most = min(most, FEW_VALUES) if self.axis.by_value else most
        asking = refining(
            self.axis,
            coarse,
            more,
            self.steps,
            float(months * hours),
            most,
            cheapest=self.depth.cheapest,
            charted=self.depth.charted,
            cuts=self.depth.cuts,
        )
        try:
            x = next(asking)
            while True:
                told = yield Ask(x, chosen)
                x = asking.send(told.found)
        except StopIteration as end:
            found: tuple[Sampled, Array] = end.value
            return found


def _unmoved(ranked: Array) -> bool:
    """Whether costs (K, M) are the same at all values, infinite ones too."""
    return bool((ranked == ranked[:, :1]).all())


def _breaks(found: Evaluation, axis: Axis) -> Array:
    """Values at which the cost of some candidate is known to jump, and those just above them."""
    if axis.whole or axis.name == VOLUME or not found.pairs:
        return np.zeros(0)
    blocks = {id(pair.block): pair.block for pair in found.pairs}
    at = np.unique(np.concatenate([block.breaks(axis.name) for block in blocks.values()]))
    above = at + 2 * axis.near(at, at)
    both = np.concatenate([at, above])
    return both[(both >= axis.first) & (both <= axis.high)]


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
