"""Times near the limit of machines: the range of their capacity, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from calculators.compare import compare
from calculators.results import Latency
from tests.calculators.serving.loaded import Busy
from tests.calculators.serving.test_properties import written
from tests.calculators.world import scenario, world

MONTH_S = 730 * 3600
BUSY = Busy(stretch=0.8)  # 10 requests/s (8 to 12.5); 40 ms, then 60 ms / (1 - 0.8 load)
MEDIAN = math.exp(-(0.58**2) / 2)
"""The median length over the mean, of lengths whose logarithm deviates by 0.58: 0.845."""


def latency(load: float, **changes: Any) -> Latency:
    """Of one rented machine whose every hour has this load, less what travels."""
    asked = {
        "model": "chat-8b",
        "requests_per_month": 10 * load * MONTH_S,
        "peak_to_mean": 1,
        "target_peak_load": 1,
        "spare_instances": 0,
        "billing": "always_on",
        "latency_budget_ms": None,
        "ttft_budget_ms": None,
        "min_tokens_per_s": None,
    }
    found = compare(scenario(**written({**asked, **changes})), world(), BUSY.memory())
    option = found.option("none>rented:acme/m1:on_demand")
    assert option is not None
    assert option.capacity is not None
    assert option.capacity.machines == 1
    return option.latency


def computing(found: Latency, p50_ms: float) -> float:
    """A median without the parts that are not computing."""
    return p50_ms - sum(ms for name, ms in found.parts_ms.items() if name != "computing")


def test_the_time_is_said_at_both_ends_of_the_capacity() -> None:
    found = latency(0.75)
    near = found.near_limit
    assert near is not None
    assert near.load == pytest.approx(0.75)
    assert near.keeps_up
    # 7.5 requests/s of 10: 40 + 60 m / (1 - 0.6) = 166.8 ms, m the median length;
    # of 12.5, load 0.6: 40 + 60 m / 0.52; of 8, load 0.9375: 40 + 60 m / 0.25
    assert found.parts_ms["computing"] == pytest.approx(166.78, rel=1e-4)
    low, high = (computing(found, end) for end in near.p50_ms)
    assert low == pytest.approx(40 + MEDIAN * 60 / 0.52, rel=1e-4)
    assert high == pytest.approx(40 + MEDIAN * 240, rel=1e-4)
    assert found.p95_ms is not None
    assert near.p95_ms[0] < found.p95_ms < near.p95_ms[1]


def test_machines_that_may_not_keep_up_are_said_to_pile_up() -> None:
    """8.5 requests/s where 8 may be all: full machines, 40 + 60 m / 0.2 ms, and a backlog."""
    found = latency(0.85)
    near = found.near_limit
    assert near is not None
    assert not near.keeps_up
    assert computing(found, near.p50_ms[1]) == pytest.approx(40 + MEDIAN * 300, rel=1e-4)


@pytest.mark.parametrize(("load", "near"), [(0.69, False), (0.71, True)])
def test_only_near_the_limit(load: float, near: bool) -> None:
    assert (latency(load).near_limit is not None) is near


def test_a_machine_that_was_measured_has_no_range() -> None:
    """Its capacity is what the user says."""
    found = latency(0.75, measured_requests_per_s=10, measured_on="acme/m1")
    assert found.near_limit is None
