"""Flips and curves along the volume, from a look that scenarios of unlike volumes share.

What places cost along the volume is the same whatever volume a scenario itself stands at. So a
*window* of whole decades is looked at once, at values that no scenario chose, and kept; a scenario
inside it is told its part of the window, with its own volume and the ends of its axis besides. What
is told never depends on who asked before. Where it might, the scenario is looked at by itself:

- the scenario's users stay while the volume moves, so that they follow from its own volume;
- months stand alone, so that values are few and those near the scenario go first;
- the window left something open, or knows no place's best at the volume of the scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import combinations
from typing import NamedTuple

import numpy as np

from calculators.answer.options import BASE
from calculators.arrays import Array, Index, any_true
from calculators.evaluation import Evaluation
from calculators.explore.along import Along, Depth, Looker, along, answered
from calculators.explore.axis import FACTOR, VOLUME, Axis
from calculators.explore.envelope import Candidate, Candidates, Envelope, Products, Search
from calculators.explore.refine import Sampled
from calculators.explore.sweep import SEGMENTS, segments
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.scenario import bounds
from pricing.book import BookKey
from pricing.records import record

COARSE, FINE = 16, 40  # values of a decade: as many as along any axis of six decades
REACH = round(np.log10(FACTOR))  # decades each way
TOGETHER = 2  # decades of volumes that share a window
ROUNDING = 1e-9  # of a decade, and of a cost


class WindowKey(NamedTuple):
    """What a window's costs depend on."""

    scenario: tuple[object, ...]  # but for its volume and its title
    first: float
    last: float
    book: BookKey
    places: tuple[AnswersAt, ...]


@record
class Seen:
    """What a window holds; no evaluation, so that it may be kept."""

    products: Products
    known: Sequence[Candidate]
    sampled: Sampled
    factors: tuple[str, ...]

    @property
    def candidates(self) -> Candidates:
        """Winners by number, for one reader to add to."""
        return Candidates(list(self.known), {item.id: at for at, item in enumerate(self.known)})


def standing_at(found: Evaluation, volumes: Array) -> Index | None:
    """Which points of an evaluation are its scenario at some volumes; None where one is not."""
    points = found.case.points
    if points.columns.keys() != {VOLUME} or points.scores:
        return None
    as_entered = points.labour_scale == 1
    at = [np.flatnonzero((points[VOLUME] == volume) & as_entered) for volume in volumes]
    if not all(here.size for here in at):
        return None
    return np.array([here[0] for here in at], dtype=np.intp)


class Unseen(Enum):
    """Why a window holds nothing to read."""

    NOTHING = auto()  # is feasible in it
    LEFT_OPEN = auto()  # cells that a look of its own looks into, nearest to the scenario first


def nearest(base: Evaluation, memory: Memory, axis: Axis) -> Along | None:
    """The best of each place along an axis, for the flips of the recommendation and the curves.

    None where nothing is feasible anywhere.
    """
    if axis.name != VOLUME or axis.here is None or _own_alone(base):
        return along(base, memory, axis, cheapest=True)
    looker = _Window(base, memory, axis)
    seen = memory.looks.get(looker.key, looker.seen)
    if seen is Unseen.NOTHING and not any_true(np.isfinite(base.ranked[:, BASE])):
        return None
    found = looker.part(seen) if isinstance(seen, Seen) else None
    return along(base, memory, axis, cheapest=True) if found is None else found


def _own_alone(base: Evaluation) -> bool:
    """Whether what lies along the volume depends on the volume of the scenario."""
    return base.case.scenario.hold == "users" or segments(base.case.points) > SEGMENTS


