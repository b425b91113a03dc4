"""``python -m benchmarks.load.slowest``: look for the valid address that costs most to answer.

For each route a hill climb: change a few inputs to ends of their bounds, keep what took longer.
Timed is the processor time of this process, which a busy machine does not falsify as it does
seconds.
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
from calculators.scenario import ScenarioError, bounds, choices, fields, is_numeric
from report import api
from report.break_even import break_even_body
from report.comparison import compare_body
from report.history import history_body
from report.map import map_body
from report.server.text import text_of
from report.strips import strips_body
from report.sweep import sweep_body
from report.uncertainty import uncertainty_body

Inputs = dict[str, str]
SIZED = {
    "map": {"x": "requests_per_month", "y": "horizon_months", "n": "101"},
    "sweep": {
        "axis": "requests_per_month",
        "values": ",".join(f"{10 ** (3 + 5 * turn / 1999):.0f}" for turn in range(2_000)),
    },
    "short": {"candidates": "best"},
    "full": {"break_even": "yes"},
}


def _json(work: Callable[[str], tuple[dict[str, Any], object]]) -> Callable[[str], object]:
    return lambda query: text_of(work(query)[0])


ROUTES: dict[str, Callable[[str], object]] = {
    "short": _json(compare_body),
    "full": _json(compare_body),
    "map": _json(map_body),
    "sweep": _json(sweep_body),
    "uncertainty": _json(uncertainty_body),
    "break-even": _json(break_even_body),
    "strips": _json(strips_body),
    "history": _json(history_body),
    "report": lambda query: api.report_file(query, ""),
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
    """Processor seconds of one answer; below 0 where it is refused."""
    query = urlencode({**inputs, **SIZED.get(route, {})})
    start = time.process_time()
    try:
        ROUTES[route](query)
    except ScenarioError:
        return -1.0
    return time.process_time() - start


def climb(route: str, tries: int, seed: int) -> tuple[float, Inputs]:
    """The costliest address found."""
    dice = random.Random(f"{route} {seed}")
    best: Inputs = {"preset": "recommender", "growth_pct_per_month": "3", "horizon_months": "120"}
    most = cost(route, best)
    for _ in range(tries):
        found = changed(best, dice)
        took = cost(route, found)
        if took > most:
            best, most = found, took
    return most, best


def main() -> None:
    """Climb on every route and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=30)
    parser.add_argument("--routes", nargs="*", choices=ROUTES, default=list(ROUTES))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    api.warm()
    print(machine(), flush=True)
    for route in given.routes:
        most, inputs = climb(route, given.tries, given.seed)
        print(f"{route}: {most:.1f} s of a core: ?{urlencode(inputs)}", flush=True)


if __name__ == "__main__":
    main()
