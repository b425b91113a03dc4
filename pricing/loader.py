"""Read the tables, check every cell and every rule, and report all faults together."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar, cast, get_args

from pydantic import TypeAdapter, ValidationError

from pricing import rules
from pricing.faults import Fault, TableError
from pricing.kept import Kept
from pricing.schema import Row, Sourced
from pricing.table import Table
from pricing.tables import SPECS

TABLE_DIR = Path(__file__).parent / "tables"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
R = TypeVar("R", bound=Row)
_READ: Kept[tuple[str, type[Row], bytes], tuple[Table, list[Fault]]] = Kept(2 * len(SPECS))
"""Tables by file name, shape and SHA-256 of the bytes: those in use, and as many that were."""


@cache
def _adapter(shape: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]


class _UnreadableError(ValueError):
    """A file that is no table: the line, and what is wrong with it."""

    def __init__(self, line: int, words: str) -> None:
        self.line = line
        super().__init__(words)


@dataclass(frozen=True)
class _Sheet:
    """The text of a file: header, and cells by column, blank ones left out."""

    columns: list[str]
    records: list[dict[str, str]]
    one_line_each: bool


def _sheet(data: bytes) -> _Sheet:
    """Read what a file holds; raises UnicodeDecodeError, _UnreadableError.

    The standard library's reader: pandas takes longer to import than all tables to read.
    """
    text = data.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = next(reader)
        rows = list(reader)
    except StopIteration:
        raise _UnreadableError(1, "No columns to parse from file") from None
    except csv.Error as error:
        raise _UnreadableError(reader.line_num, str(error)) from None
    width = len(columns)
    records = []
    for line, row in enumerate(rows, start=2):
        if row and len(row) != width:
            raise _UnreadableError(line, f"Expected {width} cells in line {line}, saw {len(row)}")
        records.append({name: cell for name, cell in zip(columns, row, strict=False) if cell})
    return _Sheet(columns, records, all(records) and reader.line_num == len(rows) + 1)


def _line_faults(name: str, sheet: _Sheet) -> list[Fault]:
    """Lines that would shift the count of all later ones."""
    if sheet.one_line_each:
        return []
    for line, record in enumerate(sheet.records, start=2):
        if not record:
            return [Fault(f"{name}.csv", line, "row", "(blank line)", "a row on every line")]
        for column, cell in record.items():
            if "\n" in cell:
                return [Fault(f"{name}.csv", line, column, cell, "no line break inside a cell")]
    return []


def _day_faults(name: str, sheet: _Sheet, shape: type[Row]) -> list[Fault]:
    """Days in another form: pydantic would read digits as seconds since 1970."""
    faults = []
    for column, info in shape.model_fields.items():
        if date not in (info.annotation, *get_args(info.annotation)):
            continue
        written = {record.get(column, "") for record in sheet.records}  # few, however many rows
        wrong = {cell for cell in written if cell and not _DAY.fullmatch(cell)}
        faults += [
            Fault(f"{name}.csv", line, column, record[column], "a day written YYYY-MM-DD")
            for line, record in enumerate(sheet.records if wrong else (), start=2)
            if record.get(column, "") in wrong
        ]
    return faults


def _unreadable(path: Path, line: int, words: str) -> Fault:
    allowed = "a UTF-8 CSV with a header and no row longer than it, nor shorter"
    return Fault(path.name, line, "file", words, allowed)


def _column_faults(name: str, columns: Sequence[str], shape: type[Row]) -> list[Fault]:
    allowed = set(shape.model_fields)
    faults = [
        Fault(f"{name}.csv", 1, column, column, "columns " + ", ".join(shape.model_fields))
        for column in dict.fromkeys(columns)
        if column not in allowed
    ]
    required = {field for field, info in shape.model_fields.items() if info.is_required()}
    faults += [
        Fault(f"{name}.csv", 1, column, "(no such column)", f"a column named {column}")
        for column in sorted(required - set(columns))
    ]
    repeated = {column for column in columns if columns.count(column) > 1}
    return faults + [
        Fault(f"{name}.csv", 1, column, "twice", "each column once") for column in sorted(repeated)
    ]


def _cell_faults(name: str, error: ValidationError) -> list[Fault]:
    faults = []
    for detail in error.errors():
        index, *rest = detail["loc"]
        got = "(blank)" if detail["type"] == "missing" else str(detail["input"])
        allowed = detail["msg"]
        faults.append(
            Fault(f"{name}.csv", int(index) + 2, str(rest[0]) if rest else "row", got, allowed)
        )
    return faults


def read_table(path: Path, shape: type[Row]) -> tuple[Table, list[Fault]]:
    """Read one CSV; faulty tables come back empty with their faults.

    A file that holds what one of that name held before is that table: of a set that is read again
    only what has changed is checked again, cell by cell here and rule by rule in
    :func:`pricing.rules.check`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:  # a folder of that name, a file nobody may read
        return Table(path.stem, (), ()), [_unreadable(path, 1, error.strerror or str(error))]
    key = (path.name, shape, hashlib.sha256(data).digest())
    table, faults = _READ.get(key, lambda: _checked(path, data, shape))
    return table, list(faults)


