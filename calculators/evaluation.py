"""Every pair of places with its costs, at every point: the one path all results come from."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from calculators import axes, constraints
from calculators.arrays import Array, BoolArray
from calculators.charges import Charge, Ledger, Totals, totals
from calculators.inputs import Inputs
from calculators.options import REGISTRY
from calculators.options.base import Block
from calculators.results import AnswersAt, Finding, LineItem
from calculators.training import Plan, plans
from calculators.training import managed_api as managed_training


@dataclass(eq=False)
class Entry:
    """One candidate: a training plan with one product that answers."""

    id: str
    kind: AnswersAt
    plan: Plan
    block: Block
    index: int  # of the product in its block
    extra: tuple[Charge, ...] = ()  # training charges of this product alone
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()

    def line_items(self, point: int = 0) -> tuple[LineItem, ...]:
        """Every cost at one point."""
        own = self.block.charges_with(self.plan.trained_at)
        parts = [(charge, self.index) for charge in own]
        parts += [(charge, 0) for charge in (*self.plan.ledger.charges, *self.extra)]
        items = [charge.item(index, point) for charge, index in parts]
        return tuple(item for item in items if item is not None)


@dataclass
class Evaluation:
    """K candidates at N points."""

    inputs: Inputs
    entries: list[Entry] = field(default_factory=list)
    company: Array = field(default_factory=lambda: np.zeros((0, 1)))
    user: Array = field(default_factory=lambda: np.zeros((0, 1)))
    present: Array = field(default_factory=lambda: np.zeros((0, 1)))
    month1: Array = field(default_factory=lambda: np.zeros((0, 1)))
    blocked: BoolArray = field(default_factory=lambda: np.zeros((0, 1), dtype=bool))
    unpriced: BoolArray = field(default_factory=lambda: np.zeros((0, 1), dtype=bool))
    not_offered: list[AnswersAt] = field(default_factory=list)

    @cached_property
    def total(self) -> Array:
        """Company and user, (K, N)."""
        return self.company + self.user

    @cached_property
    def ranked(self) -> Array:
        """What candidates are ranked by, infinite where not allowed or not priced, (K, N)."""
        by_company = self.inputs.scenario.rank_by == "company"
        cost = self.company if by_company else self.total
        shut = self.blocked | self.unpriced | np.isnan(cost)
        return np.where(shut, np.inf, cost)


PARTS = ("company", "user", "present", "month1")
Stack = tuple[Totals, BoolArray, BoolArray]


def evaluate(inputs: Inputs, kinds: Sequence[AnswersAt] | None = None) -> Evaluation:
    """Every candidate of the scenario at every point of ``inputs``; raises :class:`NotAnAxis`."""
    scenario = inputs.scenario
    always = scenario.own_model_required or scenario.training_method != "none"
    axes.check(inputs.axes, trains=always)
    found = Evaluation(inputs)
    stacks: list[Stack] = []
    venues = plans(inputs)
    for kind in kinds or tuple(REGISTRY):
        block = REGISTRY[kind](inputs)
        if not block.size:
            found.not_offered.append(kind)
            continue
        constraints.apply(block, inputs)
        costs = totals(block.charges, block.size, inputs.points)
        for plan in venues:
            _pair(found, stacks, plan, block, costs)
    if stacks:
        found.company = np.concatenate([part.company for part, _, _ in stacks])
        found.user = np.concatenate([part.user for part, _, _ in stacks])
        found.present = np.concatenate([part.present for part, _, _ in stacks])
        found.month1 = np.concatenate([part.month1 for part, _, _ in stacks])
        found.blocked = np.concatenate([shut for _, shut, _ in stacks])
        found.unpriced = np.concatenate([gaps for _, _, gaps in stacks])
    return found


def _pair(
    found: Evaluation,
    stacks: list[Stack],
    plan: Plan,
    block: Block,
    costs: Totals,
) -> None:
    """Add the candidates of one training plan with one block."""
    chosen = [i for i in range(block.size) if _fits_together(found.inputs, plan, block, i)]
    if not chosen:
        return
    rows = np.array(chosen, dtype=np.intp)
    if plan.trained_at == "device":
        costs = totals(block.charges_with("device"), block.size, found.inputs.points)
    own = totals(plan.ledger.charges, 1, found.inputs.points)
    extras = [_training_charges(found.inputs, plan, block, index) for index in chosen]
    parts = [getattr(costs, name)[rows] + getattr(own, name) for name in PARTS]
    for row, (charges, _) in enumerate(extras):
        if charges:
            more = totals(charges, 1, found.inputs.points)
            for part, name in zip(parts, PARTS, strict=True):
                part[row] += getattr(more, name)[0]
    gaps = [
        bool(plan.missing or gap or block.steady_gaps(index))
        for index, (_, gap) in zip(chosen, extras, strict=True)
    ]
    unpriced = block.unpriced[rows] | np.array(gaps, dtype=bool)[:, None]
    stacks.append((Totals(*parts), block.blocked[rows] | plan.blocked, unpriced))
    for index, (charges, gap) in zip(chosen, extras, strict=True):
        found.entries.append(_entry(plan, block, index, charges, gap))


def _entry(plan: Plan, block: Block, index: int, extra: tuple[Charge, ...], gap: str) -> Entry:
    product = block.products[index]
    trained = f"{plan.trained_at}:{plan.product}" if plan.product else plan.trained_at
    if plan.trained_at == "managed_api" and not plan.product:
        trained = f"managed_api:{product.id}"
    return Entry(
        id=f"{trained}>{block.answers_at}:{product.id}",
        kind=block.answers_at,
        plan=plan,
        block=block,
        index=index,
        extra=extra,
        findings=(*plan.findings, *plan.shut_by, *block.findings[index]),
        missing=(*block.missing[index], *plan.missing, *([gap] if gap else [])),
    )


def _fits_together(inputs: Inputs, plan: Plan, block: Block, index: int) -> bool:
    """Which training goes with which product."""
    product = block.products[index]
    ready_made = block.answers_at.endswith("managed_api") and not product.trained_here
    if plan.trained_at == "none":
        return ready_made or not inputs.trains
    if plan.trained_at == "managed_api" and not plan.product:
        return block.answers_at.endswith("managed_api") and product.trained_here
    if plan.trained_at == "device":
        return block.answers_at == "device"
    if ready_made or product.trained_here:
        return False
    if plan.trained_at == "hosted_platform" and not plan.exportable:
        return block.answers_at == "hosted_platform" and product.vendor == plan.vendor
    return True


def _training_charges(
    inputs: Inputs, plan: Plan, block: Block, index: int
) -> tuple[tuple[Charge, ...], str]:
    """What the vendor charges to train this very product."""
    if plan.trained_at != "managed_api" or plan.product:
        return (), ""
    product = block.products[index].id
    row = next(row for row in managed_training.trainable(inputs) if row.product == product)
    made = copy(plan)
    made.ledger = Ledger(inputs.calendar)
    gap = managed_training.charge(made, inputs, row)
    return tuple(made.ledger.charges), gap
