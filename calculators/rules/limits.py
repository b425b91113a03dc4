"""Published rate limits: what a vendor says it lets through, against the busiest hour.

A limit below the load is a caution with its number; it fails only where the source says that it
cannot be raised. Where nothing is published nothing is said: no limit is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators import remedies
from calculators.accounts.charges import here
from calculators.arrays import Array
from calculators.case import Case
from calculators.checks import Check
from calculators.costs import endpoints
from calculators.market.services import Services
from calculators.results import Finding, Needed, Verdict
from pricing.book import Source
from pricing.records import record
from pricing.schema import RateLimitRow
from pricing.units import SECONDS_PER_MONTH, factor

RAISED = {
    "yes": "it can be raised on request",
    "no": "it cannot be raised",
    "unknown": "whether it can be raised is not said",
}
WORDS = {
    "input_token": "input tokens",
    "output_token": "output tokens",
    "audio_second": "seconds of audio",
    "unit": "units",
}


@record
class Load:
    """What a service meets in the busiest hour of any month, counted as its limit counts."""

    row: RateLimitRow
    source: Source
    amount: Array  # (1,) or (N,) in one window of the limit
    per_request: Array  # of one request of a month, (1,) or (N,); NaN where units are counted
    requests: Array  # a month (1,) or (N,)

    @property
    def over(self) -> Array:
        """1 where the load is above the limit, else 0."""
        return np.asarray(self.amount > self.row.most * (1 + 1e-12), dtype=np.float64)

    def finding(self, point: int) -> Finding:
        """The limit with its number."""
        row, number = self.row, _number(here(self.amount, point))
        window = " at once" if row.counts == "unit" else f" a {row.window}"
        counted = WORDS.get(row.counts, f"{row.counts}s")
        limit = f"{row.most:,.0f} {counted}{window} ({row.plan}; {RAISED[row.raisable]})"
        text = f"The published limit is {limit}; the busiest hour brings {number}."
        if not here(self.over, point):
            return Finding("rate limit", "pass", text, source=self.source)
        verdict: Verdict = "fail" if row.raisable == "no" else "caution"
        needs = self._needs(point)
        change = self._change(point)
        return Finding("rate limit", verdict, text, change, source=self.source, needs=needs)

    def _needs(self, point: int) -> tuple[Needed, ...]:
        if self.row.raisable != "no":
            return ()
        per_request = here(self.per_request, point)
        if np.isnan(per_request):  # units: whole ones, so the load is a share of today's
            share = self.row.most / here(self.amount, point)
            return remedies.fewer("requests_per_month", here(self.requests, point), share)
        return (Needed("requests_per_month", float(np.floor(self.row.most / per_request))),)

    def _change(self, point: int) -> str:
        if self.row.raisable != "no":
            return "ask the vendor for a higher limit before you depend on it"
        per_request = here(self.per_request, point)
        if np.isnan(per_request):
            return f"a load that {self.row.most:,.0f} units answer"
        return f"at most {self.row.most / per_request:,.0f} requests a month"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def rate_limits(case: Case, services: Services, share: Array) -> list[Check]:
    """Checks of the published limits of some services, for ``share`` (N,) of the requests."""
    loads = _loads(case, services, share)
    most = max(map(len, loads), default=0)
    return [_check(loads, turn) for turn in range(most)]


def _check(loads: Sequence[Sequence[Load]], turn: int) -> Check:
    """The rule of one limit of each service."""
    own = [found[turn] if turn < len(found) else None for found in loads]
    none = np.zeros(1)
    fails = [load.over if load and load.row.raisable == "no" else none for load in own]

    def say(candidate: int, point: int) -> Finding | None:
        load = own[candidate]
        return None if load is None else load.finding(point)

    return Check(np.stack(np.broadcast_arrays(*fails)) > 0, say)


def _loads(case: Case, services: Services, share: Array) -> list[list[Load]]:
    if not any(services.limits):
        return [[] for _ in services.rows]
    peak = endpoints.peak_rps(case, share)
    inside = case.demand.calendar.weight > 0
    busiest = np.where(inside, peak, 0.0).max(1)
    one = endpoints.peak_to_mean(case) * share / SECONDS_PER_MONTH  # peak rate of a request a month
    found: list[list[Load]] = []
    asked = case["requests_per_month"]
    in_batches = case.points.in_batches
    for index, rows in enumerate(services.limits):
        own: list[Load] = []
        # answers that wait go through a queue with limits of its own
        waits = in_batches and services.in_batches(index)
        for row in () if waits else rows:
            source = case.book.source(row, key=f"{row.product}/{row.counts}")
            if row.counts == "unit":
                run = np.where(inside, endpoints.units(case, services.rates[index], peak), 0.0)
                own.append(Load(row, source, run.max(1), np.full(1, np.nan), asked))
            else:
                size = endpoints.held(case, row.counts) * factor(row.window, "second")
                own.append(Load(row, source, busiest * size, one * size, asked))
        found.append(own)
    return found


def refusing_volumes(case: Case, services: Services, index: int, share: float) -> Array:
    """Volumes at which a limit that cannot be raised is met (first point)."""
    edges = [np.zeros(0)]
    for row in services.limits[index]:
        if row.raisable == "no" and row.counts != "unit":
            size = float(endpoints.held(case, row.counts)[0]) * factor(row.window, "second")
            if size > 0:
                edges.append(endpoints.volume_at_peak(case, row.most / size, share))
    return np.concatenate(edges)
