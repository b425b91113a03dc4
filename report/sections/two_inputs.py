"""Over two inputs: the cheapest place in each cell, paler the closer the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from calculators.results import Comparison
from calculators.scenario import ScenarioError
from report import axes as scales
from report import palette, words
from report import print_parts as parts
from report.map import map_body
from report.sections.naming import NOBODY, axis_title, input_title, inside, look, name
from report.sections.said import Column, Picture, Said, Section, Strong, Table

TITLE = "Over two inputs"
HEIGHT_MM = 90.0
CELLS = 31
ACROSS, UP, ELSE_UP = "requests_per_month", "params_millions", "staff_usd_per_hour"
STEPS = 5
"""Shades of a place's colour, from the next place being as cheap to half as dear again."""
_WIDE = 0.5
Body = Mapping[str, Any]


def make(comparison: Comparison, query: str) -> Section:
    """The map over volume and the size of the model, or the cost of work where no size is known."""
    up = UP if comparison.scenario.params_millions else ELSE_UP
    asked = urlencode({"x": ACROSS, "y": up, "n": CELLS})
    try:
        body = map_body(f"{query}&{asked}")[0]
    except ScenarioError as error:
        said = "; ".join(f"{item.field}: {item.allowed}" for item in error.bad)
        return Section(TITLE, ((f"The map cannot be drawn here: {said}.",),))
    note = (
        "Full colour: the next place costs at least half more. Pale: nearly the same. Small "
        "crosses: under 3 % apart, too close to call. Grey: nothing is possible."
    )
    columns = (Column("Place", 3), Column("Share of the map", 2, right=True), Column("", 5))
    total = sum(counts(body).values())
    rows = tuple(
        (_called(place), words.percent(count / total), "") for place, count in counts(body).items()
    )
    table = Table(columns, rows, "What each place wins", note)
    return Section(TITLE, (sentence(body),), (_picture(body), table))


