"""What a price change does to the answer: which candidates use a price, and what it moves.

Read from the charges behind a comparison; line items are made only of candidates whose price is
new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

import numpy as np

from calculators.answer.options import BASE, OptionList
from calculators.arrays import Array, Index
from calculators.evaluation import Evaluation
from calculators.results import Comparison, LineItem
from pricing.changes import Change
from pricing.records import record, value

Place = tuple[str, str]  # price key, region


def citations(found: Comparison) -> dict[Place, tuple[str, ...]]:
    """(price key, region) -> ids of the candidates whose line items rest on it.

    Only candidates that are priced have line items; assumptions and inputs are left out, since
    they are not rows of a region.
    """
    evaluation, order = _behind(found)
    users: dict[Place, dict[str, None]] = defaultdict(dict)
    for candidate in order[~np.isnan(evaluation.company[order, BASE])].tolist():
        for place, _ in _amounts(evaluation, candidate, company_only=False):
            users[place][evaluation.id(candidate)] = None
    return {place: tuple(ids) for place, ids in users.items()}


def _behind(found: Comparison) -> tuple[Evaluation, Index]:
    """What a comparison is read from, and its candidates in the order of the list."""
    assert isinstance(found.options, OptionList), "a comparison made by hand has no charges"
    return found.options.found, found.options.order


def _amounts(
    found: Evaluation, candidate: int, *, company_only: bool, moved: bool = False
) -> Iterator[tuple[Place, float]]:
    """What of a candidate's cost rests on which price row of a region.

    ``moved``: of what a change of the row moves, which a price of the user's own is not.
    """
    pair, own = found.where(candidate)
    for charge, row in pair.charges(own):
        if company_only and charge.payer != "company":
            continue
        cited = charge.cited(row, BASE)
        if cited is not None and cited[0].region and not (moved and cited[0].frozen):
            yield (cited[0].key, cited[0].region), cited[1]


def resting(
    found: Evaluation, candidates: Index, *, company_only: bool
) -> Mapping[Place, Mapping[int, float]]:
    """What of some candidates' costs rests on which price row: place -> position -> dollars."""
    amounts: dict[Place, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for position, candidate in enumerate(candidates.tolist()):
        for place, usd in _amounts(found, candidate, company_only=company_only, moved=True):
            amounts[place][position] += usd
    return amounts


@value
class Effect:
    """What one change of price does to the cheapest candidate of each place."""

    key: str
    region: str
    usd_by_kind: Mapping[str, float] = field(default_factory=dict)
    # place of answering -> dollars over the horizon, now minus with the old price; places whose
    # best candidate does not move are left out
    opened: tuple[str, ...] = ()  # places that have an allowed candidate only since the change
    closed: tuple[str, ...] = ()  # places that have none any more

    @property
    def largest_usd(self) -> float:
        """The largest move of any place, as a size; infinite where a place opened or closed."""
        if self.opened or self.closed:
            return float("inf")
        return max((abs(usd) for usd in self.usd_by_kind.values()), default=0.0)


def effects(
    now: Comparison, changes: Iterable[Change], before: Comparison | None = None
) -> list[Effect]:
    """Effect of each change on the best candidate of each place, largest first.

    Each price alone is put back to what it was: a candidate's cost is linear in the rate of each
    of its line items, so cost_old = cost_now + sum(amount x (old / new - 1)) over the items that
    rest on the changed row. Quantities, feasibility and other prices stay as they are now, and a
    tiered tariff moves with its first band. A new price is put back to what the earlier comparison
    charged in its stead (another region's price, or one that stood in); candidates that could not
    be priced then are left out.

    Parameters
    ----------
    now
        The comparison at the later view.
    changes
        From :func:`pricing.changes.between`.
    before
        The comparison at the earlier view; without it prices that are gone show no effect, and
        a new price counts as the only way to price its candidates.

    Returns
    -------
    list of Effect
        One for each change, in order of size; changes without effect come last, by key.
    """
    table = _Costs.of(now)
    earlier = _Costs.of(before) if before is not None else None
    found = [_effect(change, table, earlier) for change in changes]
    return sorted(found, key=lambda item: (-item.largest_usd, item.key, item.region))


@record
class _Costs:
    """Feasible candidates: what they are ranked by, and what of it rests on which row."""

    found: Evaluation
    candidates: Index  # (F,) of the evaluation
    usd: Array  # (F,)
    kinds: list[str]  # (F,) where each answers
    index: Mapping[str, int]  # id -> position
    members: Mapping[str, Index]  # place of answering -> positions of its candidates
    amounts: Mapping[Place, Mapping[int, float]]

    @classmethod
    def of(cls, comparison: Comparison) -> _Costs:
        found, order = _behind(comparison)
        feasible = order[np.isfinite(found.ranked[order, BASE])]
        company_only = comparison.scenario.rank_by == "company"
        members: dict[str, list[int]] = defaultdict(list)
        for index, candidate in enumerate(feasible.tolist()):
            members[found.places[candidate]].append(index)
        return cls(
            found=found,
            candidates=feasible,
            usd=found.cost[feasible, BASE],
            kinds=[found.places[candidate] for candidate in feasible.tolist()],
            index={found.id(candidate): i for i, candidate in enumerate(feasible.tolist())},
            members={kind: np.array(rows, dtype=np.intp) for kind, rows in members.items()},
            amounts=resting(found, feasible, company_only=company_only),
        )

    def best(self, kind: str, costs: Array) -> float:
        """The lowest of ``costs`` among the candidates of a place; infinite without one."""
        rows = self.members.get(kind)
        return float("inf") if rows is None else float(costs[rows].min())

    def id(self, position: int) -> str:
        """Id of a candidate."""
        return self.found.id(int(self.candidates[position]))

    def line_items(self, position: int) -> tuple[LineItem, ...]:
        """Every cost of a candidate."""
        pair, own = self.found.where(int(self.candidates[position]))
        return pair.line_items(own, BASE)


def _effect(change: Change, now: _Costs, before: _Costs | None) -> Effect:
    place = (change.key, change.region)
    gone = change.kind == "gone"
    then = _before_it_went(place, before) if gone else _reverted(change, now, before)
    moved, opened, closed = {}, [], []
    for kind, held in then.items():
        here = now.best(kind, now.usd)
        cost = min(here, held) if gone else held
        if np.isfinite(here) and np.isfinite(cost) and here != cost:
            moved[kind] = here - cost
        elif np.isfinite(here) and not np.isfinite(cost):
            opened.append(kind)
        elif np.isfinite(cost) and not np.isfinite(here):
            closed.append(kind)
    return Effect(*place, moved, tuple(opened), tuple(closed))


def _reverted(change: Change, now: _Costs, before: _Costs | None) -> dict[str, float]:
    """The best of each place that rests on the price, with the old price put back."""
    place = (change.key, change.region)
    amounts = now.amounts.get(place, {})
    then = now.usd.copy()
    for index, amount in amounts.items():
        if change.kind == "new":
            then[index] = _without(place, now, index, before)
        elif change.old_usd is not None and change.new_usd:
            then[index] += amount * (change.old_usd / change.new_usd - 1)
    kinds = dict.fromkeys(now.kinds[index] for index in amounts)
    return {kind: now.best(kind, then) for kind in kinds}


def _without(place: Place, now: _Costs, position: int, before: _Costs | None) -> float:
    """What a candidate costs with what it was charged before in the stead of a new price."""
    index = before.index.get(now.id(position)) if before is not None else None
    if before is None or index is None:
        return float("inf")
    then: dict[str, float] = defaultdict(float)
    for item in before.line_items(index):
        then[item.name] += item.amount_usd
    items = now.line_items(position)
    resting = [item for item in items if (item.source.key, item.source.region) == place]
    if any(item.name not in then for item in resting):
        return float(before.usd[index])  # billed in another way altogether
    return float(now.usd[position]) + sum(then[item.name] - item.amount_usd for item in resting)


def _before_it_went(place: Place, before: _Costs | None) -> dict[str, float]:
    """The cheapest candidate of each place that rested on a price now gone."""
    lost: dict[str, float] = {}
    if before is not None:
        for index in before.amounts.get(place, {}):
            kind = before.kinds[index]
            lost[kind] = min(float(before.usd[index]), lost.get(kind, float("inf")))
    return lost
