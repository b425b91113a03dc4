"""Every candidate with its costs, at every point: the one path all results come from.

A *pair* is a training plan with the block of a place: candidates ``trained_at>answers_at:product``.
Arrays are (K, N), K candidates of all pairs in order, N points. An :class:`Evaluation` is of one
case; :func:`evaluate` splits points to which different arithmetic applies and joins what comes
out by the candidates' ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import cast

import numpy as np

from calculators.accounts.charges import Charge, Totals, totals
from calculators.arrays import Array, BoolArray, Index, Some, any_true
from calculators.block import Block
from calculators.case import Case
from calculators.checks import holds, union
from calculators.costs import evidence, fixed
from calculators.costs.evidence import Moves
from calculators.options import managed_api, twofold
from calculators.places import DEVICE, PLACES, UNTRAINED, AnswersAt, Place
from calculators.results import Finding, LineItem, in_order
from calculators.rules.constraints import checks
from calculators.training import managed_api as managed_training
from calculators.training.base import Beside, Plan
from calculators.training.registry import plans
from pricing.book import Source
from pricing.kept import cached_property
from pricing.records import record


@record
class Pair:
    """The candidates of one training plan with one place."""

    case: Case
    plan: Plan
    block: Block
    rows: Index  # (K',) products of the block
    costs: Totals  # of these candidates, training included
    extra: Mapping[int, tuple[tuple[Charge, ...], str]] = field(default_factory=dict)
    # product -> what its vendor charges to train it, and what lacks
    beside: Beside | None = None  # training in idle hours of the machines that answer

    @property
    def place(self) -> Place:
        """Where it answers."""
        return self.block.place

    @property
    def size(self) -> int:
        """K'."""
        return int(self.rows.size)

    def id(self, index: int) -> str:
        """Id of one candidate, independent of volume."""
        product = self.block.products.ids[self.rows[index]]
        return f"{self.plan.trained_at}>{self.place.id}:{product}"

    def _of_block(self, mask: BoolArray) -> BoolArray:
        return mask[self.rows] if mask.shape[0] > 1 else mask

    @cached_property
    def blocked(self) -> BoolArray:
        """Where a rule fails; broadcasts to (K', N)."""
        return self._of_block(self.block.blocked) | self.plan.blocked

    @cached_property
    def unconfirmed(self) -> BoolArray:
        """Where something of a vendor's terms is not confirmed; broadcasts to (K', N)."""
        return self._of_block(self.block.unconfirmed) | self.plan.unconfirmed

    @cached_property
    def required(self) -> BoolArray:
        """Where that must be confirmed before it is ranked; broadcasts to (K', N)."""
        return self._of_block(self.block.required) | self.plan.required

    @cached_property
    def unpriced(self) -> BoolArray:
        """Where a figure that is ranked is missing; broadcasts to (K', N)."""
        own = self._of_block(self.block.unpriced) | self.plan.unpriced
        if not self.extra:
            return own
        lacks = [bool(self.extra.get(int(row), ((), ""))[1]) for row in self.rows]
        return np.asarray(own | np.array(lacks, dtype=bool)[:, None])

    @cached_property
    def users_unpriced(self) -> BoolArray:
        """Where what users pay is not known; broadcasts to (K', N)."""
        return self._of_block(self.block.users_unpriced) | self.plan.users_unpriced

    @cached_property
    def pointless(self) -> BoolArray:
        """Where one half of a mix has nothing to do; broadcasts to (K', N)."""
        return self._of_block(self.block.pointless)

    @cached_property
    def cost(self) -> Array:
        """What candidates are ranked by, wherever it is known (K', N)."""
        by_company = self.case.scenario.rank_by == "company"
        cost = self.costs.company if by_company else self.costs.company + self.costs.user
        return _known(cost, self.unpriced)

    @cached_property
    def ranked(self) -> Array:
        """The same, infinite where the candidate may not be ranked (K', N)."""
        shut = union([self.blocked, self.required, self.pointless])
        return np.where(np.isnan(self.cost) | shut, np.inf, self.cost)

    @property
    def served(self) -> tuple[Charge, ...]:
        """What answering costs, and training in its idle hours: one row a product of the block."""
        own = _own_charges(self.plan, self.block)
        return own if self.beside is None else (*own, *self.beside.charges)

    @property
    def trained(self) -> tuple[Charge, ...]:
        """What training costs whoever answers: one row for all."""
        return self.plan.charges if self.beside is None else self.beside.people

    def charges(self, index: int) -> Iterator[tuple[Charge, int]]:
        """Every charge of one candidate, with its row."""
        row = int(self.rows[index])
        for charge in _own_charges(self.plan, self.block):
            yield charge, row
        yield from self.training_charges(index)

    def training_charges(self, index: int) -> Iterator[tuple[Charge, int]]:
        """What training one candidate costs, with its row: in idle hours where these are enough."""
        row = int(self.rows[index])
        if self.beside is not None:
            for charge in self.beside.charges:
                yield charge, row
        for charge in (*self.trained, *self.extra.get(row, ((), ""))[0]):
            yield charge, 0

    def line_items(self, index: int, point: int) -> tuple[LineItem, ...]:
        """Every cost of one candidate at one point."""
        items = (charge.item(row, point) for charge, row in self.charges(index))
        return tuple(item for item in items if item is not None)

    def sources(self, index: int, point: int) -> tuple[Source, ...]:
        """What the rates of one candidate's costs rest on at one point, each once."""
        cited = (charge.cited(row, point) for charge, row in self.charges(index))
        return tuple(dict.fromkeys(item[0] for item in cited if item is not None))

    def findings(self, index: int, point: int) -> tuple[Finding, ...]:
        """What every rule says of one candidate at one point, in the order of lists."""
        row = int(self.rows[index])
        return in_order((*self.block.findings(row, point), *self.plan.findings(point)))

    def missing(self, index: int, point: int) -> tuple[str, ...]:
        """What one candidate lacks at one point."""
        row = int(self.rows[index])
        gap = self.extra.get(row, ((), ""))[1]
        own = (*self.block.missing(row, point), *self.plan.missing(point))
        return tuple(dict.fromkeys((*own, gap) if gap else own))

    def trained_on(self, index: int, point: int) -> str:
        """The product that trains it; a service trained where it answers trains itself."""
        if self.plan.on_service:
            return str(self.block.products.ids[self.rows[index]])
        if self._idle(index, point):
            return str(self.block.products.ids[self.rows[index]])
        return self.plan.product(point)

    def _idle(self, index: int, point: int) -> bool:
        """Whether a candidate is trained in idle hours of the machines that answer."""
        row = int(self.rows[index])
        return self.beside is not None and holds(self.beside.idle, row, point)

    def label(self, index: int, point: int) -> str:
        """One candidate in words."""
        name, trained = self.block.products.label(int(self.rows[index])), self.plan.label(point)
        if self.beside is not None and self._idle(index, point):
            trained = self.beside.words
        return f"{name}; {trained}" if trained else name


