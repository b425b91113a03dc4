"""Helpers that note what must never happen on a page: errors, tracebacks, failed requests."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

# Streamlit looks for its server under the page's own path first; the second try finds it.
_PROBES = tuple(
    f"/{page}/_stcore/{probe}"
    for page in ("prices", "method", "break-even", "options")
    for probe in ("health", "host-config")
)
_PROBE_ECHO = "Failed to load resource: the server responded with a status of 404"

_listening: dict[Page, dict[str, Callable[[Any], None]]] = {}
"""Who listens to what of a page, until it is forgotten."""


def watch(page: Page) -> list[str]:
    """Collect console errors, uncaught exceptions and failed requests of a page from now on."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_PROBE_ECHO):
            problems.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith(_PROBES):
            problems.append(f"{response.status}: {response.url}")

    forget(page)
    _listening[page] = {
        "console": on_console,
        "pageerror": lambda error: problems.append(f"exception: {error}"),
        "response": on_response,
        "requestfailed": lambda request: problems.append(f"failed: {request.url}"),
    }
    for event, hears in _listening[page].items():
        page.on(event, hears)  # type: ignore[call-overload]
    return problems


def forget(page: Page) -> None:
    """Stop watching a page, if anybody did."""
    for event, hears in _listening.pop(page, {}).items():
        page.remove_listener(event, hears)


def assert_calm(page: Page, problems: list[str]) -> None:
    """No traceback is shown and nothing was noted."""
    assert page.locator('[data-testid="stException"]').count() == 0
    assert problems == []


def cut_words(page: Page) -> list[str]:
    """Texts of the page's main part that are cut by an ellipsis or stick out of the window."""
    found: list[str] = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid="stMain"]');
            const cut = [];
            for (const node of main.querySelectorAll('p, h1, h2, h3, h4, li, label, button, td')) {
                const box = node.getBoundingClientRect();
                if (box.width === 0 || box.height === 0) continue;
                const style = getComputedStyle(node);
                const clipped = style.textOverflow === 'ellipsis'
                    && node.scrollWidth > node.clientWidth + 1;
                const outside = box.right > innerWidth + 1
                    && !node.closest('[data-testid="stTable"], [data-testid="stDataFrame"]');
                if (clipped || outside) cut.push(node.innerText.slice(0, 60));
            }
            return cut;
        }"""
    )
    return found
