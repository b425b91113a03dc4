"""Up to four scenarios beside each other: which one the page is about, and all in one table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from calculators.results import Comparison
from calculators.scenario import Scenario
from report import sides, words
from report.side_by_side import Side, SideBySide
from ui import cached, state
from ui.components import csv_link
from ui.markdown import plain
from ui.state import Visit

_SWITCH = "side_switch"
_MOST = 1 + len(sides.LETTERS)
_MOST_ITEMS = 12


def name(letter: str, scenario: Scenario) -> str:
    """A scenario as pages call it."""
    return f"{letter.upper()}: {scenario.title}" if scenario.title else letter.upper()


def switch(visit: Visit) -> None:
    """Draw which of several scenarios the page and its form are about; nothing for one alone."""
    every = visit.every
    if len(every) < 2:
        return
    state.show(_SWITCH, visit.letter)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sides"):
        st.markdown("This page and its inputs are about", width="content")
        st.segmented_control(
            "Scenario on this page",
            list(every),
            key=_SWITCH,
            format_func=lambda letter: plain(name(letter, every[letter])),
            label_visibility="collapsed",
            required=True,
            on_change=_switched,
        )


def _switched() -> None:
    state.open_side(str(st.session_state[_SWITCH]))


def way(visit: Visit) -> None:
    """Draw the way to a second scenario; beside several the table has it."""
    if len(visit.every) < 2:
        st.button(
            "Compare with a changed copy",
            icon=":material/add_column_right:",
            on_click=state.add_side,
            key="side_add",
            help="Puts a copy beside this app: change its inputs, and both stand in one table.",
        )


def draw(visit: Visit) -> None:
    """Draw the table of all scenarios; nothing for one alone."""
    every = visit.every
    if len(every) < 2:
        return
    found = SideBySide(
        tuple(Side(letter, cached.comparison(one, visit.book)) for letter, one in every.items())
    )
    query = state.of_every(visit, state.link_query(None))
    with st.container(border=True, key="side_by_side"):
        st.header("Side by side", anchor="side-by-side")
        for side in found.sides[1:]:
            st.markdown(plain(found.changed(side)))
        st.html(table(found))
        _ways(visit, query)


def _ways(visit: Visit, query: str) -> None:
    """One more copy, one less, and the table as a file."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(visit.every) < _MOST:
            st.button(
                f"Add a copy of {visit.letter.upper()}",
                icon=":material/add_column_right:",
                on_click=state.add_side,
                key="side_add",
            )
        for letter in list(visit.every)[1:]:
            st.button(
                f"Take {letter.upper()} away",
                icon=":material/close:",
                on_click=state.close_side,
                args=(letter,),
                key=f"side_close_{letter}",
                type="tertiary",
            )
        csv_link.draw("Places as CSV", "side_by_side", query)
        csv_link.draw("Items as CSV", "side_by_side_items", query)


# --- the table -------------------------------------------------------------------------------
Line = tuple[str, Sequence[str]]
"""A row: its heading and its cells, one a column."""


def table(found: SideBySide) -> str:
    """The table as HTML: headings of rows and columns are told to whoever hears it read.

    Every text is escaped: titles are the visitor's.
    """
    heads = [name(side.letter, side.scenario) for side in found.sides]
    if found.sides[0].comparison.today is not None:
        heads.append("Today")
    groups: Sequence[tuple[str, Sequence[Line]]] = (
        ("The answer", answers(found)),
        ("Inputs that differ", inputs(found)),
        ("Places, USD a month", places(found)),
        ("What the answer is made of, USD a month", items(found)),
    )
    body = "".join(_group(title, lines, len(heads)) for title, lines in groups if lines)
    # wider than a phone: a region that keys can reach, and then scroll
    region = 'class="sides" role="region" aria-label="Scenarios side by side" tabindex="0"'
    return f"<div {region}><table>{_head(heads)}<tbody>{body}</tbody></table></div>"