@record
class Evaluation:
    """K candidates at the N points of one case."""

    case: Case
    pairs: tuple[Pair, ...]
    not_offered: tuple[Place, ...]

    @cached_property
    def starts(self) -> Index:
        """Where the candidates of each pair begin, and K at the end."""
        return np.concatenate([[0], np.cumsum([pair.size for pair in self.pairs])]).astype(np.intp)

    def __del__(self) -> None:
        """With the evaluation goes what its case keeps for it (:meth:`Case.let_go`)."""
        self.case.let_go()

    @property
    def size(self) -> int:
        """K."""
        return int(self.starts[-1])

    def where(self, index: int) -> tuple[Pair, int]:
        """The pair of a candidate, and its place in it."""
        turn = int(np.searchsorted(self.starts, index, side="right")) - 1
        return self.pairs[turn], index - int(self.starts[turn])

    def id(self, index: int) -> str:
        """Id of a candidate."""
        pair, own = self.where(index)
        return pair.id(own)

    @cached_property
    def places(self) -> Sequence[AnswersAt]:
        """Where each candidate answers."""
        found: list[AnswersAt] = []
        for pair in self.pairs:
            found += [pair.place.id] * pair.size
        return found

    @cached_property
    def ids(self) -> Sequence[str]:
        """Id of every candidate."""
        return [pair.id(index) for pair in self.pairs for index in range(pair.size)]

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Id -> candidate."""
        return {name: index for index, name in enumerate(self.ids)}

    def _join(self, parts: Sequence[Some]) -> Some:
        """Figures of the pairs as figures of the candidates, (K, N)."""
        shapes = [(pair.size, self.case.size) for pair in self.pairs]
        if not shapes:
            return cast(Some, np.zeros((0, self.case.size)))
        found = np.empty((self.size, self.case.size), dtype=np.result_type(*parts))
        for start, part, (size, _) in zip(self.starts, parts, shapes, strict=False):
            found[start : start + size] = part
        return cast(Some, found)

    @cached_property
    def company(self) -> Array:
        """What the company pays over the horizon (K, N); NaN where it is not known."""
        return self._join([_known(p.costs.company, p.unpriced) for p in self.pairs])

    @cached_property
    def user(self) -> Array:
        """What users pay over the horizon (K, N); NaN where it is not known."""
        return self._join([_known(p.costs.user, p.users_unpriced) for p in self.pairs])

    @cached_property
    def npv(self) -> Array:
        """Present value (K, N)."""
        return self._join([pair.costs.npv for pair in self.pairs])

    @cached_property
    def month1(self) -> Array:
        """Costs of the first month (K, N)."""
        return self._join([pair.costs.month1 for pair in self.pairs])

    @cached_property
    def blocked(self) -> BoolArray:
        """Where a rule fails (K, N)."""
        return self._join([pair.blocked for pair in self.pairs])

    @cached_property
    def unconfirmed(self) -> BoolArray:
        """Where something of a vendor's terms is not confirmed (K, N)."""
        return self._join([pair.unconfirmed for pair in self.pairs])

    @cached_property
    def required(self) -> BoolArray:
        """Where that must be confirmed before a candidate is ranked (K, N)."""
        return self._join([pair.required for pair in self.pairs])

    @cached_property
    def pointless(self) -> BoolArray:
        """Where a hybrid's device share is nothing or everything (K, N)."""
        return self._join([pair.pointless for pair in self.pairs])

    @cached_property
    def cost(self) -> Array:
        """What candidates are ranked by, NaN where it is not known (K, N)."""
        return self._join([pair.cost for pair in self.pairs])

    @cached_property
    def ranked(self) -> Array:
        """The same, infinite where a candidate may not be ranked (K, N)."""
        return self._join([pair.ranked for pair in self.pairs])


