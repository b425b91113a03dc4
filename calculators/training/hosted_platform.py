"""Training on a hosted platform; whether the model may leave is the platform's word."""

from __future__ import annotations

from calculators import machine_training
from calculators.inputs import Inputs
from calculators.results import Finding
from calculators.training.base import Plan


def plan(inputs: Inputs) -> list[Plan]:
    """The cheapest platform machine that can train it."""
    found = machine_training.offers(inputs, "hosted_instances", "hosted_training", ("on_demand",))
    if inputs.scenario.export_required:
        found = [offer for offer in found if offer.row.exportable == "yes"]
    made = machine_training.plan(inputs, "hosted_platform", found, "trained on a hosted platform")
    for item in made:
        if not item.exportable:
            text = "The platform keeps the trained model."
            change = "a platform that allows export"
            item.findings.append(Finding("export", "caution", text, change))
    return made
