"""Method: how good the estimates are, what they miss, and the formulas behind them."""

from __future__ import annotations

import streamlit as st

from ui import cached, formulas, frame, state
from ui.components import accuracy_chart, accuracy_table, notices, own_figures, self_check
from ui.components import formulas as formula_text
from ui.markdown import plain

visit = state.begin()
frame.draw(visit, "Method")
book = visit.book
measured = cached.measurements(book)

st.title("Method", anchor=False)
notices.draw(visit.notices)
own_figures.notice(visit)
accuracy_table.draw_sentence(book.edition.isoformat())

st.subheader("Estimated against measured", anchor="chart")
accuracy_chart.draw(measured)

st.subheader("How far off, by kind", anchor="errors")
accuracy_table.draw_table()

st.subheader("What is not covered, and why", anchor="not-covered")
accuracy_table.draw_not_covered(measured)

st.subheader("The formulas", anchor="formulas")
formula_text.draw(book.with_own(visit.scenario.own))

st.subheader("Measured, scaled, estimated: rules and ranges", anchor="rules")
formula_text.draw_rules()

st.subheader("Where your serving software enters", anchor="software")
formula_text.draw_software(book)

st.subheader("Other people's results, ours beside them", anchor="self-check")
self_check.draw()

st.subheader("What the estimates leave out", anchor="left-out")
st.markdown("\n".join(f"- {plain(text)}" for text in formulas.LEFT_OUT))

headline = cached.headline(cached.comparison(visit.scenario, visit.book))
state.write_address(state.link_query(headline))
