"""The sidebar: what the visitor enters."""

from __future__ import annotations

import streamlit as st

from calculators.presets import presets
from calculators.results import Comparison
from report import words
from report.ranked import ranked
from ui import state
from ui.inputs import detail, simple
from ui.markdown import bold, plain


def draw() -> None:
    """Draw the five simple inputs, what was changed, and the rest behind "More detail"."""
    visit = state.visit()
    with st.sidebar:
        simple.draw(visit.scenario, presets(visit.book))
        detail.draw_changes(visit.scenario)
        detail.draw_all(visit.scenario)


def answer_bar(comparison: Comparison) -> None:
    """Draw the answer below the inputs: on a phone they cover it, and this bar stays in sight."""
    with st.sidebar, st.container(key="answer_bar"):
        st.markdown(bar_words(comparison))


def bar_words(comparison: Comparison) -> str:
    """The answer and its cost in one line."""
    best = comparison.cheapest
    cost = ranked(best, comparison, spread=False) if best else None
    month = f" · {plain(words.usd(cost.monthly_usd))} a month" if cost else ""
    return f"{bold(comparison.sentence)}{month}"
