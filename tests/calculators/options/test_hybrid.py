"""Hybrids by hand: devices where they can, a fallback for the rest, and nothing without a rest."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.places import PLACES
from calculators.results import LineItem
from tests.calculators.world import compared, evaluated, option

TRIP_MS = 250.5  # see costs/test_network.py


def test_a_hybrid_sends_only_the_rest() -> None:
    """800,000 requests stay on the phone, 200,000 go to the API."""
    found = compared(horizon_months=1)
    chosen = option(found, "none>device+managed_api:delta/faces")
    by_name: dict[str, list[LineItem]] = {}
    for item in chosen.line_items:
        by_name.setdefault(item.name, []).append(item)
    (requests,) = by_name["Requests"]
    assert requests.quantity == pytest.approx(200_000)
    device_wh, radio_wh = sorted(item.quantity for item in by_name["Users' battery wear"])
    assert device_wh == pytest.approx(800_000 * 2 / 3600)
    assert radio_wh == pytest.approx(200_000 * 10.602 / 3600)
    assert chosen.served_share == 1


def test_a_hybrid_pays_for_both_sides_work() -> None:
    chosen = option(compared(horizon_months=1), "none>device+managed_api:delta/faces")
    names = [item.name for item in chosen.line_items]
    assert names.count("Work to run") == 2
    assert "Work to set up" in names
    assert "Work to convert and test" in names


@pytest.mark.parametrize("fallback", ["managed_api:delta/faces", "rented:acme/m1:on_demand"])
def test_own_hours_of_a_hybrid_are_for_the_whole(fallback: str) -> None:
    """50 hours x 100 USD = 5,000, not 5,000 for the devices and 5,000 again for the rest."""
    found = compared(integration_hours=50, ops_hours_per_month=7, horizon_months=1)
    chosen = option(found, f"none>device+{fallback}")
    work = [item for item in chosen.line_items if item.unit == "staff_hour"]
    assert {item.name: item.quantity for item in work} == {"Work to set up": 50, "Work to run": 7}
    assert sum(item.amount_usd for item in work) == pytest.approx(5000 + 700)


def test_a_hybrids_median_is_shared_and_its_slow_case_is_the_slower() -> None:
    chosen = option(compared(), "none>device+rented:acme/m1:on_demand")
    assert chosen.latency.p50_ms == pytest.approx(0.8 * 80 + 0.2 * (TRIP_MS + 100))
    assert chosen.latency.p95_ms == pytest.approx(2 * TRIP_MS + 200)


# ------------------------------------------------------------------------------ nothing for a half


@pytest.mark.parametrize(
    ("mix", "share", "said"),
    [
        ("new_phones", 1, "nothing is left for a fallback"),
        ("old_phones", 0, "No device of the mix"),
    ],
)
def test_a_hybrid_without_two_halves_is_pointless(mix: str, share: float, said: str) -> None:
    """Allowed and priced, never ranked and never said to be ruled out."""
    found = compared(device_mix=mix, battery_wear=False)
    hybrids = [item for item in found.options if item.kind.startswith("device+")]
    assert hybrids
    for chosen in hybrids:
        assert chosen.status in ("pointless", "incomplete"), chosen.id
        assert chosen.device_share == share
        assert any(said in finding.text for finding in chosen.findings)
        assert not [item for item in chosen.findings if item.verdict == "fail"]
    assert not [item for item in found.excluded if item.kind.startswith("device+")]
    assert found.cheapest is not None
    assert not found.cheapest.kind.startswith("device+")
    assert {item.kind for item in found.best_of_kind} == set(PLACES)


def test_a_rule_outweighs_pointlessness() -> None:
    found = compared(device_mix="new_phones", offline_required=True)
    for chosen in found.options:
        if chosen.kind.startswith("device+"):
            assert chosen.status == "infeasible", chosen.id
    assert "device+rented" in {item.kind for item in found.excluded}


def test_pointlessness_is_decided_at_each_point() -> None:
    """A model of 6,000 million runs on no device: the fallback would do all of it."""
    found = evaluated({"params_millions": [10.0, 6000.0]})
    row = found.at["none>device+rented:acme/m1:on_demand"]
    assert found.pointless[row].tolist() == [False, True]
    assert np.isfinite(found.ranked[row]).tolist() == [True, False]
    assert not found.blocked[row].any()


def test_the_share_of_devices_is_that_of_the_requests() -> None:
    chosen = option(compared(), "none>device+managed_api:delta/faces")
    assert chosen.device_share == pytest.approx(0.8)
    assert chosen.battery_pct_per_day is not None
    text = [item.text for item in chosen.findings if item.rule == "mix"]
    assert text == ["Devices answer 80 % of requests; the rest leave the device."]


@pytest.mark.parametrize("fallback", ["managed_api:delta/faces", "rented:acme/m1:on_demand"])
def test_where_every_device_answers_the_time_is_theirs(fallback: str) -> None:
    """80 ms on the phone, whether or not anybody publishes the time of what stands behind."""
    latency = option(compared(device_mix="new_phones"), f"none>device+{fallback}").latency
    assert (latency.p50_ms, latency.p95_ms) == pytest.approx((80, 80))


def test_both_halves_explain_their_figures() -> None:
    found = option(compared(), "none>device+rented:acme/m1:on_demand").explained
    assert {item.on for item in found} == {"phone-a", "1 x T100"}
