"""Predicted against measured: one dot a published row that the estimate had not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from calculators.estimators.types import Label
from report import csv_accuracy, palette, published_errors, words
from report.axes import log_ticks
from report.csv_file import Cell
from report.measurements import Measurement, figure
from report.palette import Shade
from report.published_errors import LeftOut
from ui import wording
from ui.components import csv_link, kept
from ui.components.charts import is_dark
from ui.markdown import bold, link, plain

_HEIGHT = 500
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
_HOVER_CHARS = 46  # a line of hover text that fits a phone
_LABELS: tuple[Label, ...] = ("scaled", "estimated", "measured")  # the rarer ones on top
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "J": 1.0}  # of one unit of an axis
_UNITS = {"s": "", "min": " min", "h": " h", "J": " J"}
_SMALL = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def draw(measured: Mapping[str, Measurement], query: str) -> None:
    """Draw the choice of a group, its chart, and the rows behind it."""
    rows = published_errors.left_out()
    names = published_errors.groups(rows)
    kept.show(csv_accuracy.GROUP.name, "accuracy_group", names, names[0])
    chosen = st.selectbox(
        "Measurements of",
        names,
        key="accuracy_group",
        on_change=kept.note,
        args=(csv_accuracy.GROUP.name, "accuracy_group", names[0]),
        format_func=lambda name: published_errors.group(name).title,
    )
    shown = published_errors.covered(rows, chosen)
    group = published_errors.group(chosen)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        made = chart(shown, measured, dark=is_dark())
        st.plotly_chart(made, theme=None, config=_CONFIG, alt=alt(shown), key="accuracy_chart")
    with right:
        st.markdown(plain(reading(shown)), help=group.help)
        st.markdown("**Furthest off**")
        st.markdown("\n".join(furthest(shown, measured)))
    _rows(chosen, shown, measured, query)


def reading(shown: Sequence[LeftOut]) -> str:
    """How to read the chart, with the counts of what is on it."""
    group = published_errors.group(shown[0].group)
    inside = sum(row.inside for row in shown)
    near = sum(_near(row) for row in shown)
    return (
        f"Each of the {len(shown):,} marks is a published measurement and our estimate of it, made "
        f"without it ({group.axis}). On the line both agree; above it we expected more than was "
        f"measured. {words.percent(near / len(shown))} lie in the band between half and twice, "
        f"{words.percent(inside / len(shown))} inside their own 80 % range."
    )


def furthest(
    shown: Sequence[LeftOut], measured: Mapping[str, Measurement], most: int = 3
) -> list[str]:
    """The rows whose estimate was furthest from the measurement, as markdown."""
    worst = sorted(shown, key=_distance, reverse=True)[:most]
    lines = []
    for row in worst:
        found = measured.get(row.row)
        source = f", {link(found.source_title, found.source_url)}" if found else ""
        lines.append(
            f"- {plain(row.model)} on {plain(row.hardware)}: published "
            f"{bold(figure(row.quantity, row.value))}, estimated "
            f"{bold(words.number(row.published(row.predicted)))} ({plain(row.row)}{source})"
        )
    return lines


def _distance(row: LeftOut) -> float:
    return abs(math.log((row.predicted or math.nan) / (row.measured or math.nan)))


def _near(row: LeftOut) -> bool:
    return 0.5 <= (row.predicted or 0.0) / (row.measured or math.nan) <= 2.0


def alt(shown: Sequence[LeftOut]) -> str:
    """The chart in words."""
    group = published_errors.group(shown[0].group)
    counts = ", ".join(f"{number} {label}" for label, number in _counts(shown).items())
    return f"{group.title}: predicted against measured {group.axis}, both logarithmic; {counts}."


def _counts(shown: Sequence[LeftOut]) -> dict[str, int]:
    return {
        label: count
        for label in reversed(_LABELS)
        if (count := sum(row.label == label for row in shown))
    }


# --- chart -----------------------------------------------------------------------------------
def chart(
    shown: Sequence[LeftOut], measured: Mapping[str, Measurement], *, dark: bool
) -> go.Figure:
    """Log-log scatter with the diagonal and the band between half and twice."""
    unit = published_errors.group(shown[0].group).unit
    low, high = _ends(shown, unit)
    made = go.Figure(layout=_layout(shown[0].group, low, high, dark))
    _band(made, low, high, dark)
    for label in _LABELS:
        of = [row for row in shown if row.label == label]
        if of:
            made.add_trace(_marks(label, of, measured, unit, dark))
    return made


def _ends(shown: Sequence[LeftOut], unit: str) -> tuple[float, float]:
    """One range for both axes, with air around the marks."""
    values = [
        value / _SECONDS[unit] for row in shown for value in (row.measured, row.predicted) if value
    ]
    return min(values) / 1.6, max(values) * 1.6


def _band(made: go.Figure, low: float, high: float, dark: bool) -> None:
    muted, grid = _pick(palette.MUTED, dark), _pick(palette.GRID, dark)
    ends = [low, high]
    made.add_trace(_line(ends, [low / 2, high / 2], grid, "rgba(0,0,0,0)"))
    made.add_trace(_line(ends, [low * 2, high * 2], grid, _faded(muted)))
    made.add_trace(_line(ends, ends, muted, ""))


def _line(x: Sequence[float], y: Sequence[float], colour: str, fill: str) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": 1.5},
        fill="tonexty" if fill.endswith("0.12)") else None,
        fillcolor=fill or None,
        hoverinfo="skip",
        showlegend=False,
    )


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.12)"


def _marks(
    label: Label,
    rows: Sequence[LeftOut],
    measured: Mapping[str, Measurement],
    unit: str,
    dark: bool,
) -> go.Scatter:
    style = palette.LABELS[label]
    size = _SECONDS[unit]
    return go.Scatter(
        x=[(row.measured or math.nan) / size for row in rows],
        y=[(row.predicted or math.nan) / size for row in rows],
        customdata=[hover(row, measured.get(row.row)) for row in rows],
        name=f"{wording.LABELS[label].name} ({len(rows)})",
        mode="markers",
        marker={
            "color": _pick(style.line, dark),
            "symbol": style.marker,
            "size": 8,
            "opacity": 0.85,
            "line": {"color": _pick(palette.BACKGROUND, dark), "width": 0.7},
        },
        hovertemplate="%{customdata}<extra></extra>",
    )


def hover(row: LeftOut, source: Measurement | None) -> str:
    """What a mark says: network, hardware, both figures, range, row and source."""
    low, high = row.published_range
    estimated = words.number(row.published(row.predicted))
    lines = [
        f"<b>{source.model if source else row.model}</b>",
        f"on {source.hardware if source else row.hardware}",
        f"Published: {figure(row.quantity, row.value)}",
        f"Estimated: {estimated}",
        f"80 % range: {words.number(low)} to {words.number(high)}",
        f"{wording.LABELS[row.label].name if row.label else ''}, row {row.row}",
    ]
    if source is not None:
        lines += [source.source_title, source.locator]
    return "<br>".join(part for line in lines if line for part in wrap(line, _HOVER_CHARS))


def _layout(name: str, low: float, high: float, dark: bool) -> go.Layout:
    axis = published_errors.group(name).axis
    unit = published_errors.group(name).unit
    shared = {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "gridcolor": _pick(palette.GRID, dark),
        "color": _pick(palette.MUTED, dark),
        "zeroline": False,
        "fixedrange": True,
        **_ticks(low, high, unit),
    }
    return go.Layout(
        height=_HEIGHT,
        dragmode=False,
        hovermode="closest",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 12, "color": _pick(palette.INK, dark)},
        margin={"l": 66, "r": 12, "t": 34, "b": 50},
        hoverlabel={"align": "left", "font": {"size": 12}},
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.01,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        xaxis={"title": {"text": f"measured: {axis}", "standoff": 6}, **shared},
        yaxis={"title": {"text": f"estimated: {axis}", "standoff": 6}, **shared},
    )


def _ticks(low: float, high: float, unit: str) -> dict[str, Any]:
    values = [tick.at for tick in log_ticks(low, high)]
    return {"tickvals": values, "ticktext": [tick_text(value, unit) for value in values]}


def tick_text(value: float, unit: str) -> str:
    """A figure on an axis in the unit people read: 10 µs, 200 ms, 3 min."""
    if unit != "s":
        return f"{words.short(value)}{_UNITS[unit]}"
    size, name = next(((s, n) for s, n in _SMALL if value >= s * 0.9995), _SMALL[-1])
    return f"{words.short(value / size)} {name}"


def _pick(shade: Shade, dark: bool) -> str:
    return shade.dark if dark else shade.light


# --- rows ------------------------------------------------------------------------------------
def _rows(
    name: str, shown: Sequence[LeftOut], measured: Mapping[str, Measurement], query: str
) -> None:
    frame = rows_frame(shown, measured)
    with st.expander(f"The {len(shown):,} rows of this chart"):
        st.dataframe(
            frame,
            hide_index=True,
            key="accuracy_rows",
            column_config={
                "Source": st.column_config.LinkColumn(display_text="Open"),
            },
        )
        csv_link.draw(
            f"Download these {len(shown):,} rows as CSV",
            "accuracy",
            query,
            {csv_accuracy.GROUP.name: name},
        )


def rows_frame(shown: Sequence[LeftOut], measured: Mapping[str, Measurement]) -> pd.DataFrame:
    """Rows as a table in the published quantities; the source as far as the edition holds it."""
    titles = {
        "row": "Row",
        "network": "Network",
        "hardware": "Hardware",
        "published": "Published",
        "quantity": "Quantity",
        "estimated": "Estimated",
        "low": "Low",
        "high": "High",
        "rule": "Rule",
        "in_the_range": "In the range",
        "source_url": "Source",
        "source_title": "Source title",
        "where_in_it": "Where in it",
        "read_on": "Read on",
    }
    found = list(csv_accuracy.estimated(shown, measured))
    return pd.DataFrame(
        {title: [_said(row[name]) for row in found] for name, title in titles.items()}
    )


def _said(value: Cell) -> Cell:
    """A cell as the page shows it: yes and no, a day in figures."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value
