"""Some candidates of an evaluation at other points: what ends of factors and draws are made of."""

from __future__ import annotations

from collections.abc import Iterable

from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.places import AnswersAt, TrainedAt
from calculators.points import Points


def narrowed(
    found: Evaluation, candidates: Iterable[int], points: Points, memory: Memory
) -> Evaluation:
    """Some candidates of an evaluation at other points: their totals alone."""
    products: dict[AnswersAt, set[str]] = {}
    venues: set[TrainedAt] = set()
    for candidate in candidates:
        pair, own = found.where(candidate)
        name = pair.block.products.ids[pair.rows[own]]
        products.setdefault(pair.place.id, set()).add(name)
        venues.add(pair.plan.trained_at)
    only = {place: frozenset(names) for place, names in products.items()}
    book = found.case.book
    return evaluate(memory.case(points, book, only, frozenset(venues), full=False))
