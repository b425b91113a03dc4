"""What one has today: what staying costs, what leaving costs, and what every option saves.

Staying costs what is still to be paid. An option of ours is priced as any other and its start
(set-up, first training, first purchase) left out; machines that stand there count as new, since
nobody says how old they are, and what they fetch is a credit at the end, as in the option itself.
A bill of the user's own grows with the requests; its fixed part does not. Leaving costs the work of
moving and a while in which both are paid: our assumptions. What is left of a commitment is owed
too: nobody says when it began, and a term of which any day may be today is half over in the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from calculators.accounts.calendar import monthly_rate
from calculators.accounts.cash_flow import CashFlow, present
from calculators.answer.flows import Flows, flows, products
from calculators.answer.options import statuses
from calculators.answer.overtakes import Gaps
from calculators.arrays import Array, any_true
from calculators.case import Case, Only
from calculators.costs import labour
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.points import Points
from calculators.results import STATUSES, LineItem, Saving, Status, Today
from calculators.scenario import BadField, Scenario
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record

HOURS, PARALLEL, LEFT = "switch_hours", "switch_parallel_months", "commitment_term_left"
ASSUMED = (HOURS, PARALLEL, LEFT)
"""Assumptions behind a switch, and behind leaving."""
BILL = "What you pay today"
COMMITTED = {"1y": 12.0, "3y": 36.0}
"""Last part of a price's key -> months that are owed once they are promised."""


@record
class Stay:
    """Staying with what one has, and leaving it."""

    scenario: Scenario
    every: Flows  # all candidates of the scenario
    id: str | None
    flow: CashFlow | None  # (1, M + 1); None where it is not priced
    term_left: float | None = None  # share of a commitment's term; None: nobody says when it began

    @property
    def case(self) -> Case:
        """Demand and assumptions."""
        return self.every.found.case

    @cached_property
    def ranked(self) -> Array | None:
        """What is ranked of staying, (1, M + 1)."""
        return None if self.flow is None else self.flow.ranked(self.scenario.rank_by)

    @cached_property
    def _parallel(self) -> Array:
        """Share of each month in which both are paid (M + 1,); none at the start."""
        months = np.arange(float(self.scenario.horizon_months) + 1)
        return np.clip(self._beside - (months - 1), 0.0, 1.0) * (months > 0)

    @property
    def _beside(self) -> float:
        return float(self.case.assume(PARALLEL)[0])

    @cached_property
    def switch(self) -> CashFlow:
        """What leaving costs (1, M + 1): work at once, then both for a while."""
        made = CashFlow.nothing(1, int(self.scenario.horizon_months))
        work = float((labour.hours(self.case, HOURS) * labour.usd_per_hour(self.case))[0])
        owed = sum(item.amount_usd for item in self._owed)
        made.opex[0, 0] = made.company_lumps[0, 0] = work + owed
        if self.flow is None:
            return made
        again = self.flow
        beside = CashFlow(
            capex=again.capex * self._parallel,
            opex=again.opex * self._parallel,
            credit=again.credit * self._parallel,
            users=np.zeros_like(again.users),  # a user is served once
            company_lumps=again.company_lumps * self._parallel,
            users_lumps=np.zeros_like(again.users),
        )
        return made.plus(beside)

    @cached_property
    def _owed(self) -> tuple[LineItem, ...]:
        """The rest of commitments, beyond the months in which both are paid anyway."""
        if self.id is None or self.flow is None:
            return ()
        pair, own = self.every.found.where(self.every.found.at[self.id])
        # machines to train on are committed to as well: those are a cost of retraining
        found = (self._rest(item) for item in pair.line_items(own, 0) if item.period != "once")
        return tuple(item for item in found if item is not None)

    @property
    def _left(self) -> float:
        """Share of a commitment's term that is left."""
        return float(self.case.assume(LEFT)[0]) if self.term_left is None else self.term_left

    def _rest(self, item: LineItem) -> LineItem | None:
        term = COMMITTED.get(item.source.key.rpartition("/")[2])
        months = 0.0 if term is None else term * self._left - self._beside
        if months <= 0 or not item.month1_usd:
            return None
        usd = months * item.month1_usd
        trains = " to train" if item.category == "training" else ""
        return LineItem(
            name=f"Rest of the commitment{trains}",
            payer="company",
            period="once",
            quantity=months,
            unit="month",
            rate_usd=item.month1_usd,
            amount_usd=usd,
            credit=False,
            source=item.source,
            basis="months left of the term, less those in which both are paid",
            npv_usd=usd,
            month1_usd=usd,
        )

    def switch_items(self) -> tuple[LineItem, ...]:
        """The same as line items."""
        case = self.case
        hours, wage = float(labour.hours(case, HOURS)[0]), float(labour.usd_per_hour(case)[0])
        rate = float(monthly_rate(case["discount_rate_pct"])[0])
        work = LineItem(
            name="Work to move from what you have",
            payer="company",
            period="once",
            quantity=hours,
            unit="staff_hour",
            rate_usd=wage,
            amount_usd=hours * wage,
            credit=False,
            source=case.chosen_source(labour.WAGE, labour.WAGE),
            basis=labour.basis(case, HOURS),
            npv_usd=hours * wage,
            month1_usd=hours * wage,
            category="work",
        )
        beside = self.switch.company[0].copy()
        beside[0] = 0.0  # at the start: work, and what is owed
        months = float(self._parallel.sum())
        if self.flow is None or not months:
            return (work, *self._owed)
        both = LineItem(
            name="What you have, paid beside the new option",
            payer="company",
            period="once",
            quantity=months,
            unit="month",
            rate_usd=float(beside.sum()) / months,
            amount_usd=float(beside.sum()),
            credit=False,
            source=case.assumption_source(PARALLEL),
            basis="what staying costs in these months",
            npv_usd=float(present(beside[None], rate)[0]),
            month1_usd=float(beside[:2].sum()),
        )
        return (work, both, *self._owed)

    def savings(self) -> Mapping[str, Saving]:
        """What every priced option saves, the switch to it counted in."""
        if self.flow is None or self.ranked is None:
            return {}
        rank_by, months = self.scenario.rank_by, self.scenario.horizon_months
        known = np.flatnonzero(~np.isnan(self.every.found.cost[:, 0])).astype(np.intp)
        whole = self.every.flow.take(known).plus(self._switches(known.size))
        cost = whole.ranked(rank_by)
        saved = (self.ranked.sum() - cost.sum(-1)) / months
        since = Gaps.between(
            cost, whole.lumps(rank_by), self.ranked, self.flow.lumps(rank_by)
        ).since()
        found = {
            self.every.found.ids[index]: Saving(usd, None if np.isnan(month) else month)
            for index, usd, month in zip(
                known.tolist(), saved.tolist(), since.tolist(), strict=True
            )
        }
        return {**found, self.id: Saving(0.0, None)} if self.id is not None else found

    def _switches(self, count: int) -> CashFlow:
        """The same switch to each of some candidates."""
        return self.switch.take(np.zeros(count, dtype=np.intp))

    def stays(self) -> bool:
        """Whether no allowed option costs less with the switch to it."""
        if self.ranked is None:
            return False
        found, own = self.every.found, self.every.found.at.get(self.id or "")
        others = np.isfinite(found.ranked[:, 0])
        if own is not None:
            others[own] = False
        if not any_true(others):
            return True
        least = float(found.ranked[others, 0].min())
        switch = float(self.switch.ranked(self.scenario.rank_by).sum())
        return float(self.ranked.sum()) <= least + switch