def _known(usd: Array, missing: BoolArray) -> Array:
    """An amount, NaN where a figure of it is missing."""
    return np.where(missing, np.nan, usd) if any_true(missing) else usd


def evaluate(case: Case) -> Evaluation:
    """Every candidate of a case at every point."""
    try:
        return _evaluated(case)
    except BaseException:  # work nobody waits for any more ends like this
        case.let_go()
        raise


def _evaluated(case: Case) -> Evaluation:
    moved = evidence.moves(case)
    venues = [(plan, totals(plan.charges, moved) if plan.charges else None) for plan in plans(case)]
    pairs: list[Pair] = []
    missing: list[Place] = []
    for place in tuple(PLACES.values()):
        if case.only is not None and place.id not in case.only:
            continue
        block = twofold.alone(case, place)
        if block is None or not any_true(_wanted(case, block)):
            missing.append(place)
            continue
        block = _with_fixed(block.with_checks(*checks(block, case)), case)
        costs: dict[bool, Totals] = {}
        for plan, training in venues:
            pair = _pair(case, plan, training, block, costs, moved)
            if pair is not None:
                pairs.append(pair)
    return Evaluation(case, tuple(pairs), tuple(missing))


def _with_fixed(block: Block, case: Case) -> Block:
    """A place with the fixed cost the user states for it."""
    more = fixed.charges(case, block.place)
    if not more:
        return block
    learnt = block.learnt_there
    return replace(
        block,
        charges=(*block.charges, *more),
        learnt_there=None if learnt is None else (*learnt, *more),
    )


