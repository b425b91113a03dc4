"""Charges: named costs of many candidates at many points, from which line items are read.

A :class:`Charge` holds quantity and rate for C candidates (or 1, shared by all) and N points (or
1, the same at all). ``amount = quantity x rate`` always; a rate of NaN is a missing price and
never becomes 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from calculators.accounts.calendar import Calendar
from calculators.arrays import Array, Index, any_true, columns, later
from calculators.results import Category, LineItem, Payer, Period
from pricing.book import Source
from pricing.records import record, value

Words = str | Sequence[str]
"""One for all candidates, or one each."""
Basis = Words | Callable[[int, int], str]
"""Also: what it is for a candidate at a point, where its figures vary."""


class Assuming(NamedTuple):
    """A basis, and the names of the assumptions it speaks of."""

    words: Basis
    assumed: tuple[str, ...]


Told = Basis | Assuming


def words_of(told: Told) -> Basis:
    """The basis alone."""
    return told.words if isinstance(told, Assuming) else told


def assumed_by(told: Told) -> tuple[str, ...]:
    """The assumptions it speaks of, none where it names none."""
    return told.assumed if isinstance(told, Assuming) else ()


class Drift(NamedTuple):
    """How a price changes over the months, and where that is said."""

    pct_per_year: Array
    source: Source


@record
class Tier:
    """The band of a marginal tariff a quantity lies in, as it was counted.

    ``parts x clip(units - b, 0, end - b)`` with ``b = max(start, free)`` is the quantity of a
    month. ``units`` (C, N, M + 1) where they fall, of one of ``parts`` (C, N) equal parts and
    before free units; ``free`` (C, M + 1) units of each month; ``start`` and ``end`` (C, 1).
    """

    units: Array
    start: Array
    end: Array
    free: Array
    parts: Array


@value
class Charge:
    """One named cost. Arrays broadcast to (C, N)."""

    name: Words
    payer: Payer
    period: Period
    category: Category
    unit: Words
    quantity: Array
    rate_usd: Array
    present: Array | None  # discounted quantity; None where only totals are asked for
    month1: Array | None  # quantity of month 1, the start in it
    sources: Sequence[Source]  # one for all candidates, or one each
    basis: Basis = ""
    credit: bool = False
    chosen: Index | None = None
    # broadcasts to (C, N): which of the words and sources hold for a candidate at a point, where
    # that is not the candidate itself (its vendor's, or those of a choice made at the point)
    of_credit: bool = False  # changes a credit: belongs to it, whatever its own sign
    by_month: Array | None = None
    # the same quantity where it falls, (C, N, M + 1): at the start, then by the end of each month
    rests_on: Sequence[Source] = ()  # the price behind the rate, where sources name something else
    ours: bool = False  # the quantity is our own assumption
    assumed: tuple[str, ...] = ()  # assumptions the basis speaks of, by name
    tier: Tier | None = None  # the band it lies in, where the case keeps its months

    def item(self, candidate: int, point: int = 0) -> LineItem | None:
        """The line item of one candidate at one point; None when it has no such cost."""
        quantity = pick(self.quantity, candidate, point)
        if quantity == 0:
            return None
        rate = pick(self.rate_usd, candidate, point)
        row = self._row(candidate, point)
        present = 0.0 if self.present is None else pick(self.present, candidate, point)
        month1 = 0.0 if self.month1 is None else pick(self.month1, candidate, point)
        return LineItem(
            name=_word(self.name, row),
            payer=self.payer,
            period=self.period,
            quantity=quantity,
            unit=_word(self.unit, row),
            rate_usd=rate,
            amount_usd=quantity * rate,
            credit=self.credit or quantity * rate < 0,
            source=self.sources[row if len(self.sources) > 1 else 0],
            basis=self._basis(candidate, row, point),
            npv_usd=present * rate,
            month1_usd=month1 * rate,
            category=self.category,
            ours=self.ours,
            assumed=self.assumed,
        )

    def cited(self, candidate: int, point: int = 0) -> tuple[Source, float] | None:
        """What a candidate's rate rests on, and its amount; None when it has no such cost."""
        quantity = pick(self.quantity, candidate, point)
        if quantity == 0:
            return None
        row = self._row(candidate, point)
        source = self.sources[row if len(self.sources) > 1 else 0]
        return source, quantity * pick(self.rate_usd, candidate, point)

    def part(self, points: slice) -> Charge:
        """The same cost at some of its points; of months kept by themselves there is no part."""

        def held(values: Array | None) -> Array | None:
            return None if values is None else columns(values, points)

        basis = self.basis
        made = object.__new__(Charge)  # less than half the time of ``replace``, and many are made
        vars(made).update(vars(self))
        vars(made).update(
            quantity=columns(self.quantity, points),
            rate_usd=columns(self.rate_usd, points),
            present=held(self.present),
            month1=held(self.month1),
            basis=later(basis, points) if callable(basis) else basis,
            chosen=None if self.chosen is None else columns(self.chosen, points),
        )
        return made

    def _row(self, candidate: int, point: int) -> int:
        """Whose words and source hold: the candidate's own, or those of what is chosen there."""
        if self.chosen is None:
            return candidate
        rows, points = self.chosen.shape
        return int(self.chosen[candidate if rows > 1 else 0, point if points > 1 else 0])

    def _basis(self, candidate: int, row: int, point: int) -> str:
        return self.basis(candidate, point) if callable(self.basis) else _word(self.basis, row)


