"""Figures of a user's own, laid over the book: prices, discounts, fixed costs, assumptions.

Each is written ``kind.of=value``, in links, in JSON and as an axis:

``price.<key>``
    USD for the price row's own unit, whatever the volume: it stands for all bands of the key.
``discount.<vendor>`` or ``discount.<vendor>/<table>``
    Per cent off every price of a vendor, or of one table of it; negative is a mark-up. The finer
    one holds where both are given, and neither touches a price of one's own.
``fixed.<place>``
    USD a month that a place costs on top.
``assume.<name>``
    An assumption; it is no longer uncertain.

An :class:`Own` never changes, is compared by what it holds, and says nothing of whether the book
knows the names in it: that is :mod:`calculators.own_figures`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pricing.kept import cached_property
from pricing.schema import AssumptionRow
from pricing.tariffs import Band, Source, Tariff

Kind = Literal["price", "discount", "fixed", "assume"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_KINDS: Mapping[str, Kind] = {kind: kind for kind in KINDS}
YOUR_PRICE = "your price"
YOUR_FIGURE = "your figure"


def kind_of(name: str) -> Kind | None:
    """Which kind of own figure a parameter's name says it is; None for any other parameter."""
    head, point, _ = name.partition(".")
    return _KINDS.get(head) if point else None


def subject(name: str) -> str:
    """What an own figure is of: the price key, vendor, place or assumption."""
    return name.partition(".")[2]


@dataclass(frozen=True)
class Own:
    """Own figures by their written names, in order; equal where they hold the same."""

    figures: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, figures: Mapping[str, float]) -> Own:
        """From figures in any order."""
        return cls(tuple(sorted(figures.items())))

    def __bool__(self) -> bool:
        return bool(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    def get(self, name: str) -> float | None:
        """The figure of a written name; None where it is not given."""
        return self._by_name.get(name)

    def changed(self, figures: Mapping[str, float | None]) -> Own:
        """With other figures; None takes one off."""
        every: dict[str, float | None] = {**self._by_name, **figures}
        return Own.of({name: value for name, value in every.items() if value is not None})

    def only(self, *kinds: Kind) -> Own:
        """Those of some kinds."""
        return Own(tuple(item for item in self.figures if kind_of(item[0]) in kinds))

    def of_kind(self, kind: Kind) -> Mapping[str, float]:
        """What a kind's figures are of -> value."""
        return self._by_kind[kind]

    @cached_property
    def _by_name(self) -> Mapping[str, float]:
        return dict(self.figures)

    @cached_property
    def _by_kind(self) -> Mapping[Kind, Mapping[str, float]]:
        found: dict[Kind, dict[str, float]] = {kind: {} for kind in KINDS}
        for name, value in self.figures:
            kind = kind_of(name)
            if kind is not None:
                found[kind][subject(name)] = value
        return found

    # on prices ---------------------------------------------------------------------------------

    def discount_of(self, key: str, table: str) -> str | None:
        """Which discount (``vendor/table`` or ``vendor``) holds for a price key; None: none."""
        given = self.of_kind("discount")
        return next((name for name in discounts_of(key, table) if name in given), None)

    def priced(self, tariff: Tariff, table: str, *, discounts: bool = True) -> Tariff:
        """A tariff of the list with the user's own price or discount on it."""
        usd = self.of_kind("price").get(tariff.key)
        if usd is not None:
            return own_price(tariff, usd)
        name = self.discount_of(tariff.key, table) if discounts else None
        return tariff if name is None else discounted(tariff, self.of_kind("discount")[name])

    # on assumptions ----------------------------------------------------------------------------

    def assumed(self, rows: Mapping[str, AssumptionRow]) -> Mapping[str, AssumptionRow]:
        """Assumptions with the user's own in their place: one value, no range."""
        given = {name: usd for name, usd in self.of_kind("assume").items() if name in rows}
        changes = {
            name: rows[name].model_copy(update={"low": value, "mid": value, "high": value})
            for name, value in given.items()
        }
        return {**rows, **changes}


NOTHING = Own()
"""No figure of one's own."""


def discounts_of(key: str, table: str) -> tuple[str, str]:
    """Names of the discounts that would hold for a price key, the finer one first."""
    vendor = key.partition("/")[0]
    return f"{vendor}/{table}", vendor


def list_usd(tariff: Tariff) -> float:
    """What the list says for one unit: its first band that is not free."""
    return next((band.usd for band in tariff.bands if band.usd > 0), tariff.usd)


def own_price(tariff: Tariff, usd: float) -> Tariff:
    """The user's price in place of all bands of a tariff; every volume has it."""
    listed = list_usd(tariff)
    bands = len(tariff.bands)
    tiers = f", the first paid one of {bands} bands" if bands > 1 else ""
    source = Source(
        title=YOUR_PRICE,
        url="",
        as_of=None,
        confidence="A",
        key=tariff.key,
        region=tariff.region,
        note=f"list price {listed:g} USD{tiers}: {tariff.source.title}",
        own=True,
        list_ratio=listed / usd,
    )
    return replace(tariff, bands=(Band(0.0, math.inf, usd),), unknown_above=math.inf, source=source)


def discounted(tariff: Tariff, pct: float) -> Tariff:
    """A tariff with ``pct`` per cent off every band; negative is a mark-up."""
    left = 1 - pct / 100
    listed = tariff.source
    what = f"{pct:g} % off the list price" if pct >= 0 else f"list price plus {-pct:g} %"
    note = f"{what}: {listed.title}"
    source = replace(
        listed,
        title=YOUR_PRICE,
        note=f"{note}; {listed.note}" if listed.note else note,
        own=True,
        list_ratio=1 / left,
    )
    bands = tuple(replace(band, usd=band.usd * left) for band in tariff.bands)
    return replace(tariff, bands=bands, source=source)
