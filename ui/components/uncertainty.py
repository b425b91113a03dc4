"""How sure the answer is: ranges, chances and regret side by side, and what to measure first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import streamlit as st

from report import palette, words
from report.sections import uncertainty as section
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

_ROW_PX = 34
_LINE = 24  # letters of a cause on one line: on a phone room is left for its bar
Body = Mapping[str, Any]


def draw(body: Body, pair: tuple[str, str] | None) -> None:
    """The sentence, ranges, tornado of the difference and what to measure first."""
    places = body["places"]
    if not places:
        said.says(section.NOTHING)
        return
    said.says(section.sentence(body))
    st.caption(plain(section.RANGES))
    parts.draw(ranges_figure(places, dark=is_dark()), section.ranges_alt(places), "ranges")
    said.table(section.table(places), "ranges")
    bars = section.moving(body["tornado"])
    if pair and bars:
        st.caption(plain(f"{section.MOVES}. In {section.difference(pair)}."))
        figure = tornado_figure(bars, dark=is_dark())
        parts.draw(figure, section.tornado_alt(bars, pair), "tornado")
        said.folded(section.causes(bars, pair), "tornado")
    said.says(section.measure_first(body["worth_knowing"]))
    known = section.worth(body["worth_knowing"])
    if known.rows:
        said.table(known, "worth")


def ranges_figure(places: Mapping[str, Mapping[str, Any]], *, dark: bool) -> Part:
    """A bar from p10 to p90 with the median, a place each."""
    shown = {
        name: found for name, found in places.items() if found["p50_usd_per_month"] is not None
    }
    ends = [v for f in shown.values() for v in (f["p10_usd_per_month"], f["p90_usd_per_month"])]
    data: list[Part] = []
    for name, found in shown.items():
        low, mid, high = (found[f"{end}_usd_per_month"] for end in ("p10", "p50", "p90"))
        label, shade = parts.name(name), parts.colour(name, dark)
        told = f"{label}<br>{words.usd_range(low, high)} a month, middle {words.usd(mid)}"
        line = {"color": shade, "width": 9}
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [label, label],
                "line": line,
                "hoverinfo": "skip",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [mid],
                "y": [label],
                "marker": {
                    "symbol": palette.style(parts.known(name)).marker,
                    "size": 13,
                    "color": parts.pick(palette.BACKGROUND, dark),
                    "line": {"color": parts.pick(palette.INK, dark), "width": 2},
                },
                "hovertemplate": f"{told}<extra></extra>",
            }
        )
    axis = section.scale(ends, "USD a month")
    reach = [math.log10(end) if axis.log else end for end in (axis.low, axis.high)]
    layout = parts.layout(
        dark,
        90 + _ROW_PX * len(shown),
        parts.across("USD a month", [axis.low, axis.high], log=axis.log, prefix="$")
        | {"range": reach},
        {"autorange": "reversed", "ticksuffix": " "},
    )
    return {"data": data, "layout": layout}


def tornado_figure(bars: Sequence[Mapping[str, Any]], *, dark: bool) -> Part:
    """What each cause alone makes of the difference; a bar across zero changes the answer."""
    names = ["<br>".join(wrap(str(bar["label"]), _LINE)) for bar in bars]
    low = [min(bar["low_usd_per_month"], bar["high_usd_per_month"]) for bar in bars]
    high = [max(bar["low_usd_per_month"], bar["high_usd_per_month"]) for bar in bars]
    flips = [a < 0 < b for a, b in zip(low, high, strict=True)]
    # no place's colour: a cause is none
    shade, flip = parts.pick(palette.MUTED, dark), parts.pick(palette.INK, dark)
    trace: Part = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "base": low,
        "x": [b - a for a, b in zip(low, high, strict=True)],
        "marker": {
            "color": [flip if over else shade for over in flips],
            "pattern": {"shape": ["/" if over else "" for over in flips]},
        },
        "customdata": [words.usd_range(a, b) for a, b in zip(low, high, strict=True)],
        "hovertemplate": "%{y}<br>difference %{customdata} a month<extra></extra>",
    }
    layout = parts.layout(
        dark,
        100 + _ROW_PX * len(bars),
        parts.across("USD a month", [0.0, *low, *high], log=False, prefix="$")
        | {"zeroline": True, "zerolinewidth": 2, "range": _around_zero([*low, *high])},
        {"autorange": "reversed"},
        bargap=0.35,
    )
    return {"data": [trace], "layout": layout}


def _around_zero(values: Sequence[float]) -> list[float]:
    """A range that holds 0, from which a reader sees who costs less."""
    low, high = min(0.0, *values), max(0.0, *values)
    air = (high - low) * 0.04
    return [low - air, high + air]
