"""Machines that answer: capacity, memory, times, and the user's own measurements in their place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.options.serving import serving
from calculators.results import Option
from tests.calculators.world import case, compared, evaluated, option

FULL = 6_132_000
RENTED = "none>rented:acme/m1:on_demand"
TRIP_MS = 250.5  # see costs/test_network.py


def rented(machine: str = "acme/m1:on_demand", /, **changes: Any) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def machines(chosen: Option) -> float:
    assert chosen.capacity is not None
    return chosen.capacity.machines


def test_measured_throughput_replaces_the_estimate() -> None:
    # 5 requests/s x 0.7 / 3 = 1.1667: half of what the estimate allows
    chosen = rented(requests_per_month=FULL, measured_requests_per_s=5, spare_instances=0)
    assert machines(chosen) == 2
    assert chosen.capacity is not None
    assert chosen.capacity.label == "override"


def test_measured_answer_time_replaces_the_estimate() -> None:
    latency = option(compared(measured_answer_ms=10), RENTED).latency
    assert latency.p50_ms == pytest.approx(TRIP_MS + 10)
    assert latency.label == "override"


def test_a_model_that_does_not_fit_is_refused_with_the_reason() -> None:
    chosen = rented(params_millions=20_000)
    assert (chosen.status, chosen.company_usd, chosen.missing) == ("infeasible", None, ())
    (fail,) = (item for item in chosen.findings if item.verdict == "fail")
    assert (fail.rule, fail.text) == ("memory", "needs more memory than there is")
    assert fail.change


def test_whether_a_model_fits_is_decided_at_each_point() -> None:
    found = evaluated({"params_millions": [100.0, 20_000.0, 100.0]})
    row = found.at[RENTED]
    assert found.blocked[row].tolist() == [False, True, False]
    assert np.isnan(found.company[row]).tolist() == [False, True, False]


def test_figures_follow_the_score_of_their_factor() -> None:
    """8 to 12.5 requests/s: fast machines answer more and sooner, slow ones less and later."""
    asked = case(scores={"server_speed": [0.0, -1.0, 1.0]})
    made = serving(asked, asked.market.rented(("on_demand",)))
    assert made.capacity_rps[0] == pytest.approx([10, 8, 12.5])
    assert made.answer_ms[0] == pytest.approx([100, 125, 80])


def test_own_figures_do_not_follow_a_factor() -> None:
    asked = case(
        scores={"server_speed": [0.0, -1.0, 1.0]},
        measured_requests_per_s=5,
        measured_answer_ms=70,
    )
    made = serving(asked, asked.market.rented(("on_demand",)))
    assert made.capacity_rps[0].tolist() == [5]
    assert made.answer_ms[0].tolist() == [70]


def test_each_distinct_machine_is_asked_once() -> None:
    asked = case(max_commitment="3y", spot_serving=True)
    offers = asked.market.rented(("on_demand", "1y", "3y", "spot"))
    made = serving(asked, offers)
    assert made.capacity_rps.shape[0] < offers.size
    assert len(offers.hardware) == made.capacity_rps.shape[0]


def test_what_stands_behind_the_figures_is_for_the_whole_machine() -> None:
    found = {item.quantity: item for item in rented("acme/m4:on_demand").explained}
    whole, answer = found["requests_per_s"], found["answer_ms"]
    assert (whole.low, whole.mid, whole.high) == (32, 40, 50)  # four replicas
    assert (answer.low, answer.mid, answer.high) == (80, 100, 125)
    assert (answer.label, answer.rule) == ("measured", "fixed for tests")
