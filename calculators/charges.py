"""Charges: named costs of many candidates at many points, from which line items are read.

A :class:`Charge` holds quantity and rate for C candidates (or 1, shared by all) and N points.
``amount = quantity x rate`` always; a rate of NaN is a missing price and never becomes 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from calculators.arrays import Array
from calculators.calendar import Calendar
from calculators.results import LineItem, Payer, Period
from pricing.book import Source


@dataclass(frozen=True)
class Charge:
    """One named cost. Arrays broadcast to (C, N)."""

    name: str | tuple[str, ...]  # one for all candidates, or one each
    payer: Payer
    period: Period
    unit: str | tuple[str, ...]
    quantity: Array
    rate_usd: Array
    present: Array  # discounted quantity
    month1: Array  # quantity of month 1
    sources: tuple[Source, ...]  # one for all candidates, or one each
    basis: str | tuple[str, ...] = ""
    credit: bool = False
    labour: bool = False

    @property
    def amount_usd(self) -> Array:
        """(C, N) dollars over the horizon."""
        return self.quantity * self.rate_usd

    def item(self, candidate: int, point: int = 0) -> LineItem | None:
        """The line item of one candidate at one point; None when it has no such cost."""
        quantity = _pick(self.quantity, candidate, point)
        rate = _pick(self.rate_usd, candidate, point)
        if quantity == 0:
            return None
        return LineItem(
            name=_word(self.name, candidate),
            payer=self.payer,
            period=self.period,
            quantity=quantity,
            unit=_word(self.unit, candidate),
            rate_usd=rate,
            amount_usd=quantity * rate,
            credit=self.credit or quantity * rate < 0,
            source=self.sources[candidate if len(self.sources) > 1 else 0],
            basis=_word(self.basis, candidate),
            npv_usd=_pick(self.present, candidate, point) * rate,
            month1_usd=_pick(self.month1, candidate, point) * rate,
        )

    def take(self, candidates: Sequence[int]) -> Charge:
        """The same cost for some of the candidates, in that order."""
        chosen = np.asarray(candidates, dtype=np.intp)

        def rows(values: Array) -> Array:
            return values[chosen] if values.shape[0] > 1 else values

        def words(text: str | tuple[str, ...]) -> str | tuple[str, ...]:
            return text if isinstance(text, str) else tuple(text[i] for i in candidates)

        many = len(self.sources) > 1
        return replace(
            self,
            name=words(self.name),
            unit=words(self.unit),
            basis=words(self.basis),
            quantity=rows(self.quantity),
            rate_usd=rows(self.rate_usd),
            present=rows(self.present),
            month1=rows(self.month1),
            sources=tuple(self.sources[i] for i in candidates) if many else self.sources,
        )


def _word(text: str | tuple[str, ...], candidate: int) -> str:
    return text if isinstance(text, str) else text[candidate]


def _pick(values: Array, candidate: int, point: int) -> float:
    rows, points = values.shape
    return float(values[candidate if rows > 1 else 0, point if points > 1 else 0])


def matrix(values: Array | float) -> Array:
    """Any shape up to (C, N) as two dimensions."""
    array = np.asarray(values, dtype=np.float64)
    return array.reshape((1,) * (2 - array.ndim) + array.shape)


def cube(values: Array | float) -> Array:
    """(N, S) or (C, N, S) as three dimensions."""
    array = np.asarray(values, dtype=np.float64)
    return array.reshape((1,) * (3 - array.ndim) + array.shape)


@dataclass
class Ledger:
    """Collects the charges of one block of candidates."""

    calendar: Calendar
    charges: list[Charge] = field(default_factory=list)

    def monthly(
        self,
        name: str | tuple[str, ...],
        unit: str | tuple[str, ...],
        per_month: Array,
        rate_usd: Array | float,
        sources: Sequence[Source],
        *,
        payer: Payer = "company",
        period: Period = "monthly",
        basis: str | tuple[str, ...] = "",
        drift_pct: Array | None = None,
        drift_source: Source | None = None,
        dearer: Array | None = None,
        labour: bool = False,
    ) -> None:
        """A cost that recurs: ``per_month`` is (N, S) or (C, N, S), ``rate_usd`` up to (C, N).

        ``dearer`` is the quantity times the relative change of its price, where that does not
        simply follow ``drift_pct`` month by month.
        """
        amount = cube(per_month)
        charge = Charge(
            name=name,
            payer=payer,
            period=period,
            unit=unit,
            quantity=self.calendar.sum(amount),
            rate_usd=matrix(rate_usd),
            present=self.calendar.present(amount),
            month1=amount[..., 0],
            sources=tuple(sources),
            basis=basis,
            labour=labour,
        )
        self.charges.append(charge)
        if drift_pct is not None and drift_source is not None and np.any(drift_pct != 0):
            change = amount * (self.calendar.drift(drift_pct) - 1) if dearer is None else dearer
            self.charges.append(
                replace(
                    charge,
                    name=_suffix(name, ": price change"),
                    quantity=self.calendar.sum(change),
                    present=self.calendar.present(change),
                    month1=change[..., 0],
                    basis="the same quantity times the relative change of its price",
                    sources=(drift_source,),
                )
            )

    def once(
        self,
        name: str | tuple[str, ...],
        unit: str | tuple[str, ...],
        quantity: Array | float,
        rate_usd: Array | float,
        sources: Sequence[Source],
        *,
        month: Array | float = 0.0,
        payer: Payer = "company",
        basis: str | tuple[str, ...] = "",
        credit: bool = False,
        labour: bool = False,
    ) -> None:
        """A cost at the end of ``month`` (0: today); quantity and rate up to (C, N)."""
        amount = matrix(quantity)
        when = np.asarray(month, dtype=np.float64)
        discount = self.calendar.factor(when.reshape(-1, 1))[:, 0]
        self.charges.append(
            Charge(
                name=name,
                payer=payer,
                period="once",
                unit=unit,
                quantity=amount,
                rate_usd=matrix(rate_usd),
                present=amount * discount,
                month1=amount * (when <= 1),
                sources=tuple(sources),
                basis=basis,
                credit=credit,
                labour=labour,
            )
        )

    def add(self, charge: Charge) -> None:
        """A charge made elsewhere."""
        self.charges.append(charge)


def _suffix(name: str | tuple[str, ...], end: str) -> str | tuple[str, ...]:
    return name + end if isinstance(name, str) else tuple(part + end for part in name)


@dataclass(frozen=True)
class Totals:
    """Dollars of C candidates at N points (each (C, N))."""

    company: Array
    user: Array
    present: Array
    month1: Array

    @property
    def total(self) -> Array:
        """Company and user together, undiscounted."""
        return self.company + self.user


def totals(charges: Sequence[Charge], candidates: int, points: int) -> Totals:
    """Add charges up; NaN where a price is missing."""
    company, user, present, month1 = (np.zeros((candidates, points)) for _ in range(4))
    for charge in charges:
        # 0 units of something unpriced cost nothing and must not poison the sum
        rate = np.where(charge.quantity == 0, 0.0, charge.rate_usd)
        target = company if charge.payer == "company" else user
        target += charge.quantity * rate
        present += charge.present * rate
        month1 += charge.month1 * rate
    return Totals(company, user, present, month1)
