"""An input as an axis: how far it is looked at, where values lie, and where the scenario stands.

Most inputs are looked at on a logarithmic scale, three decades each way around the scenario's
value inside the field's bounds; where 0 is allowed it stands apart in front of them. Shares and
percentages that may be 0, and inputs that may be negative, lie on a straight scale between their
bounds.
Whole-number inputs are looked at value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.costs import purchase
from calculators.own import describe, refused_by
from calculators.points import GROWN, GROWN_ENDS, Points, is_by_value
from calculators.scenario import (
    BadField,
    Scenario,
    ScenarioError,
    bounds,
    extra,
    fields,
    is_numeric,
    is_whole,
)
from pricing.kept import cached_property
from pricing.own import KINDS, Kind, kind_of, subject
from pricing.records import value

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
EXACT_OWN: tuple[Kind, ...] = ("price", "discount", "fixed")
"""The same of figures of the user's own."""
FACTOR = 1000.0  # three decades each way
UNSET = 1e8  # where nothing is set: as far below the upper bound
FINE, FEW_FINE = 241, 25  # values to start from, and where each is an evaluation of its own
MOST_WHOLE = 2000  # values of a whole-number input looked at
STRAIGHT_UNITS = ("share", "%")
NEAR = 1e-9  # neighbours so near, as a share of the value, that what lies between is found
MET = 1e-8  # the same on other axes, and for lines that bend no more


@value
class Axis:
    """One numeric input between two values."""

    name: str
    low: float
    high: float
    first: float  # the lowest value above 0; ``low`` where that is not 0
    here: float | None  # the scenario's own value; None where places differ in it
    whole: bool
    straight: bool
    unit: str = ""

    @classmethod
    def of(cls, name: str, case: Case, low: float | None = None, high: float | None = None) -> Axis:
        """The axis around a scenario, or between other ends.

        Raises :class:`ScenarioError` for what is no number, for what the scenario does not allow
        to be set alone, and for ends that are not allowed.
        """
        facts = _facts(name, case)
        value = _here(case, name, facts)
        whole, lowest, highest = facts.whole, facts.lowest, facts.highest
        straight = whole or lowest < 0 or facts.share
        if whole:
            start, first, end = lowest, lowest, min(highest, lowest + MOST_WHOLE)
        elif straight:
            start, first, end = lowest, lowest, highest
        else:
            start, first, end = _decades(facts, value)
        here = None if value is None else min(max(value, start), end)
        made = cls(name, start, end, first, here, whole, straight, facts.unit)
        if low is None and high is None:
            return made
        return made._between(facts, low, high)

    def _between(self, facts: Facts, low: float | None, high: float | None) -> Axis:
        """The same between ends that somebody asks for; what is not allowed is refused."""
        bad = [
            BadField(field=name, value=f"{value:g}", allowed=facts.allowed)
            for name, value in (("low", low), ("high", high))
            if value is not None and not facts.holds(value)
        ]
        start = self.low if low is None else low
        end = self.high if high is None else high
        if not bad and not start < end:
            if low is None:
                bad = [BadField(field="high", value=f"{end:g}", allowed=f"above {start:g}")]
            else:
                bad = [BadField(field="low", value=f"{start:g}", allowed=f"below {end:g}")]
        if not bad and self.whole and end - start > MOST_WHOLE:
            most = f"at most {MOST_WHOLE:,} apart"
            bad = [BadField(field="high", value=f"{end:g}", allowed=most)]
        if bad:
            raise ScenarioError(bad)
        first = start
        if not self.straight and start == 0:
            first = self.first if 0 < self.first < end else end / UNSET
        here = self.here if self.here is not None and start <= self.here <= end else None
        return replace(self, low=start, high=end, first=first, here=here)

    @property
    def exact(self) -> bool:
        """Whether no crossing lies between the values looked at unseen."""
        return self.whole or self.name in EXACT or kind_of(self.name) in EXACT_OWN

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
    def by_value(self) -> bool:
        """Whether each value is an evaluation of its own: much is worked out from an assumption."""
        return is_by_value(self.name)

    @property
    def fine(self) -> int:
        """How many values a search starts from."""
        return FEW_FINE if self.by_value else FINE

    def grid_width(self, count: int | None = None) -> float:
        """Width of a cell of the values started from, as a share of its value (or the axis)."""
        width = 1 / ((count or self.fine) - 1)
        return width if self.straight else float(np.expm1(self.widest * width))

    def points(
        self, scenario: Scenario, x: Array, scores: Mapping[str, Array] | None = None
    ) -> Points:
        """Values as points around a scenario, with scores of factors."""
        around = scenario.with_changes(_beside(self.name))
        made = Points(around, x.size, scores=scores or {})
        if self.by_value:
            return made.with_values({self.name: x})
        return replace(made, columns={self.name: x})

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


