"""What the users' devices can do, by hand: battery, speed, and whom that serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.costs.users import direction, mix
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
    world,
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
        # 5,401 x 2 J / 3,600 / 10 days / 15 Wh
        assert "uses 2 % of the battery on an active day" in chosen.reasons[0]


def test_a_little_battery_is_not_told_as_none() -> None:
    # two answers a day: 0.00741 %, where 0.001 % is allowed
    chosen = on_device(
        requests_per_user_per_month=10, active_days_per_month=5, battery_budget_pct_per_day=0.001
    )
    assert "uses 0.00741 % of the battery on an active day" in chosen.reasons[0]


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
    assert said.text.startswith("Battery use is not known for 20 % of the users served")


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
        "lasting_answer_ms",
        "power_w",
        "energy_j_per_request",
        "memory_mb",
    }


# ------------------------------------------------------------------------------ warm from long use


@pytest.mark.parametrize(
    ("seconds", "computing"),
    # 50 ms in the first minute, 100 ms from ten minutes on; at sqrt(10) minutes half of the way
    [(1, 50), (60, 50), (60 * 10**0.5, 50 * 2**0.5), (600, 100), (6000, 100)],
)
def test_long_use_slows_a_device_down(seconds: float, computing: float) -> None:
    found = population(case(device_mix="new_phones", session_seconds=seconds))
    assert found.computing_ms[0] == pytest.approx([computing])


def test_minutes_on_end_hold_whatever_the_length_of_one_use() -> None:
    found = population(case(device_mix="new_phones", duty="sustained", session_seconds=10))
    assert found.computing_ms[0] == pytest.approx([100])
    assert found.of("burst", "answer_ms", np.zeros(1))[0] == pytest.approx([50])


def test_limits_are_held_against_the_speed_of_the_use() -> None:
    """80 ms cold, 130 ms warm, against 100 ms."""
    cold, warm = (on_device(latency_budget_ms=100, duty=duty) for duty in ("burst", "sustained"))
    assert (cold.status, warm.status) == ("feasible", "infeasible")
    assert "takes 130 ms an answer once the device is warm" in warm.reasons[0]


@pytest.mark.parametrize(("computing", "said"), [(9_969, "9,999 ms"), (9_970, "10 s")])
def test_long_times_are_told_in_seconds(computing: float, said: str) -> None:
    """30 ms of the app around it."""
    own: dict[str, Any] = {"measured_device": "every", "measured_device_ms": computing}
    found = on_device(latency_budget_ms=100, **own)
    assert f"takes {said} an answer" in found.reasons[0]


def test_both_speeds_are_shown_whichever_counts() -> None:
    for duty in ("burst", "sustained"):
        found = on_device(duty=duty).on_devices
        assert found is not None
        assert (found.first_minute_ms, found.lasting_ms) == pytest.approx((80, 130))
        (said,) = (item for item in on_device(duty=duty).findings if item.rule == "heat")
        assert "80 ms in the first minute and 130 ms after minutes on end" in said.text


# --------------------------------------------------------------------------- who has which device


@pytest.mark.parametrize(
    ("score", "reach"),
    # the slow phone's share goes from 20 to 40 or to 10 %, the middle user's own keeps its odds
    [(0.0, 0.8), (-1.0, 0.8 / (0.8 + 0.4)), (1.0, 0.8 / (0.8 + 0.1))],
)
def test_shares_move_by_one_cause(score: float, reach: float) -> None:
    asked = case(scores={"device_mix": [score, score]}, device_mix="ranged")
    assert float(population(asked).reach[0]) == pytest.approx(reach)


def test_reach_has_the_range_of_the_shares() -> None:
    found = on_device("ranged", min_reach_pct=0).on_devices
    assert found is not None
    assert (found.reach.low, found.reach.mid, found.reach.high) == pytest.approx(
        (2 / 3, 0.8, 8 / 9)
    )
    good, old = found.devices
    assert (good.share.low, good.share.high) == pytest.approx((0.6, 0.9))
    assert (old.share.low, old.share.high) == pytest.approx((0.1, 0.4))


def test_shares_of_drawn_mixes_add_up_and_reach_follows() -> None:
    scores = np.linspace(-4, 4, 17)
    found = population(case(scores={"device_mix": scores.tolist()}, device_mix="ranged"))
    assert found.shares.sum(0) == pytest.approx(np.ones(17))
    assert (np.diff(found.reach) > 0).all()
    assert ((found.reach > 0) & (found.reach < 1)).all()


def test_direction_of_shares() -> None:
    parts = mix(case(device_mix="everyone"))
    # four fifths are fast: the middle user's device, which stays; the rest is slower
    assert direction(parts, np.array([[1.0], [2.0]])).ravel().tolist() == [0, -1]
    assert direction(parts, np.array([[2.0], [1.0]])).ravel().tolist() == [0, 1]
    assert direction(parts, np.array([[1.0], [1.0]])).ravel().tolist() == [0, 0]


def test_the_evidence_of_each_share_is_shown() -> None:
    found = on_device("everyone", min_reach_pct=0).on_devices
    assert found is not None
    good, old = found.devices
    assert (good.name, good.share.mid, good.serves, good.why_not) == ("phone-a", 0.8, True, "")
    assert (old.name, old.serves) == ("phone-b", False)
    assert old.why_not == "needs 900 MB; about 500 MB may be used"
    assert (good.source.confidence, good.ours) == ("A", False)


# ---------------------------------------------------------------------------------------- battery


def test_battery_has_the_range_of_the_energy() -> None:
    """1 to 4 J an answer, 2 in the middle."""
    found = on_device(requests_per_user_per_month=10, active_days_per_month=5).on_devices
    assert found is not None
    assert found.battery_pct is not None
    ends = (found.battery_pct.low, found.battery_pct.mid, found.battery_pct.high)
    assert ends == pytest.approx((0.00370370, 0.00740741, 0.0148148), rel=1e-5)
    assert found.radio_pct is None


def test_a_hybrid_shows_what_sending_takes() -> None:
    """phone-b, 12 Wh, sends one request a day: 10.602 J of 43,200 J."""
    found = option(compared(), "none>device+managed_api:delta/faces").on_devices
    assert found is not None
    assert found.radio_pct is not None
    assert found.radio_pct.mid == pytest.approx(10.602 / 43_200 * 100)
    assert found.radio_pct.low < found.radio_pct.mid < found.radio_pct.high


class Handled(FixedEstimators):
    """The app takes 12 ms before and after the network."""

    def devices(self, work: Any, devices: Any, duty: Any = "burst", in_browser: Any = ()) -> Any:
        found: Any = super().devices(work, devices, duty, in_browser)
        found.handling_ms = found.interval(12.0)
        return found


def test_what_the_app_does_around_the_network_replaces_our_guess() -> None:
    """50 + 12 ms instead of 50 + 30 ms; a frame is the network's time alone."""
    found = compared_in(world(), fixed(Handled()), device_mix="new_phones", realtime_fps=20)
    chosen = option(found, "none>device:new_phones")
    assert (chosen.status, chosen.latency.p50_ms) == ("feasible", 62)
