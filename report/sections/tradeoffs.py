"""What each place means for the app: cost against speed in a picture, then concern by concern."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from calculators.results import Comparison, Option
from report import palette, words
from report import print_parts as parts
from report.axes import MIN_LABEL_GAP, Axis, linear_ticks, log_ticks, spread_labels
from report.ranked import ranked
from report.sections.naming import look, name, spans_decades
from report.sections.said import Column, Picture, Section, Table
from report.tradeoffs import tradeoffs_of

TITLE = "What each place means for the app"
HEIGHT_MM = 72.0
MOST = 6
"""Places beside each other on paper."""


def make(comparison: Comparison, _: str) -> Section:
    """Concern by concern, what each possible place says to it."""
    body = tradeoffs_of(comparison)
    shown = [item for item in comparison.best_of_kind if item.status == "feasible"]
    table = _table(body, [item.kind for item in shown])
    found: tuple[Picture | Table, ...] = (*_picture(comparison, shown), table)
    return Section(TITLE, ((body["sentence"],),), found)


def _picture(comparison: Comparison, shown: Sequence[Option]) -> tuple[Picture, ...]:
    """Cost a month against the time of 95 of 100 answers."""
    known = {
        item: (ms, cost.monthly_usd)
        for item in shown
        if (ms := item.latency.p95_ms) is not None
        and (cost := ranked(item, comparison, spread=False)) is not None
    }
    if len(known) < 2:
        return ()
    figure, axes = parts.canvas(parts.WIDTH_MM, HEIGHT_MM)
    x_axis = _scale([ms for ms, _ in known.values()], "milliseconds, 95 of 100 answers", "")
    y_axis = _scale([usd for _, usd in known.values()], "USD a month", "$")
    parts.scale(axes, x_axis, y_axis)
    parts.grid(axes, "both")
    best = comparison.cheapest
    shares = [_share(usd, y_axis) for _, usd in known.values()]
    placed = [_at(share, y_axis) for share in spread_labels(shares, MIN_LABEL_GAP)]
    for (item, (ms, usd)), label_y in zip(known.items(), placed, strict=True):
        style = look(item.kind)
        axes.plot([ms], [usd], parts.MARKERS[style.marker], markersize=9, zorder=4,
                  color=style.line.light, markeredgecolor=palette.INK.light,
                  markeredgewidth=0.6)  # fmt: skip
        heavy = best is not None and item.kind == best.kind
        _label(axes, (ms, usd), (_share(ms, x_axis), label_y), item, heavy=heavy)
    said = "; ".join(
        f"{words.place(item.kind)} {words.usd(usd)}, {words.milliseconds(ms)}"
        for item, (ms, usd) in known.items()
    )
    title = "Cost a month against the time of 95 of 100 answers: best is the lower left"
    return (Picture(parts.svg(figure).decode(), f"{title}. {said}.", title),)


def _label(
    axes: Axes,
    at: tuple[float, float],
    beside: tuple[float, float],
    item: Option,
    *,
    heavy: bool,
) -> None:
    """The name of a mark, on its roomier side, tied to it where it had to make room."""
    share, label_y = beside
    left = share > 0.6
    style = look(item.kind)
    axes.annotate(
        words.place(item.kind),
        xy=at,
        xytext=(share + (-0.03 if left else 0.03), label_y),
        textcoords=axes.get_yaxis_transform(),
        va="center",
        ha="right" if left else "left",
        color=style.text.light,
        parse_math=False,
        fontproperties=parts.font(weight=600 if heavy else 400),
        arrowprops={
            "color": style.line.light,
            "linewidth": 0.5,
            "relpos": parts.BEHIND if left else parts.BEFORE,
            **parts.STRAIGHT,
        },
    )


def _scale(values: Sequence[float], title: str, prefix: str) -> Axis:
    low, high = min(values), max(values)
    if low > 0 and spans_decades([low, high]):
        low, high = low / 1.4, high * 1.4
        return Axis(title, low, high, log_ticks(low, high, prefix), log=True)
    high = high * 1.1 or 1.0
    return Axis(title, 0.0, high, linear_ticks(0.0, high, prefix), log=False)


def _share(value: float, axis: Axis) -> float:
    if axis.log:
        return math.log(value / axis.low) / math.log(axis.high / axis.low)
    return (value - axis.low) / (axis.high - axis.low)


def _at(share: float, axis: Axis) -> float:
    if axis.log:
        return axis.low * math.exp(share * math.log(axis.high / axis.low))
    return axis.low + share * (axis.high - axis.low)


def _table(body: Mapping[str, Any], kinds: Sequence[str]) -> Table:
    """A row for each concern, a column for each possible place; of all where none is possible."""
    told = {place["place"]: place["cells"] for place in body["places"]}
    places = [kind for kind in (kinds or told) if kind in told][:MOST]
    columns = (Column("", 2.4), *(Column(name(place), 1.8) for place in places))
    rows = tuple(
        (
            f"{concern['title']}, {concern['unit']}",
            *(told[p][concern["id"]]["text"] for p in places),
        )
        for concern in body["concerns"]
    )
    left = len(kinds or told) - len(places)
    note = f"{left} more places in the data: /api/v1/tradeoffs." if left > 0 else ""
    return Table(columns, rows, "Concern by concern", note)
