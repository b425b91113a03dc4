"""The users' devices: how many can answer, how fast and at what battery use, one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from calculators.on_devices import OnDevices, OneDevice
from calculators.places import DEVICE
from calculators.results import Comparison, Option
from report import on_devices, palette, words
from report import print_parts as parts
from report.axes import Axis, linear_ticks, log_ticks
from report.sections.naming import spans_decades
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, shortened

TITLE = "On the users' devices"
ROW_MM, FRAME_MM = 5.4, 22.0
MOST, MOST_ROWS = 16, 40
"""Devices drawn, the most frequent first, and devices listed."""


def make(comparison: Comparison, _: str) -> Section:
    """The devices behind the recommended option where they answer, else behind that place."""
    option = _option(comparison)
    found = option.on_devices if option else None
    if option is None or found is None or not found.devices:
        return Section(TITLE, (("No device of the users is known to answer this.",),))
    rows, note = shortened([_row(line) for line in on_devices.devices(found)], MOST_ROWS, DATA)
    notes = dict.fromkeys(
        f"{item.source.title}: {item.note}".rstrip(": ") for item in found.devices
    )
    said = " ".join(filter(None, (note, *notes)))
    pictures = _pictures(found)
    says: list[Said] = [_head(option, found), *((line,) for line in on_devices.lines(found)[1:])]
    return Section(TITLE, tuple(says), (*pictures, Table(_COLUMNS, rows, note=said)))


DATA = "/api/v1/compare"


def _option(comparison: Comparison) -> Option | None:
    """The answer or its runner-up where devices take part, else the best of the devices alone."""
    for option in (comparison.cheapest, comparison.runner_up):
        if option is not None and option.on_devices is not None:
            return option
    return next((item for item in comparison.best_of_kind if item.kind == DEVICE), None)


def _head(option: Option, found: OnDevices) -> Said:
    alone = option.kind == DEVICE
    where = "" if alone else f" ({words.lower(words.place(option.kind))})"
    return (f"Users whose device can answer{where}: ", Strong(on_devices.reach(found)), ".")


def _pictures(found: OnDevices) -> tuple[Picture, ...]:
    """Time to the answer on the most frequent devices; none where no time is known."""
    shown = [item for item in found.devices if item.first_minute_ms is not None][:MOST]
    if not shown:
        return ()
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + ROW_MM * len(shown))
    scale = _scale(shown)
    for row, item in enumerate(shown):
        _device(axes, row, item, scale)
    parts.one_axis(axes, "x", scale)
    names = [f"{item.name}, {words.percent(item.share.mid)} of users" for item in shown]
    parts.row_names(axes, names)
    parts.grid(axes, "x")
    parts.legend(axes, _legend(), 3)
    said = "; ".join(f"{item.name} {_times(item)}" for item in shown)
    title = "Time to the answer on the devices most users have"
    return (Picture(parts.svg(figure).decode(), f"{title}: {said}.", title),)


_SERVES: Mapping[str, Any] = {
    "color": palette.STYLES["device"].line.light,
    "linewidth": 4,
    "solid_capstyle": "butt",
}
_MISSES: Mapping[str, Any] = {
    "color": palette.MUTED.light,
    "linewidth": 4,
    "linestyle": (0, (0.6, 0.5)),
    "dash_capstyle": "butt",
}
"""A broken line, since without colour both are one grey."""


def _device(axes: Axes, row: int, item: OneDevice, scale: Axis) -> None:
    """Range and middle of the first minute, and the middle after ten."""
    first = item.first_minute_ms
    assert first is not None
    how = _SERVES if item.serves else _MISSES
    axes.plot([max(first.low, scale.low), first.high], [row, row], **how)
    ink, paper = palette.INK.light, palette.BACKGROUND.light
    axes.plot([first.mid], [row], "o", markersize=5, markerfacecolor=paper, markeredgecolor=ink)
    if item.lasting_ms is not None and math.isfinite(item.lasting_ms.mid):
        axes.plot([item.lasting_ms.mid], [row], "D", markersize=4, color=ink)


def _scale(shown: Sequence[OneDevice]) -> Axis:
    ends: list[float] = []
    for item in shown:
        for spread in (item.first_minute_ms, item.lasting_ms):
            ends += [] if spread is None else [spread.low, spread.mid, spread.high]
    known = [value for value in ends if math.isfinite(value) and value > 0] or [1.0]
    if spans_decades(known):
        low, high = min(known) / 1.2, max(known) * 1.2
        return Axis("milliseconds to the answer", low, high, log_ticks(low, high), log=True)
    high = max(known) * 1.06
    ticks = linear_ticks(0.0, high, prefix="")
    return Axis("milliseconds to the answer", 0.0, high, ticks, log=False)


def _legend() -> list[Line2D]:
    ink, paper = palette.INK.light, palette.BACKGROUND.light
    first = Line2D([], [], marker="o", linestyle="none", markersize=5, markerfacecolor=paper,
                   markeredgecolor=ink, label="first minute, with its range")  # fmt: skip
    ten = Line2D([], [], marker="D", linestyle="none", markersize=4, color=ink,
                 label="after ten minutes")  # fmt: skip
    return [first, ten, Line2D([], [], label="misses a limit", **_MISSES)]


def _times(item: OneDevice) -> str:
    first, lasting = item.first_minute_ms, item.lasting_ms
    said = words.milliseconds(first.mid if first else None)
    return said if lasting is None else f"{said}, {words.milliseconds(lasting.mid)} after ten"


_COLUMNS = (
    Column("Device", 2.6),
    Column("System", 1.5),
    Column("Of the users", 2.6, right=True),
    Column("Answer, battery, or why not", 4),
    Column("Evidence", 1.4),
)


def _row(line: on_devices.DeviceLine) -> Row:
    return (line.name, line.where, line.share, line.does, line.whose)
