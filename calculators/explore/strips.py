"""Who wins over the bounds of every input, everything else as in the scenario: one bar an input.

Inputs that the arithmetic of the scenario never asks for move nothing. The others are looked at
together: each has a look of its own (:mod:`calculators.explore.along`), and what all of them ask
for at a time is answered by one evaluation, in which each input varies at its own points alone. An
input that is left open by the scenario takes part with the value that stands for it, where that
changes nothing; those for which no single value stands (places differ in it) are looked at alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from calculators.answer.options import BASE
from calculators.arrays import Array, Index, any_true
from calculators.evaluation import Evaluation
from calculators.explore.along import Along, Ask, Asking, Depth, Looker, Told, answered
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.crossings import changes
from calculators.explore.envelope import NOBODY, SLOW, Envelope, Products, joined, swept_part
from calculators.explore.sweep import Part, evaluations, together
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.results import Band, Strip
from calculators.scenario import ScenarioError, fields, is_numeric
from pricing.records import record

COARSE, FINE = 5, 33  # values over all candidates, and to start from: fewer than for one axis
OVERHEAD = 6_000  # products x values that cost about as much as an evaluation of nothing
CUTS, VALUES = 15, 400  # of one cell in a round, and of one axis: many axes share a round
NEAR = 3.0  # times the least cost: who is dearer at all coarse values is looked at beside edges
SAME = 1e-9  # of a cost: as good as the scenario's own
MONTHLY = frozenset(
    {
        "growth_pct_per_month",
        *(f"price_change_pct_per_year_{kind}" for kind in ("api", "rental", "hardware")),
        "price_change_pct_per_year_electricity",
    }
)
"""Inputs under which every month stands alone: dear, so looked at apart from the others."""
ALONE = frozenset({VOLUME, "pue", "gflops_per_request"})
"""Inputs looked at alone.

Steps are known along the volume; no value stands for the overhead of a building that is left open;
and where the work of a request is given, what the request holds no longer says it.
"""


def strips(
    base: Evaluation, memory: Memory, only: Collection[str] | None = None
) -> tuple[Strip, ...]:
    """A strip for every numeric input that may be set alone, nearest flip first.

    Those that move nothing come last. Edges are the crossings of the two places beside them. With
    ``only`` the inputs it names are looked at and no others.
    """
    axes = tuple(axis for axis in _axes(base) if only is None or axis.name in only)
    read = _read(base, memory)
    looked = [axis for axis in axes if axis.name in read]
    found = dict(_looked(base, memory, looked))
    made = [_strip(base, axis, found.get(axis.name)) for axis in axes]
    return tuple(sorted(made, key=lambda strip: (strip.distance, len(strip.bands) == 1)))


def _axes(base: Evaluation) -> Iterator[Axis]:
    """Every numeric input that the scenario allows to be set alone."""
    for name in fields():
        if is_numeric(name):
            try:
                yield Axis.of(name, base.case)
            except ScenarioError:
                continue


@record
class _Noting(Points):
    """Points that note which inputs they are asked for."""

    asked: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Array:
        self.asked.add(name)
        return super().__getitem__(name)

    def given(self, name: str) -> bool:
        self.asked.add(name)
        return super().given(name)


def _read(base: Evaluation, memory: Memory) -> frozenset[str]:
    """Inputs that any candidate's cost or feasibility asks for.

    An evaluation that never asks for an input, nor whether it is given, is the same whatever the
    input is.
    """
    points = _Noting(base.case.scenario)
    for _, found in evaluations(points, base.case.book, memory):
        assert found.ranked.size >= 0
    return frozenset(points.asked)


# looking at many inputs at once -----------------------------------------------------------------


def _looked(
    base: Evaluation, memory: Memory, axes: Sequence[Axis]
) -> Iterator[tuple[str, Along | None]]:
    """What lies along each axis."""
    lookers = [Looker(base, memory, axis, CLOSE if axis.name == VOLUME else DEPTH) for axis in axes]
    many, few, alone = _grouped(base, memory, lookers)
    for group in (many, few):
        yield from _Together(base, memory, group).found()
    for looker in alone:
        if looker.depth == DEPTH:
            looker.depth = LONE
        yield looker.axis.name, answered(looker)


DEPTH = Depth(
    cheapest=True,
    charted=False,
    still=True,
    coarse=COARSE,
    fine=FINE,
    cuts=CUTS,
    values=VALUES,
    near=NEAR,
)
LONE = replace(DEPTH, coarse=FINE)
"""Of an input that shares no evaluation: all its values at once cost less than twice a few."""
CLOSE = Depth(cheapest=True, charted=False)
"""Along the volume a look of its own knows every step."""


def _grouped(
    base: Evaluation, memory: Memory, lookers: Sequence[Looker]
) -> tuple[list[Looker], list[Looker], list[Looker]]:
    """Looks that may share an evaluation, those whose months stand alone, and the rest."""
    joint = [one for one in lookers if one.axis.here is not None and one.axis.name not in ALONE]
    open_ = [one for one in joint if getattr(base.case.scenario, one.axis.name) is None]
    unlike = {one.axis.name for one in open_} if not _same(base, memory, open_) else set()
    if unlike:
        unlike = {one.axis.name for one in open_ if not _same(base, memory, [one])}
    joint = [one for one in joint if one.axis.name not in unlike]
    many = [one for one in joint if one.axis.name not in MONTHLY]
    few = [one for one in joint if one.axis.name in MONTHLY]
    shared = {one.axis.name for one in joint}
    return many, few, [one for one in lookers if one.axis.name not in shared]


def _same(base: Evaluation, memory: Memory, lookers: Sequence[Looker]) -> bool:
    """Whether open inputs may be filled with what stands for them: no candidate's cost moves."""
    if not lookers:
        return True
    columns = {one.axis.name: np.array([one.axis.here]) for one in lookers}
    points = Points(base.case.scenario, 1, columns=columns)
    for _, found in evaluations(points, base.case.book, memory):
        rows = [base.at.get(name, -1) for name in found.ids]
        if -1 in rows or found.size != base.size:
            return False
        known, now = base.ranked[rows, BASE], found.ranked[:, 0]
        with np.errstate(invalid="ignore"):
            same = (known == now) | (np.abs(known - now) <= SAME * np.abs(known))
        if not same.all():
            return False
    return True


