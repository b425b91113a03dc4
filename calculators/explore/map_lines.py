"""Lines of a map: where the cheapest place changes, and where a place stops being allowed.

Read from neighbouring cells that differ, then halved: each point is moved along the line between
two cells until what it lies between is a small share of a cell. All lines are halved together, so
that a point two of them share is looked at once. Inputs that take whole numbers are not cut: there
the middle of the two is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array, Index
from calculators.evaluation import Evaluation
from calculators.explore.envelope import NOBODY, Candidates, Envelope, Search
from calculators.explore.sweep import evaluations
from calculators.explore.who_wins import Map
from calculators.memory import SHARED, Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.scenario import Scenario, is_whole
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record, value

HALVINGS = 5  # of a cell: what is left is a 32nd
WINNER = -1  # what is told of a point: who wins; else whether the place of this number is allowed
NOT_OFFERED, NOT_PRICED = "offer", "price"
"""Why a candidate is not ranked, where no rule fails."""
POINTLESS = ""


@value
class Border:
    """A point at which the cheapest place changes."""

    x: float
    y: float
    between: tuple[AnswersAt | None, AnswersAt | None]  # the lower side first; None: nobody


@value
class Limit:
    """A point at which a place stops being allowed, and by which rule."""

    x: float
    y: float
    place: AnswersAt
    rule: str
    allowed: str  # "below" or "above" the point, ...
    along: str  # ... along this input


@record
class Lines:
    """The lines of one map."""

    borders: tuple[Border, ...]
    limits: tuple[Limit, ...]


def lines(scenario: Scenario, made: Map, book: PriceBook, memory: Memory = SHARED) -> Lines:
    """Where the cheapest place changes and where places stop being allowed, on a map."""
    known = list(made.candidates)
    numbered = Candidates(known, {item.id: number for number, item in enumerate(known)})
    search = Search(book, memory, numbered.products(), numbered)
    drawn = _Lines(scenario, made, search)
    return Lines(tuple(drawn.borders()), tuple(drawn.limits()))


@dataclass(eq=False)
class _Edges:
    """E pairs of neighbouring cells that differ; positions on the axes' scales (E, 2): x, y."""

    what: Index  # (E,) WINNER, or the number of a place
    first: Array  # positions
    second: Array
    told: tuple[Index, Index]  # on both sides: who wins, or 1 where the place is allowed
    best: Index  # (E,) of a place: its candidate on the allowed side
    along: Index  # (E,) 0: side by side along x; 1: along y

    @staticmethod
    def joined(parts: Sequence[_Edges]) -> _Edges:
        """All of them."""
        return _Edges(
            np.concatenate([part.what for part in parts]),
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.second for part in parts]),
            (
                np.concatenate([part.told[0] for part in parts]),
                np.concatenate([part.told[1] for part in parts]),
            ),
            np.concatenate([part.best for part in parts]),
            np.concatenate([part.along for part in parts]),
        )


