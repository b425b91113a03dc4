"""How long loading, comparing, exploring and printing take. Reports; never fails.

Times depend on the machine, so each is also given in units of a fixed piece of work, timed in the
same run: those ratios can be compared between machines and over the years.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.clock import BEST_OF, Spent, best, once
from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook

RESULTS = Path(__file__).parent / "results.md"
ROOT = Path(__file__).parent.parent
LINK = "https://example.org/?preset=celebrity_match"

CROSSINGS_MULTIPLE, STRIPS_MULTIPLE = 3.5, 50.0  # of the reference work
LOAD_MS, INTEGRITY_MS, COMPARE_MS = 500.0, 10_000.0, 50.0  # what the product promises
REPORT_MS, WHOLE_REPORT_MS = 1200.0, 8000.0

FRESH = {
    "Imports of the price book": "START; import pricing.book; STOP",
    "All tables, imports included": (
        "START; from pricing.book import PriceBook; PriceBook.load(); STOP"
    ),
    "All tables, after imports": (
        "from pricing.book import PriceBook; START; PriceBook.load(); STOP"
    ),
    "Every rule over every table (`pricing.check`)": (
        "import io, sys; from pricing.check import main\n"
        "shown, sys.stdout, sys.argv = sys.stdout, io.StringIO(), ['check']\n"
        "START; main(); sys.stdout = shown; STOP"
    ),
}
"""Programs for a new interpreter; it prints the time between START and STOP."""
CLOCK = {
    "START": "import time; start = time.perf_counter(), time.process_time()",
    "STOP": "print(time.perf_counter() - start[0], time.process_time() - start[1])",
}


@dataclass(frozen=True)
class Timing:
    """One measured thing."""

    what: str
    spent: Spent
    target_ms: float | None = None
    remark: str = ""


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
    """Milliseconds of :func:`reference` on one core of this machine."""
    return best(reference, 3 * BEST_OF).cpu_ms


# what is measured -------------------------------------------------------------------------------


def fresh_process(code: str) -> Spent:
    """What a new interpreter reports of a program."""
    for word, clock in CLOCK.items():
        code = code.replace(word, clock)
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    wall, cpu = (1000 * float(part) for part in done.stdout.split())
    return Spent(wall, cpu)


def loading() -> Iterable[Timing]:
    """Tables in a new process each time."""
    rows = sum(len(table.rows) for table in PriceBook.load().tables.values())
    for what, code in FRESH.items():
        spent = Spent.least(fresh_process(code) for _ in range(BEST_OF))
        aims = {"All": LOAD_MS, "Every": INTEGRITY_MS}
        target = aims.get(what.partition(" ")[0])
        yield Timing(what, spent, target, f"{rows} rows, best of {BEST_OF} new processes")


def comparing(book: PriceBook) -> Iterable[Timing]:
    """compare() of each preset, each time at another volume; the first call of all is colder."""
    for name in presets(book):
        base = from_preset(name, {}, book)
        first = once(lambda base=base: compare(base, book))  # type: ignore[misc]
        count = len(compare(base, book).options)
        volumes = iter(base.requests_per_month * 1.01**step for step in range(1, 100))

        def again(name: str = name, volumes: Iterable[float] = volumes) -> Comparison:
            chosen = from_preset(name, {"requests_per_month": next(iter(volumes))}, book)
            return compare(chosen, book)

        remark = f"{count} candidates; first call {first.cpu_ms:,.0f} ms"
        yield Timing(f"Compare: {name}", best(again), COMPARE_MS, remark)


def exploring(book: PriceBook) -> Iterable[Timing]:
    """Flips, break-even of every two places, and curves."""
    for name in presets(book):
        scenario = from_preset(name, {}, book)
        found = [compare(scenario, book) for _ in range(2)]
        spent = Spent.least(once(lambda one=one: one.exploration) for one in found)  # type: ignore[misc]
        yield Timing(f"Explore: {name}", spent, None, f"{len(found[0].curves)} curves")


def flipping(book: PriceBook, unit_ms: float) -> Iterable[Timing]:
    """Crossings of two alternatives along the volume, and the strips of all inputs."""
    from benchmarks.multiples import crossings_ms, strips_ms  # noqa: PLC0415 - it times by ours

    for what, cost, aim in (
        ("Crossings", crossings_ms, CROSSINGS_MULTIPLE),
        ("Strips", strips_ms, STRIPS_MULTIPLE),
    ):
        for name in presets(book):
            spent = cost(name, book)
            yield Timing(f"{what}: {name}", Spent(spent, spent), aim * unit_ms)


def printing(book: PriceBook) -> Iterable[Timing]:
    """PDFs as the route makes them, warm: each preset as asked without sections, then with all."""
    if find_spec("report.pdf") is None or find_spec("typst") is None:
        return
    from report.asked_report import AskedReport  # noqa: PLC0415 - optional
    from report.pdf import report_pdf  # noqa: PLC0415 - optional
    from report.sections import SECTIONS  # noqa: PLC0415 - optional

    everything = AskedReport(tuple(SECTIONS))
    for what, asked, aim in (
        ("PDF", AskedReport(), REPORT_MS),
        ("PDF, all sections", everything, WHOLE_REPORT_MS),
    ):
        for name in presets(book):
            scenario = from_preset(name, {}, book)

            def print_it(scenario: Scenario = scenario, asked: AskedReport = asked) -> bytes:
                return report_pdf(compare(scenario, book), LINK, asked=asked)

            size = len(print_it()) / 1000
            yield Timing(f"{what}: {name}", best(print_it, 2), aim, f"{size:,.0f} kB")


# reporting --------------------------------------------------------------------------------------


def table(timings: Sequence[Timing], unit_ms: float) -> str:
    """Timings as Markdown, each also in units of the reference work."""
    lines = [
        "| what | ms of one core | ms passed | x reference | aim, ms | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for item in timings:
        cpu, wall = item.spent.cpu_ms, item.spent.wall_ms
        aim = f"{item.target_ms:,.0f}" if item.target_ms else ""
        missed = item.target_ms is not None and cpu > item.target_ms
        remark = f"over the aim; {item.remark}" if missed else item.remark
        cells = (item.what, f"{cpu:,.1f}", f"{wall:,.1f}", f"{cpu / unit_ms:,.2f}", aim, remark)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def measure(unit_ms: float) -> list[Timing]:
    """Everything, slowest part last."""
    book = PriceBook.load()
    found: list[Timing] = []
    for part in (
        loading(),
        comparing(book),
        exploring(book),
        flipping(book, unit_ms),
        printing(book),
    ):
        for timing in part:
            sys.stdout.write(f"{timing.what}: {timing.spent.cpu_ms:,.1f} ms\n")
            sys.stdout.flush()
            found.append(timing)
    return found


def page(timings: Sequence[Timing], unit_ms: float, edition: str) -> str:
    """The results as a page."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"""# Speed

Written by `make bench`; numbers differ between machines, ratios much less. Aims are for one core of
an idle machine, where both times are the same; while others use it, more time passes.
Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores, load {load:.1f},
numeric libraries on one thread. Edition {edition}. The reference work took {unit_ms:.1f} ms.

{table(timings, unit_ms)}
"""


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print and write ``benchmarks/results.md``; with ``--json`` print multiples only."""
    parser = argparse.ArgumentParser(description="How long the work takes.")
    parser.add_argument("--json", action="store_true", help="multiples of the reference work")
    unit_ms = calibration_ms()
    if parser.parse_args(words).json:
        from benchmarks.multiples import measure as multiples  # noqa: PLC0415 - it times by ours

        sys.stdout.write(json.dumps(multiples(unit_ms), indent=1) + "\n")
        return 0
    sys.stdout.write(f"reference work: {unit_ms:.1f} ms\n")
    timings = measure(unit_ms)
    unit_ms = min(unit_ms, calibration_ms())
    text = page(timings, unit_ms, str(PriceBook.load().edition))
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{text}\nwrote benchmarks/{RESULTS.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
