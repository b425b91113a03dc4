"""Owned machines by hand: purchase, cabling, energy, hosting, maintenance, work, resale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from calculators.calendar import Calendar
from calculators.ownership import own, value_left
from calculators.results import Option
from tests.calculators.world import amounts, compared, inputs, items, option

MEAN_10_PER_S = 10 * 2_628_000  # requests a month
NODE_8, NODE_1 = "acme/node8", "acme/node1"
COMPANY = (
    "Servers bought", "Network and cabling", "Servers sold at the end of use",
    "Electricity of the servers", "Hosting (space and cooling, per kW)",
    "Maintenance and spare parts", "Work to set up", "Work to run",
)  # fmt: skip


def owned(server: str = NODE_8, **changes: Any) -> Option:
    changes = {"spare_instances": 0, "requests_per_month": MEAN_10_PER_S, **changes}
    return option(compared(**changes), f"none>owned:{server}")


def test_an_eight_gpu_server_for_36_months_with_resale() -> None:
    """One server with eight T100 (80 requests/s) at a mean of 10 requests/s for three years.

    purchase                240,000
    cabling, 10 %            24,000
    resale       1 - 0.8 x 36/48 = 0.4 of 240,000          = -96,000
    electricity  busy 10/80 = 0.125: 1,000 + 5,000 x 0.125 = 1,625 W
                 1.625 kW x 730 h x PUE 1.5 = 1,779.375 kWh x 0.10 = 177.9375 a month
                 x 36                                       = 6,405.75
    hosting      6 kW x 200 x 36                            = 43,200
    maintenance  3 % of 240,000 a year x 3                  = 21,600
    work         40 h x 100                                 = 4,000
                 4 h a month x 100 x 36                     = 14,400
    together                                                = 257,605.75
    """
    chosen = owned(horizon_months=36)
    found = amounts(chosen)
    expected = dict(
        zip(COMPANY, (240_000, 24_000, -96_000, 6405.75, 43_200, 21_600, 4000, 14_400), strict=True)
    )
    assert {name: found[name] for name in COMPANY} == pytest.approx(expected, abs=0.005)
    assert chosen.company_usd == pytest.approx(257_605.75, abs=0.005)
    negative = [item.name for item in chosen.line_items if item.credit]
    assert negative == ["Servers sold at the end of use"]
    energy = items(chosen)["Electricity of the servers"]
    assert energy.unit == "kwh"
    assert energy.quantity == pytest.approx(1779.375 * 36)


def test_its_present_value_by_hand() -> None:
    """At 10 % a year: the purchase today, the months at their ends, the resale after 36.

    v = 1.1^(-1/12); the factors of 36 months add up to (1 - 1.1^-3) / (1.1^(1/12) - 1) = 31.186458
    monthly: 177.9375 + 1,200 + 600 + 400 = 2,377.9375 x 31.186458 = 74,159.45
    now: 240,000 + 24,000 + 4,000 = 268,000; resale 96,000 / 1.331 = 72,126.22
    268,000 + 74,159.45 - 72,126.22 = 270,033.23
    """
    chosen = owned(horizon_months=36, discount_rate_pct=10)
    factors = sum(1.1 ** (-month / 12) for month in range(1, 37))
    assert factors == pytest.approx(31.186458, abs=1e-6)
    company = sum(item.npv_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(270_033.23, abs=0.01)
    assert chosen.company_usd == pytest.approx(257_605.75, abs=0.005)  # stays undiscounted


def test_month_1_holds_the_purchase_and_one_month() -> None:
    chosen = owned(horizon_months=36)
    company = sum(item.month1_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(268_000 + 2377.9375)


def test_capex_is_counted_once() -> None:
    """Price plus its depreciation, as one published calculator adds them, is the price twice."""
    chosen = owned(horizon_months=48)
    hardware = sum(item.amount_usd for item in chosen.line_items if item.name.startswith("Servers"))
    assert hardware == pytest.approx(240_000 * (1 - 0.2))  # a life of 48 months: 20 % is left


@pytest.mark.parametrize(
    ("horizon", "bought", "sold"),
    [
        (1, 1, 1 - 0.8 / 48),
        (24, 1, 0.6),
        (48, 1, 0.2),
        (49, 2, 0.2 + 1 - 0.8 / 48),  # replaced at the end of its life
        (60, 2, 0.2 + 0.8),  # the second is twelve months old: 1 - 0.8 x 12/48
        (96, 2, 0.2 + 0.2),
        (97, 3, 0.2 + 0.2 + 1 - 0.8 / 48),
    ],
)
def test_replacement_and_resale(horizon: int, bought: int, sold: float) -> None:
    found = items(owned(horizon_months=horizon))
    assert found["Servers bought"].quantity == bought
    assert found["Servers sold at the end of use"].quantity == pytest.approx(-sold)
    assert found["Network and cabling"].amount_usd == pytest.approx(bought * 24_000)


def test_growth_buys_servers_when_they_are_needed() -> None:
    """1, 2 and 4 servers of one card; the last two are a month old when sold."""
    full = 6_132_000
    chosen = owned(NODE_1, requests_per_month=full, growth_pct_per_month=100, horizon_months=3,
                   discount_rate_pct=10)  # fmt: skip
    found = items(chosen)
    assert found["Servers bought"].quantity == 4
    # ages 3, 2, 1, 1 months: 4 - 0.8 x (3 + 2 + 1 + 1) / 48
    assert found["Servers sold at the end of use"].quantity == pytest.approx(-(4 - 0.8 * 7 / 48))
    # bought at the start, after one month, after two (two of them)
    factor = 1.1 ** (-1 / 12)
    assert found["Servers bought"].npv_usd == pytest.approx(20_000 * (1 + factor + 2 * factor**2))
    assert found["Servers bought"].month1_usd == 20_000
    # hosting: (1 + 2 + 4) x 0.6 kW x 200
    assert found["Hosting (space and cooling, per kW)"].amount_usd == pytest.approx(840)


def test_servers_no_longer_needed_are_kept_until_the_end() -> None:
    full = 6_132_000
    found = items(owned(NODE_1, requests_per_month=4 * full, growth_pct_per_month=-50,
                        horizon_months=3))  # fmt: skip
    assert found["Servers bought"].quantity == 4
    sold = -found["Servers sold at the end of use"].quantity
    assert sold == pytest.approx(4 * (1 - 0.8 * 3 / 48))


def test_spares_are_bought_powered_and_hosted() -> None:
    """Two servers at a mean of 10 of 160 requests/s: 2 x (1,000 + 5,000 / 16) W."""
    found = amounts(owned(spare_instances=1, horizon_months=1))
    assert found["Servers bought"] == 480_000
    assert found["Hosting (space and cooling, per kW)"] == pytest.approx(2 * 6 * 200)
    watts = 2 * (1000 + 5000 / 16)
    assert found["Electricity of the servers"] == pytest.approx(watts / 1000 * 730 * 1.5 * 0.1)
    # the second server costs five more hours a month
    assert found["Work to run"] == pytest.approx((4 + 5) * 100)


def test_energy_lies_between_idle_and_most() -> None:
    kwh = []
    for requests in (1, MEAN_10_PER_S, 18 * 2_628_000):  # 0, 10 and 18 of 80 requests/s
        chosen = owned(requests_per_month=requests, horizon_months=1)
        kwh.append(items(chosen)["Electricity of the servers"].quantity)
    assert kwh[0] == pytest.approx(1.0 * 730 * 1.5, rel=1e-6)  # idle is not nothing
    assert kwh[0] < kwh[1] < kwh[2] < 6.0 * 730 * 1.5


def test_energy_of_a_schedule_is_that_of_its_hours() -> None:
    """220 hours a month: off in the others, so they draw nothing."""
    chosen = owned(billing="scheduled", scheduled_hours_per_month=220, horizon_months=1,
                   requests_per_month=1_000_000)  # fmt: skip
    busy = 1_000_000 / (220 * 3600) / 80
    watts = 1000 + 5000 * busy
    assert items(chosen)["Electricity of the servers"].quantity == pytest.approx(
        watts / 1000 * 220 * 1.5
    )


def test_typical_power_stands_in_for_the_most() -> None:
    # 480 W typical at 0.8 of the most: 600 W; idle 0.2 of it: 120 W
    chosen = owned("acme/typical", requests_per_month=2_628_000, horizon_months=1)
    found = items(chosen)
    assert found["Hosting (space and cooling, per kW)"].quantity == pytest.approx(0.6)
    watts = 120 + 480 * 0.1  # one of ten requests/s
    assert found["Electricity of the servers"].quantity == pytest.approx(watts / 1000 * 730 * 1.5)


def test_unknown_power_is_incomplete_not_free() -> None:
    chosen = owned("acme/dark")
    assert (chosen.status, chosen.total_usd) == ("incomplete", None)
    assert chosen.missing == ("power draw of Server of unknown power",)


def test_own_electricity_and_building_replace_the_tables() -> None:
    chosen = owned(electricity_usd_per_kwh=0.3, pue=1.1, horizon_months=1)
    energy = items(chosen)["Electricity of the servers"]
    assert energy.amount_usd == pytest.approx(1.625 * 730 * 1.1 * 0.3)
    assert energy.source.key == "electricity_usd_per_kwh"


def test_european_electricity_is_converted() -> None:
    # 0.16 EUR x 1.25
    energy = items(owned(region="eu", horizon_months=1))["Electricity of the servers"]
    assert energy.rate_usd == pytest.approx(0.20)


def test_dearer_electricity_is_an_item_of_its_own() -> None:
    chosen = owned(horizon_months=24, price_change_pct_per_year_electricity=10)
    found = amounts(chosen)
    assert found["Electricity of the servers"] == pytest.approx(24 * 177.9375)
    expected = sum(177.9375 * (1.1 ** ((month - 1) / 12) - 1) for month in range(1, 25))
    assert found["Electricity of the servers: price change"] == pytest.approx(expected)


def test_a_replacement_at_a_changed_price_is_paid_when_it_is_bought() -> None:
    """The second server comes after 48 months, when prices have halved.

    bought at 120,000 and 12,000 of cabling instead of 264,000: -132,000
    sold after 12 months for 0.8 of what it cost, 96,000 instead of 192,000: +96,000
    """
    yearly = 100 * (0.5 ** (1 / 4) - 1)
    chosen = owned(horizon_months=60, price_change_pct_per_year_hardware=yearly,
                   discount_rate_pct=10)  # fmt: skip
    found = items(chosen)
    cheaper = found["Servers bought: price change"]
    assert cheaper.amount_usd == pytest.approx(-132_000)
    assert cheaper.npv_usd == pytest.approx(-132_000 / 1.1**4)
    assert cheaper.credit
    resale = found["Servers sold at the end of use: price change"]
    assert resale.amount_usd == pytest.approx(96_000)
    assert resale.npv_usd == pytest.approx(96_000 / 1.1**5)


def test_what_is_bought_today_has_todays_price() -> None:
    found = items(owned(horizon_months=36, price_change_pct_per_year_hardware=50))
    assert "Servers bought: price change" not in found
    assert "Servers sold at the end of use: price change" not in found


def test_value_left_is_a_straight_line() -> None:
    ages = np.array([0.0, 12.0, 24.0, 48.0, 60.0])
    left = value_left(ages, np.array([48.0]), np.array([0.2]))
    assert left.tolist() == pytest.approx([1.0, 0.8, 0.6, 0.2, 0.2])


def test_ownership_adds_up_over_layers() -> None:
    """A machine bought is a machine sold, whatever the growth."""
    one = np.ones(1)
    for growth in (0.0, 7.0, 30.0):
        months = Calendar.build(60 * one, growth * one, 0 * one, monthly=True)
        need = np.ceil(months.growth)[None]
        stock = own(need, months, np.array([48.0]), np.array([0.2]))
        layers = np.diff(need[0, 0], prepend=0)
        generations = [math.ceil((60 - start) / 48) for start in range(60)]
        assert stock.bought[0, 0] == sum(layers * generations)
        assert stock.sold[0, 0] < stock.bought[0, 0]
        assert stock.bought_now[0, 0] == need[0, 0, 0]


def test_life_and_residual_come_from_the_tables() -> None:
    found = inputs()
    assert found.assume("server_life_months")[0] == 48
    assert found.assume("server_residual_pct")[0] == 20
