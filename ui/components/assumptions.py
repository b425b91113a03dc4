"""Defaults that are nobody's price: each with its range and whose judgement it is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from calculators.own import settable
from pricing.book import PriceBook
from pricing.schema import AssumptionRow
from pricing.units import label as unit_label
from ui.components import own_figures

_BASIS = {"sourced": "sourced", "our_assumption": "our assumption"}


def draw(book: PriceBook, used: frozenset[str]) -> None:
    """Draw every assumption that is read; those behind the current comparison say so."""
    st.markdown(
        "What no price list holds: hours of work, networks, phones. Low and high bound 8 cases "
        "out of 10. Select a row to enter a figure of your own."
    )
    state = st.dataframe(
        frame(book, used),
        hide_index=True,
        key="assumptions",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "What": st.column_config.TextColumn(width="large", pinned=True),
            "Source": st.column_config.LinkColumn(display_text="Open"),
            "Low": st.column_config.NumberColumn(format="%.10g"),
            "Middle": st.column_config.NumberColumn(format="%.10g"),
            "High": st.column_config.NumberColumn(format="%.10g"),
        },
    )

    picked = state["selection"]["rows"]
    listed = shown(book)
    if picked and picked[0] < len(listed):
        own_figures.inputs([f"assume.{listed[picked[0]].name}"], "assumptions")


def shown(book: PriceBook) -> list[AssumptionRow]:
    """Assumptions that something rests on; those only older methods read would move nothing."""
    read = settable(book)
    return [row for row in book.listed_assumptions.values() if row.name in read]


def frame(book: PriceBook, used: frozenset[str]) -> pd.DataFrame:
    """Assumptions as a table."""
    rows = shown(book)
    own = book.own.of_kind("assume")
    sources = [book.sources[row.source] for row in rows]
    urls = [source.url if source.url.startswith("http") else None for source in sources]
    return pd.DataFrame(
        {
            "What": [row.label for row in rows],
            "Low": [row.low for row in rows],
            "Middle": [row.mid for row in rows],
            "High": [row.high for row in rows],
            "Unit": [unit_label(row.unit) for row in rows],
            "Basis": [_BASIS[row.basis] for row in rows],
            "Yours": pd.Series([own.get(row.name) for row in rows], dtype="float64"),
            "Used now": ["yes" if row.name in used else "" for row in rows],
            "Read on": [row.as_of.isoformat() for row in rows],
            "Evidence": [row.confidence for row in rows],
            "Source": urls,
            "Source title": [source.title for source in sources],
            "Key": [row.name for row in rows],
            "Note": [row.note for row in rows],
        }
    )
