"""Where the answer flips along an input: crossings of two places or candidates, and the curves.

The sides are looked at along the axis (:mod:`calculators.explore.along`) until nothing between two
of them is left to be found (:mod:`calculators.explore.refine`); changes of the cheaper one are read
off (:mod:`calculators.explore.crossings`), each with its interval
(:mod:`calculators.explore.intervals`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Literal, TypeVar

import numpy as np

from calculators.answer import words as said
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.evaluation import Evaluation
from calculators.explore import words
from calculators.explore.along import Along, Stretch, along
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.by_volume import nearest
from calculators.explore.crossings import Change
from calculators.explore.envelope import NOBODY, Candidate
from calculators.explore.intervals import Meeting, intervals
from calculators.explore.sides import Side, side
from calculators.explore.sweep import evaluations, over
from calculators.memory import Memory
from calculators.places import PLACES
from calculators.results import (
    Asked,
    Category,
    Crossing,
    Curve,
    Exploration,
    Flip,
    PairBreakEven,
    Span,
)
from calculators.scenario import BadField, ScenarioError

Direction = Literal["above", "below"]
Verdict = Literal["crosses", "always", "never", "not_comparable"]
Pair = tuple[int, int]
T = TypeVar("T")


def explore(base: Evaluation, memory: Memory, axis: str = VOLUME) -> Exploration:
    """Curves, crossings of every two places, and the flips of the recommendation.

    Raises
    ------
    ScenarioError
        The axis is no numeric input.
    """
    known = Axis.of(axis, base.case)
    near = cache(lambda: nearest(base, memory, known))
    return Exploration(
        axis,
        _flips=lambda: _read(near(), _Told.flips),
        _curves=lambda: _read(near(), _Told.curves),
        _pairs=lambda: _read(along(base, memory, known), _Told.pairs),
    )


def between(base: Evaluation, memory: Memory, asked: Asked) -> PairBreakEven:
    """Break-even of two places or candidates along any numeric input.

    Every alternative stands at its own cheapest bill: a place at its best candidate of each value,
    batch and cached prices wherever the scenario allows them.

    Raises
    ------
    ScenarioError
        The axis is no numeric input or its ends are not allowed; a side is neither a place nor a
        candidate of the scenario; both are the same.
    """
    axis = Axis.of(asked.axis, base.case, asked.low, asked.high)
    sides = _sides(base, asked)
    found = along(base, memory, axis, sides=sides, charted=False)
    return _Told(found).of_two() if found is not None else _nowhere(base, axis, sides)


def of_every_two(found: Along, name: words.Naming) -> tuple[PairBreakEven, ...]:
    """Break-even of every two sides that are feasible somewhere; ``name`` says their words."""
    return _Told(found, name).pairs()


def largest_difference(
    one: Evaluation, first: str, other: Evaluation, second: str
) -> tuple[Category, float]:
    """Category that makes most of the second's cost minus the first's, and its part [USD].

    Each candidate is read at the first point of its evaluation.
    """
    return _largest(_by_category(one, first, 0), _by_category(other, second, 0))


def _sides(base: Evaluation, asked: Asked) -> tuple[Side, Side]:
    """What is asked for; raises :class:`ScenarioError` naming what is neither."""
    bad, found = [], []
    for field, name in (("a", asked.a), ("b", asked.b)):
        known = side(name, base)
        if known is None:
            bad.append(BadField(field=field, value=name, allowed=SIDES))
        else:
            found.append(known)
    if not bad and asked.a == asked.b:
        bad.append(BadField(field="b", value=asked.b, allowed=f"another one than a; {SIDES}"))
    if bad:
        raise ScenarioError(bad)
    return found[0], found[1]


SIDES = f"{' | '.join(PLACES)}, or the id of a candidate of this scenario"
"""What the break-even is asked of."""


def _nowhere(base: Evaluation, axis: Axis, sides: tuple[Side, Side]) -> PairBreakEven:
    """Neither of two sides is allowed anywhere."""
    name = _naming(base)
    text = words.not_together(*((name(item.id), False) for item in sides))
    return PairBreakEven(
        sides[0].id,
        sides[1].id,
        axis.name,
        axis.low,
        axis.high,
        (),
        "not_comparable",
        text,
        gap_low_usd=None,
        gap_high_usd=None,
        resolution=0.0 if axis.exact else axis.grid_width(),
        unit=axis.unit,
    )


def _naming(base: Evaluation) -> words.Naming:
    """Words of places and of candidates."""

    def name(text: str) -> str:
        if text in PLACES:
            return said.place(PLACES[text].id)
        index = base.at.get(text)
        if index is None:
            return text
        pair, own = base.where(index)
        return str(pair.block.products.label(int(pair.rows[own])))

    return name


def _read(found: Along | None, part: Callable[[_Told], tuple[T, ...]]) -> tuple[T, ...]:
    """A part of what lies along an axis; nothing where no place is feasible anywhere."""
    return () if found is None else part(_Told(found))


class _Told:
    """What lies along an axis, as results."""

    def __init__(self, found: Along, name: words.Naming | None = None) -> None:
        self.found, self.axis, self.places = found, found.axis, found.search.places
        self.names = tuple(item.id for item in found.search.sides)
        self.named = name or _naming(found.base)
        self.x, self.envelope = found.sampled.x, found.sampled.found

    def flips(self) -> tuple[Flip, ...]:
        """Nearest values below and above the scenario's at which another place is cheapest."""
        here, best = self.axis.here, self.envelope.best
        if here is None:
            return ()
        own = int(np.searchsorted(self.x, here))
        if best[own] == NOBODY:
            return ()
        directions: tuple[tuple[int, Direction], ...] = ((1, "above"), (-1, "below"))
        found = []
        for step, direction in directions:
            beyond = np.arange(own + step, self.x.size if step > 0 else -1, step)
            others = beyond[best[beyond] != best[own]]
            if others.size and best[others[0]] != NOBODY:
                found.append(self._flip(int(others[0]) - step, int(others[0]), direction))
        return tuple(sorted(found, key=lambda flip: self._distance(flip.at, here)))

    def _distance(self, one: float, other: float) -> float:
        """How far two values lie apart on the axis' own scale."""
        ends = self.axis.scaled(np.array([one, other]))
        return float(abs(ends[1] - ends[0]))

    def _flip(self, last: int, first: int, direction: Direction) -> Flip:
        """The change between two neighbours: ``last`` as here, ``first`` another place."""
        best, costs = self.envelope.best, self.envelope.costs
        old, new = int(best[last]), int(best[first])
        gaps = [float(costs[old, i] - costs[new, i]) for i in (last, first)]
        ends = float(self.x[last]), float(self.x[first])
        at = ends[1]
        if not self.axis.whole and np.isfinite(gaps[0]):
            share = gaps[0] / (gaps[0] - gaps[1]) if np.isfinite(gaps[1]) and gaps[1] else 0.0
            at = ends[0] + (ends[1] - ends[0]) * share
        label = self._candidate(new, first).label
        return Flip(self.axis.name, at, direction, self.places[new], label)

    def _candidate(self, place: int, at: int) -> Candidate:
        return self.found.search.candidates.known[int(self.envelope.winners[place, at])]

    # two places --------------------------------------------------------------------------------

    def pairs(self) -> tuple[PairBreakEven, ...]:
        """Break-even of every two places that are feasible somewhere."""
        told = [(pair, stretch) for pair, found in self.found.changes.items() for stretch in found]
        made: dict[Pair, list[Crossing]] = {pair: [] for pair in self.found.changes}
        for (pair, stretch), ends in zip(told, self._intervals(told), strict=True):
            made[pair].append(self._crossing(pair, stretch, *ends))
        return tuple(self._pair(pair, found) for pair, found in made.items())

    def _intervals(self, told: Sequence[tuple[Pair, Stretch]]) -> list[tuple[float, float]]:
        """Interval of each: from the first change's low to the last change's high end."""
        ends = [tuple(self._meeting(pair, change) for change in stretch) for pair, stretch in told]
        # a change that is both first and last is worked out once
        distinct = list(dict.fromkeys(meeting for both in ends for meeting in both))
        of = dict(zip(distinct, intervals(self.found, distinct), strict=True))
        return [(of[first][0], of[last][1]) for first, last in ends]

    def _meeting(self, pair: Pair, change: Change) -> Meeting:
        below, above = pair if change.first_is_below else pair[::-1]
        sides = self.x[[change.left, change.right]].tolist() if change.steps else [change.at] * 2
        return Meeting(change.at, sides[0], sides[1], below, above)

    def _crossing(self, pair: Pair, stretch: Stretch, low: float, high: float) -> Crossing:
        start, end = stretch
        one, other = (self.names[side] for side in pair)
        made = Crossing(
            self.axis.name,
            start.at,
            low,
            high,
            start.kind,
            below=one if start.first_is_below else other,
            above=other if start.first_is_below else one,
            last_below=start.last_below,
            first_above=start.first_above,
        )
        if start is end:
            return made
        return replace(
            made,
            kind="alternating",
            above=other if end.first_is_below else one,
            until=end.at,
            changes=sum(start.at <= turn.at <= end.at for turn in self.found.turns[pair]),
            last_below=None,
            first_above=None,
        )

    def of_two(self) -> PairBreakEven:
        """Break-even of the only two sides there are."""
        found = self._with_kinds(next(iter(self.pairs()), None) or self._pair((0, 1), ()))
        if found.verdict not in ("always", "never"):
            return found
        return replace(found, text=found.text + words.mostly(self._largest_parts()))

    def _with_kinds(self, found: PairBreakEven) -> PairBreakEven:
        """The same; a step is of feasibility where who is the best of a side is shut out beside it.

        Where a machine that sleeps begins to meet a budget its place has been allowed all along,
        at the cost of a dearer candidate: its cost steps since the cheaper one starts being
        allowed.
        """
        starts = [start for start, end in self.found.changes.get((0, 1), ()) if start is end]
        alone = [i for i, item in enumerate(found.crossings) if item.until is None]
        steps = [
            (i, start)
            for i, start in zip(alone, starts, strict=True)
            if start.steps and start.kind == "exact" and self._winners_change(start)
        ]
        if not steps:
            return found
        sides = np.array([[start.left, start.right] for _, start in steps])
        shut = self._shut(sides)
        crossings = list(found.crossings)
        for (i, _), closed in zip(steps, shut.tolist(), strict=True):
            if closed:
                crossings[i] = replace(crossings[i], kind="feasibility")
        return replace(found, crossings=tuple(crossings))

    def _winners_change(self, change: Change) -> bool:
        winners = self.envelope.winners
        return any_true(winners[:, change.left] != winners[:, change.right])

    def _shut(self, sides: Index) -> BoolArray:
        """Whether who is the best on one side of a step may not be ranked on the other (J,)."""
        search, winners = self.found.search, self.envelope.winners
        x = self.x[sides]
        held = winners[:, sides]  # (2, J, 2)
        points = self.axis.points(self.found.scenario, x.ravel())
        made = over(points, search.book, search.memory, search.candidates.products(held.ravel()))
        ranked = np.concatenate([made.ranked, np.full((1, x.size), np.inf)])
        known = search.candidates.known
        rows = np.array([*(made.at.get(item.id, -1) for item in known), -1], dtype=np.intp)
        cost = ranked.reshape(-1, *x.shape)
        turn = np.arange(len(sides))
        shut = np.zeros(len(sides), dtype=bool)
        for here, there in ((0, 1), (1, 0)):
            for winner in held:
                own = rows[winner[:, here]]
                moved = winner[:, here] != winner[:, there]
                shut |= moved & np.isinf(cost[own, turn, there])
        return shut

    def _largest_parts(self) -> list[tuple[Category, float]]:
        """What makes most of the gap of two sides at each end, in USD a month."""
        costs, axis = self.envelope.costs, self.axis
        ends = [end for end in (0, self.x.size - 1) if np.isfinite(costs[:, end]).all()]
        if not ends:
            return []
        search, x = self.found.search, self.x[ends]
        held = self.envelope.winners[:, ends]
        points = axis.points(self.found.scenario, x)
        made: dict[int, tuple[Category, float]] = {}
        for here, found in evaluations(
            points, search.book, search.memory, search.candidates.products(held.ravel())
        ):
            for column, end in enumerate(here.tolist()):
                ids = [search.candidates.known[number].id for number in held[:, end]]
                parts = [_by_category(found, name, column) for name in ids]
                made[end] = _largest(*parts)
        months = self._months(x)
        return [(made[i][0], made[i][1] / float(months[i])) for i in range(len(ends))]

    def _pair(self, pair: Pair, found: Sequence[Crossing]) -> PairBreakEven:
        costs = self.envelope.costs[list(pair)]
        both: BoolArray = np.asarray(np.isfinite(costs).all(0))
        first, second = (self.names[side] for side in pair)
        gaps = [_difference(costs[1, end], costs[0, end]) for end in (0, -1)]
        verdict, text = self._verdict(pair, costs, both, found, gaps)
        left = self.found.left_open.get(pair, 0.0)
        resolution = left if self.axis.exact else max(left, self.axis.grid_width())
        if resolution and any_true(both):
            text += words.unseen(self.axis, resolution)
        return PairBreakEven(
            first,
            second,
            self.axis.name,
            axis_low=float(self.x[0]),
            axis_high=float(self.x[-1]),
            crossings=tuple(found),
            verdict=verdict,
            text=text,
            gap_low_usd=gaps[0],
            gap_high_usd=gaps[1],
            resolution=resolution,
            unit=self.axis.unit,
            first_allowed=self._allowed(costs[0]),
            second_allowed=self._allowed(costs[1]),
        )

    def _allowed(self, cost: Array) -> tuple[Span, ...]:
        """Stretches of the axis on which a side may be ranked."""
        allowed = np.concatenate([[0], np.isfinite(cost), [0]])
        ends = np.flatnonzero(np.diff(allowed)).reshape(-1, 2)
        return tuple((float(self.x[start]), float(self.x[end - 1])) for start, end in ends)

    def _verdict(
        self,
        pair: Pair,
        costs: Array,
        both: BoolArray,
        found: Sequence[Crossing],
        gaps: Sequence[float | None],
    ) -> tuple[Verdict, str]:
        named = [self.named(self.names[side]) for side in pair]
        if found:
            return "crosses", words.crossings(self.axis, found, self.named)
        if not any_true(both):
            somewhere: BoolArray = np.asarray(np.isfinite(costs).any(1))
            return "not_comparable", words.not_together(
                (named[0], bool(somewhere[0])), (named[1], bool(somewhere[1]))
            )
        always = bool((costs[0, both] <= costs[1, both]).all())
        months = self._months(self.x[[0, -1]])
        low, high = (None if gap is None else gap / m for gap, m in zip(gaps, months, strict=True))
        return ("always" if always else "never"), words.never(named[not always], low, high)

    def _months(self, x: Array) -> Array:
        """Months looked at, at values of the axis."""
        if self.axis.name == "horizon_months":
            return x
        return np.full_like(x, self.found.scenario.horizon_months)

    # places ------------------------------------------------------------------------------------

    def curves(self) -> tuple[Curve, ...]:
        """Monthly cost of each place's best candidate; NaN where none is feasible."""
        x, months = tuple(self.x.tolist()), self._months(self.x)
        names = np.array([*(item.id for item in self.found.search.candidates.known), ""])
        found = []
        for place, cost, winners in zip(
            self.places, self.envelope.costs, self.envelope.winners, strict=True
        ):
            if any_true(np.isfinite(cost)):
                monthly = np.where(np.isfinite(cost), cost / months, np.nan).tolist()
                ids = tuple(names[winners].tolist())
                found.append(Curve(place, self.axis.name, x, tuple(monthly), ids))
        return tuple(found)


def _by_category(found: Evaluation, name: str, point: int) -> dict[Category, float]:
    """What a candidate costs at a point by category, as it is ranked [USD]."""
    pair, own = found.where(found.at[name])
    ranked_all = found.case.scenario.rank_by != "company"
    made: dict[Category, float] = {}
    for item in pair.line_items(own, point):
        if ranked_all or item.payer == "company":
            made[item.category] = made.get(item.category, 0.0) + item.amount_usd
    return made


def _largest(
    one: Mapping[Category, float], other: Mapping[Category, float]
) -> tuple[Category, float]:
    """The category that makes most of the second's cost minus the first's."""
    names: dict[Category, None] = dict.fromkeys([*one, *other])
    parts = {name: other.get(name, 0.0) - one.get(name, 0.0) for name in names}
    sign = np.sign(sum(parts.values())) or 1.0
    chosen = max(parts, key=lambda name: parts[name] * sign)
    return chosen, parts[chosen]


def _difference(cost: float, less: float) -> float | None:
    return float(cost - less) if np.isfinite(cost) and np.isfinite(less) else None
