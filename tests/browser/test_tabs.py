"""A tab that one test gives back is a new visitor's when the next takes it."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.conftest import Tabs
from tests.browser.watching import watch

ORIGIN = "http://127.0.0.1:9"  # nobody answers there; the test does
LEAVE = """
() => {
    localStorage.setItem('theme', 'dark');
    sessionStorage.setItem('seen', 'yes');
    document.cookie = 'who=me';
}
"""
LEFT = "() => [localStorage.length, sessionStorage.length, document.cookie]"


def test_nothing_of_a_visit_is_left(browser: Browser) -> None:
    tabs = Tabs(browser, ORIGIN)
    page = tabs.take(390, dark=True)
    page.context.route("**/*", lambda route: route.fulfill(body="ok", content_type="text/html"))
    page.goto(ORIGIN)
    heard = watch(page)
    page.evaluate(LEAVE)
    assert page.evaluate(LEFT) == [1, 1, "who=me"]
    page.context.new_page()
    assert tabs.take(390) != page  # a second visitor of the same test
    tabs.give_back()

    again = {tabs.take(390), tabs.take(390)}
    assert page in again
    assert page.context.pages == [page]
    page.goto(ORIGIN)
    assert page.evaluate(LEFT) == [0, 0, ""]
    page.evaluate("() => console.error('of the next test')")
    assert heard == []
    assert page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches") is False
    for one in again:
        one.context.close()
