"""The users' own devices by hand: reach, conversion, delivery, time and energy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.costs.delivery import model_size_mb, store_limit_mb
from calculators.estimators.types import Interval
from calculators.results import Option
from tests.calculators.world import (
    FixedEstimators,
    amounts,
    another_world,
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


def test_where_no_device_is_in_time_the_fastest_names_its_time_and_how_many_it_serves() -> None:
    """The phones that can take 80 ms an answer, and four in five users have one."""
    chosen = option(compared(latency_budget_ms=1), "none>device:everyone")
    (fail,) = (finding for finding in chosen.findings if finding.rule == "reach")
    named = {need.field: need.value for need in fail.needs}
    assert named == {"latency_budget_ms": 80.0, "min_reach_pct": 80.0}
    assert option(compared(**named), "none>device:everyone").status == "feasible"


def test_cost_per_request_counts_the_requests_served() -> None:
    chosen = option(compared(min_reach_pct=80), "none>device:everyone")
    assert chosen.total_usd is not None
    assert chosen.usd_per_1000_requests == pytest.approx(chosen.total_usd / (36_000 * 0.8))


class Slow(FixedEstimators):
    """Every phone holds the model; how fast it is there nobody knows."""

    def devices(self, work: Any, devices: Any, duty: Any = "burst", in_browser: Any = ()) -> Any:
        found = super().devices(work, devices, duty, in_browser)
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
        measured_device="phone-a",
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


def test_a_browser_has_no_store_and_drops_what_it_keeps() -> None:
    """The phone's own system is not among the platforms: a page in its browser computes.

    5,000 installs and 100,000 users x 0.3 losses a month x 0.05 GB
    """
    chosen = on_device(platforms=("android", "web"), horizon_months=1)
    found = items(chosen)["Model sent to devices"]
    assert found.quantity == pytest.approx((5000 + 30_000) * 0.05)
    native = on_device(platforms=("ios", "web"), horizon_months=1)
    assert "Model sent to devices" not in amounts(native)


def test_a_browser_computes_slower_and_says_so() -> None:
    # 100 ms in the browser and 30 ms of the app around it; 50 ms in the app
    web, app = (on_device(platforms=(name,)) for name in ("web", "ios"))
    assert (web.latency.p50_ms, app.latency.p50_ms) == (130, 80)
    (said,) = (item for item in web.findings if item.rule == "platforms")
    assert said.verdict == "caution"
    assert said.text.startswith("100 % of users compute in their browser")
    assert not [item for item in app.findings if item.rule == "platforms"]


def test_who_is_on_no_platform_is_no_user() -> None:
    """Four in five have an iPhone: on iOS alone they are all users, and all are served."""
    chosen = on_device("everyone", platforms=("ios",))
    assert (chosen.status, chosen.served_share) == ("feasible", 1.0)
    (said,) = (item for item in chosen.findings if item.rule == "platforms")
    assert said.text.startswith("20 % of this mix run none of the app's platforms (ios)")
    nobody = on_device("new_phones", platforms=("android",))
    assert (nobody.status, nobody.served_share) == ("infeasible", 0)
    assert "on none of their systems (ios)" in nobody.reasons[0]


def test_a_computer_runs_a_desktop_program(tmp_path: Path) -> None:
    rows = {
        "devices": ["book,laptop,macos,2024,16,50,159,1000"],
        "device_mixes": ["desks,book,100"],
    }
    book, memory = another_world(tmp_path, rows), fixed(FixedEstimators(phones=("book",)))
    for platforms, served, in_browser in (
        (("ios", "pc"), 1, False),
        (("ios", "web"), 1, True),
        (("ios",), 0, None),
    ):
        found = compared_in(book, memory, device_mix="desks", platforms=platforms)
        people = option(found, "none>device:desks").on_devices
        assert people is not None
        assert people.reach.mid == served
        assert [item.in_browser for item in people.devices] == [in_browser] * served


def test_a_system_without_a_store_we_know_is_served_by_us() -> None:
    size, none = np.array([50.0]), store_limit_mb(case(), "pc")
    assert (size > none).all()
    assert store_limit_mb(case(), "ios").tolist() == [4000]


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


# ----------------------------------------------------------------------------------- new weights

TRAINED: dict[str, Any] = {"own_model_required": True, "horizon_months": 1}


def sent(**changes: Any) -> dict[str, float]:
    found = compared(**{**TRAINED, "device_mix": "new_phones", **changes})
    return amounts(option(found, "rented>device:new_phones"))


@pytest.mark.parametrize(("cadence", "checked"), [(1, 1), (4, 4), (5, 4), (730, 4)])
def test_new_weights_need_a_check_and_no_release(cadence: float, checked: float) -> None:
    """2 hours at 100 USD for up to 4 sets a month: 730 releases would be 584,000 USD."""
    found = sent(retrains_per_month=cadence)
    assert found["Work to check new weights"] == pytest.approx(checked * 200)
    assert "Work to release a new model" not in found


def test_own_hours_of_a_check_hold_for_every_set() -> None:
    found = sent(retrains_per_month=730, validation_hours=0.1)
    assert found["Work to check new weights"] == pytest.approx(730 * 10)


def test_nobody_fetches_weights_more_often_than_the_app_is_used() -> None:
    """10 requests a month each: 365 of 730 hourly sets would be fetched, ten can be."""
    hourly = sent(retrains_per_month=730)["Model sent to devices"]
    assert hourly == pytest.approx(100_000 * 10 * 0.05 * 0.01)
    daily = sent(retrains_per_month=19)["Model sent to devices"]
    assert daily == pytest.approx(100_000 * 9.5 * 0.05 * 0.01)


def test_an_app_release_carries_the_weights_where_that_is_cheaper() -> None:
    """A release is 2 x 4 hours = 800 USD; a check 200 USD and 0.5 x 0.05 GB x 0.01 USD a user.

    Equal at 600 / 0.00025 = 2,400,000 users, 24 million requests a month.
    """
    below = sent(retrains_per_month=1, requests_per_month=23_900_000)
    assert below["Work to check new weights"] == pytest.approx(200)
    above = sent(retrains_per_month=1, requests_per_month=24_100_000)
    assert above["Work to release a new model"] == pytest.approx(800)
    assert "Work to check new weights" not in above
    assert "Model sent to devices" not in above
    # stores take two releases a month
    often = sent(retrains_per_month=3, requests_per_month=24_100_000)
    assert "Work to check new weights" in often
    # nor is there a release of a page
    web = sent(retrains_per_month=1, requests_per_month=24_100_000, platforms=("web",))
    assert "Work to check new weights" in web


def test_own_hours_of_a_release_are_for_one_platform() -> None:
    found = sent(retrains_per_month=1, requests_per_month=24_100_000, release_hours=1)
    assert found["Work to release a new model"] == pytest.approx(2 * 100)


def test_the_way_not_taken_is_told() -> None:
    found = compared(**TRAINED, device_mix="new_phones", retrains_per_month=1)
    chosen = option(found, "rented>device:new_phones")
    # 800 for a release against 200 for the check and 25 for the bytes
    basis = items(chosen)["Work to check new weights"].basis
    assert "downloaded by the app itself; with app releases it would be 575 USD more" in basis
