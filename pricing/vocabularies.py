"""Words of the tables without editions keep their meaning: what a unit holds, where a region lies.

Rows of ``units.csv`` and ``regions.csv`` have no edition, so that no digest of one covers them; yet
a million that holds ten million moves every price of a unit, and of the regions of an area the
first that has a price gives it. ``vocabularies.csv`` holds a digest of what each released word
means, and of the order of the regions of each area; ``python -m pricing.edition`` adds new ones.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pricing.faults import Fault
from pricing.loader import read_rows
from pricing.rules.reading import Tables, of
from pricing.schema import RegionRow, Row, UnitRow

HELD = Path(__file__).parent / "vocabularies.csv"
COLUMNS = ("table", "word", "digest")
ORDER = "order of regions"
"""What stands in the column of the table where the word is an area."""
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
    """Released words that are gone or mean something else; if none, areas in another order."""
    known = held(path)
    now, found = meanings(tables), []
    for (table, word), digest in known.items():
        if table == ORDER:
            continue
        file, line, means = now.get((table, word), (f"{table}.csv", 1, ""))
        if means != digest:
            got = f"{word} with another meaning" if means else f"no {word}"
            found.append(Fault(file, line, table.removesuffix("s"), got, "the row as released"))
    return found or _reordered(tables, known)  # a region that is gone moves the others


def _orders(tables: Tables, known: Collection[Word]) -> Mapping[Word, str]:
    """Area -> digest of its known regions, in the order of the table."""
    regions: dict[str, list[str]] = {}
    for _, _, row in of(tables, RegionRow):
        if ("regions", row.region) in known:
            regions.setdefault(row.area, []).append(row.region)
    return {(ORDER, area): _digest(" ".join(names)) for area, names in regions.items()}


def _reordered(tables: Tables, known: Mapping[Word, str]) -> list[Fault]:
    """Areas whose released regions stand in another order; new ones may stand anywhere."""
    now = _orders(tables, known)
    return [
        Fault("regions.csv", 1, "area", f"{word[1]} in another order", "its rows as released")
        for word, digest in known.items()
        if word[0] == ORDER and now.get(word) != digest
    ]


def add(tables: Tables, path: Path = HELD) -> None:
    """Hold the words that are new; those held already stay as they are."""
    new = {word: digest for word, (_, _, digest) in meanings(tables).items()}
    before = held(path)
    known = {**new, **before}
    if not _reordered(tables, before):
        known |= _orders(tables, known)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*word, digest) for word, digest in sorted(known.items()))
