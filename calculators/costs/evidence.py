"""How far prices are from what is paid: their rates moved by evidence, where a factor has a score.

A charge rests on the source of its rate. Where that is a price of the book, the factor of its table
moves it, as far as its class of evidence says and twice as far where it is old; what rests on an
assumption moves with that, an input of the user with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from calculators.accounts.charges import Charge
from calculators.arrays import Array, Index, any_true
from calculators.case import Case
from calculators.factors import EVIDENCE, PRICED_BY, PRICES, STALE, value_at
from pricing.book import Source

Moves = Callable[[Charge], "Array | None"]
"""What a charge's rate is times the price in the tables, up to (C, N); None: it is that price."""


def moves(case: Case) -> Moves | None:
    """How prices move at the points of a case; None where none does."""
    if not any(any_true(case.points.score(item.name)) for item in PRICES):
        return None
    return _Moves(case)


class _Moves:
    """Multiples of the rates of one case; those of a source are worked out once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._known: dict[tuple[str, float], Array] = {}

    def __call__(self, charge: Charge) -> Array | None:
        sources = charge.rests_on or charge.sources
        if len(sources) == 1:
            one = self._of(sources[0])
            return None if one is None else one[None]
        if charge.chosen is None:
            return self._stacked(sources, np.arange(len(sources)))
        chosen, at = np.unique(charge.chosen, return_inverse=True)
        parts = self._stacked(sources, chosen)
        if parts is None:
            return None
        at = at.reshape(charge.chosen.shape)
        points = np.arange(parts.shape[1]) if parts.shape[1] > 1 else np.zeros(1, dtype=np.intp)
        return np.asarray(parts[at, points])

    def _stacked(self, sources: Sequence[Source], rows: Index) -> Array | None:
        """Multiples of some sources (R, N); None where none of them moves."""
        found = [self._of(sources[int(row)]) for row in rows]
        if all(item is None for item in found):
            return None
        still = np.ones(1)
        return np.stack(np.broadcast_arrays(*(still if x is None else x for x in found)))

    def _of(self, source: Source) -> Array | None:
        """Multiple of the rate of a source (N,); None for what is no price of the book."""
        book = self.case.book
        if source.frozen or source.key not in book.price_keys:
            return None
        table = book.table_of(source.key)
        far = float(self.case.assume(EVIDENCE[source.confidence])[0]) / 100
        if source.stale:
            far *= float(self.case.assume(STALE)[0])
        factor = PRICED_BY[table].name
        known = self._known.get((factor, far))
        if known is None:
            score = self.case.points.score(factor)
            known = value_at(1 - far, 1.0, 1 + far, score, "lognormal")
            self._known[factor, far] = known
        return known
