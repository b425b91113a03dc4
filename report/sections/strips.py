"""What would change the answer: each input a bar over its bounds, by who wins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.patches import Patch

from calculators.results import Comparison
from report import palette, words
from report import print_parts as parts
from report.sections.naming import NOBODY, input_title, input_value, inside, look, name
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, shortened
from report.strips import strips_of

TITLE = "What would change the answer"
MOST, MOST_ROWS = 12, 24
"""Strips drawn, and edges listed."""
ROW_MM, FRAME_MM = 6.6, 18.0
Strip = Mapping[str, Any]


def make(comparison: Comparison, _: str) -> Section:
    """Who wins over the bounds of every input, nearest changes first."""
    strips = sorted(strips_of(comparison)["strips"], key=_ends_it)
    flipping = [strip for strip in strips if strip["nearest_flip"] is not None]
    steady = [title(strip) for strip in strips if strip["nearest_flip"] is None]
    says = (sentence(strips),)
    rows, note = shortened(_edges(flipping), MOST_ROWS, "/api/v1/strips")
    if steady:
        note += f" These change nothing, whatever their value: {'; '.join(steady)}."
    table = Table(_COLUMNS, rows, note=note.strip())
    return Section(TITLE, says, (_picture(flipping[:MOST]), table) if flipping else (table,))


def title(strip: Strip) -> str:
    """What the form calls the input."""
    return input_title(str(strip["field"]))


def value(strip: Strip, number: float) -> str:
    """A value of the input with its unit."""
    return input_value(str(strip["field"]), number, str(strip["unit"]))


def sentence(strips: Sequence[Strip]) -> Said:
    """The nearest change, in words."""
    near = next((strip for strip in strips if strip["nearest_flip"] is not None), None)
    if near is None:
        return ("No single input changes the answer within its bounds.",)
    at = float(near["nearest_flip"])
    way = _way(near)
    taker = _beyond(near, at, way)
    said = "nothing is possible" if taker is None else f"{inside(taker)} would be cheapest"
    where = input_value(str(near["field"]), at, str(near["unit"]), digits=3)
    return (f"The nearest change: {title(near)} {way} ", Strong(where), f", where {said}.")


def _way(strip: Strip) -> str:
    here = strip["here"]
    return "above" if here is None or strip["nearest_flip"] >= here else "below"


def _ends_it(strip: Strip) -> bool:
    """Whether the nearest change leaves nothing possible, rather than another place."""
    if strip["nearest_flip"] is None:
        return False
    return _beyond(strip, float(strip["nearest_flip"]), _way(strip)) is None


def _beyond(strip: Strip, at: float, way: str) -> str | None:
    edge, far = ("from", "to") if way == "above" else ("to", "from")
    wide = [band for band in strip["bands"] if band[far] != at]  # not the edge alone
    band = min(wide, key=lambda band: abs(float(band[edge]) - at))
    return None if band["place"] is None else str(band["place"])


def _share(strip: Strip, number: float) -> float:
    """Where a value lies between the lowest and the highest, on the input's own scale."""
    low, high = float(strip["low"]), float(strip["high"])
    if high <= low:
        return 0.5
    if low > 0 and high / low > 100:
        return math.log(max(number, low) / low) / math.log(high / low)
    if low == 0 and high >= 1000:  # 0 stands apart in front of the decades
        least = max((float(b["from"]) for b in strip["bands"] if b["from"] > 0), default=1.0)
        first = min(least, high / 1e6)
        return 0.0 if number <= first else math.log(number / first) / math.log(high / first)
    return (number - low) / (high - low)


def alt(strips: Sequence[Strip]) -> str:
    """The picture in words: who wins where, input by input."""
    said = [
        f"{title(strip)}: "
        + ", ".join(
            f"{name(band['place'])} from {value(strip, band['from'])} to {value(strip, band['to'])}"
            for band in strip["bands"]
        )
        for strip in strips
    ]
    return "Cheapest place over each input. " + "; ".join(said) + "."


def _picture(strips: Sequence[Strip]) -> Picture:
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + ROW_MM * len(strips))
    for row, strip in enumerate(strips):
        for band in strip["bands"]:
            _bar(axes, row, strip, band)
        if strip["here"] is not None:
            at = _share(strip, float(strip["here"]))
            axes.plot([at, at], [row - 0.45, row + 0.45], color=palette.INK.light, linewidth=2)
    axes.set_xlim(-0.01, 1.01)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    parts.row_names(axes, [title(strip) for strip in strips])
    places = list(dict.fromkeys(band["place"] for strip in strips for band in strip["bands"]))
    handles = [
        Patch(
            facecolor=_fill(place),
            edgecolor=palette.BACKGROUND.light,
            linewidth=0,
            hatch=hatch(place),
            label=name(place),
        )
        for place in places
    ]
    parts.legend(axes, handles, 3)
    said = "Each bar runs from an input's lowest to its highest value; the line is where you are"
    return Picture(parts.svg(figure).decode(), alt(strips), said)


def _bar(axes: Any, row: int, strip: Strip, band: Mapping[str, Any]) -> None:
    start, end = _share(strip, float(band["from"])), _share(strip, float(band["to"]))
    axes.barh(
        row,
        end - start,
        left=start,
        height=0.66,
        facecolor=_fill(band["place"]),
        edgecolor=palette.BACKGROUND.light,
        linewidth=0.6,
        hatch=hatch(band["place"]),
    )


def _fill(place: str | None) -> str:
    return palette.GRID.light if place is None else look(place).line.light


_HATCHES: Mapping[str, str] = {
    "managed_api": "",
    "hosted_platform": "....",
    "rented": "////",
    "owned": "\\\\\\\\",
    "device": "----",
}


def hatch(place: str | None) -> str | None:
    """What tells a place without colour: lines of its own, twice over for a hybrid."""
    if place is None:
        return "xxx"
    first, *rest = (_HATCHES.get(part, "++") for part in place.split("+"))
    return first + "".join(mark or "oo" for mark in rest) or None


_COLUMNS = (
    Column("Input", 2.6),
    Column("Here", 1.8),
    Column("Changes at", 1.8),
    Column("Below", 1.8),
    Column("Above", 1.8),
)


def _edges(strips: Sequence[Strip]) -> list[Row]:
    """A row for each edge, nearest inputs first."""
    return [
        (
            title(strip),
            words.MISSING if strip["here"] is None else value(strip, strip["here"]),
            value(strip, float(after["from"])),
            _called(before["place"]),
            _called(after["place"]),
        )
        for strip in strips
        for before, after in pairwise(strip["bands"])
    ]


def _called(place: str | None) -> str:
    return NOBODY.capitalize() if place is None else name(place)
