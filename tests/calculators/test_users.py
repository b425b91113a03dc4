"""What users pay, by hand: radio, computing, electricity, wear; delivery and reach of devices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators import compare as comparing
from calculators.compare import compare
from calculators.estimators.types import DeviceEstimate, Work
from calculators.results import LineItem, Option
from calculators.users import UnknownMix, wear_usd_per_wh
from tests.calculators.world import (
    FixedEstimators,
    amounts,
    another_world,
    compared,
    inputs,
    items,
    option,
    scenario,
)

DEVICE = "none>device:new_phones"


def on_device(mix: str = "new_phones", **changes: Any) -> Option:
    return option(compared(device_mix=mix, **changes), f"none>device:{mix}")


def of_users(chosen: Option) -> dict[str, float]:
    return {item.name: item.quantity for item in chosen.line_items if item.payer == "user"}


# ------------------------------------------------------------------------------------- battery


def test_battery_wear_of_one_phone() -> None:
    """One user, ten answers a month of 2 J each on a phone with a battery of 15 Wh.

    60 USD / (800 cycles x 15 Wh) = 60 / 12,000 Wh = 0.005 USD per Wh drawn
    10 x 2 J = 20 J = 20 / 3,600 Wh = 0.00555556 Wh a month
    wear 0.00555556 x 0.005 = 0.0000277778 USD a month, 0.001 USD in three years
    wall energy 0.00555556 Wh / 0.8 = 0.00694444 Wh = 0.00000694444 kWh x 0.20 USD
    """
    chosen = on_device(requests_per_month=10, requests_per_user_per_month=10)
    found = items(chosen)
    wear, power = found["Users' battery wear"], found["Users' electricity"]
    assert wear.rate_usd == pytest.approx(0.005)
    assert wear.unit == "watt_hour"
    assert wear.quantity == pytest.approx(36 * 20 / 3600)  # joules are not watt-hours
    assert wear.amount_usd == pytest.approx(0.001, abs=1e-12)
    assert (power.unit, power.rate_usd) == ("kwh", 0.2)
    assert power.quantity == pytest.approx(36 * 20 / 3600 / 1000 / 0.8)
    assert chosen.user_usd == pytest.approx(0.001 + 36 * 0.00000694444 * 0.2, rel=1e-6)


def test_battery_counts_per_active_day() -> None:
    # 10 answers on 5 days: two a day, 4 J = 0.00111111 Wh of 15 Wh = 0.0074074 %
    chosen = on_device(requests_per_user_per_month=10, active_days_per_month=5)
    assert chosen.battery_pct_per_day == pytest.approx(0.00740741, rel=1e-6)


@pytest.mark.parametrize(("per_user", "status"), [(5399, "feasible"), (5401, "infeasible")])
def test_battery_budget(per_user: float, status: str) -> None:
    # 2 % of 15 Wh = 0.3 Wh = 1,080 J = 540 answers a day, 5,400 on ten days
    chosen = on_device(requests_per_user_per_month=per_user, active_days_per_month=10)
    assert chosen.status == status
    if status == "infeasible":
        assert "of the battery on an active day" in chosen.reasons[0]


KNOWN = "phone-c,phone,android,2025,8,30,60,800"
UNKNOWN = "phone-d,phone,android,2025,8,,60,800"


class EveryPhone(FixedEstimators):
    """Every phone answers as phone-a does."""

    def device(self, work: Work, device: str, duty: Any = "burst") -> DeviceEstimate:
        return super().device(work, "phone-a", duty)


def battery_of(folder: Path, phones: list[str], mix: list[str]) -> Option:
    """One user, 5,000 answers a month on ten days: 500 a day, 1,000 J = 0.277778 Wh."""
    book = another_world(folder, {"devices": phones, "device_mixes": mix})
    comparing._KNOWN[id(book)] = (book, EveryPhone(), {})
    changes = {"device_mix": "mixed", "requests_per_user_per_month": 5000}
    return option(compare(scenario(**changes), book), "none>device:mixed")


def test_unknown_batteries_are_left_out_of_the_mean(tmp_path: Path) -> None:
    """60 % have 15 Wh: 1.851852 %; 20 % have 30 Wh: 0.925926 %; 20 % are not known.

    (0.6 x 1.851852 + 0.2 x 0.925926) / 0.8 = 1.620370 %, not the 1.296296 % of a mean over all
    """
    mix = ["mixed,phone-a,60", "mixed,phone-c,20", "mixed,phone-d,20"]
    chosen = battery_of(tmp_path, [KNOWN, UNKNOWN], mix)
    assert chosen.battery_pct_per_day == pytest.approx(1.620370, rel=1e-6)
    assert chosen.battery_known_share == pytest.approx(0.8)
    (said,) = (item for item in chosen.findings if item.rule == "battery")
    assert said.verdict == "caution"
    assert said.text.startswith("Battery use is not known for 20% of the users served")


def test_no_battery_known_is_no_mean(tmp_path: Path) -> None:
    chosen = battery_of(tmp_path, [UNKNOWN], ["mixed,phone-d,100"])
    assert (chosen.battery_pct_per_day, chosen.battery_known_share) == (None, 0)


def test_a_mix_known_in_full_says_nothing_of_it() -> None:
    chosen = on_device()
    assert chosen.battery_known_share == 1
    assert not [item for item in chosen.findings if item.rule == "battery"]


def test_volume_does_not_change_a_users_battery_unless_users_are_held() -> None:
    one = on_device(requests_per_month=1_000_000)
    ten = on_device(requests_per_month=10_000_000)
    assert one.battery_pct_per_day == ten.battery_pct_per_day


def test_wear_averages_the_devices_that_are_known() -> None:
    # phone-b has no battery price: the rate is phone-a's alone, not half of it
    found = wear_usd_per_wh(inputs(device_mix="everyone"))
    assert found is not None
    rate, source = found
    assert rate == pytest.approx(0.005)
    assert "phone-a" in source.title
    assert "phone-b" not in source.title


def test_unknown_wear_is_incomplete_not_free() -> None:
    found = compared(device_mix="old_phones")
    chosen = option(found, "none>managed_api:delta/faces")
    assert (chosen.status, chosen.total_usd) == ("incomplete", None)
    assert chosen.missing == ("battery price or cycles of the users' devices",)
    without = compared(device_mix="old_phones", battery_wear=False)
    assert option(without, "none>managed_api:delta/faces").status == "feasible"


def test_unknown_mix_is_an_error() -> None:
    with pytest.raises(UnknownMix, match="everybody"):
        compared(device_mix="everybody")


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
    found = compared(link=link, request_kb=150, response_kb=2, requests_per_month=3600,
                     horizon_months=1)  # fmt: skip
    drawn = of_users(option(found, "none>managed_api:delta/faces"))
    assert drawn["Users' battery wear"] == pytest.approx(joules)  # 3,600 requests: 1 J is 1 Wh


def test_own_tail_replaces_the_assumption() -> None:
    found = compared(radio_tail_j=1, requests_per_month=3600, horizon_months=1)
    drawn = of_users(option(found, "none>managed_api:delta/faces"))
    assert drawn["Users' battery wear"] == pytest.approx(0.150 * 4 + 0.002 + 1)


def test_every_option_charges_its_users() -> None:
    for chosen in compared().options:
        if chosen.line_items:
            assert set(of_users(chosen)) == {"Users' electricity", "Users' battery wear"}, chosen.id
            assert chosen.user_usd == pytest.approx(
                sum(item.amount_usd for item in chosen.line_items if item.payer == "user")
            )


def test_users_count_only_when_asked() -> None:
    company = compared(rank_by="company")
    both = compared(rank_by="company_and_user")
    for chosen in both.options:
        other = option(company, chosen.id)
        assert chosen.total_usd == other.total_usd
    assert company.cheapest is not None
    assert both.cheapest is not None
    feasible = [item for item in both.options if item.status == "feasible"]
    assert both.cheapest.total_usd == min(item.total_usd or 0 for item in feasible)
    assert company.cheapest.company_usd == min(item.company_usd or 0 for item in feasible)


# ----------------------------------------------------------------------------- reach and hybrids


def test_a_device_alone_must_reach_enough_users() -> None:
    # four in five users have a phone that can
    chosen = option(compared(), "none>device:everyone")
    assert chosen.status == "infeasible"
    (fail,) = (finding for finding in chosen.findings if finding.verdict == "fail")
    assert fail.rule == "reach"
    assert "Serves 80 % of users; you asked for 95 %." in fail.text
    enough = option(compared(min_reach_pct=80), "none>device:everyone")
    assert enough.status == "feasible"
    assert enough.served_share == pytest.approx(0.8)


def test_cost_per_request_counts_the_requests_served() -> None:
    chosen = option(compared(min_reach_pct=80), "none>device:everyone")
    assert chosen.total_usd is not None
    assert chosen.usd_per_1000_requests == pytest.approx(chosen.total_usd / (36_000 * 0.8))


def test_nobody_served_is_never_an_answer() -> None:
    found = compared(device_mix="old_phones", min_reach_pct=0, battery_wear=False)
    chosen = option(found, "none>device:old_phones")
    assert chosen.status == "infeasible"
    assert "Serves 0 % of users" in chosen.reasons[0]
    for other in found.options:
        if other.kind.startswith("device+"):
            assert other.status == "infeasible"


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


def test_with_capable_phones_alone_there_is_no_hybrid() -> None:
    found = compared(device_mix="new_phones")
    for chosen in found.options:
        if chosen.kind.startswith("device+"):
            assert chosen.status == "infeasible", chosen.id
            assert any("nothing is left" in finding.text for finding in chosen.findings)


# ------------------------------------------------------------------------------------ delivery


def test_models_inside_the_stores_limits_are_delivered_free() -> None:
    assert not any("sent to devices" in name for name in amounts(on_device()))


def test_models_beyond_the_stores_limits_are_delivered_by_us() -> None:
    """5,000 MB exceed 4,000 (iOS) and 1,000 (Android).

    100,000 users x 5 % = 5,000 installs x 5 GB = 25,000 GB a month x 0.01 = 250 USD
    """
    chosen = on_device(model="big-net", horizon_months=1)
    item = items(chosen)["Model sent to devices"]
    assert item.unit == "gb"
    assert item.quantity == pytest.approx(25_000)
    assert item.amount_usd == pytest.approx(250)


def test_the_web_has_no_store() -> None:
    # one of three platforms: 5,000 / 3 installs x 0.05 GB
    chosen = on_device(platforms=("ios", "android", "web"), horizon_months=1)
    assert items(chosen)["Model sent to devices"].quantity == pytest.approx(5000 / 3 * 0.05)


def test_installs_of_ones_own() -> None:
    chosen = on_device(model="big-net", installs_per_month=10, horizon_months=1)
    assert items(chosen)["Model sent to devices"].quantity == pytest.approx(50)


def test_each_platform_is_work_of_its_own() -> None:
    # 50 hours to convert for each, 2 hours a month to run
    for platforms in (("ios",), ("ios", "android"), ("ios", "android", "web")):
        found = amounts(on_device(platforms=platforms, horizon_months=1))
        assert found["Work to convert and test"] == pytest.approx(len(platforms) * 5000)
        assert found["Work to run"] == pytest.approx(200)


def test_own_hours_are_for_the_whole_not_per_platform() -> None:
    two = on_device(platforms=("ios", "android"), integration_hours=50)
    assert items(two)["Work to convert and test"].quantity == pytest.approx(50)


@pytest.mark.parametrize("fallback", ["managed_api:delta/faces", "rented:acme/m1:on_demand"])
def test_own_hours_of_a_hybrid_are_for_the_whole(fallback: str) -> None:
    """50 hours x 100 USD = 5,000, not 5,000 for the devices and 5,000 again for the rest."""
    found = compared(integration_hours=50, ops_hours_per_month=7, horizon_months=1)
    chosen = option(found, f"none>device+{fallback}")
    work = [item for item in chosen.line_items if item.unit == "staff_hour"]
    assert {item.name: item.quantity for item in work} == {"Work to set up": 50, "Work to run": 7}
    assert sum(item.amount_usd for item in work) == pytest.approx(5000 + 700)


def test_a_model_of_unknown_size_cannot_be_delivered_free() -> None:
    found = compared(model="unknown-net", device_mix="new_phones", platforms=("web",))
    chosen = option(found, "none>device:new_phones")
    assert chosen.total_usd is None
    assert chosen.status in ("incomplete", "infeasible")
    assert chosen.missing
