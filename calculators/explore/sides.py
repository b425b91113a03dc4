"""What is compared along an axis: a place or venue at its best candidate, or one candidate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from calculators.arrays import Index
from calculators.case import Only
from calculators.evaluation import Evaluation, Pair
from calculators.places import PLACES, AnswersAt, TrainedAt
from pricing.records import value


@value
class Side:
    """A place, or one candidate of it; or a venue, wherever what it trains answers."""

    id: str  # the place's, the candidate's or the venue's
    place: AnswersAt
    product: str = ""  # blank: whichever is the best
    venue: TrainedAt = ""  # of a venue, whose place is blank

    @property
    def alone(self) -> bool:
        """Whether it is one candidate."""
        return bool(self.product)

    def members(self, pair: Pair, only: Only | None) -> Index:
        """Candidates of a pair that belong to it, of the products looked at."""
        none = np.zeros(0, dtype=np.intp)
        if self.venue:
            return np.arange(pair.size) if pair.plan.trained_at == self.venue else none
        if pair.place.id != self.place:
            return none
        ids = pair.block.products.ids
        if self.alone:
            if not self.id.startswith(f"{pair.plan.trained_at}>"):
                return none
            names: frozenset[str] | None = frozenset((self.product,))
        else:
            names = None if only is None else only.get(self.place, frozenset())
        if names is None:
            return np.arange(pair.size)
        mine = [i for i, row in enumerate(pair.rows.tolist()) if ids[row] in names]
        return np.array(mine, dtype=np.intp)


def side(name: str, base: Evaluation) -> Side | None:
    """A place, or a candidate of an evaluation, by its name; None where it is neither."""
    if name in PLACES:
        return Side(name, PLACES[name].id)
    index = base.at.get(name)
    if index is None:
        return None
    pair, own = base.where(index)
    return Side(name, pair.place.id, pair.block.products.ids[int(pair.rows[own])])


def looked_at(sides: Sequence[Side]) -> Only | None:
    """Products that some sides need: all of a place, or those named; None where all are."""
    if {item.place for item in sides if not item.alone} == set(PLACES):
        return None
    if any(item.venue for item in sides):
        return None
    found: dict[AnswersAt, frozenset[str] | None] = {}
    for item in sides:
        known = found.get(item.place, frozenset())
        whole = known is None or not item.alone
        found[item.place] = None if whole else frozenset({*(known or ()), item.product})
    return found


def alone(sides: Iterable[Side]) -> dict[AnswersAt, frozenset[str]]:
    """The products of candidates among some sides, by place."""
    found: dict[AnswersAt, frozenset[str]] = {}
    for item in sides:
        if item.alone:
            found[item.place] = found.get(item.place, frozenset()) | {item.product}
    return found
