"""Helpers that know how Streamlit's page behaves: when it is done, and how tall it is."""

from pathlib import Path

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as TooLong

IDLE_FOR_MS = 400
TIMEOUT_MS = 180_000
LOST_AFTER_MS = 15_000
"""A click that has shown nothing by then is given again: the page was drawn anew under it."""

# Noted in the page from its start: whether what was sent to the server has been answered. Without
# it a page whose server is slow to hear of a click looks idle.
NOTE_ANSWERS = """
(() => {
    const wire = { clock: 0, sent: 0, received: 0 };
    window.__crossoverWire = wire;
    window.WebSocket = class extends window.WebSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener('message', () => { wire.received = ++wire.clock; });
        }
        send(data) { wire.sent = ++wire.clock; super.send(data); }
    };
})();
"""

# A run is over when the page is connected, shows something, has nothing stale or still
# loading, and has stayed so for a moment: right after a click the page is idle too, since
# the script has not heard of it yet.
_IDLE_SINCE = """
([idleForMs, token]) => {
    const find = selector => document.querySelector(selector);
    const app = find('[data-testid="stApp"]');
    const wire = window.__crossoverWire;
    const idle = app !== null
        && (!wire || wire.received >= wire.sent)
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && find('[data-testid="stMain"] [data-testid="stElementContainer"]') !== null
        && find('[data-testid="stAppSkeleton"], [data-testid="stSkeleton"]') === null
        && find('[data-stale="true"]') === null
        && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
            .every(chart => chart.querySelector('.main-svg, canvas') !== null);
    const now = performance.now();
    const seen = window.__crossoverIdle;
    if (!idle) { window.__crossoverIdle = null; return false; }
    if (!seen || seen.token !== token) {
        window.__crossoverIdle = { token, since: now };
        return false;
    }
    return now - seen.since >= idleForMs;
}
"""

_calls = 0


def wait_until_idle(page: Page, timeout_ms: float = TIMEOUT_MS) -> None:
    """
    Wait until Streamlit has finished its run and drawn the result.

    Call it after opening a page and after every change of an input.

    Raises
    ------
    playwright.sync_api.TimeoutError
        If the page is still at work after `timeout_ms`.
    """
    global _calls  # noqa: PLW0603 - each wait counts its own idle time
    _calls += 1
    page.wait_for_function(_IDLE_SINCE, arg=[IDLE_FOR_MS, _calls], timeout=timeout_ms, polling=50)


def open_page(page: Page, url: str) -> None:
    """Go to a page of the app and wait until it has been drawn."""
    page.goto(url, wait_until="domcontentloaded")
    wait_until_idle(page)


def show_in_full(page: Page) -> None:
    """
    Make the window as tall as the page's content.

    Streamlit scrolls inside the page, so a full-page picture of it would hold one screen.
    Content may grow taller in a taller window; three rounds settle every page seen.
    """
    size = page.viewport_size
    if size is None:
        return
    for _ in range(3):
        height = int(
            page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
        )
        if height <= size["height"]:
            return
        size = {"width": size["width"], "height": height}
        page.set_viewport_size(size)
        wait_until_idle(page)


def unfold(title: Locator, inside: Locator) -> None:
    """Open what a click opens; again if the page was drawn anew under the first click."""
    page = inside.page
    wait_until_idle(page)
    title.click()
    try:
        inside.wait_for(timeout=LOST_AFTER_MS)
    except TooLong:
        wait_until_idle(page)
        if not inside.is_visible():  # a second click would close what opened late
            title.click()
        inside.wait_for()
    wait_until_idle(page)


def download(page: Page, button: Locator) -> str:
    """
    Click what downloads a file and return the file's text.

    A table above may still be growing: a click whose press and release hit two
    places is none, so the page is left to settle first and a lost click is given once more.
    """
    wait_until_idle(page)
    try:
        with page.expect_download(timeout=LOST_AFTER_MS) as waiting:
            button.click()
    except TooLong:
        with page.expect_download(timeout=TIMEOUT_MS) as waiting:
            button.click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")
