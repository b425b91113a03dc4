"""Rows of what lies around the answer: curves, crossings, strips, payback, map, history, odds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from calculators.compare import compare
from calculators.explore.history import MODES
from calculators.results import Comparison
from calculators.scenario import ScenarioError, extra, fields, is_numeric
from report.break_even import ASKED, break_even_body, with_earlier_names
from report.codec import Decoded, decode
from report.csv_file import Column, Row
from report.csv_question import Parameter, read
from report.history import history_body
from report.map import ENDS, map_body
from report.payback import payback_body
from report.strips import strips_body
from report.uncertainty import uncertainty_body

Json = Mapping[str, Any]
VOLUME = "requests_per_month"
AXIS = Parameter("axis", "The input along which costs are looked at; left out: the volume.")
PAIR = (
    Parameter("axis", "The input along which they are compared; left out: the volume."),
    Parameter("a", "A place or the id of an option; left out: the cheapest."),
    Parameter("b", "Another one; left out: the best of another place."),
    Parameter("low", "Where the look begins; left out: a stated end of the input."),
    Parameter("high", "Where it ends."),
)
SIDES = (
    Parameter("a", "A place, the id of an option, or today; left out: the cheapest."),
    Parameter("b", "Another one; left out: today where the inputs name it, else another place."),
)
OF_STRIPS = (
    Parameter("inputs", "Numeric inputs to look at, separated by commas; left out: every one."),
)
OF_MAP = (
    Parameter("x", "The input across."),
    Parameter("y", "The input up."),
    Parameter("n", "Cells on each side, 5 to 101; left out: 41."),
    *(Parameter(name, f"The {name[2:]} end of {name[0]}; left out: by rule.") for name in ENDS),
)
MODE = Parameter(
    "mode",
    "hold: prices not known on a day stand at the price date's; known: only what is known.",
    MODES,
)

CURVES = (
    Column("axis", "the input"),
    Column("value", "its value", "the unit beside it"),
    Column("unit", "unit of the value"),
    Column("kind", "where requests are answered"),
    Column("option", "id of the best candidate there; empty where none may be used"),
    Column("monthly_usd", "what it costs, as ranked", "US dollars a month"),
)
CROSSINGS = (
    Column("axis", "the input"),
    Column("unit", "its unit"),
    Column("a", "first side"),
    Column("b", "second side"),
    Column("verdict", "crosses, a_cheaper, b_cheaper or not_comparable"),
    Column("at", "where the cheaper side changes; empty without a crossing", "the axis's"),
    Column("until", "end of a stretch in which they alternate", "the axis's"),
    Column("kind", "exact, alternating or feasibility"),
    Column("cheaper_below", "who is cheaper below"),
    Column("cheaper_above", "who is cheaper above"),
    Column("p10", "low end of the crossing's 80 % interval", "the axis's"),
    Column("p90", "high end", "the axis's"),
    Column("last_below", "last value at which the lower side was found cheaper", "the axis's"),
    Column("first_above", "first value at which the other was", "the axis's"),
    Column("gap_low_usd", "b minus a at the low end of the axis", "US dollars a month"),
    Column("gap_high_usd", "b minus a at the high end", "US dollars a month"),
)
STRIPS = (
    Column("field", "the input"),
    Column("unit", "its unit"),
    Column("from", "where the stretch begins", "the input's"),
    Column("to", "where it ends", "the input's"),
    Column("place", "the cheapest place; empty: nothing is possible"),
    Column("resolution", "how exactly the beginning is known", "the input's"),
    Column("here", "where the scenario stands", "the input's"),
    Column("nearest_flip", "the nearest value at which the place changes", "the input's"),
)
PAYBACK = (
    Column("month", "0 is the start", "months"),
    Column("a", "first side"),
    Column("cumulative_a_usd", "what it has cost by then", "US dollars"),
    Column("b", "second side"),
    Column("cumulative_b_usd", "what it has cost by then", "US dollars"),
)
_AT = (
    Column("x_field", "the input across"),
    Column("x", "its value", "the input's"),
    Column("y_field", "the input up"),
    Column("y", "its value", "the input's"),
)
"""Where a row of the map stands."""
MAP = (
    *_AT,
    Column("winner", "the cheapest place; empty: nothing is possible"),
    Column("option", "its candidate"),
    Column("cost_usd_per_month", "what it costs, as ranked", "US dollars a month"),
    Column("margin_usd_per_month", "what the next place costs more", "US dollars a month"),
    Column("margin_share", "the same by the next place's cost", "share"),
    Column("class", "close or clear"),
)
MAP_LINES = (
    Column("line", "boundary: the cheapest place changes; limit: a place stops being allowed"),
    *_AT,
    Column("first", "the place on the lower side of a boundary; the place of a limit"),
    Column("second", "the place on its upper side"),
    Column("rule", "which rule makes a limit"),
    Column("allowed", "below or above: on which side of a limit the place may be used"),
    Column("along", "along which input"),
)
HISTORY = (
    Column("day", "the day", "date"),
    Column("winner", "the cheapest place on it"),
    Column("kind", "a place"),
    Column("option", "its best candidate"),
    Column("cost_usd_per_month", "what it cost, as ranked", "US dollars a month"),
    Column("choice", "the cheapest option at the price date"),
    Column("choice_usd_per_month", "what it would have cost then", "US dollars a month"),
)
HISTORY_MOVES = (
    Column("day", "the day", "date"),
    Column("key", "key of the price"),
    Column("region", "its region"),
    Column("old_usd", "before", "US dollars per the row's unit"),
    Column("new_usd", "after", "US dollars per the row's unit"),
    Column("old_held", "whether the price before was not known and stood at the price date's"),
    Column("no_later_than", "whether only a sighting of the price is known"),
    Column("kind", "a place"),
    Column("usd_per_month", "what the change did to its best option", "US dollars a month"),
)
UNCERTAINTY = (
    Column("kind", "a place"),
    Column("option", "its best candidate at the middle values"),
    Column("p10_usd_per_month", "one draw in ten costs less", "US dollars a month"),
    Column("p50_usd_per_month", "half of the draws cost less", "US dollars a month"),
    Column("p90_usd_per_month", "nine draws in ten cost less", "US dollars a month"),
    Column("probability_cheapest", "share of the draws in which it is cheapest", "share"),
    Column("expected_regret_usd_per_month", "its cost minus the least", "US dollars a month"),
    Column("available_share", "share of the draws in which it may be used", "share"),
)
TORNADO = (
    Column("factor", "the uncertain cause"),
    Column("label", "in words"),
    Column("low_usd_per_month", "first minus second at its low end", "US dollars a month"),
    Column("high_usd_per_month", "first minus second at its high end", "US dollars a month"),
    Column("worth_knowing_usd_per_month", "what knowing it would save", "US dollars a month"),
)


def curves(query: str) -> tuple[Iterable[Row], Decoded]:
    """Monthly cost of each place along one input."""
    found, asked = read(query, (AXIS,))
    name = asked.get(AXIS.name, VOLUME)
    if name not in fields() or not is_numeric(name):
        known = " | ".join(field for field in fields() if is_numeric(field))
        raise ScenarioError([AXIS.refused(name, known)])
    return _curves(compare(found.scenario, found.book), name), found


def _curves(comparison: Comparison, axis: str) -> Iterator[Row]:
    unit = str(extra(axis, "unit"))
    for curve in comparison.along(axis).curves:
        for x, usd, option in zip(curve.x, curve.monthly_usd, curve.option_ids, strict=True):
            known = math.isfinite(usd)
            yield {
                "axis": axis,
                "value": x,
                "unit": unit,
                "kind": curve.kind,
                "option": option if known else None,
                "monthly_usd": usd if known else None,
            }


def crossings(query: str) -> tuple[Iterable[Row], Decoded]:
    """Crossings of every two places along the volume, or of the two asked for."""
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    if any(name in ASKED and text for name, text in pairs):
        body, found = break_even_body(query)
        return _crossings([body]), found
    found = decode(query, strict=True, other=ASKED)
    comparison = compare(found.scenario, found.book)
    return _crossings(with_earlier_names(pair) for pair in comparison.break_even), found


def _crossings(bodies: Iterable[Json]) -> Iterator[Row]:
    for body in bodies:
        found: Iterable[Json] = body["crossings"] or ({},)  # a pair that never meets is a row too
        for item in found:
            yield {
                **{column.name: item.get(column.name) for column in CROSSINGS},
                **{
                    name: body[name]
                    for name in ("axis", "unit", "a", "b", "verdict", "gap_low_usd", "gap_high_usd")
                },
            }


def strips(query: str) -> tuple[Iterable[Row], Decoded]:
    """Stretches of every input with one winner."""
    body, found = strips_body(query, most_months=math.inf)  # what a page shows is a file too
    held = ("field", "unit", "here", "nearest_flip")
    rows: Iterator[Row] = (
        {**{name: strip[name] for name in held}, **band}
        for strip in body["strips"]
        for band in strip["bands"]
    )
    return rows, found


def payback(query: str) -> tuple[Iterable[Row], Decoded]:
    """What two options have cost by each month."""
    body, found = payback_body(query)
    return ({**month, "a": body["a"], "b": body["b"]} for month in body["months"]), found


def cells(query: str) -> tuple[Iterable[Row], Decoded]:
    """Cells of the map, row by row of y."""
    body, found = map_body(query)
    return _cells(body), found


_OF_CELL = {
    "winner": "winner",
    "option": "option",
    "cost_usd_per_month": "cost_usd_per_month",
    "margin_usd_per_month": "margin_usd_per_month",
    "margin_share": "margin_share",
    "class": "class",
}


def _cells(body: Json) -> Iterator[Row]:
    for up, y in enumerate(body["y"]["values"]):
        for across, x in enumerate(body["x"]["values"]):
            yield {
                "x_field": body["x"]["field"],
                "x": x,
                "y_field": body["y"]["field"],
                "y": y,
                **{name: body[of][up][across] for name, of in _OF_CELL.items()},
            }


def map_lines(query: str) -> tuple[Iterable[Row], Decoded]:
    """Lines of the map as points."""
    body, found = map_body(query)
    return _lines(body), found


def _lines(body: Json) -> Iterator[Row]:
    axes = {"x_field": body["x"]["field"], "y_field": body["y"]["field"]}
    nothing = dict.fromkeys(("second", "rule", "allowed", "along"))
    for point in body["boundary"]:
        first, second = point["between"]
        held = {"line": "boundary", "x": point["x"], "y": point["y"], **axes}
        yield {**held, **nothing, "first": first, "second": second}
    for limit in body["limits"]:
        for point in limit["points"]:
            named = {"first": limit["place"], "rule": limit["rule"]}
            yield {"line": "limit", **axes, **nothing, **named, **point}


def history(query: str) -> tuple[Iterable[Row], Decoded]:
    """Places on each day on which something changed."""
    body, found = history_body(query)
    return _days(body), found


def _days(body: Json) -> Iterator[Row]:
    for day in body["days"]:
        for place, item in day["places"].items():
            yield {
                "day": day["day"],
                "winner": day["winner"],
                "kind": place,
                "option": item["id"],
                "cost_usd_per_month": item["cost_usd_per_month"],
                "choice": body["choice"],
                "choice_usd_per_month": day["choice_usd_per_month"],
            }


def history_moves(query: str) -> tuple[Iterable[Row], Decoded]:
    """Prices that moved, a row for each place they moved."""
    body, found = history_body(query)
    rows: Iterator[Row] = (
        {**item, "day": day["day"], "kind": place, "usd_per_month": usd}
        for day in body["days"]
        for item in day["moved"]
        for place, usd in item["usd_per_month"].items()
    )
    return rows, found


def uncertainty(query: str) -> tuple[Iterable[Row], Decoded]:
    """Odds of each place."""
    body, found = uncertainty_body(query)
    return ({"kind": place, **item} for place, item in body["places"].items()), found


def tornado(query: str) -> tuple[Iterable[Row], Decoded]:
    """Bars of the tornado, and the factors that are worth knowing beside them."""
    body, found = uncertainty_body(query)
    return _tornado(body), found


def _tornado(body: Json) -> Iterator[Row]:
    worth = {item["factor"]: item for item in body["worth_knowing"]}
    bars = {bar["factor"]: bar for bar in body["tornado"]}
    for factor in dict.fromkeys([*bars, *worth]):
        bar, known = bars.get(factor, {}), worth.get(factor, {})
        yield {
            "factor": factor,
            "label": bar.get("label") or known.get("label"),
            "low_usd_per_month": bar.get("low_usd_per_month"),
            "high_usd_per_month": bar.get("high_usd_per_month"),
            "worth_knowing_usd_per_month": known.get("usd_per_month"),
        }
