"""Servers bought, by hand: replacement, resale, electricity, hosting, maintenance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.costs import purchase
from calculators.results import Option
from tests.calculators.world import amounts, case, compared, items, option

MEAN_10_PER_S = 10 * 2_628_000  # requests a month


NODE_8, NODE_1 = "acme/node8", "acme/node1"


def owned(server: str = NODE_8, **changes: Any) -> Option:
    changes = {"spare_instances": 0, "requests_per_month": MEAN_10_PER_S, **changes}
    return option(compared(**changes), f"none>owned:{server}")


def test_capex_is_counted_once() -> None:
    """Price plus its depreciation, as one published calculator adds them, is the price twice."""
    chosen = owned(horizon_months=48)
    hardware = sum(item.amount_usd for item in chosen.line_items if item.name.startswith("Servers"))
    assert hardware == pytest.approx(240_000 * 15 / 16)  # half of it is left after each year


@pytest.mark.parametrize(
    ("horizon", "bought", "sold"),
    [
        (1, 1, 0.5 ** (1 / 12)),
        (24, 1, 1 / 4),
        (48, 1, 1 / 16),
        (49, 2, 1 / 16 + 0.5 ** (1 / 12)),  # replaced at the end of its life
        (60, 2, 1 / 16 + 1 / 2),  # the second is twelve months old
        (96, 2, 1 / 16 + 1 / 16),
        (97, 3, 1 / 8 + 0.5 ** (1 / 12)),
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
    chosen = owned(
        NODE_1,
        requests_per_month=full,
        growth_pct_per_month=100,
        horizon_months=3,
        discount_rate_pct=10,
    )
    found = items(chosen)
    assert found["Servers bought"].quantity == 4
    # ages 3, 2, 1, 1 months, half of the price left after each year
    left = 0.5 ** (3 / 12) + 0.5 ** (2 / 12) + 2 * 0.5 ** (1 / 12)
    assert found["Servers sold at the end of use"].quantity == pytest.approx(-left)
    # bought at the start, after one month, after two (two of them)
    factor = 1.1 ** (-1 / 12)
    assert found["Servers bought"].npv_usd == pytest.approx(20_000 * (1 + factor + 2 * factor**2))
    assert found["Servers bought"].month1_usd == 20_000
    # hosting: (1 + 2 + 4) x 0.6 kW x 200
    assert found["Hosting, per kW"].amount_usd == pytest.approx(840)


def test_servers_no_longer_needed_are_kept_until_the_end() -> None:
    full = 6_132_000
    found = items(
        owned(NODE_1, requests_per_month=4 * full, growth_pct_per_month=-50, horizon_months=3)
    )
    assert found["Servers bought"].quantity == 4
    sold = -found["Servers sold at the end of use"].quantity
    assert sold == pytest.approx(4 * 0.5 ** (3 / 12))


def test_spares_are_bought_powered_and_hosted() -> None:
    """Two servers at a mean of 10 of 160 requests/s: 2 x (1,000 + 5,000 / 16) W."""
    found = amounts(owned(spare_instances=1, horizon_months=1))
    assert found["Servers bought"] == 480_000
    assert found["Hosting, per kW"] == pytest.approx(2 * 6 * 200)
    watts = 2 * (1000 + 5000 / 16)
    assert found["Electricity of the servers"] == pytest.approx(watts / 1000 * 730 * 1.5 * 0.1)
    assert found["Work to run"] == pytest.approx(4 * 100)


def test_energy_lies_between_idle_and_most() -> None:
    kwh = []
    for requests in (1, MEAN_10_PER_S, 18 * 2_628_000):  # 0, 10 and 18 of 80 requests/s
        chosen = owned(requests_per_month=requests, horizon_months=1)
        kwh.append(items(chosen)["Electricity of the servers"].quantity)
    assert kwh[0] == pytest.approx(1.0 * 730 * 1.5, rel=1e-6)  # idle is not nothing
    assert kwh[0] < kwh[1] < kwh[2] < 6.0 * 730 * 1.5


def test_energy_of_a_schedule_is_that_of_its_hours() -> None:
    """220 hours a month: off in the others, so they draw nothing."""
    chosen = owned(
        billing="scheduled",
        scheduled_hours_per_month=220,
        horizon_months=1,
        requests_per_month=1_000_000,
    )
    busy = 1_000_000 / (220 * 3600) / 80
    watts = 1000 + 5000 * busy
    assert items(chosen)["Electricity of the servers"].quantity == pytest.approx(
        watts / 1000 * 220 * 1.5
    )


def test_typical_power_stands_in_for_the_most() -> None:
    # 480 W typical at 0.8 of the most: 600 W; idle 0.2 of it: 120 W
    chosen = owned("acme/typical", requests_per_month=2_628_000, horizon_months=1)
    found = items(chosen)
    assert found["Hosting, per kW"].quantity == pytest.approx(0.6)
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
    sold after 12 months for half of what it cost, 60,000 instead of 120,000: +60,000
    """
    yearly = 100 * (0.5 ** (1 / 4) - 1)
    chosen = owned(
        horizon_months=60, price_change_pct_per_year_hardware=yearly, discount_rate_pct=10
    )
    found = items(chosen)
    cheaper = found["Servers bought: price change"]
    assert cheaper.amount_usd == pytest.approx(-132_000)
    assert cheaper.npv_usd == pytest.approx(-132_000 / 1.1**4)
    assert cheaper.credit
    resale = found["Servers sold at the end of use: price change"]
    assert resale.amount_usd == pytest.approx(60_000)
    assert resale.npv_usd == pytest.approx(60_000 / 1.1**5)


