"""A measurement on a device by hand: exact there, scaled to the others, old links unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.case import Case
from calculators.options.population import Population, population
from calculators.points import Points
from tests.calculators.world import (
    FixedEstimators,
    another_world,
    case,
    compared,
    fixed,
    option,
    scenario,
)

PHONES = {
    "devices": ["phone-c,phone,ios,2025,8,30,60,800"],
    "device_mixes": ["two,phone-a,50", "two,phone-c,50"],
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A world in which two phones run the model, both at 50 ms and 2 J."""
    folder: Path = tmp_path_factory.mktemp("two")
    book = another_world(folder, PHONES)
    memory = fixed(FixedEstimators(phones=("phone-a", "phone-c")))

    def people(scores: dict[str, list[float]] | None = None, **changes: Any) -> Population:
        moved = {name: np.array(values) for name, values in (scores or {}).items()}
        size = max(map(len, moved.values()), default=1) if moved else 1
        points = Points(scenario(device_mix="two", **changes), size, scores=moved)
        made: Case = memory.case(points, book)
        return population(made)

    return people


def test_exact_there_and_scaled_elsewhere(two: Any) -> None:
    """Measured 20 ms and 3 J on phone-a against 50 ms and 2 J: 0.4 and 1.5 times."""
    found = two(measured_device="phone-a", measured_device_ms=20, measured_device_j_per_request=3)
    assert found.computing_ms.ravel() == pytest.approx([20, 20])
    assert found.joules.ravel() == pytest.approx([3, 3])
    mine, other = (found.estimate("answer_ms", device, 0) for device in (0, 1))
    assert (mine.label, other.label) == ("override", "scaled")
    assert (mine.low, mine.mid, mine.high) == (20, 20, 20)
    assert (other.low, other.mid, other.high) == pytest.approx((16, 20, 25))
    assert other.rule == "scaled from yours on phone-a, by the ratio of our estimates"


def test_what_was_measured_has_no_range_and_the_others_keep_theirs(two: Any) -> None:
    found = two(
        scores={"device_speed": [-1.0, 0.0, 1.0], "device_energy": [-1.0, 0.0, 1.0]},
        measured_device="phone-a",
        measured_device_ms=20,
    )
    assert found.computing_ms[0] == pytest.approx([20, 20, 20])
    assert found.computing_ms[1] == pytest.approx([16, 20, 25])
    # energy was not measured: it follows the time, with its range, on both
    assert found.joules[0] == pytest.approx([0.4, 0.8, 1.6])


def test_energy_alone_says_nothing_of_time(two: Any) -> None:
    found = two(measured_device="phone-a", measured_device_j_per_request=3)
    assert found.computing_ms.ravel() == pytest.approx([50, 50])
    assert found.joules.ravel() == pytest.approx([3, 3])
    assert found.label(0) == "measured"


def test_a_measured_device_slows_down_as_estimated(two: Any) -> None:
    found = two(measured_device="phone-a", measured_device_ms=20, duty="sustained")
    assert found.computing_ms.ravel() == pytest.approx([40, 40])
    assert found.estimate("answer_ms", 0, 0, "sustained").label == "scaled"
    assert found.estimate("answer_ms", 0, 0).label == "override"


def test_a_device_outside_the_mix_scales_the_mix(two: Any) -> None:
    found = two(measured_device="phone-c", measured_device_ms=100)
    only = case(device_mix="new_phones", measured_device="phone-a", measured_device_ms=100)
    assert population(only).computing_ms.ravel() == pytest.approx([100])
    assert found.computing_ms.ravel() == pytest.approx([100, 100])


def test_what_ran_there_runs_there(two: Any) -> None:
    """phone-b has no room by our rules; the user saw it run, which says nothing of the others."""
    found = compared(
        device_mix="everyone", min_reach_pct=0, measured_device="phone-b", measured_device_ms=200
    )
    people = option(found, "none>device:everyone").on_devices
    assert people is not None
    good, old = people.devices
    assert old.serves
    assert old.first_minute_ms is not None
    assert old.first_minute_ms.mid == pytest.approx(230)
    # how phone-b compares with phone-a is not known: no figure, and no refusal
    assert not good.serves
    assert "a measurement we can scale (phone-b: " in good.why_not


def test_a_measurement_of_old_links_holds_for_every_device(two: Any) -> None:
    found = two(measured_device="every", measured_device_ms=20)
    assert found.computing_ms.ravel() == pytest.approx([20, 20])
    assert found.label(0) == "override"
    assert found.joules.ravel() == pytest.approx([2, 2])