def stay(scenario: Scenario, book: PriceBook, memory: Memory) -> Stay | None:
    """Staying with what a scenario says one has; None where it says nothing."""
    bill = scenario.today_usd_per_month is not None
    if not (scenario.today or bill or scenario.today_fixed_usd_per_month is not None):
        return None
    every = flows(scenario, book, memory)
    paid = _bill(every.found.case)
    if not scenario.today:
        return Stay(scenario, every, None, paid)
    own = every.of(scenario.today)
    left = None if own is None else own.after_start().plus(paid)
    return Stay(scenario, every, scenario.today, left)


def _bill(case: Case) -> CashFlow:
    """What the user says is paid a month: a part that grows with the requests, and a fixed one."""
    scenario, calendar = case.scenario, case.demand.calendar
    grown = calendar.by_month(calendar.growth * (scenario.today_usd_per_month or 0.0))
    fixed = calendar.by_month(np.ones_like(calendar.growth))
    made = CashFlow.nothing(1, int(scenario.horizon_months))
    return replace(made, opex=grown + fixed * (scenario.today_fixed_usd_per_month or 0.0))


def today(scenario: Scenario, book: PriceBook, memory: Memory) -> Today | None:
    """What one has today, as a comparison tells it; None where the scenario names nothing."""
    made = stay(scenario, book, memory)
    if made is None:
        return None
    status, label, reasons = _told(made)
    usd = None if made.ranked is None else float(made.ranked.sum())
    rate = float(monthly_rate(made.case["discount_rate_pct"])[0])
    return Today(
        id=made.id,
        label=label,
        status=status,
        reasons=reasons,
        total_usd=usd,
        monthly_usd=None if usd is None else usd / scenario.horizon_months,
        npv_usd=None if made.ranked is None else float(present(made.ranked, rate)[0]),
        switch_items=made.switch_items(),
        savings=made.savings(),
        stays=made.stays(),
    )


def _told(made: Stay) -> tuple[Status | None, str, tuple[str, ...]]:
    """Status, label and what stands against an option that one has."""
    if made.id is None:
        return None, BILL, ()
    found = made.every.found
    index = found.at[made.id]
    pair, own = found.where(index)
    fails = tuple(item.text for item in pair.findings(own, 0) if item.verdict == "fail")
    lacks = tuple(f"needs {what}" for what in pair.missing(own, 0))
    return STATUSES[statuses(found)[index]], pair.label(own, 0), (*fails, *lacks)


def unheld(scenario: Scenario, book: PriceBook, memory: Memory) -> BadField | None:
    """The refusal of a ``today`` that is no option of these inputs in this edition; else None."""
    name = scenario.today
    if not name or name in _offered(scenario, book, memory, products([name])).at:
        return None
    like = next(iter(_offered(scenario, book, memory, None).ids), "")
    words = "the id of an option that /api/v1/compare lists for these inputs"
    return BadField(field="today", value=name, allowed=f"{words}, such as {like}")


def _offered(scenario: Scenario, book: PriceBook, memory: Memory, only: Only | None) -> Evaluation:
    return evaluate(memory.case(Points(scenario, 1), book, only, full=False))
