"""The constraints of a scenario: what sets each, what lifts it, and which rules speak of it.

One record a constraint. What lifts one leaves every other as it is: where the level of the training
data follows that of the requests, lifting the requests' alone states the training data's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from calculators.options.managed_api import READY_MADE
from calculators.scenario import Scenario, bounds, choices
from pricing.records import value

Changes = Mapping[str, Any]


@value
class Constraint:
    """One thing that is asked for and rules places out."""

    id: str
    label: str  # in a table
    fields: tuple[str, ...]  # inputs that set it; the first one names it
    rules: tuple[str, ...]  # findings that speak of it, by the name of their rule; none: it acts
    # through others, and stops what is shut with it and open without
    is_set: Callable[[Scenario], bool]
    lifted: Callable[[Scenario], Sequence[Changes]]  # the cheapest of these is without it
    on_devices: bool = False  # of those that no rule names: it concerns users' devices alone


def _left_empty(field: str) -> Callable[[Scenario], Sequence[Changes]]:
    return lambda _: ({field: None},)


def _given(field: str) -> Callable[[Scenario], bool]:
    return lambda scenario: getattr(scenario, field) is not None


def _switch(field: str, label: str, rules: tuple[str, ...]) -> Constraint:
    """Something that is asked for or not."""

    def is_set(scenario: Scenario) -> bool:
        return bool(getattr(scenario, field))

    return Constraint(field, label, (field,), rules, is_set, lambda _: ({field: False},))


def _training_data(scenario: Scenario) -> bool:
    return scenario.trains and scenario.training_sensitivity != "public"


def _data_lifted(scenario: Scenario) -> Sequence[Changes]:
    kept = scenario.training_sensitivity
    return ({"data_sensitivity": "public", "training_data_sensitivity": kept},)


def _other_regions(scenario: Scenario) -> Sequence[Changes]:
    return tuple({"region": name} for name in choices("region") if name != scenario.region)


def _most(field: str) -> float:
    return float(bounds(field)[1] or 0.0)


_TERMS = ("terms", "agreement", "region", "price region")
CONSTRAINTS: tuple[Constraint, ...] = (
    Constraint(
        "data_sensitivity",
        "Kind of data in the requests",
        ("data_sensitivity",),
        ("data", "premises", *_TERMS),
        lambda scenario: scenario.data_sensitivity != "public",
        _data_lifted,
    ),
    Constraint(
        "training_data_sensitivity",
        "Kind of training data",
        ("training_data_sensitivity", "data_sensitivity"),
        tuple(f"training {rule}" for rule in ("data", "premises", *_TERMS)),
        _training_data,
        lambda _: ({"training_data_sensitivity": "public"},),
    ),
    # it picks prices and what of terms counts; it stops what only another region would allow
    Constraint("region", "Region", ("region",), (), lambda _: True, _other_regions),
    Constraint(
        "latency_budget_ms",
        "Time to the answer",
        ("latency_budget_ms",),
        ("speed: answer", "speed: start"),
        _given("latency_budget_ms"),
        _left_empty("latency_budget_ms"),
    ),
    Constraint(
        "ttft_budget_ms",
        "Time to the first word",
        ("ttft_budget_ms",),
        ("speed: first word",),
        _given("ttft_budget_ms"),
        _left_empty("ttft_budget_ms"),
    ),
    Constraint(
        "min_tokens_per_s",
        "Speed of writing",
        ("min_tokens_per_s",),
        ("speed: writing",),
        _given("min_tokens_per_s"),
        _left_empty("min_tokens_per_s"),
    ),
    Constraint(
        "realtime_fps",
        "Live video",
        ("realtime_fps",),
        ("speed: frame",),
        lambda scenario: scenario.realtime_fps > 0,
        lambda _: ({"realtime_fps": 0.0},),
    ),
    _switch("offline_required", "Works offline", ("offline",)),
    Constraint(
        "own_model_required",
        "A model of your own",
        ("own_model_required", "training_method", "retrains_per_month"),
        ("own model", "training", "training time"),
        lambda scenario: scenario.trains,
        lambda _: ({need.field: need.value for need in READY_MADE},),
    ),
    _switch("export_required", "The trained model may leave", ("export", "training export")),
    _switch("model_secrecy", "The model stays secret", ("secrecy",)),
    Constraint(
        "min_reach_pct",
        "Users served (memory and speed of their devices)",
        ("min_reach_pct",),
        ("reach",),
        lambda scenario: scenario.min_reach_pct > 0,
        lambda _: ({"min_reach_pct": 0.0},),
    ),
    Constraint(
        "battery_budget_pct_per_day",
        "Battery of the devices",
        ("battery_budget_pct_per_day",),
        (),
        lambda scenario: scenario.battery_budget_pct_per_day < _most("battery_budget_pct_per_day"),
        lambda _: ({"battery_budget_pct_per_day": _most("battery_budget_pct_per_day")},),
        on_devices=True,
    ),
    Constraint(
        "providers_allowed",
        "Providers you allow",
        ("providers_allowed",),
        ("provider", "training provider"),
        lambda scenario: bool(scenario.providers_allowed),
        lambda _: ({"providers_allowed": ()},),
    ),
    Constraint(
        "min_confidence",
        "Evidence of prices",
        ("min_confidence",),
        ("evidence", "training evidence"),
        lambda scenario: scenario.min_confidence != "C",
        lambda _: ({"min_confidence": "C"},),
    ),
)
"""In the order of the page."""


def constraints_of(scenario: Scenario) -> tuple[Constraint, ...]:
    """Those a scenario sets."""
    return tuple(item for item in CONSTRAINTS if item.is_set(scenario))


def all_lifted(scenario: Scenario) -> Sequence[Changes]:
    """Everything lifted together: as many scenarios as the one with most ways has."""
    joined: list[dict[str, Any]] = [{}]
    for item in constraints_of(scenario):
        ways = item.lifted(scenario)
        if item.id == "region":
            joined = [{**one, **way} for one in joined for way in ({}, *ways)]
        else:
            joined = [{**one, **ways[0]} for one in joined]
    return [{**one, "training_data_sensitivity": None} for one in joined]
