"""A link that keeps older prices: what it would say under the newest ones, and what moved it."""

from __future__ import annotations

import streamlit as st

from calculators.results import Comparison
from pricing.book import PriceBook
from report import words
from report.under_today import UnderToday, under_today
from ui import cached, state
from ui.markdown import plain

_MOST = 8
_OPEN = "under_today"


def draw(comparison: Comparison) -> None:
    """Draw that older prices are kept, and the same under the newest where it is opened."""
    newest, held = PriceBook.load(), comparison.book
    if (held.edition, held.price_date) == (newest.edition, newest.price_date):
        return
    kept = f"This link keeps to {words.day(held.price_date)}, edition {held.edition}."
    section = st.expander(
        f"{kept} What would it be under today's prices?",
        icon=":material/update:",
        on_change="rerun",
        key=_OPEN,
    )
    with section:
        if not section.open:
            return
        found = under_today(comparison, cached.comparison)
        if found is not None:
            st.markdown("\n\n".join(lines(found)))
        st.button(
            "Use today's prices",
            key="use_newest",
            icon=":material/update:",
            on_click=state.set_price_date,
            args=(newest.edition, newest.price_date),
        )


def lines(found: UnderToday) -> list[str]:
    """How the answer moves, and the changes that move it, the largest first."""
    said = [f"**{plain(found.sentence)}**", plain(found.counted)]
    rows = [f"- {plain(row.said)}" for row in found.rows[:_MOST]]
    more = len(found.rows) - _MOST
    if more > 0:
        rows.append(f"- and {more} more, on the page Prices under *Changes*")
    return [*said, "\n".join(rows)] if rows else said
