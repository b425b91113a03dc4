"""What the charts of Break-even share: colours of places, a plain layout, axes that say so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from report import palette
from report.axes import Tick, linear_ticks, log_ticks, spread_inside
from report.sections import naming
from ui.components.ready import Part, Ready

FONT = 12
CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
NOBODY = naming.NOBODY
known, name, spans_decades = naming.known, naming.name, naming.spans_decades


def pick(shade: palette.Shade, dark: bool) -> str:
    """A colour on the theme's background."""
    return shade.dark if dark else shade.light


def colour(place: str | None, dark: bool) -> str:
    """A place's colour, the same on every chart; the grid's grey where nothing is possible."""
    return (
        pick(palette.GRID, dark) if place is None else pick(palette.style(known(place)).line, dark)
    )


def layout(dark: bool, height: int, x: Part, y: Part, **more: Any) -> Part:
    """A chart without a toolbar, on the page's own background."""
    ink = pick(palette.INK, dark)
    lines = {
        "gridcolor": pick(palette.GRID, dark),
        "zerolinecolor": pick(palette.MUTED, dark),
        "color": pick(palette.MUTED, dark),
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "height": height,
        "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": FONT, "color": ink},
        "margin": {"l": 8, "r": 16, "t": 26, "b": 48},
        "hoverlabel": {"align": "left"},
        "showlegend": False,
        "xaxis": lines | x,
        "yaxis": lines | y,
        **more,
    }


def legend() -> Part:
    """Under the chart, for looking at only."""
    return {
        "orientation": "h",
        "yref": "container",
        "y": 0,
        "yanchor": "bottom",
        "x": 0,
        "itemclick": False,
        "itemdoubleclick": False,
    }


def log_axis(title: str) -> Part:
    """A logarithmic axis, which says so."""
    return {"type": "log", "title": {"text": f"{title}, log scale", "standoff": 6}}


def costs_axis(costs: Sequence[float], *, log: bool) -> Part:
    """The axis of costs a month, from 0 unless it goes by ratios."""
    made = upward("USD a month", costs if log else [0.0, *costs], log=log, prefix="$")
    if not costs:
        return made
    return made | {"range": [math.log10(end) if log else end for end in _reach(costs, log)]}


_AIR = 0.04
"""Of the range of an axis, above its highest value and below its lowest."""


def _reach(costs: Sequence[float], log: bool) -> tuple[float, float]:
    """Ends of the axis of some costs."""
    if not log:
        return 0.0, max(costs) * (1 + _AIR)
    air = (max(costs) / min(costs)) ** _AIR
    return min(costs) / air, max(costs) * air


NAMES_PX = 124
"""Room right of a chart for the names of its lines."""
_NAME_PX, _LONG_NAME_PX = 20, 34
"""Height of a name on one line and on two, with air."""


def line_names(
    ends: Sequence[tuple[str, float]],
    costs: Sequence[float],
    *,
    dark: bool,
    log: bool,
    tall: float,
) -> list[Part]:
    """The name of each place where its line ends, none over another: colour never stands alone.

    ``ends`` are places with the last cost that is drawn, on the axis of ``costs``, which is
    ``tall`` pixels high.
    """
    if not costs:
        return []
    low, high = _reach(costs, log)
    wide = math.log(high / low) if log else high - low
    shares = [(math.log(end / low) if log else end - low) / wide for _, end in ends]
    named = [name(place).replace(" + ", " +<br>", 1) for place, _ in ends]
    room = _LONG_NAME_PX if any("<br>" in text for text in named) else _NAME_PX
    placed = spread_inside(shares, room / tall)
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8,
            "y": at,
            "yref": "paper",
            "yanchor": "middle",
            "align": "left",
            "text": text,
            "showarrow": False,
            "font": {"color": pick(palette.style(known(place)).text, dark), "size": FONT},
        }
        for (place, _), text, at in zip(ends, named, placed, strict=True)
    ]


def across(title: str, values: Sequence[float], *, log: bool, prefix: str = "") -> Part:
    """A level axis; marks are bare where words would touch or be turned askew on a phone."""
    marks = _marks(values, log, prefix)
    whole = [mark for mark in marks if _is_power(mark.at)] if log else []
    if 1 < len(whole) < len(marks) > _MOST_UNEVEN:
        said = [mark.label if mark in whole else "" for mark in marks]
    else:
        bare = len(marks) > _MOST_WORDS
        said = ["" if bare and turn % 2 else mark.label for turn, mark in enumerate(marks)]
    return _axis(title, log) | _said(marks, said) | _OFF | {"tickangle": 0}


def upward(title: str, values: Sequence[float], *, log: bool, prefix: str = "") -> Part:
    """An upright axis; an even one that holds 0 begins or ends there."""
    marks = _marks(values, log, prefix)
    even = {} if log else {"rangemode": "tozero"}
    return _axis(title, log) | _said(marks, [mark.label for mark in marks]) | even


_MOST_WORDS, _MOST_UNEVEN = 5, 3
"""Words along a level axis: of marks alike far apart, and of 1, 2 and 5 of each power of ten."""
_OFF: Part = {"ticklabelstandoff": 3}
"""Else the first word along an axis touches the first one up the other."""


def _is_power(value: float) -> bool:
    """Whether a value is a power of ten."""
    return math.isclose(math.log10(value), round(math.log10(value)), abs_tol=1e-9)


def _axis(title: str, log: bool) -> Part:
    return log_axis(title) if log else {"title": {"text": title, "standoff": 6}}


def _marks(values: Sequence[float], log: bool, prefix: str) -> Sequence[Tick]:
    """Marks over some values, in the words of every page: 1 k, not 1k."""
    shown = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    if not shown:
        return ()
    ticks = log_ticks if log else linear_ticks
    return ticks(min(shown), max(shown), prefix)


def _said(marks: Sequence[Tick], text: Sequence[str]) -> Part:
    return {"tickvals": [mark.at for mark in marks], "ticktext": list(text)} if marks else {}


def draw(figure: Part, alt: str, key: str) -> None:
    """Draw a figure, with its words for those who cannot see it."""
    st.plotly_chart(Ready(figure), theme=None, config=dict(CONFIG), alt=alt, key=key)


def finite(value: float | None) -> float:
    """The value, or what charts leave out."""
    return math.nan if value is None else value


_PATTERNS: Mapping[str | None, str] = {
    "managed_api": "",
    "hosted_platform": ".",
    "rented": "/",
    "owned": "\\",
    "device": "-",
    "device+managed_api": "|",
    "device+hosted_platform": "+",
    "device+rented": "x",
    "device+owned": "+",
    None: "x",
}


def pattern(place: str | None, dark: bool) -> Part:
    """What tells a place where there is no colour; of two alike the hybrid's is twice as fine."""
    fine = place == "device+owned"
    back = pick(palette.MUTED if place is None else palette.BACKGROUND, dark)
    return {
        "shape": _PATTERNS.get(place, "x"),
        "fillmode": "overlay",
        "fgcolor": back,
        "fgopacity": 0.55,
        "size": 4 if fine else 8,
        "solidity": 0.2,
    }
