"""Carbon by hand: electricity of machines and of users' devices times the grid's intensity.

The grid emits 400 g for a kWh here, 100 g in the European Union; the building overhead is 1.5.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.costs.carbon import METHOD
from calculators.results import Option
from report.payload import payload
from tests.calculators.world import another_world, compared, compared_in, option

FULL = 6_132_000  # requests a month that one machine serves at the planned peak: busy 0.7 / 3


GRIDS = ["us,400,mean of the grid", "eu,100,mean of the grid"]


def emitted(folder: Path, option_id: str, **changes: Any) -> Option:
    book = another_world(folder, {"carbon": GRIDS})
    asked = {"requests_per_month": FULL, "spare_instances": 0, "horizon_months": 10, **changes}
    return option(compared_in(book, **asked), option_id)


def grams(chosen: Option) -> float:
    assert chosen.carbon_text == METHOD
    assert chosen.carbon_g_per_1000_requests is not None
    return chosen.carbon_g_per_1000_requests


def test_an_own_server(tmp_path: Path) -> None:
    """100 W idle, 600 W at full load, busy 0.23333: 216.667 W x 730 h x 1.5 = 237.25 kWh a month.

    237.25 x 400 g / 6,132 thousands = 15.47619 g
    users: 10.602 J of radio / 3,600,000 / 0.8 = 3.68125e-6 kWh x 1,000 x 400 g = 1.4725 g
    """
    found = grams(emitted(tmp_path, "none>owned:acme/node1"))
    assert found == pytest.approx(15.47619 + 1.4725, rel=1e-6)


def test_a_rented_machine(tmp_path: Path) -> None:
    """Servers with this card draw 750, 600 and 480 / 0.8 = 600 W for each: 600 in the middle.

    idle a fifth, 120 W: (120 + 480 x 0.23333) = 232 W x 730 h x 1.5 = 254.04 kWh a month
    254.04 x 400 / 6,132 = 16.57143 g, and the users' 1.4725
    """
    found = grams(emitted(tmp_path, "none>rented:acme/m1:on_demand"))
    assert found == pytest.approx(16.57143 + 1.4725, rel=1e-6)


def test_a_machine_switched_off_draws_nothing(tmp_path: Path) -> None:
    """220 of 730 hours: (120 x 220 + 480 x 730 x 0.23333 x share) Wh x 1.5, share 220 / 730."""
    share = 220 / 730
    chosen = emitted(
        tmp_path,
        "none>rented:acme/m1:on_demand",
        billing="scheduled",
        scheduled_hours_per_month=220,
        requests_per_month=FULL * share,
    )
    kwh = (120 * 220 + 480 * 730 * 0.7 / 3 * share) * 1.5 / 1000
    assert grams(chosen) == pytest.approx(kwh * 400 / (FULL / 1000 * share) + 1.4725, rel=1e-6)


def test_the_users_devices(tmp_path: Path) -> None:
    # 2 J an answer: 2 / 3,600,000 kWh / 0.8 x 1,000 x 400 g = 0.277778 g
    found = grams(emitted(tmp_path, "none>device:new_phones", device_mix="new_phones"))
    assert found == pytest.approx(0.277778, rel=1e-5)


def test_a_hybrid_counts_both_halves(tmp_path: Path) -> None:
    """Four in five on the device: 0.8 x 0.277778 + 0.2 x 1.4725 g of the users'.

    the machine is on all month: (120 + 480 x 0.046667) = 142.4 W x 730 x 1.5 = 155.928 kWh:
    155.928 x 400 / 6,132 = 10.171429 g
    """
    found = grams(emitted(tmp_path, "none>device+rented:acme/m1:on_demand"))
    assert found == pytest.approx(0.8 * 0.277778 + 0.2 * 1.4725 + 10.171429, rel=1e-5)


def test_the_grid_is_that_of_the_machine(tmp_path: Path) -> None:
    # the machine of beta stands in the European Union: 100 g; its users are here
    found = grams(emitted(tmp_path, "none>rented:beta/e1:on_demand"))
    assert found == pytest.approx(16.57143 / 4 + 1.4725, rel=1e-6)


def test_own_building_overhead(tmp_path: Path) -> None:
    found = grams(emitted(tmp_path, "none>rented:acme/m1:on_demand", pue=1.0))
    assert found == pytest.approx(16.57143 / 1.5 + 1.4725, rel=1e-6)


@pytest.mark.parametrize("place", ["managed_api:delta/faces", "device+managed_api:delta/faces"])
def test_what_a_vendor_does_not_publish_is_missing(tmp_path: Path, place: str) -> None:
    chosen = emitted(tmp_path, f"none>{place}")
    assert chosen.carbon_g_per_1000_requests is None
    assert chosen.carbon_text == "the vendor does not publish the energy of a request"


def test_a_server_of_unknown_power_is_missing(tmp_path: Path) -> None:
    chosen = emitted(tmp_path, "none>owned:acme/dark")
    assert chosen.carbon_g_per_1000_requests is None
    assert chosen.carbon_text == "the power of this machine is not known"


def test_without_a_figure_for_the_grid_it_is_missing() -> None:
    chosen = option(compared(), "none>owned:acme/node1")  # the world has no table of grids
    assert chosen.carbon_g_per_1000_requests is None
    assert chosen.carbon_text == "no figure for the grid of us"


def test_the_payload_says_what_the_option_says(tmp_path: Path) -> None:
    book = another_world(tmp_path, {"carbon": GRIDS})
    found = compared_in(book)
    for option_, said in zip(found.options, payload(found)["options"], strict=True):
        assert said["carbon_g_per_1000_requests"] == option_.carbon_g_per_1000_requests
        assert said["carbon_text"] == option_.carbon_text
