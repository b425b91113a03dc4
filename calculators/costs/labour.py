"""Work people do: a line item of every option, with our assumptions marked as such."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Assuming, Ledger
from calculators.arrays import Array, Index
from calculators.case import Case
from calculators.places import Place

WAGE = "staff_usd_per_hour"
PER_MACHINE = "ops_hours_per_machine"
EXPONENT = "ops_machines_exponent"
FAILURES = "failures_per_accelerator_year"
PER_FAILURE = "hours_per_failure"


def usd_per_hour(case: Case) -> Array:
    """Cost of an hour of work."""
    return case.chosen(WAGE, WAGE)


def hours(case: Case, assumption: str, field: str | None = None) -> Array:
    """Hours of a task: the user's own figure, or our assumption by know-how; scaled for x0, x2."""
    if field is not None and case.given(field):
        return case[field] * case.points.labour_scale
    know_how = case.assume(f"expertise_multiplier_{case.scenario.ml_expertise}")
    return case.assume(assumption) * know_how * case.points.labour_scale


def _ours(case: Case, assumption: str, field: str | None = None) -> bool:
    """Whether the hours of a task are our own assumption."""
    given = field is not None and case.given(field)
    return not given and case.book.assumption(assumption).basis == "our_assumption"


def basis(case: Case, assumption: str, field: str | None = None) -> str:
    """Where the hours come from, in words."""
    if field is not None and case.given(field):
        return f"hours: scenario input {field}"
    row = case.book.assumption(assumption)
    if assumption in case.book.own.of_kind("assume"):
        know_how = case.scenario.ml_expertise
        return f"hours: your figure, {row.label} {row.mid:g}, times know-how {know_how}"
    return (
        f"hours: our assumption, {row.label} {row.low:g} / {row.mid:g} / {row.high:g} "
        f"(low / middle / high), times know-how {case.scenario.ml_expertise}"
    )


def behind(case: Case, assumption: str, field: str | None = None) -> tuple[str, ...]:
    """Names of the assumptions the hours of a task rest on."""
    if field is not None and case.given(field):
        return ()
    return (assumption, f"expertise_multiplier_{case.scenario.ml_expertise}")


def set_up(ledger: Ledger, case: Case, place: str) -> None:
    """One-time integration work of a place."""
    once(ledger, case, "Work to set up", f"integration_hours_{place}", "integration_hours")


def least_usd(case: Case, place: Place) -> Array:
    """Least work of a place over the horizon, whatever model answers: a floor of its cost (N,).

    Work to set up, or to convert the model for one platform, and the monthly work to run it.
    """
    on_device = place.on_device
    first = "conversion_hours_per_platform" if on_device else f"integration_hours_{place.labour}"
    once_hours = hours(case, first, "integration_hours")
    monthly_hours = hours(case, f"ops_hours_per_month_{place.labour}", "ops_hours_per_month")
    return (once_hours + monthly_hours * case.scenario.horizon_months) * usd_per_hour(case)


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
        basis=Assuming(
            said if times == 1 else f"{times} x {said}", behind(case, assumption, field)
        ),
        ours=_ours(case, assumption, field),
    )


def run(ledger: Ledger, case: Case, place: str) -> None:
    """Monthly operations work of a place, whatever its size."""
    assumption = f"ops_hours_per_month_{place}"
    monthly = hours(case, assumption, "ops_hours_per_month")[:, None]
    per_month = monthly * np.ones_like(case.demand.calendar.growth)
    monthly_work(ledger, case, "Work to run", per_month, assumption, "ops_hours_per_month")


def per_machine(
    ledger: Ledger, case: Case, machines: Array, rows: Index | slice = slice(None)
) -> None:
    """Operations that grow with the fleet: one rule, rented or owned.

    ``machines`` (H, N, S) are of fleets, ``rows`` (C,) which of them each candidate has. Ten like
    machines are less than ten times the work of one: h x machines ^ exponent.
    """
    each = hours(case, PER_MACHINE, PER_MACHINE)[:, None]
    grown = np.power(machines, case.assume(EXPONENT)[:, None])
    exponent = case.book.assumption(EXPONENT)
    ledger.monthly(
        "Work to run: machines",
        "staff_hour",
        (each * grown)[rows],
        usd_per_hour(case),
        [case.chosen_source(WAGE, WAGE)],
        category="work",
        basis=Assuming(
            f"{basis(case, PER_MACHINE, PER_MACHINE)}; x machines to the power of "
            f"{exponent.low:g} / {exponent.mid:g} / {exponent.high:g}, spare ones included",
            (*behind(case, PER_MACHINE, PER_MACHINE), EXPONENT),
        ),
        ours=_ours(case, PER_MACHINE, PER_MACHINE),
    )


def repairs(ledger: Ledger, case: Case, machines: Array, accelerators: Array) -> None:
    """Work on broken hardware of one's own: failures a year x hours a failure.

    ``machines`` (C, N, S); ``accelerators`` (C, 1) in each, 0 for a machine without: it counts
    as one.
    """
    a_year = case.assume(FAILURES)[:, None] * np.maximum(accelerators, 1.0)[..., None] * machines
    failures = case.book.assumption(FAILURES)
    ledger.monthly(
        "Work on failed hardware",
        "staff_hour",
        a_year / 12 * hours(case, PER_FAILURE)[:, None],
        usd_per_hour(case),
        [case.chosen_source(WAGE, WAGE)],
        category="work",
        basis=Assuming(
            f"machines x accelerators x {failures.mid:g} failures a year; "
            + basis(case, PER_FAILURE),
            (FAILURES, *behind(case, PER_FAILURE)),
        ),
        ours=_ours(case, PER_FAILURE),
    )


def monthly_work(
    ledger: Ledger,
    case: Case,
    name: str,
    per_month: Array,
    assumption: str,
    field: str | None = None,
    *,
    per_retrain: bool = False,
    besides: tuple[str, ...] = (),
) -> None:
    """Recurring work of ``per_month`` hours (N, S) or (C, N, S).

    ``besides`` are assumptions it rests on beside those of an hour's task.
    """
    ledger.monthly(
        name,
        "staff_hour",
        per_month,
        usd_per_hour(case),
        [case.chosen_source(WAGE, WAGE)],
        category="work",
        period="per retrain" if per_retrain else "monthly",
        basis=Assuming(
            basis(case, assumption, field), (*behind(case, assumption, field), *besides)
        ),
        ours=_ours(case, assumption, field),
    )
