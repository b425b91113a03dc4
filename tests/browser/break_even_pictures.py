"""
Pictures of Break-even, to be looked at: `python -m tests.browser.break_even_pictures OUTDIR`.

Eight scenarios, each with something else to show, and every section of the page in each: at desktop
and phone width, in light, in dark and, from the light one, in grey. The first section is taken as
the first screen too: from it a newcomer must see the nearest change and how sure the answer is.
With `--base` it looks at a running app, else it starts one.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import pymupdf
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.app_server import running_app
from tests.browser.chromium import launch
from tests.browser.driving import NOTE_ANSWERS, show_in_full, wait_until_idle
from tests.browser.states import SCHEMES, SCREENS
from ui.components.break_even import SECTIONS

SCENARIOS: Mapping[str, str] = {
    "one-place": "preset=live_camera",
    "too-close": "preset=document_ocr",
    "alternating": "preset=voice_notes&a=managed_api&b=rented",
    "feasibility": "preset=support_chat&axis=latency_budget_ms&a=managed_api&b=rented",
    "growth": "preset=support_chat&growth_pct_per_month=10",
    "limits": "preset=support_chat&y=latency_budget_ms",  # lines of what is allowed on the map
    "today": "preset=support_chat&today_usd_per_month=1500",
    "nothing": "data_sensitivity=on_premises&offline_required=yes&model_secrecy=yes",
}
LONG_MS = 300_000
LOOKING = "Looking at all the others"


def open_section(page: Page, base_url: str, scenario: str, section: str) -> None:
    """Open a section and wait until all of it is drawn."""
    address = f"{base_url}/break-even?{SCENARIOS[scenario]}&section={section}"
    page.goto(address, wait_until="domcontentloaded")
    wait_until_idle(page, LONG_MS)
    page.get_by_text(LOOKING).wait_for(state="detached", timeout=LONG_MS)
    wait_until_idle(page, LONG_MS)


def take(page: Page, target: Path, *, grey: bool) -> None:
    """Save a picture of the window, and beside it the same without colour."""
    page.screenshot(path=target)
    print(target, flush=True)
    if grey:
        pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.Pixmap(str(target)))
        pixels.save(target.with_name(f"{target.stem}-grey.png"))


def take_scenario(
    browser: Browser, base_url: str, scenario: str, wanted: argparse.Namespace
) -> None:
    """Every section of a scenario at every width in every scheme."""
    for width in wanted.widths:
        for scheme in wanted.schemes:
            screen: ViewportSize = {"width": width, "height": SCREENS[width]}
            context = browser.new_context(
                viewport=screen, color_scheme=scheme, reduced_motion="reduce"
            )
            context.add_init_script(NOTE_ANSWERS)
            page = context.new_page()
            for section in wanted.sections:
                target = wanted.outdir / f"{scenario}-{section}-{width}-{scheme}"
                page.set_viewport_size(screen)
                open_section(page, base_url, scenario, section)
                if section == "strips":
                    take(page, target.with_name(f"{target.name}-first.png"), grey=False)
                show_in_full(page)
                take(page, target.with_name(f"{target.name}.png"), grey=scheme == "light")
            context.close()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.break_even_pictures")
    parser.add_argument("outdir", type=Path, help="folder for the pictures")
    parser.add_argument("--scenarios", nargs="*", default=list(SCENARIOS), choices=SCENARIOS)
    parser.add_argument("--sections", nargs="*", default=list(SECTIONS), choices=SECTIONS)
    parser.add_argument("--widths", nargs="*", type=int, default=list(SCREENS), choices=SCREENS)
    parser.add_argument("--schemes", nargs="*", default=list(SCHEMES), choices=SCHEMES)
    parser.add_argument("--base", help="URL of a running app, as http://localhost:8501")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Take the pictures asked for; return the exit code for the shell."""
    wanted = parse(arguments)
    wanted.outdir.mkdir(parents=True, exist_ok=True)
    app = nullcontext(wanted.base.rstrip("/")) if wanted.base else running_app()
    with app as base_url, sync_playwright() as playwright:
        browser = launch(playwright)
        for scenario in wanted.scenarios:
            take_scenario(browser, base_url, scenario, wanted)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
