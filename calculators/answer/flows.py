"""When the money of candidates flows, month by month: one more evaluation that keeps its months."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from calculators.accounts.cash_flow import CashFlow
from calculators.arrays import Array
from calculators.case import Only
from calculators.evaluation import Evaluation, Pair, evaluate
from calculators.memory import Memory
from calculators.places import AnswersAt, TrainedAt
from calculators.points import Points
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record


@record
class Flows:
    """Every candidate's money at the start and in each month of the scenario."""

    found: Evaluation
    flow: CashFlow  # (K, M + 1)

    @cached_property
    def ranked(self) -> Array:
        """What candidates are ranked by, (K, M + 1); NaN where it is not known."""
        usd = self.flow.ranked(self.found.case.scenario.rank_by)
        return np.where(np.isnan(self.found.cost[:, :1]), np.nan, usd)

    def of(self, name: str) -> CashFlow | None:
        """One candidate's, (1, M + 1); None where there is none of that id or it is not priced."""
        index = self.found.at.get(name)
        if index is None or np.isnan(self.found.cost[index, 0]):
            return None
        return self.flow.take(slice(index, index + 1))


def flows(
    scenario: Scenario, book: PriceBook, memory: Memory, names: Collection[str] | None = None
) -> Flows:
    """Candidates of a scenario, all or those of some ids (and others beside them)."""
    only = None if names is None else products(names)
    found = evaluate(memory.case(Points(scenario, 1), book, only, by_month=True))
    months = int(scenario.horizon_months)
    parts = [_of_pair(pair, months) for pair in found.pairs]
    whole = CashFlow.joined(parts) if parts else CashFlow.nothing(0, months)
    return Flows(found, whole)


def products(names: Collection[str]) -> Only:
    """The places and products of some ids."""
    made: dict[AnswersAt, set[str]] = {}
    for name in names:
        _, place, product = split(name)
        made.setdefault(place, set()).add(product)
    return {place: frozenset(found) for place, found in made.items()}


def split(name: str) -> tuple[TrainedAt, AnswersAt, str]:
    """Where a candidate is trained, where it answers, and its product; blanks where there is none.

    ``owned>rented:acme/y:spot`` is trained on own machines and answers on ``acme/y:spot``.
    """
    trained, _, rest = name.partition(">")
    place, _, product = rest.partition(":")
    return trained, place, product


def _of_pair(pair: Pair, months: int) -> CashFlow:
    own = CashFlow.of(pair.served, pair.block.size, months).take(pair.rows)
    own = own.plus(CashFlow.of(pair.trained, 1, months))
    if not pair.extra:
        return own
    return own.plus(CashFlow.joined(_extra(pair, int(row), months) for row in pair.rows))


def _extra(pair: Pair, row: int, months: int) -> CashFlow:
    """What one service charges to train it."""
    return CashFlow.of(pair.extra.get(row, ((), ""))[0], 1, months)
