"""The two charts of Compare, drawn with Plotly from the specifications the report uses too."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from calculators.results import Comparison
from report import chart_numbers, palette, words
from report.axes import Axis, spread_inside
from report.categories import Category
from report.chart_spec import (
    NOT_TO_SCALE,
    Bar,
    Breakdown,
    CostCurve,
    Mark,
    Series,
    cost_curve,
    shown,
)
from report.palette import Shade
from ui.components import chart_tables
from ui.components.ready import Part, Ready
from ui.markdown import plain

HEIGHT = 470
_BAR_PX = 62  # room of one bar
_ABOVE_BARS_PX = 28
_TICKS_PX, _LEGEND_ROW_PX, _MOST_BELOW_PX = 48, 22, 132
"""Below the bars: the axis, and a legend with at worst one entry a row; a longer one is narrow."""
_THICKEST_PX = 42
_LEAST_GAP = 0.35  # between bars, as a share of each bar's room
_FONT = 12
_ROOM, _WIDE_ROOM = 0.2, 0.45  # for words behind bars, as a share of their axis
_LETTER_PX, _BESIDE_NAMES_PX = 6.9, 16  # of a name in bold; between it and what stands beside it
_LETTER = 0.035  # of them, on a narrow screen
_LABEL_GAP = 0.085  # two lines of text
_MAX_FLIP_LABELS = 2
_TOP, _ROW_PX = 26, 24  # room above the curve for a row of words, and for each more
_ROW = 0.055  # of the curve's height: one row of them
_GRID = 1200  # cells of the chart across and up, finer than a screen shows
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


Single = npt.NDArray[np.float32]


def is_dark() -> bool:
    """Whether the visitor sees the dark theme."""
    return st.context.theme.type == "dark"


def _pick(shade: Shade, dark: bool) -> str:
    return shade.dark if dark else shade.light


def _two_lines(name: str) -> str:
    """A long name broken after its plus sign."""
    return name.replace(" + ", " +<br>", 1)


# --- cost curve ------------------------------------------------------------------------------
@st.fragment
def draw_volume(comparison: Comparison) -> None:
    """Draw the cost curve along the volume; opening its table draws nothing else again."""
    draw_curve(cost_curve(comparison))


def draw_curve(spec: CostCurve) -> None:
    """Draw the cost curve, with its words for those who cannot see it."""
    if not spec.series:
        st.caption(plain(spec.alt))
        return
    figure = Ready(curve_figure(spec, dark=is_dark()))
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=spec.alt, key="cost_curve")
    chart_tables.behind(chart_numbers.curve, spec, "curve")


def curve_figure(spec: CostCurve, *, dark: bool) -> Part:
    """Monthly cost of every place over the volume; both axes logarithmic."""
    here = {"color": _ink(dark), "dash": "dot", "width": 1}
    layout = _layout(spec.x_axis, spec.y_axis, dark)
    layout["annotations"] = [*_end_labels(spec, dark), *_mark_labels(spec, dark)]
    layout["shapes"] = [_upright(spec.here.x, 1.0, here)]
    # up to its words above the chart, where no line runs
    layout["shapes"] += [
        _upright(flip.x, 1 + _ROW * (rank + 1), here)
        for rank, flip in enumerate(spec.flips[:_MAX_FLIP_LABELS])
    ]
    layout["margin"]["t"] = _TOP + _ROW_PX * min(len(spec.flips), _MAX_FLIP_LABELS)
    layout["hovermode"] = "x unified"
    layout["hoverlabel"] = {"bgcolor": _pick(palette.BACKGROUND, dark)}
    layout["hoverdistance"] = -1  # anywhere along the chart, not only on a line
    layout["xaxis"] |= _few_words(layout["xaxis"]["ticktext"])
    layout["xaxis"]["hoverformat"] = ",.3r"
    layout["xaxis"]["unifiedhovertitle"] = {"text": "%{x:,.3r} requests a month"}
    data = [_line(series, spec, dark) for series in spec.series]
    data.append(_points(spec, dark))
    return {"data": data, "layout": layout}


_MOST_WORDS = 5


def _few_words(said: list[str]) -> Part:
    """Every second tick without words where they would be turned askew on a phone."""
    few = said if len(said) <= _MOST_WORDS else [x * (i % 2 == 0) for i, x in enumerate(said)]
    return {"ticktext": few, "tickangle": 0}


def _upright(x: float, top: float, line: Part) -> Part:
    """A line from the foot of the chart to ``top``, which is 1 at its head."""
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": top, "line": line}


def _line(series: Series, spec: CostCurve, dark: bool) -> Part:
    x, y = thinned(series, spec.x_axis, spec.y_axis)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "name": series.label,
        "mode": "lines",
        "connectgaps": False,
        "showlegend": False,
        "line": {
            "color": _pick(series.style.line, dark),
            "dash": series.style.dash,
            "width": 3.5 if series.is_cheapest else 2,
        },
        "hovertemplate": f"{series.label}: %{{y:$,.3r}} a month<extra></extra>",
    }


def thinned(series: Series, x_axis: Axis, y_axis: Axis) -> tuple[Single, Single]:
    """The line without points nobody could tell apart: one a cell of a fine grid, NaN for gaps."""
    x, y = np.array(series.x, dtype=np.float64), np.array(series.y, dtype=np.float64)
    across = np.log(x / x_axis.low) / math.log(x_axis.high / x_axis.low) * _GRID
    up = np.log(y / y_axis.low) / math.log(y_axis.high / y_axis.low) * _GRID
    cells = np.stack([np.round(across), np.round(np.nan_to_num(up, nan=-_GRID))])
    moved = np.any(np.diff(cells, axis=1) != 0, axis=0)
    # a corner is kept from both sides: the last point of a cell and the first of the next
    kept = np.concatenate([[True], moved]) | np.concatenate([moved, [True]])
    # seven digits: finer than a screen shows, and half of what is sent
    return x[kept].astype(np.float32), y[kept].astype(np.float32)


def _points(spec: CostCurve, dark: bool) -> Part:
    """The flips, and where the reader stands: as one, since each more takes as long as a line."""
    marks = [(flip, "diamond") for flip in spec.flips]
    if spec.here.y is not None:
        marks.append((spec.here, "circle"))
    return {
        "type": "scatter",
        "x": [mark.x for mark, _ in marks],
        "y": [mark.y for mark, _ in marks],
        "mode": "markers",
        "showlegend": False,
        "marker": {
            "symbol": [symbol for _, symbol in marks],
            "size": 11,
            "color": _pick(palette.BACKGROUND, dark),
            "line": {"color": _ink(dark), "width": 2},
        },
        "hoverinfo": "skip",  # their words stand above the chart
    }


def _end_labels(spec: CostCurve, dark: bool) -> list[Part]:
    """Names at the line ends, spread so that none covers another."""
    low, span = spec.y_axis.low, math.log(spec.y_axis.high / spec.y_axis.low)
    shares = [math.log(series.end_y / low) / span for series in spec.series]
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8,
            "y": share,
            "yref": "paper",
            "yanchor": "middle",
            "text": _bold(_two_lines(series.label), series.is_cheapest),
            "align": "left",
            "showarrow": False,
            "font": {"color": _pick(series.style.text, dark), "size": _FONT},
        }
        for series, share in zip(spec.series, spread_inside(shares, _LABEL_GAP), strict=True)
    ]


def _bold(text: str, yes: bool) -> str:
    return f"<b>{text}</b>" if yes else text


def _mark_labels(spec: CostCurve, dark: bool) -> list[Part]:
    """Where the reader stands above the chart; the nearest flips at their points."""
    right = _share(spec.x_axis, spec.here.x) > 0.6
    found: list[Part] = [
        {
            "x": math.log10(spec.here.x),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": "right" if right else "left",
            "xshift": 10 if right else -10,
            "text": f"<b>{spec.here.label}</b>",
            "showarrow": False,
            "bgcolor": _pick(palette.BACKGROUND, dark),  # a flip's line may run behind
            "font": {"color": _ink(dark), "size": _FONT},
        }
    ]
    found += [
        _flip_label(flip, rank + 1, _share(spec.x_axis, flip.x) < _LEANS, dark)
        for rank, flip in enumerate(spec.flips[:_MAX_FLIP_LABELS])
    ]
    return found


_LEANS = 0.3
"""Up to where along the chart a flip's words start at it: on a phone they are as wide as two
thirds of all, and the names at the line ends leave room on the right."""


def _flip_label(flip: Mark, row: int, left: bool, dark: bool) -> Part:
    """A flip's words above the chart, in a row of their own."""
    return {
        "x": math.log10(flip.x),
        "y": 1 + _ROW * row,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "left" if left else "center",
        "text": flip.label,
        "showarrow": False,
        "bgcolor": _pick(palette.BACKGROUND, dark),  # another flip's line may run behind
        "font": {"color": _ink(dark), "size": _FONT},
    }


