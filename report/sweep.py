"""``/api/v1/sweep``: the best candidate of each place at every value of one input, as JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, get_origin
from urllib.parse import parse_qsl

from calculators.explore.listed import Listed, listed
from calculators.own import describe, refused_by
from calculators.points import PRICE_DATE, Points
from calculators.scenario import BadField, ScenarioError, extra, fields, is_numeric
from pricing.book import PriceBook, UnknownEdition
from pricing.own import KINDS, kind_of
from report import asked_months
from report.codec import Decoded, clip, decode
from report.resolve import known_names
from report.values import is_number, parse

Json = dict[str, Any]
AXIS, VALUES = "axis", "values"
MOST = 2_000
"""Values of one sweep."""
MOST_MONTHS = 72_000
"""Of all values together, where months differ: as many as are allowed, over 36 months; 5 to 6 s of
a slow core (docs/operate.md)."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MEMBERS = ";"
"""Between the members of one value, where the field is a list."""


def sweep_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input, the axis or a value that is refused.
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    name, texts = _asked(pairs)
    # the values alone may be longer than any scenario
    found = decode([pair for pair in pairs if pair[0] not in (AXIS, VALUES)], strict=True)
    values = (
        [_own(name, text, found) for text in texts]
        if kind_of(name)
        else [_value(name, text, found.book) for text in texts]
    )
    points = Points.sweep(found.scenario, name, values)
    _refuse_long(len(values), asked_months.asked_months(found.scenario, {name: values}))
    places = listed(points, found.book)
    body = {
        AXIS: name,
        "unit": _unit(name, found),
        VALUES: [_said(value) for value in points.words.get(name, values)],
        "places": {place: _rows(best, len(values)) for place, best in places.items()},
    }
    return body, found


def _asked(pairs: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """The axis and its values as written; each is named once."""
    bad = []
    said = {}
    for name, allowed in ((AXIS, _axes()), (VALUES, f"1 to {MOST:,} values, separated by commas")):
        given = [text for key, text in pairs if key == name]
        if len(given) != 1 or not given[0]:
            value = ", ".join(given) or "(none)"
            bad.append(BadField(field=name, value=value, allowed=f"once: {allowed}"))
        said[name] = given[0] if given else ""
    axis, texts = said[AXIS], said[VALUES].split(",")
    known = axis in fields() or kind_of(axis) or axis == PRICE_DATE
    if not bad and (not known or axis == "preset"):
        bad.append(BadField(field=AXIS, value=axis, allowed=_axes()))
    if not bad and len(texts) > MOST:
        bad.append(BadField(field=VALUES, value=f"{len(texts):,} values", allowed=f"{MOST:,}"))
    if bad:
        raise ScenarioError(bad)
    return axis, texts


def _refuse_long(size: int, months: int) -> None:
    """Fewer values where all of them would ask for too many months."""
    if months > MOST_MONTHS:
        fit = size * MOST_MONTHS // months
        allowed = f"at most {fit:,} of this period: {asked_months.WHY}"
        raise ScenarioError([BadField(field=VALUES, value=f"{size:,} values", allowed=allowed)])


def _axes() -> str:
    own = (f"{kind}.<...>" for kind in KINDS)
    return ", ".join([*(name for name in fields() if name != "preset"), PRICE_DATE, *own])


def _unit(name: str, found: Decoded) -> str:
    if name == PRICE_DATE:
        return "date"
    known = describe(name, found.book, found.scenario.region) if kind_of(name) else None
    return extra(name, "unit") if known is None else known.unit


def _own(name: str, text: str, found: Decoded) -> float:
    """One value of an own figure; raises :class:`ScenarioError`."""
    value = float(text) if is_number(text) else math.nan
    words = refused_by(name, value, found.book, found.scenario.region)
    if words is not None:
        raise ScenarioError([BadField(field=clip(name), value=clip(text), allowed=words)])
    return value


def _value(name: str, text: str, book: PriceBook) -> Any:
    """One value as the field holds it; raises :class:`ScenarioError`."""
    if name == PRICE_DATE:
        return _date(text, book)
    if is_numeric(name):
        return _number(name, text)
    listing = get_origin(fields()[name].annotation) is tuple
    value = tuple(part for part in text.split(MEMBERS) if part) if listing else parse(name, text)
    known = known_names(name, book)
    parts = value if isinstance(value, tuple) else (value,)
    if known is not None and any(part not in known for part in parts):
        allowed = " | ".join(part or "(empty)" for part in known)
        raise ScenarioError([BadField(field=name, value=text, allowed=allowed)])
    return value


def _number(name: str, text: str) -> float | None:
    value = parse(name, text)
    if value is None:
        return None
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise ScenarioError([BadField(field=name, value=text, allowed="a number")])
    return number


def _date(text: str, book: PriceBook) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        _ = book.at(day).usd_per_eur if day else None
    except (ValueError, UnknownEdition):
        day = None
    if day is None:
        allowed = f"a date such as {book.edition}, not after it, with a known euro rate"
        raise ScenarioError([BadField(field=PRICE_DATE, value=text, allowed=allowed)])
    return day


def _said(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _rows(best: Listed, size: int) -> Sequence[Json]:
    return [
        {
            "id": best.ids[point],
            "status": best.status(point),
            "company_usd": _finite(float(best.company[point])),
            "total_usd": _finite(float(best.total[point])),
            "p95_ms": _finite(float(best.p95_ms[point])),
        }
        for point in range(size)
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
