"""What charts for print share: the page's font, canvas, axes and marks, and how they become SVG.

Letters are outlined, so a picture needs no font where it is read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.layout_engine import LayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from report.axes import Axis
from report.letters import FONTS
from report.palette import BACKGROUND, GRID, INK, MUTED, Dash, Marker, Shade, Style

FAMILY = "Source Sans Pro"
SIZE_PT = 8.0
WIDTH_MM = 174.0
"""Width of the text, so of every picture, on either paper."""

DASHES: Mapping[Dash, Any] = {
    "solid": "-",
    "dash": (0, (4, 2)),
    "dot": (0, (1, 1.5)),
    "dashdot": (0, (5, 2, 1, 2)),
    "longdash": (0, (8, 2)),
    "longdashdot": (0, (8, 2, 1, 2)),
}
MARKERS: Mapping[Marker, str] = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "cross": "P",
    "star": "*",
}
STRAIGHT: Mapping[str, Any] = {"arrowstyle": "-", "patchA": None, "shrinkA": 0, "shrinkB": 0}
"""A line from words to their mark, drawn under the mark.

Nothing is cut off its ends: to find where a line leaves a box Matplotlib halves it again and
again, a tenth of the time a picture takes.
"""
BEFORE, BEHIND = (-0.02, 0.5), (1.02, 0.5)
"""Where such a line begins, in widths and heights of the words: a little off them."""
_drawing = Lock()  # Matplotlib's settings are shared by all threads

for _file in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(_file)


class _OneLook(LayoutEngine):
    """Room for what stands around a frame, measured once.

    Matplotlib's constrained layout measures every word twice, half of the time a picture takes. The
    second look serves marks whose words change with the frame's size, and all of ours are fixed.
    """

    _adjust_compatible = True
    _colorbar_gridspec = False
    AIR_IN = 1 / 24  # as much as constrained layout leaves

    def execute(self, fig: Any) -> None:
        """Move the only frame of a picture so that nothing stands outside the picture."""
        (axes,) = fig.axes
        wide, high = fig.bbox.size
        box = axes.get_tightbbox(fig.drawn_by, for_layout_only=True)
        frame = axes.get_window_extent()
        air = self.AIR_IN * fig.dpi
        left, low = (frame.x0 - box.x0 + air) / wide, (frame.y0 - box.y0 + air) / high
        right, top = (box.x1 - frame.x1 + air) / wide, (box.y1 - frame.y1 + air) / high
        axes.set_position((left, low, 1 - left - right, 1 - low - top))


class _Picture(Figure):
    """A picture whose words are measured by what draws them.

    Matplotlib keeps the size of a word with the renderer that measured it, and makes another one
    for the layout: every word was measured twice, a fifth of the time a picture takes.
    """

    drawn_by: Any = None

    def draw(self, renderer: Any) -> None:
        """Lay out and draw."""
        self.drawn_by = renderer
        super().draw(renderer)
        self.drawn_by = None


def canvas(width_mm: float, height_mm: float) -> tuple[Figure, Axes]:
    """An empty picture with a line at its foot alone."""
    inch = 25.4
    figure = _Picture(figsize=(width_mm / inch, height_mm / inch), layout=_OneLook())
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED.light)
    axes.tick_params(length=0, colors=MUTED.light, labelsize=SIZE_PT)
    return figure, axes


def font(size: float = SIZE_PT, weight: int = 400) -> FontProperties:
    """The report's font."""
    return FontProperties(family=FAMILY, size=size, weight=weight)


def dot(axes: Axes, x: float, y: float, *, face: Shade, edge: Shade, zorder: int) -> None:
    """A round mark."""
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


