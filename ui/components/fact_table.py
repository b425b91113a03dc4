"""Facts side by side, each opening to what stands behind it: a table, or cards on a small screen.

Drawn as one piece of HTML: a hundred widgets for a hundred cells would be sent and watched with
every change. What opens is the browser's own (``popover``, ``details``): it works by keyboard and
asks the server nothing. Every text is escaped; only links to pages become links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from report import palette
from ui.components import chart_parts as parts
from ui.components.charts import is_dark

_STYLE = Path(__file__).parent / "fact_table.css"
_LINK = palette.Shade("#0B6E69", "#6CC7BE")


@dataclass(frozen=True)
class Reference:
    """A page to open."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A few words, and what stands behind them."""

    text: str
    why: Sequence[str] = ()
    references: Sequence[Reference] = ()
    best: bool = False  # of its row


@dataclass(frozen=True)
class Column:
    """What is compared."""

    id: str
    name: str
    under: Sequence[str] = ()
    mark: str = ""
    colour: str = ""  # blank: none
    off: bool = False  # shown for what it would mean
    closed: str = ""  # what a card says of it before it is opened


@dataclass(frozen=True)
class Row:
    """A question, what its answers are measured in, and an answer of each column."""

    id: str
    title: str
    unit: str
    help: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Facts:
    """Things with their facts; ``down``: the things stand under each other."""

    key: str  # tells two on a page apart
    caption: str  # names the table for those who hear it
    columns: Sequence[Column]
    rows: Sequence[Row]
    down: bool = False
    opened: int | None = 0  # the card that is open at first


def draw(facts: Facts) -> None:
    """Draw the facts."""
    st.html(_STYLE)
    st.html(html(facts, dark=is_dark()))


def html(facts: Facts, *, dark: bool) -> str:
    """The table and the cards; a style sheet shows one of the two."""
    across = len(facts.rows) if facts.down else len(facts.columns)
    table = _down(facts) if facts.down else _across(facts)
    cards = "".join(
        _card(index, column, facts.rows, opened=index == facts.opened)
        for index, column in enumerate(facts.columns)
    )
    return (
        f'<div class="facts{" wide" if across > WIDE else ""}" style="{_theme(dark)}">'
        f'<table class="{"down" if facts.down else "across"}" '
        f'aria-label="{escape(facts.caption)}">{table}</table>'
        f'<div class="cards">{cards}</div>'
        f"{''.join(_popovers(facts.key, facts.columns, facts.rows))}</div>"
    )


def _across(facts: Facts) -> str:
    head = "".join(_head(column) for column in facts.columns)
    body = "".join(_row(facts.key, row, facts.columns) for row in facts.rows)
    return f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>"


def _down(facts: Facts) -> str:
    head = "".join(f'<th scope="col">{_asked(facts.key, row)}</th>' for row in facts.rows)
    lines = []
    for turn, column in enumerate(facts.columns):
        off = " off" if column.off else ""
        cells = "".join(
            _cell(_id(facts.key, row, column), column, row.cells[turn]) for row in facts.rows
        )
        lines.append(f'<tr><th scope="row" class="thing{off}">{_name(column)}</th>{cells}</tr>')
    return f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(lines)}</tbody>"


WIDE = 5
"""From more columns on a laptop's window is too narrow for the table."""


def _theme(dark: bool) -> str:
    shades = {
        "ink": palette.INK,
        "muted": palette.MUTED,
        "line": palette.GRID,
        "page": palette.BACKGROUND,
        "link": _LINK,
    }
    return "".join(f"--{name}:{parts.pick(shade, dark)};" for name, shade in shades.items())


def _swatch(column: Column) -> str:
    return f' style="--swatch:{escape(column.colour)}"' if column.colour else ""


def _head(column: Column) -> str:
    off = ' class="off"' if column.off else ""
    return f'<th scope="col"{off}{_swatch(column)}>{_name(column)}</th>'


