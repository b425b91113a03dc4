"""One table as it was read: checked rows, and the lines they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from pricing.kept import cached_property
from pricing.schema import PriceRow, Row
from pricing.tables import SPECS

TARIFF = attrgetter("key", "region", "effective_from")
"""What the bands of one tariff have in common."""


@dataclass(frozen=True)
class Table:
    """Checked rows of one file with the line each came from (header is line 1)."""

    name: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]

    def distinct(self, *columns: str) -> frozenset[object]:
        """What the rows hold in some columns, a tuple where they are several; each once.

        Remembered: thousands of rows share a few dozen sources, days and units.
        """
        held = self._distinct.get(columns)
        if held is None:
            held = self._distinct[columns] = frozenset(map(attrgetter(*columns), self.rows))
        return held

    @cached_property
    def _distinct(self) -> dict[tuple[str, ...], frozenset[object]]:
        return {}

    @cached_property
    def repeats(self) -> Mapping[int, int]:
        """Line of a row whose identity has one in that edition already -> line of the first."""
        spec = SPECS[self.name]
        identity = attrgetter(*spec.identity, *(["edition"] if spec.dated else []))
        first: dict[object, int] = {}
        lines = zip(self.lines, map(identity, self.rows), strict=True)
        found = {line: first.setdefault(named, line) for line, named in lines}
        return {line: earlier for line, earlier in found.items() if line != earlier}

    def up_to(self, edition: date) -> Table:
        """Rows known in ``edition``, later corrections of the same identity winning.

        A correction of a tariff replaces all of its bands, also those that began elsewhere.
        """
        spec = SPECS[self.name]
        if not spec.dated:
            return self
        identity, born = attrgetter(*spec.identity), attrgetter("edition")
        chosen: dict[object, tuple[int, Row]] = {}
        for line, row in zip(self.lines, self.rows, strict=True):
            if born(row) > edition:
                continue
            name = identity(row)
            held = chosen.get(name)
            if held is None or born(held[1]) <= born(row):
                chosen[name] = (line, row)
        kept = _newest_bands(chosen.values())
        lines, rows = zip(*kept, strict=True) if kept else ((), ())
        return Table(self.name, tuple(rows), tuple(lines))


def _newest_bands(chosen: Iterable[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """Without the bands of tariffs that a later edition states anew."""
    found = list(chosen)
    newest: dict[object, date] = {}
    for _, row in found:
        if isinstance(row, PriceRow):
            newest[TARIFF(row)] = max(row.edition, newest.get(TARIFF(row), date.min))
    return [
        (line, row)
        for line, row in found
        if not isinstance(row, PriceRow) or row.edition == newest[TARIFF(row)]
    ]
