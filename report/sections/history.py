"""Through price history: how the answer and its costs changed, and the prices that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from calculators.results import Comparison
from report import print_parts as parts
from report import words
from report.axes import MIN_LABEL_GAP, Axis, Tick, linear_ticks, log_ticks, spread_labels
from report.history import history_body
from report.sections.naming import inside, look, name, spans_decades
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, shortened

TITLE = "Through price history"
NOTHING: Said = ("Nothing that is possible here has a price with a history.",)
HEIGHT_MM = 70.0
DAYS_BELOW_PT = 8.0
"""Air above the days: the first one is wide, and stands under the 0 of the costs."""
MOVED, MOST_ROWS = 2, 16
"""Prices named for a day, and days listed."""
Body = Mapping[str, Any]
Days = Sequence[Mapping[str, Any]]


def make(_: Comparison, query: str) -> Section:
    """The answer at the prices of earlier days."""
    body = history_body(query)[0]
    days = body["days"]
    if not days:
        return Section(TITLE, (NOTHING,))
    every = table(days)
    rows, note = shortened(every.rows, MOST_ROWS, "/api/v1/history")
    printed = Table(every.columns, rows, every.title, note)
    found = (_picture(days), printed) if len(days) > 1 else (printed,)
    return Section(TITLE, (sentence(body), (held(body),)), found)


def table(days: Days) -> Table:
    """A row for each day: the answer, its cost, the break-even and the prices that changed."""
    rows = tuple(_row(day) for day in reversed(days))
    title = "Days on which a price changed, the first and the last; latest first"
    return Table(_COLUMNS, rows, title)


def how_many(days: Days) -> str:
    """How many rows :func:`moved` has, in words; blank where no price changed."""
    count = sum(len(day["moved"]) for day in days)
    if not count:
        return ""
    return "1 price that changed" if count == 1 else f"{count:,} prices that changed"


def moved(days: Days) -> tuple[Table, list[str]]:
    """A row for each price that changed, newest day first; beside it the key of each."""
    found = [(day, item) for day in reversed(days) for item in day["moved"]]
    rows = tuple(
        (
            str(item["key"]),
            _day(day) + (", or earlier" if item["no_later_than"] else ""),
            words.rate(item["old_usd"]),
            words.rate(item["new_usd"]),
        )
        for day, item in found
    )
    return Table(_MOVED, rows, "Prices that changed"), [str(item["key"]) for _, item in found]


_MOVED = (
    Column("Price", 4),
    Column("Changed on", 2),
    Column("USD before", 1.5, right=True),
    Column("USD after", 1.5, right=True),
)


def sentence(body: Body) -> Said:
    """How often the answer changed, and since when it is what it is."""
    days = body["days"]
    last, changes = days[-1], _changes(days)
    now = inside(last["winner"])
    if len(days) == 1:
        return ("No price behind ", Strong(now), " has changed yet: there is one day to look at.")
    if not changes:
        return (f"Since {_day(days[0])} the answer has always been ", Strong(now), ".")
    times = {1: "once", 2: "twice"}.get(len(changes), f"{len(changes)} times")
    since = Strong(_day(changes[-1]))
    return (
        "The answer changed ",
        Strong(times),
        f" since {_day(days[0])}; since ",
        since,
        f" it is {now}.",
    )


def _day(day: Mapping[str, Any]) -> str:
    return words.day(date.fromisoformat(day["day"]))


def _changes(days: Days) -> list[Mapping[str, Any]]:
    return [after for before, after in pairwise(days) if after["winner"] != before["winner"]]


def held(body: Body) -> str:
    """What stands at today's price, and how many options are looked at."""
    count = body["held"]["count"]
    if body["mode"] == "known":
        left = f"{body['left_out']} options of today are left out"
        return f"Only prices known on each day, of models that were out by then; {left}."
    if not count:
        return "Every price is that of the day."
    what = "1 price was" if count == 1 else f"{count:,} prices were"
    stand = "stands" if count == 1 else "stand"
    return (
        f"{what} not known on some of these days and {stand} at today's; the rest are those of "
        "the day."
    )


def alt(days: Days) -> str:
    """The picture in words: the answer on the first day, at each change and on the last."""
    shown = [days[0], *_changes(days), days[-1]]
    said = dict.fromkeys(f"{_day(day)} {name(day['winner'])}" for day in shown)
    return "Cheapest place through price history: " + "; ".join(said) + "."