def _name(column: Column) -> str:
    under = "".join(f"<small>{escape(text)}</small>" for text in column.under if text)
    mark = f'<span class="mark">{escape(column.mark)}</span>' if column.mark else ""
    return f'<span class="name">{escape(column.name)}</span>{under}{mark}'


def _row(key: str, row: Row, columns: Sequence[Column]) -> str:
    cells = "".join(
        _cell(_id(key, row, column), column, cell)
        for column, cell in zip(columns, row.cells, strict=True)
    )
    return f'<tr><th scope="row">{_asked(key, row)}</th>{cells}</tr>'


def _asked(key: str, row: Row) -> str:
    title = _button(_id(key, row), row.title) if row.help else escape(row.title)
    return title + (f"<small>{escape(row.unit)}</small>" if row.unit else "")


def _cell(name: str, column: Column, cell: Cell) -> str:
    said = _button(name, cell.text) if cell.why or cell.references else escape(cell.text)
    classes = " ".join(word for word, on in (("best", cell.best), ("off", column.off)) if on)
    return f'<td class="{classes}">{said}</td>' if classes else f"<td>{said}</td>"


def _button(target: str, text: str) -> str:
    return f'<button type="button" popovertarget="{target}">{escape(text)}</button>'


def _id(key: str, row: Row, column: Column | None = None) -> str:
    """Of what opens; letters and digits alone, as attributes want it."""
    text = "-".join([key, row.id, *([column.id] if column else [])])
    return escape("".join(letter if letter.isalnum() else "-" for letter in text))


def _popovers(key: str, columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
    found = []
    for row in rows:
        if row.help:
            found.append(_popover(_id(key, row), row.title, f"<p>{escape(row.help)}</p>"))
        for column, cell in zip(columns, row.cells, strict=True):
            if cell.why or cell.references:
                title = f"{column.name}: {row.title}"
                text = f"<p><b>{escape(cell.text)}</b></p>{_behind(cell)}"
                found.append(_popover(_id(key, row, column), title, text))
    return found


def _popover(name: str, title: str, text: str) -> str:
    close = (
        f'<button type="button" class="close" popovertarget="{name}" '
        'popovertargetaction="hide" aria-label="Close">×</button>'
    )
    heading = f'<p class="title"><b>{escape(title)}</b></p>'
    return (
        f'<div popover id="{name}" role="dialog" aria-label="{escape(title)}">'
        f"{close}{heading}{text}</div>"
    )


def _behind(cell: Cell) -> str:
    lines = "".join(f"<li>{escape(text)}</li>" for text in cell.why)
    pages = "".join(f"<li>{_link(item)}</li>" for item in cell.references)
    why = f"<ul>{lines}</ul>" if lines else ""
    return why + (f"<p>Rests on</p><ul>{pages}</ul>" if pages else "")


def _link(item: Reference) -> str:
    note = f", {escape(item.note)}" if item.note else ""
    if not item.url.startswith(("https://", "http://")):
        return f"{escape(item.title)}{note}"
    return f'<a href="{escape(item.url)}" target="_blank">{escape(item.title)}</a>{note}'


def _card(index: int, column: Column, rows: Sequence[Row], *, opened: bool) -> str:
    """One column under its name; the first is open."""
    facts = "".join(_fact(row, row.cells[index]) for row in rows)
    off = " off" if column.off else ""
    told = f"<small>{escape(column.closed)}</small>" if column.closed else ""
    return (
        f'<details class="card{off}"{_swatch(column)}{" open" if opened else ""}>'
        f"<summary>{_name(column)}{told}</summary><dl>{facts}</dl></details>"
    )


def _fact(row: Row, cell: Cell) -> str:
    unit = f" <small>({escape(row.unit)})</small>" if row.unit else ""
    said = f'<span class="best">{escape(cell.text)}</span>' if cell.best else escape(cell.text)
    behind = _behind(cell)
    more = f"<details><summary>Why</summary>{behind}</details>" if behind else ""
    return f"<div><dt>{escape(row.title)}{unit}</dt><dd>{said}{more}</dd></div>"
