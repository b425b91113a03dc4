"""Charts drawn for print: vector SVG from the chart specifications, in the report's font.

Letters are outlined, so the picture needs no font where it is read.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from report import words
from report.axes import Axis
from report.categories import Category
from report.chart_spec import NOT_TO_SCALE, Bar, Breakdown, CostCurve, Mark, Series
from report.palette import BACKGROUND, GRID, INK, MUTED, Dash, Marker, Shade

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Source Sans Pro"
SIZE_PT = 8.0
LEGEND_COLUMNS = 4

_DASHES: Mapping[Dash, Any] = {
    "solid": "-",
    "dash": (0, (4, 2)),
    "dot": (0, (1, 1.5)),
    "dashdot": (0, (5, 2, 1, 2)),
    "longdash": (0, (8, 2)),
    "longdashdot": (0, (8, 2, 1, 2)),
}
_MARKERS: Mapping[Marker, str] = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "cross": "P",
    "star": "*",
}
_drawing = Lock()  # Matplotlib's settings are shared by all threads

for _file in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(_file)


def cost_curve_svg(spec: CostCurve, width_mm: float, height_mm: float) -> bytes:
    """The cost curve as SVG."""
    return _svg(curve_figure(spec, width_mm, height_mm))


def breakdown_svg(spec: Breakdown, width_mm: float, height_mm: float) -> bytes:
    """The breakdown as SVG."""
    return _svg(breakdown_figure(spec, width_mm, height_mm))


def curve_figure(spec: CostCurve, width_mm: float, height_mm: float) -> Figure:
    """The cost curve; an empty frame with axes when there is no line to draw."""
    figure, axes = _canvas(width_mm, height_mm)
    for line in spec.series:
        _line(axes, line)
    _here(axes, spec.here)
    for flip in spec.flips:
        _flip(axes, flip, spec.x_axis)
    _scale(axes, spec.x_axis, spec.y_axis)
    return figure


def breakdown_figure(spec: Breakdown, width_mm: float, height_mm: float) -> Figure:
    """The breakdown as stacked bars; the legend stands above the bars."""
    figure, axes = _canvas(width_mm, height_mm)
    for row, bar in enumerate(spec.bars):
        right = left = 0.0
        for part in bar.segments:
            length = part.monthly_usd * bar.scale
            start = right if length >= 0 else left
            axes.barh(
                row,
                length,
                left=start,
                height=0.62,
                facecolor=part.category.fill.light,
                edgecolor=BACKGROUND.light,
                linewidth=0.5,
                hatch="/////" if part.category.hatched else None,
            )
            right += max(length, 0.0)
            left += min(length, 0.0)
        if bar.shortened:
            _break(axes, right, row)
        weight = 600 if bar.is_cheapest else 400
        axes.text(
            right + (spec.x_axis.high - spec.x_axis.low) * 0.012,
            row,
            _amount(bar),
            va="center",
            fontproperties=_font(weight=weight),
            color=INK.light,
            parse_math=False,
        )
    _bar_axes(axes, spec)
    return figure


def _break(axes: Axes, end: float, row: int) -> None:
    """Two strokes through a bar that is drawn shorter."""
    for share in (0.93, 0.945):
        axes.plot(
            [end * (share - 0.006), end * (share + 0.006)],
            [row + 0.42, row - 0.42],
            color=BACKGROUND.light,
            linewidth=1.6,
            zorder=5,
        )


def _amount(bar: Bar) -> str:
    text = words.usd(bar.total_usd)
    text += f" + {words.usd(bar.users_usd)} by users" if bar.users_usd else ""
    return f"{text}, {NOT_TO_SCALE}" if bar.shortened else text


# --- parts -----------------------------------------------------------------------------------
def _canvas(width_mm: float, height_mm: float) -> tuple[Figure, Axes]:
    inch = 25.4
    figure = Figure(figsize=(width_mm / inch, height_mm / inch), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED.light)
    axes.tick_params(length=0, colors=MUTED.light, labelsize=SIZE_PT)
    return figure, axes


def _font(size: float = SIZE_PT, weight: int = 400) -> FontProperties:
    return FontProperties(family=FAMILY, size=size, weight=weight)


def _line(axes: Axes, line: Series) -> None:
    colour = line.style.line.light
    heavy = line.is_cheapest
    y = [value if value is not None else float("nan") for value in line.y]
    axes.plot(
        line.x,
        y,
        color=colour,
        linestyle=_DASHES[line.style.dash],
        zorder=4 if heavy else 3,
        linewidth=2.2 if heavy else 1.4,
        solid_capstyle="butt",
        dash_capstyle="butt",
    )
    axes.plot(
        [line.end_x],
        [line.end_y],
        marker=_MARKERS[line.style.marker],
        color=colour,
        markersize=4.5,
        zorder=5,
        clip_on=False,
        linestyle="none",
    )
    axes.annotate(
        line.label,
        xy=(line.end_x, line.end_y),
        xycoords="data",
        xytext=(1.05, line.label_y),
        textcoords=axes.get_yaxis_transform(),
        va="center",
        ha="left",
        annotation_clip=False,
        parse_math=False,
        color=line.style.text.light,
        fontproperties=_font(weight=600 if heavy else 400),
        arrowprops={
            "arrowstyle": "-",
            "color": colour,
            "linewidth": 0.5,
            "shrinkA": 1,
            "shrinkB": 3,
            "relpos": (0, 0.5),
        },
    )


def _here(axes: Axes, here: Mark) -> None:
    axes.axvline(here.x, color=INK.light, linewidth=0.8, linestyle=(0, (2, 2)), zorder=2)
    axes.annotate(
        here.label,
        xy=(here.x, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=INK.light,
        fontproperties=_font(weight=600),
        annotation_clip=False,
        parse_math=False,
    )
    if here.y is not None:
        _dot(axes, here.x, here.y, face=INK, edge=BACKGROUND, zorder=7)


def _dot(axes: Axes, x: float, y: float, *, face: Shade, edge: Shade, zorder: int) -> None:
    axes.plot(
        [x],
        [y],
        marker="o",
        markersize=6,
        zorder=zorder,
        linestyle="none",
        markerfacecolor=face.light,
        markeredgecolor=edge.light,
    )


def _flip(axes: Axes, flip: Mark, x_axis: Axis) -> None:
    if flip.y is None:
        return
    _dot(axes, flip.x, flip.y, face=BACKGROUND, edge=INK, zorder=6)
    # away from the reader's position, unless that would leave the frame
    share = math.log(flip.x / x_axis.low) / math.log(x_axis.high / x_axis.low)
    left = share > 0.28 if flip.side == "below" else share > 0.72
    axes.annotate(
        flip.label,
        xy=(flip.x, flip.y),
        xytext=(-2 if left else 2, -8),
        textcoords="offset points",
        va="top",
        ha="right" if left else "left",
        color=INK.light,
        parse_math=False,
        fontproperties=_font(SIZE_PT - 0.5),
        zorder=8,
        bbox={"facecolor": BACKGROUND.light, "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
    )


def _scale(axes: Axes, x_axis: Axis, y_axis: Axis) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(x_axis.low, x_axis.high)
    axes.set_ylim(y_axis.low, y_axis.high)
    axes.grid(axis="y", color=GRID.light, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, axis in ((axes.xaxis, x_axis), (axes.yaxis, y_axis)):
        side.set_minor_locator(NullLocator())
        side.set_major_locator(FixedLocator([tick.at for tick in axis.ticks]))
        _tick_words(side, axis)
    axes.set_xlabel(x_axis.title, fontproperties=_font(), color=MUTED.light)
    axes.set_ylabel(y_axis.title, fontproperties=_font(), color=MUTED.light)


def _tick_words(side: Any, axis: Axis) -> None:
    side.set_ticklabels(
        [tick.label for tick in axis.ticks],
        fontproperties=_font(),
        color=MUTED.light,
        parse_math=False,
    )


def _bar_axes(axes: Axes, spec: Breakdown) -> None:
    axes.invert_yaxis()
    axes.spines["bottom"].set_visible(False)
    room = 1.35 if any(bar.shortened for bar in spec.bars) else 1.2
    axes.set_xlim(spec.x_axis.low, spec.x_axis.high * room)
    axes.set_yticks(
        range(len(spec.bars)),
        [bar.label for bar in spec.bars],
        fontproperties=_font(),
        color=INK.light,
        parse_math=False,
    )
    axes.xaxis.set_major_locator(FixedLocator([tick.at for tick in spec.x_axis.ticks]))
    _tick_words(axes.xaxis, spec.x_axis)
    axes.set_xlabel(spec.x_axis.title, fontproperties=_font(), color=MUTED.light)
    axes.axvline(0, color=MUTED.light, linewidth=0.8)
    axes.grid(axis="x", color=GRID.light, linewidth=0.6)
    axes.set_axisbelow(True)
    handles = [
        Patch(
            facecolor=item.fill.light,
            edgecolor=BACKGROUND.light,
            linewidth=0,
            hatch="/////" if item.hatched else None,
            label=item.label,
        )
        for item in _by_rows(spec.categories, LEGEND_COLUMNS)
    ]
    if handles:
        axes.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            prop=_font(),
            ncols=LEGEND_COLUMNS,
            frameon=False,
            labelcolor=INK.light,
            handletextpad=0.5,
            handlelength=1.0,
            handleheight=1.0,
            columnspacing=1.2,
            borderaxespad=0.2,
        )


def _by_rows(items: Sequence[Category], columns: int) -> list[Category]:
    """Matplotlib fills a legend column by column; reorder so that it reads along the rows."""
    return [item for column in range(columns) for item in items[column::columns]]


def _svg(figure: Figure) -> bytes:
    out = io.BytesIO()
    with (
        _drawing,
        mpl.rc_context(
            {"svg.fonttype": "path", "svg.hashsalt": "crossover", "hatch.linewidth": 0.6}
        ),
    ):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()
