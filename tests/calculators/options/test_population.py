"""What the users' devices can do, by hand: battery, speed, and whom that serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.options.population import population
from calculators.results import Option
from tests.calculators.world import (
    FixedEstimators,
    another_world,
    case,
    compared,
    compared_in,
    fixed,
    option,
)


def on_device(mix: str = "new_phones", **changes: Any) -> Option:
    return option(compared(device_mix=mix, **changes), f"none>device:{mix}")


# ------------------------------------------------------------------------------------- battery


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


def battery_of(folder: Path, phones: list[str], mix: list[str]) -> Option:
    """One user, 5,000 answers a month on ten days: 500 a day, 1,000 J = 0.277778 Wh."""
    book = another_world(folder, {"devices": phones, "device_mixes": mix})
    every = fixed(FixedEstimators(phones=None))
    changes = {"device_mix": "mixed", "requests_per_user_per_month": 5000}
    return option(compared_in(book, every, **changes), "none>device:mixed")


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


# ---------------------------------------------------------------------------------------- speed


@pytest.mark.parametrize(("fps", "status"), [(20, "feasible"), (21, "infeasible")])
def test_frames_per_second_of_a_device(fps: float, status: str) -> None:
    # 50 ms of computing a frame: 20 frames a second; capture and drawing run beside it
    found = compared(device_mix="new_phones", realtime_fps=fps)
    assert option(found, "none>device:new_phones").status == status


def test_each_budget_decides_who_is_served() -> None:
    """80 ms with the app around it, 20 ms to the first word, 5 ms a token, 50 ms a frame."""
    for name, served, refused in (
        ("latency_budget_ms", 80.0, 79.0),
        ("ttft_budget_ms", 20.0, 19.0),
        ("min_tokens_per_s", 200.0, 201.0),
        ("realtime_fps", 20.0, 20.1),
    ):
        found = population(case({name: [served, refused]}, device_mix="new_phones"))
        assert found.reach.tolist() == [1, 0], name
        assert found.refusal(0, 0) == ""
        assert found.refusal(0, 1).startswith("takes "), name


def test_devices_follow_the_scores_of_their_factors() -> None:
    """1 to 4 J in the interval, 2 in the middle."""
    asked = case(scores={"device_energy": [0.0, -1.0, 1.0]}, device_mix="new_phones")
    assert population(asked).joules[0] == pytest.approx([2, 1, 4])


def test_the_population_is_worked_out_once_for_a_case() -> None:
    asked = case()
    assert population(asked) is population(asked)


# -------------------------------------------------------------------------------- over the users


def test_reach_is_the_share_of_devices_that_can() -> None:
    assert population(case()).reach == pytest.approx([0.8])
    assert population(case({"params_millions": [10.0, 6000.0]})).reach == pytest.approx([0.8, 0])


def test_means_and_quantiles_are_over_the_users_served() -> None:
    """phone-a alone answers: 80 ms for half and for 95 of 100 of those it serves."""
    found = population(case())
    assert found.mean(found.answer_ms) == pytest.approx([80])
    assert found.quantile(found.answer_ms, 0.5) == pytest.approx([80])
    assert found.quantile(found.answer_ms, 0.95) == pytest.approx([80])
    nobody = population(case(device_mix="old_phones"))
    assert nobody.mean(nobody.joules).tolist() == [0]
    assert np.isnan(nobody.quantile(nobody.answer_ms, 0.5)).tolist() == [True]


def test_a_device_that_cannot_says_why() -> None:
    found = population(case())
    assert found.refusal(0, 0) == ""
    assert found.first_refusal(0) == "needs 900 MB; about 500 MB may be used"


def test_what_stands_behind_each_device_says_whose_it_is() -> None:
    found = population(case()).explained(0)
    assert {item.on for item in found} == {"phone-a"}
    assert {item.users_share for item in found} == {0.8}
    assert {item.quantity for item in found} == {
        "answer_ms",
        "ttft_ms",
        "tpot_ms",
        "energy_j_per_request",
        "memory_mb",
    }
