"""Training on rented machines: anything goes, paid by the hour, weights taken away."""

from __future__ import annotations

from calculators import machine_training
from calculators.inputs import Inputs
from calculators.training.base import Plan


def plan(inputs: Inputs) -> list[Plan]:
    """The cheapest rented machine that can train it, on demand or spot."""
    found = machine_training.offers(inputs, "rented_instances", "rented", ("on_demand", "spot"))
    return machine_training.plan(inputs, "rented", found, "trained on a rented machine")
