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
    # the machine and its spare: 2 x 730 x 1.25
    found = items(hosted("acme/endpoint", horizon_months=12))
    assert found["Endpoint machines"].quantity == 12 * 2 * 730
    assert found["Endpoint machines"].amount_usd == pytest.approx(12 * 1825)


def test_endpoints_are_whole_machines_too() -> None:
    changes = {"spare_instances": 0, "horizon_months": 1}
    one = amounts(hosted("acme/endpoint", requests_per_month=6_132_000, **changes))
    two = amounts(hosted("acme/endpoint", requests_per_month=6_132_001, **changes))
    assert one["Endpoint machines"] == pytest.approx(912.5)
    assert two["Endpoint machines"] == pytest.approx(1825)


def seconds(requests: float) -> float:
    """Worker-seconds of a month: up a share 1 - exp(-rW), starting anew r exp(-rW) times a second.

    W = 0.1 s answer + 30 s idle; each start takes 20 s; never less than the load needs at 0.7 of
    10 requests/s.
    """
    rate = requests / MONTH_S
    asleep = math.exp(-rate * (ANSWER_S + IDLE_S))
    return max(1 - asleep + rate * asleep * START_S, rate / 7) * MONTH_S


@pytest.mark.parametrize("requests", [1, 1000, 10_000, 87_600, 1_000_000, 100_000_000])
def test_serverless_bills_from_start_to_stop(requests: float) -> None:
    chosen = hosted("acme/serverless", requests_per_month=requests, horizon_months=1)
    item = items(chosen)["Machines billed while busy"]
    assert item.unit == "second"
    assert item.quantity == pytest.approx(seconds(requests), rel=1e-9)
    assert item.amount_usd == pytest.approx(seconds(requests) * 0.0005, rel=1e-9)


def test_one_lonely_request_pays_for_its_start_and_idling() -> None:
    # 20 s to start, 0.1 s to answer, 30 s idle: 50.1 s x 0.0005 = 0.02505 USD
    chosen = hosted("acme/serverless", requests_per_month=1, horizon_months=1)
    assert amounts(chosen)["Machines billed while busy"] == pytest.approx(0.02505, rel=1e-4)


def test_a_busy_serverless_machine_costs_its_load() -> None:
    # 100 requests/s over 7 a worker: 14.2857 workers all month
    chosen = hosted("acme/serverless", requests_per_month=100 * MONTH_S, horizon_months=1)
    assert items(chosen)["Machines billed while busy"].quantity == pytest.approx(100 / 7 * MONTH_S)


def test_cold_starts_are_a_caution() -> None:
    chosen = hosted("acme/serverless")
    assert chosen.status == "feasible"
    assert any(finding.rule == "cold start" for finding in chosen.findings)


def test_seconds_and_hours_of_one_price_cost_the_same() -> None:
    """0.0005 USD a second are 1.80 an hour: a full worker-month costs 730 x 1.80 = 1,314."""
    full = hosted("acme/serverless", requests_per_month=7 * MONTH_S, horizon_months=1)
    assert amounts(full)["Machines billed while busy"] == pytest.approx(730 * 1.8)


def test_what_a_sleeping_machine_bills_needs_its_answer_time() -> None:
    """Capacity measured, but no answer time known: the hours of a worker are not."""
    known = hosted("acme/serverless", measured_requests_per_s=5)
    assert known.status == "feasible"
    lost = hosted("acme/serverless", params_millions=20_000, measured_requests_per_s=5)
    assert (lost.status, lost.missing) == ("incomplete", ("answer time of this machine",))
    assert hosted("acme/endpoint", params_millions=20_000, measured_requests_per_s=5).status == (
        "feasible"
    )
