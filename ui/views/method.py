"""Method: how good the estimates are, what they miss, and the formulas behind them."""

from __future__ import annotations

import streamlit as st

from report import csv_accuracy
from ui import cached, formulas, frame, glossary, state
from ui.components import (
    accuracy_chart,
    accuracy_table,
    html_table,
    kept,
    notices,
    own_figures,
    self_check,
)
from ui.components import formulas as formula_text
from ui.markdown import plain

visit = state.begin()
frame.draw(visit, "Method")
book = visit.book
measured = cached.measurements(book)
query = state.link_query(cached.headline(cached.comparison(visit.scenario, book)))

st.title("Method", anchor=False)
notices.draw(visit.notices)
own_figures.notice(visit)
accuracy_table.draw_sentence(book.edition.isoformat())

st.header("Estimated against measured", anchor="chart")
accuracy_chart.draw(measured, query)

st.header("How far off, by kind", anchor="errors")
accuracy_table.draw_table(query)

st.header("What is not covered, and why", anchor="not-covered")
accuracy_table.draw_not_covered(measured, query)

st.header("The formulas", anchor="formulas")
formula_text.draw(book.with_own(visit.scenario.own))

st.header("Measured, scaled, estimated: rules and ranges", anchor="rules")
formula_text.draw_rules()

st.header("Where your serving software enters", anchor="software")
formula_text.draw_software(book)

st.header("Other people's results, ours beside them", anchor="self-check")
self_check.draw()

st.header("What the estimates leave out", anchor="left-out")
st.markdown("\n".join(f"- {plain(text)}" for text in formulas.LEFT_OUT))

st.header("Words used on these pages", anchor="glossary")
html_table.draw(html_table.glossary(glossary.TERMS))

names = (item.name for item in (csv_accuracy.GROUP, csv_accuracy.HIDDEN, csv_accuracy.SPLIT))
state.write_address(query, kept.values(*names))