def here(axes: Axes, x: float, label: str = "") -> None:
    """An upright line where the scenario stands, named above the frame."""
    axes.axvline(x, color=INK.light, linewidth=0.8, linestyle=(0, (2, 2)), zorder=2)
    if not label:
        return
    axes.annotate(
        label,
        xy=(x, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=INK.light,
        fontproperties=font(weight=600),
        annotation_clip=False,
        parse_math=False,
    )


def end_label(
    axes: Axes, at: tuple[float, float], label_y: float, text: str, style: Style, *, heavy: bool
) -> None:
    """The name of a line right of the frame, tied to the line's end."""
    axes.annotate(
        text,
        xy=at,
        xycoords="data",
        xytext=(1.05, label_y),
        textcoords=axes.get_yaxis_transform(),
        va="center",
        ha="left",
        annotation_clip=False,
        parse_math=False,
        color=style.text.light,
        fontproperties=font(weight=600 if heavy else 400),
        arrowprops={
            "color": style.line.light,
            "linewidth": 0.5,
            "relpos": BEFORE,
            **STRAIGHT,
        },
    )


def bar(axes: Axes, row: float, left: float, length: float, **look: Any) -> None:
    """A lying bar in the middle of a row, ``height`` rows high.

    A bare rectangle: Matplotlib's own bars each look for units, labels and limits that are set
    anyway, which takes them nine tenths of their time.
    """
    high = look.pop("height")
    made = Rectangle((left, row - high / 2), length, high, **look)
    made.set_transform(axes.transData)
    axes.add_artist(made)


def grid(axes: Axes, which: str) -> None:
    """Thin lines behind everything."""
    axes.grid(axis=which, color=GRID.light, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def scale(axes: Axes, x_axis: Axis, y_axis: Axis) -> None:
    """Both axes with their range, marks and titles."""
    for side, axis in (("x", x_axis), ("y", y_axis)):
        one_axis(axes, side, axis)


def one_axis(axes: Axes, side: str, axis: Axis) -> None:
    """One axis with its range, marks and title, which says where it is logarithmic."""
    drawn, (set_scale, set_limits, set_title) = (
        (axes.xaxis, (axes.set_xscale, axes.set_xlim, axes.set_xlabel))
        if side == "x"
        else (axes.yaxis, (axes.set_yscale, axes.set_ylim, axes.set_ylabel))
    )
    set_scale("log" if axis.log else "linear")
    set_limits(axis.low, axis.high)
    drawn.set_minor_locator(NullLocator())
    drawn.set_major_locator(FixedLocator([tick.at for tick in axis.ticks]))
    tick_words(drawn, axis)
    title = f"{axis.title}, log scale" if axis.log else axis.title
    set_title(title, fontproperties=font(), color=MUTED.light)


def tick_words(side: Any, axis: Axis) -> None:
    """What stands at the marks of an axis."""
    side.set_ticklabels(
        [tick.label for tick in axis.ticks],
        fontproperties=font(),
        color=MUTED.light,
        parse_math=False,
    )


def row_names(axes: Axes, names: list[str]) -> None:
    """Names of rows, the first on top."""
    axes.set_yticks(
        range(len(names)), names, fontproperties=font(), color=INK.light, parse_math=False
    )
    axes.set_ylim(len(names) - 0.4, -0.6)


def legend(axes: Axes, handles: list[Any], columns: int) -> None:
    """What colours mean, above the frame."""
    if not handles:
        return
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        prop=font(),
        ncols=columns,
        frameon=False,
        labelcolor=INK.light,
        handletextpad=0.5,
        handlelength=1.0,
        handleheight=1.0,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def said(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words inside the frame, on the paper's own colour; ``by`` points beside where they belong."""
    axes.annotate(
        text,
        xy=(x, y),
        xytext=how.pop("by", (0, 0)),
        textcoords="offset points",
        parse_math=False,
        fontproperties=font(how.pop("size", SIZE_PT), how.pop("weight", 400)),
        color=how.pop("color", INK.light),
        bbox={"facecolor": BACKGROUND.light, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
        **how,
    )


def svg(figure: Figure) -> bytes:
    """A picture as SVG: the same bytes for the same picture."""
    out = io.BytesIO()
    with (
        _drawing,
        mpl.rc_context(
            {"svg.fonttype": "path", "svg.hashsalt": "crossover", "hatch.linewidth": 0.6}
        ),
    ):
        # not savefig, which lays out and draws everything once more before it draws
        drawing: Any = FigureCanvasSVG(figure)
        drawing.print_svg(out, metadata={"Date": None, "Creator": None})
    return out.getvalue()
