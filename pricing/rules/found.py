"""What a rule found, remembered for as long as the tables that it looked at are the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pricing.faults import Fault
from pricing.rules.reading import Rule, Tables
from pricing.table import Table

REMEMBERED = 4
"""Sets of tables of each rule."""


class _Watched(Mapping[str, Table]):
    """Tables, and which of them somebody looked at."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.seen: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        table = self._tables[name]
        self.seen[name] = table
        return table

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@dataclass(frozen=True)
class _Found:
    """Faults of a rule, and what they hang on: which tables there were, and those looked at."""

    names: Sequence[str]
    seen: Mapping[str, Table]
    faults: Sequence[Fault]

    def holds(self, tables: Tables) -> bool:
        """Whether the rule would find the same: tables and rows never change once read."""
        return self.names == tuple(tables) and all(
            tables[name] is table for name, table in self.seen.items()
        )


_FOUND: dict[Rule, tuple[_Found, ...]] = {}
"""Of each rule the newest first; replaced whole, so that threads need no lock."""


def faults_of(rule: Rule, tables: Tables) -> Sequence[Fault]:
    """Every fault that a rule finds, a function of the tables alone."""
    known = _FOUND.get(rule, ())
    found = next((one for one in known if one.holds(tables)), None)
    if found is None:
        watched = _Watched(tables)
        faults = tuple(rule(watched))
        found = _Found(tuple(tables), watched.seen, faults)
    others = [one for one in known if one is not found]
    _FOUND[rule] = (found, *others[: REMEMBERED - 1])
    return found.faults
