"""Conversions, all from units.csv: the only place where a factor is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from pricing.faults import TableError
from pricing.loader import TABLE_DIR, read_rows
from pricing.schema import UnitRow


@cache
def vocabulary() -> Mapping[str, UnitRow]:
    """Unit name -> row of units.csv; raises TableError with every fault of the file."""
    return {row.unit: row for row in read_rows(TABLE_DIR / "units.csv", UnitRow)}


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


def _in_a_month(unit: str) -> float:
    """How many there are; not a number where units.csv is at fault.

    Modules ask when they are imported, before the tables are checked. Nothing is worked out of
    tables at fault: whoever asks for a book of them is told every fault there is.
    """
    try:
        return factor("month", unit)
    except (TableError, KeyError, ValueError):
        return math.nan


HOURS_PER_MONTH = _in_a_month("hour")  # 730
SECONDS_PER_MONTH = _in_a_month("second")
