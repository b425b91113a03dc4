"""All candidates of all places: filtered, sorted, and any of them opened below the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from calculators.places import PLACES
from calculators.results import Comparison, Option
from report import words
from report.ranked import ranked
from ui import state

ANCHOR = "places"
_LIST = "all_candidates"
AT, SOLD_BY, FIND = "at", "sold_by", "find"
"""Filters by the name they have in the address: places, vendors, words."""
_APART = "~"


def draw(
    comparison: Comparison,
    option: Option | None,
    detail: Callable[[Comparison, Option], None],
) -> None:
    """Draw the list, folded unless it is in use; ``option`` is opened below it."""
    _restore()
    count = len(comparison.options)
    in_use = option is not None or any(filters().values())
    if "all_open" not in st.session_state:
        st.session_state["all_open"] = in_use
    elif option is not None:
        st.session_state["all_open"] = True
    section = st.expander(f"All {count:,} candidates", on_change="rerun", key="all_open")
    with section:
        if section.open:
            _filtered(comparison, option)
            if option is not None:
                with st.container(border=True, key="candidate_detail"):
                    detail(comparison, option)


# --- filters ---------------------------------------------------------------------------------
_WIDGETS = {AT: "all_places", SOLD_BY: "all_vendors", FIND: "all_search"}


def _restore() -> None:
    """Let the widgets show what the address says."""
    for name, key in _WIDGETS.items():
        held = state.page_value(name)
        value: object = held if name == FIND else [part for part in held.split(_APART) if part]
        if name == AT and isinstance(value, list):
            value = [part for part in value if part in PLACES]
        state.show(key, value)


def filters() -> dict[str, str]:
    """What the address says of the filters."""
    return {name: state.page_value(name) for name in _WIDGETS}


def _changed(name: str) -> None:
    value = st.session_state[_WIDGETS[name]]
    state.set_page_value(name, value if name == FIND else _APART.join(value))


def _filtered(comparison: Comparison, opened: Option | None) -> None:
    vendors = sorted({option.vendor for option in comparison.options if option.vendor})
    # an old link may name a vendor nobody sells from any more
    held = [name for name in st.session_state["all_vendors"] if name in vendors]
    state.show("all_vendors", held)
    left, middle, right = st.columns(3)
    left.text_input(
        "Search",
        key="all_search",
        placeholder="product, vendor or reason",
        on_change=_changed,
        args=(FIND,),
    )
    middle.multiselect(
        "Place",
        list(PLACES),
        key="all_places",
        format_func=words.place,
        placeholder="All places",
        on_change=_changed,
        args=(AT,),
    )
    right.multiselect(
        "Vendor",
        vendors,
        key="all_vendors",
        placeholder="All vendors",
        on_change=_changed,
        args=(SOLD_BY,),
    )
    shown = chosen(
        list(comparison.options),
        st.session_state["all_places"],
        st.session_state["all_vendors"],
        st.session_state["all_search"],
    )
    at = f" Open below: {opened.label}." if opened else " Select a row to open it below the list."
    st.caption(f"{len(shown):,} of {len(comparison.options):,} shown.{at}")
    st.dataframe(
        frame(comparison, shown),
        hide_index=True,
        key=_LIST,
        height=min(400, 38 + 35 * max(1, len(shown))),
        on_select=lambda: _select(shown),
        selection_mode="single-row",
        column_config={
            "USD a month": st.column_config.NumberColumn(format="accounting", pinned=True),
            "besides, paid by users": st.column_config.NumberColumn(format="accounting"),
            "USD per 1,000 requests": st.column_config.NumberColumn(format="%.4f"),
            "p95, ms": st.column_config.NumberColumn(format="%.0f"),
            "Why, or why not": st.column_config.TextColumn(width="large"),
        },
    )


def chosen(
    options: Sequence[Option], places: Sequence[str], vendors: Sequence[str], text: str
) -> list[Option]:
    """Options of the places and vendors that hold the words; all where none is named."""
    wanted = text.strip().lower()
    return [
        option
        for option in options
        if (not places or option.kind in places)
        and (not vendors or option.vendor in vendors)
        and (not wanted or wanted in _searchable(option))
    ]


def _searchable(option: Option) -> str:
    return f"{option.label} {option.vendor} {option.id} {words.why(option)}".lower()


def _select(shown: list[Option]) -> None:
    """Open the selected row."""
    rows = st.session_state[_LIST].selection.rows
    if rows:
        state.set_page_value("open", shown[rows[0]].id)


def frame(comparison: Comparison, options: list[Option]) -> pd.DataFrame:
    """Candidates with exact figures; missing ones stay empty."""
    costs = [ranked(option, comparison, spread=False) for option in options]
    monthly = [None if cost is None else cost.monthly_usd for cost in costs]
    users = [None if cost is None else cost.users_usd for cost in costs]
    per_1000 = [None if cost is None else cost.usd_per_1000_requests for cost in costs]
    return pd.DataFrame(
        {
            "USD a month": _numbers(monthly),
            "Place": [words.place(option.kind) for option in options],
            "Option": [option.label for option in options],
            "Verdict": [words.status(option) for option in options],
            "Vendor": [option.vendor for option in options],
            "p95, ms": _numbers([option.latency.p95_ms for option in options]),
            "USD per 1,000 requests": _numbers(per_1000),
            "besides, paid by users": _numbers(users),
            "Trained at": [words.trained(option.trained_at) for option in options],
            "Why, or why not": [words.why(option) for option in options],
            "Marks": [", ".join(option.marks) for option in options],
            "Id": [option.id for option in options],
        }
    )


def _numbers(values: list[float | None]) -> pd.Series[float]:
    return pd.Series(values, dtype="float64")