def answers(found: SideBySide) -> list[Line]:
    """Rows about each answer; what one has today beside them."""
    each, now = found.sides, found.sides[0].comparison.today
    rows: list[tuple[str, list[str], str]] = [
        ("Run it on", [_place(side) for side in each], now.label if now else ""),
        (
            "USD a month",
            [words.usd(side.monthly_usd) for side in each],
            words.usd(now.monthly_usd) if now else "",
        ),
        ("8 in 10 cases", [_range(side) for side in each], words.MISSING),
        ("USD per user a month", [_per_user(side) for side in each], words.MISSING),
        ("95 of 100 answers within", [_slow(side) for side in each], words.MISSING),
        ("How sure", [_sure(side.comparison) for side in each], words.MISSING),
    ]
    return [(title, [*cells, *([last] if now else [])]) for title, cells, last in rows]


def inputs(found: SideBySide) -> list[Line]:
    """Inputs in which not all agree; a unit stands once, beside the name."""
    return [
        (row.with_unit, [row.bare(letter) for letter in found.letters]) for row in found.differences
    ]


def _place(side: Side) -> str:
    return "nothing possible" if side.best is None else words.place(side.best.kind)


def _range(side: Side) -> str:
    cost = side.cost
    return words.MISSING if cost is None else words.usd_range(cost.low_usd, cost.high_usd)


def _per_user(side: Side) -> str:
    return words.usd(side.cost.usd_per_user_month if side.cost else None)


def _slow(side: Side) -> str:
    return words.MISSING if side.best is None else words.slow_time(side.best.latency)


def _sure(comparison: Comparison) -> str:
    if comparison.cheapest is None:
        return words.MISSING
    return "too close to call" if comparison.too_close else "clear enough"


def places(found: SideBySide) -> list[Line]:
    """What every place costs, exact to a cent, in the order of the first scenario."""
    kinds = [option.kind for option in found.sides[0].comparison.best_of_kind]
    return [(words.place(kind), [_cost(side, kind) for side in found.sides]) for kind in kinds]


def _cost(side: Side, kind: str) -> str:
    """The cost of a place; why it is none to choose by."""
    option = next((one for one in side.comparison.best_of_kind if one.kind == kind), None)
    if option is None or option.status == "not_offered":
        return "not offered"
    usd = option.ranked_usd(side.scenario.rank_by)
    cost = words.cents(None if usd is None else usd / side.scenario.horizon_months)
    return cost if option.status == "feasible" else f"{cost} ({words.lower(words.status(option))})"


def items(found: SideBySide) -> list[Line]:
    """What the answers are made of, what differs most first."""
    shown, rest = found.items[:_MOST_ITEMS], found.items[_MOST_ITEMS:]
    rows: list[Line] = [
        (
            row.name if row.payer == "company" else f"{row.name} (paid by users)",
            [words.cents(row.monthly_usd[letter]) for letter in found.letters],
        )
        for row in shown
    ]
    if rest:
        left = [sum(row.monthly_usd[letter] or 0.0 for row in rest) for letter in found.letters]
        rows.append((f"{len(rest)} more items", [words.cents(usd) for usd in left]))
    return rows


def _head(names: Sequence[str]) -> str:
    cells = "".join(f'<th scope="col">{escape(one)}</th>' for one in names)
    return f"<thead><tr><td></td>{cells}</tr></thead>"


def _group(title: str, lines: Sequence[Line], columns: int) -> str:
    head = (
        f'<tr class="group"><th scope="colgroup" colspan="{columns + 1}">{escape(title)}</th></tr>'
    )
    return head + "".join(
        _row(name, [*cells, *[""] * (columns - len(cells))]) for name, cells in lines
    )


def _row(title: str, cells: Sequence[str]) -> str:
    first = cells[0]
    made = "".join(_cell(cell, differs=cell not in ("", first)) for cell in cells)
    return f'<tr><th scope="row">{escape(title)}</th>{made}</tr>'


def _cell(text: str, *, differs: bool) -> str:
    """A cell; what differs from the first scenario is set in bold."""
    said = escape(text)
    return f"<td><b>{said}</b></td>" if differs else f"<td>{said}</td>"
