"""Training on rented machines: anything goes, paid by the hour, weights taken away."""

from __future__ import annotations

from calculators.inputs import Inputs
from calculators.training import machines
from calculators.training.base import Plan


def plan(inputs: Inputs) -> Plan:
    """The cheapest rented machine that can train it, on demand or spot."""
    found = machines.offers(inputs, "rented_instances", "rented", ("on_demand", "spot"))
    return machines.plan(inputs, "rented", found, "trained on a rented machine")
