"""
How fast Compare answers in a browser: `python -m benchmarks.first_minute`.

Beside it, in the same run on the same machine, stands an otherwise empty Streamlit page with one
input and one chart: the ratios say what the page adds to what any such page takes. Figures are
medians; what is compared is the time from the key that enters a volume to the new words on the
screen, to a page at rest, and from opening to the first chart.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.app_server import free_port, running_app
from tests.browser.chromium import launch
from tests.browser.driving import open_page, wait_until_idle

TURNS = 12
LIMITS = {"first words": 1.5, "at rest": 2.0, "first chart": 1.3}
"""How many times the empty page's time each may take."""
EMPTY = """
import plotly.graph_objects as go
import streamlit as st
entered = st.text_input("Volume", "1")
st.title("For " + entered)
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 2, float(entered or 1)])))
"""
# Watches the heading in the page itself: asking from outside would add the way there and back.
_NEW_WORDS = """
old => new Promise(done => {
    const start = performance.now();
    const look = () => {
        const found = document.querySelector('[data-testid="stMain"] OLD');
        if (found && found.innerText !== old) done(performance.now() - start);
        else requestAnimationFrame(look);
    };
    window.__crossoverWords = null;
    look();
})
"""


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


def timed(browser: Browser, side: Side, turns: int) -> Times:
    """Open a page and enter new volumes."""
    charts = []
    for _ in range(3):
        page = browser.new_page()
        start = time.perf_counter()
        page.goto(side.url, wait_until="domcontentloaded")
        page.locator(".stPlotlyChart .main-svg").first.wait_for(timeout=60_000)
        charts.append((time.perf_counter() - start) * 1000)
        page.close()
    page = browser.new_page()
    open_page(page, side.url)
    words, rest = [], []
    for turn in range(turns + 1):
        box = side.box(page)
        box.fill(str(700_000 + 37_000 * turn))
        old = page.locator(f"[data-testid=stMain] {side.words}").first.inner_text()
        watch = _NEW_WORDS.replace("OLD", side.words)
        page.evaluate(f"old => {{ window.__crossoverSeen = ({watch})(old); }}", old)
        start = time.perf_counter()
        box.press("Enter")
        seen = page.evaluate("() => window.__crossoverSeen")
        wait_until_idle(page)
        if turn:  # the first brings code to memory
            words.append(seen)
            rest.append((time.perf_counter() - start) * 1000)
    page.close()
    return Times(*(statistics.median(values) for values in (words, rest, charts)))


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
        found = {side.name: timed(browser, side, turns) for side in (plain, compare)}
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
