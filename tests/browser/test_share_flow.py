"""Sharing as visitors do it: a link, a file, four scenarios, on a screen and a phone."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import unquote, urljoin

import pymupdf
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page

from calculators.presets import presets
from pricing.book import PriceBook
from tests.browser.conftest import NewPage
from tests.browser.driving import download, open_page, unfold, wait_until_idle
from tests.browser.test_compare_flow import answer, enter_volume
from tests.browser.watching import assert_calm, watch
from tests.sampling import few

FOUR = (
    "preset=support_chat&today_usd_per_month=900&b.requests_per_month=5e6"
    "&c.region=eu&c.data_sensitivity=regulated&c.title=%3Cb%3EClinic%3C/b%3E&d.preset=voice_notes"
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def fetched(page: Page, link: Locator) -> bytes:
    """The file behind a link that the browser would open or save."""
    address = link.get_attribute("href")
    assert address
    answered = page.request.get(urljoin(page.url, address))
    assert answered.ok, answered.status
    return answered.body()


def assert_files_say(page: Page, total: str) -> None:
    """Report and workbook, opened: what the company pays over the period, to a cent."""
    ways = page.locator(".st-key-share")
    report = pymupdf.open(stream=fetched(page, ways.get_by_role("link", name="PDF", exact=True)))
    leaves = [report[number].get_text() for number in range(report.page_count)]
    assert f"Paid by the company, total {total}" in " ".join(" ".join(leaves).split())
    file = io.BytesIO(fetched(page, ways.get_by_role("link", name="Excel")))
    summary = load_workbook(file, data_only=True)["Summary"]
    cells = [cell for row in summary.iter_rows(values_only=True) for cell in row]
    assert total in [f"{value:,.2f}" for value in cells if isinstance(value, float)]


def test_change_share_open_clean_download_same_answer(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/?preset=voice_notes")
    enter_volume(page, "3 million")
    page.get_by_role("button", name="Share").click()
    wait_until_idle(page)
    link = page.get_by_test_id("stCode").locator("code").first.inner_text().strip()
    assert_calm(page, problems)

    clean = new_page()
    more = watch(clean)
    open_page(clean, link)
    assert answer(clean) == answer(page)
    assert unquote(clean.url) == unquote(page.url)
    clean.locator(".st-key-share").get_by_role("button", name="Data").click()
    wait_until_idle(clean)
    table = rows(download(clean, clean.get_by_role("link", name="options.csv")))
    items = rows(download(clean, clean.get_by_role("link", name="items.csv")))
    best = table[0]
    assert best["status"] == "feasible"
    ranked = clean.get_by_text("Ranked by what the company pays")
    unfold(clean.get_by_role("button", name="comes about"), ranked)
    sums = ranked.inner_text()
    total = re.search(r"pays: ([\d,.]+) / 36", sums)
    assert total is not None
    assert f"{float(best['company_usd']):,.2f}" == total[1]
    paid = [row for row in items if row["option"] == best["id"] and row["payer"] == "company"]
    assert f"{sum(float(row['amount_usd']) for row in paid):,.2f}" == total[1]

    assert_files_say(clean, total[1])
    assert "exception" not in " ".join(more)


@pytest.mark.parametrize("preset", few([*presets(PriceBook.load())], 1))
def test_screen_files_and_data_agree_to_a_cent(
    app_url: str, new_page: NewPage, preset: str
) -> None:
    """Of the best of every place JSON, screen, CSV and workbook; of the answer the report too."""
    page = new_page()
    query = f"preset={preset}&b.preset={preset}"
    open_page(page, f"{app_url}/?{query}")
    shown = page.locator(".sides").inner_text()

    def got(path: str, asked: str = query) -> bytes:
        answered = page.request.get(f"{app_url}{path}?{asked}", timeout=120_000)
        assert answered.ok, (path, answered.status)
        return answered.body()

    alone = f"preset={preset}"
    body = json.loads(got("/api/v1/compare", f"{alone}&candidates=best"))
    table = {row["id"]: row for row in rows(got("/api/v1/options.csv").decode())}
    summary = load_workbook(io.BytesIO(got("/report.xlsx", alone)), data_only=True)["Summary"]
    cells = {cell for row in summary.iter_rows(values_only=True) for cell in row}
    sums = {f"{cell:,.2f}" for cell in cells if isinstance(cell, int | float)}
    options = [place["option"] for place in body["places"] if place["option"]]
    feasible = {option["id"]: option for option in options if option["status"] == "feasible"}
    for name, option in feasible.items():
        usd = option["company_usd"]
        assert float(table[name]["company_usd"]) == usd
        assert f"{usd / 36:,.2f}" in shown
        assert f"{usd:,.2f}" in sums
    report = pymupdf.open(stream=got("/report.pdf", alone))
    leaves = " ".join(report[number].get_text() for number in range(report.page_count))
    total = feasible[body["cheapest"]]["company_usd"]
    said = re.search(r"Paid by the company, total ([\d,.]+)", " ".join(leaves.split()))
    assert said is not None
    # what both pay adds up to the total there: one of the two may be rounded the other way
    assert float(said[1].replace(",", "")) == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize("screen", few([(1440, False), (1440, True), (390, True), (390, False)], 1))
def test_four_scenarios_side_by_side(
    app_url: str, new_page: NewPage, screen: tuple[int, bool]
) -> None:
    width, dark = screen
    page = new_page(width, dark=dark)
    problems = watch(page)
    open_page(page, f"{app_url}/?{FOUR}")
    heads = page.locator(".sides thead th")
    assert heads.all_inner_texts() == ["A", "B", "C: <b>Clinic</b>", "D", "Today"]
    wide = "() => { const m = document.querySelector('[data-testid=\"stMain\"]'); return "
    assert page.evaluate(wide + "m.scrollWidth <= m.clientWidth; }")
    inked = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    ink, ground = page.locator(".sides th[scope=row]").first.evaluate(inked)
    assert ink != ground
    assert_calm(page, problems)


def switch(page: Page, letter: str) -> None:
    page.locator(".st-key-sides").get_by_text(letter, exact=True).click()
    wait_until_idle(page)


def test_a_copy_is_changed_by_the_form_and_a_link_brings_both_back(
    app_url: str, new_page: NewPage
) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/?preset=support_chat")
    first = answer(page)
    page.get_by_role("button", name="Compare with a changed copy").click()
    wait_until_idle(page)
    enter_volume(page, "50 million")
    second = answer(page)
    assert second["figures"] != first["figures"]
    assert "b.requests_per_month=50000000" in page.url
    switch(page, "A")
    assert answer(page) == first

    other = new_page()
    open_page(other, page.url)
    assert answer(other) == first
    switch(other, "B")
    assert answer(other) == second
    assert_calm(page, problems)
