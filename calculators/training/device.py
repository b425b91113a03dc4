"""Training on the users' devices: only small models and small data."""

from __future__ import annotations

import numpy as np

from calculators import users
from calculators.arrays import Array
from calculators.charges import Ledger
from calculators.inputs import Inputs
from calculators.options import device as devices
from calculators.results import Finding
from calculators.training import base
from calculators.training.base import Plan
from pricing.units import factor

TRAINING_OVER_INFERENCE = 3.0  # forward and backward pass: 6 against 2 operations per weight


def plan(inputs: Inputs) -> list[Plan]:
    """Feasibility, time, energy and battery wear of one run on the devices of the mix.

    Every device learns from what its own user does, so each makes every run.
    """
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
        return [made]
    people = devices.population(inputs)
    work = inputs["training_examples"] * TRAINING_OVER_INFERENCE
    _long(made, inputs, work * people.mean(np.nan_to_num(people.answer_ms)))
    base.staff(made, inputs, "device")
    joules = work * people.mean(np.nan_to_num(people.joules))
    made.missing += users.training(made.ledger, inputs, joules, people.reach)
    return [made]


def _long(made: Plan, inputs: Inputs, milliseconds: Array) -> None:
    """A run must fit into a night."""
    hours = milliseconds * factor("millisecond", "hour")
    allowed = float(inputs.assume("device_training_max_hours").flat[0])
    made.hours_per_run = float(hours.flat[0])
    text = f"one run takes {hours.flat[0]:,.1f} hours of a device; {allowed:g} overnight fit."
    made.refuse(hours > allowed, text, "fewer examples")