def _share(axis: Axis, x: float) -> float:
    return math.log(x / axis.low) / math.log(axis.high / axis.low)


# --- what it is made of ----------------------------------------------------------------------
def draw_breakdown(spec: Breakdown) -> None:
    """Draw the stacked bars, with their words for those who cannot see them."""
    if not spec.bars:
        st.caption(plain(spec.alt))
        return
    figure = Ready(breakdown_figure(spec, dark=is_dark()))
    st.plotly_chart(figure, theme=None, config=_CONFIG, alt=spec.alt, key="breakdown")
    chart_tables.behind(chart_numbers.bars, spec, "breakdown")


def breakdown_figure(spec: Breakdown, *, dark: bool) -> Part:
    """Monthly cost of each place by category; what users pay is hatched."""
    layout = _layout(spec.x_axis, None, dark)
    below = _below(spec)
    layout["margin"]["b"] = below
    layout["height"] = min(HEIGHT, _ABOVE_BARS_PX + below + _BAR_PX * len(spec.bars))
    room = (layout["height"] - _ABOVE_BARS_PX - below) / len(spec.bars)
    layout["bargap"] = max(_LEAST_GAP, 1 - _THICKEST_PX / room)
    names = [_bold(_two_lines(bar.label), bar.is_cheapest) for bar in spec.bars]
    named = list(zip(spec.bars, names, strict=True))
    layout["annotations"] = [_total(bar, name, dark) for bar, name in named]
    layout["margin"]["l"] = _names_px(names)
    longest = max(len(words.usd(bar.total_usd)) for bar in spec.bars)
    layout["xaxis"]["range"] = _with_room(spec.x_axis, max(_ROOM, longest * _LETTER))
    shortened = [(bar, name) for bar, name in named if bar.shortened]
    if shortened:
        layout["annotations"] += [_break(bar, name, dark) for bar, name in shortened]
        layout["xaxis"]["range"] = _with_room(spec.x_axis, _WIDE_ROOM)
    data = [_bars(spec, category, names, dark) for category in spec.categories]
    return {"data": data, "layout": layout}


