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
from ui.components import kept
from ui.components.charts import is_dark
from ui.markdown import plain
from ui.price_history import Family, Track

NAMES = FAMILY, WHERE = "family", "where"
"""Whose history is shown and where, by the names it has in the address."""
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
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False},
        key="key_time",
        alt=alt(key, tracks, title),
    )


def draw_family(book: PriceBook, region: str) -> None:
    """Draw like things across vendors: each vendor's lowest price, and the middle of them."""
    known = price_history.families(book)
    if not known:
        st.caption("No family of prices has two vendors in this edition.")
        return
    names = list(known)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    first = _FIRST if _FIRST in known else names[0]
    kept.show(FAMILY, "price_family", names, first)
    title = left.selectbox(
        "What", names, key="price_family", on_change=kept.note, args=(FAMILY, "price_family", first)
    )
    kept.show(WHERE, "family_where", _PLACES, region)
    where = right.segmented_control(
        "Where",
        list(_PLACES),
        key="family_where",
        on_change=kept.note,
        args=(WHERE, "family_where", region),
        format_func=lambda name: _PLACE_WORDS[name],
        required=True,
        wrap=True,
    )
    family = known[title]
    tracks = price_history.family_tracks(book, family, _PLACES[where or "all"])
    if not tracks:
        st.caption("Nobody offers this there.")
        return
    _family_chart(family, tracks)


def _family_chart(family: Family, tracks: Sequence[Track]) -> None:
    axis = f"USD {family.unit}"
    figure = time_figure(tracks, axis, dark=is_dark())
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False},
        key="family_time",
        alt=alt(family.title, tracks, axis),
    )
    lowest = price_history.cheapest_now(tracks)
    said = (
        f"Each line is a vendor's lowest price ({axis}); a dot is a day somebody read it, and a "
        "line ends with its last reading."
    )
    if lowest is not None:
        said += (
            f" Lowest now: {lowest.name}, {words.usd(lowest.readings[-1].usd)}, read on "
            f"{words.day(lowest.until)}."
        )
    st.caption(plain(said))


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


def time_figure(tracks: Sequence[Track], axis: str, *, dark: bool) -> go.Figure:
    """Step lines from reading to reading, names at the ends, the lowest line strong."""
    figure = go.Figure(layout=_layout(axis, dark))
    ink = palette.INK.dark if dark else palette.INK.light
    muted = palette.MUTED.dark if dark else palette.MUTED.light
    lowest = price_history.cheapest_now(tracks)
    for track in tracks:
        strong = track is lowest or len(tracks) == 1
        figure.add_trace(_steps(track, ink if strong else muted, 3.0 if strong else 1.5))
    _names(figure, tracks, ink, lowest)
    return figure


def _steps(track: Track, colour: str, width: float) -> go.Scatter:
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
        line={"shape": "hv", "width": width, "color": colour},
        marker={"size": 6, "color": colour},
        hovertemplate=f"{track.name}<br>%{{x|%d %b %Y}}: $%{{y:.4g}}<br>%{{customdata}}"
        "<extra></extra>",
    )


def _names(figure: go.Figure, tracks: Sequence[Track], colour: str, lowest: Track | None) -> None:
    """Names of the lines still running, spread at the right edge."""
    running = [track for track in tracks if track.readings[-1].usd is not None]
    running = sorted(running, key=lambda track: track.until)[-_LABELLED:]
    top = max((r.usd or 0.0 for track in tracks for r in track.readings), default=1.0) * 1.08 or 1.0
    shares = [(track.readings[-1].usd or 0.0) / top for track in running]
    figure.update_yaxes(range=[0, top])
    for track, share in zip(running, spread_labels(shares, 0.055), strict=True):
        text = f"{track.name} {words.usd(track.readings[-1].usd)}"
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=share,
            yref="paper",
            yanchor="middle",
            text=f"<b>{text}</b>" if track is lowest else text,
            showarrow=False,
            font={"size": 11, "color": colour},
        )


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
        margin={"l": 54, "r": 164, "t": 12, "b": 36},
        xaxis={"type": "date", **common},
        yaxis={"title": {"text": axis, "standoff": 6}, "tickprefix": "$", **common},
    )
