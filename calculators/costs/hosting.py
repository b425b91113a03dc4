"""Where machines of one's own stand and what that costs: a colocation, the office, nothing."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Assuming, Ledger
from calculators.arrays import Array, BoolArray, any_true
from calculators.case import Case
from calculators.checks import Gap
from calculators.results import Finding, Needed
from calculators.scenario import Sensitivity
from pricing.book import Source
from pricing.records import record

WHOLESALE_KEY = "world/colocation/standard"
UNIT = "colocation_unit_usd_per_month"
RETAIL = "colocation_usd_per_kw_month"
WHOLESALE_FROM_KW = "colocation_wholesale_from_kw"
UNDECIDED = (UNIT, RETAIL)
"""Assumptions that decide where servers stand, unless that is said."""
BASIS = "space and cooling by the most power drawn, one unit at least"
MOSTLY_EMPTY = 0.5  # a unit that less than half of its price would fill by the kilowatt


@record
class Hosting:
    """Where the servers of C candidates stand at N points."""

    case: Case
    kilowatts: Array  # most power of all servers (C, N, S)
    colocated: BoolArray  # (C, N, 1)
    unpaid: BoolArray  # (1, 1, 1): neither space nor electricity is paid for

    @property
    def pue(self) -> Array:
        """Power of the building over that of the servers (C, N, 1): 1 in an office."""
        if self.case.given("pue"):
            return np.asarray(self.case["pue"][:, None])
        return np.where(self.colocated, self.case.assume("pue")[:, None], 1.0)

    def charge(self, ledger: Ledger) -> list[Gap]:
        """Space and cooling, where it is rented; returns what is missing."""
        case, power = self.case, self.kilowatts
        unit, retail = case.assume(UNIT)[:, None], case.assume(RETAIL)[:, None]
        large = self.colocated & (power >= case.assume(WHOLESALE_FROM_KW)[:, None])
        small = self.colocated & ~large & (power > 0)
        one = small & (power * retail < unit)
        wholesale = case.market.context(WHOLESALE_KEY)
        self._item(ledger, "Hosting: one unit", "instance_month", one.astype(np.float64), UNIT)
        self._item(ledger, "Hosting, per kW", "kw_month", (small & ~one) * power, RETAIL)
        if wholesale is None:
            over = (large & (case.demand.calendar.weight > 0)).any(-1)
            return [Gap(np.asarray(over), lambda _, __: "hosting price per kW")]
        self._add(
            ledger,
            "Hosting, per kW wholesale",
            wholesale.unit,
            large * power,
            case.usd(wholesale),
            wholesale.source,
        )
        return []

    def _item(self, ledger: Ledger, name: str, unit: str, quantity: Array, price: str) -> None:
        case = self.case
        self._add(ledger, name, unit, quantity, case.assume(price), case.assumption_source(price))

    def _add(
        self,
        ledger: Ledger,
        name: str,
        unit: str,
        quantity: Array,
        usd: Array,
        source: Source,
    ) -> None:
        if any_true(quantity):
            ledger.monthly(
                name,
                unit,
                quantity,
                usd,
                [source],
                category="energy",
                basis=Assuming(BASIS, (WHOLESALE_FROM_KW,)),
            )


def housed(case: Case, kilowatts: Array) -> Hosting:
    """Where servers drawing at most ``kilowatts`` (C, N, S) stand.

    Unless said: in the office where data must stay on the premises, or where one unit of a
    colocation would be mostly empty; else in a colocation.
    """
    chosen = case.scenario.hosting
    if chosen is None:
        if _premises(case):
            colocated = np.zeros((1, 1, 1), dtype=bool)
        else:
            drawn = np.where(case.demand.calendar.weight > 0, kilowatts, 0.0)  # in the horizon
            paid = drawn.max(axis=-1, keepdims=True) * case.assume(RETAIL)[:, None]
            colocated = paid >= MOSTLY_EMPTY * case.assume(UNIT)[:, None]
    else:
        colocated = np.full((1, 1, 1), chosen == "colocation")
    unpaid = np.full((1, 1, 1), chosen == "none")
    return Hosting(case, kilowatts, np.asarray(colocated), unpaid)


def _premises(case: Case) -> bool:
    return "on_premises" in (case.scenario.data_sensitivity, case.scenario.training_sensitivity)


def premises(case: Case, level: Sensitivity) -> tuple[Finding, ...]:
    """A colocation is not the premises that data of a kind may have to stay on."""
    if level != "on_premises":
        return ()
    if case.scenario.hosting != "colocation":
        return (Finding("premises", "pass", "The machines stand on your premises."),)
    text = "Data must stay on your premises; a colocation is another company's."
    change = "machines in your own office (hosting=office)"
    needs = (Needed("hosting", "office"),)
    return (Finding("premises", "fail", text, change, absolute=True, needs=needs),)