class _Together:
    """Looks along several axes, answered in rounds."""

    def __init__(self, base: Evaluation, memory: Memory, lookers: Sequence[Looker]) -> None:
        self.base, self.memory, self.lookers = base, memory, lookers

    def found(self) -> Iterator[tuple[str, Along | None]]:
        """What each finds."""
        looks: list[tuple[Looker, Asking, Ask]] = []
        for looker in self.lookers:
            asking = looker.looking()
            looks.append((looker, asking, next(asking)))
        while looks:
            told = self._all_told([(looker, ask) for looker, _, ask in looks])
            left = []
            for (looker, asking, _), answer in zip(looks, told, strict=True):
                try:
                    left.append((looker, asking, asking.send(answer)))
                except StopIteration as end:
                    yield looker.axis.name, end.value
            looks = left

    def _all_told(self, asked: Sequence[tuple[Looker, Ask]]) -> list[Told]:
        """Answers to all, in few evaluations."""
        found: dict[int, Told] = {}
        for turns in _batches([ask for _, ask in asked]):
            answers = self._told([asked[turn] for turn in turns])
            found.update(zip(turns, answers, strict=True))
        return [found[turn] for turn in range(len(asked))]

    def _told(self, asked: Sequence[tuple[Looker, Ask]]) -> list[Told]:
        """Answers to what all ask for at a time, in one evaluation."""
        points, starts = self._points(asked)
        whole = asked[0][1].whole
        assert all(ask.whole == whole for _, ask in asked)
        envelopes = [Envelope.nothing(len(one.sides), ask.x.size) for one, ask in asked]
        parts: list[list[tuple[Index, Part]]] = [[] for _ in asked]
        for here, found in evaluations(
            points, self.base.case.book, self.memory, None if whole else _union(asked)
        ):
            for turn, (looker, ask) in enumerate(asked):
                columns = np.flatnonzero((here >= starts[turn]) & (here < starts[turn + 1]))
                if not columns.size:
                    continue
                own = here[columns] - starts[turn]
                looker.search(ask.only).put(envelopes[turn], own, found, columns)
                if whole:
                    parts[turn].append(
                        (own, swept_part(found, columns, slow=looker.slow, winners=True))
                    )
        if not whole:
            return [Told(envelope) for envelope in envelopes]
        return [
            Told(envelope, together(part, ask.x.size, SLOW if looker.slow else ()))
            for envelope, part, (looker, ask) in zip(envelopes, parts, asked, strict=True)
        ]

    def _points(self, asked: Sequence[tuple[Looker, Ask]]) -> tuple[Points, Index]:
        """All values asked for: each axis varies at its own points and stands at the others."""
        starts = np.concatenate([[0], np.cumsum([ask.x.size for _, ask in asked])]).astype(np.intp)
        columns = {}
        for turn, (looker, ask) in enumerate(asked):
            column = np.full(int(starts[-1]), looker.axis.here, dtype=np.float64)
            column[starts[turn] : starts[turn + 1]] = ask.x
            columns[looker.axis.name] = column
        return Points(self.base.case.scenario, int(starts[-1]), columns=columns), starts


