"""Who wins over two inputs: the cheapest place in every cell of a map, and by how much.

A coarse pass over all candidates, at 1,681 cells, chooses the contenders; every cell is then
evaluated among those alone. A product may be the best of its place only far from the scenario, or
only in a narrow band along one of the two inputs, so the coarse cells are spread like the knight's
moves of a chess board: each row and each column holds as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np

from calculators.arrays import Array, Index
from calculators.explore.envelope import NOBODY, Candidate, Envelope, Search, contenders
from calculators.explore.sweep import over
from calculators.memory import SHARED, Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record

COARSE = 1681  # cells at which all candidates are looked at: a map of 41 x 41 whole
TURN = 0.382  # of the distance between two of them, by which each row is shifted against the last
Values = tuple[str, Sequence[Any] | Array]
"""A field and its values."""


@record
class Map:
    """The cheapest place in each cell; row j has the j-th value of y, column i the i-th of x."""

    x: Values
    y: Values
    places: tuple[AnswersAt, ...]
    costs: Array  # (P, ny, nx) of each place's best candidate over the horizon; infinite without
    winners: Index  # (P, ny, nx) into ``candidates``, -1 where nothing is feasible
    candidates: Sequence[Candidate]

    @cached_property
    def winner(self) -> Index:
        """The cheapest place (ny, nx), the first of equal ones; -1 where nothing is feasible."""
        first = self.costs.argmin(0)
        return np.where(np.isfinite(self.cost), first, NOBODY).astype(np.intp)

    @cached_property
    def cost(self) -> Array:
        """What it costs (ny, nx); infinite where nothing is feasible."""
        return np.asarray(self.costs.min(0))

    @cached_property
    def margin(self) -> Array:
        """What the next place costs more (ny, nx); infinite without one, NaN without a winner."""
        two = np.partition(self.costs, 1, axis=0)[:2] if len(self.costs) > 1 else self.costs
        with np.errstate(invalid="ignore"):
            more = two[-1] - two[0] if len(two) > 1 else np.full(self.cost.shape, np.inf)
        return np.where(np.isfinite(self.cost), more, np.nan)

    @cached_property
    def feasible(self) -> Index:
        """How many places have a feasible candidate (ny, nx)."""
        return np.asarray(np.isfinite(self.costs).sum(0), dtype=np.intp)

    @cached_property
    def candidate(self) -> Index:
        """The cheapest candidate (ny, nx) in ``candidates``; -1 where nothing is feasible."""
        held = np.take_along_axis(self.winners, np.maximum(self.winner, 0)[None], 0)[0]
        return np.where(self.winner == NOBODY, NOBODY, held).astype(np.intp)


def who_wins(
    scenario: Scenario, x: Values, y: Values, book: PriceBook, memory: Memory = SHARED
) -> Map:
    """The cheapest place at every pair of two fields' values, the rest as in a scenario.

    Raises
    ------
    ScenarioError
        A field that is none, or a value that it does not allow.
    """
    points = Points.map(scenario, x, y)
    shape = len(y[1]), len(x[1])
    coarse = over(points.take(_spread(*shape)), book, memory)
    narrow = Search(book, memory, contenders(coarse))
    if not narrow.only:
        found = Envelope.nothing(len(narrow.places), points.size)
    else:
        found = narrow.at(points)
    return Map(
        x,
        y,
        narrow.places,
        found.costs.reshape(-1, *shape),
        found.winners.reshape(-1, *shape),
        narrow.candidates.known,
    )


def _spread(rows: int, columns: int) -> Index:
    """Cells of a map (ny, nx) at which all candidates are looked at, its corners included."""
    cells = rows * columns
    if cells <= COARSE:
        return np.arange(cells)
    apart = int(np.ceil(cells / COARSE))
    # without a common divisor the shifts go through every column
    shift = next(n for n in range(max(1, round(apart * TURN)), apart + 1) if gcd(n, apart) == 1)
    row, column = np.indices((rows, columns))
    chosen = (column + shift * row) % apart == 0
    chosen[np.ix_([0, -1], [0, -1])] = True
    return np.flatnonzero(chosen).astype(np.intp)
