"""The browser's Back: one step a page, from the first page opened to the last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driving import open_page, wait_until_idle

ENTERED = ("", "?preset=support_chat", "?preset=keyboard&v=7&method=8")
"""Addresses that say nothing, a part, and all but the prices of what the page then writes."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab nobody used before: a browser keeps fifty steps, and counts no more then."""
    made = browser.new_page()
    yield made
    made.close()


def steps(page: Page) -> int:
    return int(page.evaluate("history.length"))


def go(page: Page, name: str) -> str:
    """Go to a page by its link in the navigation; its title."""
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_function("name => document.title.startsWith(name + ' - ')", arg=name)
    wait_until_idle(page)
    return page.title()


def test_back_leads_through_every_page_once(app_url: str, page: Page) -> None:
    open_page(page, f"{app_url}/?preset=support_chat")
    first, before = page.title(), steps(page)
    seen = [first, *(go(page, name) for name in ("Options", "Prices", "Method"))]
    assert steps(page) == before + 3
    for title in seen[-2::-1]:
        page.go_back()
        wait_until_idle(page)
        assert page.title() == title
        assert "preset=support_chat" in page.url
    page.go_forward()
    wait_until_idle(page)
    assert page.title() == seen[1]


@pytest.mark.parametrize("query", ENTERED)
def test_a_page_that_completes_its_own_address_adds_no_step(
    app_url: str, page: Page, query: str
) -> None:
    page.goto(f"{app_url}/healthz")
    before = steps(page)
    open_page(page, f"{app_url}/{query}")
    assert "edition=" in page.url
    assert steps(page) == before + 1
