"""Pages and print ask for the best candidates alone: no page waits for two thousand options."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from report.pdf import report_pdf
from report.server.pages import WORK
from tests.ui.conftest import OpenApp


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Candidates an option is made of; going through them all is refused."""
    made: set[int] = set()
    make = OptionList.of

    def note(self: OptionList, candidate: int) -> object:
        made.add(candidate)
        return make(self, candidate)

    def refuse(*_: object) -> None:
        raise AssertionError("every candidate was asked for")

    monkeypatch.setattr(OptionList, "of", note)
    monkeypatch.setattr(OptionList, "__iter__", refuse)
    st.cache_resource.clear()
    WORK.forget()
    yield made
    st.cache_resource.clear()
    WORK.forget()


def test_compare_is_drawn_from_the_best_of_each_pair(open_app: OpenApp, asked: set[int]) -> None:
    open_app("preset=deep_art")
    assert len(asked) <= 30


def test_the_report_is_printed_from_the_best_of_each_pair(asked: set[int], book: PriceBook) -> None:
    comparison = compare(from_preset("deep_art", {}, book), book)
    assert report_pdf(comparison, "https://crossover.example")
    assert len(asked) <= 30