def here(values: Array, point: int) -> float:
    """One figure of an array (1,) or (N,)."""
    return float(values[point if values.size > 1 else 0])


def _word(text: Words, row: int) -> str:
    return text if isinstance(text, str) else text[row if len(text) > 1 else 0]


def pick(values: Array, candidate: int, point: int) -> float:
    """One figure of an array that broadcasts to (C, N)."""
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
    """Collects the charges of one block of candidates while it is built.

    ``full`` False leaves present values and the first month out: sweeps and draws ask for neither.
    ``by_month`` keeps the months apart as well: who asks when money flows asks for few candidates.
    """

    calendar: Calendar
    full: bool = True
    by_month: bool = False
    charges: list[Charge] = field(default_factory=list)

    def monthly(  # noqa: PLR0913 - a line item has that many parts, and may lie in a band
        self,
        name: Words,
        unit: Words,
        per_month: Array,
        rate_usd: Array | float,
        sources: Sequence[Source],
        *,
        category: Category,
        payer: Payer = "company",
        period: Period = "monthly",
        basis: Told = "",
        drift: Drift | None = None,
        dearer: Array | None = None,
        chosen: Index | None = None,
        tier: Tier | None = None,
        ours: bool = False,
    ) -> None:
        """A cost that recurs: ``per_month`` is (N, S) or (C, N, S), ``rate_usd`` up to (C, N).

        ``dearer`` is the quantity times the relative change of its price, where that does not
        simply follow ``drift`` month by month.
        """
        amount = cube(per_month)
        charge = Charge(
            name=name,
            payer=payer,
            period=period,
            category=category,
            unit=unit,
            quantity=self.calendar.sum(amount),
            rate_usd=matrix(rate_usd),
            present=self.calendar.present(amount) if self.full else None,
            month1=amount[..., 0].copy() if self.full else None,  # a view would keep every month
            sources=sources,
            basis=words_of(basis),
            chosen=chosen,
            by_month=self.calendar.by_month(amount) if self.by_month else None,
            assumed=assumed_by(basis),
            tier=tier,
            ours=ours,
        )
        self.charges.append(charge)
        if drift is None or not any_true(drift.pct_per_year != 0):
            return
        change = (
            amount * (self.calendar.drift(drift.pct_per_year) - 1)
            if dearer is None
            else cube(dearer)
        )
        self.charges.append(
            replace(
                charge,
                name=_suffix(name, ": price change"),
                quantity=self.calendar.sum(change),
                present=self.calendar.present(change) if self.full else None,
                month1=change[..., 0].copy() if self.full else None,
                basis="the same quantity times the relative change of its price",
                sources=(drift.source,),
                by_month=self.calendar.by_month(change) if self.by_month else None,
                rests_on=sources,
                tier=None,
            )
        )

    def once(
        self,
        name: Words,
        unit: Words,
        quantity: Array | float,
        rate_usd: Array | float,
        sources: Sequence[Source],
        *,
        category: Category,
        month: Array | float = 0.0,
        payer: Payer = "company",
        basis: Told = "",
        credit: bool = False,
        chosen: Index | None = None,
        ours: bool = False,
    ) -> None:
        """A cost at the end of ``month`` (0: today); quantity and rate up to (C, N)."""
        amount = matrix(quantity)
        when = np.asarray(month, dtype=np.float64)
        discount = self.calendar.factor(when.reshape(-1, 1))[:, 0] if self.full else None
        self.charges.append(
            Charge(
                name=name,
                payer=payer,
                period="once",
                category=category,
                unit=unit,
                quantity=amount,
                rate_usd=matrix(rate_usd),
                present=None if discount is None else amount * discount,
                month1=amount * (when <= 1) if self.full else None,
                sources=sources,
                basis=words_of(basis),
                credit=credit,
                chosen=chosen,
                by_month=self.calendar.in_month(amount, when.reshape(-1))
                if self.by_month
                else None,
                assumed=assumed_by(basis),
                ours=ours,
            )
        )

    def tier(
        self, units: Array, start: Array, end: Array, free: Array | None, parts: Array | float = 1.0
    ) -> Tier | None:
        """The band of a quantity, where months are kept; arrays as :class:`Tier`, by segment.

        ``units`` (C, N, S), ``free`` (C, S).
        """
        if not self.by_month:
            return None
        spread = self.calendar.by_month
        none = np.zeros((1, 1))
        return Tier(
            units=spread(cube(units)),
            start=start,
            end=end,
            free=spread((none if free is None else free)[:, None])[:, 0],
            parts=matrix(parts),
        )

    def add(self, charges: Iterable[Charge]) -> None:
        """Charges made elsewhere."""
        self.charges.extend(charges)


