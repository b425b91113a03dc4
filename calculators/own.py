"""Figures of a user's own: what each may be, its unit, and what stands on the list instead.

Names and arithmetic are those of :mod:`pricing.own`. A figure is checked twice: whatever the book
(:func:`refused`), when a scenario is made, and against the book that it is laid over
(:func:`refused_by`), where it is read from a link.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from calculators.places import PLACES, AnswersAt
from pricing.book import PriceBook
from pricing.own import Kind, discounts_of, kind_of, list_usd, subject
from pricing.records import value
from pricing.schema import AssumptionRow, VendorRow
from pricing.tariffs import Tariff
from pricing.units import label

MOST_OF_LIST = 1000.0
"""An own price above so many times the list price is taken for a slip of the decimal point."""
MOST_OF_FREE_USD = 1000.0
"""The same for what the list gives away, in USD a unit."""
DISCOUNT_PCT = (-500.0, 95.0)
FIXED_USD = (0.0, 1e9)
WIDER = 10.0
"""An assumption may be set as far below its low end and above its high end: our judgement."""
MAY_BE_NONE = ("staff_hour", "usd_per_staff_hour")
"""Units of assumptions that may be 0 wherever they lie: work that is not done, or not paid."""
UNREAD = frozenset(
    {
        "usable_ram_share",
        "sustained_speed_ratio_phone",
        "device_training_max_params_millions",
        "phone_llm_power_w",
        "p95_to_p50_server",
        "min_warm_instances",
        "ops_hours_per_server_month",
        "server_residual_pct",
    }
)
"""Assumptions the tables still hold and nothing reads: one's own would silently move nothing."""
ENERGY = "energy_prices"


def fixed_places() -> Mapping[str, AnswersAt]:
    """A place as parameter names write it -> its id."""
    return {name.replace("+", "-"): name for name in PLACES}


def fixed_name(place: AnswersAt) -> str:
    """The parameter that holds a place's fixed cost."""
    return f"fixed.{place.replace('+', '-')}"


def please(kind: Kind) -> str:
    """What the names of a kind may say."""
    if kind == "fixed":
        return " | ".join(f"fixed.{name}" for name in fixed_places())
    return PLEASE[kind]


PLEASE: Mapping[Kind, str] = MappingProxyType(
    {
        "price": "the key of a price in force, as the Prices page shows it",
        "discount": "a vendor of the Prices page, or vendor/table of one of its prices",
        "assume": "an assumption of the Prices page",
    }
)


def refused(name: str, value: float) -> str | None:
    """What is allowed instead of a figure no book would take; None where there may be one."""
    kind = kind_of(name)
    if kind is None:
        return "price.<key>, discount.<vendor>, fixed.<place> or assume.<name>"
    if kind == "fixed" and subject(name) not in fixed_places():
        return please(kind)
    low, high = bounds_alone(kind)
    above = value > low if kind == "price" else value >= low
    if math.isfinite(value) and above and value <= high:
        return None
    return _between(low, high, open_low=kind == "price", unit=UNITS[kind])


def bounds_alone(kind: Kind) -> tuple[float, float]:
    """Lowest and highest figure of a kind at any book; infinite where the book decides."""
    found = {"price": (0.0, math.inf), "discount": DISCOUNT_PCT, "fixed": FIXED_USD}
    return found.get(kind, (-math.inf, math.inf))


UNITS: Mapping[Kind, str] = MappingProxyType(
    {
        "price": "USD per the price row's own unit",
        "discount": "% off the list price, negative is a mark-up",
        "fixed": "USD per month",
        "assume": "the assumption's own unit",
    }
)


def _between(low: float, high: float, *, open_low: bool, unit: str) -> str:
    lower = f"{'above' if open_low else 'from'} {low:,g}" if math.isfinite(low) else "any"
    upper = f" to {high:,g}" if math.isfinite(high) else ""
    return f"a number {lower}{upper}{f' ({unit})' if unit else ''}"


@value
class OwnAxis:
    """What an own figure may be at one book, and what the list says."""

    name: str
    unit: str
    title: str
    low: float
    high: float
    open_low: bool  # whether ``low`` itself is refused
    listed: float | None  # what holds without the figure; None where there is no such thing

    @property
    def allowed(self) -> str:
        """In words."""
        return _between(self.low, self.high, open_low=self.open_low, unit=self.unit)

    def holds(self, value: float) -> bool:
        """Whether a value may be taken."""
        above = value > self.low if self.open_low else value >= self.low
        return math.isfinite(value) and above and value <= self.high


