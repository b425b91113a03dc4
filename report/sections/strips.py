"""What would change the answer: each input a bar over its bounds, by who wins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.patches import Patch

from calculators.explore.axis import FACTOR
from calculators.percents import percent
from calculators.results import Comparison
from calculators.scenario import is_whole
from report import palette, words
from report import print_parts as parts
from report.sections.naming import (
    NOBODY,
    bare_value,
    input_title,
    input_value,
    inside,
    look,
    name,
    noun,
    says_unit,
)
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, shortened
from report.strips import strips_of

TITLE = "What would change the answer"
MOST, MOST_ROWS = 12, 24
"""Strips drawn, and edges listed."""
ROW_MM, FRAME_MM = 6.6, 18.0
Strip = Mapping[str, Any]


def make(comparison: Comparison, _: str) -> Section:
    """Who wins over the bounds of every input, nearest changes first."""
    strips = in_order(strips_of(comparison)["strips"])
    flipping = moving(strips)
    says = (sentence(strips),)
    every = table(flipping)
    rows, left = shortened(every.rows, MOST_ROWS, "/api/v1/strips")
    note = f"{every.note} {left}".strip()
    if still := steady(strips):
        note += f" {still}"
    printed = Table(every.columns, rows, note=note.strip())
    return Section(TITLE, says, (_picture(flipping[:MOST]), printed) if flipping else (printed,))


def in_order(strips: Sequence[Strip]) -> list[Strip]:
    """Nearest changes first, then those that leave nothing possible.

    Last among them is what a request of this app never holds: film for a chat.
    """
    return sorted(strips, key=lambda strip: _ends_it(strip) * (1 + _begins(strip)))  # stable


def _begins(strip: Strip) -> bool:
    """Whether the nearest change is that the input is more than 0 at all."""
    return bool(strip["nearest_flip"] == 0 and _way(strip) == "above")


def moving(strips: Sequence[Strip]) -> list[Strip]:
    """Those along which the answer changes somewhere."""
    return [strip for strip in strips if strip["nearest_flip"] is not None]


def steady(strips: Sequence[Strip]) -> str:
    """Which inputs change nothing; blank where each does."""
    found = [title(strip) for strip in strips if strip["nearest_flip"] is None]
    return f"These change nothing, whatever their value: {'; '.join(found)}." if found else ""


def title(strip: Strip) -> str:
    """What the form calls the input."""
    return input_title(str(strip["field"]))


def value(strip: Strip, number: float) -> str:
    """A value of the input with its unit."""
    return input_value(str(strip["field"]), number, str(strip["unit"]))


_FROM_NONE: Mapping[str, str] = {
    "retrains_per_month": "it is retrained",
    "growth_pct_per_month": "the volume grows",
    "video_seconds": "a request holds film",
    "audio_seconds": "a request holds sound",
    "images_per_request": "a request holds an image",
    "input_tokens": "a request holds text",
    "output_tokens": "an answer holds text",
}
"""What begins where an input leaves 0, in words of its own."""


def sentence(strips: Sequence[Strip], *, whole: bool = True) -> Said:
    """The nearest change, in words; where not ``whole``, others are still to be looked at."""
    near = next(iter(moving(strips)), None)
    if near is None and all(band["place"] is None for strip in strips for band in strip["bands"]):
        which = "no single number" if whole else "none of these numbers"
        said = f"Nothing is possible here, and {which} changes that within its bounds"
        return (f"{said}; Compare says which requirements would.",)
    if near is None:
        which = "No single number" if whole else "None of these numbers"
        return (f"{which} changes the answer within its bounds.",)
    taker = _beyond(near, float(near["nearest_flip"]), _way(near))
    then = "nothing is possible" if taker is None else f"{_subject(taker)} would be cheapest"
    among = "" if whole else " among these"
    return (f"The nearest change{among}: ", *_when(near), f"{then}.")


def _subject(place: str) -> str:
    """A place before what is said of it; what is set apart by a comma ends with one."""
    called = inside(place)
    return f"{called}," if "," in called else called


def _when(near: Strip) -> Said:
    """Under which condition the answer changes: "growth below −4.8 % per month, where "."""
    field, called = str(near["field"]), noun(str(near["field"]))
    if _begins(near):
        begins = _FROM_NONE.get(field, f"{called} is more than 0")
        return ("as soon as ", Strong(begins), ", ")
    here = near["here"]
    now = "" if here is None else f" (now {_short(near, float(here))})"
    way = "at" if _at_a_bound(near) else _way(near)
    return (f"{called} {way} ", Strong(nearest(near)), f"{now}, where ")


def _at_a_bound(strip: Strip) -> bool:
    """Whether the nearest change is at the input's last value alone, none being beyond it."""
    last = strip["high"] if _way(strip) == "above" else strip["low"]
    return bool(strip["nearest_flip"] == last)


def nearest(strip: Strip) -> str:
    """Where the nearest change is, beside the input's name: "479,000", "5 % per month"."""
    return "more than 0" if _begins(strip) else _short(strip, float(strip["nearest_flip"]))


def _short(strip: Strip, number: float) -> str:
    """A value beside the input's name, which may say its unit: "requests a month above 479,000"."""
    field, unit = str(strip["field"]), str(strip["unit"])
    named = says_unit(field) and abs(number) != 1
    return (bare_value if named else input_value)(field, number, unit, 3)


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
    bands = strip["bands"]
    # not the edge alone, unless it is the last value there is
    further = [band for band in bands if band[far] != at]
    if not further:
        further = [band for band in bands if band["from"] == band["to"]]
    band = min(further, key=lambda band: abs(float(band[edge]) - at))
    return None if band["place"] is None else str(band["place"])