class _Window(Looker):
    """Looks along the whole decades around the axis of a scenario."""

    def __init__(self, base: Evaluation, memory: Memory, own: Axis) -> None:
        assert own.here is not None
        self.here = own.here
        first, last = _decades(own.here)
        count = max(1, int(np.ceil(np.log10(last / first) - ROUNDING)))
        wide = replace(own, low=first, first=first, high=last, here=None)
        depth = Depth(cheapest=True, coarse=COARSE * count + 1, fine=FINE * count + 1)
        super().__init__(base, memory, wide, depth)
        self.own, self.asked_by = own, base.case.scenario
        self.ends = np.unique(np.array([own.first, own.here, own.high]))

    @property
    def key(self) -> WindowKey:
        """Equal for scenarios that share the window."""
        said = self.asked_by.but_for((VOLUME, "title"))
        places = tuple(side.place for side in self.sides)
        return WindowKey(said, self.axis.first, self.axis.high, self.book.key, places)

    def seen(self) -> Seen | Unseen:
        """What the window holds.

        The scenario's volume is replaced by the middle of the window: what is kept is the same
        whoever asks first.
        """
        middle = float(np.sqrt(self.axis.first * self.axis.high))
        self.scenario = self.asked_by.with_changes({VOLUME: middle})
        found = answered(self)
        if found is None:
            return Unseen.NOTHING
        if any(found.left_open.values()):
            return Unseen.LEFT_OPEN
        return Seen(found.products, tuple(self.candidates.known), found.sampled, found.factors)

    def part(self, seen: Seen) -> Along | None:
        """The scenario's part of the window; None where the window does not hold all of it."""
        candidates = seen.candidates
        search = Search(self.book, self.memory, seen.products, candidates, self.sides)
        found = self._at_ends(search)
        x = seen.sampled.x
        inside = (x >= self.own.first) & (x <= self.own.high)
        whole = Sampled(x[inside], seen.sampled.found.take(inside))
        sampled = Sampled.joined([Sampled(self.ends, found), whole])
        here = int(np.searchsorted(sampled.x, self.here))
        if not self._as_known(sampled) or self._better_at(here, sampled, candidates):
            return None
        return Along(
            base=self.base,
            scenario=self.asked_by,
            axis=self.own,
            search=search,
            products=seen.products,
            sampled=sampled,
            left_open=dict.fromkeys(combinations(range(len(self.sides)), 2), 0.0),
            factors=seen.factors,
        )

    def _at_ends(self, search: Search) -> Envelope:
        """The contenders at the scenario's own values: a comparison has looked at these."""
        at = standing_at(self.base, self.ends)
        if at is None:
            return search.at(self.axis.points(self.asked_by, self.ends))
        found = Envelope.nothing(len(self.sides), self.ends.size)
        search.put(found, np.arange(self.ends.size), self.base, at)
        return found

    def _as_known(self, sampled: Sampled) -> bool:
        """Whether who is best at the scenario's own values is so beside one of them too."""
        at = np.searchsorted(sampled.x, self.ends)
        beside = (np.maximum(at - 1, 0), np.minimum(at + 1, sampled.x.size - 1))
        own = sampled.found.take(at)
        near = [sampled.found.take(side) for side in beside]
        winners = np.logical_or.reduce([own.winners == one.winners for one in near])
        best = np.logical_or.reduce([own.best == one.best for one in near])
        return bool(winners.all() and best.all())

    def _better_at(self, here: int, sampled: Sampled, candidates: Candidates) -> bool:
        """Whether some place has a better one at the scenario itself than the window knows."""
        every = Search(self.book, self.memory, None, candidates, self.sides)
        known = Envelope.nothing(len(self.sides), 1)
        every.put(known, np.zeros(1, dtype=np.intp), self.base, np.array([BASE]))
        told = sampled.found.costs[:, here]
        return any_true(known.costs[:, 0] < told * (1 - ROUNDING))


def _decades(here: float) -> tuple[float, float]:
    """The whole decades around the axis of any volume in two decades, as far as these are allowed.

    An axis reaches three decades each way. Looking further would make the first look dearer than
    the ones it saves.
    """
    low, high, _ = bounds(VOLUME)
    decade = TOGETHER * np.floor((np.log10(here) + ROUNDING) / TOGETHER)
    first, last = 10.0 ** (decade - REACH), 10.0 ** (decade + TOGETHER + REACH)
    return max(float(first), low or 0.0), min(float(last), high or np.inf)
