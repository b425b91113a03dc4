"""Answers kept for a while, so that drawing a page again computes nothing again."""

from __future__ import annotations

from datetime import date

import streamlit as st

from calculators.compare import compare
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook

_KEPT = 32


@st.cache_resource(
    max_entries=_KEPT,
    show_spinner=False,
    hash_funcs={Scenario: lambda scenario: scenario.model_dump_json()},
)
def _compared(scenario: Scenario, edition: date, price_date: date) -> Comparison:
    return compare(scenario, PriceBook.load(edition, price_date))


def comparison(scenario: Scenario, book: PriceBook) -> Comparison:
    """The comparison of a scenario at a book; the same object for the same question."""
    return _compared(scenario, book.edition, book.price_date)