def _checked(path: Path, data: bytes, shape: type[Row]) -> tuple[Table, list[Fault]]:
    """What a file holds as a table, every cell checked."""
    name = path.stem
    empty = Table(name, (), ())
    try:
        sheet = _sheet(data)
    except UnicodeDecodeError as error:
        return empty, [_unreadable(path, 1, str(error))]
    except _UnreadableError as error:
        return empty, [_unreadable(path, error.line, str(error))]
    faults = _column_faults(name, sheet.columns, shape) or _line_faults(name, sheet)
    if faults:
        return empty, faults
    faults = _day_faults(name, sheet, shape)
    try:
        rows = _adapter(shape).validate_python(sheet.records)
    except ValidationError as error:
        told = {(fault.line, fault.column) for fault in faults}
        cells = _cell_faults(name, error)
        return empty, faults + [cell for cell in cells if (cell.line, cell.column) not in told]
    if faults:
        return empty, faults
    return Table(name, tuple(rows), tuple(range(2, len(rows) + 2))), []


def read_rows(path: Path, shape: type[R], *, may_be_empty: bool = False) -> Sequence[R]:
    """Rows of a file that stands by itself, beside the tables of the editions.

    Raises
    ------
    TableError
        Every fault of the file; also that it is missing, or holds no row where it has to.
    """
    table, faults = read_table(path, shape)
    if not faults and not table.rows and not may_be_empty:
        faults = [Fault(path.name, 1, "row", "(none)", "at least one row")]
    if faults:
        raise TableError(faults)
    return cast(Sequence[R], table.rows)


def load_tables(directory: Path = TABLE_DIR) -> dict[str, Table]:
    """All tables of ``directory``, checked; raises :class:`TableError` with every fault."""
    tables: dict[str, Table] = {}
    faults = [
        Fault(path.name, 1, "file", path.stem, "a table named in pricing/tables.py")
        for path in sorted(directory.glob("*.csv"))
        if path.stem not in SPECS
    ]
    for name, spec in SPECS.items():
        path = directory / f"{name}.csv"
        if not path.exists():
            allowed = "every table of pricing/tables.py"
            faults.append(Fault(path.name, 1, "file", "(missing)", allowed))
            continue
        table, found = read_table(path, spec.shape)
        tables[name] = table
        faults += found
    if not faults:
        faults = rules.check(tables)
    if faults:
        raise TableError(faults)
    return tables


def fingerprint(directory: Path = TABLE_DIR) -> str:
    """SHA-256 over names and bytes of the tables: equal where every row is."""
    total = hashlib.sha256()
    for path in sorted(directory.glob("*.csv")):
        data = path.read_bytes()
        total.update(f"{path.name} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def sourced(table: Table) -> list[Sourced]:
    """Rows of a table that carry a figure."""
    return [row for row in table.rows if isinstance(row, Sourced)]
