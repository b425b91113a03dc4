"""Owned machines by hand: purchase, cabling, energy, hosting, maintenance, work, resale."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.results import Option
from tests.calculators.world import amounts, compared, items, option

MEAN_10_PER_S = 10 * 2_628_000  # requests a month
NODE_8 = "acme/node8"
COMPANY = (
    "Servers bought",
    "Network and cabling",
    "Servers sold at the end of use",
    "Electricity of the servers",
    "Hosting, per kW",
    "Maintenance and spare parts",
    "Work to set up",
    "Work to run",
    "Work on failed hardware",
    "Internet transit",
)


def owned(server: str = NODE_8, **changes: Any) -> Option:
    changes = {"spare_instances": 0, "requests_per_month": MEAN_10_PER_S, **changes}
    return option(compared(**changes), f"none>owned:{server}")


def test_an_eight_gpu_server_for_36_months_with_resale() -> None:
    """One server with eight T100 (80 requests/s) at a mean of 10 requests/s for three years.

    purchase                240,000
    cabling, 10 %            24,000
    resale       0.5 ^ (36/12) = 1/8 of 240,000             = -30,000
    electricity  busy 10/80 = 0.125: 1,000 + 5,000 x 0.125 = 1,625 W
                 1.625 kW x 730 h x PUE 1.5 = 1,779.375 kWh x 0.10 = 177.9375 a month
                 x 36                                       = 6,405.75
    hosting      6 kW x 200 x 36                            = 43,200
    maintenance  3 % of 240,000 a year x 3                  = 21,600
    work         40 h x 100                                 = 4,000
                 4 h a month x 100 x 36                     = 14,400
    failures     8 x 0.24 a year / 12 x 5 h = 0.8 h x 100 x 36 = 2,880
    transit      10 a second x 3 (busiest hour) x 2 kB x 8 = 0.48 Mbps x 1 x 36 = 17.28
    together                                                = 326,503.03
    """
    chosen = owned(horizon_months=36)
    found = amounts(chosen)
    expected = dict(
        zip(
            COMPANY,
            (240_000, 24_000, -30_000, 6405.75, 43_200, 21_600, 4000, 14_400, 2880, 17.28),
            strict=True,
        )
    )
    assert {name: found[name] for name in COMPANY} == pytest.approx(expected, abs=0.005)
    assert chosen.company_usd == pytest.approx(326_503.03, abs=0.005)
    negative = [item.name for item in chosen.line_items if item.credit]
    assert negative == ["Servers sold at the end of use"]
    energy = items(chosen)["Electricity of the servers"]
    assert energy.unit == "kwh"
    assert energy.quantity == pytest.approx(1779.375 * 36)


def test_its_present_value_by_hand() -> None:
    """At 10 % a year: the purchase today, the months at their ends, the resale after 36.

    v = 1.1^(-1/12); the factors of 36 months add up to (1 - 1.1^-3) / (1.1^(1/12) - 1) = 31.186458
    monthly: 177.9375 + 1,200 + 600 + 400 + 80 + 0.48 = 2,458.4175 x 31.186458 = 76,669.33
    now: 240,000 + 24,000 + 4,000 = 268,000; resale 30,000 / 1.331 = 22,539.44
    268,000 + 76,669.33 - 22,539.44 = 322,129.89
    """
    chosen = owned(horizon_months=36, discount_rate_pct=10)
    factors = sum(1.1 ** (-month / 12) for month in range(1, 37))
    assert factors == pytest.approx(31.186458, abs=1e-6)
    company = sum(item.npv_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(322_129.89, abs=0.01)
    assert chosen.company_usd == pytest.approx(326_503.03, abs=0.005)  # stays undiscounted


def test_month_1_holds_the_purchase_and_one_month() -> None:
    chosen = owned(horizon_months=36)
    company = sum(item.month1_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(268_000 + 2458.4175)


def test_requests_stay_on_the_premises() -> None:
    found = compared(data_sensitivity="on_premises")
    assert option(found, "none>owned:acme/node8").status == "feasible"
    assert option(found, "none>owned:acme/node8").vendor == ""


def test_capacity_says_how_the_servers_were_sized() -> None:
    """Two replicas' worth of requests and a spare on servers of eight cards: two of them."""
    found = owned(spare_instances=1).capacity
    assert found is not None
    assert (found.machines, found.machine) == (2, "8 x T100")
    assert (found.requests_per_s, found.low, found.high) == (80, 64, 100)
    assert found.busy_share == pytest.approx(10 / 160)
