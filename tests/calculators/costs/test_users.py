"""What users pay, by hand: electricity and battery wear above the screen-on baseline."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.costs.users import mix, wear_usd_per_wh
from calculators.market.market import UnknownMix
from calculators.results import Option
from tests.calculators.world import case, compared, items, option


def on_device(mix: str = "new_phones", **changes: Any) -> Option:
    return option(compared(device_mix=mix, **changes), f"none>device:{mix}")


def of_users(chosen: Option) -> dict[str, float]:
    return {item.name: item.quantity for item in chosen.line_items if item.payer == "user"}


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


def test_wear_averages_the_devices_that_are_known() -> None:
    # phone-b has no battery price: the rate is phone-a's alone, not half of it
    found = wear_usd_per_wh(case(device_mix="everyone"))
    assert found is not None
    rate, source = found
    assert rate == pytest.approx(0.005)
    assert "phone-a" in source.title
    assert "phone-b" not in source.title


def test_unknown_wear_is_incomplete_not_free_where_users_are_ranked() -> None:
    found = compared(device_mix="old_phones", rank_by="company_and_user")
    chosen = option(found, "none>managed_api:delta/faces")
    assert (chosen.status, chosen.company_usd, chosen.total_usd) == ("incomplete", None, None)
    assert chosen.missing == ("battery price or cycles of the users' devices",)
    without = compared(device_mix="old_phones", rank_by="company_and_user", battery_wear=False)
    assert option(without, "none>managed_api:delta/faces").status == "feasible"


def test_unknown_wear_voids_no_answer_that_is_the_companys_alone() -> None:
    """Ranked by what the company pays: that is known, and so is its interval."""
    found = compared(device_mix="old_phones")
    chosen = option(found, "none>managed_api:delta/faces")
    assert chosen.status == "feasible"
    assert chosen.company_usd == pytest.approx(19_000)
    assert (chosen.user_usd, chosen.total_usd, chosen.low_usd) == (None, None, None)
    assert chosen.missing == ("battery price or cycles of the users' devices",)
    assert {item.payer for item in chosen.line_items} == {"company", "user"}  # electricity is known
    assert found.cheapest is not None


def test_unknown_mix_is_an_error() -> None:
    with pytest.raises(UnknownMix, match="everybody"):
        compared(device_mix="everybody")


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


def test_a_mix_is_shares_of_devices() -> None:
    parts = [(part.device.device, part.share) for part in mix(case(device_mix="everyone"))]
    assert parts == [("phone-a", 0.8), ("phone-b", 0.2)]
