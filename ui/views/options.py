"""Options: what each place means, what the users' devices do, what retraining costs where."""

from __future__ import annotations

import streamlit as st

from ui import cached, frame, state
from ui.components import notices, own_figures
from ui.components.options import page_values, pick_tab

visit = state.begin()
frame.draw(visit, "Options")
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

st.title("What each option means", anchor=False)
notices.draw(visit.notices)
own_figures.notice(visit)
tab = pick_tab(comparison, query)
state.write_address(query, page_values(tab))
