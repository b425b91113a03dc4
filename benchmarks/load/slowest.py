"""``python -m benchmarks.load.slowest``: look for the valid address that costs most to answer.

For each route a hill climb from the costliest of some presets, with growth and over long periods:
change a few inputs to ends of their bounds, keep what took longer. Timed is the processor time of
the thread, which a busy machine does not falsify as it does seconds; it does make a processor
slower, so each figure is told, too, as what it comes to where the reference work of
:mod:`benchmarks.speed` takes as long as on the quiet machine of ``benchmarks/targets.md``.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from benchmarks.load.ask import PRESETS
from benchmarks.load.figures import machine
from benchmarks.speed import calibration_ms
from calculators import wanted
from calculators.scenario import ScenarioError, bounds, choices, fields, is_numeric
from report import api
from report.advice import advice_body
from report.break_even import break_even_body
from report.comparison import compare_body
from report.constraints import constraints_body
from report.csv_file import chunks
from report.csv_tables import TABLES, Table
from report.devices import devices_body
from report.history import history_body
from report.map import map_body
from report.payback import payback_body
from report.retraining import retraining_body
from report.server.text import text_of
from report.side_by_side import side_by_side_body
from report.strips import strips_body
from report.sweep import sweep_body
from report.tradeoffs import tradeoffs_body
from report.uncertainty import uncertainty_body
from report.workbook.download import workbook_file

Inputs = dict[str, str]
QUIET_MS = 22.2
"""The reference work on the quiet machine (benchmarks/targets.md)."""
MOST_S = 30.0
"""Beyond it an answer is given up; every limit of the server lies below."""
GROWS = {"growth_pct_per_month": "3"}
PERIODS: tuple[Inputs, ...] = ({}, GROWS, {**GROWS, "horizon_months": "120"})
SIZED = {
    "map": {"x": "requests_per_month", "y": "horizon_months", "n": "101"},
    "sweep": {
        "axis": "requests_per_month",
        "values": ",".join(f"{10 ** (3 + 5 * turn / 1999):.0f}" for turn in range(2_000)),
    },
    "short": {"candidates": "best"},
    "full": {"break_even": "yes"},
    "items.csv": {"option": "all"},
    "cash_flow.csv": {"option": "all"},
}
SIZED |= {f"{name}.csv": SIZED["map"] for name in ("map", "map_lines")}


def _json(work: Callable[[str], tuple[dict[str, Any], object]]) -> Callable[[str], object]:
    return lambda query: text_of(work(query)[0])


def _csv(table: Table) -> Callable[[str], object]:
    return lambda query: "".join(chunks(table.columns, table.rows(query)[0])).encode()


ROUTES: dict[str, Callable[[str], object]] = {
    "short": _json(compare_body),
    "full": _json(compare_body),
    "map": _json(map_body),
    "sweep": _json(sweep_body),
    "uncertainty": _json(uncertainty_body),
    "break-even": _json(break_even_body),
    "strips": _json(strips_body),
    "history": _json(history_body),
    "advice": _json(advice_body),
    "retraining": _json(retraining_body),
    "constraints": _json(constraints_body),
    "trade-offs": _json(tradeoffs_body),
    "devices": _json(devices_body),
    "payback": _json(payback_body),
    "side-by-side": _json(side_by_side_body),
    "report": lambda query: api.report_file(query, ""),
    "workbook": lambda query: workbook_file(query, ""),
    **{f"{table.name}.csv": _csv(table) for table in TABLES.values()},
}


def changed(inputs: Inputs, dice: random.Random) -> Inputs:
    """Another address: a few inputs at an end of their bounds or at another word."""
    made = dict(inputs)
    for name in dice.sample([name for name in fields() if name != "title"], dice.randint(1, 4)):
        if name == "preset":
            made[name] = dice.choice(PRESETS)
        elif is_numeric(name):
            low, high, refused = bounds(name)
            ends = [end for end in (low, high) if end is not None and not (refused and end == low)]
            if ends:
                made[name] = f"{dice.choice(ends):g}"
        elif words := choices(name):
            made[name] = str(dice.choice(list(words)))
    return made


def cost(route: str, inputs: Inputs) -> float:
    """Processor seconds of one answer, at most about ``MOST_S``; below 0 where it is refused."""
    query = urlencode({**inputs, **SIZED.get(route, {})})
    start = time.thread_time()
    try:
        with wanted.while_wanted(lambda: time.thread_time() - start < MOST_S):
            ROUTES[route](query)
    except ScenarioError:
        return -1.0
    except wanted.NoLongerWantedError:
        pass
    return time.thread_time() - start


def starts(count: int, dice: random.Random) -> list[Inputs]:
    """Presets as they are, with growth, and with growth over the longest period."""
    every = [{"preset": preset, **period} for preset in PRESETS for period in PERIODS]
    return dice.sample(every, min(count, len(every)))


def climb(route: str, begin: int, tries: int, seed: int) -> tuple[float, Inputs]:
    """The costliest address found."""
    dice = random.Random(f"{route} {seed}")
    most, best = max(
        ((cost(route, start), start) for start in starts(max(begin, 1), dice)),
        key=lambda found: found[0],
    )
    for _ in range(tries):
        found = changed(best, dice)
        took = cost(route, found)
        if took > most:
            best, most = found, took
    return most, best


def main() -> None:
    """Climb on every route and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=12)
    parser.add_argument("--tries", type=int, default=30)
    parser.add_argument("--routes", nargs="*", choices=ROUTES, default=list(ROUTES))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    api.warm()
    print(machine(), flush=True)
    for route in given.routes:
        before = calibration_ms()
        most, inputs = climb(route, given.starts, given.tries, given.seed)
        quiet = most * QUIET_MS / ((before + calibration_ms()) / 2)
        said = f"{most:.1f} s of a core, {quiet:.1f} s of a quiet one"
        print(f"{route}: {said}: ?{urlencode(inputs)}", flush=True)


if __name__ == "__main__":
    main()
