"""Advice and constraints as visitors use them: three answers, and what an opening holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, unfold
from tests.browser.watching import assert_calm, cut_words, watch
from tests.sampling import few

QUESTIONS = ("Do you need your own model?", "Train where?", "Answer where?")


def open_section(page: Page, title: str, then: str) -> None:
    """Open an opening and wait for what it holds."""
    unfold(page.get_by_text(title), page.get_by_text(then).first)


@pytest.mark.parametrize("width", few([1440, 390], 1))
def test_three_answers_and_what_each_constraint_costs(
    app_url: str, new_page: NewPage, width: int
) -> None:
    page = new_page(width)
    problems = watch(page)
    open_page(page, f"{app_url}/?preset=hospital_imaging")
    for question in QUESTIONS:
        expect(page.get_by_text(question).first).to_be_visible()
    assert page.get_by_text("Together they").count() == 0
    open_section(page, "What your constraints cost", "Together they cost")
    expect(page.get_by_text("Kind of training data").first).to_be_visible()
    assert cut_words(page) == []
    assert_calm(page, problems)
