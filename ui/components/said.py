"""Sections as the page shows them: the sentences and tables that the printed report has too."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from report.sections import said
from report.sections.said import Said, Strong
from ui.components import html_table
from ui.components.html_table import Column, Part
from ui.markdown import bold, plain

SHOWN = 12
"""Rows of a table that stand open; the rest is drawn when somebody unfolds it."""


def sentence(pieces: Said) -> str:
    """A sentence as markdown."""
    return "".join(
        bold(piece.text) if isinstance(piece, Strong) else plain(piece) for piece in pieces
    )


def says(pieces: Said) -> None:
    """Draw a sentence."""
    st.markdown(sentence(pieces))


def table(found: said.Table, key: str, links: Sequence[str] = (), most: int = SHOWN) -> None:
    """Draw a table; ``links`` lead from its rows, blank where there is nothing to open.

    One longer than ``most`` is folded behind its first rows, and what is folded is not made.
    """
    rows = _linked(found, links)
    columns = tuple(Column(column.head, figures=column.right) for column in found.columns)
    if links:
        columns = (*columns, Column("Open"))
    html_table.draw(html_table.Table(found.title, columns, rows[:most]))
    left = len(rows) - most
    if left > 0:
        more = f"{left:,} more row{'s' if left > 1 else ''}"
        folded = st.expander(more, on_change="rerun", key=f"rows_{key}")
        with folded:
            if folded.open:
                rest = html_table.Table(f"{found.title}, continued", columns, rows[most:])
                html_table.draw(rest)
    if found.note:
        st.caption(plain(found.note))


def folded(found: said.Table, key: str) -> None:
    """A table behind a picture that says the same; it is not made before somebody unfolds it."""
    fold = st.expander("The same as a table", on_change="rerun", key=f"same_{key}")
    with fold:
        if fold.open:
            table(found, key)


def _linked(found: said.Table, links: Sequence[str]) -> tuple[tuple[html_table.Cell, ...], ...]:
    if not links:
        return tuple(found.rows)
    return tuple(
        (*row, Part("Open", url) if url else "") for row, url in zip(found.rows, links, strict=True)
    )
