#!/usr/bin/env python3
"""A grid of 100,000 scenarios over the API, with nothing but Python: 100 sweeps of 1,000.

    python deploy/grid.py http://localhost:8080 preset=support_chat > grid.csv

One row for each combination of two inputs and each place. A server that is busy says when to come
back, and is asked again then. Two sweeps at a time keep two replicas busy.
"""

from __future__ import annotations

import csv
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

VOLUMES = [round(10 ** (3 + 6 * turn / 999)) for turn in range(1_000)]  # 1,000 to a billion
OTHER = "staff_usd_per_hour"
OTHERS = [20.0 + 2 * turn for turn in range(100)]
AT_ONCE = 2
TRIES = 20
COLUMNS = ("requests_per_month", OTHER, "place", "option", "status", "company_usd", "p95_ms")


def ask(url: str) -> dict[str, object]:
    """The answer; a busy server is asked again when it says so."""
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise SystemExit(error.read().decode()) from None
            time.sleep(float(error.headers.get("Retry-After", "5")))
    raise SystemExit("the server stayed busy")


def rows(address: str, query: str, other: float, volumes: Sequence[int]) -> Iterator[list[object]]:
    """One sweep: every volume at one value of the other input."""
    axis = {"axis": "requests_per_month", "values": ",".join(map(str, volumes)), OTHER: other}
    found = ask(f"{address}/api/v1/sweep?{query}&{urlencode(axis)}")
    places = found["places"]
    assert isinstance(places, dict)
    for place, told in places.items():
        for volume, best in zip(volumes, told, strict=True):
            figures = (best[name] for name in ("id", "status", "company_usd", "p95_ms"))
            yield [volume, other, place, *figures]


def main() -> None:
    """Write the grid to standard output."""
    address, query = sys.argv[1].rstrip("/"), (sys.argv[2] if len(sys.argv) > 2 else "")
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for part in pool.map(lambda other: list(rows(address, query, other, VOLUMES)), OTHERS):
            out.writerows(part)


if __name__ == "__main__":
    main()
