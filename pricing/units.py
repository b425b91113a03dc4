"""Conversions, all from units.csv: the only place where a factor is known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pricing.loader import TABLE_DIR, read_table
from pricing.schema import UnitRow


@cache
def vocabulary() -> Mapping[str, UnitRow]:
    """Unit name -> row of units.csv."""
    table, _ = read_table(TABLE_DIR / "units.csv", UnitRow)
    return {row.unit: row for row in table.rows if isinstance(row, UnitRow)}


def factor(unit: str, into: str) -> float:
    """How many ``into`` one ``unit`` is; raises KeyError or ValueError across dimensions."""
    one, other = vocabulary()[unit], vocabulary()[into]
    if one.base != other.base:
        raise ValueError(f"{unit} is measured in {one.base}, {into} in {other.base}")
    return one.factor / other.factor


def label(unit: str) -> str:
    """How the unit reads on a page."""
    row = vocabulary().get(unit)
    return row.label if row else unit


HOURS_PER_MONTH = factor("month", "hour")  # 730
SECONDS_PER_MONTH = factor("month", "second")
