"""Over time: cumulative cost by month, where one place overtakes the other, cash flow a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from report import palette
from report.sections import cash_flow as section
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part

_HEIGHT = 360
Body = Mapping[str, Any]


def draw(body: Body) -> None:
    """The sentence, the picture, cash flow a year and the months as a table."""
    if not body["months"]:
        said.says(section.not_priced(body))
        return
    names = section.names(body)
    said.says(section.sentence(body, names))
    parts.draw(figure(body, names, dark=is_dark()), section.alt(body, names), "payback")
    for side, flow in zip(body["sides"], section.flows(body, names), strict=True):
        said.table(flow, f"flow_{side}")
    folded = st.expander("Month by month", on_change="rerun", key="payback_months")
    with folded:
        if folded.open:
            said.table(section.months(body, names), "months", most=len(body["months"]))


def figure(body: Body, names: Sequence[str], *, dark: bool) -> Part:
    """A line of what each side has paid so far."""
    x = [row["month"] for row in body["months"]]
    sums = [row[f"cumulative_{side}_usd"] for row in body["months"] for side in body["sides"]]
    paid = [usd for usd in sums if usd is not None]
    shades = [parts.pick(look.line, dark) for look in section.looks(body)]
    data: list[Part] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": title,
            "x": x,
            "y": [row[f"cumulative_{side}_usd"] for row in body["months"]],
            "line": {"color": shade, "width": 2.5, "dash": dash},
            "hovertemplate": f"{title}: %{{y:$,.3r}}<extra></extra>",
        }
        for side, title, shade, dash in zip(
            body["sides"], names, shades, ("solid", "dash")[: len(names)], strict=True
        )
    ]
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.across("Months from the start", [0, *x], log=False) | _years(x[-1]),
        parts.upward("USD paid so far", [0.0, *paid], log=False, prefix="$"),
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


def _years(last: float) -> Part:
    """Marks at halves of years where they are few, else at whole ones."""
    step = next(step for step in (1, 3, 6, 12, 24) if last <= 6 * step or step == 24)
    return {"tickmode": "linear", "tick0": 0, "dtick": step}
