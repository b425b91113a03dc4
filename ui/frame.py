"""What every page shares: its name in the browser, and which app and volume it speaks of."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from calculators.scenario import Scenario
from pricing.book import PriceBook
from report import words
from ui import cached
from ui.markdown import plain
from ui.state import Visit

PRODUCT = "Crossover"
PURPOSE = (
    "Where should your app's machine learning run, what does it cost, and when does that change?"
)
_STYLE = Path(__file__).parent / "page.css"


def draw(visit: Visit, page: str = "") -> None:
    """Name the page in the browser and say above its heading what it speaks of.

    ``page`` is the page's own name; blank on Compare, which also says what the product is for.
    """
    st.set_page_config(page_title=browser_title(visit.scenario, visit.book, page))
    st.html(_STYLE)
    said = speaks_of(visit.scenario, visit.book)
    st.caption(plain(said if page else f"{PURPOSE} Here: {words.lower(said)}."))


def browser_title(scenario: Scenario, book: PriceBook, page: str = "") -> str:
    """``Support chat, 300,000 a month - Crossover``."""
    volume = words.number(scenario.requests_per_month)
    named = f"{cached.preset_label(scenario.preset, book)}, {volume} a month"
    return " - ".join(part for part in (page, named, PRODUCT) if part)


def speaks_of(scenario: Scenario, book: PriceBook) -> str:
    """The app, its volume, its users and where they are."""
    users = scenario.requests_per_month / scenario.requests_per_user_per_month
    return ", ".join(
        (
            cached.preset_label(scenario.preset, book),
            f"{words.number(scenario.requests_per_month)} requests a month",
            f"{words.number(users)} users",
            words.choice(scenario.region),
        )
    )
