"""
How fast Compare answers in a browser: `python -m benchmarks.first_minute`.

Beside it, in the same run on the same machine, stands an otherwise empty Streamlit page with one
input and one chart: the ratios say what the page adds to what any such page takes. Figures are
medians; what is compared is the time from the key that enters a volume to the new words on the
screen, to a page at rest, and from opening to the first chart. Both are open in one browser and
take turns, so that whatever else the machine does slows both; the clock is the page's own, so that
neither the way to the browser nor the wait for quiet counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.app_server import free_port, running_app
from tests.browser.chromium import launch
from tests.browser.driving import open_page, wait_until_idle

TURNS, OPENED = 12, 5
LIMITS = {"first words": 1.5, "at rest": 2.0, "first chart": 1.3}
"""How many times the empty page's time each may take."""
EMPTY = """
import plotly.graph_objects as go
import streamlit as st
entered = st.text_input("Volume", "1")
st.title("For " + entered)
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 2, float(entered or 1)])))
"""
# Notes in the page itself when a key was entered and when the first chart stood.
_NOTES = """
addEventListener('keydown', event => {
    if (event.key === 'Enter') window.__crossoverEntered = performance.now();
}, true);
(function look() {
    if (document.querySelector('.stPlotlyChart .main-svg')) {
        window.__crossoverChart = performance.now();
    } else requestAnimationFrame(look);
})();
"""
# Watches the words: their text, seen or not, so that hiding what is old is no answer.
_NEW_WORDS = """
selector => {
    const words = () => document.querySelector(selector)?.textContent ?? '';
    const old = words();
    window.__crossoverSeen = new Promise(done => (function look() {
        const now = words();
        if (now && now !== old) done(performance.now() - window.__crossoverEntered);
        else requestAnimationFrame(look);
    })());
}
"""
_AT_REST = "() => window.__crossoverIdle.since - window.__crossoverEntered"
"""Since when the page has been idle, by :func:`wait_until_idle`'s own note."""


@dataclass(frozen=True)
class Side:
    """A page to be timed: where it is, what is typed into, what changes."""

    name: str
    url: str
    box: Callable[[Page], Locator]
    words: str  # selector of what changes with every entry


@dataclass(frozen=True)
class Times:
    """Medians in milliseconds."""

    words: float
    rest: float
    chart: float


@contextmanager
def empty_page() -> Iterator[str]:
    """Serve the page with one input and one chart."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        port = free_port()
        flags = {
            "server.port": port,
            "server.address": "127.0.0.1",
            "server.headless": "true",
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": "false",
        }
        words = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "streamlit", "run", str(script), *words]
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/_stcore/health")
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _wait(url: str) -> None:
    """Wait until a server answers."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)


def chart_ms(browser: Browser, side: Side) -> float:
    """From opening a page to its first chart."""
    page = browser.new_page()
    page.add_init_script(_NOTES)
    page.goto(side.url, wait_until="domcontentloaded")
    page.wait_for_function("() => window.__crossoverChart", timeout=60_000)
    found = float(page.evaluate("() => window.__crossoverChart"))
    page.close()
    return found


def opened(browser: Browser, side: Side) -> Page:
    """A page that is ready for entries."""
    page = browser.new_page()
    page.add_init_script(_NOTES)
    open_page(page, side.url)
    return page


def entered_ms(page: Page, side: Side, volume: int) -> tuple[float, float]:
    """From entering a volume to the new words, and to a page at rest."""
    page.bring_to_front()
    box = side.box(page)
    box.fill(str(volume))
    page.evaluate(_NEW_WORDS, f'[data-testid="stMain"] {side.words}')
    box.press("Enter")
    words = float(page.evaluate("() => window.__crossoverSeen"))
    wait_until_idle(page)
    return words, float(page.evaluate(_AT_REST))


def timed(browser: Browser, sides: Sequence[Side], turns: int) -> dict[str, Times]:
    """Open the pages and enter new volumes, one page after the other, ``turns`` times."""
    charts: dict[str, list[float]] = {side.name: [] for side in sides}
    for _ in range(OPENED):
        for side in sides:
            charts[side.name].append(chart_ms(browser, side))
    pages = [(side, opened(browser, side)) for side in sides]
    spent: dict[str, list[tuple[float, float]]] = {side.name: [] for side in sides}
    for turn in range(turns + 1):
        for side, page in pages:
            took = entered_ms(page, side, 700_000 + 37_000 * turn)
            if turn:  # the first brings code to memory
                spent[side.name].append(took)
    found = {}
    for side, page in pages:
        page.close()
        words, rest = zip(*spent[side.name], strict=True)
        found[side.name] = Times(*map(statistics.median, (words, rest, charts[side.name])))
    return found


def main() -> None:
    """Print both sides and their ratios; how many entries to time may be given."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    with running_app() as app, empty_page() as empty, sync_playwright() as playwright:
        browser = launch(playwright)
        compare = Side(
            "Compare",
            f"{app}/?preset=support_chat",
            lambda page: page.get_by_role("textbox", name="Exact number of requests a month"),
            ".st-key-reason",
        )
        plain = Side("Empty page", empty, lambda page: page.get_by_role("textbox"), "h1")
        found = timed(browser, (plain, compare), turns)
        browser.close()
    ours, theirs = found["Compare"], found["Empty page"]
    print("| from an input to | Compare, ms | empty page, ms | ratio | at most |")
    print("|---|---|---|---|---|")
    rows = zip(
        LIMITS.items(),
        (ours.words, ours.rest, ours.chart),
        (theirs.words, theirs.rest, theirs.chart),
        strict=True,
    )
    for (name, limit), mine, other in rows:
        print(f"| {name} | {mine:.0f} | {other:.0f} | {mine / other:.2f} | {limit:g} |")


if __name__ == "__main__":
    main()
