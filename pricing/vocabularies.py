"""Words of the tables without editions keep their meaning: what a unit holds, where a region lies.

Rows of ``units.csv`` and ``regions.csv`` have no edition, so that no digest of one covers them; yet
a million that holds ten million moves every price of a unit. ``vocabularies.csv`` holds a digest of
what each released word means; ``python -m pricing.edition`` adds the new ones.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pricing.faults import Fault
from pricing.loader import read_rows
from pricing.rules.reading import Tables, of
from pricing.schema import RegionRow, Row, UnitRow

HELD = Path(__file__).parent / "vocabularies.csv"
COLUMNS = ("table", "word", "digest")
Word = tuple[str, str]  # table, word


class _Held(Row):
    """A released word."""

    table: str
    word: str
    digest: str  # of what it means


def held(path: Path = HELD) -> Mapping[Word, str]:
    """Digest of the meaning of every released word; none where nothing was released yet."""
    if not path.exists():
        return {}
    return released(path)


def released(path: Path) -> Mapping[Word, str]:
    """The same where something was; raises TableError where the file is missing or at fault."""
    return {(row.table, row.word): row.digest for row in read_rows(path, _Held)}


def meanings(tables: Tables) -> Mapping[Word, tuple[str, int, str]]:
    """File, line and digest of every word there is."""
    return dict(_meanings(tables))


def _meanings(tables: Tables) -> Iterator[tuple[Word, tuple[str, int, str]]]:
    for file, line, unit in of(tables, UnitRow):
        yield ("units", unit.unit), (file, line, _digest(f"{unit.factor!r} {unit.base}"))
    for file, line, region in of(tables, RegionRow):
        yield ("regions", region.region), (file, line, _digest(region.area))


def _digest(meaning: str) -> str:
    return hashlib.sha256(meaning.encode()).hexdigest()[:12]


def changed(tables: Tables, path: Path = HELD) -> list[Fault]:
    """Released words that are gone or mean something else."""
    now, found = meanings(tables), []
    for (table, word), digest in held(path).items():
        file, line, means = now.get((table, word), (f"{table}.csv", 1, ""))
        if means != digest:
            got = f"{word} with another meaning" if means else f"no {word}"
            found.append(Fault(file, line, table.removesuffix("s"), got, "the row as released"))
    return found


def add(tables: Tables, path: Path = HELD) -> None:
    """Hold the words that are new; those held already stay as they are."""
    new = {word: digest for word, (_, _, digest) in meanings(tables).items()}
    known = {**new, **held(path)}
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*word, digest) for word, digest in sorted(known.items()))
