"""Many points at once: groups are evaluated one by one and joined by candidate.

Points of unlike groups have unlike candidates (nothing is trained at 0 retrainings a month) and
unlike prices (another price date). A candidate that a group does not have is NaN there, and
infinite where candidates are ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from calculators.answer.options import statuses
from calculators.arrays import Array, Index, any_true
from calculators.case import Only
from calculators.demand import DRIFTS
from calculators.evaluation import Evaluation, Pair, evaluate
from calculators.memory import SHARED, Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.results import STATUSES
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record

CELLS = 16_000_000  # months x candidates x points evaluated at once: bounds the memory
EVERYONE = 2_000  # candidates where none are chosen, for that bound
SEGMENTS = 3  # of a calendar in which no month stands alone
FEWEST = 8  # points evaluated at once, however many months they have

Figure = Literal["company", "user", "npv", "month1", "p95_ms", "status"]


def _p95(found: Evaluation) -> Array:
    """Slow time to the complete answer (K, N) [ms]; NaN where nobody publishes it."""
    return _joined([_slow(pair, found.case.size) for pair in found.pairs], found)


def _slow(pair: Pair, size: int) -> Array:
    candidates, points = np.repeat(pair.rows, size), np.tile(np.arange(size), pair.size)
    return pair.block.speed.times(candidates, points)[1].reshape(pair.size, size)


def _joined(parts: Sequence[Array], found: Evaluation) -> Array:
    if not parts:
        return np.zeros((0, found.case.size))
    shapes = [(pair.size, found.case.size) for pair in found.pairs]
    return np.concatenate(
        [np.broadcast_to(part, shape) for part, shape in zip(parts, shapes, strict=True)]
    )


FIGURES: Mapping[Figure, Callable[[Evaluation], Array]] = MappingProxyType(
    {
        "company": lambda found: found.company,
        "user": lambda found: found.user,
        "npv": lambda found: found.npv,
        "month1": lambda found: found.month1,
        "p95_ms": _p95,
        "status": lambda found: statuses(found, slice(None)).astype(np.float64),
    }
)
"""What a sweep can hold of each candidate besides what it is ranked by, (K, N)."""
WITH_MONTHS: frozenset[Figure] = frozenset({"npv", "month1"})
"""Figures that need the whole account."""


@record
class Sweep:
    """K candidates at N points."""

    ids: tuple[str, ...]
    places: tuple[AnswersAt, ...]
    products: tuple[str, ...]
    ranked: Array  # (K, N), infinite where a candidate may not be ranked or is not offered
    figures: Mapping[Figure, Array] = field(default_factory=dict)  # (K, N), NaN where unknown
    assumed: frozenset[str] = frozenset()  # names of the assumptions read

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Id -> candidate."""
        return {name: index for index, name in enumerate(self.ids)}

    @cached_property
    def _of_place(self) -> Mapping[AnswersAt, Index]:
        """Place -> its candidates."""
        found: dict[AnswersAt, list[int]] = {}
        for index, place in enumerate(self.places):
            found.setdefault(place, []).append(index)
        return {place: np.array(rows, dtype=np.intp) for place, rows in found.items()}

    def of_place(self, place: AnswersAt) -> Index:
        """Candidates of a place."""
        return self._of_place.get(place, np.zeros(0, dtype=np.intp))

    def best(self, place: AnswersAt) -> tuple[Array, Index]:
        """Cost of a place's best candidate and which it is, (N,); infinite and -1 without one."""
        rows = self.of_place(place)
        if not rows.size:
            points = self.ranked.shape[1]
            return np.full(points, np.inf), np.full(points, -1, dtype=np.intp)
        first = self.ranked[rows].argmin(0)
        cost = np.take_along_axis(self.ranked[rows], first[None], 0)[0]
        return cost, np.where(np.isfinite(cost), rows[first], -1).astype(np.intp)

    def status(self, candidate: int, point: int) -> str:
        """Status of a candidate at a point; needs the figure of that name."""
        code = float(self.figures["status"][candidate, point])
        return "not_offered" if np.isnan(code) else STATUSES[int(code)]


def sweep(
    scenario: Scenario,
    name: str,
    values: Sequence[Any] | Array,
    book: PriceBook,
    memory: Memory = SHARED,
    only: Only | None = None,
    figures: Sequence[Figure] = (),
) -> Sweep:
    """Candidates of a scenario at each value of one field, or at each ``price_date``.

    Values may be numbers, words, None where the field may be empty, or dates; they stand in the
    order given and may repeat.

    Raises
    ------
    ScenarioError
        A field that is none, or a value that it does not allow.
    """
    return over(Points.sweep(scenario, name, values), book, memory, only, figures)