def describe(name: str, book: PriceBook, area: str) -> OwnAxis | None:
    """An own figure at a book; None where the book does not know what it is of.

    Parameters
    ----------
    name
        As it is written: ``price.<key>``.
    book
        With or without figures of one's own: what is said is the list's.
    area
        The scenario's region.
    """
    kind, of = kind_of(name), subject(name)
    if kind == "price":
        return _of_price(name, book.list_price(of, area))
    if kind == "discount" and of in discountable(book):
        low, high = DISCOUNT_PCT
        title = f"Discount of {_vendor(book, of)}"
        return OwnAxis(name, "% off", title, low, high, open_low=False, listed=0.0)
    if kind == "fixed" and of in fixed_places():
        low, high = FIXED_USD
        words = PLACES[fixed_places()[of]].words
        return OwnAxis(
            name, "USD per month", f"Fixed cost of {words}", low, high, open_low=False, listed=0.0
        )
    row = book.listed_assumptions.get(of) if kind == "assume" and of not in UNREAD else None
    if row is not None:
        low, high = plausible(row)
        return OwnAxis(name, label(row.unit), row.label, low, high, open_low=False, listed=row.mid)
    return None


def _vendor(book: PriceBook, of: str) -> str:
    """A vendor by its name, with the table of its prices where the discount is on one."""
    vendor, _, table = of.partition("/")
    rows = book.table("vendors", VendorRow)
    called = next((row.name for row in rows if row.vendor == vendor), vendor)
    return f"{called}, {table.replace('_', ' ')}" if table else called


def _of_price(name: str, tariff: Tariff | None) -> OwnAxis | None:
    if tariff is None:
        return None
    dearest = max(band.usd for band in tariff.bands)
    most = MOST_OF_LIST * dearest if dearest > 0 else MOST_OF_FREE_USD
    unit = f"USD per {label(tariff.unit)}"
    return OwnAxis(
        name, unit, f"Price of {tariff.key}", 0.0, most, open_low=True, listed=list_usd(tariff)
    )


def discountable(book: PriceBook) -> frozenset[str]:
    """Names a discount may have: vendors, and vendors with a table of their prices."""
    found: set[str] = set()
    for key in book.price_keys:
        table = book.table_of(key)
        if table != ENERGY:
            found.update(discounts_of(key, table))
    return frozenset(found)


def plausible(row: AssumptionRow) -> tuple[float, float]:
    """Lowest and highest value an assumption may be set to.

    A decade beyond its range on both sides, but what is a share or a percentage stays one, and
    what is nowhere below 1 (a ratio, a count) stays there.
    """
    low, high = row.low / WIDER, row.high * WIDER
    if row.unit in MAY_BE_NONE or row.high == 0:
        low = 0.0
    if row.unit in ("ratio", "count") and row.low >= 1:
        low = 1.0
    if row.unit == "ratio" and row.high <= 1:
        high = 1.0
    if row.unit == "percent":
        low, high = 0.0, 100.0
    return low, high if high > low else low + 1.0


def refused_by(name: str, value: float, book: PriceBook, area: str) -> str | None:
    """What is allowed instead of a figure this book does not take; None where it does."""
    found = describe(name, book, area)
    if found is not None:
        return None if found.holds(value) else found.allowed
    kind, of = kind_of(name), subject(name)
    if kind is None:
        return refused(name, value)
    if kind == "price" and of in book.price_keys:
        return f"{please(kind)}; this one has no price on {book.price_date}"
    if kind == "assume" and of in UNREAD:
        return f"{please(kind)}; nothing reads this one any more"
    near = get_close_matches(of, list(_known(kind, book)), n=3)
    return f"{please(kind)}, such as {', '.join(near)}" if near else please(kind)


def _known(kind: Kind, book: PriceBook) -> frozenset[str]:
    if kind == "price":
        return frozenset(book.price_keys)
    if kind == "discount":
        return discountable(book)
    return frozenset(fixed_places()) if kind == "fixed" else settable(book)


def settable(book: PriceBook) -> frozenset[str]:
    """Assumptions that can be set: those that move something."""
    return frozenset(book.listed_assumptions) - UNREAD
