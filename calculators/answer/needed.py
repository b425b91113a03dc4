"""What would have to change before a candidate is allowed: inputs and their values, joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from calculators.results import PRICE_DATE, Finding, Needed
from calculators.scenario import Scenario, choices
from pricing.book import PriceBook

Join = Callable[[Any, Any], Any]


def _union(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _higher(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _lower(one: float, other: float) -> float:
    return min(one, other)


def _either(one: bool, other: bool) -> bool:
    return one and other


def _first(field: str) -> Join:
    return lambda one, other: min(one, other, key=choices(field).index)


def _last(field: str) -> Join:
    return lambda one, other: max(one, other, key=choices(field).index)


JOINED: Mapping[str, Join] = {
    "latency_budget_ms": _higher,
    "ttft_budget_ms": _higher,
    "can_wait_hours": _higher,
    "min_tokens_per_s": _lower,
    "realtime_fps": _lower,
    "retrains_per_month": _lower,
    "requests_per_month": _lower,
    "min_reach_pct": _lower,
    "agreements_signed": _union,
    "providers_allowed": _union,
    "addons": lambda one, other: tuple(name for name in one if name in other),
    "own_model_required": _either,
    "offline_required": _either,
    "export_required": _either,
    "model_secrecy": _either,
    "data_sensitivity": _first("data_sensitivity"),
    "training_data_sensitivity": _first("training_data_sensitivity"),
    "min_confidence": _last("min_confidence"),
    "max_commitment": _last("max_commitment"),
    "hosting": lambda one, _: one,
    "reasoning": lambda one, _: one,
    "input_tokens": _lower,
    "output_tokens": _lower,
    "params_millions": _lower,
    "training_examples": _lower,
    "battery_budget_pct_per_day": _higher,
    "precision": _last("precision"),  # the fewest bits
    "platforms": _union,
    PRICE_DATE: max,  # days of releases: the last of them
    "training_method": lambda one, _: one,
}
"""How two rules that need the same input agree: on what satisfies both."""
ADDED = ("agreements_signed", "providers_allowed", "platforms")
"""Inputs of several names to which a rule adds, rather than replacing them."""


def shut(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What keeps a candidate from being ranked."""
    return tuple(item for item in findings if item.verdict == "fail" or item.required)


def changes(scenario: Scenario, findings: Iterable[Finding]) -> Mapping[str, Any] | None:
    """Inputs that let everything pass which now shuts a candidate out; None where none do.

    ``findings`` are all of the candidate; the values are complete, ready for :func:`asked`.
    """
    found: dict[str, Any] = {}
    for item in shut(findings):
        if not item.needs:
            return None
        for need in item.needs:
            _join(found, need, scenario)
    lifted = "data_sensitivity" in found and scenario.trains
    if lifted and not scenario.training_data_sensitivity:
        # the level of the training data follows that of the requests unless it is stated
        found.setdefault("training_data_sensitivity", scenario.training_sensitivity)
    return found


def asked(
    scenario: Scenario, book: PriceBook, changed: Mapping[str, Any]
) -> tuple[Scenario, PriceBook]:
    """The scenario, and the prices of the day, that changes ask for.

    Raises
    ------
    ScenarioError
        Where they do not go together.
    """
    fields = dict(changed)
    day = fields.pop(PRICE_DATE, None)
    return scenario.with_changes(fields), book if day is None else book.at(date.fromisoformat(day))


def _join(found: dict[str, Any], need: Needed, scenario: Scenario) -> None:
    field, value = need.field, need.value
    if field in found:
        found[field] = JOINED[field](found[field], value)
    elif field in ADDED:
        found[field] = _union(getattr(scenario, field), value)  # type: ignore[arg-type]
    else:
        found[field] = value