def _suffix(name: Words, end: str) -> Words:
    return name + end if isinstance(name, str) else tuple(part + end for part in name)


@value
class Totals:
    """Dollars of C candidates at N points, each broadcasting to (C, N)."""

    company: Array
    user: Array
    npv: Array
    month1: Array

    def plus(self, other: Totals) -> Totals:
        """Two sets of costs together."""
        return Totals(
            self.company + other.company,
            self.user + other.user,
            self.npv + other.npv,
            self.month1 + other.month1,
        )

    def take(self, rows: Index | slice) -> Totals:
        """Some of the candidates."""

        def part(values: Array) -> Array:
            return values[rows] if values.shape[0] > 1 else values

        return Totals(part(self.company), part(self.user), part(self.npv), part(self.month1))


def totals(
    charges: Iterable[Charge], moved: Callable[[Charge], Array | None] | None = None
) -> Totals:
    """Add charges up; NaN where a price is missing. ``moved``: multiples of the rates (C, N)."""
    company, user, npv, month1 = (np.zeros((1, 1)) for _ in range(4))
    for charge in charges:
        rate = charge.rate_usd
        times = None if moved is None else moved(charge)
        if times is not None:
            rate = rate * times
        if any_true(np.isnan(rate)):
            # 0 units of something unpriced cost nothing and must not poison the sum
            rate = np.where(charge.quantity == 0, 0.0, rate)
        if charge.payer == "company":
            company = _added(company, charge.quantity * rate)
        else:
            user = _added(user, charge.quantity * rate)
        if charge.present is not None and charge.month1 is not None:
            npv = _added(npv, charge.present * rate)
            month1 = _added(month1, charge.month1 * rate)
    return Totals(company, user, npv, month1)


def _added(total: Array, product: Array) -> Array:
    """The sum of two arrays nobody else holds, in the room of the wider one."""
    try:
        return np.add(total, product, out=product if product.size > total.size else total)
    except ValueError:  # neither is as wide as both
        return total + product
