"""Hosted platforms by hand: endpoints all month, serverless machines by the second."""

from __future__ import annotations

import math
from typing import Any

import pytest

from calculators.results import Option
from tests.calculators.world import amounts, compared, items, option

MONTH_S = 2_628_000
IDLE_S, START_S, ANSWER_S = 30, 20, 0.1


def hosted(product: str, **changes: Any) -> Option:
    return option(compared(**changes), f"none>hosted_platform:{product}")


def test_an_endpoint_runs_all_month() -> None:
    # the machine alone, since a platform replaces what fails: 730 x 1.25
    found = items(hosted("acme/endpoint", horizon_months=12))
    assert found["Endpoint machines"].quantity == 12 * 730
    assert found["Endpoint machines"].amount_usd == pytest.approx(12 * 912.5)
    # and with a spare, where one is asked for
    spared = items(hosted("acme/endpoint", horizon_months=12, spare_instances=1))
    assert spared["Endpoint machines"].quantity == 12 * 2 * 730


def test_endpoints_are_whole_machines_too() -> None:
    changes = {"spare_instances": 0, "horizon_months": 1}
    one = amounts(hosted("acme/endpoint", requests_per_month=6_132_000, **changes))
    two = amounts(hosted("acme/endpoint", requests_per_month=6_132_001, **changes))
    assert one["Endpoint machines"] == pytest.approx(912.5)
    assert two["Endpoint machines"] == pytest.approx(1825)


def seconds(requests: float) -> float:
    """Worker-seconds of a month at an even load.

    Asleep a share 1 / (exp(rw + d) + a), w = 0.1 s answer + 30 s idle. One is answered after the
    other, ten a second: d = -log(1 - r/10) - 0.1 r longer busy than 0.1 s each. Who comes during
    a start of 20 s is answered while others come: a = 20 r (1 + min(1, rw) r / (10 - r)).
    """
    rate = requests / MONTH_S
    asleep = 0.0
    if rate < 10:
        up = rate * (ANSWER_S + IDLE_S)
        longer = max(-math.log(1 - rate / 10) - rate * ANSWER_S, 0.0)
        crowd = rate * START_S * (1 + min(1.0, up) * rate / (10 - rate))
        asleep = 1 / (math.exp(min(up + longer, 700)) + crowd)
    return (math.ceil(rate / 7 * (1 - 1e-12)) - asleep) * MONTH_S


EVEN = {"peak_to_mean": 1, "horizon_months": 1}


@pytest.mark.parametrize("requests", [1, 1000, 10_000, 87_600, 1_000_000, 100_000_000])
def test_serverless_bills_from_start_to_stop(requests: float) -> None:
    chosen = hosted("acme/serverless", requests_per_month=requests, **EVEN)
    item = items(chosen)["Machines billed while up"]
    assert item.unit == "second"
    # read between two rates worked out, 3e-4 at worst
    assert item.quantity == pytest.approx(seconds(requests), rel=3e-4)
    assert item.amount_usd == pytest.approx(item.quantity * 0.0005, rel=1e-12)


def test_one_lonely_request_pays_for_its_start_and_idling() -> None:
    # 20 s to start, 0.1 s to answer, 30 s idle: 50.1 s x 0.0005 = 0.02505 USD
    chosen = hosted("acme/serverless", requests_per_month=1, horizon_months=1)
    assert amounts(chosen)["Machines billed while up"] == pytest.approx(0.02505, rel=1e-4)


def test_a_busy_serverless_machine_costs_whole_workers() -> None:
    # 100 requests/s over 7 a worker: 14.2857, so 15 workers all month
    chosen = hosted("acme/serverless", requests_per_month=100 * MONTH_S, **EVEN)
    assert items(chosen)["Machines billed while up"].quantity == pytest.approx(15 * MONTH_S)


@pytest.mark.parametrize("peak", [1, 3, 4, 12, 30])
def test_one_worker_never_bills_more_than_its_hours(peak: float) -> None:
    """A load that one worker carries at its peak: at most the 730 hours, and more for more."""
    most = 7 * MONTH_S / peak
    bills = [
        items(
            hosted(
                "acme/serverless",
                requests_per_month=most * share,
                peak_to_mean=peak,
                horizon_months=1,
            )
        )["Machines billed while up"].quantity
        for share in (1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.5, 1)
    ]
    assert bills == sorted(bills)
    assert bills[-1] <= MONTH_S


def test_cold_starts_are_a_caution() -> None:
    chosen = hosted("acme/serverless")
    assert chosen.status == "feasible"
    assert any(finding.rule == "cold start" for finding in chosen.findings)


def test_seconds_and_hours_of_one_price_cost_the_same() -> None:
    """0.0005 USD a second are 1.80 an hour: a full worker-month costs 730 x 1.80 = 1,314."""
    full = hosted("acme/serverless", requests_per_month=7 * MONTH_S, **EVEN)
    assert amounts(full)["Machines billed while up"] == pytest.approx(730 * 1.8)
