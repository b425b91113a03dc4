"""The users' own devices by hand: reach, conversion, delivery, time and energy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.estimators.types import Interval
from calculators.options.device import model_size_mb
from calculators.results import Option
from tests.calculators.world import (
    FixedEstimators,
    amounts,
    case,
    compared,
    compared_in,
    fixed,
    items,
    option,
    world,
)


def on_device(mix: str = "new_phones", **changes: Any) -> Option:
    return option(compared(device_mix=mix, **changes), f"none>device:{mix}")


# --------------------------------------------------------------------------------------- reach


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


class Slow(FixedEstimators):
    """Every phone holds the model; how fast it is there nobody knows."""

    def devices(self, work: Any, devices: Any, duty: Any = "burst") -> Any:
        found = super().devices(work, devices, duty)
        for name in ("answer_ms", "energy_j_per_request"):
            known: Interval = getattr(found, name)
            nothing = np.full_like(known.mid, np.nan)
            setattr(found, name, Interval(nothing, nothing, nothing))
        return found


def test_devices_of_unknown_speed_lack_a_figure_and_are_not_refused() -> None:
    """Four in five could serve; asked for 95 % it is too few whatever their speed."""
    memory = fixed(Slow())
    enough = compared_in(world(), memory, min_reach_pct=80)
    chosen = option(enough, "none>device:everyone")
    assert (chosen.status, chosen.company_usd) == ("incomplete", None)
    assert "speed of this model on some of the devices" in chosen.missing
    mixed = option(enough, "none>device+managed_api:delta/faces")
    assert (mixed.status, mixed.missing) == ("incomplete", chosen.missing)
    few = option(compared_in(world(), memory), "none>device:everyone")
    assert few.status == "infeasible"
    assert few.reasons[0].startswith("Serves 0 % of users; you asked for 95 %.")


def test_nobody_served_is_never_an_answer() -> None:
    found = compared(device_mix="old_phones", min_reach_pct=0, battery_wear=False)
    chosen = option(found, "none>device:old_phones")
    assert chosen.status == "infeasible"
    assert "Serves 0 % of users" in chosen.reasons[0]


def test_a_device_needs_no_network() -> None:
    # 50 ms and 30 ms of the app around it
    latency = option(compared(device_mix="new_phones"), "none>device:new_phones").latency
    assert latency.parts_ms == pytest.approx({"computing": 80})
    assert latency.p50_ms == pytest.approx(80)


def test_measured_time_and_energy_on_the_device() -> None:
    found = compared(
        device_mix="new_phones",
        measured_device_ms=5,
        measured_device_j_per_request=7,
        requests_per_month=3600,
        horizon_months=1,
    )
    chosen = option(found, "none>device:new_phones")
    assert chosen.latency.p50_ms == pytest.approx(35)
    (wear,) = (item for item in chosen.line_items if item.name == "Users' battery wear")
    assert wear.quantity == pytest.approx(7)  # 3,600 x 7 J = 7 Wh


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


def test_a_model_of_unknown_size_cannot_be_delivered_free() -> None:
    found = compared(model="unknown-net", device_mix="new_phones", platforms=("web",))
    chosen = option(found, "none>device:new_phones")
    assert chosen.total_usd is None
    assert chosen.status in ("incomplete", "infeasible")
    assert chosen.missing


@pytest.mark.parametrize(
    ("precision", "megabytes"),
    # the table states 50 MB in 16 bits; smaller formats follow from 25 million weights
    [("fp16", 50), ("int8", 25), ("int4", 25 * 0.5625)],
)
def test_size_of_the_file(precision: str, megabytes: float) -> None:
    assert model_size_mb(case(precision=precision))[0] == pytest.approx(megabytes)
    # a size of one's own wins over the table's
    own = model_size_mb(case(precision=precision, params_millions=50))[0]
    assert own == pytest.approx({"fp16": 100, "int8": 50, "int4": 50 * 0.5625}[precision])


# ---------------------------------------------------------------------------------------- work


def test_each_platform_is_work_of_its_own() -> None:
    # 50 hours to convert for each, 2 hours a month to run
    for platforms in (("ios",), ("ios", "android"), ("ios", "android", "web")):
        found = amounts(on_device(platforms=platforms, horizon_months=1))
        assert found["Work to convert and test"] == pytest.approx(len(platforms) * 5000)
        assert found["Work to run"] == pytest.approx(200)


def test_own_hours_are_for_the_whole_not_per_platform() -> None:
    two = on_device(platforms=("ios", "android"), integration_hours=50)
    assert items(two)["Work to convert and test"].quantity == pytest.approx(50)
