"""The list of pages, and what they share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

st.set_page_config(
    page_title="Crossover",
    page_icon=Path(__file__).parent / "icon.png",
    layout="wide",
    initial_sidebar_state="auto",
)
PAGES = [
    st.Page("pages/compare.py", title="Compare", default=True),
    st.Page("pages/prices.py", title="Prices", url_path="prices"),
]
st.navigation(PAGES, position="top").run()
