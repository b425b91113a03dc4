"""Training venues: one module each; the best product of a venue is chosen once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calculators.inputs import Inputs
from calculators.results import TrainedAt
from calculators.training import device, hosted_platform, managed_api, owned, rented
from calculators.training.base import Plan

REGISTRY: Mapping[TrainedAt, Callable[[Inputs], list[Plan]]] = {
    "managed_api": managed_api.plan,
    "hosted_platform": hosted_platform.plan,
    "rented": rented.plan,
    "owned": owned.plan,
    "device": device.plan,
}
"""Venue -> its best plan for the scenario; along an axis, one for each choice made there."""


def plans(inputs: Inputs) -> list[Plan]:
    """The plans that can be paired: none when nothing is trained, else one per venue."""
    if not inputs.trains:
        return [Plan.none(inputs)]
    taken_away = managed_api.export_plan(inputs)
    found = [Plan.none(inputs), *(plan for make in REGISTRY.values() for plan in make(inputs))]
    return found if taken_away is None else [*found, taken_away]


__all__ = ["REGISTRY", "Plan", "plans"]
