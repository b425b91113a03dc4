"""Compare: where the model should run, why, what it costs and when that flips."""

from __future__ import annotations

import streamlit as st

from report.chart_spec import breakdown, cost_curve
from ui import cached, frame, sidebar, state, wording
from ui.components import (
    alternatives,
    answer,
    candidates,
    charts,
    notices,
    own_figures,
    places,
    price_line,
    share,
    story,
)

visit = state.begin()
frame.draw(visit)
sidebar.draw()
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

notices.draw(visit.notices)
own_figures.notice(visit)
story.draw(visit, comparison)
answer.draw(comparison)
answer.draw_figures(comparison)
answer.draw_certainty(comparison)
alternatives.draw(comparison)
answer.draw_excluded(comparison)
share.draw(query, answer.cost_words(comparison), own_figures.plain_query(visit))
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
