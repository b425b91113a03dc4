"""Every place as a row of one table; a row opens below itself, and what is open is in the link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from calculators.results import Comparison, Option
from report import place_table as rows_of
from report import words
from report.place_table import Row
from report.ranked import ranked
from ui import state
from ui.components import candidates, line_items, option_facts
from ui.components import place_table as browser_table
from ui.markdown import plain

OPEN, SORT = "open", "sort"
_DOWN = "-"
"""In front of a column's id in the address: from high to low."""
_JUMP = "jump_to_opened"


def open_option(option_id: str) -> None:
    """Open an option from elsewhere on the page, and bring it into view."""
    state.set_page_value(OPEN, option_id)
    st.session_state[_JUMP] = True


def way_to_sums(comparison: Comparison, headline: str) -> None:
    """Draw the one click from the headline's figure to the sums behind it."""
    if comparison.cheapest is not None and headline:
        st.button(
            f"How {plain(headline)} comes about",
            key="open_answer",
            on_click=open_option,
            args=(comparison.cheapest.id,),
            type="tertiary",
            icon=":material/calculate:",
        )


@st.fragment
def draw(comparison: Comparison, query: str) -> None:
    """Draw the table with the opened row in its place, and all candidates below it."""
    if state.visit().scenario != comparison.scenario:
        st.rerun()  # a figure entered here moves the whole page
    opened, sort = state.page_value(OPEN), state.page_value(SORT)
    option = comparison.option(opened) if opened else None
    first = ordered(rows_of.rows(comparison), sort)
    shown = _table(comparison, first, option, sort, "places")
    others = len(comparison.best_of_pair) - len(comparison.best_of_kind)
    if others > 0:
        title = f"The same places, the model trained elsewhere ({others})"
        with st.expander(title, on_change="rerun", key="other_pairs") as section:
            if section.open:
                found = ordered(rows_of.other_rows(comparison), sort)
                shown = _table(comparison, found, option, sort, "pairs") or shown
    candidates.draw(comparison, None if shown else option, _detail)
    state.write_address(query, {OPEN: opened if option else "", SORT: sort, **candidates.filters()})


def ordered(rows: Sequence[Row], sort: str) -> tuple[Row, ...]:
    """Rows by the column the address names."""
    return rows_of.ordered(rows, sort.removeprefix(_DOWN), descending=sort.startswith(_DOWN))


def _table(
    comparison: Comparison, rows: Sequence[Row], option: Option | None, sort: str, key: str
) -> bool:
    """Draw rows, the opened one followed by what it opens to; whether it is among them."""
    at = next((i for i, row in enumerate(rows) if option and row.option_id == option.id), None)
    split = len(rows) if at is None else at + 1
    _part(rows[:split], key, sort, option, heading=True)
    if at is None or option is None:
        return False
    with st.container(border=True, key=f"{key}_detail"):
        _detail(comparison, option)
    if rows[split:]:
        _part(rows[split:], f"{key}_rest", sort, None, heading=False)
    return True


def _part(
    rows: Sequence[Row], key: str, sort: str, option: Option | None, *, heading: bool
) -> None:
    opened = option.id if option else ""
    browser_table.draw(
        rows,
        key,
        on_opened=_toggle,
        on_sorted=_resort,
        shown={
            "open": opened,
            "focus": opened,
            "jump": bool(opened and st.session_state.pop(_JUMP, False)),
            "sort": {"by": sort.removeprefix(_DOWN), "descending": sort.startswith(_DOWN)},
            "heading": heading,
            "caption": "Every place, by its best candidate" if heading else "Further places",
        },
    )


def _toggle(option_id: str) -> None:
    """Open a row; close the one that is open."""
    state.set_page_value(OPEN, "" if state.page_value(OPEN) == option_id else option_id)


def _resort(column: str) -> None:
    """From low to high, then from high to low, then in the order of the answer."""
    turns = {column: f"{_DOWN}{column}", f"{_DOWN}{column}": ""}
    state.set_page_value(SORT, turns.get(state.page_value(SORT), column))


def _detail(comparison: Comparison, option: Option) -> None:
    """What an option costs, item by item, and what is known about it."""
    st.markdown(f"### {plain(title(comparison, option))}", anchors=False)
    st.button("Close", key=f"close_{option.id}", icon=":material/close:", on_click=_close)
    line_items.draw(comparison, option)
    option_facts.draw(comparison, option)


def title(comparison: Comparison, option: Option) -> str:
    """The place and its product, and what a month costs."""
    found = ranked(option, comparison, spread=False)
    cost = f"{words.usd(found.monthly_usd)} a month" if found else "not priced"
    return f"{words.place(option.kind)}, {cost}: {option.label}"


def _close() -> None:
    state.set_page_value(OPEN, "")


Detail = Callable[[Comparison, Option], None]
