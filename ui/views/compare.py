"""Compare: where the model should run, why, what it costs and when that flips."""

from __future__ import annotations

import streamlit as st

from report.chart_spec import breakdown, cost_curve
from ui import cached, frame, sidebar, state, wording
from ui.components import (
    advice,
    alternatives,
    answer,
    charts,
    constraints,
    csv_link,
    notices,
    own_figures,
    places,
    price_line,
    share,
    side_by_side,
    story,
    under_today,
)

visit = state.begin()
frame.draw(visit)
sidebar.draw()
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))
sidebar.answer_bar(comparison)

side_by_side.switch(visit)
notices.draw(visit.notices)
own_figures.notice(visit)
story.draw(visit, comparison)
under_today.draw(comparison)
answer.draw(comparison)
answer.draw_figures(comparison)
answer.draw_certainty(comparison)
answer.draw_excluded(comparison)
advice.draw(comparison)
share.draw(visit, comparison, query, "")
side_by_side.draw(visit)
places.way_to_sums(comparison, answer.cost_words(comparison))
price_line.draw(comparison)

with st.container(key="charts"):
    left, right = st.columns([3, 2], gap="medium")
with left:
    curve = cost_curve(comparison)
    st.header(curve.title, anchor=False)
    charts.draw_curve(curve)
    csv_link.draw("Download these lines as CSV", "curves", query)
with right:
    bars = breakdown(comparison)
    st.header(bars.title, anchor=False)
    charts.draw_breakdown(bars)
    csv_link.draw("Download these costs as CSV", "items", query)

alternatives.draw(comparison)

st.header("Every place it could run", anchor="places", help=wording.WHAT_IS_A_PLACE)
places.draw(comparison, query)
constraints.draw(visit)
with st.expander("How to read this page"):
    st.markdown(wording.HOW_TO_READ)
