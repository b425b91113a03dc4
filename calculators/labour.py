"""Work people do: a line item of every option, with our assumptions marked as such."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.charges import Ledger
from calculators.inputs import Inputs


def usd_per_hour(inputs: Inputs) -> Array:
    """Cost of an hour of work."""
    return inputs.chosen("staff_usd_per_hour", "staff_usd_per_hour")


def hours(inputs: Inputs, assumption: str, field: str | None = None) -> Array:
    """Hours of a task: the user's own figure, or our assumption by know-how; scaled for x0, x2."""
    if field is not None and inputs.given(field):
        return inputs[field] * inputs.labour_scale
    know_how = inputs.assume(f"expertise_multiplier_{inputs.scenario.ml_expertise}")
    return inputs.assume(assumption, "labour") * know_how * inputs.labour_scale


def basis(inputs: Inputs, assumption: str, field: str | None = None) -> str:
    """Where the hours come from, in words."""
    if field is not None and inputs.given(field):
        return f"hours: scenario input {field}"
    row = inputs.book.assumption(assumption)
    return (
        f"hours: our assumption, {row.label} {row.low:g} / {row.mid:g} / {row.high:g} "
        f"(low / middle / high), times know-how {inputs.scenario.ml_expertise}"
    )


def set_up(ledger: Ledger, inputs: Inputs, place: str) -> None:
    """One-time integration work of a place."""
    assumption = f"integration_hours_{place}"
    once(ledger, inputs, "Work to set up", assumption, "integration_hours")
    if place in ("rented", "owned") and not inputs.scenario.existing_stack:
        once(ledger, inputs, "Work to write an own serving API", "own_api_hours", None)


def once(ledger: Ledger, inputs: Inputs, name: str, assumption: str, field: str | None) -> None:
    """Work done once, at the start."""
    ledger.once(
        name,
        "staff_hour",
        hours(inputs, assumption, field),
        usd_per_hour(inputs),
        [inputs.chosen_source("staff_usd_per_hour", "staff_usd_per_hour")],
        basis=basis(inputs, assumption, field),
        labour=True,
    )


def run(ledger: Ledger, inputs: Inputs, place: str, extra_hours: Array | None = None) -> None:
    """Monthly operations work; ``extra_hours`` (C, N, S) adds work that grows with machines."""
    assumption = f"ops_hours_per_month_{place}"
    monthly = hours(inputs, assumption, "ops_hours_per_month")[:, None]
    per_month = monthly * np.ones_like(inputs.calendar.growth)
    if extra_hours is not None and not inputs.given("ops_hours_per_month"):
        per_month = per_month + extra_hours
    monthly_work(ledger, inputs, "Work to run", per_month, assumption, "ops_hours_per_month")


def monthly_work(
    ledger: Ledger,
    inputs: Inputs,
    name: str,
    per_month: Array,
    assumption: str,
    field: str | None = None,
    *,
    per_retrain: bool = False,
) -> None:
    """Recurring work of ``per_month`` hours (N, S) or (C, N, S)."""
    ledger.monthly(
        name,
        "staff_hour",
        per_month,
        usd_per_hour(inputs),
        [inputs.chosen_source("staff_usd_per_hour", "staff_usd_per_hour")],
        period="per retrain" if per_retrain else "monthly",
        basis=basis(inputs, assumption, field),
        labour=True,
    )
