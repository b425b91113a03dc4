"""Published paybacks, entered through public inputs alone; what cannot be switched off is named.

Own machines always have a little cabling and maintenance (the least the inputs allow: 0.5 % of the
price, 0.1 % of it a year), rented ones a disk and a load balancer (24.43 USD a month). A month is
730 hours.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from report.payback import payback_body

OWN = "none>owned:own/server"
BARE: dict[str, Any] = {
    "preset": "celebrity_match",
    "staff_usd_per_hour": 0,
    "request_kb": 0,
    "response_kb": 0,
    "battery_wear": "no",
    "data_sensitivity": "public",
    "latency_budget_ms": "",
    "ttft_budget_ms": "",
    "min_tokens_per_s": "",
    "spare_instances": 0,
    "horizon_months": 36,
    "requests_per_month": 1000,
    "pue": 1,
    "own_server_life_months": 240,
    "own_server_resale_pct": 0,
    "assume.maintenance_pct_per_year": 0.1,
    "assume.network_and_cabling_pct": 0.5,
    "assume.switch_parallel_months": 0.05,
}
CABLING, UPKEEP = 1.005, 0.001 / 12
P5 = "none>rented:aws/p5.48xlarge:on_demand"
LENOVO: dict[str, Any] = {
    "own_server": "8x H100-NVL",
    "own_server_usd": 833_806,
    "own_server_w": 5_800,
    "electricity_usd_per_kwh": 0.15,  # 5.8 kW x 0.15 = 0.87 USD an hour
    "hosting": "office",
}


def told(a: str, b: str, **inputs: Any) -> dict[str, Any]:
    body, _ = payback_body(urlencode({**BARE, **inputs, "a": a, "b": b}))
    return body


def months(a: str, b: str, **inputs: Any) -> float:
    """The one month at which ``a`` overtakes."""
    (turn,) = told(a, b, **inputs)["crossings"]
    assert turn["cheaper_after"] == a
    return float(turn["month"])


@pytest.mark.parametrize(
    ("usd_per_hour", "hours"),
    # 833,806 / (rent - 0.87): Lenovo LP2225 (May 2025), and the list price of 2025-06-23
    [(98.32, 8_556), (77.43, 10_891), (53.95, 15_708), (55.04, 15_392)],
)
def test_lenovo_own_node_against_a_rented_one(usd_per_hour: float, hours: float) -> None:
    found = months(OWN, P5, **LENOVO, **{"price.aws/p5.48xlarge/on_demand": usd_per_hour})
    assert found == pytest.approx(hours / 730, rel=0.01)
    # with what cannot be switched off it is exact
    price, power = 833_806.0, 5.8 * 730 * 0.15
    rent = usd_per_hour * 730 + 100 * 0.08 + 0.0225 * 730
    assert found == pytest.approx(price * CABLING / (rent - power - price * UPKEEP), rel=1e-9)


def test_the_list_of_today_moves_it_by_80_per_cent() -> None:
    before = months(OWN, P5, **LENOVO, **{"price.aws/p5.48xlarge/on_demand": 98.32})
    assert months(OWN, P5, **LENOVO) / before == pytest.approx(1.8, abs=0.01)  # 55.04 in the book


@pytest.mark.parametrize(
    ("capex", "kwh", "colocation", "gpu_hour", "expected"),
    [
        # 300,000 / (8 x 4.50 x 730 - 10.2 x 730 x 0.06 - 10.2 x 150) = 12.34
        (300_000, 0.06, 150, 4.50, 12.34),
        # 350,000 / (8 x 3.00 x 730 - 10.2 x 730 x 0.12 - 10.2 x 250) = 24.86
        (350_000, 0.12, 250, 3.00, 24.86),
        (325_000, 0.09, 200, 4.00, 325_000 / (8 * 4 * 730 - 10.2 * 730 * 0.09 - 10.2 * 200)),
    ],
)
def test_own_node_in_a_colocation(
    capex: float, kwh: float, colocation: float, gpu_hour: float, expected: float
) -> None:
    """8 x H100 at 10.2 kW: 14 to 18 months published, 12.3 to 24.9 over the stated ranges."""
    found = months(
        OWN,
        P5,
        own_server="8x H100-SXM",
        own_server_usd=capex,
        own_server_w=10_200,
        electricity_usd_per_kwh=kwh,
        hosting="colocation",
        **{
            "price.aws/p5.48xlarge/on_demand": 8 * gpu_hour,
            "assume.colocation_usd_per_kw_month": colocation,
        },
    )
    assert found == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("machine", "price", "own_per_month", "bill", "expected"),
    [
        # 8 runs a month at 24.37 saved a run, 30 runs, and against the dearest cloud at 59.96
        ("RTX 5090", 6_850, 0.0, 24.37 * 30, 9.4),
        ("RTX 5090", 6_850, 0.0, 24.37 * 8, 35.1),
        ("RTX 5090", 6_850, 0.0, 59.96 * 8, 14.3),
        ("RTX 4090", 3_300, 0.0, 24.37 * 30, 4.5),
        # 176 hours a month; 0.3 kW x 0.15: 15,000 / (176 x (6.67 - 0.045)) and 17.8 months printed
        ("A100-80GB-PCIe", 15_000, 0.045 * 176, 855.7, 17.8),
    ],
)
def test_an_own_machine_against_the_bill_of_today(
    machine: str, price: float, own_per_month: float, bill: float, expected: float
) -> None:
    inputs: dict[str, Any] = {"horizon_months": 60, "hosting": "none"}
    if own_per_month:
        inputs |= {"hosting": "office", "electricity_usd_per_kwh": 0.15}
    watts = own_per_month / 0.15 / 730 * 1000 if own_per_month else 1
    found = months(
        OWN,
        "today",
        own_server=machine,
        own_server_usd=price,
        own_server_w=watts,
        today_usd_per_month=bill,
        **inputs,
    )
    # both are paid for a twentieth of a month, and the least of cabling and maintenance
    paid = price * CABLING + 0.05 * bill
    assert found == pytest.approx(paid / (bill - own_per_month - price * UPKEEP), rel=1e-6)
    assert found == pytest.approx(expected, rel=0.02)


def test_a_saving_that_shrinks_may_never_pay_back() -> None:
    """Falling rents: the saving of month k is s0 m^(k-1), all of it at most s0 / (1 - m)."""
    rent = {"price.aws/p5.48xlarge/on_demand": 10.0, "price_change_pct_per_year_rental": -50}
    inputs = {
        "own_server": "8x H100-SXM",
        "own_server_w": 1,
        "hosting": "none",
        "horizon_months": 120,
        **rent,
    }
    # m = 0.5^(1/12); 7,300 / (1 - m) = 130,067 of rent in all
    never = told(OWN, P5, own_server_usd=140_000, **inputs)
    assert (never["verdict"], never["crossings"]) == ("never", [])
    soon = months(OWN, P5, own_server_usd=50_000, **inputs)
    kept, month, paid = 0.5 ** (1 / 12), 0, 0.0
    upkeep = 50_000 * UPKEEP - 100 * 0.08 - 0.0225 * 730  # disk and balancer fall with nothing
    while True:  # month by month, as the formula says
        saved = 7_300 * kept**month - upkeep
        if paid + saved >= 50_000 * CABLING:
            break
        paid, month = paid + saved, month + 1
    expected = month + (50_000 * CABLING - paid) / saved
    assert soon == pytest.approx(expected, rel=0.01)


def test_dearer_to_run_never_pays_back() -> None:
    # 3,999 bought, 0.05 USD an hour saved, 0.06 spent (0.4 kW at 0.15)
    found = told(
        OWN,
        "today",
        own_server="RTX 4090",
        own_server_usd=3_999,
        own_server_w=400,
        electricity_usd_per_kwh=0.15,
        hosting="office",
        today_usd_per_month=0.05 * 730,
    )
    assert (found["verdict"], found["crossings"]) == ("never", [])
    gap = -(3_999 * (CABLING + 36 * UPKEEP) + (0.06 - 0.05) * 730 * 36 + 0.05 * 0.05 * 730)
    assert found["gap_end_usd"] == pytest.approx(gap, rel=1e-6)


def test_a_purchase_is_counted_once() -> None:
    """Neither its wear nor an annuity is added to it: capex is the price, in its year alone."""
    flow = told(OWN, P5, **LENOVO)["cash_flow"]["a"]
    assert [row["capex_usd"] for row in flow] == pytest.approx([833_806 * CABLING, 0, 0])
    assert [row["credit_usd"] for row in flow] == [0, 0, 0]
