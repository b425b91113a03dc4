"""What every schema of links means where a link says nothing: kept for ever in ``defaults.csv``.

A short link holds only what differs from its preset. What it leaves out is read from the preset
of its edition and, where the preset says nothing either, from the defaults of *its* schema, never
from the defaults the scenario has today: so nothing moves in an old link when a default does.

After adding, removing or renaming a field of the scenario, or changing a default:

1. In ``report/upgrades.py`` raise ``SCHEMA`` and add the step from the version before; the step
   writes the value that gives a new field the old meaning. (While the newest schema is not
   released, extend its step instead.)
2. ``python -m report.defaults --step`` writes the rows of the newest schema, and freezes those
   of the schema before by their digest in ``defaults.sha256``.

``python -m report.defaults --release`` freezes the newest schema; from then on a change of its
rows is refused and needs the next schema.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from calculators.scenario import fields
from pricing.faults import Fault, TableError
from pricing.loader import read_rows
from pricing.schema import Row
from report.upgrades import SCHEMA
from report.values import write

HERE = Path(__file__).parent
TABLE = HERE / "defaults.csv"
LEDGER = HERE / "defaults.sha256"
_PREFIX = "schema_"

Rows = Mapping[int, Mapping[str, str]]
"""Schema -> field -> default in written form."""


class SchemaError(ValueError):
    """What was asked for would change what links out there mean, and how to do it rightly."""


class _Line(Row):
    version: int
    field: str
    value: str = ""


@cache
def table(path: Path = TABLE) -> Rows:
    """Every schema's defaults; raises TableError with every fault of the file."""
    found: dict[int, dict[str, str]] = {}
    for line in read_rows(path, _Line):
        found.setdefault(line.version, {})[line.field] = line.value
    return found


def of_schema(schema: int) -> Mapping[str, str]:
    """Every input of a schema with its default; raises KeyError for one that never was."""
    return table()[schema]


def of_today() -> dict[str, str]:
    """Every input with the default the scenario has now."""
    return {name: write(found.default) for name, found in fields().items()}


# --- freezing --------------------------------------------------------------------------------
def digest(rows: Mapping[str, str]) -> str:
    """SHA-256 over a schema's fields and defaults, in their order."""
    text = "".join(f"{name}={value}\n" for name, value in rows.items())
    return hashlib.sha256(text.encode()).hexdigest()


def frozen(ledger: Path = LEDGER) -> dict[int, str]:
    """Released schema -> digest of its rows."""
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []
    return {
        int(name.removeprefix(_PREFIX)): code for code, name in (line.split() for line in lines)
    }


def verify(path: Path = TABLE, ledger: Path = LEDGER) -> None:
    """Refuse defaults that are no longer those of released links, such as a file cut short.

    Raises
    ------
    TableError
        Every fault of the file, or every schema whose rows have changed.
    """
    rows, kept = table(path), frozen(ledger)
    faults = [
        Fault(path.name, 1, "version", f"{schema} with other rows", "the rows as released")
        for schema in sorted({*kept, *range(1, SCHEMA + 1)})
        if schema not in rows or digest(rows[schema]) != kept.get(schema, digest(rows[schema]))
    ]
    if faults:
        raise TableError(faults)


def step(rows: Rows, ledger: Mapping[int, str]) -> tuple[Rows, Mapping[int, str]]:
    """The table with the newest schema's rows as the scenario has them; raises SchemaError."""
    now = of_today()
    if SCHEMA in ledger and digest(now) != ledger[SCHEMA]:
        raise SchemaError(
            f"schema {SCHEMA} is released: raise SCHEMA in report/upgrades.py, add the step "
            f"{SCHEMA} -> {SCHEMA + 1} there, and run this again"
        )
    if set(range(1, SCHEMA)) - set(rows):
        raise SchemaError(f"the table must hold schemas 1 to {SCHEMA - 1}; a step is one version")
    before = {schema: digest(rows[schema]) for schema in range(1, SCHEMA)}
    return {**rows, SCHEMA: now}, {**before, **ledger}


def _write(rows: Rows, ledger: Mapping[int, str]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(_Line.model_fields)
        writer.writerows(
            [schema, name, value] for schema in sorted(rows) for name, value in rows[schema].items()
        )
    text = "".join(f"{ledger[schema]}  {_PREFIX}{schema}\n" for schema in sorted(ledger))
    LEDGER.write_text(text, encoding="utf-8")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; exit status 1 when it was refused."""
    parser = argparse.ArgumentParser(description="Defaults of the schemas of links.")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--step", action="store_true", help="write the newest schema's rows")
    chosen.add_argument("--release", action="store_true", help="freeze the newest schema")
    given = parser.parse_args(words)
    try:
        rows, ledger = step(table(), frozen())
    except SchemaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if given.release:
        ledger = {**ledger, SCHEMA: digest(rows[SCHEMA])}
    _write(rows, ledger)
    return 0


if __name__ == "__main__":
    sys.exit(main())
