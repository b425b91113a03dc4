"""The cost of every place along any input, stairs as stairs, and where two places cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from calculators.results import Curve
from calculators.scenario import extra, fields
from report import palette, words
from report.axes import stairs
from ui.components import chart_parts as parts
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import bold, plain

_HEIGHT = 440
Body = Mapping[str, Any]


def draw(curves: Sequence[Curve], body: Body, here: float | None) -> None:
    """The sentence about the pair, the picture of all places, the pair's crossings."""
    st.markdown(sentence(body))
    if curves:
        parts.draw(figure(curves, body, here, dark=is_dark()), alt(body, curves), "axis_curve")
    rows = table(body)
    if not rows.empty:
        st.dataframe(rows, hide_index=True)


def value(body: Body, number: float) -> str:
    """A value of the axis with its unit."""
    return parts.input_value(str(body["axis"]), number, str(body["unit"]))


def side(body: Body, which: str) -> str:
    """One of the two compared: a place in words, or a candidate's id."""
    text = str(body[which])
    try:
        return parts.name(text)
    except KeyError:
        return text


def sentence(body: Body) -> str:
    """Where the two meet, or which is cheaper all along and by how much."""
    first, second = side(body, "a"), side(body, "b")
    crossings = body["crossings"]
    if not crossings:
        return plain(str(body["reason"]) or f"{first} and {second} never meet.")
    shown = "; ".join(_met(body, item) for item in crossings[:3])
    more = len(crossings) - 3
    rest = f"; and {more} more" if more > 0 else ""
    return f"{bold(first)} and {bold(second)} meet at {plain(shown + rest)}."


def _met(body: Body, item: Mapping[str, Any]) -> str:
    at = value(body, item["at"])
    if item["until"] is not None and item["until"] != item["at"]:
        return f"{at} to {value(body, item['until'])} (they alternate)"
    low, high = item["p10"], item["p90"]
    if low is None or high is None:
        return at
    if _anywhere(body, item):
        return f"{at} (so uncertain that it may be anywhere)"
    return f"{at} (between {value(body, low)} and {value(body, high)} in 8 of 10 cases)"


def _anywhere(body: Body, item: Mapping[str, Any]) -> bool:
    """Whether a crossing's interval is the whole of the axis."""
    low, high = item["p10"], item["p90"]
    if low is None or high is None:
        return False
    return bool(low <= body["axis_low"] and high >= body["axis_high"])


def figure(curves: Sequence[Curve], body: Body, here: float | None, *, dark: bool) -> Part:
    """A line for each place; crossings of the pair as upright lines with their interval."""
    name = curves[0].axis
    xs = [x for curve in curves for x in curve.x if x > 0]
    log = name in fields() and parts.spans_decades(xs)
    data = [_line(curve, dark) for curve in curves]
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.axis(axis_title(name), log=log),
        parts.log_axis("USD a month"),
        hovermode="x unified",
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 26, "b": 120},
    )
    layout["showlegend"] = True
    layout["shapes"] = [*_marks(body, dark), *_here(here, dark)]
    return {"data": data, "layout": layout}


def axis_title(name: str) -> str:
    """What the form calls an input, with its unit where the name does not say it."""
    called = parts.input_title(name)
    unit = extra(name, "unit") if name in fields() else "USD"
    said = not unit or unit.replace(" per ", " a ") in called.lower()
    return called if said else f"{called} ({unit})"


def _line(curve: Curve, dark: bool) -> Part:
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
            "width": 2.5,
        },
        "hovertemplate": f"{label}: %{{y:$,.3s}} a month<extra></extra>",
    }


def _marks(body: Body, dark: bool) -> list[Part]:
    """Intervals shaded, crossings as lines; ends of what is allowed dashed."""
    found: list[Part] = []
    muted = parts.pick(palette.MUTED, dark)
    for item in body["crossings"]:
        low, high = item["p10"], item["p90"]
        if low is not None and high is not None and high > low and not _anywhere(body, item):
            found.append(_band(low, high, muted))
        dash = "dash" if item["kind"] == "feasibility" else "dot"
        found.append(_upright(item["at"], muted, dash))
    return found


def _band(low: float, high: float, colour: str) -> Part:
    box = {"type": "rect", "x0": low, "x1": high, "yref": "paper", "y0": 0, "y1": 1}
    return box | {"fillcolor": colour, "opacity": 0.12, "line": {"width": 0}}


def _upright(x: float, colour: str, dash: str) -> Part:
    line = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
    return line | {"line": {"dash": dash, "width": 1.5, "color": colour}}


def _here(here: float | None, dark: bool) -> list[Part]:
    return [] if here is None else [_upright(here, parts.pick(palette.INK, dark), "solid")]


def alt(body: Body, curves: Sequence[Curve]) -> str:
    """The picture in words: the crossings of the pair, and the places drawn."""
    said = "; ".join(_met(body, item) for item in body["crossings"])
    pair = f"{side(body, 'a')} and {side(body, 'b')}"
    met = f"{pair} meet at {said}" if said else f"{pair}: {body['reason']}"
    drawn = ", ".join(parts.name(curve.kind) for curve in curves)
    return f"Cost a month over {parts.input_title(str(body['axis']))} of {drawn}. {met}."


_KINDS = {"exact": "meet", "alternating": "alternate (stairs)", "feasibility": "possible or not"}


def table(body: Body) -> pd.DataFrame:
    """Every crossing of the pair."""
    return pd.DataFrame(
        [
            {
                "At": value(body, item["at"]),
                "Until": "" if item["until"] is None else value(body, item["until"]),
                "Low": words.MISSING if item["p10"] is None else value(body, item["p10"]),
                "High": words.MISSING if item["p90"] is None else value(body, item["p90"]),
                "Cheaper below": _named(item["cheaper_below"]),
                "Cheaper above": _named(item["cheaper_above"]),
                "Kind": _KINDS[item["kind"]],
            }
            for item in body["crossings"]
        ]
    )


def _named(text: str | None) -> str:
    if text is None:
        return parts.NOBODY
    try:
        return parts.name(text)
    except KeyError:
        return text
