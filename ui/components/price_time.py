"""Prices over time: one key in its regions, or a family across vendors."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pricing.book import PriceBook
from pricing.units import label as unit_label
from report import palette, words
from report.axes import spread_labels
from ui import price_history
from ui.components.charts import is_dark
from ui.price_history import Family, Track

_HEIGHT = 420
_FIRST = "H100 rented, on demand"
_PLACES = {"us": ("us", "any"), "eu": ("eu", "any"), "all": ("us", "eu", "other", "any")}
_PLACE_WORDS = {"us": "United States", "eu": "European Union", "all": "Everywhere"}
_LABELLED = 10


def draw_key(book: PriceBook, key: str) -> None:
    """Draw the history of one key; a line where there is only one reading."""
    tracks = price_history.key_tracks(book, key)
    rows = book.history(key)
    if len({reading.day for track in tracks for reading in track.readings}) < 2:
        st.caption("One reading so far: there is no history to draw.")
        return
    title = f"USD per {unit_label(rows[0].unit)}"
    figure = time_figure(tracks, title, dark=is_dark())
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key="key_time",
                    alt=alt(key, tracks, title))  # fmt: skip


def draw_family(book: PriceBook, region: str) -> None:
    """Draw like things across vendors: each vendor's lowest price, and the middle of them."""
    known = price_history.families(book)
    if not known:
        st.caption("No family of prices has two vendors in this edition.")
        return
    names = list(known)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    start = names.index(_FIRST) if _FIRST in known else 0
    title = left.selectbox("What", names, index=start, key="family")
    where = right.segmented_control(
        "Where", list(_PLACES), default=region, key="family_where",
        format_func=lambda name: _PLACE_WORDS[name], required=True,
    )  # fmt: skip
    family = known[title]
    tracks = price_history.family_tracks(book, family, _PLACES[where or "all"])
    if not tracks:
        st.caption("Nobody offers this there.")
        return
    _family_chart(family, tracks)


def _family_chart(family: Family, tracks: Sequence[Track]) -> None:
    axis = f"USD {family.unit}"
    figure = time_figure(tracks, axis, dark=is_dark(), with_middle=True)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key="family_time",
                    alt=alt(family.title, tracks, axis))  # fmt: skip
    middle = price_history.middle(tracks)
    said = f"Each line is a vendor's lowest price ({axis}); a dot is a day somebody read it"
    if middle:
        day, usd, count = middle[-1]
        said += (
            f". Thick: the middle of the vendors known on that day, last {words.usd(usd)} "
            f"of {count} vendors on {words.day(day)}"
        )
    st.caption(said.replace("$", r"\$") + ". A line ends with its last reading.")


def alt(name: str, tracks: Sequence[Track], axis: str) -> str:
    """The chart in words: first and last price of each line."""
    parts = []
    for track in tracks:
        known = [reading for reading in track.readings if reading.usd is not None]
        if known:
            first, last = known[0], known[-1]
            parts.append(
                f"{track.name} {words.usd(first.usd)} from {words.day(first.day)}, "
                f"{words.usd(last.usd)} from {words.day(last.day)}"
            )
    return f"{name}, {axis}: " + "; ".join(parts) + "."


def time_figure(
    tracks: Sequence[Track], axis: str, *, dark: bool, with_middle: bool = False
) -> go.Figure:
    """Step lines from reading to reading, names at the ends."""
    figure = go.Figure(layout=_layout(axis, dark))
    muted = palette.MUTED.dark if dark else palette.MUTED.light
    ink = palette.INK.dark if dark else palette.INK.light
    strong = palette.STYLES["rented"].line
    for track in tracks:
        figure.add_trace(_steps(track, muted if with_middle else ink))
    if with_middle and (middle := price_history.middle(tracks)):
        figure.add_trace(
            go.Scatter(
                x=[day for day, _, _ in middle],
                y=[usd for _, usd, _ in middle],
                name="Middle",
                mode="lines",
                line={"shape": "hv", "width": 4, "color": strong.dark if dark else strong.light},
                hovertemplate="Middle of the vendors<br>%{x|%d %b %Y}: $%{y:.4g}<extra></extra>",
            )
        )
    _names(figure, tracks, ink)
    return figure


def _steps(track: Track, colour: str) -> go.Scatter:
    days = [reading.day for reading in track.readings]
    values = [reading.usd for reading in track.readings]
    said = [f"{reading.key} {reading.region}" for reading in track.readings]
    if values[-1] is not None and track.until > days[-1]:
        days, values, said = [*days, track.until], [*values, values[-1]], [*said, said[-1]]
    return go.Scatter(
        x=days,
        y=values,
        customdata=said,
        name=track.name,
        mode="lines+markers",
        connectgaps=False,
        line={"shape": "hv", "width": 1.5, "color": colour},
        marker={"size": 6, "color": colour},
        hovertemplate=f"{track.name}<br>%{{x|%d %b %Y}}: $%{{y:.4g}}<br>%{{customdata}}"
        "<extra></extra>",
    )


def _names(figure: go.Figure, tracks: Sequence[Track], colour: str) -> None:
    """Names of the lines still running, spread at the right edge."""
    running = [track for track in tracks if track.readings[-1].usd is not None]
    running = sorted(running, key=lambda track: track.until)[-_LABELLED:]
    top = max((r.usd or 0.0 for track in tracks for r in track.readings), default=1.0) * 1.08 or 1.0
    shares = [(track.readings[-1].usd or 0.0) / top for track in running]
    figure.update_yaxes(range=[0, top])
    for track, share in zip(running, spread_labels(shares, 0.055), strict=True):
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=6, y=share, yref="paper", yanchor="middle",
            text=f"{track.name} {words.usd(track.readings[-1].usd)}", showarrow=False,
            font={"size": 11, "color": colour},
        )  # fmt: skip


def _layout(axis: str, dark: bool) -> go.Layout:
    ink = palette.INK.dark if dark else palette.INK.light
    muted = palette.MUTED.dark if dark else palette.MUTED.light
    grid = palette.GRID.dark if dark else palette.GRID.light
    common = {"gridcolor": grid, "color": muted, "fixedrange": True}
    return go.Layout(
        height=_HEIGHT,
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 12, "color": ink},
        margin={"l": 54, "r": 150, "t": 12, "b": 36},
        xaxis={"type": "date", **common},
        yaxis={"title": {"text": axis, "standoff": 6}, "tickprefix": "$", **common},
    )
