"""``/api/v1/map``: the cheapest place over two inputs, as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from calculators.arrays import Array
from calculators.case import Case
from calculators.explore.axis import TIED, Axis
from calculators.explore.map_lines import Limit, is_log, lines
from calculators.explore.who_wins import Map, who_wins
from calculators.memory import SHARED
from calculators.points import Points
from calculators.scenario import (
    BadField,
    ScenarioError,
    bounds,
    extra,
    fields,
    is_numeric,
    is_whole,
)
from report import asked_months, words
from report.codec import Decoded, clip, decode
from report.values import is_number

Json = dict[str, Any]
AXES = ("x", "y")
N = "n"
ENDS = ("x_low", "x_high", "y_low", "y_high")
FEWEST, MOST, USUAL = 5, 101, 41
MOST_MONTHS = 61_000
"""Of all cells together, where months differ: the usual cells over 36 months are 60,516, 4 to 6 s
of a slow core (docs/operate.md)."""
CLOSE = 0.03
"""Below this share of the next place's cost no place is called recommended (the verdict's rule)."""


def map_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input, an axis, an end or a number of cells that is refused.
    """
    own = (*AXES, N, *ENDS)
    found = decode(query, strict=True, other=own)
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    asked = {name: text for name, text in pairs if name in own}
    names, count = _axes(asked), _count(asked)
    case = SHARED.case(Points(found.scenario, 1), found.book)
    axes = _of(names, case)
    values = [_values(axis, side, asked, count) for axis, side in zip(axes, AXES, strict=True)]
    x, y = ((axis.name, held) for axis, held in zip(axes, values, strict=True))
    sides = {name: held.tolist() for name, held in (x, y)}
    _refuse_long(count, asked_months.asked_months(found.scenario, sides))
    made = who_wins(found.scenario, x, y, found.book)
    drawn = lines(found.scenario, made, found.book)
    body = {
        "x": _axis(axes[0], values[0]),
        "y": _axis(axes[1], values[1]),
        **_cells(made, found),
        "boundary": [
            {"x": point.x, "y": point.y, "between": list(point.between)} for point in drawn.borders
        ],
        "limits": _limits(drawn.limits),
    }
    return body, found


def _axes(asked: Mapping[str, str]) -> tuple[str, str]:
    """The two inputs."""
    numeric = [name for name in fields() if is_numeric(name)]
    bad = []
    for side in AXES:
        if (text := asked.get(side, "")) not in numeric:
            shown = clip(text) or "(none)"
            bad.append(BadField(field=side, value=shown, allowed=" | ".join(numeric)))
    if not bad and asked["x"] == asked["y"]:
        words = f"another input than x ({asked['x']})"
        bad.append(BadField(field="y", value=asked["y"], allowed=words))
    elif not bad and TIED.get(asked["x"]) == asked["y"]:  # cells would hold more than a whole
        words = f"an input that is not a share of the same whole as x ({asked['x']})"
        bad.append(BadField(field="y", value=asked["y"], allowed=words))
    if bad:
        raise ScenarioError(bad)
    return asked["x"], asked["y"]


def _of(names: Sequence[str], case: Case) -> list[Axis]:
    """Both axes; one that the scenario does not allow is named by its side."""
    made, bad = [], []
    for side, name in zip(AXES, names, strict=True):
        try:
            made.append(Axis.of(name, case))
        except ScenarioError as error:
            bad += [item.model_copy(update={"field": side}) for item in error.bad]
    if bad:
        raise ScenarioError(bad)
    return made


def _count(asked: Mapping[str, str]) -> int:
    """Cells on each side."""
    text = asked.get(N, "") or str(USUAL)
    if not (text.isascii() and text.isdecimal() and FEWEST <= int(text[:9]) <= MOST):
        words = f"a whole number from {FEWEST} to {MOST}"
        raise ScenarioError([BadField(field=N, value=clip(text), allowed=words)])
    return int(text)