@value
class Facts:
    """What is known of a numeric input: bounds, unit, form."""

    lowest: float
    highest: float
    refused: bool  # the lowest itself
    unit: str
    whole: bool
    listed: float | None = None  # of a figure of the user's own: what holds without it

    @property
    def share(self) -> bool:
        """Whether it is a share or a percentage that may be 0."""
        return self.unit.startswith(STRAIGHT_UNITS) and not self.refused

    def holds(self, value: float) -> bool:
        """Whether a value may be taken."""
        above = value > self.lowest if self.refused else value >= self.lowest
        return above and value <= self.highest and (not self.whole or value == round(value))

    @property
    def allowed(self) -> str:
        """In words."""
        lower = f"{'above' if self.refused else 'from'} {self.lowest:,g}"
        number = "a whole number" if self.whole else "a number"
        return f"{number} {lower} to {self.highest:,g} ({self.unit})"


def axes() -> tuple[str, ...]:
    """Names of axes, those of figures of the user's own by their form."""
    return (*(name for name in fields() if is_numeric(name)), *(f"{kind}.<...>" for kind in KINDS))


def _facts(name: str, case: Case) -> Facts:
    """What is known of an input; raises :class:`ScenarioError` where it is no number."""
    if kind_of(name) is not None:
        return _own_facts(name, case)
    if name in fields() and is_numeric(name):
        least, most, refused = bounds(name)
        lowest = 0.0 if least is None else float(least)
        highest = np.inf if most is None else float(most)
        found = Facts(lowest, highest, refused, extra(name, "unit"), is_whole(name))
        return _settable(name, case, found)
    raise ScenarioError([BadField(field="axis", value=name, allowed=" | ".join(axes()))])


def _own_facts(name: str, case: Case) -> Facts:
    """The same of a figure of the user's own."""
    region = case.scenario.region
    own = describe(name, case.book, region)
    if own is None:
        allowed = refused_by(name, 1.0, case.book, region) or ""
        raise ScenarioError([BadField(field="axis", value=name, allowed=allowed)])
    return Facts(own.low, own.high, own.open_low, own.unit, whole=False, listed=own.listed)


TIED: Mapping[str, str] = MappingProxyType(
    {"cached_input_share": "cache_writes_share", "cache_writes_share": "cached_input_share"}
)
"""Shares of one whole: one has what the other leaves."""


def _settable(name: str, case: Case, facts: Facts) -> Facts:
    """The same, no further than the scenario's other inputs leave room; raises where none."""
    if name in TIED:
        room = facts.highest - float(getattr(case.scenario, TIED[name]))
        facts = replace(facts, highest=room)
    if name == "growth_low":  # its range lies around the growth
        facts = replace(facts, highest=float(case.scenario.growth_pct_per_month))
    if name == "growth_high":
        facts = replace(facts, lowest=float(case.scenario.growth_pct_per_month))
    end = facts.highest
    try:
        case.scenario.with_changes({name: round(end) if facts.whole else end, **_beside(name)})
    except ScenarioError as error:  # told of the axis: its end is a value nobody entered
        raise ScenarioError([_as_axis(item, name) for item in error.bad]) from None
    return facts


def _beside(name: str) -> Mapping[str, None]:
    """What an axis empties: at each growth looked at there is no range around it."""
    return dict.fromkeys(GROWN_ENDS) if name == GROWN else {}


def _as_axis(item: BadField, name: str) -> BadField:
    """What does not go with an input, said of the axis that would set it."""
    allowed = item.allowed if item.field == name else f"{item.field}: {item.allowed}"
    return BadField(field="axis", value=name, allowed=allowed)


def _decades(facts: Facts, value: float | None) -> tuple[float, float, float]:
    """Low end, first value above 0 and high end of a logarithmic axis."""
    lowest, highest = facts.lowest, facts.highest
    if value is not None and 0 < value < highest:
        first, high = ends_around(value, lowest, highest)
    else:
        first, high = max(highest / UNSET, lowest), highest
    return (0.0 if lowest == 0 and not facts.refused else first), first, high


def ends_around(value: float, lowest: float, highest: float) -> tuple[float, float]:
    """Both ends of a logarithmic axis around a value, as far as its bounds allow."""
    return max(value / FACTOR, lowest), min(value * FACTOR, highest)


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


def _here(case: Case, name: str, facts: Facts) -> float | None:
    lowest, highest = facts.lowest, facts.highest
    if kind_of(name) is not None:
        own = case.scenario.own.get(name)
        return _listed(case, name, facts) if own is None else own
    value = getattr(case.scenario, name)
    if value is not None:
        return float(value)
    if name in LIMITS:
        return highest if LIMITS[name] else lowest
    found = TAKEN_FROM[name](case) if name in TAKEN_FROM else np.nan
    return found if np.isfinite(found) and lowest <= found <= highest else None


def _listed(case: Case, name: str, facts: Facts) -> float | None:
    """What the list says; of a price with several bands no single figure does."""
    if kind_of(name) == "price":
        tariff = case.book.list_price(subject(name), case.scenario.region)
        if tariff is None or len(tariff.bands) > 1:
            return None
    return facts.listed
