"""Compare as visitors use it: change, copy, send, print, go back, on a screen and a phone."""

import io
import re

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, unfold, wait_until_idle
from tests.browser.watching import assert_calm, cut_words, watch
from tests.sampling import few
from ui.components.later import HIDDEN

VOLUME = "Exact number of requests a month"


def answer(page: Page) -> dict[str, str]:
    """The answer as it stands on the first screen."""
    main = page.get_by_test_id("stMain")
    cards = main.locator(".st-key-figures").inner_text()
    return {"sentence": main.locator("h1").inner_text(), "figures": cards}


def enter_volume(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=VOLUME, exact=True)
    box.fill(text)
    box.press("Enter")
    wait_until_idle(page)


def test_change_the_volume_and_send_the_address(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, app_url)
    first = answer(page)
    enter_volume(page, "20 million")
    second = answer(page)
    assert second["figures"] != first["figures"]
    assert "requests_per_month=20000000" in page.url

    other = new_page()
    more = watch(other)
    open_page(other, page.url)
    assert answer(other) == second
    assert other.url == page.url
    assert_calm(page, problems)
    assert_calm(other, more)


def test_a_question_mark_stands_beside_its_word_on_a_phone(app_url: str, new_page: NewPage) -> None:
    page = new_page(390)
    open_page(page, f"{app_url}/?preset=celebrity_match")
    labels = page.locator(".st-key-figures p:has([data-testid=stTooltipIcon])")
    assert labels.count() == 4
    heights = [box["height"] for one in labels.all() if (box := one.bounding_box())]
    assert max(heights) < 32, heights  # one line of words is 22 px, the mark 24


def test_back_undoes_a_change(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, app_url)
    first = answer(page)
    enter_volume(page, "2k")
    assert answer(page) != first
    page.go_back()
    wait_until_idle(page)
    assert answer(page) == first
    assert "requests_per_month" not in page.url


SEEN = """() => {
    for (const one of document.querySelectorAll('.stMain [data-stale]')) one.dataset.stale = 'true';
    const told = '.st-key-figures strong, .st-key-figures p, .st-key-reason p, .stMain li, '
        + '.js-plotly-plot text, .stMain button p';
    return [...document.querySelectorAll(told)]
        .filter(one => getComputedStyle(one).visibility !== 'hidden')
        .map(one => (one.closest('button') ? 'button' : one.tagName));
}"""
"""What is seen of a page all of whose parts are of another question."""


def test_figures_of_another_question_are_not_seen(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?preset=support_chat")
    before = set(page.evaluate(SEEN))
    assert {"STRONG", "P", "LI", "text", "button"} <= before
    page.add_style_tag(content=HIDDEN)
    assert set(page.evaluate(SEEN)) == {"button"}  # whatever has the focus keeps it


@pytest.mark.soak  # the flow of sharing asks the same every day
def test_the_shared_link_is_complete(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?preset=voice_notes&requests_per_month=40000")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").locator("code").first.inner_text().strip()
    assert link.startswith(f"{app_url}/?preset=voice_notes&")
    other = new_page()
    open_page(other, link)
    assert answer(other) == answer(page)


def test_the_report_has_the_totals_of_the_screen(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?requests_per_month=3000000")
    href = page.get_by_role("link", name="PDF").get_attribute("href")
    assert href is not None
    reply = page.request.get(href)
    assert reply.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(reply.body())).pages
    printed = re.sub(r"\s+", " ", " ".join(part.extract_text() for part in pages))
    page.get_by_role("button", name="comes about").click()
    wait_until_idle(page)
    sums = page.get_by_text("Ranked by what the company pays").inner_text()
    total = re.search(r"pays: ([\d,.]+) / 36", sums)
    assert total is not None
    assert total[1] in printed


def test_absurd_entries_are_answered_calmly(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/?requests_per_month=-7&nonsense=<script>alert(1)</script>")
    box = page.get_by_role("alert")
    for words in ("Requests a month", "-7", "1,000,000", "nonsense", "<script>alert(1)</script>"):
        assert words in box.inner_text()
    enter_volume(page, "as many as possible")
    assert "as many as possible" in box.inner_text()
    enter_volume(page, "5e5")
    assert page.get_by_role("alert").count() == 0
    assert_calm(page, problems)


@pytest.mark.parametrize("dark", few([False, True], 1))
def test_a_phone_shows_the_answer_first(app_url: str, new_page: NewPage, dark: bool) -> None:
    page = new_page(390, dark=dark)
    problems = watch(page)
    open_page(page, app_url)
    heading = page.locator("h1").bounding_box()
    figures = page.locator(".st-key-figures").bounding_box()
    assert heading is not None
    assert figures is not None
    assert heading["y"] + heading["height"] < 844
    assert figures["y"] < 844
    seen = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('h1') !== null",
        [heading["x"] + 30, heading["y"] + 20],
    )
    assert seen, "the sidebar covers the answer"
    assert cut_words(page) == []
    assert_calm(page, problems)


def test_inputs_behind_more_detail(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, app_url)
    sidebar = page.get_by_test_id("stSidebar")
    money = sidebar.locator("summary", has_text="Money")
    rate = sidebar.get_by_role("spinbutton", name="Discount rate")
    unfold(sidebar.get_by_text("More detail"), money)
    unfold(money, rate)
    rate.fill("3")
    rate.press("Enter")
    wait_until_idle(page)
    assert "discount_rate_pct=3&" in page.url
    changes = sidebar.get_by_role("button", name="1 changed")
    unfold(changes, page.get_by_role("button", name="Back to 8"))
    page.get_by_role("button", name="Back to 8").click()
    wait_until_idle(page)
    assert "discount_rate_pct" not in page.url
    assert_calm(page, problems)
