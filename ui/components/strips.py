"""What would change the answer: each input a bar over its bounds, coloured by who wins."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap
from typing import Any

import streamlit as st

from report import palette
from report.sections import strips as section
from report.sections.strips import MOST, Edge, Strip, title, value
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

FEW = 4
"""Strips drawn where none of them ends."""
LEGEND = f"{section.SCALES}; {section.HERE}. Under it stands the nearest value that changes it."
_ROW_PX = 42
_MARK_PX = 14  # Plotly draws it 1.4 times as long: no longer than a bar, words stand under it
_SMALL = 11
_ENTRY_PX = 19  # of the legend, which has one entry a line on a phone
_ABOVE_PX, _LEAST_PX = 28, 60  # around the bars: above them, and under them for a short legend
_BAR = 0.48  # of a row, the rest is for words
_THIN = 0.01  # of a bar: of a band no longer than that a frame would leave nothing
_LINE = 18  # letters of an input's name on one line: on a phone room is left for its bar
_LEANS = 0.3, 0.6
"""Up to and from where along a bar words lean inwards: on a phone they are as wide as it."""


def draw(strips: Sequence[Strip], opens: Callable[[Edge], str], *, whole: bool = True) -> None:
    """The sentence, the picture and a row for each edge; ``opens`` leads behind an edge.

    Where not ``whole``, other inputs are still to be looked at: their rows follow with them.
    """
    strips = section.in_order(strips)
    said.says(section.sentence(strips, whole=whole))
    flipping = section.moving(strips)
    if shown := flipping[:MOST] or strips[:FEW]:
        key = "strips" if whole else "strips_first"
        parts.draw(figure(shown, dark=is_dark()), section.alt(shown), key)
        st.caption(plain(LEGEND if flipping else f"{section.SCALES}; {section.HERE}."))
    if not whole:
        return
    if flipping:
        links = [opens(edge) for edge in section.edges(flipping)]
        said.table(section.table(flipping), "strips", links)
    if steady := section.steady(strips):
        with st.expander(f"Inputs that change nothing ({len(strips) - len(flipping)})"):
            st.markdown(plain(steady))


def figure(strips: Sequence[Strip], *, dark: bool) -> Part:
    """One bar an input, its own scale from the lowest to the highest value."""
    data = [_trace(place, strips, dark) for place in _places(strips)]
    ink = parts.pick(palette.INK, dark)
    here: Part = {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [_here(strip) for strip in strips],
        "y": [_called(strip) for strip in strips],
        "marker": {"symbol": "line-ns", "size": _MARK_PX, "line": {"width": 3, "color": ink}},
        "hovertemplate": "you are here<extra></extra>",
    }
    back = {"width": 7, "color": parts.pick(palette.BACKGROUND, dark)}
    halo = {**here, "marker": {**here["marker"], "line": back}}
    halo |= {"showlegend": False, "hoverinfo": "skip"}
    layout = parts.layout(
        dark,
        height(len(strips), len(data) + 1),
        {"visible": False, "range": [-0.02, 1.02]},
        # else rows stand in the order in which places win them, and words under others' bars
        {
            "autorange": "reversed",
            "categoryorder": "array",
            "categoryarray": [_called(strip) for strip in strips],
        },
        barmode="stack",
        bargap=1 - _BAR,
        annotations=[
            _nearest(row, strip, dark)
            for row, strip in enumerate(strips)
            if strip["nearest_flip"] is not None
        ],
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 8, "b": 60},
    )
    layout["showlegend"] = True
    return {"data": [*data, halo, here], "layout": layout}


def height(rows: int, entries: int) -> int:
    """Pixels for the bars and for a legend that shows all of its entries.

    Plotly gives a legend half of a chart and makes a box to scroll in of a longer one.
    """
    named = _ENTRY_PX * entries
    return max(_ABOVE_PX + _ROW_PX * rows + max(_LEAST_PX, named), 2 * named)


def _nearest(row: int, strip: Strip, dark: bool) -> Part:
    """The value of the nearest change, under the bar of a row where it is."""
    at = section.share(strip, float(strip["nearest_flip"]))
    return {
        "x": at,
        "y": row + _BAR / 2,
        "yanchor": "top",
        "borderpad": 0,
        "text": section.nearest(strip),
        "showarrow": False,
        "xanchor": "left" if at < _LEANS[0] else "right" if at > _LEANS[1] else "center",
        "font": {"size": _SMALL, "color": parts.pick(palette.INK, dark)},
    }


def _places(strips: Sequence[Strip]) -> list[str | None]:
    return list(dict.fromkeys(band["place"] for strip in strips for band in strip["bands"]))


def _trace(place: str | None, strips: Sequence[Strip], dark: bool) -> Part:
    """Every band of one winner; a band that comes again is a bar of its own."""
    rows = [
        (_called(strip), _ends(strip, band), _said(strip, band))
        for strip in strips
        for band in strip["bands"]
        if band["place"] == place
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "name": parts.name(place),
        "y": [row[0] for row in rows],
        "base": [low for _, (low, _), _ in rows],
        "x": [high - low for _, (low, high), _ in rows],
        "customdata": [row[2] for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "color": parts.colour(place, dark),
            "line": {
                "color": parts.pick(palette.BACKGROUND, dark),
                "width": [float(high - low > _THIN) for _, (low, high), _ in rows],
            },
            "pattern": parts.pattern(place, dark),
        },
    }


def _called(strip: Strip) -> str:
    return "<br>".join(wrap(title(strip), _LINE))


def _here(strip: Strip) -> float:
    return math.nan if strip["here"] is None else section.share(strip, float(strip["here"]))


def _ends(strip: Strip, band: Mapping[str, Any]) -> tuple[float, float]:
    return section.share(strip, float(band["from"])), section.share(strip, float(band["to"]))


def _said(strip: Strip, band: Mapping[str, Any]) -> str:
    ends = f"{value(strip, band['from'])} to {value(strip, band['to'])}"
    return f"{title(strip)}<br>{ends}<br>{parts.name(band['place'])}"
