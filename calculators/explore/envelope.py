"""The best candidate of each side at each value of an input: of a place, or one candidate.

A coarse pass over all candidates chooses the *contenders*: products that are the best of their
place at some value, or may be so between two values, where they start or stop being allowed. All
that follows evaluates those alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.case import Only
from calculators.evaluation import Evaluation, Pair
from calculators.explore.sides import Side
from calculators.explore.sweep import Figure, Part, Sweep, evaluations, part, together
from calculators.memory import Memory
from calculators.places import PLACES, AnswersAt
from calculators.points import Points
from pricing.book import PriceBook
from pricing.records import record, value

SERVING, TRAINING = 0, 1
NOBODY = -1


@value
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

    def products(self, *numbers: Index) -> dict[AnswersAt, frozenset[str]]:
        """The products of some candidates, of all that were met when none are named, by place."""
        every = np.arange(len(self.known))
        chosen = np.unique(np.concatenate(numbers)) if numbers else every
        found: dict[AnswersAt, set[str]] = {}
        for item in (self.known[number] for number in chosen if number != NOBODY):
            found.setdefault(item.place, set()).add(item.product)
        return {place: frozenset(names) for place, names in found.items()}


def contenders(
    found: Sweep, neighbours: slice = slice(0), *, winners: bool = False, near: float = np.inf
) -> dict[AnswersAt, frozenset[str]]:
    """Products that are the best of their place at some point, by place.

    Of points that are ``neighbours`` along an axis also those that are allowed at one of two
    only, at less than the best of the place costs at the other: they may be the best in between,
    unless one that is no slower costs no more. With ``winners`` those alone that cost less than
    anybody there. Who costs more than ``near`` times the least at every point is left out.
    """
    chosen: dict[AnswersAt, frozenset[str]] = {}
    times = found.figures.get("p95_ms")
    least = found.ranked.min(0) if found.ranked.size else np.zeros(0)
    for place in dict.fromkeys(found.places):
        rows = found.of_place(place)
        ranked = found.ranked[rows]
        first = ranked.argmin(0)
        cost = np.take_along_axis(ranked, first[None], 0)[0]
        with np.errstate(invalid="ignore"):
            may = np.isfinite(cost) & ~(cost > near * least)
        best = np.unique(first[may])
        slow = np.full((1, 1), np.nan) if times is None else times[rows][:, neighbours]
        rivals = least if winners else cost
        between = _between(ranked[:, neighbours], rivals[neighbours], slow)
        members = np.union1d(best, between)
        if members.size:
            chosen[place] = frozenset(found.products[row] for row in rows[members])
    return chosen


def _between(ranked: Array, cost: Array, slow: Array) -> Index:
    """Candidates that may be the best between two points at one of which they are closed."""
    starts, stops = _half_open(ranked, cost)
    slow = np.broadcast_to(slow, ranked.shape)
    chosen = [np.zeros(0, dtype=np.intp)]
    for where, shift in ((starts, 1), (stops, 0)):
        for cell in np.flatnonzero(where.any(0)).tolist():
            members = np.flatnonzero(where[:, cell])
            open_at = cell + shift
            chosen.append(members[_unmatched(slow[members, open_at], ranked[members, open_at])])
    return np.unique(np.concatenate(chosen)).astype(np.intp)


def _half_open(ranked: Array, cost: Array) -> tuple[BoolArray, BoolArray]:
    """Between which points (C, M - 1) candidates start and stop being allowed.

    Those alone that cost less than the best of the place (M,) where they are closed.
    """
    shut = np.isinf(ranked)
    starts = shut[:, :-1] & (ranked[:, 1:] < cost[:-1])
    stops = shut[:, 1:] & (ranked[:, :-1] < cost[1:])
    return np.asarray(starts), np.asarray(stops)


def _unmatched(slow: Array, cost: Array) -> Index:
    """Of some candidates those that no other beats in time and cost alike.

    Whose time is not known (NaN) is shut out by other rules, at a point of its own.
    """
    order = np.lexsort((cost, slow))
    ranked = cost[order]
    least = np.minimum.accumulate(ranked)
    first = np.concatenate([[True], ranked[1:] < least[:-1]]) | np.isnan(slow[order])
    return np.asarray(order[first], dtype=np.intp)


Products = Mapping[AnswersAt, frozenset[str]]
"""Products by place, each named."""


def joined(one: Products, other: Products) -> dict[AnswersAt, frozenset[str]]:
    """Products of either, by place."""
    nothing: frozenset[str] = frozenset()
    places = dict.fromkeys([*one, *other])
    return {place: one.get(place, nothing) | other.get(place, nothing) for place in places}


@record
class Envelope:
    """The best candidate of each of P sides at M points."""

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
    """Who looks for the best of each side: at which prices, among which candidates."""

    book: PriceBook
    memory: Memory
    only: Only | None = None
    candidates: Candidates = field(default_factory=Candidates)
    sides: tuple[Side, ...] = field(
        default_factory=lambda: tuple(Side(place, place) for place in PLACES)
    )

    @property
    def places(self) -> tuple[AnswersAt, ...]:
        """Where each side answers."""
        return tuple(item.place for item in self.sides)

    def at(self, points: Points) -> Envelope:
        """The envelope at any points."""
        whole = Envelope.nothing(len(self.sides), points.size)
        for here, found in evaluations(points, self.book, self.memory, self.only):
            self.put(whole, here, found)
        return whole

    def swept(
        self, points: Points, *, slow: bool = False, winners: bool = False
    ) -> tuple[Envelope, Sweep, Evaluation]:
        """The same, with every candidate, and an evaluation whose blocks know their steps."""
        whole = Envelope.nothing(len(self.sides), points.size)
        parts = []
        for here, found in evaluations(points, self.book, self.memory, self.only):
            self.put(whole, here, found)
            parts.append((here, swept_part(found, slice(None), slow=slow, winners=winners)))
        return whole, together(parts, points.size, SLOW if slow else ()), found

    def put(
        self, whole: Envelope, here: Index, found: Evaluation, columns: Index | None = None
    ) -> None:
        """Write what an evaluation says, or some of its points, where these stand in the whole."""
        points = np.arange(here.size) if columns is None else columns
        for turn, side in enumerate(self.sides):
            best = np.full(here.size, np.inf)
            for pair in found.pairs:
                # where all that was evaluated is looked at nobody has to be left out
                members = side.members(pair, None if columns is None else self.only)
                if not members.size:
                    continue
                ranked = np.broadcast_to(pair.ranked, (pair.size, found.case.size))
                ranked = ranked if columns is None else ranked[:, points]
                ranked = ranked if members.size == pair.size else ranked[members]
                first = ranked.argmin(0)
                cost = np.take_along_axis(ranked, first[None], 0)[0]
                better = np.flatnonzero(cost < best)
                if better.size:
                    best[better] = cost[better]
                    where = turn, here[better], points[better]
                    self._write(whole, where, pair, members[first[better]])
            whole.costs[turn, here] = best

    def _write(
        self,
        whole: Envelope,
        where: tuple[int, Index, Index],
        pair: Pair,
        members: Index,
    ) -> None:
        """Who is best; ``where`` is the side, points in the whole and in the evaluation."""
        turn, at, inside = where
        months = pair.case.demand.calendar.first.size
        distinct = np.flatnonzero(np.bincount(members)).astype(np.intp)
        number = np.zeros(pair.size, dtype=np.intp)
        number[distinct] = self.candidates.numbers(pair, distinct)
        whole.winners[turn, at] = number[members]
        whole.machines[SERVING, turn, at] = _machines(
            pair.block.machines, pair.rows[members], inside, months
        )
        nobody = np.zeros_like(members)
        whole.machines[TRAINING, turn, at] = _machines(pair.plan.machines, nobody, inside, months)


SLOW: tuple[Figure, ...] = ("p95_ms",)


def swept_part(
    found: Evaluation, columns: Index | slice, *, slow: bool, winners: bool = False
) -> Part:
    """What a sweep keeps of some points of an evaluation, in the order of an axis.

    With ``slow`` the time of the answer too, where a candidate may be the best of its place
    between two points at one of which it is closed: nobody else's is asked for. With ``winners``
    those alone that may be the cheapest of all there.
    """
    kept = part(found)
    ranked = kept.arrays[0][:, columns]
    arrays = [ranked]
    if slow:
        points = np.arange(found.case.size)[columns]
        arrays.append(_slow_beside(found, ranked, points, winners=winners))
    return Part(kept.candidates, arrays, kept.assumed)


def _slow_beside(found: Evaluation, ranked: Array, points: Index, *, winners: bool) -> Array:
    """Slow times (K, M) of those that may be the best beside a point where they are closed."""
    times = np.full(ranked.shape, np.nan)
    if ranked.shape[1] < 2 or not len(ranked):
        return times
    names = np.array(found.places)
    wanted = np.zeros(ranked.shape, dtype=bool)
    least = ranked.min(0)
    for place in dict.fromkeys(found.places):
        rows = np.flatnonzero(names == place)
        starts, stops = _half_open(ranked[rows], least if winners else ranked[rows].min(0))
        wanted[rows, 1:] |= starts
        wanted[rows, :-1] |= stops
    for pair, start in zip(found.pairs, found.starts.tolist(), strict=False):
        own, point = np.nonzero(wanted[start : start + pair.size])
        if own.size:
            slow = pair.block.speed.times(pair.rows[own], points[point])[1]
            times[start + own, point] = slow
    return times


def _machines(counted: Array | None, rows: Index, points: Index, months: int) -> Array:
    """Whole machines of some candidates at as many points, over all months."""
    if counted is None:
        return np.zeros(rows.size)
    candidates, width, unlike = counted.shape
    # who wins has a known number of machines: none is NaN
    chosen = counted[rows if candidates > 1 else 0, points if width > 1 else 0].sum(-1)
    alike = months if unlike == 1 else 1  # months that are alike are held once
    return np.asarray(np.broadcast_to(chosen * alike, rows.shape))
