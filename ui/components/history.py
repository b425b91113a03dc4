"""Through price history: how the answer and its costs moved, and which prices moved them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from report import palette, words
from ui.components import chart_parts as parts
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import bold, plain

_HEIGHT = 380
_MOVED = 3  # prices named for a day
Body = Mapping[str, Any]


def draw(body: Body, query: str) -> None:
    """The sentence, the picture, a row for each day, and the prices that moved it.

    ``query`` is the scenario's: a price opens on the page Prices, the scenario kept.
    """
    days = body["days"]
    if not days:
        st.markdown("No price of what is possible here has a history: nothing to draw.")
        return
    st.markdown(sentence(body))
    parts.draw(figure(days, dark=is_dark()), alt(days), "history")
    st.caption(plain(held_words(body)))
    st.dataframe(table(days), hide_index=True)
    if not (rows := prices(days, query)).empty:
        with st.expander(f"The {len(rows)} prices that moved it"):
            st.dataframe(
                rows,
                hide_index=True,
                column_config={"Open": st.column_config.LinkColumn("Open", display_text="Open")},
            )


def sentence(body: Body) -> str:
    """How often the answer changed, and since when it is what it is."""
    days = body["days"]
    last, changes = days[-1], _changes(days)
    now = parts.said(last["winner"])
    if not changes:
        return f"Since {days[0]['day']} the answer has always been {bold(now)}."
    since = changes[-1]["day"]
    times = "once" if len(changes) == 1 else f"{len(changes)} times"
    return (
        f"The answer changed {bold(times)} since {days[0]['day']}; since {bold(since)} it is "
        f"{bold(now)}."
    )


def _changes(days: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [after for before, after in pairwise(days) if after["winner"] != before["winner"]]


def held_words(body: Body) -> str:
    """What stands at today's price, and how many options are looked at."""
    count = body["held"]["count"]
    if body["mode"] == "known":
        return f"Only prices known on each day; {body['left_out']} options of today are left out."
    if not count:
        return "Every price is that of the day."
    return (
        f"{count} prices were not known on some of these days and stand at today's; the rest "
        "are those of the day."
    )


def figure(days: Sequence[Mapping[str, Any]], *, dark: bool) -> Part:
    """A stepped line for each place's best option."""
    places = list(dict.fromkeys(place for day in days for place in day["places"]))
    costs = [item["cost_usd_per_month"] for day in days for item in day["places"].values()]
    data = [_line(place, days, dark) for place in places]
    title = "USD a month"
    layout = parts.layout(
        dark,
        _HEIGHT,
        {"type": "date"},
        parts.axis(title, log=parts.spans_decades(costs)),
        hovermode="x unified",
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 26, "b": 100},
    )
    layout["showlegend"] = True
    return {"data": data, "layout": layout}


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
        "hovertemplate": f"{label}: %{{y:$,.3s}} a month<extra></extra>",
    }


def alt(days: Sequence[Mapping[str, Any]]) -> str:
    """The picture in words: the answer on the first day, at each change and on the last."""
    shown = [days[0], *_changes(days), days[-1]]
    said = dict.fromkeys(f"{day['day']} {parts.name(day['winner'])}" for day in shown)
    return "Cheapest place through price history: " + "; ".join(said) + "."


def table(days: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row for each day: the answer, its cost, break-even and what moved it."""
    return pd.DataFrame([_row(day) for day in reversed(days)])


def _row(day: Mapping[str, Any]) -> dict[str, Any]:
    winner = day["winner"]
    equal = day["break_even"]
    volume = None if equal is None else equal["requests_per_month"]
    return {
        "Day": day["day"],
        "Cheapest": parts.name(winner),
        "USD a month": parts.cents(
            None if winner is None else day["places"][winner]["cost_usd_per_month"]
        ),
        "Today's choice, USD a month": parts.cents(day["choice_usd_per_month"]),
        "First two equal at, requests a month": words.number(volume),
        "What moved it": "; ".join(_moved(item) for item in day["moved"][:_MOVED]),
    }


def prices(days: Sequence[Mapping[str, Any]], query: str) -> pd.DataFrame:
    """A row for each price that changed, newest day first, with the page that shows it."""
    rows = [
        {
            "Day": day["day"],
            "Price": item["key"],
            "Old": words.rate(item["old_usd"]),
            "New": words.rate(item["new_usd"]),
            "Perhaps earlier": "yes" if item["no_later_than"] else "",
            "Open": f"./prices?{query}&{urlencode({'search': item['key']})}",
        }
        for day in reversed(days)
        for item in day["moved"]
    ]
    return pd.DataFrame(rows)


def _moved(item: Mapping[str, Any]) -> str:
    """A price that changed, old to new; in force no later than that day where it says so."""
    late = ", or earlier" if item["no_later_than"] else ""
    return f"{item['key']} {words.rate(item['old_usd'])} to {words.rate(item['new_usd'])}{late}"
