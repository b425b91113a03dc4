"""An input as an axis: how far it is looked at, where values lie, and where the scenario stands.

Most inputs are looked at on a logarithmic scale, three decades each way around the scenario's
value inside the field's bounds; where 0 is allowed it stands apart in front of them. Shares and
percentages that may be 0, and inputs that may be negative, lie on a straight scale between their
bounds.
Whole-number inputs are looked at value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.costs import purchase
from calculators.scenario import (
    BadField,
    ScenarioError,
    bounds,
    extra,
    fields,
    is_numeric,
    is_whole,
)

VOLUME = "requests_per_month"
EXACT = frozenset(
    {
        VOLUME,
        "retrains_per_month",
        "staff_usd_per_hour",
        "electricity_usd_per_kwh",
    }
)
"""Axes along which costs are straight between steps: with whole numbers no crossing is missed."""
FACTOR = 1000.0  # three decades each way
UNSET = 1e8  # where nothing is set: as far below the upper bound
MOST_WHOLE = 2000  # values of a whole-number input looked at
STRAIGHT_UNITS = ("share", "%")
NEAR = 1e-9  # neighbours so near, as a share of the value, that what lies between is found
MET = 1e-7  # the same on other axes, and for lines that bend no more


@dataclass(frozen=True)
class Axis:
    """One numeric input between two values."""

    name: str
    low: float
    high: float
    first: float  # the lowest value above 0; ``low`` where that is not 0
    here: float | None  # the scenario's own value; None where places differ in it
    whole: bool
    straight: bool

    @classmethod
    def of(cls, name: str, case: Case) -> Axis:
        """The axis around a scenario; raises :class:`ScenarioError` for what is no number."""
        if name not in fields() or not is_numeric(name):
            known = " | ".join(field for field in fields() if is_numeric(field))
            raise ScenarioError([BadField(field="axis", value=name, allowed=known)])
        least, most, refused = bounds(name)
        lowest = 0.0 if least is None else float(least)
        highest = np.inf if most is None else float(most)
        value = _here(case, name, lowest, highest)
        whole = is_whole(name)
        shares = extra(name, "unit").startswith(STRAIGHT_UNITS) and not refused
        straight = whole or lowest < 0 or shares
        if whole:
            low, first, high = lowest, lowest, min(highest, lowest + MOST_WHOLE)
        elif straight:
            low, first, high = lowest, lowest, highest
        else:
            low, first, high = _decades(name, lowest, highest, value)
        here = None if value is None else min(max(value, low), high)
        return cls(name, low, high, first, here, whole, straight)

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return extra(self.name, "unit")

    @property
    def exact(self) -> bool:
        """Whether no crossing lies between the values looked at unseen."""
        return self.whole or self.name in EXACT

    def grid(self, count: int) -> Array:
        """About ``count`` values from end to end, and the scenario's own."""
        if self.whole:
            span = np.linspace(self.low, self.high, min(count, round(self.high - self.low) + 1))
            found = np.unique(np.round(span))
        elif self.straight:
            found = np.linspace(self.low, self.high, count)
        else:
            found = np.geomspace(self.first, self.high, count)
            found = found if self.low > 0 else np.concatenate([[self.low], found])
        return self.with_here(found)

    def every(self, count: int) -> Array:
        """The same, but each value of a whole-number input."""
        if not self.whole:
            return self.grid(count)
        return self.with_here(np.arange(self.low, self.high + 1))

    def with_here(self, values: Array) -> Array:
        """Values in order, the scenario's own among them."""
        here = [] if self.here is None else [self.here]
        return np.unique(np.concatenate([values, here]))

    def scaled(self, values: Array) -> Array:
        """Values on the axis' own scale: logarithms, or shares of its length."""
        if self.straight:
            return np.asarray((values - self.low) / (self.high - self.low or 1.0))
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(values, self.first * 1e-3))

    def valued(self, places: Array) -> Array:
        """Values of places on the axis' own scale, inside its ends."""
        length = self.high - self.low
        found = self.low + places * length if self.straight else np.exp(places)
        return np.clip(found, self.low, self.high)

    def size(self, left: Array, right: Array) -> Array:
        """What a distance between two values is large or small against."""
        if self.straight:
            return np.full_like(left, self.high - self.low)
        return np.maximum(np.abs(left + right) / 2, self.first)

    def near(self, left: Array, right: Array) -> Array:
        """Distance at which nothing is looked for between two values."""
        if self.whole:
            return np.ones_like(left)
        return np.asarray((NEAR if self.exact else MET) * self.size(left, right))

    @property
    def apart(self) -> bool:
        """Whether 0 stands apart in front of the other values."""
        return self.low < self.first

    def open(self, left: Array, right: Array) -> BoolArray:
        """Where there is room between two values to look closer; 0 stands apart."""
        slack = 1.0 if self.whole else 1.5
        room = right - left > slack * self.near(left, right)
        return np.asarray(room & (left >= self.first))

    def between(self, left: Array, right: Array, shares: Array) -> Array:
        """Values at shares (k,) of the way between two values (A,), (A, k)."""
        start, end = left[:, None], right[:, None]
        even = start + (end - start) * shares
        if self.straight:
            return even
        ratio = np.where(start > 0, end / np.where(start > 0, start, 1.0), 1.0)
        return np.where(start > 0, start * ratio**shares, even)

    @cached_property
    def widest(self) -> float:
        """Length of the axis on its own scale."""
        ends = self.scaled(np.array([self.first, self.high]))
        return float(ends[1] - ends[0])


