"""Through price history: how the answer and its costs changed, and the prices that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from report import palette
from report.sections import history as section
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

_HEIGHT = 420
_AROUND = 26, 48  # pixels above and below what is drawn
Body = Mapping[str, Any]


def draw(body: Body, query: str) -> None:
    """The sentence, the picture, a row for each day, and the prices that changed.

    ``query`` is the scenario's: a price opens on the page Prices, the scenario kept.
    """
    days = body["days"]
    if not days:
        said.says(section.NOTHING)
        return
    said.says(section.sentence(body))
    if len(days) > 1:
        parts.draw(figure(days, dark=is_dark()), section.alt(days), "history")
    st.caption(plain(section.held(body)))
    said.table(section.table(days), "days")
    if many := section.how_many(days):
        folded = st.expander(f"The {many}", on_change="rerun", key="moved")
        with folded:
            if folded.open:
                rows, keys = section.moved(days)
                links = [opened(query, key) for key in keys]
                said.table(rows, "moved", links, most=len(keys))


def opened(query: str, key: str) -> str:
    """The page Prices at one price."""
    return f"./prices?{query}&{urlencode({'search': key})}"


def figure(days: Sequence[Mapping[str, Any]], *, dark: bool) -> Part:
    """A stepped line for each place's best option."""
    places = list(dict.fromkeys(place for day in days for place in day["places"]))
    costs = [item["cost_usd_per_month"] for day in days for item in day["places"].values()]
    data = [_line(place, days, dark) for place in places]
    ratios = parts.spans_decades(costs)
    layout = parts.layout(
        dark,
        _HEIGHT,
        {"type": "date"},
        parts.costs_axis(costs, log=ratios),
        hovermode="x unified",
        margin={"l": 8, "r": parts.NAMES_PX, "t": _AROUND[0], "b": _AROUND[1]},
    )
    ends = [(place, _last(place, days)) for place in places]
    layout["annotations"] = parts.line_names(
        ends, costs, dark=dark, log=ratios, tall=_HEIGHT - sum(_AROUND)
    )
    return {"data": data, "layout": layout}


def _last(place: str, days: Sequence[Mapping[str, Any]]) -> float:
    """The last cost of a place that is known."""
    found = [day["places"][place]["cost_usd_per_month"] for day in days if place in day["places"]]
    return float(found[-1])


def _line(place: str, days: Sequence[Mapping[str, Any]], dark: bool) -> Part:
    label = parts.name(place)
    costs = [day["places"].get(place, {}).get("cost_usd_per_month") for day in days]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label,
        "x": [day["day"] for day in days],
        "y": costs,
        "connectgaps": False,
        "line": {
            "shape": "hv",
            "color": parts.colour(place, dark),
            "dash": palette.style(parts.known(place)).dash,
            "width": 2,
        },
        "marker": {"symbol": palette.style(parts.known(place)).marker, "size": 6},
        "hovertemplate": f"{label}: %{{y:$,.3r}} a month<extra></extra>",
    }
