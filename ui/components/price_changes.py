"""What changed between two days or editions, and which sources do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from calculators.results import Comparison
from pricing.book import PriceBook, UnknownEdition, editions
from pricing.units import label as unit_label
from report import words
from ui import price_history, state
from ui.price_history import Change, Conflict

_YEAR = 365
_BEFORE = "before_day"


def draw_changes(comparison: Comparison, first_day: date) -> None:
    """Draw the prices that differ between an earlier day or edition and the current one."""
    book = comparison.book
    known = [edition for edition in editions() if edition <= book.edition]
    left, right = st.columns(2)
    edition = left.selectbox(
        "Compared with edition", known[::-1], key="before_edition", format_func=str,
        help="An edition is a released state of the tables; a later one may correct earlier rows.",
    )  # fmt: skip
    latest = min(edition, book.price_date)
    year_before = max(first_day, latest - timedelta(days=_YEAR))
    chosen = st.session_state.get(_BEFORE, year_before)
    state.show(_BEFORE, min(max(chosen or year_before, first_day), latest))
    day = right.date_input("and its prices of", key=_BEFORE, min_value=first_day, max_value=latest)
    try:
        before = PriceBook.load(edition, day)
    except UnknownEdition as error:
        st.warning(str(error), icon=":material/info:")
        return
    found = price_history.changes(before, book, comparison)
    st.markdown(
        f"**{len(found):,}** prices differ between {words.day(before.price_date)} "
        f"(edition {before.edition}) and {words.day(book.price_date)} (edition {book.edition}). "
        "First those that move the current comparison most."
    )
    if not found:
        return
    kinds = list(dict.fromkeys(what(one) for one in found))
    wanted = st.pills(
        "Show", kinds, selection_mode="multi", default=[k for k in kinds if k in _MOVED],
        key="change_kinds",
    )  # fmt: skip
    shown = [one for one in found if what(one) in wanted]
    st.dataframe(
        changes_frame(shown),
        hide_index=True,
        column_config=_CHANGES,
        key="changes",
        placeholder="–",
    )


_MOVED = ("dearer", "cheaper")
_CHANGES = {
    "Before": st.column_config.NumberColumn(format="%.10g"),
    "After": st.column_config.NumberColumn(format="%.10g"),
    "After / before": st.column_config.NumberColumn(format="%.3g"),
    "on candidate": st.column_config.TextColumn(width="medium"),
    "Effect, USD a month": st.column_config.NumberColumn(
        format="%.2f", help="On the candidate below, first tier's ratio applied to its whole use."
    ),
}


def changes_frame(found: Sequence[Change]) -> pd.DataFrame:
    """Changes as a table; a blank before is new, a blank after is no longer offered."""
    return pd.DataFrame(
        {
            "Key": [one.key for one in found],
            "What": [what(one) for one in found],
            "Before": pd.Series([one.before for one in found], dtype="float64"),
            "After": pd.Series([one.after for one in found], dtype="float64"),
            "After / before": pd.Series([one.ratio for one in found], dtype="float64"),
            "Effect, USD a month": pd.Series([one.effect_usd for one in found], dtype="float64"),
            "on candidate": [one.option for one in found],
            "Unit": [f"{one.currency} per {unit_label(one.unit)}" for one in found],
            "Region": [one.region for one in found],
        }
    )


def what(change: Change) -> str:
    """The change in a word."""
    if change.before is None:
        return "new"
    if change.after is None:
        return "gone"
    return "dearer" if change.after > change.before else "cheaper"


def draw_conflicts(book: PriceBook) -> None:
    """Draw readings of one key by two sources that do not agree."""
    found = price_history.conflicts(book)
    st.markdown(
        f"**{len(found)}** times two sources, read at most a month apart, give different prices "
        "of one thing. Either it changed in between or one of them is wrong; the later one is "
        "used."
    )
    if found:
        config = {
            "Earlier": st.column_config.NumberColumn(format="%.10g"),
            "Later": st.column_config.NumberColumn(format="%.10g"),
            "Later / earlier": st.column_config.NumberColumn(format="%.3g"),
            "Earlier source": st.column_config.LinkColumn(),
            "Later source": st.column_config.LinkColumn(),
        }
        st.dataframe(conflicts_frame(book, found), hide_index=True, column_config=config,
                     key="conflicts")  # fmt: skip


def conflicts_frame(book: PriceBook, found: Sequence[Conflict]) -> pd.DataFrame:
    """Conflicts side by side."""
    sources = book.sources
    return pd.DataFrame(
        {
            "Key": [one.later.key for one in found],
            "Region": [one.later.region for one in found],
            "Per": [f"{one.later.currency} per {unit_label(one.later.unit)}" for one in found],
            "Earlier": [one.earlier.value for one in found],
            "read on": [one.earlier.as_of.isoformat() for one in found],
            "Later": [one.later.value for one in found],
            "read on ": [one.later.as_of.isoformat() for one in found],
            "Later / earlier": [one.ratio for one in found],
            "Earlier source": [sources[one.earlier.source].url or None for one in found],
            "Later source": [sources[one.later.source].url or None for one in found],
        }
    )
