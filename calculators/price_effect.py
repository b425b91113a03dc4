"""What a price change does to the answer: which candidates use a price, and what it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array
from calculators.results import Comparison, Option
from pricing.changes import Change

Place = tuple[str, str]  # price key, region


def citations(found: Comparison) -> dict[Place, tuple[str, ...]]:
    """(price key, region) -> ids of the candidates whose line items rest on it.

    Only candidates that are priced have line items; assumptions and inputs are left out, since
    they are not rows of a region.
    """
    users: dict[Place, dict[str, None]] = defaultdict(dict)
    for option in found.options:
        for item in option.line_items:
            if item.source.region:
                users[item.source.key, item.source.region][option.id] = None
    return {place: tuple(ids) for place, ids in users.items()}


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class _Costs:
    """Feasible candidates: what they are ranked by, and what of it rests on which row."""

    options: Sequence[Option]
    usd: Array  # (candidates,)
    index: Mapping[str, int]  # candidate id -> position
    members: Mapping[str, Array]  # place of answering -> positions of its candidates
    amounts: Mapping[Place, Mapping[int, float]]

    @classmethod
    def of(cls, found: Comparison) -> _Costs:
        rank_by = found.scenario.rank_by
        allowed = [item for item in found.options if item.status == "feasible"]
        costs = [(item, item.ranked_usd(rank_by)) for item in allowed]
        priced = [(item, usd) for item, usd in costs if usd is not None]
        amounts: dict[Place, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        members: dict[str, list[int]] = defaultdict(list)
        for index, (option, _) in enumerate(priced):
            members[option.kind].append(index)
            for place, usd in _by_place(option, company_only=rank_by == "company"):
                amounts[place][index] += usd
        return cls(
            options=[option for option, _ in priced],
            usd=np.array([usd for _, usd in priced], dtype=np.float64),
            index={option.id: index for index, (option, _) in enumerate(priced)},
            members={kind: np.array(rows) for kind, rows in members.items()},
            amounts=amounts,
        )

    def best(self, kind: str, costs: Array) -> float:
        """The lowest of ``costs`` among the candidates of a place; infinite without one."""
        rows = self.members.get(kind)
        return float("inf") if rows is None else float(costs[rows].min())


def _by_place(option: Option, *, company_only: bool) -> Iterable[tuple[Place, float]]:
    for item in option.line_items:
        if item.source.region and not (company_only and item.payer != "company"):
            yield (item.source.key, item.source.region), item.amount_usd


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
            then[index] = _without(place, now.options[index], float(now.usd[index]), before)
        elif change.old_usd is not None and change.new_usd:
            then[index] += amount * (change.old_usd / change.new_usd - 1)
    kinds = dict.fromkeys(now.options[index].kind for index in amounts)
    return {kind: now.best(kind, then) for kind in kinds}


def _without(place: Place, option: Option, usd: float, before: _Costs | None) -> float:
    """What a candidate costs with what it was charged before in the stead of a new price."""
    index = before.index.get(option.id) if before is not None else None
    if before is None or index is None:
        return float("inf")
    then: dict[str, float] = defaultdict(float)
    for item in before.options[index].line_items:
        then[item.name] += item.amount_usd
    resting = [item for item in option.line_items
               if (item.source.key, item.source.region) == place]  # fmt: skip
    if any(item.name not in then for item in resting):
        return float(before.usd[index])  # billed in another way altogether
    return usd + sum(then[item.name] - item.amount_usd for item in resting)


def _before_it_went(place: Place, before: _Costs | None) -> dict[str, float]:
    """The cheapest candidate of each place that rested on a price now gone."""
    lost: dict[str, float] = {}
    if before is not None:
        for index in before.amounts.get(place, {}):
            kind = before.options[index].kind
            lost[kind] = min(float(before.usd[index]), lost.get(kind, float("inf")))
    return lost