def over(
    points: Points,
    book: PriceBook,
    memory: Memory = SHARED,
    only: Only | None = None,
    figures: Sequence[Figure] = (),
) -> Sweep:
    """Candidates at any points."""
    wanted = tuple(dict.fromkeys(figures))
    parts = [
        (here, part(found, wanted))
        for here, found in evaluations(
            points, book, memory, only, full=bool(WITH_MONTHS.intersection(wanted))
        )
    ]
    return together(parts, points.size, wanted)


def evaluations(
    points: Points,
    book: PriceBook,
    memory: Memory,
    only: Only | None = None,
    *,
    full: bool = False,
) -> Iterator[tuple[Index, Evaluation]]:
    """Evaluations of all points, each with where its points stand.

    One for each group of points, several where months x candidates x points are many.
    """
    for group, index, day in points.groups():
        prices = book if day is None else book.at(day)
        step = _step(group, only)
        for start in range(0, group.size, step):
            here = slice(start, start + step)
            part = group if group.size <= step else group.take(here)
            yield index[here], evaluate(memory.case(part, prices, only, full=full))


def segments(points: Points) -> int:
    """Segments of the points' calendar: single months under growth or a change of prices."""
    moving = (
        "growth_pct_per_month",
        *(f"price_change_pct_per_year_{kind}" for kind in DRIFTS),
    )
    if any(any_true(points[name] != 0) for name in moving):
        return int(points["horizon_months"].max())
    return SEGMENTS


def count(only: Only | None) -> int:
    """About how many candidates are looked at."""
    if only is None or None in only.values():
        return EVERYONE
    return max(1, sum(len(names) for names in only.values() if names is not None))


def _step(points: Points, only: Only | None) -> int:
    """Points to evaluate at once."""
    width = count(only)
    return max(FEWEST, CELLS // (segments(points) * width))


@record
class Part:
    """What a sweep keeps of one evaluation."""

    candidates: Mapping[str, tuple[AnswersAt, str]]  # id -> place, product
    arrays: Sequence[Array]  # ranked, then the figures asked for
    assumed: Sequence[str]


def part(found: Evaluation, figures: Sequence[Figure] = ()) -> Part:
    """What a sweep keeps of one evaluation."""
    arrays = (found.ranked, *(FIGURES[name](found) for name in figures))
    candidates = {
        f"{pair.plan.trained_at}>{place}:{product}": (place, product)
        for pair in found.pairs
        for place in (pair.place.id,)
        for product in map(pair.block.products.ids.__getitem__, pair.rows.tolist())
    }
    return Part(candidates, arrays, found.case.assumed)


def together(
    parts: Sequence[tuple[Index, Part]], size: int, figures: Sequence[Figure] = ()
) -> Sweep:
    """One sweep of ``size`` points from parts, each with where its points stand."""
    if len(parts) == 1:  # all points are of one group, in their own order
        return _sweep(parts[0][1].candidates, parts[0][1].arrays, parts, figures)
    candidates = {name: said for _, kept in parts for name, said in kept.candidates.items()}
    row = {name: index for index, name in enumerate(candidates)}
    arrays = [np.full((len(row), size), np.nan) for _ in range(1 + len(figures))]
    arrays[0][:] = np.inf
    for here, kept in parts:
        rows = np.array([row[name] for name in kept.candidates], dtype=np.intp)
        for whole, values in zip(arrays, kept.arrays, strict=True):
            whole[np.ix_(rows, here)] = values
    return _sweep(candidates, arrays, parts, figures)


def _sweep(
    candidates: Mapping[str, tuple[AnswersAt, str]],
    arrays: Sequence[Array],
    parts: Sequence[tuple[Index, Part]],
    figures: Sequence[Figure],
) -> Sweep:
    ranked, *others = arrays
    return Sweep(
        ids=tuple(candidates),
        places=tuple(place for place, _ in candidates.values()),
        products=tuple(product for _, product in candidates.values()),
        ranked=ranked,
        figures=dict(zip(figures, others, strict=True)),
        assumed=frozenset(name for _, kept in parts for name in kept.assumed),
    )
