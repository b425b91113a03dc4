"""A crossing in a sentence, whatever the input: value, unit, and which side is cheaper."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.explore import words
from calculators.explore.axis import Axis
from calculators.results import Crossing
from tests.calculators.world import case


def told(axis: str, at: float, **rest: Any) -> str:
    kind = rest.pop("kind", "exact")
    item = Crossing(axis, at, at, at, kind, "device", "managed_api", **rest)
    return words.crossings(Axis.of(axis, case()), [item])


def test_of_the_volume() -> None:
    assert told("requests_per_month", 503_513.3) == (
        "below 503,513 requests a month the users' devices, above a managed API."
    )
    assert told("requests_per_month", 1e6, until=2e6, kind="alternating") == (
        "between 1,000,000 and 2,000,000 the steps of whole machines change it back and forth; "
        "above, a managed API."
    )
    ends = {"kind": "feasibility", "last_below": 5e6, "first_above": 5e6 * (1 + 1e-9)}
    assert told("requests_per_month", 5e6, **ends) == (
        "up to 5,000,000 requests a month the users' devices; from 5,000,001, where that is no "
        "longer allowed, a managed API."
    )


def test_of_other_inputs() -> None:
    assert told("staff_usd_per_hour", 54.1234) == (
        "below 54.123 USD per hour the users' devices, above a managed API."
    )
    assert told("horizon_months", 18, last_below=17, first_above=18) == (
        "up to 17 months the users' devices; from 18 months a managed API."
    )
    starts = {"kind": "feasibility", "last_below": 699.9, "first_above": 700.0}
    assert told("latency_budget_ms", 700, **starts) == (
        "up to 699.9 ms the users' devices; from 700, where it becomes allowed, a managed API."
    )


def test_nothing_is_a_value_of_its_own() -> None:
    assert told("retrains_per_month", 0, last_below=0, first_above=0.04) == (
        "at 0 per month the users' devices, above a managed API."
    )


def test_one_place_all_along() -> None:
    assert words.never("rented machines", -120.0, 3400.0) == (
        "Cheaper all along: rented machines; "
        "the gap is $120 a month and $3,400 a month at the ends."
    )
    assert words.never("rented machines", None, None) == "Cheaper all along: rented machines."
    alike = words.never("rented machines", 120.1, -120.2)
    assert alike.endswith("; the gap is $120 a month at both ends.")
    for ends, where in (((-120.0, None), "low"), ((None, -120.0), "high")):
        said = words.never("rented machines", *ends)
        assert said.endswith(f"; the gap is $120 a month at the {where} end.")


@pytest.mark.parametrize(
    ("axis", "of"),
    [
        ("requests_per_month", "volume"),
        ("response_kb", "value"),
        ("min_reach_pct", "range looked at"),
    ],
)
def test_what_may_be_missed(axis: str, of: str) -> None:
    said = words.unseen(Axis.of(axis, case()), 0.0123)
    assert said == f" Crossings less than 1.23 % of the {of} apart may be missed."
