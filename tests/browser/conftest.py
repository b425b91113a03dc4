"""Fixtures for tests in a real browser: the running app, Chromium, fresh pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.app_server import running_app
from tests.browser.chromium import launch
from tests.browser.driving import NOTE_ANSWERS, TIMEOUT_MS
from tests.browser.watching import forget

HERE = Path(__file__).parent
DESKTOP_WIDTH = 1440
SCREEN_HEIGHTS = {1440: 900, 390: 844}
STORED = "cookies,local_storage,indexeddb,cache_storage,service_workers"

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


class Tabs:
    """Tabs handed out to one test after another, each cleared of all that a visitor left behind.

    A tab that has shown the app before shows it again for under half the work: a new browsing
    context gets a new process, which reads and compiles all of the page's scripts once more.
    """

    def __init__(self, browser: Browser, app_url: str) -> None:
        self._browser = browser
        self._origin = app_url
        self._free: dict[bool, list[Page]] = {True: [], False: []}  # by whether it has touch
        self._taken: list[tuple[bool, Page]] = []

    def take(self, width: int = DESKTOP_WIDTH, *, dark: bool = False) -> Page:
        """Return a cleared tab of that size and scheme, which no other visitor of the test has."""
        touch = width < 600
        page = self._free[touch].pop() if self._free[touch] else self._opened(touch)
        self._taken.append((touch, page))
        page.set_viewport_size({"width": width, "height": SCREEN_HEIGHTS.get(width, 900)})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        return page

    def give_back(self) -> None:
        """Clear every tab that was taken; one that cannot be cleared is closed for good."""
        while self._taken:
            touch, page = self._taken.pop()
            try:
                self._clear(page)
            except PlaywrightError:
                page.context.close()
            else:
                self._free[touch].append(page)

    def _opened(self, touch: bool) -> Page:
        context = self._browser.new_context(
            has_touch=touch, locale="en-US", reduced_motion="reduce"
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(NOTE_ANSWERS)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        return context.new_page()

    def _clear(self, page: Page) -> None:
        """End the visit: nobody listening, no other tab, nothing stored, one word on the page.

        The page is one of the app's own: on a blank one the tab would lose its process.
        """
        forget(page)
        for other in page.context.pages:
            if other != page:
                other.close()
        page.goto(f"{self._origin}/healthz")
        page.evaluate("() => window.sessionStorage.clear()")
        page.context.clear_cookies()
        asked = page.context.new_cdp_session(page)
        asked.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": STORED})
        asked.detach()


@pytest.fixture(scope="session")
def tabs(browser: Browser, app_url: str) -> Tabs:
    """The tabs that tests share, one test after another."""
    return Tabs(browser, app_url)


@pytest.fixture
def new_page(tabs: Tabs) -> Iterator[NewPage]:
    """
    Open a page as a new visitor: `new_page(width=390, dark=True)`.

    Each has its own cookies and storage, so a second page is a second browser. Screens of
    1440 px are 900 px high, of 390 px (a phone, touch) 844 px.
    """
    yield tabs.take
    tabs.give_back()
