"""What the charts of Break-even share: colours of places, a plain layout, axes that say so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from report import palette
from report.axes import log_ticks
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
    """A logarithmic axis, which says so; a thousand is 1k on it, as ten are 10k."""
    said = {"text": f"{title}, log scale", "standoff": 6}
    return {"type": "log", "title": said, "minexponent": 2}


def costs_axis(costs: Sequence[float], *, log: bool) -> Part:
    """The axis of costs a month; by ratios it has few ticks of its own, as Plotly's crowd."""
    title = "USD a month"
    if not log:
        return axis(title, log=False) | {"rangemode": "tozero"}
    ticks = log_ticks(min(costs), max(costs), "$")
    said = {"tickvals": [tick.at for tick in ticks], "ticktext": [tick.label for tick in ticks]}
    return log_axis(title) | said


def axis(title: str, *, log: bool) -> Part:
    """An axis with its title."""
    return log_axis(title) if log else {"title": {"text": title, "standoff": 6}}


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
