"""What would change the answer: each input a bar over its bounds, coloured by who wins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from report import palette, words
from ui.components import chart_parts as parts
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import bold, plain

MOST = 12
"""Strips drawn; the table holds all."""
FEW = 4
"""Strips drawn where none of them ends."""
_ROW_PX = 30

Strip = Mapping[str, Any]


def draw(
    strips: Sequence[Strip], link_to: Mapping[tuple[str, float], str], *, whole: bool = True
) -> None:
    """The sentence, the picture and the table; ``link_to`` opens the scenario at an edge.

    Where not ``whole``, other inputs are still to be looked at.
    """
    strips = sorted(strips, key=_ends_it)  # of like ones the nearest stays first
    st.markdown(sentence(strips, whole=whole))
    flipping = [strip for strip in strips if strip["nearest_flip"] is not None]
    if shown := flipping[:MOST] or strips[:FEW]:
        parts.draw(figure(shown, dark=is_dark()), alt(shown), "strips" if whole else "strips_first")
    steady = [title(strip) for strip in strips if strip["nearest_flip"] is None]
    rows = table(flipping, link_to)
    if not rows.empty:
        st.dataframe(
            rows,
            hide_index=True,
            column_config={"Open": st.column_config.LinkColumn("Open", display_text="Open")},
        )
    if steady:
        with st.expander(f"Inputs that change nothing, whatever their value ({len(steady)})"):
            st.markdown(plain(", ".join(steady)))


def title(strip: Strip) -> str:
    """What the form calls the input."""
    return parts.input_title(str(strip["field"]))


def value(strip: Strip, number: float) -> str:
    """A value of the input with its unit."""
    return parts.input_value(str(strip["field"]), number, str(strip["unit"]), digits=4)


def sentence(strips: Sequence[Strip], *, whole: bool = True) -> str:
    """The nearest change, in words."""
    near = next((strip for strip in strips if strip["nearest_flip"] is not None), None)
    if near is None and not whole:
        return "None of these inputs changes the answer within its bounds."
    if near is None:
        return "No single input changes the answer within its bounds."
    at = float(near["nearest_flip"])
    way = "above" if near["here"] is None or at >= near["here"] else "below"
    taker = _winner_beyond(near, at, way)
    among = "" if whole else " among these"
    return (
        f"The nearest change{among}: {plain(title(near))} {way} {bold(value(near, at))}, where "
        f"{plain(_taken(taker))}."
    )


def _taken(place: str | None) -> str:
    return "nothing is possible" if place is None else f"{parts.said(place)} would be cheapest"


def _ends_it(strip: Strip) -> bool:
    """Whether the nearest change leaves nothing possible, rather than another place."""
    if strip["nearest_flip"] is None:
        return False
    at = float(strip["nearest_flip"])
    way = "above" if strip["here"] is None or at >= strip["here"] else "below"
    return _winner_beyond(strip, at, way) is None


def _winner_beyond(strip: Strip, at: float, way: str) -> str | None:
    edge, far = ("from", "to") if way == "above" else ("to", "from")
    wide = [band for band in strip["bands"] if band[far] != at]  # not the edge alone
    band = min(wide, key=lambda band: abs(float(band[edge]) - at))
    return None if band["place"] is None else str(band["place"])


def figure(strips: Sequence[Strip], *, dark: bool) -> Part:
    """One bar an input, its own scale from the lowest to the highest value."""
    data = [_trace(place, strips, dark) for place in _places(strips)]
    ink = parts.pick(palette.INK, dark)
    here = {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [_share(strip, strip["here"]) for strip in strips],
        "y": [title(strip) for strip in strips],
        "marker": {"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": ink}},
        "hovertemplate": "you are here<extra></extra>",
    }
    layout = parts.layout(
        dark,
        110 + _ROW_PX * len(strips),
        {"visible": False, "range": [-0.02, 1.02]},
        {"autorange": "reversed"},
        barmode="stack",
        bargap=0.35,
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 8, "b": 60},
    )
    layout["showlegend"] = True
    return {"data": [*data, here], "layout": layout}


def _places(strips: Sequence[Strip]) -> list[str | None]:
    return list(dict.fromkeys(band["place"] for strip in strips for band in strip["bands"]))


def _trace(place: str | None, strips: Sequence[Strip], dark: bool) -> Part:
    """Every band of one winner; a band that comes again is a bar of its own."""
    rows = [
        (title(strip), _share(strip, band["from"]), _share(strip, band["to"]), _said(strip, band))
        for strip in strips
        for band in strip["bands"]
        if band["place"] == place
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "name": parts.name(place),
        "y": [row[0] for row in rows],
        "base": [row[1] for row in rows],
        "x": [row[2] - row[1] for row in rows],
        "customdata": [row[3] for row in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "color": parts.colour(place, dark),
            "line": {"color": parts.pick(palette.BACKGROUND, dark), "width": 1},
            "pattern": {"shape": "x" if place is None else "/" if "+" in place else ""},
        },
    }


def _said(strip: Strip, band: Mapping[str, Any]) -> str:
    ends = f"{value(strip, band['from'])} to {value(strip, band['to'])}"
    return f"{title(strip)}<br>{ends}<br>{parts.name(band['place'])}"


def _share(strip: Strip, number: float | None) -> float:
    """Where a value lies between the lowest and the highest, on the input's own scale."""
    if number is None:
        return math.nan
    low, high = float(strip["low"]), float(strip["high"])
    if high <= low:
        return 0.5
    if low > 0 and high / low > 100:
        return math.log(max(number, low) / low) / math.log(high / low)
    if low == 0 and high >= 1000:  # 0 stands apart in front of the decades
        least = max((float(b["from"]) for b in strip["bands"] if b["from"] > 0), default=1.0)
        first = min(least, high / 1e6)
        return 0.0 if number <= first else math.log(number / first) / math.log(high / first)
    return (number - low) / (high - low)


def alt(strips: Sequence[Strip]) -> str:
    """The picture in words: who wins where, input by input."""
    said = []
    for strip in strips:
        bands = ", ".join(
            f"{parts.name(band['place'])} from {value(strip, band['from'])} to "
            f"{value(strip, band['to'])}"
            for band in strip["bands"]
        )
        said.append(f"{title(strip)}: {bands}")
    return "Cheapest place over each input. " + "; ".join(said) + "."


def table(strips: Sequence[Strip], link_to: Mapping[tuple[str, float], str]) -> pd.DataFrame:
    """A row for each edge, nearest inputs first."""
    rows = []
    for strip in strips:
        bands = strip["bands"]
        for before, after in pairwise(bands):
            at = float(after["from"])
            rows.append(
                {
                    "Input": title(strip),
                    "Here": words.MISSING if strip["here"] is None else value(strip, strip["here"]),
                    "Changes at": value(strip, at),
                    "Below": parts.name(before["place"]),
                    "Above": parts.name(after["place"]),
                    "Open": link_to.get((strip["field"], at), ""),
                }
            )
    return pd.DataFrame(rows)
