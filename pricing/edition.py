"""``python -m pricing.edition NAME``: freeze the tables as an edition, with a content digest.

The ledger ``pricing/editions.csv`` names every frozen edition. A test recomputes the digests, so
that a change to a frozen row is found. A correction is a new row of a later edition. Words without
an edition are held beside it (:mod:`pricing.vocabularies`).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pricing import vocabularies
from pricing.book import digest, editions
from pricing.faults import Fault, TableError, faults_of
from pricing.loader import TABLE_DIR, read_rows
from pricing.schema import Row
from pricing.tableset import TableSet, table_set

LEDGER = Path(__file__).parent / "editions.csv"
COLUMNS = ("edition", "digest", "released_on", "rows")


class EditionError(ValueError):
    """An edition that may not be frozen, and why."""


@dataclass(frozen=True)
class Frozen:
    """A released edition. ``rows`` counts every dated row known in it, earlier ones included."""

    edition: date
    digest: str  # SHA-256 over those rows
    released_on: date
    rows: int


class _Line(Row):
    """A released edition as the ledger holds it."""

    edition: date
    digest: str
    released_on: date
    rows: int


def frozen(ledger: Path = LEDGER) -> list[Frozen]:
    """Released editions, oldest first; raises TableError with every fault of the ledger."""
    lines = read_rows(ledger, _Line, may_be_empty=True)
    return [Frozen(line.edition, line.digest, line.released_on, line.rows) for line in lines]


def measure(edition: date, released_on: date, directory: Path = TABLE_DIR) -> Frozen:
    """The edition as the tables hold it now; raises TableError when they are at fault."""
    tables = TableSet(directory)
    return Frozen(edition, tables.digest(edition), released_on, _rows(tables, edition))


def _rows(tables: TableSet, edition: date) -> int:
    """Dated rows known in an edition."""
    return sum(
        born <= edition
        for table in tables.tables.values()
        for row in table.rows
        if (born := getattr(row, "edition", None)) is not None
    )


def changed(directory: Path = TABLE_DIR, ledger: Path = LEDGER) -> list[str]:
    """What is wrong with the frozen editions, in words; empty when each is as it was released."""
    kept = frozen(ledger)
    tables = table_set(directory)
    now = tables.digests([item.edition for item in kept])
    return [
        f"edition {item.edition} was released on {item.released_on} with {item.rows} rows "
        f"and digest {item.digest[:12]}; the tables now give {_rows(tables, item.edition)} rows "
        f"and {now[item.edition][:12]}: put the rows back and correct them in a later edition"
        for item in kept
        if now[item.edition] != item.digest
    ]


def verify(directory: Path = TABLE_DIR, ledger: Path = LEDGER) -> None:
    """Refuse tables that are at fault, or in which a released row is no longer as it was.

    A half-written file, two rows exchanged, a slip in a figure that links rest on: no rule about
    a row by itself finds those, nor a unit that holds ten times as much.

    Raises
    ------
    TableError
        Every fault; or every released edition and every released word that has changed.
    """
    faults = faults_of(
        lambda: read_rows(ledger, _Line),
        lambda: vocabularies.released(beside(ledger)),
        lambda: table_set(directory),
    )
    if faults:
        raise TableError(faults)
    faults = [
        Fault(ledger.name, 1, "digest", words, "as released")
        for words in changed(directory, ledger)
    ]
    faults += vocabularies.changed(table_set(directory).tables, beside(ledger))
    if faults:
        raise TableError(faults)


def refuse_unreleased(directory: Path = TABLE_DIR, ledger: Path = LEDGER) -> None:
    """Refuse rows that no digest holds, because their edition is not released yet.

    Raises
    ------
    TableError
        The first such row of each table.
    """
    held = {item.edition for item in frozen(ledger)}
    faults = []
    for name, table in table_set(directory).tables.items():
        for line, row in zip(table.lines, table.rows, strict=True):
            born = getattr(row, "edition", None)
            if born is not None and born not in held:
                allowed = "a released edition (python -m pricing.edition)"
                faults.append(Fault(f"{name}.csv", line, "edition", str(born), allowed))
                break
    if faults:
        raise TableError(faults)


def beside(ledger: Path) -> Path:
    """Where the words without an edition are held."""
    return ledger.with_name(vocabularies.HELD.name)


def freeze(
    edition: date,
    released_on: date,
    *,
    allow_rerelease: bool = False,
    directory: Path = TABLE_DIR,
    ledger: Path = LEDGER,
) -> Frozen:
    """Write the edition into the ledger.

    Raises
    ------
    EditionError
        No table holds a row of the edition; or it, or another one, is frozen with another digest.
    TableError
        The tables are at fault.
    """
    made = measure(edition, released_on, directory)
    if edition not in editions(directory):
        known = ", ".join(str(name) for name in editions(directory))
        raise EditionError(f"no price row of edition {edition}; the tables hold {known}")
    kept = frozen(ledger)
    held = next((item for item in kept if item.edition == edition), None)
    if held is not None and held.digest == made.digest:
        return held
    if held is not None and not allow_rerelease:
        raise EditionError(
            f"edition {edition} was frozen on {held.released_on} and its rows have changed since: "
            "make the change in a later edition, or say --allow-rerelease if no link to it exists"
        )
    others = [item for item in kept if item.edition != edition]
    broken = [item for item in others if digest(item.edition, directory) != item.digest]
    if broken and not allow_rerelease:
        names = ", ".join(str(item.edition) for item in broken)
        raise EditionError(f"this would change frozen editions: {names}")
    again = [measure(item.edition, released_on, directory) for item in broken]
    intact = [item for item in others if item not in broken]
    _write(sorted([*intact, *again, made], key=lambda item: item.edition), ledger)
    vocabularies.add(table_set(directory).tables, beside(ledger))
    return made


def _write(items: Sequence[Frozen], ledger: Path) -> None:
    with ledger.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        for item in items:
            writer.writerow([item.edition, item.digest, item.released_on, item.rows])


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; exit status 1 when nothing was frozen."""
    parser = argparse.ArgumentParser(description="Freeze the price tables as an edition.")
    parser.add_argument("name", type=date.fromisoformat, metavar="NAME", help="2026-11-22")
    parser.add_argument(
        "--allow-rerelease",
        action="store_true",
        help="replace frozen digests: links to them change",
    )
    parser.add_argument("--dir", type=Path, default=TABLE_DIR)
    parser.add_argument("--ledger", type=Path, default=LEDGER)
    given = parser.parse_args(words)
    try:
        made = freeze(
            given.name,
            date.today(),  # noqa: DTZ011 - the day of the release
            allow_rerelease=given.allow_rerelease,
            directory=given.dir,
            ledger=given.ledger,
        )
    except (EditionError, TableError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"edition {made.edition}: {made.rows} rows, digest {made.digest}")
    print(f"released on {made.released_on}, written to {given.ledger}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
