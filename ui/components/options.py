"""The tabs of the page Options: one open at a time, worked out when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from calculators.results import Comparison
from report.devices import devices_body
from report.retraining import retraining_body
from report.tradeoffs import tradeoffs_body
from ui import cached, state
from ui.components import device_mix, notices, own_figures, retraining, tradeoffs

KEY = "options_tab"


@dataclass(frozen=True)
class Tab:
    """A part of the page: its name, and what draws it for a comparison and its query."""

    title: str
    draw: Callable[[Comparison, str], None]


def _tradeoffs(comparison: Comparison, query: str) -> None:
    tradeoffs.draw(cached.body(tradeoffs_body, query), query)
    tradeoffs.method()
    own_figures.of_places(comparison)


def _devices(_: Comparison, query: str) -> None:
    device_mix.draw(cached.body(devices_body, query), query)


def _retraining(_: Comparison, query: str) -> None:
    with st.spinner("Looking at every cadence ..."):
        body = cached.body(retraining_body, query)
    retraining.draw(body, query)


TABS: Mapping[str, Tab] = {
    "trade-offs": Tab("Trade-offs", _tradeoffs),
    "devices": Tab("Devices", _devices),
    "retraining": Tab("Retraining", _retraining),
}
"""Tabs by the name they have in the address."""


def pick_tab(comparison: Comparison, query: str) -> str:
    """Draw the tabs and what the open one holds; returns the open one's name."""
    first = TABS[notices.taken("tab", state.of_page("tab"), TABS, next(iter(TABS)))]
    made = st.tabs(
        [tab.title for tab in TABS.values()], default=first.title, key=KEY, on_change="rerun"
    )
    shown = next(iter(TABS))
    for (name, tab), room in zip(TABS.items(), made, strict=True):
        if room.open:  # nothing is worked out for a tab nobody reads
            shown = name
            with room:
                tab.draw(comparison, query)
    return shown


def page_values(tab: str) -> dict[str, str]:
    """What the address says of the page besides the scenario."""
    return {"tab": tab}
