"""Scenarios beyond the grid: presets with a random handful of other inputs."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from calculators.presets import from_preset, presets
from calculators.scenario import Scenario, ScenarioError, choices
from tests.advice.grid import BOOK

Draw = Callable[[random.Random], Any]


def _one(field: str) -> Draw:
    return lambda rng: rng.choice(choices(field))


def _of(*values: Any) -> Draw:
    return lambda rng: rng.choice(values)


def _between(low: float, high: float) -> Draw:
    """Evenly over the powers of ten, three digits."""
    return lambda rng: float(f"{10 ** rng.uniform(low, high):.3g}")


def _some(*names: str) -> Draw:
    return lambda rng: tuple(rng.sample(names, rng.randint(1, len(names))))


INPUTS: Mapping[str, tuple[float, Draw]] = {
    "requests_per_month": (0.7, _between(3, 9.3)),
    "data_sensitivity": (0.5, _one("data_sensitivity")),
    "training_data_sensitivity": (0.2, _one("training_data_sensitivity")),
    "region": (0.5, _one("region")),
    "retrains_per_month": (0.5, _of(0.0, 0.05, 0.25, 1.0, 4.0, 30.0, 200.0, 729.0, 730.0, 1500.0)),
    "training_method": (0.3, _one("training_method")),
    "growth_pct_per_month": (0.4, _of(-5.0, -2.0, 3.0, 8.0, 15.0)),
    "latency_budget_ms": (0.5, _between(0.7, 4.3)),
    "ttft_budget_ms": (0.2, _between(1, 4)),
    "min_tokens_per_s": (0.2, _between(0.5, 2.6)),
    "can_wait_hours": (0.25, _of(0.0, 1.0, 6.0, 24.0, 48.0)),
    "realtime_fps": (0.2, _of(1.0, 5.0, 15.0, 30.0, 60.0, 120.0)),
    "offline_required": (0.15, _of(True)),
    "export_required": (0.25, _of(True)),
    "model_secrecy": (0.15, _of(True)),
    "own_model_required": (0.2, _of(True, False)),
    "min_reach_pct": (0.3, _of(0.0, 50.0, 80.0, 95.0, 99.0, 100.0)),
    "battery_budget_pct_per_day": (0.3, _between(-2, 1.5)),
    "min_confidence": (0.15, _one("min_confidence")),
    "max_commitment": (0.2, _one("max_commitment")),
    "hosting": (0.2, _of("colocation", "office", "none")),
    "billing": (0.2, _one("billing")),
    "precision": (0.15, _one("precision")),
    "reasoning": (0.15, _one("reasoning")),
    "link": (0.15, _one("link")),
    "params_millions": (0.1, _between(0, 5.3)),
    "input_tokens": (0.1, _between(1, 5.7)),
    "training_examples": (0.1, _between(1, 7)),
    "platforms": (0.1, _some("ios", "android", "web")),
    "serving_stack": (0.1, _one("serving_stack")),
}
"""Input -> how often it is drawn, and from what."""


def scenarios(count: int, seed: int) -> list[Scenario]:
    """So many that may be entered, the same for the same seed."""
    rng = random.Random(seed)
    found: list[Scenario] = []
    while len(found) < count:
        preset = rng.choice(list(presets(BOOK)))
        drawn = {name: draw(rng) for name, (often, draw) in INPUTS.items() if rng.random() < often}
        try:
            found.append(from_preset(preset, drawn, BOOK))
        except ScenarioError:
            continue
    return found
