"""Training on the users' devices: only small models and small data."""

from __future__ import annotations

import numpy as np

from calculators import labour
from calculators.charges import Ledger
from calculators.inputs import Inputs
from calculators.options import device as devices
from calculators.results import Finding
from calculators.training import base
from calculators.training.base import Plan
from pricing.units import factor

TRAINING_OVER_INFERENCE = 3.0  # forward and backward pass: 6 against 2 operations per weight


def plan(inputs: Inputs) -> Plan:
    """Feasibility, time and battery of one run on a device of the mix."""
    made = Plan("device", "", "trained on the users' devices", "", Ledger(inputs.calendar))
    made.answers_only_at = ("device",)
    base.rules(made, inputs)
    largest = float(inputs.assume("device_training_max_params_millions").flat[0])
    params = float(inputs.params_millions.flat[0])
    if np.isnan(params) or params > largest:
        size = "unknown size" if np.isnan(params) else f"{params:,.4g} million parameters"
        text = f"Training: a model of {size} is too large to train on a device (limit {largest:g})."
        made.findings.append(Finding("training", "fail", text, "a smaller model"))
        made.missing.append("a model small enough to train there")
        return made
    people = devices.population(inputs)
    examples = float(inputs["training_examples"].flat[0])
    milliseconds = float(people.mean(np.nan_to_num(people.answer_ms)).flat[0])
    hours = examples * milliseconds * TRAINING_OVER_INFERENCE * factor("millisecond", "hour")
    allowed = float(inputs.assume("device_training_max_hours").flat[0])
    made.hours_per_run = hours
    if hours > allowed:
        text = f"Training: one run takes {hours:,.1f} hours of a device; {allowed:g} overnight fit."
        made.findings.append(Finding("training", "fail", text, "fewer examples"))
    labour.once(
        made.ledger,
        inputs,
        "Work for the first training",
        "hours_per_retrain_device",
        "hours_per_retrain",
    )
    return made
