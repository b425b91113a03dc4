"""What crosses the network, by hand: time of a trip, radio energy, egress, load balancers."""

from __future__ import annotations

import pytest

from calculators.costs.network import egress_prices, trip
from calculators.results import Option
from tests.calculators.world import case, compared, items, option

API = "none>managed_api:delta/faces"


RENTED = "none>rented:acme/m1:on_demand"
# 4G: 2 round trips x 50 ms = 100; 150 kB x 8 / 8 Mbps = 150; 2 kB x 8 / 32 Mbps = 0.5
TRIP_MS = 250.5


def rented(machine: str = "acme/m1:on_demand", /, **changes: object) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def of_users(chosen: Option) -> dict[str, float]:
    return {item.name: item.quantity for item in chosen.line_items if item.payer == "user"}


# ---------------------------------------------------------------------------------------- time


def test_a_request_over_4g() -> None:
    latency = option(compared(), RENTED).latency
    assert latency.parts_ms == pytest.approx(
        {"round trips": 100, "sending": 150, "receiving": 0.5, "computing": 100}
    )
    assert latency.p50_ms == pytest.approx(TRIP_MS + 100)
    # the slow one of twenty: twice the trip, twice the computing, and hardly a wait
    assert latency.p95_ms == pytest.approx(2 * TRIP_MS + 2 * 100, rel=1e-3)


def test_kilobytes_are_bytes_and_megabits_are_bits() -> None:
    # 1,000 kB over 8 Mbps: 8,000 kilobits / 8 = 1,000 ms, not 125
    latency = option(compared(request_kb=1000), RENTED).latency
    assert latency.parts_ms["sending"] == pytest.approx(1000)


def test_a_trip_at_several_points() -> None:
    found = trip(case({"request_kb": [0.0, 150.0, 1000.0]}))
    assert found.upload.tolist() == [0, 150, 1000]
    assert found.p50 == pytest.approx([100.5, 250.5, 1100.5])
    assert found.p95 == pytest.approx([201, 501, 2201])


def test_a_slow_connection_has_long_trips() -> None:
    """Speed and round trip are factors of their own."""
    found = trip(case(scores={"connection_speed": [0.0, -1.0], "round_trip": [0.0, 0.0]}))
    assert found.upload[1] > found.upload[0]
    assert found.round_trips[1] == found.round_trips[0]


# --------------------------------------------------------------------------------------- radio


@pytest.mark.parametrize(
    ("link", "joules"),
    [
        # 150 kB sent, 2 kB received, and the tail
        ("4g", 0.150 * 4 + 0.002 * 1 + 10),
        ("5g", 0.150 * 2 + 0.002 * 0.5 + 12),
        ("wifi", 0.150 * 1 + 0.002 * 0.5 + 0.1),
        ("fixed", 0.150 * 0.1 + 0.002 * 0.1 + 0.02),
    ],
)
def test_radio_energy_of_a_request(link: str, joules: float) -> None:
    found = compared(
        link=link, request_kb=150, response_kb=2, requests_per_month=3600, horizon_months=1
    )
    drawn = of_users(option(found, "none>managed_api:delta/faces"))
    assert drawn["Users' battery wear"] == pytest.approx(joules)  # 3,600 requests: 1 J is 1 Wh


def test_own_tail_replaces_the_assumption() -> None:
    found = compared(radio_tail_j=1, requests_per_month=3600, horizon_months=1)
    drawn = of_users(option(found, "none>managed_api:delta/faces"))
    assert drawn["Users' battery wear"] == pytest.approx(0.150 * 4 + 0.002 + 1)


# -------------------------------------------------------------------- egress and load balancers


def test_load_balancer_runs_all_month() -> None:
    # 730 x 0.025 = 18.25, another vendor's price, marked as standing in
    chosen = rented(horizon_months=1)
    item = items(chosen)["Load balancer"]
    assert item.amount_usd == pytest.approx(18.25)
    assert "stands in" in item.source.title
    assert item.source.confidence == "C"


def test_egress_is_billed_in_the_vendors_own_gigabytes() -> None:
    # 100 M x 2 kB = 200 GB = 186.264515 GiB x 0.10 = 18.6264515 USD
    chosen = rented(requests_per_month=100_000_000, horizon_months=1)
    item = items(chosen)["Data sent to users"]
    assert item.unit == "gib"
    assert item.quantity == pytest.approx(186.264515, abs=1e-6)
    assert item.amount_usd == pytest.approx(18.6264515, abs=1e-6)


def test_egress_tiers_of_a_stand_in() -> None:
    # 100 M x 2 kB = 200 GB: 100 free, 100 x 0.09 = 9.00
    chosen = rented("beta/e1:on_demand", requests_per_month=100_000_000, horizon_months=1)
    found = items(chosen)
    assert found["Data sent to users, from 0 to 100 a month"].amount_usd == 0
    tier = found["Data sent to users, from 100 to 10,000 a month"]
    assert tier.unit == "gb"
    assert tier.quantity == pytest.approx(100)
    assert tier.amount_usd == pytest.approx(9.0)
    assert "stands in" in tier.source.title


def test_prices_of_vendors_are_looked_up_once_for_each_set() -> None:
    asked = case()
    vendors = asked.market.rented(("on_demand",)).vendors.values
    assert egress_prices(asked, vendors) is egress_prices(case(), vendors)
    assert egress_prices(asked, vendors).missing.tolist() == [False] * len(vendors)