@dataclass
class _Batch:
    """Asks that are answered together."""

    turns: list[int]
    values: int
    products: frozenset[tuple[str, str]]

    @property
    def cells(self) -> int:
        """What is worked out: every product at every value."""
        return self.values * len(self.products)


def _batches(asks: Sequence[Ask]) -> list[list[int]]:
    """Which asks to answer together, so that little is worked out that nobody asked for.

    An evaluation costs as much as :data:`OVERHEAD` cells, and all products at all values. Those
    that ask for everybody are answered in one.
    """
    if any(ask.whole for ask in asks):
        return [list(range(len(asks)))]
    named = [
        frozenset(
            (place, name) for place, names in (ask.only or {}).items() for name in names or ()
        )
        for ask in asks
    ]
    made: list[_Batch] = []
    for turn in sorted(range(len(asks)), key=lambda turn: -len(named[turn])):
        own = _Batch([turn], asks[turn].x.size, named[turn])
        best, gain = None, 0
        for batch in made:
            both = (batch.values + own.values) * len(batch.products | own.products)
            saved = OVERHEAD + batch.cells + own.cells - both
            if saved > gain:
                best, gain = batch, saved
        if best is None:
            made.append(own)
        else:
            best.turns.append(turn)
            best.values += own.values
            best.products |= own.products
    return [batch.turns for batch in made]


def _union(asked: Iterable[tuple[Looker, Ask]]) -> Products:
    """Products that any of them asks for."""
    every: Products = {}
    for _, ask in asked:
        every = joined(
            every, {place: names or frozenset() for place, names in (ask.only or {}).items()}
        )
    return every


# reading the bands ------------------------------------------------------------------------------


def _strip(base: Evaluation, axis: Axis, found: Along | None) -> Strip:
    bands = (_whole(base, axis),) if found is None else tuple(_bands(found))
    near, distance = _nearest(axis, bands)
    return Strip(axis.name, axis.unit, axis.low, axis.high, axis.here, bands, near, distance)


def _whole(base: Evaluation, axis: Axis) -> Band:
    """The scenario's own answer all along."""
    costs = base.ranked[:, BASE]
    place = base.places[int(costs.argmin())] if any_true(np.isfinite(costs)) else None
    return Band(axis.low, axis.high, place, 0.0)


def _bands(found: Along) -> Iterator[Band]:
    """Stretches with one cheapest place, in order."""
    best, x = found.sampled.found.best, found.sampled.x
    turns = np.flatnonzero(best[1:] != best[:-1])
    edges = [float(x[0]), *(edge(found, int(turn)) for turn in turns), float(x[-1])]
    first = [int(best[0]), *best[turns + 1].tolist()]
    left = max(found.left_open.values(), default=0.0)
    resolution = left if found.axis.exact else max(left, found.axis.grid_width(FINE))
    for start, end, place in zip(edges[:-1], edges[1:], first, strict=True):
        yield Band(start, end, _place(found, place), resolution)


def _place(found: Along, side: int) -> AnswersAt | None:
    return None if side == NOBODY else found.search.sides[side].place


def edge(found: Along, turn: int) -> float:
    """Where the cheapest side changes between the value ``turn`` and the next one.

    It is the crossing of the two, looked for over the bands of both.
    """
    best, x, costs = found.sampled.found.best, found.sampled.x, found.sampled.found.costs
    old, new = int(best[turn]), int(best[turn + 1])
    if NOBODY in (old, new):
        return float(x[turn + 1] if old == NOBODY else x[turn])
    start, end = turn, turn + 1
    while start > 0 and best[start - 1] == old:
        start -= 1
    while end + 1 < x.size and best[end + 1] == new:
        end += 1
    here = slice(start, end + 1)
    met = changes(found.axis, x[here], costs[old, here], costs[new, here])
    beside = [one for one in met if one.left + start <= turn + 1 and one.right + start >= turn]
    return beside[0].at if beside else float(x[turn + 1])


def _nearest(axis: Axis, bands: Sequence[Band]) -> tuple[float | None, float]:
    """The nearest edge of the band the scenario stands in, and how near it is."""
    edges = np.array([band.end for band in bands[:-1]])
    if axis.here is None or not edges.size:
        return None, np.inf
    ends = axis.scaled(np.concatenate([[axis.here], edges]))
    apart = np.abs(ends[1:] - ends[0])
    nearest = int(apart.argmin())
    whole = axis.scaled(np.array([axis.low, axis.high]))
    return float(edges[nearest]), float(apart[nearest] / (whole[1] - whole[0]))
