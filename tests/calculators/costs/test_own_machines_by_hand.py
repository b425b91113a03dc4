"""Bills of own machines by arithmetic of our own, from what the tables and the inputs say.

Prices, resale (10 % lost at once, a quarter left after 36 months), 0.091 failures of an accelerator
a year at 6 hours, 3 % a year for repair, 250 USD a kW in a colocation and 0.65 USD a megabit a
second are rows of the tables; how many machines stand in a month is the option's own.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import LineItem
from pricing.book import PriceBook

BOOK = PriceBook.load()
COLOCATION: dict[str, Any] = {
    "data_sensitivity": "regulated",
    "requests_per_month": 1e8,
    "growth_pct_per_month": 3,
    "hosting": "colocation",
    "own_server_life_months": 48,
    "max_commitment": "on_demand",
}
OFFICE: dict[str, Any] = {
    "horizon_months": 60,
    "own_server_life_months": 24,
    "hosting": "office",
}
USED: dict[str, Any] = {
    "requests_per_month": 3e6,
    "own_server": "RTX 3090",
    "own_server_usd": 900,
    "own_server_resale_pct": 10,
    "own_server_life_months": 20,
    "own_server_w": 420,
    "hosting": "none",
    "price_change_pct_per_year_hardware": -10,
}


def left(months: float) -> float:
    """Share of the price a machine of an age still fetches."""
    return float(0.9 * (0.25 / 0.9) ** (months / 36))


@cache
def bill(preset: str, product: str, which: str) -> dict[str, LineItem]:
    asked = {"colocation": COLOCATION, "office": OFFICE, "used": USED}[which]
    found = compare(from_preset(preset, asked, BOOK), BOOK)
    option = next(item for item in found.options if item.id.endswith(f">owned:{product}"))
    return {item.name: item for item in option.line_items}


@cache
def stands() -> list[int]:
    """Two RTX 5090 each: 14.43 machines' worth of load at first, 3 % more every month, a spare."""
    return [math.ceil(14.43 * 1.03**month) + 1 for month in range(36)]


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("Servers bought", 42),  # the last month's
        # the first 16 at 36 months, then each at its own age at the end of the period
        (
            "Servers sold at the end of use",
            -(
                16 * left(36)
                + sum((n - stands()[m]) * left(35 - m) for m, n in enumerate(stands()[1:]))
            ),
        ),
        ("Hosting, per kW", 970 * 1.5),  # 970 server months, 1,500 W at most each
        ("Work on failed hardware", 970 / 12 * 2 * 0.091 * 6),
        ("Work to run: machines", 4 * sum(n**0.7 for n in stands())),
        # the busiest hour is 4 times the mean of a month of 2,628,000 s; 2 kB an answer
        ("Internet transit", 4 * sum(1e8 * 1.03**m for m in range(36)) * 2 * 8e-3 / 2_628_000),
    ],
)
def test_a_colocation_with_machines_bought_as_it_grows(name: str, quantity: float) -> None:
    assert sum(stands()) == 970
    found = bill("support_chat", "diy/2x-rtx-5090", "colocation")
    assert found[name].quantity == pytest.approx(quantity)


def test_electricity_of_a_colocation_is_idle_and_the_rest_by_load() -> None:
    """Idle is 12 % of 1,500 W; a server answers 15.052 requests a second; buildings add 40 %."""
    mean = [1e8 * 1.03**month / 2_628_000 for month in range(36)]  # requests a second
    watts = 970 * 180 + sum((1500 - 180) * rps / 15.052 for rps in mean)
    found = bill("support_chat", "diy/2x-rtx-5090", "colocation")
    assert found["Electricity of the servers"].quantity == pytest.approx(
        watts * 730 * 1.4 / 1000, rel=1e-5
    )


def test_machines_that_do_not_last_the_period_are_bought_again() -> None:
    """Two in months 0, 24 and 48; sold at 24, 24 and 12 months; an office adds no cooling."""
    found = bill("hospital_imaging", "nvidia/jetson-orin-nano-super", "office")
    assert found["Servers bought"].quantity == 6
    sold = found["Servers sold at the end of use"]
    assert sold.quantity == pytest.approx(-2 * (left(24) + left(24) + left(12)))
    assert found["Work on failed hardware"].quantity == pytest.approx(2 * 5 * 0.091 * 6)
    assert not {name for name in found if name.startswith("Hosting")}


def test_a_used_server_at_its_own_price_that_nobody_houses() -> None:
    """Six at once, six after 20 months at 0.9^(20/12) of the price; a tenth is left of each."""
    found = bill("voice_notes", "own/server", "used")
    fell = 0.9 ** (20 / 12) - 1
    amounts = {name: item.amount_usd for name, item in found.items()}
    assert amounts["Servers bought"] == pytest.approx(12 * 900)
    assert amounts["Network and cabling"] == pytest.approx(12 * 900 * 0.12)
    assert amounts["Servers bought: price change"] == pytest.approx(6 * fell * 900 * 1.12)
    assert amounts["Servers sold at the end of use"] == pytest.approx(-12 * 900 * 0.10)
    change = amounts["Servers sold at the end of use: price change"]
    assert change == pytest.approx(-6 * fell * 900 * 0.10)
    assert amounts["Maintenance and spare parts"] == pytest.approx(6 * 36 * 900 * 0.03 / 12)
    assert not {"Electricity of the servers", "Internet transit"} & found.keys()
