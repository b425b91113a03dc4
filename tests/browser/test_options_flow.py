"""Options as visitors use it: a tab from its link, a cell that opens, a phone, the dark, keys."""

import csv
import io

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import NewPage
from tests.browser.driving import download, open_page, wait_until_idle
from tests.browser.watching import assert_calm, cut_words, watch

HOSPITAL = "preset=hospital_imaging"
FACTS = ".facts"
TABLE = f'{FACTS} table[aria-label="What each place means for the app"]'


def stands_still(page: Page) -> bool:
    """Nothing of the page is wider than its window."""
    return bool(
        page.evaluate(
            "() => { const main = document.querySelector('[data-testid=\"stMain\"]');"
            " return main.scrollWidth <= main.clientWidth; }"
        )
    )


def cell(page: Page, place: str, concern: str) -> Locator:
    """A cell of the trade-offs: what opens it."""
    return page.locator(f'{TABLE} button[popovertarget="trade-{concern}-{place}"]')


def test_a_link_opens_its_tab_and_another_goes_into_it(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/options?{HOSPITAL}&tab=devices")
    assert page.get_by_role("tab", name="Devices").get_attribute("aria-selected") == "true"
    page.get_by_text("What a new model weighs").wait_for()
    page.get_by_role("tab", name="Trade-offs").click()
    page.locator(TABLE).wait_for()
    wait_until_idle(page)
    assert "tab=trade-offs" in page.url

    other = new_page()
    open_page(other, page.url)
    assert other.locator(TABLE).inner_text() == page.locator(TABLE).inner_text()
    assert_calm(page, problems)


def test_a_cell_opens_to_why_and_to_its_pages(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/options?{HOSPITAL}&tab=trade-offs")
    cell(page, "owned", "leaving").click()
    opened = page.get_by_role("dialog", name="Own machines: What leaving costs")
    opened.get_by_text("Work to move from what you have").wait_for()
    assert opened.get_by_role("link").first.get_attribute("href")
    opened.get_by_role("button", name="Close").click()
    opened.wait_for(state="hidden")
    assert_calm(page, problems)


def test_keys_alone_open_and_close_a_cell(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/options?{HOSPITAL}&tab=trade-offs")
    first = cell(page, "hosted-platform", "cost")
    first.focus()
    page.keyboard.press("Enter")
    opened = page.get_by_role("dialog", name="Hosted platform: What it costs")
    opened.wait_for()
    page.keyboard.press("Escape")
    opened.wait_for(state="hidden")
    # the next stop is the next cell
    page.keyboard.press("Tab")
    target = page.evaluate("() => document.activeElement.getAttribute('popovertarget')")
    assert target == "trade-cost-rented"


TABS = ("trade-offs", "devices", "retraining")
TABS_OF_A_PHONE = [
    (tab, (place + turn) % 2 == 0) for turn in (0, 1) for place, tab in enumerate(TABS)
]
"""Each tab in the dark or the light first, then the other way round."""


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(shown, marks=pytest.mark.soak if turn > 1 else ())
        for turn, shown in enumerate(TABS_OF_A_PHONE)
    ],
)
def test_a_phone_gets_cards_and_no_sideways_scroll(
    app_url: str, new_page: NewPage, shown: tuple[str, bool]
) -> None:
    tab, dark = shown
    page = new_page(390, dark=dark)
    problems = watch(page)
    open_page(page, f"{app_url}/options?{HOSPITAL}&tab={tab}")
    assert stands_still(page)
    assert cut_words(page) == []
    assert not page.locator(f"{FACTS} table").first.is_visible()
    card = page.locator(f"{FACTS} details.card").last
    was_open = card.get_attribute("open") is not None
    card.locator("summary").first.click()
    assert (card.get_attribute("open") is not None) != was_open
    assert stands_still(page)
    assert_calm(page, problems)


def test_the_file_holds_what_the_table_says(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/options?{HOSPITAL}&tab=trade-offs")
    data = download(page, page.get_by_role("link", name="Download these figures as CSV"))
    rows = {(row["place"], row["concern"]): row for row in csv.DictReader(io.StringIO(data))}
    for place in ("owned", "device"):
        for concern in ("cost", "leaving", "start"):
            assert cell(page, place, concern).inner_text() == rows[place, concern]["says"]
