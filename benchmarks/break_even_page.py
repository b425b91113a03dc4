"""
How fast Break-even answers in a browser: `python -m benchmarks.break_even_page [TURNS]`.

Beside it, in the same run on the same machine, stands an otherwise empty Streamlit page with one
input and one chart. The two take turns, so that whatever else the machine does falls on both;
figures are medians and their ratios. Compared is the time from opening to the first picture, and
from the key that chooses another axis (another value on the empty page) to a page at rest that
shows it. Every opening is one of a browser that keeps nothing; every axis is new to the server.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from itertools import count

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.first_minute import empty_page
from tests.browser.app_server import running_app
from tests.browser.chromium import launch
from tests.browser.driving import open_page, wait_until_idle

TURNS = 5
FIRST_LIMIT, AXIS_LIMIT = 2.0, 3.0
"""How many times the empty page's time each may take."""
AXES = ("Cost of work", "Period looked at", "Growth", "Size sent", "Slowest acceptable answer")
PICTURE = ".stPlotlyChart .main-svg"
_volumes = count(310_000, 1_000)
_entered = count(2)


def opening(browser: Browser, url: str) -> float:
    """Milliseconds from opening a page to its first picture."""
    context = browser.new_context()
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url, wait_until="domcontentloaded")
    page.locator(PICTURE).first.wait_for(timeout=120_000)
    spent = (time.perf_counter() - start) * 1000
    wait_until_idle(page)
    context.close()
    return spent


def until_rest(page: Page, change: Callable[[], None]) -> float:
    """Milliseconds from a change to a page at rest."""
    start = time.perf_counter()
    change()
    wait_until_idle(page)
    return (time.perf_counter() - start) * 1000


def choose_axis(page: Page, name: str) -> Callable[[], None]:
    """Have the list of inputs open at one; the key that takes it is the change."""
    box = page.get_by_role("combobox", name="Input")
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).wait_for()
    return lambda: page.keyboard.press("Enter")


def enter_value(page: Page) -> Callable[[], None]:
    """Have another value typed; the key that enters it is the change."""
    page.get_by_role("textbox").fill(str(next(_entered)))
    return lambda: page.keyboard.press("Enter")


def main() -> None:
    """Print medians of both pages and their ratios."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    ours_first, empty_first, ours_axis, empty_axis = [], [], [], []
    with running_app() as app, empty_page() as empty, sync_playwright() as playwright:
        browser = launch(playwright)
        page_of = f"{app}/break-even?preset=support_chat"
        for turn in range(turns + 1):
            spent = opening(browser, f"{page_of}&requests_per_month={next(_volumes)}")
            other = opening(browser, empty)
            if turn:  # the first brings code to memory
                ours_first.append(spent)
                empty_first.append(other)
        ours, theirs = browser.new_page(), browser.new_page()
        open_page(ours, f"{page_of}&section=curve")
        open_page(theirs, empty)
        for turn in range(turns + 1):
            spent = until_rest(ours, choose_axis(ours, AXES[turn % len(AXES)]))
            other = until_rest(theirs, enter_value(theirs))
            if turn:
                ours_axis.append(spent)
                empty_axis.append(other)
        browser.close()
    print("| from | Break-even, ms | empty page, ms | ratio | at most |")
    print("|---|---|---|---|---|")
    for name, mine, beside, limit in (
        ("opening to the first picture", ours_first, empty_first, FIRST_LIMIT),
        ("another axis to a page at rest", ours_axis, empty_axis, AXIS_LIMIT),
    ):
        a, b = statistics.median(mine), statistics.median(beside)
        print(f"| {name} | {a:.0f} | {b:.0f} | {a / b:.2f} | {limit:g} |")


if __name__ == "__main__":
    main()
