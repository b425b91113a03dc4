"""How long loading, comparing, exploring and printing take. Reports; never fails.

Times depend on the machine, so each is also given in units of a fixed piece of work, timed in the
same run: those ratios can be compared between machines and over the years.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from calculators.compare import compare
from calculators.presets import DEFAULT_PRESET, from_preset, presets
from calculators.results import Comparison
from pricing.book import PriceBook

RESULTS = Path(__file__).parent / "results.md"
ROOT = Path(__file__).parent.parent
BEST_OF = 5
LINK = "https://example.org/?preset=celebrity_match"

LOAD_MS, INTEGRITY_MS, COMPARE_MS = 500.0, 10_000.0, 50.0  # what the product promises

FRESH = {
    "Interpreter and imports": "import pricing.book",
    "All tables, imports included": (
        "import time; start = time.perf_counter()\n"
        "from pricing.book import PriceBook; PriceBook.load()\n"
        "print(time.perf_counter() - start)"
    ),
    "All tables, after imports": (
        "import time; from pricing.book import PriceBook\n"
        "start = time.perf_counter(); PriceBook.load()\n"
        "print(time.perf_counter() - start)"
    ),
}
CHECK = (
    "import io, sys; from pricing.check import main\n"
    "shown, sys.stdout, sys.argv = sys.stdout, io.StringIO(), ['check']; main()\n"
    "sys.stdout = shown"
)


@dataclass(frozen=True)
class Timing:
    """One measured thing, in milliseconds."""

    what: str
    ms: float
    target_ms: float | None = None
    remark: str = ""


def milliseconds(work: Callable[[], object], repeats: int = BEST_OF) -> float:
    """The best of some runs: what the work costs when nothing else is in the way."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def reference() -> float:
    """A fixed piece of pure Python and of numpy work, about as much of each."""
    total = 0
    for number in range(200_000):
        total += number % 7
    values = np.random.default_rng(1).random((300, 300))
    for _ in range(8):
        values = np.sort(values @ values / 300, axis=0)
    return total + float(values.sum())


def calibration_ms() -> float:
    """Milliseconds of :func:`reference` on this machine."""
    return milliseconds(reference, 3 * BEST_OF)


# what is measured -------------------------------------------------------------------------------


def fresh_process(code: str) -> float:
    """Milliseconds that a new interpreter reports, or takes if it reports none."""
    start = time.perf_counter()
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    taken = time.perf_counter() - start
    return 1000 * (float(done.stdout) if done.stdout.strip() else taken)


def loading() -> Iterable[Timing]:
    """Tables in a new process each time."""
    rows = sum(len(table.rows) for table in PriceBook.load().tables.values())
    for what, code in FRESH.items():
        best = min(fresh_process(code) for _ in range(BEST_OF))
        target = LOAD_MS if what.startswith("All tables") else None
        yield Timing(what, best, target, f"{rows} rows, best of {BEST_OF} processes")
    best = min(fresh_process(CHECK) for _ in range(2))
    yield Timing("Every rule over every table (`pricing.check`)", best, INTEGRITY_MS, "new process")


def comparing(book: PriceBook) -> Iterable[Timing]:
    """compare() of each preset, each time at another volume; the first call of all is colder."""
    for name in presets(book):
        base = from_preset(name, {}, book)
        start = time.perf_counter()
        found = compare(base, book)
        first = 1000 * (time.perf_counter() - start)
        volumes = iter(base.requests_per_month * 1.01**step for step in range(1, 100))

        def again(name: str = name, volumes: Iterable[float] = volumes) -> Comparison:
            chosen = from_preset(name, {"requests_per_month": next(iter(volumes))}, book)
            return compare(chosen, book)

        remark = f"{len(found.options)} candidates; first call {first:,.0f} ms"
        yield Timing(f"Compare: {name}", milliseconds(again), COMPARE_MS, remark)


def exploring(book: PriceBook) -> Iterable[Timing]:
    """Flips, break-even of every two places, and curves."""
    for name in presets(book):
        scenario = from_preset(name, {}, book)
        found = [compare(scenario, book) for _ in range(2)]
        best = min(milliseconds(lambda one=one: one.exploration, 1) for one in found)  # type: ignore[misc]
        yield Timing(f"Explore: {name}", best, None, f"{len(found[0].curves)} curves")


def printing(book: PriceBook) -> Iterable[Timing]:
    """The PDF of the opening scenario, where the report can be imported."""
    if find_spec("report.pdf") is None or find_spec("typst") is None:
        yield Timing("PDF", float("nan"), None, "report.pdf or typst is not installed")
        return
    from report.pdf import report_pdf  # noqa: PLC0415 - optional

    found = compare(from_preset(DEFAULT_PRESET, {}, book), book)
    pages = report_pdf(found, LINK)
    yield Timing("PDF of the opening scenario", milliseconds(lambda: report_pdf(found, LINK), 3),
                 None, f"{len(pages) / 1000:,.0f} kB")  # fmt: skip


# reporting --------------------------------------------------------------------------------------


def table(timings: Sequence[Timing], unit_ms: float) -> str:
    """Timings as Markdown, each also in units of the reference work."""
    lines = ["| what | ms | x reference | aim, ms | |", "|---|--:|--:|--:|---|"]
    for item in timings:
        aim = f"{item.target_ms:,.0f}" if item.target_ms else ""
        missed = item.target_ms is not None and item.ms > item.target_ms
        remark = f"over the aim; {item.remark}" if missed else item.remark
        lines.append(
            f"| {item.what} | {item.ms:,.1f} | {item.ms / unit_ms:,.2f} | {aim} | {remark} |"
        )
    return "\n".join(lines)


def measure() -> list[Timing]:
    """Everything, slowest part last."""
    book = PriceBook.load()
    found: list[Timing] = []
    for part in (loading(), comparing(book), exploring(book), printing(book)):
        for timing in part:
            sys.stdout.write(f"{timing.what}: {timing.ms:,.1f} ms\n")
            sys.stdout.flush()
            found.append(timing)
    return found


def page(timings: Sequence[Timing], unit_ms: float, edition: str) -> str:
    """The results as a page."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"""# Speed

Written by `make bench`; numbers differ between machines, ratios much less.
Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores, load {load:.1f},
numeric libraries on one thread. Edition {edition}. The reference work took {unit_ms:.1f} ms.

{table(timings, unit_ms)}
"""


def main() -> int:
    """Measure, print and write ``benchmarks/results.md``."""
    unit_ms = calibration_ms()
    sys.stdout.write(f"reference work: {unit_ms:.1f} ms\n")
    timings = measure()
    unit_ms = min(unit_ms, calibration_ms())
    text = page(timings, unit_ms, str(PriceBook.load().edition))
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{text}\nwrote benchmarks/{RESULTS.name}\n")
    return 0