def test_what_is_bought_today_has_todays_price() -> None:
    found = items(owned(horizon_months=36, price_change_pct_per_year_hardware=50))
    assert "Servers bought: price change" not in found
    assert "Servers sold at the end of use: price change" not in found


def test_life_and_residual_come_from_the_tables() -> None:
    found = case()
    assert found.assume("server_life_months")[0] == 48
    assert found.assume("resale_after_36_months_pct")[0] == 12.5


def test_the_basis_says_the_life_at_its_point() -> None:
    """48 months in the middle, others at the ends: words follow the figure they stand beside."""
    asked = case(scores={"server_life": [0.0, -1.0, 1.0]}, horizon_months=36)
    offers = asked.market.servers()
    ledger = asked.ledger()
    segments = asked.demand.calendar.first.size
    purchase.buy(ledger, asked, offers, np.ones((offers.size, 3, segments)))
    bought, _, sold = ledger.charges
    lives, lefts = asked.assume("server_life_months"), asked.assume("resale_after_36_months_pct")
    for point, (life, left) in enumerate(
        zip(lives, np.broadcast_to(lefts, lives.shape), strict=True)
    ):
        item, credit = bought.item(0, point), sold.item(0, point)
        assert item is not None
        assert credit is not None
        assert item.basis == f"bought when first needed, replaced after {life:g} months"
        assert credit.basis.endswith(f"{left:.0f} % after 36 months")


def test_power_follows_what_is_stated() -> None:
    """Idle as stated, else a fifth of the most; the most as stated, else typical / 0.8."""
    asked = case()
    offers = asked.market.servers()
    watts = dict(
        zip(
            (offer.row.product for offer in offers.offers),
            zip(
                purchase.idle_power_w(asked, offers)[:, 0].tolist(),
                purchase.max_power_w(asked, offers)[:, 0].tolist(),
                strict=True,
            ),
            strict=True,
        )
    )
    assert watts["acme/node8"] == (1000, 6000)
    assert watts["acme/typical"] == pytest.approx((120, 600))
    assert all(np.isnan(watts["acme/dark"]))
