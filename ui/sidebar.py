"""The sidebar of every page that answers a scenario: inputs, price date, marks."""

from __future__ import annotations

import streamlit as st

from calculators.presets import presets
from pricing.book import PriceBook
from report import words
from ui import state
from ui.inputs import detail, simple


def draw() -> None:
    """Draw the inputs."""
    visit = state.visit()
    with st.sidebar:
        simple.draw(visit.scenario, presets(visit.book))
        detail.draw_all(visit.scenario)
        st.divider()
        st.caption(price_line(visit.book))


def price_line(book: PriceBook) -> str:
    """Price date and edition in one line."""
    return f"Prices of {words.day(book.price_date)} · edition {book.edition}"
