"""``/api/v1/strips``: who wins over the bounds of every input, as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from calculators.case import Case
from calculators.compare import compare
from calculators.explore.axis import Axis
from calculators.memory import SHARED
from calculators.points import Points
from calculators.results import Band, Comparison, Strip
from calculators.scenario import BadField, ScenarioError, fields, is_numeric
from report import asked_months
from report.break_even import asked_once, decoded
from report.codec import Decoded, clip

Json = dict[str, Any]
INPUTS = "inputs"
"""The parameter that names the inputs to look at, separated by commas; without it all are."""
MOST_MONTHS = asked_months.INPUTS * asked_months.USUAL
"""Of all inputs together, where months differ: every input over the usual period."""


def strips_body(query: str, most_months: float = MOST_MONTHS) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Parameters
    ----------
    most_months
        Of all inputs together, where months differ.

    Raises
    ------
    ScenarioError
        An input that is refused, or asked for and no number; too many of them for the period.
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    bad: list[BadField] = []
    asked = asked_once(pairs, (INPUTS,), bad).get(INPUTS)
    names = None if asked is None else _names(asked, bad)
    found = decoded(pairs, (INPUTS,), bad)
    if names is not None and not bad:
        bad += _not_alone(names, SHARED.case(Points(found.scenario, 1), found.book))
    if bad:
        raise ScenarioError(bad)
    _refuse_long(names, found, most_months)
    return strips_of(compare(found.scenario, found.book), names), found


def strips_of(comparison: Comparison, names: frozenset[str] | None = None) -> Json:
    """The same of a comparison that is there already; of the inputs named, or of all."""
    made = comparison.strips if names is None else comparison.strips_of(names)
    return {"strips": [_strip(strip) for strip in made]}


def _refuse_long(names: frozenset[str] | None, found: Decoded, most: float) -> None:
    """Fewer inputs where all of them would ask for too many months."""
    size = asked_months.INPUTS if names is None else len(names)
    months = asked_months.asked_months(found.scenario, {})
    if size * months > most:
        value = "every input" if names is None else f"{size} inputs"
        allowed = f"at most {int(most) // months} at a time of this period: {asked_months.WHY}"
        raise ScenarioError([BadField(field=INPUTS, value=value, allowed=allowed)])


def _names(asked: str, bad: list[BadField]) -> frozenset[str]:
    """Inputs asked for; those that are none are named."""
    numbers = [name for name in fields() if is_numeric(name)]
    names = asked.split(",")
    unknown = ", ".join(name for name in names if name not in numbers)
    if unknown:
        allowed = f"numeric inputs separated by commas: {', '.join(numbers)}"
        bad.append(BadField(field=INPUTS, value=clip(unknown), allowed=allowed))
    return frozenset(names)


def _not_alone(names: frozenset[str], case: Case) -> Iterator[BadField]:
    """Inputs asked for that the scenario does not allow to be set, and what lacks."""
    for name in sorted(names):
        try:
            Axis.of(name, case)
        except ScenarioError as error:
            for item in error.bad:
                yield item.model_copy(update={"field": INPUTS, "value": name})


def _strip(strip: Strip) -> Json:
    return {
        "field": strip.field,
        "unit": strip.unit,
        "low": _finite(strip.low),
        "high": _finite(strip.high),
        "here": _finite(strip.here),
        "bands": [_band(band) for band in strip.bands],
        "nearest_flip": _finite(strip.nearest_flip),
        "distance": _finite(strip.distance),
    }


def _band(band: Band) -> Json:
    return {
        "from": _finite(band.start),
        "to": _finite(band.end),
        "place": band.place,
        "resolution": _finite(band.resolution),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