def _decades(
    name: str, lowest: float, highest: float, value: float | None
) -> tuple[float, float, float]:
    """Low end, first value above 0 and high end of a logarithmic axis."""
    _, _, refused = bounds(name)
    if value is not None and 0 < value < highest:
        first, high = value / FACTOR, min(value * FACTOR, highest)
    else:
        first, high = highest / UNSET, highest
    first = max(first, lowest)
    return (0.0 if lowest == 0 and not refused else first), first, high


# --------------------------------------------------------------- where the scenario itself stands


def _from_case(read: Callable[[Case], NDArray[np.float64]]) -> Callable[[Case], float]:
    return lambda case: float(read(case).flat[0])


def _electricity(case: Case) -> float:
    found = purchase.electricity(case)
    return np.nan if found is None else float(found[0].flat[0])


TAKEN_FROM: Mapping[str, Callable[[Case], float]] = MappingProxyType(
    {
        "params_millions": _from_case(lambda case: case.params_millions),
        "active_params_millions": _from_case(
            lambda case: case.requests.work.active_params_millions
        ),
        "gflops_per_request": _from_case(lambda case: case.requests.work.gflops_per_request),
        "staff_usd_per_hour": _from_case(lambda case: case.assume("staff_usd_per_hour")),
        "pue": _from_case(lambda case: case.assume("pue")),
        "radio_tail_j": _from_case(lambda case: case.assume(f"radio_tail_j_{case.scenario.link}")),
        "installs_per_month": _from_case(lambda case: case.demand.installs),
        "electricity_usd_per_kwh": _electricity,
    }
)
"""Where an empty field takes its value from."""
LIMITS: Mapping[str, bool] = MappingProxyType(
    {"latency_budget_ms": True, "ttft_budget_ms": True, "min_tokens_per_s": False}
)
"""Limits that are none while the field is empty, and whether none is the upper end."""


def _here(case: Case, name: str, lowest: float, highest: float) -> float | None:
    value = getattr(case.scenario, name)
    if value is not None:
        return float(value)
    if name in LIMITS:
        return highest if LIMITS[name] else lowest
    found = TAKEN_FROM[name](case) if name in TAKEN_FROM else np.nan
    return found if np.isfinite(found) and lowest <= found <= highest else None
