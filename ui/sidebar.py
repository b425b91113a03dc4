"""The sidebar: what the visitor enters."""

from __future__ import annotations

import streamlit as st

from calculators.presets import presets
from ui import state
from ui.inputs import detail, simple


def draw() -> None:
    """Draw the five simple inputs, and the rest behind "More detail"."""
    visit = state.visit()
    with st.sidebar:
        simple.draw(visit.scenario, presets(visit.book))
        detail.draw_all(visit.scenario)
