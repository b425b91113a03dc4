"""The frame: what the browser calls a page, and which app and volume it speaks of."""

from __future__ import annotations

import re
from pathlib import Path

from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.browser.states import PAGES
from tests.ui.conftest import OpenApp
from ui import frame, hosting


def test_a_page_is_named_by_app_and_volume(book: PriceBook) -> None:
    scenario = from_preset("support_chat", {"requests_per_month": 300_000}, book)
    assert frame.browser_title(scenario, book) == "Support chat, 300,000 a month - Crossover"
    assert frame.browser_title(scenario, book, "Prices").startswith("Prices - Support chat")


def test_a_page_says_what_it_speaks_of_before_its_heading(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&requests_per_month=300000")
    said = str(app.caption[0].value)
    assert said.startswith("Where should your app's machine learning run")
    assert "300,000 requests a month" in said


def test_other_pages_say_the_app_alone(open_app: OpenApp) -> None:
    said = str(open_app("preset=support_chat", "prices").caption[0].value)
    assert said.startswith("Support chat,")


def test_a_volume_that_grows_says_so(book: PriceBook) -> None:
    growing = from_preset("support_chat", {"growth_pct_per_month": 10}, book)
    assert "300,000 requests a month growing 10 % a month, " in frame.speaks_of(growing, book)
    steady = frame.speaks_of(from_preset("support_chat", {}, book), book)
    assert "300,000 requests a month, " in steady


def test_so_does_one_that_shrinks(book: PriceBook) -> None:
    shrinking = from_preset("support_chat", {"growth_pct_per_month": -5}, book)
    assert "300,000 requests a month shrinking 5 % a month, " in frame.speaks_of(shrinking, book)


def test_a_page_stands_where_its_file_is_called() -> None:
    """Else the server would say of a page in the navigation that it is not there."""
    main = Path(frame.__file__).with_name("main.py").read_text(encoding="utf-8")
    listed = {f"/{path}" for path in re.findall(r'url_path="([^"]+)"', main)}
    assert set(hosting.page_paths()) == {"/", *listed} == set(PAGES)