def _picture(days: Days) -> Picture:
    figure, axes = parts.canvas(parts.WIDTH_MM, HEIGHT_MM)
    places = list(dict.fromkeys(place for day in days for place in day["places"]))
    costs = [item["cost_usd_per_month"] for day in days for item in day["places"].values()]
    y_axis = _costs(costs)
    at = [float(date.fromisoformat(day["day"]).toordinal()) for day in days]
    ends = {}
    for place in places:
        line = [_cost(day, place) for day in days]
        style = look(place)
        axes.step(
            at,
            line,
            where="post",
            color=style.line.light,
            linestyle=parts.DASHES[style.dash],
            linewidth=1.6,
            marker=parts.MARKERS[style.marker],
            markersize=3,
            clip_on=False,
        )
        known = [(x, y) for x, y in zip(at, line, strict=True) if y == y]  # noqa: PLR0124
        ends[place] = known[-1]
    parts.one_axis(axes, "y", y_axis)
    parts.one_axis(axes, "x", _dates(days))
    axes.tick_params(axis="x", pad=DAYS_BELOW_PT)
    parts.grid(axes, "y")
    _labels(axes, ends, days[-1]["winner"])
    title = "Cost a month of each place's best option, at the prices of the day"
    return Picture(parts.svg(figure).decode(), alt(days), title)


def _cost(day: Mapping[str, Any], place: str) -> float:
    found = day["places"].get(place)
    return float("nan") if found is None else float(found["cost_usd_per_month"])


def _costs(costs: Sequence[float]) -> Axis:
    if spans_decades(costs):
        low, high = min(costs) / 1.3, max(costs) * 1.3
        return Axis("USD a month", low, high, log_ticks(low, high, "$"), log=True)
    high = max(costs) * 1.08 or 1.0
    return Axis("USD a month", 0.0, high, linear_ticks(0.0, high), log=False)


def _dates(days: Days) -> Axis:
    """About six days, first and last among them, by their names."""
    first, last = (date.fromisoformat(days[turn]["day"]).toordinal() for turn in (0, -1))
    shown = sorted({round(first + (last - first) * turn / 5) for turn in range(6)})
    ticks = tuple(Tick(float(day), words.day(date.fromordinal(day))) for day in shown)
    return Axis("day", float(first), float(last), ticks, log=False)


def _labels(axes: Any, ends: Mapping[str, tuple[float, float]], best: str) -> None:
    """Names at the ends of the lines, apart from each other."""
    to_share, back = axes.transLimits, axes.transScale
    flat = [float(to_share.transform(back.transform(end))[1]) for end in ends.values()]
    placed = spread_labels(flat, MIN_LABEL_GAP)
    inverse = (back + to_share).inverted()
    for (place, end), share in zip(ends.items(), placed, strict=True):
        label_y = float(inverse.transform((0.5, share))[1])
        parts.end_label(axes, end, label_y, name(place), look(place), heavy=place == best)


_COLUMNS = (
    Column("Day", 1.3),
    Column("Cheapest", 1.7),
    Column("USD a month", 1.4, right=True),
    Column("Today's choice, USD a month", 1.6, right=True),
    Column("First two cost the same at, requests a month", 1.9, right=True),
    Column("Prices that changed: key, USD before and after", 5.2),
)


def _row(day: Mapping[str, Any]) -> Row:
    winner, equal = day["winner"], day["break_even"]
    cost = None if winner is None else day["places"][winner]["cost_usd_per_month"]
    moved = day["moved"]
    left = len(moved) - MOVED
    said = "; ".join(_moved(item) for item in moved[:MOVED])
    return (
        _day(day).replace(" ", "\N{NO-BREAK SPACE}"),
        name(winner),
        words.cents(cost),
        words.cents(day["choice_usd_per_month"]),
        words.number(None if equal is None else equal["requests_per_month"]),
        said + (f"; and {left} more" if left > 0 else ""),
    )


def _moved(item: Mapping[str, Any]) -> str:
    """A price that changed, old to new; in force no later than that day where it says so."""
    late = ", or earlier" if item["no_later_than"] else ""
    return f"{item['key']} {words.rate(item['old_usd'])} to {words.rate(item['new_usd'])}{late}"
