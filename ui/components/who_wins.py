"""Who wins over two inputs: the cheapest place in each cell, paler the closer the next one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import chain
from typing import Any

import numpy as np
import streamlit as st

from report import palette, words
from report.sections import two_inputs as section
from report.sections.naming import axis_title, input_value, noun
from report.sections.two_inputs import Side
from ui.components import chart_parts as parts
from ui.components import said
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import plain

_HEIGHT = 520
_WIDE = 0.5  # from this margin on a cell has its full colour
_HATCHED = (
    "Hatched: under 3 % apart, too close to call. The map goes by middle values; what is uncertain "
    "it does not weigh."
)
_PHONE = 285.0, 390.0
"""Pixels across and up that the cells have on a phone; on a wider screen names take less of them.
"""
_LETTER_PX, _LINE_PX, _POINT_PX = 6.6, 17.0, 20.0
_SPACED = 4  # cells from one mark of a place to the next
Body = Mapping[str, Any]


def draw(body: Body) -> None:
    """The sentence, the picture, the share of each winner and what limits whom."""
    said.says(section.sentence(body))
    parts.draw(figure(body, dark=is_dark()), section.alt(body), "who_wins")
    st.caption(plain(section.legend(body, _HATCHED)))
    for turn, table in enumerate(section.tables(body)):
        said.table(table, f"map_{turn}")


def draw_cell(body: Body, address: Callable[[tuple[float, float]], str]) -> None:
    """Two choices that name a cell, who wins there, and the scenario of it."""
    chosen = choose(body)
    st.markdown(cell_words(body, chosen))
    if link := address(chosen):
        st.html(opening(link))


def opening(link: str) -> str:
    """The way to a scenario of the app: in this tab, so that Back leads back."""
    return f'<a class="scenario" href="{escape(link)}" target="_self">Open this scenario</a>'


def choose(body: Body) -> tuple[float, float]:
    """Two choices that name a cell; at first the one nearest to the scenario."""
    left, right = st.columns(2)
    with left:
        across = _value(body["x"], "across")
    with right:
        up = _value(body["y"], "up")
    return across, up


def _value(axis: Mapping[str, Any], key: str) -> float:
    name, unit = str(axis["field"]), str(axis.get("unit", ""))
    values = [float(value) for value in axis["values"]]
    return float(
        st.selectbox(
            f"Look at: {noun(name)}",
            values,
            index=nearest(values, axis["here"]),
            key=f"cell_{key}_{name}",
            format_func=lambda value: input_value(name, value, unit),
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


def figure(body: Body, *, dark: bool) -> Part:
    """Cells of each place, hatched where it is close, limits as lines, the scenario as a point."""
    x, y = Side(body["x"]), Side(body["y"])
    xs, ys = x.values.tolist(), y.values.tolist()
    data = [_layer(place, body, xs, ys, dark) for place in section.counts(body)]
    data += _marks(body, x, y, dark)
    data.append(_borders(body, x, y, dark))
    if section.close(body):
        data.append(_hatch(body, x, y, dark))
    if body["limits"]:
        data.append(_walls(body, x, y, dark))
    if x.here is not None and y.here is not None:
        data.append(_point(x.here, y.here, dark))
    layout = parts.layout(
        dark,
        _HEIGHT,
        parts.across(axis_title(x.field), xs, log=x.log) | {"range": x.range},
        parts.upward(axis_title(y.field), ys, log=y.log) | {"range": y.range},
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 12, "b": 110},
    )
    layout["showlegend"] = True
    layout["annotations"] = _names(body, x, y, dark)
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
    told = [
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
        "showlegend": not _is_hybrid(place),  # its mark stands in the legend
        "customdata": told,
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
    return f"{parts.name(place)}, {words.percent(margin)} less than the next place"


def _mixed(colour: str, other: str, share: float) -> str:
    """A share of one colour in another."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _hatch(body: Body, x: Side, y: Side, dark: bool) -> Part:
    """Three strokes through every cell that is too close to call, as one line with gaps."""
    found = [
        stroke
        for row, classes in enumerate(body["class"])
        for column, said_of_it in enumerate(classes)
        if said_of_it == "close"
        for stroke in _hatched(x, float(x.values[column]), y, float(y.values[row]))
    ]
    return _strokes("too close to call", found, parts.pick(palette.INK, dark), "solid", 1.0)


def _hatched(x: Side, across: float, y: Side, up: float) -> list[tuple[section.Ends, section.Ends]]:
    """From corner to corner of a cell, and beside that from the middles of its sides."""
    left, right = x.cell(across)
    low, high = y.cell(up)
    between, level = x.between(left, right), y.between(low, high)
    return [
        ((left, between), (level, high)),
        ((left, right), (low, high)),
        ((between, right), (low, level)),
    ]


