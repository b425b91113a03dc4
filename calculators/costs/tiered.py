"""Tiered prices of things that are no requests: data sent, data kept, models delivered.

Marginal bands of V tariffs, one line item a band. Above the last band whose price was seen the
price is missing, so a month beyond it has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.accounts.charges import Ledger, Tier, Told
from calculators.arrays import Array, BoolArray, Index, Some, any_true
from calculators.case import Case
from calculators.checks import Gap
from calculators.market.bands import Bands, band_name
from calculators.results import Category
from pricing.book import Source, Tariff
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import factor, label

MISSING = Source("missing", "", None, "C")
"""Stands where there is no price; nothing is charged by it."""


@record
class Tiers:
    """Prices of one thing at V vendors, and how each is told."""

    what: str  # the thing, as a gap names it: "data leaving"
    title: str  # the line item
    vendors: tuple[str, ...]
    tariffs: tuple[Tariff | None, ...]
    sources: tuple[Source, ...]  # of each tariff
    base: str  # unit of the quantities that are billed
    category: Category = "network"
    stands_in: tuple[bool, ...] = ()  # whose price is another vendor's; none where empty

    @cached_property
    def bands(self) -> Bands:
        """Tiers of each vendor."""
        return Bands.of(self.tariffs)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit of each vendor's price."""
        return tuple(tariff.unit if tariff else self.base for tariff in self.tariffs)

    @cached_property
    def per_base(self) -> Array:
        """Units of each tariff in one of the base unit (V, 1, 1)."""
        return np.array([[[factor(self.base, unit)]] for unit in self.units])

    @cached_property
    def missing(self) -> BoolArray:
        """Vendors without any price (V,)."""
        return np.array([tariff is None for tariff in self.tariffs], dtype=bool)

    @cached_property
    def _titles(self) -> Sequence[tuple[str, ...]]:
        return [
            tuple(band_name(self.title, tariff, level) for tariff in self.tariffs)
            for level in range(self.bands.start.shape[1])
        ]

    def charge(
        self, ledger: Ledger, case: Case, quantity: Array, chosen: Index, basis: Told
    ) -> Gap:
        """Charge a month's ``quantity`` [base units]; returns where a price is missing.

        Parameters
        ----------
        ledger
            Where the charges go.
        case
            At whose points the prices hold.
        quantity
            (N, S), the same at every vendor.
        chosen
            (C, 1) or (1, N): whose price holds for a candidate at a point.
        basis
            What is billed: one word for all vendors, or one each.

        Returns
        -------
        Gap
            (C, N): no price is known, or none of so much in some month of the horizon.
        """
        units = quantity[None] * self.per_base
        scale = case.scales(self.tariffs, self.stands_in)
        for level, amount, usd in self.bands.split(units):
            ledger.monthly(
                self._titles[level],
                self.units,
                _at(amount, chosen),
                _at(usd * scale, chosen),
                self.sources,
                category=self.category,
                basis=basis,
                chosen=chosen,
                tier=self._tier(ledger, _at(units, chosen), level, chosen),
            )
        return self._gap(self._beyond(units, ledger.calendar.weight), chosen)

    def _tier(self, ledger: Ledger, units: Array, level: int, chosen: Index) -> Tier | None:
        """The band of one level; None where vendors differ between points."""
        if chosen.shape[1] > 1:
            return None
        start, end = (part[:, level, None] for part in (self.bands.start, self.bands.end))
        return ledger.tier(units, start[chosen[:, 0]], end[chosen[:, 0]], None)

    def _beyond(self, units: Array, weight: Array) -> BoolArray:
        """Where a month holds more than the last band whose price was seen (V, N)."""
        limit = self.bands.unknown_above
        if not any_true(np.isfinite(limit)):
            return self.missing[:, None]
        over = (units > limit[:, None, None]) & (weight > 0)
        return np.asarray(over.any(-1) | self.missing[:, None])

    def _gap(self, where: BoolArray, chosen: Index) -> Gap:
        def say(candidate: int, point: int) -> str:
            rows, points = chosen.shape
            vendor = int(chosen[candidate if rows > 1 else 0, point if points > 1 else 0])
            return self.lacking(vendor)

        return Gap(_at(where, chosen), say)

    def lacking(self, vendor: int) -> str:
        """What is not known of a vendor's price."""
        words = f"price of {self.what} {self.vendors[vendor]}"
        tariff = self.tariffs[vendor]
        if tariff is None or not np.isfinite(tariff.unknown_above):
            return words
        return f"{words} above {tariff.unknown_above:,.0f} {label(tariff.unit)} a month"


def _at(values: Some, chosen: Index) -> Some:
    """Values of vendors (V, N, ...) for each candidate and point that ``chosen`` (C, N) holds."""
    points: Index = np.zeros(1, dtype=np.intp)
    if chosen.shape[1] > 1 and values.shape[1] > 1:
        points = np.arange(values.shape[1])
    # one vendor for all points: whole rows
    index = chosen[:, 0] if chosen.shape[1] == 1 else (chosen, points)
    return np.asarray(values[index])
