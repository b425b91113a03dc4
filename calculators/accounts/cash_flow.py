"""When money flows: what candidates cost at the start and in each month, by what it is for.

Read from the charges that make the line items, of a case that kept its months: the same quantity
at the same rate, only where it falls. Index 0 is the start, index m what is paid by the end of
month m. What recurs is paid evenly through its month, all else at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import numpy as np

from calculators.accounts.calendar import YEAR
from calculators.accounts.charges import Charge
from calculators.arrays import Array, Index
from pricing.records import record


@record
class CashFlow:
    """Dollars of C candidates at the start and in each of M months, (C, M + 1) each.

    ``capex``: machines bought, cabling in it. ``credit``: what is got back, never positive but
    where a fall of prices makes it smaller. ``opex``: all else the company pays. ``users``: what
    users pay. ``lumps``: of all these what is paid at once instead of through the month, by the
    company and by users.
    """

    capex: Array
    opex: Array
    credit: Array
    users: Array
    company_lumps: Array
    users_lumps: Array

    @classmethod
    def nothing(cls, candidates: int, months: int) -> CashFlow:
        """No money in any month."""
        return cls(*(np.zeros((candidates, months + 1)) for _ in fields(cls)))

    @classmethod
    def of(
        cls, charges: Iterable[Charge], candidates: int, months: int, point: int = 0
    ) -> CashFlow:
        """Charges of ``candidates`` at one point; NaN where a price is missing.

        Raises
        ------
        ValueError
            A charge of a case that kept no months.
        """
        found = cls.nothing(candidates, months)
        for charge in charges:
            usd = _by_month(charge, point)
            _part(found, charge)[...] += usd
            if charge.period == "once":
                _lumps(found, charge)[...] += usd
        return found

    @property
    def company(self) -> Array:
        """What the company pays (C, M + 1)."""
        return self.capex + self.opex + self.credit

    def ranked(self, rank_by: str) -> Array:
        """What options are ranked by (C, M + 1)."""
        return self.company if rank_by == "company" else self.company + self.users

    def lumps(self, rank_by: str) -> Array:
        """What of that is paid at once (C, M + 1)."""
        if rank_by == "company":
            return self.company_lumps
        return self.company_lumps + self.users_lumps

    def take(self, rows: Index | slice) -> CashFlow:
        """Some of the candidates."""
        return CashFlow(*(getattr(self, item.name)[rows] for item in fields(self)))

    def plus(self, other: CashFlow) -> CashFlow:
        """Two sets of costs together."""
        parts = (getattr(self, item.name) + getattr(other, item.name) for item in fields(self))
        return CashFlow(*parts)

    def after_start(self) -> CashFlow:
        """What is still to be paid once the start is paid."""
        left = CashFlow(*(getattr(self, item.name).copy() for item in fields(self)))
        for item in fields(left):
            getattr(left, item.name)[:, 0] = 0.0
        return left

    @staticmethod
    def joined(parts: Iterable[CashFlow]) -> CashFlow:
        """The candidates of several, one after the other."""
        several = list(parts)
        columns = ([getattr(part, item.name) for part in several] for item in fields(CashFlow))
        return CashFlow(*(np.concatenate(column) for column in columns))


def present(flow: Array, monthly_rate: float) -> Array:
    """Present value of what flows at the start and by the end of each month (C, M + 1) -> (C,)."""
    return np.asarray(flow @ (1 + monthly_rate) ** -np.arange(float(flow.shape[-1])))


def years(flow: Array) -> Array:
    """Sums by year of one flow (M + 1,) -> (Y,); the start belongs to the first year."""
    months = flow[1:]
    sums = [months[at : at + YEAR].sum() for at in range(0, months.size, YEAR)] or [0.0]
    sums[0] += flow[0]
    return np.array(sums)


def _part(found: CashFlow, charge: Charge) -> Array:
    """Where a charge belongs."""
    if charge.payer == "user":
        return found.users
    if charge.credit or charge.of_credit:
        return found.credit
    bought = charge.period == "once" and charge.category == "purchase"
    return found.capex if bought else found.opex


def _lumps(found: CashFlow, charge: Charge) -> Array:
    return found.users_lumps if charge.payer == "user" else found.company_lumps


def _by_month(charge: Charge, point: int) -> Array:
    """Dollars of a charge (C or 1, M + 1) at one point."""
    if charge.by_month is None:
        raise ValueError(f"{charge.name}: the case kept no months")
    quantity, rate = charge.by_month, charge.rate_usd
    held = quantity[:, point if quantity.shape[1] > 1 else 0]
    usd = rate[:, point if rate.shape[1] > 1 else 0][:, None]
    # nothing of something unpriced costs nothing
    return np.where(held == 0, 0.0, held * usd)
