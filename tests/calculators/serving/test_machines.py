"""Machines that answer: capacity, memory, times, and the user's own measurements in their place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.market.machines import UnknownMachine
from calculators.presets import from_preset
from calculators.results import Option
from calculators.scenario import ScenarioError
from calculators.serving.machines import serving
from pricing.book import PriceBook
from tests.calculators.world import case, compared, evaluated, option

FULL = 6_132_000
RENTED = "none>rented:acme/m1:on_demand"
TRIP_MS = 250.5  # see costs/test_network.py


def rented(machine: str = "acme/m1:on_demand", /, **changes: Any) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def machines(chosen: Option) -> float:
    assert chosen.capacity is not None
    return chosen.capacity.machines


def test_measured_throughput_is_exact_where_it_was_measured() -> None:
    # 5 requests/s x 0.7 / 3 = 1.1667: half of what the estimate allows
    chosen = rented(
        requests_per_month=FULL,
        measured_requests_per_s=5,
        measured_on="acme/m1",
        spare_instances=0,
    )
    assert machines(chosen) == 2
    assert chosen.capacity is not None
    assert (chosen.capacity.requests_per_s, chosen.capacity.label) == (5, "override")
    assert (chosen.capacity.low, chosen.capacity.high) == (5, 5)


def test_measured_throughput_is_scaled_to_other_machines() -> None:
    """5 on one T100, estimated at 10: half of the 40 estimated for four, with its range."""
    chosen = rented("acme/m4:on_demand", measured_requests_per_s=5, measured_on="acme/m1")
    assert chosen.capacity is not None
    found = chosen.capacity
    assert (found.low, found.requests_per_s, found.high) == (16, 20, 25)
    assert found.label == "scaled"
    assert "scaled from yours on acme/m1" in found.rule


@pytest.mark.parametrize("name", ["T100", "t100", "1x T100", "1 x t100"])
def test_the_machine_may_be_named_by_its_accelerator(name: str) -> None:
    chosen = rented("acme/m4:on_demand", measured_requests_per_s=5, measured_on=name)
    assert chosen.capacity is not None
    assert chosen.capacity.requests_per_s == 20


def test_a_benchmark_without_its_machine_is_refused() -> None:
    with pytest.raises(ScenarioError, match="measured_answer_ms: got '10', allowed: together"):
        compared(measured_answer_ms=10)
    with pytest.raises(UnknownMachine, match="T1000"):
        compared(measured_answer_ms=10, measured_on="T1000")


def test_a_benchmark_does_not_make_a_model_fit() -> None:
    chosen = rented(params_millions=20_000, measured_requests_per_s=5, measured_on="acme/m1")
    assert chosen.status == "infeasible"
    assert ("memory", "fail") in {(item.rule, item.verdict) for item in chosen.findings}


def test_measured_answer_time_moves_all_times() -> None:
    # 100 ms were estimated: ten times as fast, so the rate is too
    found = option(compared(measured_answer_ms=10, measured_on="acme/m1"), RENTED)
    assert found.latency.p50_ms == pytest.approx(TRIP_MS + 10)
    assert found.latency.label == "override"
    assert found.capacity is not None
    assert found.capacity.requests_per_s == pytest.approx(100)


def test_both_measured_hold_each_for_its_own() -> None:
    found = option(
        compared(measured_answer_ms=50, measured_requests_per_s=30, measured_on="acme/m1"), RENTED
    )
    assert found.capacity is not None
    assert found.capacity.requests_per_s == pytest.approx(30)
    assert found.latency.p50_ms == pytest.approx(TRIP_MS + 50)


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
    assert made.figures.answer_ms[0] == pytest.approx([100, 125, 80])


def test_own_figures_do_not_follow_a_factor() -> None:
    asked = case(
        scores={"server_speed": [0.0, -1.0, 1.0]},
        measured_requests_per_s=5,
        measured_answer_ms=70,
        measured_on="acme/m1",
    )
    made = serving(asked, asked.market.rented(("on_demand",)))
    assert made.capacity_rps[0] == pytest.approx([5, 5, 5])
    assert made.figures.answer_ms[0] == pytest.approx([70, 70, 70])
    # four of them follow it: only this machine was measured
    assert made.capacity_rps[1] == pytest.approx([5, 4, 6.25])


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


def test_an_accelerator_is_the_same_in_whatever_host() -> None:
    """Of one L4, rented with 8 processors or with 4, the figure is exact."""
    book = PriceBook.load()
    changes = {"measured_requests_per_s": 5, "measured_on": "L4"}
    chosen = compare(from_preset("support_chat", changes, book), book)
    for product in ("gcp/g2-standard-4:on_demand", "aws/g6.2xlarge:on_demand"):
        capacity = option(chosen, f"none>rented:{product}").capacity
        assert capacity is not None
        assert (capacity.low, capacity.high) == pytest.approx((5, 5))
        assert capacity.label == "override"
