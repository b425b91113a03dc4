"""Read the tables, check every cell and every rule, and report all faults together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from pricing import rules
from pricing.faults import Fault, TableError
from pricing.schema import IDENTITY, TABLES, Row, Sourced

TABLE_DIR = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Table:
    """Checked rows of one file with the line each came from (header is line 1)."""

    name: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]

    def up_to(self, edition: date) -> Table:
        """Rows known in ``edition``, later corrections of the same identity winning."""
        chosen: dict[tuple[object, ...], tuple[int, Row]] = {}
        for line, row in zip(self.lines, self.rows, strict=True):
            born = getattr(row, "edition", None)
            if born is not None and born > edition:
                continue
            identity = tuple(getattr(row, name) for name in IDENTITY[self.name])
            held = chosen.get(identity)
            if held is None or born is None or getattr(held[1], "edition", born) <= born:
                chosen[identity] = (line, row)
        lines, rows = zip(*chosen.values(), strict=True) if chosen else ((), ())
        return Table(self.name, tuple(rows), tuple(lines))


@cache
def _adapter(shape: type[Row]) -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]


def _records(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Header and cells; the header is read as a row, so that nothing is renamed or shifted."""
    frame = pd.read_csv(
        path, header=None, dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=False
    )
    columns, *values = frame.to_numpy().tolist()
    return columns, [
        {name: cell for name, cell in zip(columns, row, strict=True) if cell != ""}
        for row in values
    ]


def _shape_faults(name: str, records: Sequence[Mapping[str, str]]) -> list[Fault]:
    """Lines that would shift the count of all later ones."""
    for line, record in enumerate(records, start=2):
        if not record:
            return [Fault(f"{name}.csv", line, "row", "(blank line)", "a row on every line")]
        for column, cell in record.items():
            if "\n" in cell:
                return [Fault(f"{name}.csv", line, column, cell, "no line break inside a cell")]
    return []


def _unreadable(path: Path, error: Exception) -> Fault:
    """A file that is no table; pandas names the line where a row is too long."""
    line = re.search(r"line (\d+)", str(error))
    return Fault(
        path.name, int(line[1]) if line else 1, "file", str(error).strip(),
        "a UTF-8 CSV with a header and no row longer than it",
    )  # fmt: skip


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
    """Read one CSV; faulty tables come back empty with their faults."""
    name = path.stem
    empty = Table(name, (), ())
    try:
        columns, records = _records(path)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        return empty, [_unreadable(path, error)]
    faults = _column_faults(name, columns, shape) or _shape_faults(name, records)
    if faults:
        return empty, faults
    try:
        rows = _adapter(shape).validate_python(records)
    except ValidationError as error:
        return empty, _cell_faults(name, error)
    return Table(name, tuple(rows), tuple(range(2, len(rows) + 2))), []


def load_tables(directory: Path = TABLE_DIR) -> dict[str, Table]:
    """All tables of ``directory``, checked; raises :class:`TableError` with every fault."""
    tables: dict[str, Table] = {}
    faults = [
        Fault(path.name, 1, "file", path.stem, "a table named in the schema")
        for path in sorted(directory.glob("*.csv"))
        if path.stem not in TABLES
    ]
    for name, shape in TABLES.items():
        path = directory / f"{name}.csv"
        if not path.exists():
            faults.append(Fault(path.name, 1, "file", "(missing)", "every table of the schema"))
            continue
        table, found = read_table(path, shape)
        tables[name] = table
        faults += found
    if not faults:
        faults = rules.check(tables)
    if faults:
        raise TableError(faults)
    return tables


def sourced(table: Table) -> list[Sourced]:
    """Rows of a table that carry a figure."""
    return [row for row in table.rows if isinstance(row, Sourced)]
