"""Whose prices and of which day: changes the comparison and the link too."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pricing.book import PriceBook, editions
from pricing.schema import FxRow
from report import words
from ui import state


def first_day(book: PriceBook) -> date:
    """The first day for which every price can be read in dollars."""
    return min(row.effective_from for row in book.table("fx", FxRow))


def draw(book: PriceBook) -> None:
    """Draw the picker of price date and, where there are several, of the edition."""
    known = editions()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(known) > 1:
            state.show("edition", book.edition)
            st.selectbox(
                "Edition",
                known[::-1],
                key="edition",
                format_func=lambda day: f"{day} (newest)" if day == known[-1] else str(day),
                on_change=_edition_changed,
                help="A released state of the price tables. A link keeps the one it was made with.",
                width=200,
            )
        state.show("price_date", book.price_date)
        st.date_input(
            "Prices of the day",
            key="price_date",
            min_value=first_day(book),
            max_value=book.edition,
            on_change=_date_changed,
            help="The comparison and its link use the prices in force on this day.",
            width=200,
        )
    if book.price_date != book.edition:
        st.caption(
            f"The comparison too uses prices of {words.day(book.price_date)}, not the newest."
        )


def _edition_changed() -> None:
    edition = st.session_state["edition"]
    state.set_price_date(edition, edition)


def _date_changed() -> None:
    day = st.session_state["price_date"]
    if isinstance(day, date):
        state.set_price_date(state.book().edition, day)
