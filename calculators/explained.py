"""What stands behind an estimated figure of an option: its range, its rule and its rows."""

from __future__ import annotations

from typing import Literal

from calculators.estimators.types import Estimate, Label
from pricing.records import value

Quantity = Literal[
    "requests_per_s",
    "answer_ms",
    "lasting_answer_ms",
    "ttft_ms",
    "tpot_ms",
    "handling_ms",
    "first_load_ms",
    "later_load_ms",
    "power_w",
    "energy_j_per_request",
    "memory_mb",
    "training_hours",
]


@value
class Explained:
    """One estimated figure at the base point: 80 % interval, rule, rows, assumptions."""

    quantity: Quantity
    on: str  # machine or device it holds for
    low: float
    mid: float
    high: float
    label: Label
    rule: str  # one plain sentence: which rule gave it
    rows: tuple[str, ...] = ()  # measurement row ids
    assumptions: tuple[str, ...] = ()
    users_share: float | None = None  # of the users, where it is one device of a mix


def explained(
    quantity: Quantity,
    on: str,
    found: Estimate | None,
    times: float = 1.0,
    users_share: float | None = None,
) -> tuple[Explained, ...]:
    """An estimate's first point, ``times`` it where a machine holds several; empty for None."""
    if found is None:
        return ()
    low, mid, high = (float(part.flat[0]) * times for part in (found.low, found.mid, found.high))
    return (
        Explained(
            quantity,
            on,
            low,
            mid,
            high,
            found.label,
            found.rule,
            found.rows,
            found.assumptions,
            users_share,
        ),
    )
