"""Along any input, each value gives what a comparison of the scenario with that value gives."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from calculators.axes import APART, NotAnAxis
from calculators.compare import compare, inputs_for
from calculators.presets import from_preset, presets
from calculators.scenario import Scenario
from calculators.sweeps import along
from pricing.book import PriceBook
from tests.calculators.world import evaluated, inputs

CENT = 0.01
TRAINED = ("deep_art", "live_camera", "hospital_imaging", "keyboard", "recommender")
EVERY = tuple(presets(PriceBook.load()))

AXES: dict[str, tuple[tuple[str, ...], list[float]]] = {
    "retrains_per_month": (TRAINED, [0.0, 0.3, 4.0, 80.0, 2000.0]),
    "training_examples": (TRAINED, [100.0, 5e4, 4e6, 1e10]),
    "params_millions": (TRAINED, [1.0, 25.0, 3e4]),
    "realtime_fps": (EVERY, [0.0, 1.0, 24.0, 240.0]),
    "features_per_request": (EVERY, [1.0, 3.0]),
    "can_wait_hours": (EVERY, [0.0, 23.0, 24.0]),
}
"""Field -> presets it means something for, and values on both sides of what it decides."""


@cache
def scenario(preset: str) -> Scenario:
    return from_preset(preset, {}, PriceBook.load())


@pytest.mark.parametrize(
    ("axis", "preset"), [(axis, preset) for axis, (names, _) in AXES.items() for preset in names]
)
def test_a_sweep_gives_what_comparisons_give(axis: str, preset: str) -> None:
    book = PriceBook.load()
    values = AXES[axis][1]
    found = along(inputs_for(scenario(preset), book), axis, np.array(values))
    for column, value in enumerate(values):
        changed = scenario(preset).with_changes({axis: value})
        single = {
            option.id: option.ranked_usd(changed.rank_by)
            for option in compare(changed, book).options
            if option.status == "feasible"
        }
        swept = {
            entry.id: float(cost)
            for entry, cost in zip(found.entries, found.ranked[:, column], strict=True)
            if np.isfinite(cost)
        }
        assert swept.keys() == single.keys(), value
        for name, cost in single.items():
            assert cost is not None
            assert abs(swept[name] - cost) <= CENT, (value, name)


@pytest.mark.parametrize("axis", sorted(APART))
def test_what_cannot_vary_at_once_is_refused_not_wrong(axis: str) -> None:
    with pytest.raises(NotAnAxis, match=f"{axis} cannot vary within one evaluation"):
        evaluated({axis: [1.0, 100.0]})
    assert evaluated({axis: [24.0, 24.0]}).entries  # the same everywhere is no axis


def test_across_nothing_trained_at_all_is_refused() -> None:
    with pytest.raises(NotAnAxis, match="0 means no training at all"):
        evaluated({"retrains_per_month": [0.0, 1.0]})
    assert evaluated({"retrains_per_month": [0.0, 1.0]}, own_model_required=True).entries


def test_value_by_value_when_it_must_be() -> None:
    """From no training at all to some: 0 gives ready-made services, 4 a month trained models."""
    found = along(inputs(), "retrains_per_month", np.array([0.0, 4.0, 0.0]))
    trained = np.array([not entry.id.startswith("none>") for entry in found.entries])
    open_at = np.isfinite(found.ranked)
    assert not open_at[trained, 0].any()
    assert open_at[trained, 1].any()
    assert (open_at[:, 0] == open_at[:, 2]).all()


def test_the_machine_that_trains_is_chosen_at_each_value() -> None:
    """One card takes 8 h a run, 24 h a retraining: 730 h hold 30 a month, 300 need 10 machines.

    10 x 20,000 = 200,000 is less than 240,000 for eight cards; 400 need 14 x 20,000 = 280,000,
    eight cards with one hour a run two: 1,200 h x 1 = 2 x 240,000
    """
    few = evaluated({"retrains_per_month": [1.0, 300.0]}, own_model_required=True)
    assert few.entries
    for column, retrains in enumerate((1.0, 300.0)):
        one = evaluated(own_model_required=True, retrains_per_month=retrains)
        there = {e.id for e, cost in zip(one.entries, one.ranked[:, 0], strict=True)
                 if np.isfinite(cost)}  # fmt: skip
        swept = {e.id for e, cost in zip(few.entries, few.ranked[:, column], strict=True)
                 if np.isfinite(cost)}  # fmt: skip
        assert swept == there
