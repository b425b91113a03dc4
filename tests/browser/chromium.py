"""Find the Chromium that browser tests drive, and the switches it is started with."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

# Where to look besides Playwright's own download, in this order.
ENVIRONMENT_VARIABLE = "CROSSOVER_CHROMIUM"
PROGRAM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Chromium must run as root in a container and must not look for servers of its own:
# a test that waits for an outside name to resolve would time out somewhere else.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


class BrowserMissingError(RuntimeError):
    """No Chromium or Chrome is installed on this machine."""


def _is_program(path: str | None) -> bool:
    return path is not None and Path(path).is_file() and os.access(path, os.X_OK)


def _own_download() -> str | None:
    """Return the path of Playwright's own Chromium where it has been downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if _is_program(path) else None


def find_chromium() -> Path | None:
    """
    Look for a Chromium or Chrome to drive.

    Returns
    -------
    Path or None
        The program named by CROSSOVER_CHROMIUM, else the first found on the search path,
        else Playwright's own download; None where there is none.

    Raises
    ------
    BrowserMissingError
        If CROSSOVER_CHROMIUM names something that cannot be run.
    """
    chosen = os.environ.get(ENVIRONMENT_VARIABLE)
    if chosen:
        if not _is_program(chosen):
            raise BrowserMissingError(f"{ENVIRONMENT_VARIABLE}={chosen} is not a program")
        return Path(chosen)
    for name in PROGRAM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    own = _own_download()
    return Path(own) if own else None


def require_chromium() -> Path:
    """Return the browser to drive, or raise with the way to get one."""
    found = find_chromium()
    if found is None:
        raise BrowserMissingError(
            "No Chromium or Chrome found. Run `make browser`, or set "
            f"{ENVIRONMENT_VARIABLE} to the path of one."
        )
    return found


def launch(playwright: Playwright) -> Browser:
    """Start the browser that `require_chromium` found, headless."""
    return playwright.chromium.launch(
        executable_path=require_chromium(), args=list(SWITCHES), headless=True
    )
