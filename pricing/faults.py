"""A fault in a table: where it is, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One broken cell or rule. ``line`` counts the header as line 1."""

    file: str
    line: int
    column: str
    got: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.column}: got {self.got!r}, allowed: {self.allowed}"


class TableError(ValueError):
    """Every fault of a set of tables at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def faults_of(*readings: Callable[[], object]) -> list[Fault]:
    """The faults of several readings, each once; what one of them refuses hides no other."""
    found: dict[Fault, None] = {}
    for reading in readings:
        try:
            reading()
        except TableError as error:
            found |= dict.fromkeys(error.faults)
    return list(found)
