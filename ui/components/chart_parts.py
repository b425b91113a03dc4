"""What the charts of Break-even share: colours of places, a plain layout, axes that say so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from calculators.places import PLACES, AnswersAt
from calculators.scenario import fields
from report import palette, words
from ui.components.ready import Part, Ready

FONT = 12
CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
NOBODY = "nothing possible"


def pick(shade: palette.Shade, dark: bool) -> str:
    """A colour on the theme's background."""
    return shade.dark if dark else shade.light


def colour(place: str | None, dark: bool) -> str:
    """A place's colour, the same on every chart; the grid's grey where nothing is possible."""
    return (
        pick(palette.GRID, dark) if place is None else pick(palette.style(known(place)).line, dark)
    )


def known(place: str) -> AnswersAt:
    """A place by its id; raises KeyError for one that is none."""
    return PLACES[place].id


def name(place: str | None) -> str:
    """A place in words."""
    return NOBODY if place is None else words.place(known(place))


def said(place: str | None) -> str:
    """A place inside a sentence: "a managed API"."""
    return NOBODY if place is None else PLACES[known(place)].words


def cents(value: float | None) -> float | None:
    """Exact dollars to a cent, as tables show them."""
    return None if value is None else round(value, 2)


def input_title(name: str) -> str:
    """What the form calls an input; an own figure by its name in links."""
    return words.input_title(name) if name in fields() else name


def input_value(name: str, number: float, unit: str, digits: int = 6) -> str:
    """A value of an input, or of an own figure, with its unit."""
    if name in fields():
        return words.input_value(name, float(f"{number:.{digits}g}"))
    return f"{words.number(number)} {unit}"


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


def axis(title: str, *, log: bool) -> Part:
    """An axis with its title."""
    return log_axis(title) if log else {"title": {"text": title, "standoff": 6}}


def spans_decades(values: list[float]) -> bool:
    """Whether values are better told apart on a logarithmic axis."""
    positive = [value for value in values if value > 0]
    return len(positive) == len(values) > 1 and max(positive) / min(positive) > 100


def draw(figure: Part, alt: str, key: str) -> None:
    """Draw a figure, with its words for those who cannot see it."""
    st.plotly_chart(Ready(figure), theme=None, config=dict(CONFIG), alt=alt, key=key)


def finite(value: float | None) -> float:
    """The value, or what charts leave out."""
    return math.nan if value is None else value
