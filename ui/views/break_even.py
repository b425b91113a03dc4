"""Break-even: where the answer flips, along any input, over time, over two, and how sure it is."""

from __future__ import annotations

import streamlit as st

from ui import cached, frame, state
from ui.components import notices
from ui.components.break_even import SECTIONS, page_values, pick_section
from ui.markdown import plain

visit = state.begin()
frame.draw(visit, "Break-even")
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

st.title("Where the answer flips", anchor=False)
notices.draw(visit.notices)
st.markdown(plain(comparison.sentence))
section = pick_section()
SECTIONS[section].draw(comparison, query)
state.write_address(query, page_values(section))
