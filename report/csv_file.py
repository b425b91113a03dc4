"""Rows as a CSV file: UTF-8, the same bytes for the same rows, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | float | bool | date | Sequence[str] | None
Row = Mapping[str, Cell]

CHUNK_CHARS = 64 * 1024
CELL_CHARS = 32_767
"""The longest text that a cell of a spreadsheet holds."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A text that begins with one of these is a formula to a spreadsheet; the wide ones to some."""
_BETWEEN = "; "


@dataclass(frozen=True)
class Column:
    """A column: its name, unit and meaning; the unit is blank for texts and counts."""

    name: str
    meaning: str
    unit: str = ""


def text(value: Cell) -> str:
    """A cell as it is written.

    Nothing is an empty cell, never 0. Numbers keep every digit and stay numbers; a text that a
    spreadsheet would take for a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, date):
        return value.isoformat()
    said = value if isinstance(value, str) else _BETWEEN.join(value)
    return f"'{said}" if said.startswith(FORMULA) else said


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def chunks(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """The file in pieces: a line of names, then the rows.

    Raises
    ------
    KeyError
        A row without one of the columns: what a table says it has, it has.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    for row in rows:
        writer.writerow(text(row[column.name]) for column in columns)
        if buffer.tell() >= CHUNK_CHARS:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
