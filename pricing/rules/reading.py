"""What the rules share: rows with their file and line, and what a rule is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from pricing.faults import Fault
from pricing.schema import InstanceRow, PriceRow, Row, UnitRow
from pricing.table import Table
from pricing.tables import holding

R = TypeVar("R", bound=Row)
Tables = Mapping[str, Table]
Rule = Callable[[Tables], Iterator[Fault]]
Located = tuple[str, int, R]  # file, line, row


def each(tables: Tables, names: Iterable[str], shape: type[R]) -> Iterator[tuple[str, int, R]]:
    """Rows of some tables; tables and rows of other shapes are passed over."""
    for name in names:
        table = tables.get(name)
        if table is None:
            continue
        for line, row in zip(table.lines, table.rows, strict=True):
            if isinstance(row, shape):
                yield f"{name}.csv", line, row


def of(tables: Tables, shape: type[R]) -> Iterator[tuple[str, int, R]]:
    """Rows of every table that holds a shape."""
    return each(tables, holding(shape), shape)


def units(tables: Tables) -> Mapping[str, UnitRow]:
    """Unit -> row."""
    return {row.unit: row for _, _, row in of(tables, UnitRow)}


def machines(tables: Tables) -> Mapping[str, InstanceRow]:
    """Product -> machine by the hour."""
    return {row.product: row for _, _, row in of(tables, InstanceRow)}


def tariffs(tables: Tables) -> Mapping[tuple[object, ...], list[tuple[str, int, PriceRow]]]:
    """Bands of each tariff as one edition states it."""
    found: dict[tuple[object, ...], list[tuple[str, int, PriceRow]]] = defaultdict(list)
    for file, line, row in of(tables, PriceRow):
        found[row.key, row.region, row.effective_from, row.edition].append((file, line, row))
    return found