def share(strip: Strip, number: float) -> float:
    """Where a value lies between the lowest and the highest, on the input's own scale: 0 to 1."""
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


SCALES = "Each bar runs from an input's lowest to its highest value, wide ranges on a log scale"
HERE = "the line is where you are"
"""How the picture is read."""


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
            at = share(strip, float(strip["here"]))
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
    return Picture(parts.svg(figure).decode(), alt(strips), f"{SCALES}; {HERE}")


def _bar(axes: Any, row: int, strip: Strip, band: Mapping[str, Any]) -> None:
    start, end = share(strip, float(band["from"])), share(strip, float(band["to"]))
    parts.bar(
        axes,
        row,
        start,
        end - start,
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
    Column("Cheapest below", 1.8),
    Column("Cheapest above", 1.8),
)


@dataclass(frozen=True)
class Edge:
    """A value of an input at which the cheapest place changes."""

    strip: Strip
    below: Mapping[str, Any]  # the band that ends there
    above: Mapping[str, Any]  # the band that begins there

    @property
    def at(self) -> float:
        """The value."""
        return float(self.above["from"])

    @property
    def beyond(self) -> tuple[float, str | None]:
        """A value just past the edge, seen from where the scenario stands, and who wins there.

        Past the edge by a thousandth, and inside the band. Where nothing is possible any more the
        edge is the last value that was seen to be possible, so there it is a twentieth.
        """
        here = self.strip["here"]
        up = here is None or here <= self.at
        band = self.above if up else self.below
        low, high = float(band["from"]), float(band["to"])
        place = None if band["place"] is None else str(band["place"])
        if not up and self.at_least:
            return low, place
        part = 1000 if place is not None else 20
        step = min((abs(self.at) or high - low) / part, (high - low) / 2)
        value = self.at + step if up else self.at - step
        if is_whole(str(self.strip["field"])):
            value = min(math.floor(value) + 1, high) if up else max(math.ceil(value) - 1, low)
        return value, place

    @property
    def at_least(self) -> bool:
        """Whether nothing between 0 and the edge was looked at: below it stands the answer at 0."""
        here = self.strip["here"]
        first = 0.0 if here is None else float(here) / FACTOR * (1 + _ROUNDING)
        return float(self.below["from"]) == 0 and 0 < self.at <= first


_ROUNDING = 1e-9


def edges(strips: Sequence[Strip]) -> list[Edge]:
    """Every edge: first the nearest of each input, in their order, then all others.

    Of an input the scenario leaves open none is the nearest.
    """
    nearest, others = [], []
    for strip in strips:
        found = [Edge(strip, below, above) for below, above in pairwise(strip["bands"])]
        first = _first(found, strip["nearest_flip"])
        nearest += [edge for edge in found if edge is first]
        others += [edge for edge in found if edge is not first]
    return [*nearest, *others]


def _first(found: Sequence[Edge], nearest_flip: float | None) -> Edge | None:
    """The edge of the nearest change; None where there is none."""
    if nearest_flip is None:
        return None
    return min(found, key=lambda edge: abs(edge.at - nearest_flip), default=None)


def table(strips: Sequence[Strip]) -> Table:
    """A row for each of :func:`edges`, and how closely they are known."""
    rows = tuple(_row(edge) for edge in edges(strips))
    return Table(_COLUMNS, rows, note=how_exact(strips) if rows else "")


def how_exact(strips: Sequence[Strip]) -> str:
    """Which edges are exact, what may be missed of the others, where one is a little short."""
    found = moving(strips)
    steps = [max(float(band["resolution"]) for band in strip["bands"]) for strip in found]
    named = [noun(str(strip["field"])) for strip in found]
    exact = [called for called, step in zip(named, steps, strict=True) if step == 0]
    told = []
    if exact:
        told.append(f"Exact: {', '.join(exact)}.")
    if any(steps):
        who = "The other inputs" if exact else "Inputs"
        told.append(
            f"{who} are looked at in steps, and each change between two is then closed in on; one "
            f"that is undone within a step (at most {percent(max(steps), 0)} of the value) may be "
            "missed."
        )
    if any(band["place"] is None for strip in found for band in strip["bands"]):
        told.append(
            "Where nothing is possible beyond, the value is the last one found possible, up to "
            f"{percent(SHORT, 1)} short of the limit."
        )
    return " ".join(told)


SHORT = 0.005
"""Of its value: how far an edge may lie before the limit behind which nothing is possible."""


def _row(edge: Edge) -> Row:
    strip = edge.strip
    return (
        title(strip),
        words.MISSING if strip["here"] is None else value(strip, strip["here"]),
        _at(edge),
        _called(edge.below["place"]),
        _called(edge.above["place"]),
    )


def _at(edge: Edge) -> str:
    """Where the cheapest place changes; an input that is 0 or more changes it once it is more."""
    said = value(edge.strip, edge.at)
    if edge.at_least:
        return f"under {said}"
    return f"above {said}" if edge.at == 0 == float(edge.strip["low"]) else said


def _called(place: str | None) -> str:
    return NOBODY.capitalize() if place is None else name(place)
