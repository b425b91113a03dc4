"""The cost of every place along any input, stairs as stairs, and where two places cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import streamlit as st

from calculators.results import Curve
from calculators.scenario import fields
from report import palette
from report.axes import stairs
from report.sections import break_even as section
from report.sections.naming import axis_title, noun
from report.sections.said import Said
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

_HEIGHT = 440
_AROUND = 26, 48  # pixels above and below what is drawn
_NEAR = 10.0
"""Costs that differ by no larger factor are drawn from 0: a logarithm would blow up what is small.
"""
_TWO = 2
_BOLD, _THIN = 2.5, 1.2
"""Widths of the lines that are compared, and of the others."""
Body = Mapping[str, Any]


def draw(curves: Sequence[Curve], body: Body, here: float | None) -> None:
    """The sentence about the pair, the picture of all places, the pair's crossings."""
    said.says(section.sentence(body))
    _picture(curves, body, here)
    thick = "Thick: the two compared. " if len(curves) > _TWO else ""
    st.caption(plain(thick + section.legend(body)))
    if body["crossings"]:
        said.table(section.crossings(body), "crossings")


def draw_alone(curves: Sequence[Curve], why: Said, here: float | None) -> None:
    """What is possible, where there are no two places to compare."""
    said.says(why)
    _picture(curves, None, here)


def _picture(curves: Sequence[Curve], body: Body | None, here: float | None) -> None:
    if not curves:
        return
    told = drawn(curves) if body is None else section.alt(body, drawn(curves))
    parts.draw(figure(curves, body, here, dark=is_dark()), told, "axis_curve")


def drawn(curves: Sequence[Curve]) -> str:
    """What the picture holds, in words."""
    places = ", ".join(parts.name(curve.kind) for curve in curves)
    return f"Cost a month over {noun(curves[0].axis)} of {places}."


def figure(curves: Sequence[Curve], body: Body | None, here: float | None, *, dark: bool) -> Part:
    """A line for each place; crossings of the pair as upright lines with their interval."""
    name = curves[0].axis
    xs = [x for curve in curves for x in curve.x if x > 0]
    even = bool(xs) and median(xs) > max(xs) / _NEAR  # looked at in even steps: a share of users
    log = name in fields() and parts.spans_decades(xs) and not even
    costs = [usd for curve in curves for usd in curve.monthly_usd if usd > 0]  # NaN is left out
    ratios = bool(costs) and max(costs) / min(costs) > _NEAR
    pair = (body["a"], body["b"]) if body and len(curves) > _TWO else ()
    data = [_line(curve, dark, bold=not pair or curve.kind in pair) for curve in curves]
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.across(axis_title(name), xs if log else [x for c in curves for x in c.x], log=log),
        parts.costs_axis(costs, log=ratios),
        hovermode="x unified",
        margin={"l": 8, "r": parts.NAMES_PX, "t": _AROUND[0], "b": _AROUND[1]},
    )
    ends = [(curve.kind, last) for curve in curves if (last := _last(curve)) is not None]
    layout["annotations"] = parts.line_names(
        ends, costs, dark=dark, log=ratios, tall=_HEIGHT - sum(_AROUND)
    )
    layout["shapes"] = [*(_marks(body, dark) if body else []), *_here(here, dark)]
    return {"data": data, "layout": layout}


def _last(curve: Curve) -> float | None:
    """The last cost of a line that is drawn."""
    return next((usd for usd in reversed(curve.monthly_usd) if usd > 0), None)


def _line(curve: Curve, dark: bool, *, bold: bool) -> Part:
    x, y = stairs(curve.x, curve.monthly_usd)
    label = parts.name(curve.kind)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": label,
        "x": list(x),
        "y": list(y),
        "connectgaps": False,
        "line": {
            "color": parts.colour(curve.kind, dark),
            "dash": palette.style(curve.kind).dash,
            "width": _BOLD if bold else _THIN,
        },
        "hovertemplate": f"{label}: %{{y:$,.3r}} a month<extra></extra>",
    }


def _marks(body: Body, dark: bool) -> list[Part]:
    """Intervals shaded, crossings as lines; ends of what is allowed dashed."""
    found: list[Part] = []
    muted = parts.pick(palette.MUTED, dark)
    for item in body["crossings"]:
        low, high = item["p10"], item["p90"]
        if low is not None and high is not None and high > low and not section.anywhere(body, item):
            found.append(_band(low, high, muted))
        dash = "dash" if item["kind"] == "feasibility" else "dot"
        ends = dict.fromkeys([item["at"], item["until"] or item["at"]])  # of a stretch both
        found += [_upright(at, muted, dash) for at in ends]
    return [*found, *(_upright(at, muted, "dash") for at in section.limits(body))]


def _band(low: float, high: float, colour: str) -> Part:
    box = {"type": "rect", "x0": low, "x1": high, "yref": "paper", "y0": 0, "y1": 1}
    return box | {"fillcolor": colour, "opacity": 0.12, "line": {"width": 0}}


def _upright(x: float, colour: str, dash: str) -> Part:
    line = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
    return line | {"line": {"dash": dash, "width": 1.5, "color": colour}}


def _here(here: float | None, dark: bool) -> list[Part]:
    return [] if here is None else [_upright(here, parts.pick(palette.INK, dark), "solid")]
