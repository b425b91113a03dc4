"""How many months a grid of points asks for: known, and refused by name, before any is worked out.

A limit in seconds would refuse on one machine what another one answers, and late.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from calculators.demand import DRIFTS
from calculators.scenario import Scenario, fields, is_numeric

HORIZON = "horizon_months"
VARIES = (
    *("growth_pct_per_month", "growth_low", "growth_high"),
    *(f"price_change_pct_per_year_{kind}" for kind in DRIFTS),
)
"""Inputs that make months differ, so that each is worked out."""
WHY = "where requests grow or prices drift, each month is worked out"
USUAL = Scenario().horizon_months
INPUTS = sum(is_numeric(name) for name in fields())
"""That a question about every input looks along."""


def asked_months(scenario: Scenario, axes: Mapping[str, Sequence[Any]]) -> int:
    """Months to work out at all points over ``axes``; where they are alike, one a point."""
    points = math.prod(len(values) for values in axes.values())
    if not any(any(axes.get(name, (getattr(scenario, name),))) for name in VARIES):
        return points
    horizons = axes.get(HORIZON, (scenario.horizon_months,))
    return points // len(horizons) * int(sum(horizons))
