"""Other people's published results, ours beside theirs, through the same engine as every page.

``published_cases.csv`` holds what was published and the link that asks for it, public inputs alone:
``reproduced`` lies within the tolerance beside it; ``differs`` does too, and says why it is not
theirs to the digit; ``waits`` names what would have to be there first. Traps are results of others
that rest on a mistake; their note says which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from calculators.compare import compare
from calculators.results import Asked, Capacity, Comparison, Option, PairBreakEven
from calculators.scenario import BadField, ScenarioError, is_whole
from pricing.loader import read_rows
from pricing.schema import Row
from report.codec import Decoded, clip, decode

TABLE = Path(__file__).parent / "published_cases.csv"
EDITION = "2026-11-26"
"""The edition whose keys the links of the table name."""
Status = Literal["reproduced", "differs", "waits"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One published result; ``published`` is None where nothing can be asked yet."""

    id: str
    title: str
    source: str
    as_of: str
    status: Status
    feature: str  # what it takes to enter it
    query: str
    measure: str  # one of MEASURES
    first: str
    second: str
    axis: str
    low: float | None
    high: float | None
    scale: float
    published: float | None
    unit: str
    tolerance: float  # a share
    note: str


@dataclass(frozen=True)
class Check:
    """A result of others and ours, in the unit of theirs."""

    case: Case
    ours: float | None

    @property
    def agrees(self) -> bool | None:
        """Whether ours lies within the tolerance; None where nothing was asked."""
        theirs = self.case.published
        if self.ours is None or theirs is None:
            return None
        return math.isclose(self.ours, theirs, rel_tol=self.case.tolerance, abs_tol=0.0)


class _Line(Row):
    """A published result as the table holds it."""

    id: str
    title: str
    source: str
    as_of: str
    status: Status
    feature: str = ""
    query: str = ""
    measure: str = ""
    first: str = ""
    second: str = ""
    axis: str = ""
    low: float | None = None
    high: float | None = None
    scale: float = 1.0
    published: float | None = None
    unit: str = ""
    tolerance_pct: float = 0.0
    note: str = ""


@cache
def cases() -> tuple[Case, ...]:
    """Every published result, in the order of the table; raises TableError with its faults."""
    return tuple(_case(line) for line in read_rows(TABLE, _Line))


def _case(line: _Line) -> Case:
    kept = line.model_dump(exclude={"tolerance_pct"})
    return Case(**kept, tolerance=line.tolerance_pct / 100)


@cache
def checks() -> tuple[Check, ...]:
    """Every result with ours beside it; worked out once, since links and edition are fixed."""
    return tuple(Check(case, _ours(case)) for case in cases())


def _ours(case: Case) -> float | None:
    if not case.query:
        return None
    found = decode(f"{case.query}&edition={EDITION}", strict=True)
    return MEASURES[case.measure](case, compare(found.scenario, found.book)) * case.scale


# how a figure is read off ------------------------------------------------------------------------


def _option(found: Comparison, name: str) -> Option:
    option = found.option(name)
    if option is None:
        raise LookupError(f"{name} is no candidate")
    return option


def _company_usd(found: Comparison, name: str) -> float:
    usd = _option(found, name).company_usd
    if usd is None:
        raise LookupError(f"{name} is not priced")
    return usd


def _between(case: Case, found: Comparison) -> PairBreakEven:
    return found.between(Asked(case.axis, case.first, case.second, case.low, case.high))


def _crossing(case: Case, found: Comparison) -> float:
    """The first crossing; between two whole values on the straight line between their costs."""
    met = _between(case, found).crossings[0]
    if not is_whole(case.axis) or met.last_below is None or met.first_above is None:
        return met.at

    def gap(at: float) -> float:
        there = compare(found.scenario.with_changes({case.axis: round(at)}), found.book)
        return _company_usd(there, case.first) - _company_usd(there, case.second)

    below, above = gap(met.last_below), gap(met.first_above)
    return met.last_below + (met.first_above - met.last_below) * below / (below - above)


def _capacity(case: Case, found: Comparison) -> Capacity:
    capacity = _option(found, case.first).capacity
    if capacity is None:
        raise LookupError(f"{case.first} has no machines")
    return capacity


MEASURES: Mapping[str, Callable[[Case, Comparison], float]] = {
    "crossing": _crossing,
    "never": lambda case, found: float(len(_between(case, found).crossings)),
    "total": lambda case, found: _company_usd(found, case.first),
    "monthly": lambda case, found: _company_usd(found, case.first) / found.scenario.horizon_months,
    "capacity": lambda case, found: _capacity(case, found).requests_per_s,
    "machines": lambda case, found: _capacity(case, found).machines,
}


# as data -----------------------------------------------------------------------------------------


def self_check_body(query: str) -> tuple[Json, Decoded]:
    """``/api/v1/self-check``: every published result, theirs beside ours.

    Raises
    ------
    ScenarioError
        Any parameter: the links checked are fixed.
    """
    if given := parse_qsl(query.removeprefix("?"), keep_blank_values=True):
        raise ScenarioError(
            [
                BadField(field=clip(name), value=clip(text), allowed="nothing: the links are fixed")
                for name, text in given
            ]
        )
    found = decode(f"edition={EDITION}", strict=True)
    body = {"edition": EDITION, "cases": [_as_json(check) for check in checks()]}
    return body, found


def _as_json(check: Check) -> Json:
    case = check.case
    return {
        "id": case.id,
        "title": case.title,
        "source": case.source,
        "as_of": case.as_of,
        "status": case.status,
        "needs": case.feature,
        "query": case.query or None,
        "published": case.published,
        "ours": check.ours,
        "unit": case.unit or None,
        "tolerance_pct": case.tolerance * 100 if case.published is not None else None,
        "agrees": check.agrees,
        "note": case.note or None,
    }
