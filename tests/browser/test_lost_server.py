"""A page whose server dies and is replaced goes on: what is typed or opened next is kept."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.app_server import free_port, running_app
from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, wait_until_idle

VOLUME = "Exact number of requests a month"


def type_volume(page: Page, volume: str) -> None:
    box = page.get_by_role("textbox", name=VOLUME)
    box.fill(volume)
    box.press("Enter")
    expect(page).to_have_url(re.compile(f"requests_per_month={volume}&"))
    wait_until_idle(page)


def test_what_is_typed_after_a_lost_server_is_kept(new_page: NewPage) -> None:
    port, page = free_port(), new_page()
    with running_app(port=port) as url:
        open_page(page, f"{url}/?preset=photo_moderation&latency_budget_ms=29000")
        type_volume(page, "777000")
    box = page.get_by_role("textbox", name=VOLUME)
    expect(box).to_be_disabled()  # nothing can be typed that nobody would hear
    with running_app(port=port):
        expect(box).to_be_enabled()
        type_volume(page, "888000")
        expect(box).to_have_value("888,000")
        kept = parse_qs(urlsplit(page.url).query)
        assert kept["latency_budget_ms"] == ["29000"]  # and what was set before
        assert kept["preset"] == ["photo_moderation"]
        page.get_by_role("rowheader").get_by_role("button").first.click()
        expect(page).to_have_url(re.compile("open="))  # a part of the page that is drawn by itself
