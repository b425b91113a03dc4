"""``python -m benchmarks.load.memory``: what the process holds after many heavy scenarios.

Each is compared on a thread of its own, as a page of a visitor is, and everything the page draws
is asked for. All differ and grow month by month, so nothing is found again.
"""

from __future__ import annotations

import argparse
import threading
import time

from benchmarks.load.figures import machine
from report import api
from report.chart_spec import breakdown, cost_curve
from report.codec import decode
from report.payload import best
from report.server.memory import bounded_arenas
from report.server.metrics import resident_bytes
from report.server.pages import WORK

_MONTHS = "growth_pct_per_month=3&horizon_months=120"
HEAVY = (
    f"preset=support_chat&{_MONTHS}",
    f"preset=recommender&{_MONTHS}&training_method=lora&retrains_per_month=1",
    f"preset=document_ocr&{_MONTHS}&price_change_pct_per_year_rental=2&today_usd_per_month=1000",
    f"preset=live_camera&{_MONTHS}&data_sensitivity=personal",
)
AT_ONCE = 4
TOLD_EVERY = 25


def page(turn: int) -> None:
    """What a page asks of a scenario nobody has had before."""
    query = f"{HEAVY[turn % len(HEAVY)]}&requests_per_month={100_003 + 7_919 * turn}"
    found = decode(query, strict=True)
    comparison = WORK.comparison(found.scenario, found.book)
    best(comparison)
    cost_curve(comparison)
    breakdown(comparison)


def main() -> None:
    """Compare them and print memory as it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=100)
    count = parser.parse_args().scenarios
    bounded_arenas()
    api.warm()
    print(f"warm: {resident_bytes() / 1e6:.0f} MB; {machine()}")
    start, most = time.monotonic(), 0.0
    for first in range(0, count, AT_ONCE):
        turns = range(first, min(first + AT_ONCE, count))
        threads = [threading.Thread(target=page, args=(turn,)) for turn in turns]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        now = resident_bytes()
        most = max(most, now)
        if (first // AT_ONCE) % (TOLD_EVERY // AT_ONCE) == 0 or turns[-1] == count - 1:
            took = time.monotonic() - start
            print(f"{turns[-1] + 1} scenarios, {took:.0f} s: {now / 1e6:.0f} MB, {len(WORK)} kept")
    print(f"most: {most / 1e6:.0f} MB; {machine()}")


if __name__ == "__main__":
    main()
