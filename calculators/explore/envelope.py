"""The best candidate of each place at each value of an input.

A coarse pass over all candidates chooses the *contenders*: products that are the best of their
place at some value, or may be so between two values, where they start or stop being allowed. All
that follows evaluates those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.case import Only
from calculators.evaluation import Evaluation, Pair
from calculators.explore.sweep import Figure, Sweep, evaluations, part, together
from calculators.memory import Memory
from calculators.places import PLACES, AnswersAt
from calculators.points import Points
from pricing.book import PriceBook

SERVING, TRAINING = 0, 1
NOBODY = -1


@dataclass(frozen=True)
class Candidate:
    """One candidate that is the best of its place somewhere."""

    id: str
    place: AnswersAt
    product: str
    label: str  # what answers, in words


@dataclass(eq=False)
class Candidates:
    """Winners by number, in the order in which they are first met."""

    known: list[Candidate] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def numbers(self, pair: Pair, members: Index) -> Index:
        """Numbers of some candidates of a pair."""
        return np.array([self._number(pair, int(i)) for i in members], dtype=np.intp)

    def _number(self, pair: Pair, index: int) -> int:
        name = pair.id(index)
        if name not in self._numbers:
            row, products = int(pair.rows[index]), pair.block.products
            self._numbers[name] = len(self.known)
            label = products.label(row)
            self.known.append(Candidate(name, pair.place.id, products.ids[row], label))
        return self._numbers[name]

    def products(self, *numbers: Index) -> Only:
        """The products of some candidates, of all that were met when none are named, by place."""
        every = np.arange(len(self.known))
        chosen = np.unique(np.concatenate(numbers)) if numbers else every
        found: dict[AnswersAt, set[str]] = {}
        for item in (self.known[number] for number in chosen if number != NOBODY):
            found.setdefault(item.place, set()).add(item.product)
        return {place: frozenset(names) for place, names in found.items()}


def contenders(found: Sweep, neighbours: slice = slice(0)) -> dict[AnswersAt, frozenset[str]]:
    """Products that are the best of their place at some point, by place.

    Of points that are ``neighbours`` along an axis also those that are allowed at one of two
    only, at less than the best of the place costs at the other: they may be the best in between,
    unless one that is no slower costs no more.
    """
    chosen: dict[AnswersAt, frozenset[str]] = {}
    times = found.figures.get("p95_ms")
    for place in dict.fromkeys(found.places):
        rows = found.of_place(place)
        ranked = found.ranked[rows]
        first = ranked.argmin(0)
        cost = np.take_along_axis(ranked, first[None], 0)[0]
        best = np.unique(first[np.isfinite(cost)])
        slow = np.full((1, 1), np.nan) if times is None else times[rows][:, neighbours]
        between = _between(ranked[:, neighbours], cost[neighbours], slow)
        members = np.union1d(best, between)
        if members.size:
            chosen[place] = frozenset(found.products[row] for row in rows[members])
    return chosen


def _between(ranked: Array, cost: Array, slow: Array) -> Index:
    """Candidates that may be the best between two points at one of which they are closed."""
    left, right = ranked[:, :-1], ranked[:, 1:]
    shut = np.isinf(ranked)
    starts = shut[:, :-1] & (right < cost[:-1])
    stops = shut[:, 1:] & (left < cost[1:])
    slow = np.broadcast_to(slow, ranked.shape)
    chosen = [np.zeros(0, dtype=np.intp)]
    for where, shift in ((starts, 1), (stops, 0)):
        for cell in np.flatnonzero(where.any(0)).tolist():
            members = np.flatnonzero(where[:, cell])
            open_at = cell + shift
            chosen.append(members[_unmatched(slow[members, open_at], ranked[members, open_at])])
    return np.unique(np.concatenate(chosen)).astype(np.intp)


def _unmatched(slow: Array, cost: Array) -> Index:
    """Of some candidates those that no other beats in time and cost alike.

    Whose time is not known (NaN) is shut out by other rules, at a point of its own.
    """
    order = np.lexsort((cost, slow))
    ranked = cost[order]
    least = np.minimum.accumulate(ranked)
    first = np.concatenate([[True], ranked[1:] < least[:-1]]) | np.isnan(slow[order])
    return np.asarray(order[first], dtype=np.intp)


def joined(one: Only, other: Only) -> dict[AnswersAt, frozenset[str]]:
    """Products of either, by place."""
    nothing: frozenset[str] = frozenset()
    places = dict.fromkeys([*one, *other])
    return {place: one.get(place, nothing) | other.get(place, nothing) for place in places}


@dataclass(frozen=True, eq=False)
class Envelope:
    """The best candidate of each of P places at M points, in the order of :data:`PLACES`."""

    costs: Array  # (P, M) over the horizon, infinite where nothing is feasible
    winners: Index  # (P, M) into :class:`Candidates`, -1 where nothing is feasible
    machines: Array  # (2, P, M) whole machines of the winner: serving, training

    @classmethod
    def nothing(cls, places: int, points: int) -> Envelope:
        """No place feasible anywhere."""
        return cls(
            np.full((places, points), np.inf),
            np.full((places, points), NOBODY, dtype=np.intp),
            np.zeros((2, places, points)),
        )

    def take(self, points: Index | BoolArray | slice) -> Envelope:
        """Some of the points."""
        return Envelope(self.costs[:, points], self.winners[:, points], self.machines[:, :, points])

    @staticmethod
    def joined(parts: Sequence[Envelope]) -> Envelope:
        """The points of several envelopes, one after the other."""
        return Envelope(
            np.concatenate([part.costs for part in parts], axis=1),
            np.concatenate([part.winners for part in parts], axis=1),
            np.concatenate([part.machines for part in parts], axis=2),
        )

    @property
    def best(self) -> Index:
        """The cheapest place at each point (M,), the first of equal ones; -1 without one."""
        first = self.costs.argmin(0)
        return np.where(np.isfinite(self.costs.min(0)), first, NOBODY).astype(np.intp)


@dataclass(eq=False)
class Search:
    """Who looks for the best of each place: at which prices, among which candidates."""

    book: PriceBook
    memory: Memory
    only: Only | None = None
    candidates: Candidates = field(default_factory=Candidates)
    places: tuple[AnswersAt, ...] = field(default_factory=lambda: tuple(PLACES))

    def at(self, points: Points) -> Envelope:
        """The envelope at any points."""
        whole = Envelope.nothing(len(self.places), points.size)
        for here, found in evaluations(points, self.book, self.memory, self.only):
            self._put(whole, here, found)
        return whole

    def swept(
        self, points: Points, figures: Sequence[Figure] = ()
    ) -> tuple[Envelope, Sweep, Evaluation]:
        """The same, with every candidate, and an evaluation whose blocks know their steps."""
        whole = Envelope.nothing(len(self.places), points.size)
        parts = []
        for here, found in evaluations(points, self.book, self.memory, self.only):
            self._put(whole, here, found)
            parts.append((here, part(found, figures)))
        return whole, together(parts, points.size, figures), found

    def _put(self, whole: Envelope, here: Index, found: Evaluation) -> None:
        for turn, place in enumerate(self.places):
            pairs = [pair for pair in found.pairs if pair.place.id == place]
            best = np.full(here.size, np.inf)
            for pair in pairs:
                ranked = np.broadcast_to(pair.ranked, (pair.size, here.size))
                first = ranked.argmin(0)
                cost = np.take_along_axis(ranked, first[None], 0)[0]
                better = np.flatnonzero(cost < best)
                if better.size:
                    best[better] = cost[better]
                    self._write(whole, (turn, here, better), pair, first[better])
            whole.costs[turn, here] = best

    def _write(
        self,
        whole: Envelope,
        where: tuple[int, Index, Index],
        pair: Pair,
        members: Index,
    ) -> None:
        """Who is best; ``where`` is the place, its points in the whole and those of them meant."""
        place, here, inside = where
        at = here[inside]
        distinct = np.flatnonzero(np.bincount(members)).astype(np.intp)
        number = np.zeros(pair.size, dtype=np.intp)
        number[distinct] = self.candidates.numbers(pair, distinct)
        whole.winners[place, at] = number[members]
        whole.machines[SERVING, place, at] = _machines(
            pair.block.machines, pair.rows[members], inside
        )
        nobody = np.zeros_like(members)
        whole.machines[TRAINING, place, at] = _machines(pair.plan.machines, nobody, inside)


def _machines(counted: Array | None, rows: Index, points: Index) -> Array:
    """Whole machines of some candidates at as many points, over all months."""
    if counted is None:
        return np.zeros(rows.size)
    candidates, width, _ = counted.shape
    # who wins has a known number of machines: none is NaN
    chosen = counted[rows if candidates > 1 else 0, points if width > 1 else 0].sum(-1)
    return np.asarray(np.broadcast_to(chosen, rows.shape))
