"""Over time: cumulative cost by month, where one place overtakes the other, cash flow a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from report import palette, words
from ui.components import chart_parts as parts
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import bold

_HEIGHT = 360
Body = Mapping[str, Any]


def draw(body: Body, names: tuple[str, str]) -> None:
    """The sentence, the picture, cash flow a year and the months as a table."""
    if not body["months"]:
        st.markdown("One of the two is not priced: there is nothing to draw over time.")
        return
    st.markdown(sentence(body, names))
    parts.draw(figure(body, names, dark=is_dark()), alt(body, names), "payback")
    for side, title in zip(("a", "b"), names, strict=True):
        flow = body["cash_flow"].get(side) or []
        if flow:
            st.markdown(f"{bold(title)}: cash flow by year, USD")
            st.dataframe(years(flow), hide_index=True)
    section = st.expander("Month by month", on_change="rerun", key="payback_months")
    with section:
        if section.open:
            st.dataframe(months(body, names), hide_index=True)


def names(body: Body) -> tuple[str, str]:
    """What the two are called: their places, or by product where these are alike."""
    sides = [body["sides"][which] for which in ("a", "b")]
    places = [side["place"] for side in sides]
    if places[0] == places[1]:
        return str(sides[0]["label"]), str(sides[1]["label"])
    first, second = (
        str(side["label"]) if side["place"] is None else parts.name(side["place"]) for side in sides
    )
    return first, second


def sentence(body: Body, names: tuple[str, str]) -> str:
    """In which month one overtakes the other, or that none does and by how much."""
    first, second = names
    crossings = body["crossings"]
    if crossings:
        said = ", ".join(f"month {bold(words.number(item['month']))}" for item in crossings)
        cheaper = crossings[-1]["cheaper_after"]
        last = second if cheaper in ("b", body["b"]) else first
        return (
            f"Their costs so far are equal in {said}; after that the lower sum is that of "
            f"{bold(last)}."
        )
    gap = body["gap_end_usd"]
    if gap is None:
        return "One of the two is not priced over the whole period."
    less = first if gap > 0 else second
    return (
        f"Neither overtakes the other: the lower sum is that of {bold(less)} all along, "
        f"by {bold(words.usd(abs(gap)))} at the end."
    )


def figure(body: Body, names: tuple[str, str], *, dark: bool) -> Part:
    """Two lines of what has been paid so far."""
    x = [row["month"] for row in body["months"]]
    shades = (parts.pick(palette.INK, dark), parts.pick(palette.STYLES["owned"].line, dark))
    data: list[Part] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": title,
            "x": x,
            "y": [row[f"cumulative_{side}_usd"] for row in body["months"]],
            "line": {"color": shade, "width": 2.5, "dash": dash},
            "hovertemplate": f"{title}: %{{y:$,.3s}}<extra></extra>",
        }
        for side, title, shade, dash in zip(
            ("a", "b"), names, shades, ("solid", "dash"), strict=True
        )
    ]
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.axis("month", log=False),
        parts.axis("USD paid so far", log=False) | {"rangemode": "tozero"},
        hovermode="x unified",
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 26, "b": 90},
    )
    layout["showlegend"] = True
    layout["shapes"] = [
        {
            "type": "line",
            "x0": item["month"],
            "x1": item["month"],
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"dash": "dot", "width": 1, "color": parts.pick(palette.MUTED, dark)},
        }
        for item in body["crossings"]
    ]
    return {"data": data, "layout": layout}


def alt(body: Body, names: tuple[str, str]) -> str:
    """The picture in words."""
    last = body["months"][-1]
    ends = " and ".join(
        f"{title} {words.usd(last[f'cumulative_{side}_usd'])}"
        for side, title in zip(("a", "b"), names, strict=True)
    )
    where = ", ".join(f"month {words.number(item['month'])}" for item in body["crossings"])
    met = f"The lines cross in {where}." if where else "The lines do not cross."
    return f"Cost so far by month. After {last['month']} months: {ends}. {met}"


def months(body: Body, names: tuple[str, str]) -> pd.DataFrame:
    """Cost so far by month."""
    return pd.DataFrame(
        [
            {
                "Month": row["month"],
                f"{names[0]}, USD": parts.cents(row["cumulative_a_usd"]),
                f"{names[1]}, USD": parts.cents(row["cumulative_b_usd"]),
            }
            for row in body["months"]
        ]
    )


def years(flow: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Purchases, running cost and credits by year."""
    return pd.DataFrame(
        [
            {
                "Year": row["year"],
                "Purchases": parts.cents(row["capex_usd"]),
                "Running": parts.cents(row["opex_usd"]),
                "Back": parts.cents(row["credit_usd"]),
                "Sum": parts.cents(row["total_usd"]),
            }
            for row in flow
        ]
    )
