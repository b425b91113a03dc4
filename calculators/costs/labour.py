"""Work people do: a line item of every option, with our assumptions marked as such."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array
from calculators.case import Case

WAGE = "staff_usd_per_hour"


def usd_per_hour(case: Case) -> Array:
    """Cost of an hour of work."""
    return case.chosen(WAGE, WAGE)


def hours(case: Case, assumption: str, field: str | None = None) -> Array:
    """Hours of a task: the user's own figure, or our assumption by know-how; scaled for x0, x2."""
    if field is not None and case.given(field):
        return case[field] * case.points.labour_scale
    know_how = case.assume(f"expertise_multiplier_{case.scenario.ml_expertise}")
    return case.assume(assumption) * know_how * case.points.labour_scale


def basis(case: Case, assumption: str, field: str | None = None) -> str:
    """Where the hours come from, in words."""
    if field is not None and case.given(field):
        return f"hours: scenario input {field}"
    row = case.book.assumption(assumption)
    return (
        f"hours: our assumption, {row.label} {row.low:g} / {row.mid:g} / {row.high:g} "
        f"(low / middle / high), times know-how {case.scenario.ml_expertise}"
    )


def set_up(ledger: Ledger, case: Case, place: str) -> None:
    """One-time integration work of a place."""
    once(ledger, case, "Work to set up", f"integration_hours_{place}", "integration_hours")


def own_api(ledger: Ledger, case: Case) -> None:
    """Work to write a serving API where no existing software is used."""
    if not case.scenario.existing_stack:
        once(ledger, case, "Work to write an own serving API", "own_api_hours", None)


def once(
    ledger: Ledger,
    case: Case,
    name: str,
    assumption: str,
    field: str | None,
    times: int = 1,
) -> None:
    """Work done once, at the start, ``times`` over."""
    said = basis(case, assumption, field)
    ledger.once(
        name,
        "staff_hour",
        hours(case, assumption, field) * times,
        usd_per_hour(case),
        [case.chosen_source(WAGE, WAGE)],
        category="work",
        basis=said if times == 1 else f"{times} x {said}",
    )


def run(ledger: Ledger, case: Case, place: str, extra_hours: Array | None = None) -> None:
    """Monthly operations work; ``extra_hours`` (C, N, S) adds work that grows with machines."""
    assumption = f"ops_hours_per_month_{place}"
    monthly = hours(case, assumption, "ops_hours_per_month")[:, None]
    per_month = monthly * np.ones_like(case.demand.calendar.growth)
    if extra_hours is not None and not case.given("ops_hours_per_month"):
        per_month = per_month + extra_hours
    monthly_work(ledger, case, "Work to run", per_month, assumption, "ops_hours_per_month")


def monthly_work(
    ledger: Ledger,
    case: Case,
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
        usd_per_hour(case),
        [case.chosen_source(WAGE, WAGE)],
        category="work",
        period="per retrain" if per_retrain else "monthly",
        basis=basis(case, assumption, field),
    )
