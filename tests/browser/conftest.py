"""Fixtures for tests in a real browser: the running app, Chromium, fresh pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.app_server import running_app
from tests.browser.chromium import launch
from tests.browser.driving import NOTE_ANSWERS, TIMEOUT_MS

HERE = Path(__file__).parent
DESKTOP_WIDTH = 1440
SCREEN_HEIGHTS = {1440: 900, 390: 844}

NewPage = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them on one worker, hence on one server."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Base URL of the real app, started once with `streamlit run app.py`."""
    with running_app() as base_url:
        yield base_url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, started once."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=TIMEOUT_MS)
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """
    Open a page as a new visitor: `new_page(width=390, dark=True)`.

    Each has its own cookies and storage, so a second page is a second browser. Screens of
    1440 px are 900 px high, of 390 px (a phone, touch) 844 px.
    """
    contexts: list[BrowserContext] = []

    def open_context(width: int = DESKTOP_WIDTH, *, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": SCREEN_HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            has_touch=width < 600,
            locale="en-US",
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(NOTE_ANSWERS)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        return context.new_page()

    yield open_context
    for context in contexts:
        context.close()
