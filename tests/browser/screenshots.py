"""
Pictures of every page, to be looked at: `python -m tests.browser.screenshots OUTDIR`.

Takes each page at desktop and phone width, in light and dark, once as the first screen and
once in full, and turns the report's pages into pictures too. With `--base` it looks at a
running app, else it starts one.
"""

import argparse
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pymupdf
from playwright.sync_api import Browser, sync_playwright

from tests.browser.app_server import running_app
from tests.browser.chromium import launch
from tests.browser.driving import open_page, show_in_full

SCREENS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
DEFAULT_PATHS = ("/", "/prices", "/method")
REPORT_DPI = 120


def picture_name(path: str) -> str:
    """Return a file name for a page's path: "/" is "compare"."""
    return path.strip("/").replace("/", "-") or "compare"


def take_page(browser: Browser, url: str, target: Path, width: int, scheme: str) -> None:
    """Save `<target>-first.png` (one screen) and `<target>-full.png` (all of the page)."""
    context = browser.new_context(
        viewport={"width": width, "height": SCREENS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    open_page(page, url)
    for part in ("first", "full"):
        if part == "full":
            show_in_full(page)
        picture = target.with_name(f"{target.name}-{part}.png")
        page.screenshot(path=picture)
        print(picture)
    context.close()


def take_pages(base_url: str, paths: Sequence[str], query: str, outdir: Path) -> None:
    """Take every page at every width in every scheme."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for path in paths:
            url = f"{base_url}{path}?{query}" if query else f"{base_url}{path}"
            for width in SCREENS:
                for scheme in SCHEMES:
                    target = outdir / f"{picture_name(path)}-{width}-{scheme}"
                    take_page(browser, url, target, width, scheme)
        browser.close()


def take_report(base_url: str, query: str, outdir: Path) -> None:
    """Save the report as a PDF and each of its pages as a picture."""
    with urllib.request.urlopen(f"{base_url}/report.pdf?{query}", timeout=60) as answer:
        kind, data = answer.headers.get_content_type(), answer.read()
    if kind != "application/pdf":
        raise SystemExit(f"/report.pdf answered {kind}, not a PDF")
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
    parser.add_argument("paths", nargs="*", help=f"pages, default {' '.join(DEFAULT_PATHS)}")
    parser.add_argument("--base", help="URL of a running app, as http://localhost:8501")
    parser.add_argument("--query", default="", help="scenario, as preset=support_chat&...")
    parser.add_argument("--no-report", action="store_true", help="leave the PDF out")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Take the pictures asked for; return the exit code for the shell."""
    options = parse(arguments)
    options.outdir.mkdir(parents=True, exist_ok=True)
    query = options.query.lstrip("?")
    app = nullcontext(options.base.rstrip("/")) if options.base else running_app()
    with app as base_url:
        take_pages(base_url, options.paths or DEFAULT_PATHS, query, options.outdir)
        if not options.no_report:
            take_report(base_url, query, options.outdir)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