def _refuse_long(count: int, months: int) -> None:
    """Fewer cells where all of them would ask for too many months."""
    if months > MOST_MONTHS:
        fit = math.isqrt(count * count * MOST_MONTHS // months)
        allowed = f"at most {fit} on a side of this period: {asked_months.WHY}"
        raise ScenarioError([BadField(field=N, value=f"{count}", allowed=allowed)])


def _values(axis: Axis, side: str, asked: Mapping[str, str], count: int) -> Array:
    """Values of one side: even ratios where the axis is logarithmic, else even steps."""
    names = [f"{side}_low", f"{side}_high"]
    usual = (axis.first, axis.high)
    low, high = (
        _end(axis.name, name, asked.get(name, ""), end)
        for name, end in zip(names, usual, strict=True)
    )
    if low >= high:
        words = f"above {names[0]} ({low:g})"
        raise ScenarioError([BadField(field=names[1], value=f"{high:g}", allowed=words)])
    if is_whole(axis.name):
        return np.unique(np.round(np.linspace(low, high, count)))
    if axis.straight or low <= 0:
        return np.linspace(low, high, count)
    made = np.geomspace(low, high, count)
    made[[0, -1]] = low, high
    return made


def _end(field: str, name: str, text: str, usual: float) -> float:
    """An end of a side inside the bounds of its input."""
    if not text:
        return usual
    low, high, refused = bounds(field)
    value = float(text) if is_number(text) else math.nan
    above = low is None or (value > low if refused else value >= low)
    fine = above and (high is None or value <= high) and math.isfinite(value)
    if not fine or (is_whole(field) and value != round(value)):
        ends = f"{'above' if refused else 'from'} {low:g}" if low is not None else "any"
        upper = f" to {high:g}" if high is not None else ""
        whole = " whole" if is_whole(field) else ""
        words = f"a{whole} number {ends}{upper} ({extra(field, 'unit')})"
        raise ScenarioError([BadField(field=name, value=clip(text), allowed=words)])
    return value


def _axis(axis: Axis, values: Array) -> Json:
    return {
        "field": axis.name,
        "unit": axis.unit,
        "scale": "log" if is_log(values) else "linear",
        "here": axis.here,
        "values": values.tolist(),
    }


def _cells(made: Map, found: Decoded) -> Json:
    """Who wins and by how much, row by row of y."""
    months = _months(made, found)
    with np.errstate(invalid="ignore", divide="ignore"):
        second = made.cost + made.margin
        share = np.where(second > 0, made.margin / second, 0.0)
        share = np.where(np.isfinite(made.margin), share, np.nan)
    names = [*made.places, None]
    ids = [*(candidate.id for candidate in made.candidates), None]
    return {
        "winner": [[names[turn] for turn in row] for row in made.winner.tolist()],
        "option": [[ids[turn] for turn in row] for row in made.candidate.tolist()],
        "cost_usd_per_month": _rows(made.cost / months),
        "margin_usd_per_month": _rows(made.margin / months),
        "margin_share": _rows(share),
        "class": [
            [_class(who, part) for who, part in zip(row, parts, strict=True)]
            for row, parts in zip(made.winner.tolist(), share.tolist(), strict=True)
        ],
        "class_by": f"margin: close where the winner costs less than {words.percent(CLOSE)} under "
        "the next",
    }


def _class(winner: int, share: float) -> str | None:
    """``close`` or ``clear``; None where nothing is feasible; a lone place is clear."""
    if winner < 0:
        return None
    return "close" if share < CLOSE else "clear"


def _months(made: Map, found: Decoded) -> Array:
    """Months of the horizon in each cell (ny, nx) or (1, 1)."""
    if made.x[0] == "horizon_months":
        return np.asarray(made.x[1], dtype=np.float64)[None, :]
    if made.y[0] == "horizon_months":
        return np.asarray(made.y[1], dtype=np.float64)[:, None]
    return np.full((1, 1), float(found.scenario.horizon_months))


def _rows(values: Array) -> list[list[float | None]]:
    return [[value if math.isfinite(value) else None for value in row] for row in values.tolist()]


def _limits(found: Sequence[Limit]) -> list[Json]:
    """Points of each place and rule together."""
    made: dict[tuple[str, str], list[Json]] = {}
    for point in found:
        made.setdefault((point.place, point.rule), []).append(
            {"x": point.x, "y": point.y, "allowed": point.allowed, "along": point.along}
        )
    return [
        {"place": place, "rule": rule, "points": points} for (place, rule), points in made.items()
    ]
