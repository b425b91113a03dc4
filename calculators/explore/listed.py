"""The best candidate of each place at every point, as lists show it.

Candidates are ordered by status, then by what they are ranked by where that is known; the first of
each place stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calculators.answer.options import statuses
from calculators.arrays import Array, Index, filled
from calculators.evaluation import Evaluation
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED, Memory
from calculators.places import PLACES, UNTRAINED, AnswersAt
from calculators.points import Points
from calculators.results import STATUSES, Status
from pricing.book import PriceBook
from pricing.records import record

ABSENT = STATUSES.index("not_offered")


@record
class Listed:
    """The first candidate of one place at N points; NaN where nothing is known."""

    ids: list[str]
    codes: Index  # (N,) into STATUSES
    company: Array  # USD over the horizon
    total: Array
    p95_ms: Array

    @classmethod
    def absent(cls, place: AnswersAt, size: int) -> Listed:
        """Nobody offers it."""
        unknown = np.full((3, size), np.nan)
        codes = np.full(size, ABSENT, dtype=np.intp)
        return cls([f"{UNTRAINED}>{place}"] * size, codes, *unknown)

    def status(self, point: int) -> Status:
        """Status at a point."""
        return STATUSES[int(self.codes[point])]


def listed(points: Points, book: PriceBook, memory: Memory = SHARED) -> Mapping[AnswersAt, Listed]:
    """The first candidate of every place at every point."""
    made = {place: Listed.absent(place, points.size) for place in PLACES}
    for here, found in evaluations(points, book, memory):
        for place in PLACES:
            _write(made[place], found, place, here)
    return made


def _write(made: Listed, found: Evaluation, place: AnswersAt, here: Index) -> None:
    """Put what one evaluation says of a place at its points."""
    rows = np.flatnonzero(np.array([name == place for name in found.places], dtype=bool))
    if not rows.size:
        return
    first = rows[_first(found, rows)]
    points = np.arange(here.size)
    made.codes[here] = statuses(found, slice(None))[first, points]
    made.company[here] = found.company[first, points]
    made.total[here] = (found.company + found.user)[first, points]
    made.p95_ms[here] = _p95(found, first)
    names = {row: found.id(int(row)) for row in np.unique(first)}
    for point, row in zip(here.tolist(), first.tolist(), strict=True):
        made.ids[point] = names[row]


def _first(found: Evaluation, rows: Index) -> Index:
    """Of some candidates the first at each point (N,): the best status, then the least cost."""
    codes = statuses(found, slice(None))[rows]
    cost = filled(found.cost[rows], np.inf)
    best = codes == codes.min(0)
    # where none of them has a cost the first of the best status stands
    shown = np.where(best, np.minimum(cost, np.finfo(np.float64).max), np.inf)
    return np.asarray(shown.argmin(0), dtype=np.intp)


def _p95(found: Evaluation, chosen: Index) -> Array:
    """Slow time to the answer of the candidate chosen at each point (N,)."""
    made = np.full(chosen.size, np.nan)
    for row in np.unique(chosen):
        pair, own = found.where(int(row))
        here = np.flatnonzero(chosen == row)
        candidates = np.full(here.size, pair.rows[own], dtype=np.intp)
        made[here] = pair.block.speed.times(candidates, here)[1]
    return made