class _Lines:
    """Draws the lines of a map."""

    def __init__(self, scenario: Scenario, made: Map, search: Search) -> None:
        self.scenario, self.made, self.search = scenario, made, search
        self.axes = _Scale.of(*made.x), _Scale.of(*made.y)

    @cached_property
    def edges(self) -> _Edges:
        """Every edge of every line, halved."""
        made = self.made
        allowed = np.isfinite(made.costs).astype(np.intp)
        places = [self._between(turn, cells) for turn, cells in enumerate(allowed)]
        edges = _Edges.joined([self._between(WINNER, made.winner), *places])
        self._halve(edges)
        return edges

    def _between(self, what: int, cells: Index) -> _Edges:
        """Neighbouring cells (ny, nx) that differ."""
        x, y = (scale.places for scale in self.axes)
        row, column = np.nonzero(cells[:, :-1] != cells[:, 1:])
        low, across = np.nonzero(cells[:-1] != cells[1:])
        first_row, first_column = np.concatenate([row, low]), np.concatenate([column, across])
        second_row, second_column = (
            np.concatenate([row, low + 1]),
            np.concatenate([column + 1, across]),
        )
        one, other = cells[first_row, first_column], cells[second_row, second_column]
        held = self.made.winners[max(what, 0)]
        best = np.where(one > 0, held[first_row, first_column], held[second_row, second_column])
        return _Edges(
            what=np.full(one.size, what, dtype=np.intp),
            first=np.stack([x[first_column], y[first_row]], 1),
            second=np.stack([x[second_column], y[second_row]], 1),
            told=(one, other),
            best=best.astype(np.intp),
            along=np.concatenate([np.zeros(row.size), np.ones(low.size)]).astype(np.intp),
        )

    def _halve(self, edges: _Edges) -> None:
        """Draw edges together around what changes between their sides."""
        open_ = np.array([not scale.whole for scale in self.axes])[edges.along]
        rows = np.flatnonzero(open_)
        for _ in range(HALVINGS if rows.size else 0):
            middle = (edges.first[rows] + edges.second[rows]) / 2
            here, best = self._told(edges.what[rows], middle)
            same = here == edges.told[0][rows]
            edges.first[rows[same]] = middle[same]
            edges.second[rows[~same]] = middle[~same]
            edges.told[1][rows[~same]] = here[~same]
            allowed = (edges.what[rows] != WINNER) & (here > 0)
            edges.best[rows[allowed]] = best[allowed]

    def _told(self, what: Index, places: Array) -> tuple[Index, Index]:
        """What lines ask of their points (E,), and the candidate of the place meant."""
        once, turn = np.unique(places, axis=0, return_inverse=True)
        turn = turn.reshape(-1)
        found: Envelope = self.search.at(self._points(once))
        allowed = np.isfinite(found.costs)[np.maximum(what, 0), turn]
        told = np.where(what == WINNER, found.best[turn], allowed)
        return told.astype(np.intp), found.winners[np.maximum(what, 0), turn]

    def _points(self, places: Array) -> Points:
        values = {
            name: np.round(found) if scale.whole else found
            for name, scale, found in zip(
                (self.made.x[0], self.made.y[0]), self.axes, self._valued(places), strict=True
            )
        }
        return Points(self.scenario, len(places)).with_values(values)

    def _valued(self, places: Array) -> tuple[Array, Array]:
        x, y = self.axes
        return x.valued(places[:, 0]), y.valued(places[:, 1])

    @cached_property
    def _middle(self) -> tuple[Array, Array]:
        return self._valued((self.edges.first + self.edges.second) / 2)

    # what is told ------------------------------------------------------------------------------

    def borders(self) -> Sequence[Border]:
        """Where the cheapest place changes."""
        edges, (x, y) = self.edges, self._middle
        names: Sequence[AnswersAt | None] = [*self.made.places, None]  # NOBODY is the last
        return [
            Border(
                float(x[row]),
                float(y[row]),
                (names[edges.told[0][row]], names[edges.told[1][row]]),
            )
            for row in np.flatnonzero(edges.what == WINNER).tolist()
        ]

    def limits(self) -> Sequence[Limit]:
        """Where each place stops being allowed; a hybrid with nothing to do is not forbidden."""
        edges, (x, y) = self.edges, self._middle
        inputs = (self.made.x[0], self.made.y[0])
        rules = self._rules()
        return [
            Limit(
                float(x[row]),
                float(y[row]),
                self.made.places[edges.what[row]],
                rule,
                "below" if edges.told[0][row] else "above",
                inputs[int(edges.along[row])],
            )
            for row, rule in rules.items()
            if rule != POINTLESS
        ]

    def _rules(self) -> Mapping[int, str]:
        """Edge of a place -> the rule that its candidate fails on the other side."""
        edges = self.edges
        rows = np.flatnonzero((edges.what != WINNER) & (edges.best != NOBODY))
        if not rows.size:
            return {}
        shut = np.where((edges.told[0][rows] > 0)[:, None], edges.second[rows], edges.first[rows])
        points, search = self._points(shut), self.search
        rules = dict.fromkeys(rows.tolist(), NOT_OFFERED)
        only = search.candidates.products(edges.best[rows])
        for here, found in evaluations(points, search.book, search.memory, only):
            for point, row in enumerate(rows[here].tolist()):
                index = found.at.get(search.candidates.known[edges.best[row]].id)
                if index is not None:
                    rules[row] = _rule(found, index, point)
        return rules


def _rule(found: Evaluation, index: int, point: int) -> str:
    """The first rule a candidate fails at a point, those first that nothing can buy off."""
    pair, own = found.where(index)
    fails = [item for item in pair.findings(own, point) if item.verdict == "fail"]
    if fails:
        return min(fails, key=lambda item: not item.absolute).rule
    return POINTLESS if found.pointless[index, point] else NOT_PRICED


@record
class _Scale:
    """An axis as places on a scale: logarithms where values lie so, else the values."""

    values: Array
    log: bool
    whole: bool

    @classmethod
    def of(cls, name: str, values: Sequence[float] | Array) -> _Scale:
        """The scale of some ascending values of an input."""
        array = np.asarray(values, dtype=np.float64)
        return cls(array, is_log(array), is_whole(name))

    @property
    def places(self) -> Array:
        """Its values on the scale."""
        return np.log(self.values) if self.log else self.values

    def valued(self, places: Array) -> Array:
        """Values of places on it."""
        found = np.exp(places) if self.log else places
        return np.clip(found, self.values[0], self.values[-1])


def is_log(values: Array) -> bool:
    """Whether ascending values lie on a logarithmic scale: even ratios, not even steps."""
    if values.size < 3 or values[0] <= 0:
        return False
    steps, ratios = np.diff(values), np.diff(np.log(values))
    return bool(np.ptp(ratios) / ratios.mean() < np.ptp(steps) / steps.mean())