def counts(body: Body) -> dict[str | None, int]:
    """Cells of each winner, most first."""
    found: dict[str | None, int] = {}
    for row in body["winner"]:
        for place in row:
            found[place] = found.get(place, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _called(place: str | None) -> str:
    return NOBODY.capitalize() if place is None else name(place)


def sentence(body: Body) -> Said:
    """Who wins most of the picture, and who the rest."""
    found = counts(body)
    total = sum(found.values())
    across, up = (words.lower(input_title(body[axis]["field"])) for axis in ("x", "y"))
    first, *rest = [(place, words.percent(count / total)) for place, count in found.items()]
    said = f"Over {across} and {up} the cheapest is {inside(first[0])} on "
    others = "".join(f"; {inside(place)} on {share}" for place, share in rest)
    return (said, Strong(first[1]), f" of the map{others}.")


def alt(body: Body) -> str:
    """The picture in words."""
    ends = [
        f"{input_title(axis['field'])} from {words.number(axis['values'][0])} to "
        f"{words.number(axis['values'][-1])}"
        for axis in (body["x"], body["y"])
    ]
    total = sum(counts(body).values())
    said = "; ".join(
        f"{name(place)} in {words.percent(count / total)} of it"
        for place, count in counts(body).items()
    )
    return f"Map of the cheapest place over {ends[0]} and {ends[1]}: {said}."


def _picture(body: Body) -> Picture:
    figure, axes = parts.canvas(parts.WIDTH_MM, HEIGHT_MM)
    x, y = (_Side(body[side]) for side in ("x", "y"))
    winners = np.array(body["winner"], dtype=object)
    margins = np.array(body["margin_share"], dtype=np.float64)  # None reads as NaN
    _cells(axes, winners, margins, x, y)
    _crosses(axes, body, x, y)
    parts.one_axis(axes, "x", x.drawn())
    parts.one_axis(axes, "y", y.drawn())
    _names(axes, winners, x, y)
    if x.here is not None and y.here is not None:
        ink, paper = palette.INK.light, palette.BACKGROUND.light
        axes.plot([x.here], [y.here], "o", markersize=8, markerfacecolor=paper,
                  markeredgecolor=ink, markeredgewidth=2, zorder=8)  # fmt: skip
        parts.said(axes, x.here, y.here, "you are here", weight=600, by=(8, 6), zorder=9)
    across, up = (input_title(body[axis]["field"]).lower() for axis in ("x", "y"))
    return Picture(parts.svg(figure).decode(), alt(body), f"Cheapest place by {across} and {up}")


class _Side:
    """One side of the map: where its cells begin and end."""

    def __init__(self, axis: Mapping[str, Any]) -> None:
        self.field = str(axis["field"])
        self.values = np.array(axis["values"], dtype=np.float64)
        self.here: float | None = axis["here"]
        self.log = axis["scale"] == "log"
        scaled = np.log(self.values) if self.log else self.values
        middles = (scaled[1:] + scaled[:-1]) / 2
        ends = np.concatenate([scaled[:1], middles, scaled[-1:]])
        self.edges = np.exp(ends) if self.log else ends

    def drawn(self) -> scales.Axis:
        """The side as an axis."""
        low, high = float(self.values[0]), float(self.values[-1])
        ticks = (
            scales.log_ticks(low, high) if self.log else scales.linear_ticks(low, high, prefix="")
        )
        shown = tuple(tick for tick in ticks if low <= tick.at <= high)
        return scales.Axis(axis_title(self.field), low, high, shown, log=self.log)


def _cells(axes: Axes, winners: Any, margins: Any, x: _Side, y: _Side) -> None:
    """Neighbours of one shade in a row as one block: fewer pieces, no seams."""
    blocks, shades = [], []
    steps = np.where(np.isnan(margins), STEPS, np.clip(margins / _WIDE, 0, 1) * STEPS).astype(int)
    for row in range(winners.shape[0]):
        start = 0
        for at in range(1, winners.shape[1] + 1):
            ends = at == winners.shape[1] or (
                winners[row, at] != winners[row, start] or steps[row, at] != steps[row, start]
            )
            if not ends:
                continue
            left, low = x.edges[start], y.edges[row]
            blocks.append(Rectangle((left, low), x.edges[at] - left, y.edges[row + 1] - low))
            shades.append(_shade(winners[row, start], int(steps[row, start])))
            start = at
    axes.add_collection(
        PatchCollection(blocks, facecolors=shades, edgecolors=shades, linewidths=0.9, zorder=0)
    )


def _shade(place: str | None, step: int) -> str:
    """A place's colour on paper, the fuller the surer."""
    if place is None:
        return palette.GRID.light
    share = 0.35 + 0.65 * step / STEPS
    colour, paper = look(place).line.light, palette.BACKGROUND.light
    pairs = [(int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _crosses(axes: Axes, body: Body, x: _Side, y: _Side) -> None:
    """A cross in every cell that is too close to call."""
    near = [
        (x.values[column], y.values[row])
        for row, classes in enumerate(body["class"])
        for column, said in enumerate(classes)
        if said == "close"
    ]
    if near:
        across, up = zip(*near, strict=True)
        ink = palette.INK.light
        axes.plot(across, up, "x", markersize=2.6, markeredgewidth=0.5, color=ink, zorder=4)


def _names(axes: Axes, winners: Any, x: _Side, y: _Side) -> None:
    """The name of each place where its largest patch is widest: colour never stands alone."""
    for place in dict.fromkeys(winners.flat):
        inner = np.pad(winners == place, 1)
        held = inner
        while True:
            thinner = (
                inner & np.roll(inner, 1, 0) & np.roll(inner, -1, 0)
                & np.roll(inner, 1, 1) & np.roll(inner, -1, 1)
            )  # fmt: skip
            if not thinner.any():
                break
            held = inner = thinner
        if held.sum() == 0 or (winners == place).sum() < 0.02 * winners.size:
            continue
        rows, columns = np.nonzero(held)
        turn = len(rows) // 2
        row, column = rows[turn] - 1, columns[turn] - 1
        at = (float(x.values[column]), float(y.values[row]))
        # words lie inside the frame: they lean away from the side that is near
        lean = "left" if column < 8 else "right" if column > len(x.values) - 9 else "center"
        parts.said(axes, *at, _called(place), ha=lean, va="center", zorder=6)
