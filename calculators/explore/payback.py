"""Over time: when what one option has cost by then overtakes what another has.

Both are read from one evaluation that keeps its months; one side may be what the user has today,
and then the other bears the switch.
"""

from __future__ import annotations

from typing import Literal

from calculators.accounts.cash_flow import CashFlow
from calculators.answer.baseline import Stay, stay
from calculators.answer.flows import flows
from calculators.answer.overtakes import Gaps
from calculators.arrays import Array, any_true
from calculators.memory import SHARED, Memory
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record, value

TODAY = "today"
"""The side that is what the user has now."""
Verdict = Literal["crosses", "always", "never", "equal", "not_comparable"]


@value
class Overtake:
    """A month at which the lead changes, to a fraction of it, and who has cost less after it."""

    month: float
    cheaper_after: str


@record
class Payback:
    """Two sides over the months; a side is the id of a candidate, or ``today``.

    A side's money is None where a price lacks.
    """

    a: str
    b: str
    rank_by: str
    a_flow: CashFlow | None  # (1, M + 1)
    b_flow: CashFlow | None

    def _cumulative(self, flow: CashFlow | None) -> Array | None:
        return None if flow is None else flow.ranked(self.rank_by)[0].cumsum()

    @property
    def a_usd(self) -> Array | None:
        """What ``a`` has cost at the start and by the end of each month (M + 1,)."""
        return self._cumulative(self.a_flow)

    @property
    def b_usd(self) -> Array | None:
        """The same of ``b``."""
        return self._cumulative(self.b_flow)

    @cached_property
    def _gaps(self) -> Gaps | None:
        """How far ``a`` is ahead."""
        if self.a_flow is None or self.b_flow is None:
            return None
        a, b = (
            (flow.ranked(self.rank_by), flow.lumps(self.rank_by))
            for flow in (self.a_flow, self.b_flow)
        )
        return Gaps.between(*a, *b)

    @cached_property
    def crossings(self) -> tuple[Overtake, ...]:
        """Every month at which the lead changes, in order."""
        found = self._gaps
        if found is None:
            return ()
        turns = found.crossings()
        return tuple(Overtake(month, self.a if ahead else self.b) for month, ahead in turns)

    @property
    def verdict(self) -> Verdict:
        """``always``: a has cost less all along; ``never``: b has."""
        if self._gaps is None:
            return "not_comparable"
        if self.crossings:
            return "crosses"
        usd = self._gaps.usd[0]
        if any_true(usd > 0):
            return "always"
        return "never" if any_true(usd < 0) else "equal"

    @property
    def gap_end_usd(self) -> float | None:
        """What ``b`` has cost more than ``a`` by the end of the horizon."""
        if self.a_usd is None or self.b_usd is None:
            return None
        return float(self.b_usd[-1] - self.a_usd[-1])


def payback(
    scenario: Scenario, book: PriceBook, a: str, b: str, memory: Memory = SHARED
) -> Payback:
    """Two candidates by their ids, or one and ``today``.

    Raises
    ------
    ValueError
        ``today`` where the scenario names nothing.
    """
    if TODAY not in (a, b):
        found = flows(scenario, book, memory, (a, b))
        return Payback(a, b, scenario.rank_by, found.of(a), found.of(b))
    has = stay(scenario, book, memory)
    if has is None:
        raise ValueError("the scenario names nothing the user has today")
    return Payback(a, b, scenario.rank_by, _side(has, a), _side(has, b))


def alone(
    scenario: Scenario, book: PriceBook, option: str, memory: Memory = SHARED
) -> CashFlow | None:
    """What one candidate costs month by month (1, M + 1), USD; None where a price lacks."""
    return flows(scenario, book, memory, (option,)).of(option)


def _side(has: Stay, name: str) -> CashFlow | None:
    """Staying, or a candidate with the switch to it."""
    if name == TODAY:
        return has.flow
    own = has.every.of(name)
    if own is None or name == has.id:
        return own if own is None else has.flow
    return own.plus(has.switch)
