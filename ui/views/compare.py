"""Compare: where the model should run, why, what it costs and when that flips."""

from __future__ import annotations

import streamlit as st

from report import chart_spec
from ui import cached, frame, sidebar, state, wording
from ui.components import (
    advice,
    alternatives,
    answer,
    charts,
    constraints,
    csv_link,
    later,
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
comparison = cached.comparison(visit.scenario, visit.book)
query = state.link_query(cached.headline(comparison))

side_by_side.switch(visit)
notices.draw(visit.notices)
story.draw(visit, comparison)
under_today.draw(comparison)
later.hide_what_is_old(comparison)
flip_sentence = answer.draw(comparison)
next_flip = answer.draw_figures(comparison)
answer.draw_certainty(comparison)
own_figures.notice(visit)
answer.draw_excluded(comparison)
sidebar.draw()  # after the answer: who changed an input waits for that
sidebar.answer_bar(comparison)
with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ways"):
    with st.container(width="content"):  # a fragment alone would take all the room there is
        share.draw(visit, comparison, query, "")
    side_by_side.way(visit)
with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sums"):
    places.way_to_sums(comparison, answer.cost_words(comparison))
    price_line.draw(comparison)
side_by_side.draw(visit)

with st.container(key="charts"):
    left, right = st.columns([3, 2], gap="medium")
bars = chart_spec.breakdown(comparison)
with left:
    st.header(chart_spec.curve_title(), anchor=False)
    curve = later.slot("curve_room")
    if bars.bars:  # else there is nothing to save
        csv_link.draw("Download these lines as CSV", "curves", query)
with right:
    st.header(bars.title, anchor=False)
    parts = later.slot("breakdown_room")
    if bars.bars:
        csv_link.draw("Download these costs as CSV", "items", query)

st.header("What to decide", anchor=False)
advice.draw(comparison)
others = later.slot("other_models")

st.header("Every place it could run", anchor="places", help=wording.WHAT_IS_A_PLACE)
places.draw(comparison, query)
constraints.draw(visit)
with st.expander("How to read this page"):
    st.markdown(wording.HOW_TO_READ)

with parts:  # after the words: a browser that draws a chart shows nothing else meanwhile
    charts.draw_breakdown(bars)
with later.at_last(comparison):
    with flip_sentence:
        answer.draw_flip(comparison)
    if next_flip is not None:
        with next_flip:
            answer.draw_next_flip(comparison)
    with curve:
        charts.draw_volume(comparison)
    with others:
        alternatives.draw(comparison)
