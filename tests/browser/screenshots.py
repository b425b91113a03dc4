"""
Pictures of every page, to be looked at: `python -m tests.browser.screenshots OUTDIR`.

Takes each page in each of the states of :mod:`tests.browser.states`, at the width of a screen, of a
small one and of a phone, in light and dark, once as the first screen and once in full, and turns
the reports' pages into pictures too. All of them take an hour: `--states`, `--widths` and
`--schemes` take some, `--resume` goes on where an earlier call was stopped. With `--axe` each page
is also checked by axe-core, in the same visit. With `--base` it looks at a running app, else it
starts one.
"""

import argparse
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import pymupdf
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.app_server import running_app
from tests.browser.axe import faults
from tests.browser.chromium import launch
from tests.browser.driving import open_page, show_in_full
from tests.browser.states import PAGES, PHONE, SCHEMES, SCREENS, STATES

REPORT_DPI = 120
FULL = "full.png"


def picture_name(path: str) -> str:
    """Return a file name for a page's path: "/" is "compare"."""
    return path.strip("/").replace("/", "-") or "compare"


def new_screen(browser: Browser, width: int, scheme: str) -> Page:
    """A tab of that width and scheme, with touch on a phone."""
    context = browser.new_context(
        viewport={"width": width, "height": SCREENS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=width == PHONE,
    )
    return context.new_page()


def beside(target: Path, ending: str) -> Path:
    """A file of one visit: `<target>-<ending>`."""
    return target.with_name(f"{target.name}-{ending}")


def take_page(page: Page, url: str, target: Path, width: int, *, axe: bool = False) -> None:
    """
    Save `<target>-first.png` (one screen) and `<target>-full.png` (all of the page).

    With `axe` also `<target>-axe.txt`, a line for every element that breaks a rule: empty where
    none does.
    """
    page.set_viewport_size({"width": width, "height": SCREENS[width]})
    open_page(page, url)
    page.screenshot(path=beside(target, "first.png"))
    if axe:
        found = faults(page)
        beside(target, "axe.txt").write_text("".join(f"{line}\n" for line in found), "utf-8")
        print(f"{target}: {len(found)} found by axe-core")
    show_in_full(page)
    page.screenshot(path=beside(target, FULL))  # last: what stands there has been seen whole
    print(beside(target, FULL), flush=True)


def take_pages(base_url: str, wanted: argparse.Namespace, states: Mapping[str, str]) -> None:
    """Take every page in every state, at every width in every scheme: a folder for each state."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width in wanted.widths:
            for scheme in wanted.schemes:
                page = new_screen(browser, width, scheme)  # one tab: it reads the scripts once
                for state, query in states.items():
                    for path in wanted.paths or PAGES:
                        name = f"{picture_name(path)}-{width}-{scheme}"
                        target = wanted.outdir / state / name
                        if not (wanted.resume and beside(target, FULL).exists()):
                            url = f"{base_url}{path}?{query}"
                            take_page(page, url, target, width, axe=wanted.axe)
                page.context.close()
        browser.close()


def take_report(base_url: str, query: str, outdir: Path) -> None:
    """Save the report as a PDF and each of its pages as a picture."""
    with urllib.request.urlopen(f"{base_url}/report.pdf?{query}", timeout=60) as answer:
        kind, data = answer.headers.get_content_type(), answer.read()
    if kind != "application/pdf":
        raise SystemExit(f"/report.pdf answered {kind}, not a PDF")
    outdir.mkdir(parents=True, exist_ok=True)
    (outdir / "report.pdf").write_bytes(data)
    with pymupdf.open(stream=data, filetype="pdf") as document:
        for number, page in enumerate(document, start=1):
            picture = outdir / f"report-{number}.png"
            page.get_pixmap(dpi=REPORT_DPI).save(picture)
            print(picture)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("outdir", type=Path, help="folder for the pictures")
    parser.add_argument("paths", nargs="*", help=f"pages, default {' '.join(PAGES)}")
    parser.add_argument("--base", help="URL of a running app, as http://localhost:8501")
    parser.add_argument("--states", nargs="*", choices=STATES, default=[*STATES])
    parser.add_argument("--query", help="a scenario of your own in place of the states")
    parser.add_argument("--widths", nargs="*", type=int, choices=SCREENS, default=[*SCREENS])
    parser.add_argument("--schemes", nargs="*", choices=SCHEMES, default=[*SCHEMES])
    parser.add_argument("--axe", action="store_true", help="check each page by axe-core too")
    parser.add_argument("--resume", action="store_true", help="leave out what has been taken")
    parser.add_argument("--no-report", action="store_true", help="leave the PDF out")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Take the pictures asked for; return the exit code for the shell."""
    options = parse(arguments)
    states = {name: STATES[name] for name in options.states}
    if options.query is not None:
        states = {"own": options.query.lstrip("?")}
    app = nullcontext(options.base.rstrip("/")) if options.base else running_app()
    with app as base_url:
        take_pages(base_url, options, states)
        if not options.no_report:
            for name, query in states.items():
                take_report(base_url, query, options.outdir / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
