"""The list of pages, and what they share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from report.server.pages import WORK
from ui import lost_server

st.set_page_config(
    page_title="Crossover",
    page_icon=Path(__file__).parent / "icon.png",
    layout="wide",
    initial_sidebar_state="auto",
)
st.logo(Path(__file__).parent / "logo.svg", size="large")
# Not in a folder named pages: Streamlit would take that for its older kind of app and show a
# page without this script to whoever opens it first.
PAGES = [
    st.Page("views/compare.py", title="Compare", default=True),
    st.Page("views/break_even.py", title="Break-even", url_path="break-even"),
    st.Page("views/options.py", title="Options", url_path="options"),
    st.Page("views/prices.py", title="Prices", url_path="prices"),
    st.Page("views/method.py", title="Method", url_path="method"),
]
said = lost_server.unheard()
with WORK.order.answering():
    st.navigation(PAGES, position="top").run()
lost_server.listen()
lost_server.repeat(said)
