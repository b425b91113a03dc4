"""The two charts of the answer drawn for print from their specifications: curve and breakdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator

from report import print_parts as parts
from report import words
from report.axes import Axis
from report.categories import Category
from report.chart_spec import NOT_TO_SCALE, Bar, Breakdown, CostCurve, Mark, Series, shown
from report.palette import BACKGROUND, INK, MUTED

LEGEND_COLUMNS = 4


def cost_curve_svg(spec: CostCurve, width_mm: float, height_mm: float) -> bytes:
    """The cost curve as SVG."""
    return parts.svg(curve_figure(spec, width_mm, height_mm))


def breakdown_svg(spec: Breakdown, width_mm: float, height_mm: float) -> bytes:
    """The breakdown as SVG."""
    return parts.svg(breakdown_figure(spec, width_mm, height_mm))


def curve_figure(spec: CostCurve, width_mm: float, height_mm: float) -> Figure:
    """The cost curve; an empty frame with axes when there is no line to draw."""
    figure, axes = parts.canvas(width_mm, height_mm)
    for line in spec.series:
        _line(axes, line)
    parts.here(axes, spec.here.x, spec.here.label)
    if spec.here.y is not None:
        parts.dot(axes, spec.here.x, spec.here.y, face=INK, edge=BACKGROUND, zorder=7)
    parts.scale(axes, spec.x_axis, spec.y_axis)
    _flips(axes, spec)
    parts.grid(axes, "y")
    return figure


def breakdown_figure(spec: Breakdown, width_mm: float, height_mm: float) -> Figure:
    """The breakdown as stacked bars; the legend stands above the bars."""
    figure, axes = parts.canvas(width_mm, height_mm)
    for row, bar in enumerate(spec.bars):
        right = left = 0.0
        for part in bar.segments:
            length = part.monthly_usd * bar.scale
            start = right if length >= 0 else left
            parts.bar(
                axes,
                row,
                start,
                length,
                height=0.62,
                facecolor=part.category.fill.light,
                edgecolor=BACKGROUND.light,
                linewidth=0.5,
                hatch=_hatch(part.category),
            )
            right += max(length, 0.0)
            left += min(length, 0.0)
        if bar.shortened:
            _break(axes, right, row)
        axes.text(
            right + (spec.x_axis.high - spec.x_axis.low) * 0.012,
            row,
            _amount(bar),
            va="center",
            fontproperties=parts.font(weight=600 if bar.is_cheapest else 400),
            color=INK.light,
            parse_math=False,
        )
    _bar_axes(axes, spec)
    return figure


_HATCHES: Mapping[str, str] = {
    "training": "....",
    "network": "\\\\\\\\",
    "energy": "----",
    "purchase": "xxxx",
    "fixed": "++++",
}


def _hatch(category: Category) -> str | None:
    """What tells a category without colour, on paper that has none."""
    return "/////" if category.hatched else _HATCHES.get(category.id)


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
def _line(axes: Axes, line: Series) -> None:
    colour = line.style.line.light
    heavy = line.is_cheapest
    y = [value if value is not None else float("nan") for value in line.y]
    axes.plot(
        line.x,
        y,
        color=colour,
        linestyle=parts.DASHES[line.style.dash],
        zorder=4 if heavy else 3,
        linewidth=2.2 if heavy else 1.4,
        solid_capstyle="butt",
        dash_capstyle="butt",
    )
    axes.plot(
        [line.end_x],
        [line.end_y],
        marker=parts.MARKERS[line.style.marker],
        color=colour,
        markersize=4.5,
        zorder=5,
        clip_on=False,
        linestyle="none",
    )
    at = (line.end_x, line.end_y)
    parts.end_label(axes, at, line.label_y, line.label, line.style, heavy=heavy)


def _flips(axes: Axes, spec: CostCurve) -> None:
    """Rings where the answer changes; their words stand over the frame, off every line."""
    rows: list[float] = [spec.here.x]  # one mark a row where words would meet
    for flip in sorted((flip for flip in spec.flips if flip.y is not None), key=lambda f: f.x):
        assert flip.y is not None
        parts.dot(axes, flip.x, flip.y, face=BACKGROUND, edge=INK, zorder=6)
        high = math.log10(spec.y_axis.high)
        axes.plot(
            [flip.x, flip.x],
            [flip.y, 10**high],
            color=MUTED.light,
            linewidth=0.7,
            linestyle=(0, (1, 1.5)),
            zorder=2,
        )
        _over(axes, flip, spec.x_axis, len(rows))
        rows.append(flip.x)


def _over(axes: Axes, flip: Mark, x_axis: Axis, row: int) -> None:
    """The words of a flip over the frame, leaning away from its near side."""
    share = math.log(flip.x / x_axis.low) / math.log(x_axis.high / x_axis.low)
    lean = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    axes.annotate(
        flip.label,
        xy=(flip.x, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3 + 11 * row),
        textcoords="offset points",
        va="bottom",
        ha=lean,
        color=INK.light,
        parse_math=False,
        annotation_clip=False,
        fontproperties=parts.font(),
    )


def _bar_axes(axes: Axes, spec: Breakdown) -> None:
    axes.spines["bottom"].set_visible(False)
    room = 1.35 if any(bar.shortened for bar in spec.bars) else 1.2
    axes.set_xlim(spec.x_axis.low, spec.x_axis.high * room)
    parts.row_names(axes, [bar.label for bar in spec.bars])
    axes.xaxis.set_major_locator(FixedLocator([tick.at for tick in spec.x_axis.ticks]))
    parts.tick_words(axes.xaxis, spec.x_axis)
    axes.set_xlabel(spec.x_axis.title, fontproperties=parts.font(), color=MUTED.light)
    axes.axvline(0, color=MUTED.light, linewidth=0.8)
    parts.grid(axes, "x")
    handles = [
        Patch(
            facecolor=item.fill.light,
            edgecolor=BACKGROUND.light,
            linewidth=0,
            hatch=_hatch(item),
            label=item.label,
        )
        for item in _by_rows(shown(spec), LEGEND_COLUMNS)
    ]
    parts.legend(axes, handles, LEGEND_COLUMNS)


def _by_rows(items: Sequence[Category], columns: int) -> list[Category]:
    """Matplotlib fills a legend column by column; reorder so that it reads along the rows."""
    return [item for column in range(columns) for item in items[column::columns]]
