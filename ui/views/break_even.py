"""Break-even: where the answer flips, along any input, over time, over two, and how sure it is."""

from __future__ import annotations

import streamlit as st

from ui import cached, frame, state
from ui.components import break_even, later, notices, own_figures

visit = state.begin()
frame.draw(visit, "Break-even")
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

st.title("Where the answer flips", anchor=False)
notices.draw(visit.notices)
own_figures.notice(visit)
in_brief = st.container()
section = break_even.pick_section()
with in_brief:
    break_even.in_brief(comparison, section)
chosen = break_even.SECTIONS[section].choose(comparison)
state.write_address(query, {"section": section, **chosen})  # before long work, which may be ended
state.agreed(["section", *chosen])
with later.whole(query, section, *chosen.values()):
    break_even.draw(section, comparison, query, chosen)
