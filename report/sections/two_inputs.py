"""Over two inputs: the cheapest place in each cell, paler the closer the next one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Rectangle

from calculators.results import Comparison
from calculators.scenario import ScenarioError
from report import axes as scales
from report import palette, words
from report import print_parts as parts
from report.map import map_body
from report.sections.naming import (
    NOBODY,
    axis_title,
    bare_value,
    input_title,
    input_value,
    inside,
    look,
    name,
    noun,
    share_of,
)
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table

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
    return Section(
        TITLE,
        (sentence(body),),
        (_picture(body), *tables(body, printed(body))),
    )


def legend(body: Body, near: str) -> str:
    """How to read what is in the picture; ``near`` says how it marks what is too close to call."""
    found, told = counts(body), []
    if set(found) - {None} and any(one is not None for row in body["margin_share"] for one in row):
        told.append("Full colour: it costs at most half of the next place. Faded: nearly the same.")
    if close(body):
        told.append(near)
    if body["limits"]:
        told.append("Dashed lines: a place stops being allowed.")
    if None in found:
        told.append("Grey: nothing is possible.")
    return " ".join(told)


def printed(body: Body) -> str:
    """How to read the picture on paper."""
    crosses = "Small crosses: under 3 % apart, too close to call."
    return f"White lines part the places. {legend(body, crosses)}"


def tables(body: Body, note: str = "") -> list[Table]:
    """What each place wins, and the limits of what is allowed."""
    columns = (Column("Place", 2), Column("Share of the map", 3, right=True))
    won = counts(body)
    total = sum(won.values())
    rows = tuple((_called(place), share_of(count, total)) for place, count in won.items())
    made = [Table(columns, rows, "What each place wins", note)]
    if body["limits"]:
        made.append(Table(_LIMITS, tuple(map(_limit(body), body["limits"])), "What is allowed"))
    return made


_LIMITS = (Column("Place", 2.4), Column("Allowed where", 4), Column("What limits it", 2.4))


def _limit(body: Body) -> Callable[[Mapping[str, Any]], Row]:
    return lambda limit: (name(limit["place"]), where(body, limit), rule(limit))


def rule(limit: Mapping[str, Any]) -> str:
    """What limits a place: "speed of the first word"."""
    first, _, of = str(limit["rule"]).partition(": ")
    return f"{first} of the {of}" if of else first


def where(body: Body, limit: Mapping[str, Any]) -> str:
    """On which side of which values a place is allowed, along each of the two inputs."""
    sides: dict[tuple[str, str], list[float]] = {}
    for point in limit["points"]:
        along = "x" if point["along"] == body["x"]["field"] else "y"
        sides.setdefault((along, point["allowed"]), []).append(float(point[along]))
    return "; ".join(_side_of(body[along], way, at) for (along, way), at in sides.items())


def _side_of(axis: Mapping[str, Any], way: str, at: Sequence[float]) -> str:
    field, unit = str(axis["field"]), str(axis.get("unit", ""))
    low, high = (input_value(field, number, unit, 3) for number in (min(at), max(at)))
    ends = low if low == high else f"{bare_value(field, min(at), unit)} to {high}"
    return f"{noun(field)} {way} {ends}"


def counts(body: Body) -> dict[str | None, int]:
    """Cells of each winner, most first."""
    found: dict[str | None, int] = {}
    for row in body["winner"]:
        for place in row:
            found[place] = found.get(place, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _called(place: str | None) -> str:
    return NOBODY.capitalize() if place is None else name(place)


_TOLD = 3  # places a sentence names


def sentence(body: Body) -> Said:
    """Who wins most of the picture, who the rest, and how much of it is too close to call."""
    found = counts(body)
    total = sum(found.values())
    over = f"Over {noun(body['x']['field'])} and {noun(body['y']['field'])}"
    near = share_of(close(body), total)
    doubt = f" On {near} of the map the two cheapest are too close to call." if close(body) else ""
    shut = found.pop(None, 0)
    if not found:
        return (f"{over} nothing is possible anywhere on the map.",)
    first, *rest = found
    if not rest and not shut:
        return (f"{over} the cheapest is ", Strong(inside(first)), f" all over the map.{doubt}")
    told = [f"{inside(place)} on {share_of(found[place], total)}" for place in rest[: _TOLD - 1]]
    if others := rest[_TOLD - 1 :]:
        many = "another place" if len(others) == 1 else f"{len(others)} other places"
        told.append(f"{many} on {share_of(sum(found[place] for place in others), total)}")
    if shut:
        told.append(f"nothing is possible on {share_of(shut, total)}")
    most = Strong(share_of(found[first], total))
    more = "".join(f"; {said}" for said in told)
    return (f"{over} the cheapest is {inside(first)} on ", most, f" of the map{more}.{doubt}")


def close(body: Body) -> int:
    """Cells that are too close to call."""
    return sum(said == "close" for row in body["class"] for said in row)


def alt(body: Body) -> str:
    """The picture in words."""
    ends = [
        f"{input_title(axis['field'])} from {words.number(axis['values'][0])} to "
        f"{words.number(axis['values'][-1])}"
        for axis in (body["x"], body["y"])
    ]
    total = sum(counts(body).values())
    said = "; ".join(
        f"{name(place)} in {share_of(count, total)} of it" for place, count in counts(body).items()
    )
    near = f" Too close to call in {share_of(close(body), total)}." if close(body) else ""
    shut = "".join(
        f" {name(limit['place'])}: allowed with {where(body, limit)}, by {rule(limit)}."
        for limit in body["limits"]
    )
    return (
        f"Map of the cheapest place over {ends[0]} and {ends[1]}: {said}.{near}{_flips(body)}{shut}"
    )


def _flips(body: Body) -> str:
    """Where the winner changes along the row and the column of the scenario."""
    said = []
    for along, other in (("x", "y"), ("y", "x")):
        here = body[other].get("here")
        if here is None:
            continue
        held = [abs(float(value) - here) for value in body[other]["values"]]
        line = held.index(min(held))
        cells = body["winner"][line] if along == "x" else [row[line] for row in body["winner"]]
        axis = body[along]
        said += [
            f"{name(cells[turn])} above {_at(axis, turn)}"
            for turn in range(1, len(cells))
            if cells[turn] != cells[turn - 1]
        ]
    return f" From where you are: {'; '.join(said)}." if said else ""


def _at(axis: Mapping[str, Any], turn: int) -> str:
    field, unit = str(axis["field"]), str(axis.get("unit", ""))
    return f"{noun(field)} {bare_value(field, float(axis['values'][turn - 1]), unit)}"


def _picture(body: Body) -> Picture:
    figure, axes = parts.canvas(parts.WIDTH_MM, HEIGHT_MM)
    x, y = (Side(body[side]) for side in ("x", "y"))
    winners = np.array(body["winner"], dtype=object)
    margins = np.array(body["margin_share"], dtype=np.float64)  # None reads as NaN
    _cells(axes, winners, margins, x, y)
    _borders(axes, body, x, y)
    _crosses(axes, body, x, y)
    _walls(axes, body, x, y)
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


class Side:
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

    def placed(self, value: float) -> float:
        """Where a value stands on an axis that counts decades where it is logarithmic."""
        return math.log10(value) if self.log else value

    @property
    def range(self) -> list[float]:
        """Both ends, as such an axis counts."""
        return [self.placed(float(self.edges[0])), self.placed(float(self.edges[-1]))]

    def between(self, low: float, high: float) -> float:
        """The middle of two values as it looks on the side."""
        return math.sqrt(low * high) if self.log else (low + high) / 2

    def cell(self, value: float) -> tuple[float, float]:
        """Ends of the cell a value lies in."""
        turn = int(
            np.clip(np.searchsorted(self.edges, value, "right") - 1, 0, self.values.size - 1)
        )
        return float(self.edges[turn]), float(self.edges[turn + 1])

    def drawn(self) -> scales.Axis:
        """The side as an axis."""
        low, high = float(self.values[0]), float(self.values[-1])
        ticks = (
            scales.log_ticks(low, high) if self.log else scales.linear_ticks(low, high, prefix="")
        )
        shown = tuple(tick for tick in ticks if low <= tick.at <= high)
        return scales.Axis(axis_title(self.field), low, high, shown, log=self.log)


def _cells(axes: Axes, winners: Any, margins: Any, x: Side, y: Side) -> None:
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


def _borders(axes: Axes, body: Body, x: Side, y: Side) -> None:
    """White between two places, as on the page: without colour their shades may be one grey."""
    pieces = [list(zip(across, up, strict=True)) for across, up in borders(body, x, y)]
    axes.add_collection(
        LineCollection(pieces, colors=palette.BACKGROUND.light, linewidths=1.4, zorder=1)
    )


def _shade(place: str | None, step: int) -> str:
    """A place's colour on paper, the fuller the surer."""
    if place is None:
        return palette.GRID.light
    share = 0.35 + 0.65 * step / STEPS
    colour, paper = look(place).line.light, palette.BACKGROUND.light
    pairs = [(int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def _crosses(axes: Axes, body: Body, x: Side, y: Side) -> None:
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


def _walls(axes: Axes, body: Body, x: Side, y: Side) -> None:
    """Where a place stops being allowed."""
    ink = palette.INK.light
    for across, up in joined(walls(body, x, y)):
        axes.plot(across, up, color=ink, linewidth=1.1, linestyle=(0, (3, 1.5)), zorder=5)


Ends = tuple[float, float]


def walls(body: Body, x: Side, y: Side) -> list[tuple[Ends, Ends]]:
    """Limits of the allowed as pieces of lines, each as long as a cell: its x and its y.

    Places that one limit shuts at the same value share a piece.
    """
    found: dict[tuple[Ends, Ends], None] = {}
    for limit in body["limits"]:
        for point in limit["points"]:
            at = (float(point["x"]), float(point["y"]))
            if point["along"] == x.field:
                found[(at[0], at[0]), y.cell(at[1])] = None
            else:
                found[x.cell(at[0]), (at[1], at[1])] = None
    return list(found)


Line = tuple[list[float], list[float]]
"""The x and the y of the points of a line."""


def joined(pieces: Sequence[tuple[Ends, Ends]]) -> list[Line]:
    """Pieces of which one begins where another ends, as one line: its dashes stay even.

    Dashed by itself a piece as short as a cell of a phone's map would look solid.
    """
    flat = sorted((p for p in pieces if p[1][0] == p[1][1]), key=lambda p: (p[1], p[0]))
    upright = sorted((p for p in pieces if p[1][0] != p[1][1]), key=lambda p: (p[0], p[1]))
    found: list[Line] = []
    for (x0, x1), (y0, y1) in (*flat, *upright):
        if found and math.isclose(found[-1][0][-1], x0) and math.isclose(found[-1][1][-1], y0):
            found[-1][0].append(x1)
            found[-1][1].append(y1)
        else:
            found.append(([x0, x1], [y0, y1]))
    return found


def borders(body: Body, x: Side, y: Side) -> list[tuple[Ends, Ends]]:
    """Sides of cells behind which another place is the cheapest: their x and their y."""
    won = np.array(body["winner"], dtype=object)
    up, right = np.nonzero(won[:, 1:] != won[:, :-1]), np.nonzero(won[1:] != won[:-1])
    upright = [
        ((float(x.edges[column + 1]),) * 2, (float(y.edges[row]), float(y.edges[row + 1])))
        for row, column in zip(*up, strict=True)
    ]
    flat = [
        ((float(x.edges[column]), float(x.edges[column + 1])), (float(y.edges[row + 1]),) * 2)
        for row, column in zip(*right, strict=True)
    ]
    return [*upright, *flat]


def _names(axes: Axes, winners: Any, x: Side, y: Side) -> None:
    """The name of each place where its largest patch is widest: colour never stands alone."""
    for place, row, column in spots(winners):
        at = (float(x.values[column]), float(y.values[row]))
        # words lie inside the frame: they lean away from the side that is near
        lean = "left" if column < 8 else "right" if column > len(x.values) - 9 else "center"
        parts.said(axes, *at, _called(place), ha=lean, va="center", zorder=6)


def spots(winners: Any) -> Iterator[tuple[str | None, int, int]]:
    """Each place with the row and column where its largest patch (ny, nx) is widest."""
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
        yield place, int(rows[turn]) - 1, int(columns[turn]) - 1


def rooms(winners: Any) -> Iterator[tuple[str | None, list[tuple[int, int]]]]:
    """Each place with its cells (row, column), those furthest from other places first.

    Places with the most cells come first; one that has under a fiftieth of the map is left out.
    """
    size = {place: int((winners == place).sum()) for place in dict.fromkeys(winners.flat)}
    for place in sorted(size, key=lambda one: -size[one]):
        if size[place] < 0.02 * winners.size:
            continue
        spot = next((at[1:] for at in spots(winners) if at[0] == place), None)
        depth = _depth(winners == place)
        cells = [(int(row), int(column)) for row, column in np.argwhere(depth)]
        first = spot or cells[0]
        cells.sort(key=lambda at: (-depth[at], math.dist(at, first)))
        yield place, cells


def _depth(inside: Any) -> Any:
    """How far each cell of a mask (ny, nx) lies from a cell outside it; 0 outside."""
    left, depth = np.pad(inside, 1), np.zeros(inside.shape, dtype=int)
    while left.any():
        depth += left[1:-1, 1:-1]
        left = (
            left & np.roll(left, 1, 0) & np.roll(left, -1, 0)
            & np.roll(left, 1, 1) & np.roll(left, -1, 1)
        )  # fmt: skip
    return depth


def spaced(inside: Any, step: int) -> list[tuple[int, int]]:
    """Cells (row, column) of a mask, one in ``step`` each way; the inmost one where none is."""
    rows, columns = np.nonzero(inside)
    found = [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if row % step == column % step == step // 2
    ]
    if found or not rows.size:
        return found
    depth = _depth(inside)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return [(int(row), int(column))]
