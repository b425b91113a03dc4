"""Method and Explain as visitors use them: hover, switch, download, open a figure."""

import csv
import io

import pytest
from playwright.sync_api import Page

from report import published_errors
from tests.browser.conftest import NewPage
from tests.browser.driving import download, open_page, unfold, wait_until_idle
from tests.browser.watching import assert_calm, cut_words, watch
from tests.sampling import few


def choose(page: Page, label: str, text: str) -> None:
    option = page.get_by_role("option", name=text)
    unfold(page.get_by_role("combobox", name=label), option)
    option.click()
    wait_until_idle(page)


def test_hover_switch_and_download(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/method")
    marks = page.locator(".scatterlayer .trace .point")
    rows = published_errors.left_out()
    assert marks.count() == len(published_errors.covered(rows, "llm_full_load"))
    marks.nth(40).hover(force=True)
    said = page.locator(".hoverlayer .hovertext").text_content() or ""
    for words in ("Published:", "Estimated:", "80 % range:", "row inf-"):
        assert words in said

    choose(page, "Measurements of", published_errors.group("speech").title)
    shown = published_errors.covered(rows, "speech")
    assert page.locator(".scatterlayer .trace .point").count() == len(shown)
    page.get_by_text(f"The {len(shown):,} rows of this chart").click()
    data = download(page, page.get_by_role("link", name=f"Download these {len(shown):,} rows"))
    assert [line["row"] for line in csv.DictReader(io.StringIO(data))] == [r.row for r in shown]
    assert_calm(page, problems)


def test_a_click_on_a_speed_explains_it(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/?preset=support_chat")
    page.get_by_role("button", name="Hosted platform", exact=True).click()
    wait_until_idle(page)
    opened = page.get_by_test_id("stExpander").filter(has_text="Time to the answer: ")
    opened.locator("summary").click()
    for words in ("80 % range", "Applied:", "Nearest published measurements", "Assumed besides"):
        opened.get_by_text(words).first.wait_for()
    assert opened.get_by_role("link").first.get_attribute("href")
    assert_calm(page, problems)


@pytest.mark.parametrize("dark", few([True, False], 1))
def test_method_on_a_phone_cuts_no_word(app_url: str, new_page: NewPage, dark: bool) -> None:
    page = new_page(390, dark=dark)
    problems = watch(page)
    open_page(page, f"{app_url}/method")
    assert cut_words(page) == []
    wide = "() => { const m = document.querySelector('[data-testid=\"stMain\"]'); return "
    assert page.evaluate(wide + "m.scrollWidth <= m.clientWidth; }")
    assert_calm(page, problems)
