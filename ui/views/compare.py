"""Compare: where the model should run, why, what it costs and when that flips."""

from __future__ import annotations

import streamlit as st

from report.chart_spec import breakdown, cost_curve
from ui import cached, sidebar, state, wording
from ui.components import answer, candidates, charts, notices, places, price_line, share, story

visit = state.begin()
sidebar.draw()
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

notices.draw(visit.notices)
story.draw(visit, comparison)
answer.draw(comparison)
answer.draw_figures(comparison)
answer.draw_certainty(comparison)
answer.draw_excluded(comparison)
share.draw(query, answer.cost_words(comparison))
price_line.draw(comparison)

left, right = st.columns([3, 2], gap="medium")
with left:
    curve = cost_curve(comparison)
    st.subheader(curve.title, anchor=False)
    charts.draw_curve(curve)
with right:
    bars = breakdown(comparison)
    st.subheader(bars.title, anchor=False)
    charts.draw_breakdown(bars)

st.subheader("Every place it could run", anchor=False, help=wording.WHAT_IS_A_PLACE)
places.draw(comparison)
candidates.draw(comparison)
with st.expander("How to read this page"):
    st.markdown(wording.HOW_TO_READ)
state.write_address(query)
