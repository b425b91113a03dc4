"""A table of finished words as the browser's own: named cells, figures to the right.

Streamlit's tables align every word alike and clip on a phone; this one becomes a card a row there
(``ui/page.css``). Words are escaped, so nothing in them is markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True)
class Part:
    """Words of a cell: plain, strong, or a link to a source or to a page of the app."""

    text: str
    url: str = ""
    strong: bool = False

    @property
    def html(self) -> str:
        """The words as markup."""
        said = escape(self.text)
        if self.url.startswith("./"):  # a page of the app: here, so that Back leads back
            said = f'<a href="{escape(self.url)}" target="_self">{said}</a>'
        elif self.url.startswith(("https://", "http://")):
            said = f'<a href="{escape(self.url)}" target="_blank" rel="noreferrer">{said}</a>'
        return f"<strong>{said}</strong>" if self.strong else said


Cell = str | Part | Sequence[Part]


@dataclass(frozen=True)
class Column:
    """A heading, and whether its cells are figures."""

    title: str
    figures: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings; ``last`` closes them, such as their sum."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    last: tuple[Cell, ...] = ()


def glossary(terms: Mapping[str, str]) -> Table:
    """Terms and what they mean."""
    rows = tuple((Part(term, strong=True), said) for term, said in terms.items())
    return Table("In plain words", (Column("Word"), Column("Means")), rows)


def draw(table: Table) -> None:
    """Draw the table."""
    st.html(markup(table))


def markup(table: Table) -> str:
    """The table as HTML: the first cell of a row is its heading."""
    head = "".join(
        f'<th scope="col"{_figures(column)}>{escape(column.title)}</th>' for column in table.columns
    )
    body = "".join(_row(row, table.columns) for row in table.rows)
    foot = f"<tfoot>{_row(table.last, table.columns)}</tfoot>" if table.last else ""
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<table class="{_kind(table.columns)}">{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _kind(columns: Sequence[Column]) -> str:
    """Names for the style sheet: a name and a figure fit a phone, and are no wider than is read.

    Of a word and what is said of it the heading need not be repeated in every card.
    """
    match [column.figures for column in columns]:
        case [False, True]:
            return "crossover pair"
        case [False, False]:
            return "crossover terms"
        case _:
            return "crossover"


def _figures(column: Column) -> str:
    return ' class="figures"' if column.figures else ""


def _row(cells: Sequence[Cell], columns: Sequence[Column]) -> str:
    first, *rest = cells
    found = [f'<th scope="row">{_html(first)}</th>']
    for cell, column in zip(rest, columns[1:], strict=True):
        label = escape(column.title)
        blank = ' data-blank="yes"' if not cell else ""
        found.append(
            f'<td{_figures(column)}{blank} data-label="{label}"><span>{_html(cell)}</span></td>'
        )
    return f"<tr>{''.join(found)}</tr>"


def _html(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return cell.html if isinstance(cell, Part) else "".join(part.html for part in cell)
