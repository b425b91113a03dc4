"""What a section of the report is: sentences, pictures and tables of finished words.

A section says first in a sentence what its picture shows. Everything in it is text or a picture
and travels to the layout as data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calculators.results import Comparison


@dataclass(frozen=True)
class Strong:
    """Words that stand out in a sentence."""

    text: str


Said = tuple[str | Strong, ...]
"""A sentence in pieces."""


Row = tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A vector picture, and the same in words for those who cannot see it."""

    svg: str
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width beside the others', which way it leans."""

    head: str
    wide: float = 1.0
    right: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of words under headings; the first cell of a row names it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One section, in the order it is read."""

    title: str
    says: tuple[Said, ...]
    parts: tuple[Picture | Table, ...] = ()


Make = Callable[[Comparison, str], Section]
"""What makes a section of a comparison and the query that asks for it."""


def plain(said: Said) -> str:
    """A sentence without emphasis."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in said)


def shortened(rows: Sequence[Row], most: int, where: str) -> tuple[tuple[Row, ...], str]:
    """The first rows, and a note on where the rest is."""
    left = len(rows) - most
    if left <= 0:
        return tuple(rows), ""
    return tuple(rows[:most]), f"{left:,} more row{'s' if left > 1 else ''} in the data: {where}."
