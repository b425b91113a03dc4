"""Training on the users' devices: only small models and small data."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import users
from calculators.estimators.question import SIZE
from calculators.options.population import population
from calculators.places import Venue
from calculators.results import Finding
from calculators.serving.machines import user_gaps
from calculators.training import base
from calculators.training.base import Plan
from pricing.units import factor

TRAINING_OVER_INFERENCE = 3.0  # forward and backward pass: 6 against 2 operations per weight
WORDS = "trained on the users' devices"


def plans(case: Case, venue: Venue) -> list[Plan]:
    """Feasibility, time, energy and battery wear of one run on the devices of the mix.

    Every device learns from what its own user does, so each makes every run.
    """
    params = case.params_millions
    largest = case.assume("device_training_max_params_millions")
    unsized, large = np.isnan(params), params > largest
    rules = base.venue_rule(case, venue.id)
    people = population(case)
    work = case["training_examples"] * TRAINING_OVER_INFERENCE
    milliseconds = work * people.mean(np.nan_to_num(people.answer_ms))
    ledger = case.ledger()
    base.staff(ledger, case, venue.id)
    joules = work * people.mean(np.nan_to_num(people.joules))
    gaps = user_gaps(case, users.training(ledger, case, joules, people.reach))
    small = Gap(large[None], lambda _, __: "a model small enough to train there")
    size = Gap(unsized[None], lambda _, __: SIZE)
    return [
        Plan(
            venue.id,
            charges=tuple(ledger.charges),
            checks=(
                *rules,
                _too_large(large, params, largest),
                _too_long(case, milliseconds, large),
            ),
            gaps=(*gaps, small, size),
            label=lambda _: WORDS,
        )
    ]


def _too_large(large: BoolArray, params: Array, largest: Array) -> Check:
    def say(_: int, point: int) -> Finding | None:
        if not large[point if large.size > 1 else 0]:
            return None
        count = float(params[point if params.size > 1 else 0])
        most = float(largest[point if largest.size > 1 else 0])
        size = f"{count:,.4g} million parameters"
        text = f"Training: a model of {size} is too large to train on a device (limit {most:g})."
        return Finding("training", "fail", text, "a smaller model")

    return Check(large[None], say, params, largest)


def _too_long(case: Case, milliseconds: Array, large: BoolArray) -> Check:
    """A run must fit into a night."""
    hours = milliseconds * factor("millisecond", "hour")
    allowed = case.assume("device_training_max_hours")
    late = (hours > allowed) & ~large

    def say(_: int, point: int) -> Finding | None:
        if not late[point if late.size > 1 else 0]:
            return None
        takes = float(hours[point if hours.size > 1 else 0])
        most = float(allowed[point if allowed.size > 1 else 0])
        text = f"Training: one run takes {takes:,.1f} hours of a device; {most:g} overnight fit."
        return Finding("training", "fail", text, "fewer examples")

    return Check(late[None], say, hours, allowed)
