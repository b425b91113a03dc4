"""What answers cost as multiples of a fixed piece of work: ``python -m benchmarks.speed --json``.

Each figure is processor time of one core, warm, over :func:`benchmarks.speed.reference` timed in
the same process, the least of a few runs; the worst of the twelve presets where a figure is one
number. Ratios move little between machines and over the years; they are never asserted on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.clock import best, once
from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore.draws import VERDICT, draws
from calculators.explore.sweep import evaluations
from calculators.explore.uncertainty import Certainty
from calculators.explore.who_wins import who_wins
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import DEFAULT_PRESET, from_preset, presets
from calculators.results import Asked, Comparison, Option
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.schema import ModelRow
from report import payload
from report.api import warm

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent
VOLUMES = 10_000
CELLS = 100  # of a map, each way
GROWN = {
    "growth_pct_per_month": 3.0,
    "growth_low": 0.0,
    "growth_high": 6.0,
    "horizon_months": 36,
}
RUNS = 5
PEAK = "from benchmarks.multiples import heaviest; heaviest()"
"""The program whose memory is told."""


def measure(unit_ms: float) -> dict[str, Any]:
    """Every figure; ``unit_ms`` is the reference work on this machine."""
    warm()  # as the server does: what stays is no garbage to look through
    book = PriceBook.load()
    names = tuple(presets(book))

    def each(cost: Callable[[str, PriceBook], float]) -> dict[str, float]:
        return {name: round(cost(name, book) / unit_ms, 3) for name in names}

    def worst(cost: Callable[[str, PriceBook], float]) -> float:
        return max(each(cost).values())

    return {
        "reference_ms": round(unit_ms, 2),
        "compare": each(compare_ms),
        "short_answer": each(short_answer_ms),
        "explore": each(explore_ms),
        "crossings": worst(crossings_ms),
        "strips": worst(strips_ms),
        "verdict": worst(verdict_ms),
        "sweep_10000": worst(sweep_ms),
        "draws_8192": worst(draws_ms),
        "map_plain": worst(lambda name, book: map_ms(name, book, "staff_usd_per_hour")),
        "map_model_size": worst(lambda name, book: map_ms(name, book, "params_millions")),
        "change": worst(change_ms),
        "change_other": worst(change_other_ms),
        "peak_mb": round(peak_mb(), 1),
    }


# scenarios ----------------------------------------------------------------------------------


def others(name: str, book: PriceBook) -> Iterator[Scenario]:
    """Scenarios of a preset, each of another volume, budget and model.

    Models are those of the task in the catalogue, in turn and each of another size: no estimate
    is one that was made before.
    """
    base = from_preset(name, {}, book)
    rows = [row for row in book.table("models", ModelRow) if row.task == base.task]
    models = cycle([row.model for row in rows] or [base.model])
    size = {row.model: row.params_millions or 100.0 for row in rows}
    for turn in range(1, 1_000_000):
        model = next(models)
        yield base.with_changes(
            {
                "requests_per_month": base.requests_per_month * (1 + turn / 100),
                "latency_budget_ms": (base.latency_budget_ms or 5_000.0) * (1 + turn / 1000),
                "model": model,
                "params_millions": size.get(model, 100.0) * (1 + turn / 1e6),
            }
        )


def decided(scenario: Scenario, book: PriceBook) -> str:
    """Headline, best of each place with items, p95 and rules, as JSON text."""
    return json.dumps(payload.decided(compare(scenario, book)), allow_nan=False)


def answer(scenario: Scenario, book: PriceBook) -> str:
    """The whole short answer: besides that the verdict, ranges, devices, carbon and the advice."""
    return json.dumps(payload.best(compare(scenario, book)), allow_nan=False)


# what is timed [ms of one core] -----------------------------------------------------------------


def compare_ms(name: str, book: PriceBook) -> float:
    """Who wins and what each place costs, of a question never asked before."""
    return _asked_ms(decided, name, book)


def short_answer_ms(name: str, book: PriceBook) -> float:
    """All that ``candidates=best`` answers to such a question."""
    return _asked_ms(answer, name, book)


def _asked_ms(work: Callable[[Scenario, PriceBook], str], name: str, book: PriceBook) -> float:
    asked = others(name, book)
    work(next(asked), book)
    return best(lambda: work(next(asked), book), 2 * RUNS).cpu_ms


def _compared(name: str, book: PriceBook, changes: Mapping[str, Any] | None = None) -> Comparison:
    return compare(from_preset(name, changes or {}, book), book)


def _listed(name: str, book: PriceBook, changes: Mapping[str, Any] | None = None) -> OptionList:
    listed = _compared(name, book, changes).options
    assert isinstance(listed, OptionList)
    return listed


def explore_ms(name: str, book: PriceBook) -> float:
    """Curves, crossings of every two places with their intervals, and flips, along the volume."""
    made = [_compared(name, book) for _ in range(RUNS)]
    return min(once(lambda one=one: one.break_even).cpu_ms for one in made)  # type: ignore[misc]


def crossings_ms(name: str, book: PriceBook) -> float:
    """Crossings of the recommended and the runner-up with their intervals, along the volume.

    As candidates and as places, the dearer of the two; 0 where nothing is recommended beside
    another place.
    """
    made = [_compared(name, book) for _ in range(RUNS)]
    pairs = [(one.cheapest, one.runner_up) for one in made]
    spent = [0.0]
    for by_place in (False, True):
        runs = [
            once(lambda one=one, asked=asked: one.between(asked)).cpu_ms  # type: ignore[misc]
            for one, (best_one, second) in zip(made, pairs, strict=True)
            if best_one is not None and second is not None
            for asked in (_asked(best_one, second, by_place=by_place),)
        ]
        spent.append(min(runs, default=0.0))
    return max(spent)


def _asked(one: Option, other: Option, *, by_place: bool) -> Asked:
    sides = (one.kind, other.kind) if by_place else (one.id, other.id)
    return Asked("requests_per_month", *sides)


def strips_ms(name: str, book: PriceBook) -> float:
    """Who wins over the bounds of every input."""
    made = [_compared(name, book) for _ in range(2)]
    return min(once(lambda one=one: one.strips).cpu_ms for one in made)  # type: ignore[misc]


def verdict_ms(name: str, book: PriceBook) -> float:
    """Draws behind the verdict on the page."""
    listed = _listed(name, book)
    return best(lambda: draws(listed, SHARED, VERDICT), RUNS).cpu_ms


def draws_ms(name: str, book: PriceBook) -> float:
    """All draws with regret, what is worth knowing and the tornado, at 36 months with growth."""
    listed = _listed(name, book, GROWN)
    return best(lambda: Certainty(listed, SHARED).uncertainty(), 2).cpu_ms


def sweep_ms(name: str, book: PriceBook) -> float:
    """All candidates at ten thousand volumes, and which of them is the cheapest at each."""
    scenario = from_preset(name, {}, book)
    volumes = np.geomspace(1e3, 1e9, VOLUMES)

    def work() -> None:
        points = Points.sweep(scenario, "requests_per_month", volumes)
        for _, found in evaluations(points, book, SHARED):
            found.ranked.argmin(0)

    return best(work, 2).cpu_ms


def map_ms(name: str, book: PriceBook, field: str) -> float:
    """Who wins over a field and the volume, a hundred values each."""
    scenario = from_preset(name, {}, book)
    volumes = np.geomspace(1e4, 1e8, CELLS)
    values = np.geomspace(20.0, 200.0, CELLS)
    if field == "params_millions":
        values = np.geomspace(1.0, 70_000.0, CELLS)
    return best(
        lambda: who_wins(scenario, ("requests_per_month", volumes), (field, values), book, SHARED),
        1,
    ).cpu_ms


def change_ms(name: str, book: PriceBook) -> float:
    """Everything a changed volume costs the server: the page, from the input to its end."""
    base = from_preset(name, {}, book).requests_per_month

    def enter(page: AppTest, turn: int) -> None:
        page.text_input(key="exact_volume").set_value(f"{base * (1 + turn / 50):g}")

    return _changed_ms(name, enter)


def change_other_ms(name: str, _: PriceBook) -> float:
    """The same of another input, by the address: nothing is known along the volume yet."""

    def enter(page: AppTest, turn: int) -> None:
        page.query_params["staff_usd_per_hour"] = f"{50 + turn}"

    return _changed_ms(name, enter)


def _changed_ms(name: str, enter: Callable[[AppTest, int], None]) -> float:
    """A page of a preset after something was entered, each time another value."""
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415 - only where pages are timed

    page = AppTest.from_file(str(ROOT / "ui" / "main.py"), default_timeout=60)
    page.query_params["preset"] = name
    page.run()
    turns = iter(range(1, 100))

    def change() -> None:
        enter(page, next(turns))
        page.run()

    change()
    return best(change, RUNS).cpu_ms


# memory -----------------------------------------------------------------------------------------


def heaviest() -> None:
    """All draws of the preset with most candidates, at 36 months with growth; told on stdout."""
    book = PriceBook.load()
    for name in (DEFAULT_PRESET, "deep_art", "summariser"):
        Certainty(_listed(name, book, GROWN), SHARED).uncertainty()
    sys.stdout.write(str(most_mb()))


def most_mb() -> float:
    """Most memory this program has held [MiB].

    Not what ``getrusage`` says: that counts the process it was started from as well.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (held,) = (line for line in lines if line.startswith("VmHWM:"))
    return float(held.split()[1]) / 1024


def peak_mb() -> float:
    """Most memory of a process of its own that draws everything [MiB]."""
    words = [sys.executable, "-c", PEAK]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)
