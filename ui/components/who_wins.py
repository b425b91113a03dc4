"""Who wins over two inputs: the cheapest place in each cell, paler the closer the next one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from report import palette, words
from ui.components import chart_parts as parts
from ui.components.axis_curve import axis_title
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

_HEIGHT = 520
CLOSE = 0.03
"""Share of the cost by which the cheapest must lie under the next to be clear."""
_WIDE = 0.5  # from this margin on a cell has its full colour
Body = Mapping[str, Any]


def draw(body: Body, here: tuple[float | None, float | None]) -> None:
    """The sentence, the picture and the share of each winner."""
    st.markdown(sentence(body))
    parts.draw(figure(body, here, dark=is_dark()), alt(body), "who_wins")
    st.caption(
        "Full colour: the next place costs at least half more. Pale: nearly the same. Crosses: "
        "under 3 % apart, too close to call. Grey: nothing is possible."
    )
    st.dataframe(shares(body), hide_index=True)


def choose(body: Body, here: tuple[float | None, float | None]) -> tuple[float, float]:
    """Two choices that name a cell; at first the one nearest to the scenario."""
    left, right = st.columns(2)
    with left:
        across = _value(body["x"], here[0], "across")
    with right:
        up = _value(body["y"], here[1], "up")
    return across, up


def _value(axis: Mapping[str, Any], here: float | None, key: str) -> float:
    name, unit = str(axis["field"]), str(axis.get("unit", ""))
    values = [float(value) for value in axis["values"]]
    return float(
        st.selectbox(
            f"Look at: {words.lower(parts.input_title(name))}",
            values,
            index=nearest(values, here),
            key=f"cell_{key}_{name}",
            format_func=lambda value: parts.input_value(name, value, unit, digits=4),
        )
    )


def nearest(values: list[float], here: float | None) -> int:
    """Place of the value nearest to the scenario's, the middle one where it has none.

    Values that span decades are told apart by their ratio.
    """
    if here is None:
        return len(values) // 2
    ratio = min(values) > 0 and here > 0 and parts.spans_decades(values)
    apart = [abs(math.log(value / here)) if ratio else abs(value - here) for value in values]
    return apart.index(min(apart))


def cell_words(body: Body, chosen: tuple[float, float]) -> str:
    """Who wins in a cell and by how much, as a sentence."""
    column = [float(value) for value in body["x"]["values"]].index(chosen[0])
    row = [float(value) for value in body["y"]["values"]].index(chosen[1])
    said = _said(body["winner"][row][column], body["margin_share"][row][column])
    return plain(f"There: {said}.")


def counts(body: Body) -> dict[str | None, int]:
    """Cells of each winner, most first."""
    found: dict[str | None, int] = {}
    for row in body["winner"]:
        for place in row:
            found[place] = found.get(place, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def sentence(body: Body) -> str:
    """Who wins how much of the picture."""
    found = counts(body)
    total = sum(found.values())
    said = ", ".join(
        f"{words.lower(parts.name(place))} {words.percent(count / total)}"
        for place, count in found.items()
    )
    across, up = (parts.input_title(body[axis]["field"]) for axis in ("x", "y"))
    both = f"{words.lower(across)} and {words.lower(up)}"
    return plain(f"Share of the map over {both} that each place wins: {said}.")


def figure(body: Body, here: tuple[float | None, float | None], *, dark: bool) -> Part:
    """A layer of cells for each place, crosses where it is close, the scenario as a point."""
    x, y = body["x"], body["y"]
    xs, ys = list(map(float, x["values"])), list(map(float, y["values"]))
    data = [_layer(place, body, xs, ys, dark) for place in counts(body)]
    data.append(_close(body, xs, ys, dark))
    if here[0] is not None and here[1] is not None:
        data.append(_point(here, dark))
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.axis(axis_title(x["field"]), log=parts.spans_decades(xs)),
        parts.axis(axis_title(y["field"]), log=parts.spans_decades(ys)),
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 12, "b": 110},
    )
    layout["showlegend"] = True
    return {"data": data, "layout": layout}


def _layer(
    place: str | None, body: Body, xs: Sequence[float], ys: Sequence[float], dark: bool
) -> Part:
    shade = parts.colour(place, dark)
    back = parts.pick(palette.BACKGROUND, dark)
    z = [
        [_depth(margin) if won == place else math.nan for won, margin in zip(*rows, strict=True)]
        for rows in zip(body["winner"], body["margin_share"], strict=True)
    ]
    said = [
        [_said(won, margin) for won, margin in zip(*rows, strict=True)]
        for rows in zip(body["winner"], body["margin_share"], strict=True)
    ]
    return {
        "type": "heatmap",
        "x": list(xs),
        "y": list(ys),
        "z": [[None if math.isnan(v) else v for v in row] for row in z],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, _mixed(shade, back, 0.35)], [1, shade]],
        "showscale": False,
        "name": parts.name(place),
        "showlegend": True,
        "customdata": said,
        "hovertemplate": "%{x:,.3r}, %{y:,.3r}<br>%{customdata}<extra></extra>",
        "hoverongaps": False,
        "xgap": 0,
        "ygap": 0,
    }


def _depth(margin: float | None) -> float:
    """0 for a tie, 1 from half more on; nobody near: full colour."""
    return 1.0 if margin is None else min(max(margin / _WIDE, 0.0), 1.0)


def _said(place: str | None, margin: float | None) -> str:
    if place is None:
        return parts.NOBODY
    if margin is None:
        return f"{parts.name(place)}, the only one possible"
    return f"{parts.name(place)}, the next costs {words.percent(margin)} more"


def _mixed(colour: str, other: str, share: float) -> str:
    """A share of one colour in another."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _close(body: Body, xs: Sequence[float], ys: Sequence[float], dark: bool) -> Part:
    near = [
        (xs[column], ys[row])
        for row, margins in enumerate(body["margin_share"])
        for column, margin in enumerate(margins)
        if margin is not None and margin < CLOSE and body["winner"][row][column] is not None
    ]
    return {
        "type": "scattergl",
        "mode": "markers",
        "name": "too close to call",
        "x": [x for x, _ in near],
        "y": [y for _, y in near],
        "marker": {
            "symbol": "x-thin",
            "size": 6,
            "line": {"width": 1, "color": parts.pick(palette.INK, dark)},
        },
        "hoverinfo": "skip",
    }


def _point(here: tuple[float | None, float | None], dark: bool) -> Part:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [here[0]],
        "y": [here[1]],
        "marker": {
            "symbol": "circle",
            "size": 13,
            "color": parts.pick(palette.BACKGROUND, dark),
            "line": {"width": 3, "color": parts.pick(palette.INK, dark)},
        },
        "hovertemplate": "you are here<extra></extra>",
    }


def alt(body: Body) -> str:
    """The picture in words."""
    x, y = body["x"], body["y"]
    ends = [
        f"{parts.input_title(axis['field'])} from {words.number(axis['values'][0])} to "
        f"{words.number(axis['values'][-1])}"
        for axis in (x, y)
    ]
    total = sum(counts(body).values())
    said = "; ".join(
        f"{parts.name(place)} in {words.percent(count / total)} of it"
        for place, count in counts(body).items()
    )
    return f"Map of the cheapest place over {ends[0]} and {ends[1]}: {said}."


def shares(body: Body) -> pd.DataFrame:
    """Share of the cells each place wins."""
    found = counts(body)
    total = sum(found.values())
    return pd.DataFrame(
        [
            {"Place": parts.name(place), "Share of the map": words.percent(count / total)}
            for place, count in found.items()
        ]
    )
