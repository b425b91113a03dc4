"""Prices: every figure behind the comparison, its source, its age and its history."""

from __future__ import annotations

import streamlit as st

from report import words
from ui import cached, frame, state
from ui.components import (
    assumptions,
    kept,
    notices,
    own_figures,
    price_changes,
    price_date,
    price_table,
    price_time,
)
from ui.markdown import plain

LIST = "list"
TABS = {name.lower(): name for name in ("List", "History", "Changes", "Conflicts", "Assumptions")}
"""Tabs by the name they have in the address."""

visit = state.begin()
frame.draw(visit, "Prices")
comparison = cached.comparison(visit.scenario, visit.book)
book = visit.book
query = state.link_query(cached.headline(comparison))

st.title("Prices", anchor=False)
notices.draw(visit.notices)
own_figures.notice(visit)
volume = words.number(visit.scenario.requests_per_month)
st.markdown(
    plain(
        f"Every price has a source you can open and the day it was read. “Used” means by the "
        f"comparison you are looking at: {cached.preset_label(visit.scenario.preset, book)}, "
        f"{volume} requests a month."
    )
)
price_date.draw(book)

first = TABS[notices.taken("tab", state.of_page("tab"), TABS, LIST)]
made = st.tabs(list(TABS.values()), default=first, on_change="rerun", key="price_tab")
listed, time, changed, disagree, assumed = made
if listed.open:
    with listed:
        price_table.draw(book, cached.price_lines(visit.scenario, book), query)
if time.open:
    with time:
        price_time.draw_family(book, visit.scenario.region)
if changed.open:
    with changed:
        price_changes.draw_changes(comparison, price_date.first_day(book))
if disagree.open:
    with disagree:
        price_changes.draw_conflicts(book)
if assumed.open:
    with assumed:
        assumptions.draw(comparison.book, cached.assumptions_used(visit.scenario, book))

tab = next((name for name, room in zip(TABS, made, strict=True) if room.open), LIST)
shown = kept.values(*price_time.NAMES, *price_changes.NAMES)
state.write_address(query, {"tab": "" if tab == LIST else tab, **price_table.filters(), **shown})
