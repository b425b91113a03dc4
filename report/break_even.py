"""``/api/v1/break-even``: all crossings of any two places or candidates along any input, as JSON.

``/api/v1/compare`` holds the same shape for every two places along the volume, where earlier names
stand beside today's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from calculators.compare import compare
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.break_even import SIDES
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.results import Asked, Comparison, Crossing, PairBreakEven, Span
from calculators.scenario import BadField, ScenarioError
from report.aliases import current_id
from report.codec import Decoded, clip, decode
from report.values import is_number

Json = dict[str, Any]
AXIS, A, B, LOW, HIGH = "axis", "a", "b", "low", "high"
ASKED = (AXIS, A, B, LOW, HIGH)
"""Parameters that belong to the question rather than to the scenario."""
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "crosses": "crosses",
        "always": "a_cheaper",
        "never": "b_cheaper",
        "not_comparable": "not_comparable",
    }
)
OPTIMISED = (
    "Both stand at their own cheapest bill: the best candidate of a place at every value, batch "
    "and cached prices wherever the scenario allows them."
)
MOST_REASONS = 2


def break_even_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input, the axis, a side or an end that is refused.
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    bad: list[BadField] = []
    given = asked_once(pairs, ASKED, bad)
    ends = [_number(name, given.get(name), bad) for name in (LOW, HIGH)]
    found = decoded(pairs, ASKED, bad)
    comparison = compare(found.scenario, found.book)
    a, b = _sides(comparison, given, bad)
    if bad:
        raise ScenarioError(bad)
    asked = Asked(given.get(AXIS) or VOLUME, a, b, *ends)
    pair = _between(comparison, asked)
    return _told(comparison, pair), found


def here(comparison: Comparison, axis: str) -> float | None:
    """Where the scenario stands along an input, also where it leaves it to an assumption."""
    case = SHARED.case(Points(comparison.scenario, 1), comparison.book)
    return Axis.of(axis, case).here


def break_even_of(comparison: Comparison, a: str, b: str, axis: str = VOLUME) -> Json:
    """The same of a comparison that is there already, and of sides that are named.

    Raises
    ------
    ScenarioError
        The axis or a side that is refused.
    """
    return _told(comparison, _between(comparison, Asked(axis, a, b)))


def _told(comparison: Comparison, pair: PairBreakEven) -> Json:
    return {**body(pair), "reason": _reason(comparison, pair)}


def asked_once(
    pairs: Sequence[tuple[str, str]], names: Sequence[str], bad: list[BadField]
) -> dict[str, str]:
    """Parameters of the question, each given once; an empty one is as good as none."""
    made = {}
    for name in names:
        said = [text for key, text in pairs if key == name]
        if len(said) > 1:
            bad.append(BadField(field=name, value=clip(", ".join(said)), allowed="once"))
        elif said and said[0]:
            made[name] = said[0]
    return made


def decoded(
    pairs: Sequence[tuple[str, str]], other: Sequence[str], bad: Sequence[BadField]
) -> Decoded:
    """The scenario of a query; everything that is refused is named at once."""
    try:
        return decode(pairs, strict=True, other=other)
    except ScenarioError as error:
        raise ScenarioError([*bad, *error.bad]) from None


def _number(name: str, text: str | None, bad: list[BadField]) -> float | None:
    """An end of the axis."""
    if text is None:
        return None
    value = float(text) if is_number(text) else math.nan
    if math.isfinite(value):
        return value
    bad.append(BadField(field=name, value=clip(text), allowed="a number"))
    return None


def _sides(comparison: Comparison, given: Mapping[str, str], bad: list[BadField]) -> list[str]:
    """What is compared: as asked, else the recommended candidate and the runner-up."""
    firsts = [item.id for item in (comparison.cheapest, comparison.runner_up) if item is not None]
    found = [_side(comparison, given[name]) if name in given else "" for name in (A, B)]
    for turn, name in enumerate((A, B)):
        if not found[turn]:
            other = found[1 - turn]
            rest = [item for item in firsts if item != other]
            if rest:
                found[turn] = rest[0]
            else:
                allowed = f"{SIDES}; nothing is recommended that could stand for it"
                bad.append(BadField(field=name, value="(none)", allowed=allowed))
    return found


def _side(comparison: Comparison, text: str) -> str:
    """A place or an id in today's words.

    In an address a plus that is not escaped is read as a space, and parameters write hybrids with
    a hyphen.
    """
    plus = text.replace(" ", "+")
    hyphens = {name.replace("+", "-"): name for name in PLACES}
    for name in (text, plus, hyphens.get(text, ""), current_id(text), current_id(plus)):
        if name in PLACES or (name and comparison.option(name) is not None):
            return name
    return text


def _between(comparison: Comparison, asked: Asked) -> PairBreakEven:
    try:
        return comparison.between(asked)
    except ScenarioError as error:
        clipped = [item.model_copy(update={"value": clip(item.value)}) for item in error.bad]
        raise ScenarioError(clipped) from None


def _reason(comparison: Comparison, pair: PairBreakEven) -> str:
    """The answer in words, and why where one of the two is never allowed."""
    parts = [pair.text]
    if pair.verdict == "not_comparable":
        sides = ((pair.first, pair.first_allowed), (pair.second, pair.second_allowed))
        shut = [name for name, allowed in sides if not allowed]
        parts += [said for name in shut if (said := _why_not(comparison, name))]
    return " ".join([*parts, OPTIMISED])


def _why_not(comparison: Comparison, name: str) -> str:
    """What forbids a side in the scenario itself."""
    options = {item.kind: item for item in comparison.best_of_kind} if name in PLACES else {}
    option = options.get(PLACES[name].id) if name in PLACES else comparison.option(name)
    if option is None or option.status == "feasible":
        return ""
    said = option.reasons[:MOST_REASONS] or ("nobody offers it",)
    return f"{name}: {'; '.join(said)}."


# as JSON --------------------------------------------------------------------------------------


def body(pair: PairBreakEven) -> Json:
    """Break-even of two sides (fields: docs/api.md)."""
    return {
        "axis": pair.axis,
        "unit": pair.unit,
        "a": pair.first,
        "b": pair.second,
        "axis_low": _finite(pair.axis_low),
        "axis_high": _finite(pair.axis_high),
        "verdict": VERDICTS[pair.verdict],
        "gap_low_usd": _finite(pair.gap_low_usd),
        "gap_high_usd": _finite(pair.gap_high_usd),
        "resolution": _finite(pair.resolution),
        "reason": pair.text,
        "allowed": {"a": _spans(pair.first_allowed), "b": _spans(pair.second_allowed)},
        "crossings": [_crossing(item) for item in pair.crossings],
    }


def with_earlier_names(pair: PairBreakEven) -> Json:
    """The same with the names it had before, which stay in this version of the API."""
    made = body(pair)
    for said, item in zip(made["crossings"], pair.crossings, strict=True):
        said |= {
            "low": _finite(item.low),
            "high": _finite(item.high),
            "below": item.below,
            "above": item.above,
        }
    return {
        **made,
        "first": pair.first,
        "second": pair.second,
        "verdict_of_first": pair.verdict,
        "text": pair.text,
    }


def _crossing(item: Crossing) -> Json:
    return {
        "at": _finite(item.at),
        "until": _finite(item.until),
        "cheaper_below": item.below,
        "cheaper_above": item.above,
        "kind": item.kind,
        "p10": _finite(item.low),
        "p90": _finite(item.high),
        "last_below": _finite(item.last_below),
        "first_above": _finite(item.first_above),
        "changes": item.changes,
    }


def _spans(found: Sequence[Span]) -> list[list[float]]:
    return [[start, end] for start, end in found]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
