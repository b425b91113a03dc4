"""Time to the complete answer, by hand: round trips, sending, receiving, computing, slow cases."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.results import Option
from tests.calculators.world import compared, option

API = "none>managed_api:delta/faces"
RENTED = "none>rented:acme/m1:on_demand"
# 4G: 2 round trips x 50 ms = 100; 150 kB x 8 / 8 Mbps = 150; 2 kB x 8 / 32 Mbps = 0.5
TRIP_MS = 250.5


def test_a_request_over_4g() -> None:
    latency = option(compared(), RENTED).latency
    assert latency.parts_ms == pytest.approx(
        {"round trips": 100, "sending": 150, "receiving": 0.5, "computing": 100}
    )
    assert latency.p50_ms == pytest.approx(TRIP_MS + 100)
    # the slow one of twenty: twice the trip, twice the computing
    assert latency.p95_ms == pytest.approx(2 * TRIP_MS + 2 * 100)


def test_kilobytes_are_bytes_and_megabits_are_bits() -> None:
    # 1,000 kB over 8 Mbps: 8,000 kilobits / 8 = 1,000 ms, not 125
    latency = option(compared(request_kb=1000), RENTED).latency
    assert latency.parts_ms["sending"] == pytest.approx(1000)


def test_a_device_needs_no_network() -> None:
    # 50 ms and 30 ms of the app around it
    latency = option(compared(device_mix="new_phones"), "none>device:new_phones").latency
    assert latency.parts_ms == pytest.approx({"computing": 80})
    assert latency.p50_ms == pytest.approx(80)


def test_nobody_publishes_an_apis_answer_time() -> None:
    latency = option(compared(), API).latency
    assert (latency.p50_ms, latency.p95_ms) == (None, None)


@pytest.mark.parametrize(("budget", "status"), [(701.1, "feasible"), (700.9, "infeasible")])
def test_the_slow_answer_is_tested(budget: float, status: str) -> None:
    chosen = option(compared(latency_budget_ms=budget), RENTED)
    assert chosen.status == status
    if status == "infeasible":
        (fail,) = (finding for finding in chosen.findings if finding.verdict == "fail")
        assert fail.text == "701 ms to the answer (95th percentile); your limit is 701."
        assert fail.change


def test_an_unpublished_answer_time_is_a_caution_not_a_pass() -> None:
    chosen = option(compared(latency_budget_ms=100), API)
    assert chosen.status == "feasible"
    assert any(
        finding.verdict == "caution" and "not published" in finding.text
        for finding in chosen.findings
    )


@pytest.mark.parametrize(("fps", "status"), [(20, "feasible"), (21, "infeasible")])
def test_frames_per_second_of_a_device(fps: float, status: str) -> None:
    # 50 ms of computing a frame: 20 frames a second; capture and drawing run beside it
    found = compared(device_mix="new_phones", realtime_fps=fps)
    assert option(found, "none>device:new_phones").status == status


@pytest.mark.parametrize(("fps", "status"), [(5, "feasible"), (5.1, "infeasible")])
def test_frames_per_second_of_a_server(fps: float, status: str) -> None:
    # the slower of computing (200 ms in the slow case) and sending (150 ms): 5 a second
    assert option(compared(realtime_fps=fps), RENTED).status == status


@pytest.mark.parametrize(("kilobytes", "status"), [(250, "feasible"), (251, "infeasible")])
def test_frames_must_be_sent_in_time(kilobytes: float, status: str) -> None:
    # 4 frames a second: 250 ms to send each at 8 Mbps, that is 250 kB
    assert option(compared(realtime_fps=4, request_kb=kilobytes), RENTED).status == status


CHAT: dict[str, Any] = {"task": "text_generation", "model": "chat-8b", "input_tokens": 500,
                        "output_tokens": 500}  # fmt: skip


def chat(answers: str, **changes: Any) -> Option:
    return option(compared(**CHAT, **changes), answers)


@pytest.mark.parametrize(("budget", "status"), [(542, "feasible"), (540, "infeasible")])
def test_first_word(budget: float, status: str) -> None:
    # 40 ms and a slow trip of 501
    assert chat(RENTED, ttft_budget_ms=budget).status == status


@pytest.mark.parametrize(("wanted", "status"), [(100, "feasible"), (101, "infeasible")])
def test_writing_speed(wanted: float, status: str) -> None:
    # 10 ms a token: 100 tokens a second
    assert chat(RENTED, min_tokens_per_s=wanted).status == status


def test_measured_answer_time_replaces_the_estimate() -> None:
    latency = option(compared(measured_answer_ms=10), RENTED).latency
    assert latency.p50_ms == pytest.approx(TRIP_MS + 10)
    assert latency.label == "override"


def test_measured_time_and_energy_on_the_device() -> None:
    found = compared(device_mix="new_phones", measured_device_ms=5, measured_device_j_per_request=7,
                     requests_per_month=3600, horizon_months=1)  # fmt: skip
    chosen = option(found, "none>device:new_phones")
    assert chosen.latency.p50_ms == pytest.approx(35)
    (wear,) = (item for item in chosen.line_items if item.name == "Users' battery wear")
    assert wear.quantity == pytest.approx(7)  # 3,600 x 7 J = 7 Wh


def test_a_hybrids_median_is_shared_and_its_slow_case_is_the_slower() -> None:
    chosen = option(compared(), "none>device+rented:acme/m1:on_demand")
    assert chosen.latency.p50_ms == pytest.approx(0.8 * 80 + 0.2 * (TRIP_MS + 100))
    assert chosen.latency.p95_ms == pytest.approx(2 * TRIP_MS + 200)
