"""One option opened, and the list of all candidates to choose it from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from calculators.places import PLACES
from calculators.results import Comparison, Option
from report import words
from report.ranked import ranked
from ui import state
from ui.components import line_items, option_facts

ANCHOR = "sums"
_CHOSEN = "opened_option"
_LIST = "all_candidates"


@st.fragment
def draw(comparison: Comparison) -> None:
    """Draw the choice of an option, its sums and facts, and all candidates a click away."""
    if state.visit().scenario != comparison.scenario:
        st.rerun()  # a figure entered here moves the whole page
    st.subheader("Open a number", anchor=ANCHOR)
    st.caption(
        "Every amount is quantity × rate; every rate names its source, the day it was read and "
        "how good the evidence is (A best, C weakest)."
    )
    option = _choose(comparison)
    if option is not None:
        line_items.draw(comparison, option)
        option_facts.draw(comparison, option)
    _all(comparison)


def _choose(comparison: Comparison) -> Option | None:
    """The option to open: one of the table's, or the one picked from all candidates."""
    known = {option.id: option for option in comparison.best_of_pair}
    picked = comparison.option(st.session_state.get(_CHOSEN) or "")
    if picked is not None:
        known.setdefault(picked.id, picked)
    elif _CHOSEN in st.session_state:
        del st.session_state[_CHOSEN]
    if not known:
        return None
    chosen = st.selectbox(
        "Option",
        list(known),
        key=_CHOSEN,
        format_func=lambda option_id: _title(comparison, known[option_id]),
    )
    return known.get(chosen)


def _title(comparison: Comparison, option: Option) -> str:
    """Place, product and price in one line."""
    found = ranked(option, comparison, spread=False)
    cost = f"{words.usd(found.monthly_usd)} a month" if found else "not priced"
    return f"{words.place(option.kind)}: {option.label} · {cost} · {words.status(option).lower()}"


# --- all candidates --------------------------------------------------------------------------
def _all(comparison: Comparison) -> None:
    count = len(comparison.options)
    section = st.expander(f"All {count:,} candidates", on_change="rerun", key="all_open")
    with section:
        if section.open:
            _filtered(comparison)


def _filtered(comparison: Comparison) -> None:
    left, middle, right = st.columns(3)
    text = left.text_input("Search", key="all_search", placeholder="product, vendor or reason")
    places = middle.multiselect(
        "Place",
        list(PLACES),
        key="all_places",
        format_func=words.place,
        placeholder="All places",
    )
    states = list(dict.fromkeys(words.status(option) for option in comparison.options))
    allowed = right.multiselect("Allowed", states, key="all_states", placeholder="All")
    shown = [
        option
        for option in comparison.options
        if (not places or option.kind in places)
        and (not allowed or words.status(option) in allowed)
        and (not text.strip() or text.strip().lower() in _searchable(option))
    ]
    st.caption(f"{len(shown):,} of {len(comparison.options):,} shown. Select a row to open it.")
    st.dataframe(
        frame(comparison, shown),
        hide_index=True,
        key=_LIST,
        on_select=lambda: _select(shown),
        selection_mode="single-row",
        column_config={
            "USD a month": st.column_config.NumberColumn(format="%.2f"),
            "besides, paid by users": st.column_config.NumberColumn(format="%.2f"),
            "USD per 1,000 requests": st.column_config.NumberColumn(format="%.4f"),
            "p95, ms": st.column_config.NumberColumn(format="%.0f"),
            "Why, or why not": st.column_config.TextColumn(width="large"),
        },
    )


def _searchable(option: Option) -> str:
    return f"{option.label} {option.vendor} {option.id} {words.why(option)}".lower()


def _select(shown: list[Option]) -> None:
    """Open the selected row."""
    rows = st.session_state[_LIST].selection.rows
    if rows:
        st.session_state[_CHOSEN] = shown[rows[0]].id


def frame(comparison: Comparison, options: list[Option]) -> pd.DataFrame:
    """Candidates with exact figures; missing ones stay empty."""
    costs = [ranked(option, comparison, spread=False) for option in options]
    monthly = [None if cost is None else cost.monthly_usd for cost in costs]
    users = [None if cost is None else cost.users_usd for cost in costs]
    per_1000 = [None if cost is None else cost.usd_per_1000_requests for cost in costs]
    return pd.DataFrame(
        {
            "Place": [words.place(option.kind) for option in options],
            "Option": [option.label for option in options],
            "Trained at": [words.trained(option.trained_at) for option in options],
            "Allowed": [words.status(option) for option in options],
            "USD a month": _numbers(monthly),
            "besides, paid by users": _numbers(users),
            "USD per 1,000 requests": _numbers(per_1000),
            "p95, ms": _numbers([option.latency.p95_ms for option in options]),
            "Why, or why not": [words.why(option) for option in options],
            "Marks": [", ".join(option.marks) for option in options],
            "Id": [option.id for option in options],
        }
    )


def _numbers(values: list[float | None]) -> pd.Series[float]:
    return pd.Series(values, dtype="float64")