def _own_charges(plan: Plan, block: Block) -> tuple[Charge, ...]:
    """A block's costs; a model learnt on the device is not shipped to it."""
    if plan.trained_at == DEVICE and block.learnt_there is not None:
        return block.learnt_there
    return block.charges


def _pair(
    case: Case,
    plan: Plan,
    training: Totals | None,
    block: Block,
    costs: dict[bool, Totals],
    moved: Moves | None,
) -> Pair | None:
    """The candidates of one plan, at what it costs, with one block; ``costs`` keeps its own."""
    rows = np.flatnonzero(_fit_together(case, plan, block) & _wanted(case, block)).astype(np.intp)
    if not rows.size:
        return None
    learnt = plan.trained_at == DEVICE
    if learnt not in costs:
        costs[learnt] = totals(_own_charges(plan, block), moved)
    own = costs[learnt]
    whole = own if rows.size == block.size else own.take(rows)
    beside = plan.beside(block)
    if beside is not None:
        more = totals(beside.charges, moved).take(rows)
        whole = whole.plus(more).plus(totals(beside.people, moved))
        return Pair(case, plan, block, rows, whole, beside=beside)
    if training is not None:
        whole = whole.plus(training)
    if not plan.on_service:
        return Pair(case, plan, block, rows, whole)
    return _on_service(case, plan, block, rows, whole, moved)


def _on_service(
    case: Case, plan: Plan, block: Block, rows: Index, whole: Totals, moved: Moves | None
) -> Pair:
    """Services that train themselves, each at its own charge."""
    services = {row.product: row for row in managed_api.offered(case).rows}
    extra = {
        int(row): managed_training.own_charges(case, services[block.products.ids[row]])
        for row in rows
    }
    more = [totals(extra[int(row)][0], moved) for row in rows]
    stacked = Totals(
        *(
            np.concatenate(np.broadcast_arrays(*(getattr(part, name) for part in more)))
            for name in ("company", "user", "npv", "month1")
        )
    )
    return Pair(case, plan, block, rows, whole.plus(stacked), extra)


def _wanted(case: Case, block: Block) -> BoolArray:
    """Which products of a block are asked for at its place (C,)."""
    names = case.wanted(block.place.id)
    if names is None:
        return np.ones(block.size, dtype=bool)
    return np.array([name in names for name in block.products.ids], dtype=bool)


def _fit_together(case: Case, plan: Plan, block: Block) -> BoolArray:
    """Which products of a block go with a training plan (C,)."""
    products, place = block.products, block.place
    everyone = np.ones(products.size, dtype=bool)
    if plan.trained_at == UNTRAINED:
        return products.ready_made if case.points.trains else everyone
    if plan.on_service:
        return products.trained_here
    if plan.trained_at == DEVICE:
        return everyone if place.id == DEVICE else ~everyone
    own = ~(products.ready_made | products.trained_here)
    if plan.only_vendor is not None:
        from_vendor = products.of_vendor(plan.only_vendor)
        on_platform = place.id == plan.trained_at
        return own & from_vendor if on_platform else ~everyone
    if plan.not_vendors and place.id == plan.trained_at:
        for vendor in plan.not_vendors:
            own = own & ~products.of_vendor(vendor)
        return np.asarray(own)
    return own
