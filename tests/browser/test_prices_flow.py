"""Prices as visitors use it: search, read, download, another day."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.driving import download, open_page, wait_until_idle
from tests.browser.watching import assert_calm, cut_words, watch


def search(page: Page, text: str) -> None:
    box = page.get_by_label("Search", exact=True)
    box.fill(text)
    box.press("Enter")
    wait_until_idle(page)


def grid_rows(page: Page) -> list[list[str]]:
    """Rows of the table as a screen reader gets them (those in view)."""
    rows: list[list[str]] = page.locator('[data-testid="stDataFrame"] canvas').first.evaluate(
        """canvas => [...canvas.querySelectorAll('table tbody tr')].map(
            row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"""
    )
    return rows


def test_search_and_download_what_is_shown(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/prices")
    search(page, "h100 lambda")
    line = page.get_by_text("prices in force").inner_text()
    count = int(re.match(r"[\d,]+", line)[0].replace(",", ""))  # type: ignore[index]
    data = download(page, page.get_by_role("link", name="Download these"))
    rows = list(csv.DictReader(io.StringIO(data)))
    assert len(rows) == count
    assert 0 < count < 40
    shown = grid_rows(page)
    assert shown
    for row, cells in zip(rows, shown, strict=False):
        assert row["vendor"] in cells
        assert row["product"] in cells
        assert row["region"] in cells
    assert_calm(page, problems)


def test_another_day_goes_into_the_link(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/prices?price_date=2025-06-01")
    assert "prices in force on 2025-06-01" in page.get_by_text("prices in force").inner_text()
    page.get_by_role("link", name="Compare").click()
    wait_until_idle(page)
    assert "price_date=2025-06-01" in page.url
    assert "Prices of 1 Jun 2025" in page.get_by_text("Prices of").inner_text()
    assert_calm(page, problems)


@pytest.mark.soak
def test_history_across_vendors(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/prices")
    page.get_by_role("tab", name="History").click()
    wait_until_idle(page)
    chart = page.get_by_test_id("stPlotlyChart")
    assert "Lambda" in chart.inner_text()
    assert_calm(page, problems)


@pytest.mark.soak
def test_a_phone_cuts_no_word(app_url: str, new_page: NewPage) -> None:
    page = new_page(390)
    problems = watch(page)
    open_page(page, f"{app_url}/prices")
    assert cut_words(page) == []
    assert_calm(page, problems)


def test_tab_and_filters_come_back_after_reload_and_in_another_browser(
    app_url: str, new_page: NewPage
) -> None:
    page = new_page()
    open_page(page, f"{app_url}/prices?preset=support_chat")
    box = page.get_by_role("combobox", name="Vendor")
    box.click()
    box.fill("Anthropic")
    page.get_by_role("option", name="Anthropic", exact=True).click()
    wait_until_idle(page)
    search(page, "Haiku")
    said = page.get_by_text("prices in force").inner_text()
    page.reload()
    wait_until_idle(page)
    assert page.get_by_text("prices in force").inner_text() == said
    other = new_page()
    open_page(other, page.url)
    assert other.get_by_text("prices in force").inner_text() == said
    page.get_by_role("tab", name="Conflicts").click()
    wait_until_idle(page)
    page.reload()
    wait_until_idle(page)
    assert page.get_by_role("tab", name="Conflicts").get_attribute("aria-selected") == "true"
    page.get_by_role("tab", name="List").click()
    wait_until_idle(page)
    assert page.get_by_text("prices in force").inner_text() == said
