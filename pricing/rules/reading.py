"""What the rules share: rows with their file and line, and what a rule is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeVar

from pricing.faults import Fault
from pricing.schema import InstanceRow, PriceRow, Row, Sourced, UnitRow
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


def where(
    tables: Tables, shape: type[R], columns: tuple[str, ...], is_wrong: Callable[[Any], bool]
) -> Iterator[tuple[str, int, R]]:
    """Rows of a shape whose cells in some columns are wrong by themselves or together.

    ``is_wrong`` is told a cell, or a tuple of several; once for all rows of a table that hold the
    same, which is why it may look at nothing else of a row.
    """
    cells = attrgetter(*columns)
    for name in holding(shape):
        table = tables.get(name)
        wrong = {held for held in table.distinct(*columns) if is_wrong(held)} if table else ()
        if wrong:
            found = each(tables, [name], shape)
            yield from ((file, line, row) for file, line, row in found if cells(row) in wrong)


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


MOST_CHANGE = 8.0
"""Of a price or a figure from one row to the next; the most of any real one so far is 6.1."""


def is_slip(before: float, now: float, most: float) -> bool:
    """Whether a figure is so many times the one before it, or so small a part of it."""
    return min(before, now) > 0 and max(before, now) > most * min(before, now)


JUMP_CONFIRMED = "jump confirmed"
"""A note that begins so says that somebody looked: the figure moved that far and is no slip."""
UNLESS_CONFIRMED = f"or a note that begins with {JUMP_CONFIRMED!r} and says who saw it where"


def is_confirmed(before: Sourced, now: Sourced) -> bool:
    """Whether the row added last of two neighbours says that the jump between them is real.

    That may be the one before: a past price found later stands beside rows that are frozen.
    """
    added_last = before if before.edition > now.edition else now
    return added_last.note.startswith(JUMP_CONFIRMED)
