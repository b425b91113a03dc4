"""What every page shares: its name in the browser, and which app and volume it speaks of."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from calculators.scenario import Scenario
from pricing.book import PriceBook
from report import headline, words
from report.palette import Shade
from ui import cached, state
from ui.components.charts import is_dark
from ui.markdown import plain
from ui.state import Visit

PRODUCT = "Crossover"
PURPOSE = (
    "Where should your app's machine learning run, what does it cost, and when does that change?"
)
_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_CHOSEN, _BAR = Shade("#0B6E69", "#6CC7BE"), Shade("#F5F6F4", "#1D2321")
"""What is chosen in a control, at least 4.5 to 1 on any background; the bar under the inputs."""


def draw(visit: Visit, page: str = "") -> None:
    """Name the page in the browser and say above its heading what it speaks of.

    ``page`` is the page's own name; blank on Compare, which also says what the product is for.
    """
    st.set_page_config(page_title=browser_title(visit.scenario, visit.book, page))
    st.html(f"<style>{_colours(dark=is_dark())}{_STYLE}</style>")
    state.on_page(page)
    said = speaks_of(visit.scenario, visit.book)
    if visit.scenario.title:
        st.markdown(f"##### {plain(visit.scenario.title)}", anchors=False)
    st.caption(plain(said if page else f"{PURPOSE} Here: {words.lower(said)}."))


def _colours(*, dark: bool) -> str:
    """Colours of the style sheet that follow the theme, which need not be the system's."""
    chosen, bar = (shade.dark if dark else shade.light for shade in (_CHOSEN, _BAR))
    return f":root {{ --crossover-chosen: {chosen}; --crossover-bar: {bar}; }}"


def browser_title(scenario: Scenario, book: PriceBook, page: str = "") -> str:
    """``Support chat, 300,000 a month - Crossover``; a title of the visitor's in its place."""
    volume = words.number(scenario.requests_per_month)
    named = scenario.title or f"{cached.preset_label(scenario.preset, book)}, {volume} a month"
    return " - ".join(part for part in (page, named, PRODUCT) if part)


def speaks_of(scenario: Scenario, book: PriceBook) -> str:
    """The app, its volume and how it grows, its users and where they are."""
    growth = scenario.growth_pct_per_month
    way = "growing" if growth > 0 else "shrinking"
    grows = f" {way} {words.number(abs(growth))} % a month" if growth else ""
    return ", ".join(
        (
            cached.preset_label(scenario.preset, book),
            f"{words.number(scenario.requests_per_month)} requests a month{grows}",
            headline.users_words(scenario),
            words.choice(scenario.region),
        )
    )
