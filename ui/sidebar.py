"""The sidebar: inputs, and in one line the prices behind the page."""

from __future__ import annotations

import streamlit as st

from calculators.presets import presets
from calculators.results import Comparison
from pricing.book import PriceBook, Source
from report import words
from ui import state
from ui.inputs import detail, simple


def draw() -> None:
    """Draw the inputs."""
    visit = state.visit()
    with st.sidebar:
        simple.draw(visit.scenario, presets(visit.book))
        detail.draw_all(visit.scenario)


def draw_prices(comparison: Comparison) -> None:
    """Draw the line about price date, edition and how old or weak the prices used are."""
    with st.sidebar:
        st.caption(price_line(comparison.book, sources_used(comparison)))


def sources_used(comparison: Comparison) -> tuple[Source, ...]:
    """Price rows behind the table of places, each once."""
    items = (item for option in comparison.best_of_pair for item in option.line_items)
    return tuple(dict.fromkeys(item.source for item in items if item.source.key.count("/") == 2))


def price_line(book: PriceBook, used: tuple[Source, ...]) -> str:
    """Price date, edition and the marks of the rows used."""
    old, weak = sum(s.stale for s in used), sum(s.confidence == "C" for s in used)
    return (
        f"Prices of {words.day(book.price_date)} · edition {book.edition} · "
        f"{len(used)} price rows used: {old} old, {weak} on weak evidence"
    )
