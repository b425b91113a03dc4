"""Beside the answer: other models that would do it for less, and what changes with them."""

from __future__ import annotations

import streamlit as st

from calculators.results import Comparison
from report import alternatives
from ui.markdown import bold, plain

SHOWN = 3


def draw(comparison: Comparison) -> None:
    """Draw what other models would save; nothing where none would."""
    heading = alternatives.heading(comparison)
    if heading:
        st.markdown(bold(heading))
        st.markdown("\n".join(lines(comparison)))
        st.caption(
            "Not ranked: it is another model than the one you asked for. *Also consider other "
            "models*, beside Model among the inputs, ranks them with the rest."
        )


def lines(comparison: Comparison) -> list[str]:
    """The first few, each with what it saves and what changes."""
    return [
        f"- {bold(item.model)} ({plain(item.place)}): {plain(item.cost)} a month, "
        f"{plain(item.saves)} less. {plain(item.changes)}"
        for item in alternatives.lines(comparison)[:SHOWN]
    ]
