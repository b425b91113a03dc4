"""Tariffs are whole: bands meet, prices are prices, units and currencies do not change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pricing.faults import Fault
from pricing.rules.reading import (
    MOST_CHANGE,
    UNLESS_CONFIRMED,
    Tables,
    each,
    is_confirmed,
    is_slip,
    of,
    tariffs,
    units,
    where,
)
from pricing.schema import FxRow, PriceRow
from pricing.tables import SPECS, names

MOST_RATE_CHANGE = 1.3
"""Of a currency from one row to the next; the most of any quarter so far is 1.095."""
DEAREST_USD = 1e7
"""For one unit of anything; the dearest so far is a rack of 72 accelerators at 2.5 million."""


def tiers_without_gaps(tables: Tables) -> Iterator[Fault]:
    """Bands start at 0, meet end to end, and the last is open."""
    for bands in tariffs(tables).values():
        if len(bands) > 1:  # few have several
            bands.sort(key=lambda band: band[2].tier_from)
        file, line, first = bands[0]
        if first.tier_from != 0:
            yield Fault(file, line, "tier_from", str(first.tier_from), "0 for the first band")
        for (_, _, below), (file, line, above) in pairwise(bands):
            if below.tier_to != above.tier_from:
                yield Fault(
                    file,
                    line,
                    "tier_from",
                    str(above.tier_from),
                    f"{below.tier_to}, where the band below ends (no gap, no overlap)",
                )
        file, line, last = bands[-1]
        if last.tier_to is not None:
            yield Fault(
                file,
                line,
                "tier_to",
                str(last.tier_to),
                "blank in the last band, or a band with status unknown_above",
            )


def value_where_priced(tables: Tables) -> Iterator[Fault]:
    """A price has a value; an end or an unknown band has none."""

    def is_wrong(cells: tuple[str, float | None]) -> bool:
        return (cells[0] == "price") == (cells[1] is None)

    for file, line, row in where(tables, PriceRow, ("status", "value"), is_wrong):
        if row.value is None:
            yield Fault(file, line, "value", "(blank)", "a number; missing prices have no row")
        else:
            yield Fault(file, line, "value", str(row.value), f"blank where status is {row.status}")


def zero_is_not_a_price(tables: Tables) -> Iterator[Fault]:
    """0 stands for unknown in many tables; only where the table says so is it truly free."""
    paid = [name for name in names("price") if not SPECS[name].zero_allowed]
    for file, line, row in each(tables, paid, PriceRow):
        if row.value == 0:
            yield Fault(file, line, "value", "0", "above 0; leave out what is not known")


def one_unit_per_key(tables: Tables) -> Iterator[Fault]:
    """A key keeps its unit."""
    held: dict[str, str] = {}
    for file, line, row in of(tables, PriceRow):
        if held.setdefault(row.key, row.unit) != row.unit:
            yield Fault(file, line, "unit", row.unit, f"{held[row.key]} as in earlier rows")


def one_currency_per_product(tables: Tables) -> Iterator[Fault]:
    """A vendor asks one currency for all meters of a product in a region."""
    money: dict[tuple[str, str], str] = {}
    for file, line, row in of(tables, PriceRow):
        held = money.setdefault((row.product, row.region), row.currency)
        if held != row.currency:
            allowed = f"{held} as in earlier rows of the product there"
            yield Fault(file, line, "currency", row.currency, allowed)


def unit_of_the_table(tables: Tables) -> Iterator[Fault]:
    """A table prices its own kind of thing: tokens are not characters, hours are no images."""
    known = units(tables)
    for name in names("price"):
        bases = SPECS[name].bases
        for file, line, row in each(tables, [name] if bases else [], PriceRow):
            unit = known.get(row.unit)
            if unit is not None and unit.base not in bases:
                yield Fault(file, line, "unit", row.unit, f"a unit of {' or '.join(bases)}")


def plausible_price(tables: Tables) -> Iterator[Fault]:
    """No unit of anything costs more than the dearest machine does."""
    for file, line, row in where(
        tables, PriceRow, ("value",), lambda value: value is not None and value > DEAREST_USD
    ):
        yield Fault(file, line, "value", f"{row.value:g}", f"{DEAREST_USD:g} or less")


def plausible_change(tables: Tables) -> Iterator[Fault]:
    """A price is near the one before it: ten times as much is a slip, unless confirmed."""
    held: dict[tuple[str, str, float], list[tuple[str, int, PriceRow]]] = {}
    for file, line, row in of(tables, PriceRow):
        if row.value is not None:
            held.setdefault((row.key, row.region, row.tier_from), []).append((file, line, row))
    for rows in held.values():
        if len(rows) < 2:
            continue
        rows.sort(key=lambda found: (found[2].effective_from, found[2].edition))
        for (_, _, before), (file, line, now) in pairwise(rows):
            if is_confirmed(before, now):
                continue
            if is_slip(before.value or 0.0, now.value or 0.0, MOST_CHANGE):
                near = f"within {MOST_CHANGE:g} times of {before.value:g}, the price before it"
                yield Fault(file, line, "value", f"{now.value:g}", f"{near}, {UNLESS_CONFIRMED}")


def plausible_rate(tables: Tables) -> Iterator[Fault]:
    """A currency moves a few per cent in a quarter."""
    rows = sorted(of(tables, FxRow), key=lambda found: (found[2].currency, found[2].effective_from))
    for (_, _, before), (file, line, now) in pairwise(rows):
        same = before.currency == now.currency
        if is_confirmed(before, now):
            continue
        if same and is_slip(before.usd, now.usd, MOST_RATE_CHANGE):
            near = f"within {MOST_RATE_CHANGE:g} times of {before.usd:g}, the rate before it"
            yield Fault(file, line, "usd", f"{now.usd:g}", f"{near}, {UNLESS_CONFIRMED}")