def _names_px(names: list[str]) -> int:
    """Room for the names left of the bars, by their letters.

    Left to Plotly it would draw the whole chart, see how wide they are, and draw it again.
    """
    lines = (line for name in names for line in re.sub("</?b>", "", name).split("<br>"))
    return _BESIDE_NAMES_PX + math.ceil(_LETTER_PX * max(len(line) for line in lines))


def _below(spec: Breakdown) -> int:
    """Pixels under the bars for the axis and for what the legend names."""
    return min(_MOST_BELOW_PX, _TICKS_PX + _LEGEND_ROW_PX * len(shown(spec)))


def _bars(spec: Breakdown, category: Category, names: list[str], dark: bool) -> Part:
    """One category's part of every bar."""
    parts = [_amount(bar, category.id) for bar in spec.bars]
    lengths = zip(parts, spec.bars, strict=True)
    return {
        "type": "bar",
        "y": names,
        "x": [amount * bar.scale for (amount, _), bar in lengths],
        "customdata": [(words.usd(amount), said) for amount, said in parts],
        "name": category.label,
        "orientation": "h",
        "showlegend": category in shown(spec),
        "marker": {
            "color": _pick(category.fill, dark),
            "line": {"color": _pick(palette.BACKGROUND, dark), "width": 1},
            "pattern": {"shape": "/" if category.hatched else ""},
        },
        "hovertemplate": f"{category.label}: %{{customdata[0]}} a month"
        "<br>%{customdata[1]}<extra></extra>",
    }


