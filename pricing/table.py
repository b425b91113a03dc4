"""One table as it was read: checked rows, and the lines they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from pricing.schema import Row
from pricing.tables import SPECS


@dataclass(frozen=True)
class Table:
    """Checked rows of one file with the line each came from (header is line 1)."""

    name: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]

    def up_to(self, edition: date) -> Table:
        """Rows known in ``edition``, later corrections of the same identity winning."""
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
        lines, rows = zip(*chosen.values(), strict=True) if chosen else ((), ())
        return Table(self.name, tuple(rows), tuple(lines))