def _borders(body: Body, x: Side, y: Side, dark: bool) -> Part:
    """Where the cheapest place changes, for whoever sees no colour."""
    back = parts.pick(palette.BACKGROUND, dark)
    name = "where the cheapest place changes"
    drawn = _strokes(name, section.borders(body, x, y), back, "solid", 2.0)
    return {**drawn, "showlegend": False}


def _walls(body: Body, x: Side, y: Side, dark: bool) -> Part:
    """Where a place stops being allowed."""
    found = section.joined(section.walls(body, x, y))
    ink = parts.pick(palette.INK, dark)
    return _strokes("a limit of what is allowed", found, ink, "dash", 2.0)


def _strokes(
    name: str,
    ends: Sequence[tuple[Sequence[float], Sequence[float]]],
    ink: str,
    dash: str,
    width: float,
) -> Part:
    """Lines through their points; no WebGL, which not every browser has."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(chain.from_iterable((*across, None) for across, _ in ends)),
        "y": list(chain.from_iterable((*up, None) for _, up in ends)),
        "line": {"width": width, "color": ink, "dash": dash},
        "hoverinfo": "skip",
    }


def _marks(body: Body, x: Side, y: Side, dark: bool) -> list[Part]:
    """Each hybrid's own mark on its cells: hybrids share one colour, and grey has none."""
    hybrids = [place for place in section.counts(body) if _is_hybrid(place)]
    return [_mark(str(place), body, x, y, dark) for place in hybrids]


def _is_hybrid(place: str | None) -> bool:
    return place is not None and "+" in place


def _mark(place: str, body: Body, x: Side, y: Side, dark: bool) -> Part:
    cells = section.spaced(np.array(body["winner"], dtype=object) == place, _SPACED)
    shape = {
        "symbol": palette.style(parts.known(place)).marker,
        "size": 6,
        "opacity": 0.75,
        "color": parts.pick(palette.INK, dark),
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "name": parts.name(place),
        "x": [float(x.values[column]) for _, column in cells],
        "y": [float(y.values[row]) for row, _ in cells],
        "marker": shape,
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _names(body: Body, x: Side, y: Side, dark: bool) -> list[Part]:
    """The name of each place on its patch: colour never stands alone.

    No name lies over another nor over the scenario's point, on a phone either; one that has no room
    there is left to the legend.
    """
    back, ink = parts.pick(palette.BACKGROUND, dark), parts.pick(palette.INK, dark)
    taken = (
        [] if x.here is None or y.here is None else [_around(_share(x, x.here), _share(y, y.here))]
    )
    found: list[Part] = []
    for place, cells in section.rooms(np.array(body["winner"], dtype=object)):
        text = parts.name(place).replace(" + ", " +<br>")
        placed = _free(text, cells, x, y, taken)
        if placed is None:
            continue
        across, up, box = placed
        taken.append(box)
        found.append(
            {
                "x": across,
                "y": up,
                "xref": "paper",
                "yref": "paper",
                "text": text,
                "xanchor": "center",
                "yanchor": "middle",
                "showarrow": False,
                "bgcolor": back,
                "opacity": 0.9,
                "font": {"color": ink, "size": parts.FONT},
            }
        )
    return found


Box = tuple[float, float, float, float]
"""Left, right, low and high end of what is drawn, in shares of the cells' room."""


def _free(
    text: str, cells: Sequence[tuple[int, int]], x: Side, y: Side, taken: Sequence[Box]
) -> tuple[float, float, Box] | None:
    """The first of some cells around which words have room; None where none has."""
    lines = text.split("<br>")
    wide = max(map(len, lines)) * _LETTER_PX / _PHONE[0] / 2
    tall = len(lines) * _LINE_PX / _PHONE[1] / 2
    for row, column in cells:
        across = min(max(_share(x, float(x.values[column])), wide), 1 - wide)
        up = min(max(_share(y, float(y.values[row])), tall), 1 - tall)
        box = across - wide, across + wide, up - tall, up + tall
        if not any(_over(box, other) for other in taken):
            return across, up, box
    return None


def _share(side: Side, value: float) -> float:
    """Where a value lies between both ends of a side, from 0 to 1."""
    low, high = side.range
    return (side.placed(value) - low) / (high - low)


def _around(across: float, up: float) -> Box:
    """What the scenario's point takes."""
    wide, tall = (_POINT_PX / 2 / pixels for pixels in _PHONE)
    return across - wide, across + wide, up - tall, up + tall


def _over(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _point(across: float, up: float, dark: bool) -> Part:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [across],
        "y": [up],
        "marker": {
            "symbol": "circle",
            "size": 13,
            "color": parts.pick(palette.BACKGROUND, dark),
            "line": {"width": 3, "color": parts.pick(palette.INK, dark)},
        },
        "hovertemplate": "you are here<extra></extra>",
    }