def _amount(bar: Bar, category: str) -> tuple[float, str]:
    found = [part for part in bar.segments if part.category.id == category]
    return (found[0].monthly_usd, "<br>".join(found[0].names)) if found else (0.0, "")


def _total(bar: Bar, name: str, dark: bool) -> Part:
    amount = words.usd(bar.total_usd)
    if bar.shortened:
        amount += f"<br>{NOT_TO_SCALE}"
    return {
        "x": bar.reach[1],
        "y": name,
        "text": _bold(amount, bar.is_cheapest),
        "align": "left",
        "xanchor": "left",
        "xshift": 4,
        "showarrow": False,
        "font": {"color": _ink(dark), "size": _FONT},
    }


def _break(bar: Bar, name: str, dark: bool) -> Part:
    """Two strokes through a bar that is drawn shorter."""
    return {
        "x": bar.reach[1] * 0.9,
        "y": name,
        "text": "<b>//</b>",
        "showarrow": False,
        "font": {"color": _pick(palette.BACKGROUND, dark), "size": 2 * _FONT},
    }


# --- shared ----------------------------------------------------------------------------------
def _ink(dark: bool) -> str:
    return _pick(palette.INK, dark)


def _layout(x_axis: Axis, y_axis: Axis | None, dark: bool) -> Part:
    """Without ``y_axis``: bars, names on the left, a legend under them."""
    bars = y_axis is None
    x = _axis(x_axis, dark)
    # a name outside the axis is what a bar chart's vertical axis is made of
    y: dict[str, Any] = {
        "autorange": "reversed",
        "tickfont": {"size": _FONT},
        "ticklabelstandoff": 5,
    }
    if y_axis is not None:
        y = _axis(y_axis, dark)
    if bars:
        del x["title"]
    left, right, bottom = (8, 8, _MOST_BELOW_PX) if bars else (72, 124, 48)
    return {
        "height": HEIGHT,
        "barmode": "relative",
        "dragmode": False,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": _FONT, "color": _ink(dark)},
        "margin": {"l": left, "r": right, "t": 26, "b": bottom},
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xref": "container",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": x,
        "yaxis": {"fixedrange": True} | y,
    }


def _with_room(axis: Axis, share: float) -> list[float]:
    """The range of an axis with room for words behind the longest bar."""
    return [axis.low, axis.high + (axis.high - axis.low) * share]


def _axis(axis: Axis, dark: bool) -> dict[str, Any]:
    scale = math.log10 if axis.log else float
    return {
        "type": "log" if axis.log else "linear",
        "range": [scale(axis.low), scale(axis.high)],
        "title": {"text": axis.title + (", log scale" if axis.log else ""), "standoff": 6},
        "tickvals": [tick.at for tick in axis.ticks],
        "ticktext": [tick.label for tick in axis.ticks],
        "gridcolor": _pick(palette.GRID, dark),
        "zerolinecolor": _pick(palette.MUTED, dark),
        "color": _pick(palette.MUTED, dark),
        "fixedrange": True,
    }
