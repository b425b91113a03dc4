"""How sure the answer is: ranges, chances and regret side by side, and what to measure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.results import Comparison
from report import palette, words
from report import print_parts as parts
from report.axes import Axis, linear_ticks, log_ticks
from report.sections.naming import inside, look, name, spans_decades
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table
from report.uncertainty import body as uncertainty_of

TITLE = "How sure the answer is"
ROW_MM, FRAME_MM = 7.0, 15.0
MOST = 10
Body = Mapping[str, Any]


def make(comparison: Comparison, _: str) -> Section:
    """What all draws say of every place, what moves the difference, what to measure first."""
    body = uncertainty_of(comparison.uncertainty)
    places = body["places"]
    if not places:
        return Section(TITLE, (("Nothing is possible here: there is nothing to draw.",),))
    found: list[Picture | Table] = [_ranges(places), _table(places)]
    bars = _moving(body["tornado"])
    best, second = comparison.cheapest, comparison.runner_up
    if best and second and bars:
        pair = words.place(best.kind), words.place(second.kind)
        found.append(_tornado(bars, pair))
    worth = [item for item in body["worth_knowing"] if item["usd_per_month"] > 0]
    if worth:
        found.append(_worth(worth))
    return Section(TITLE, (sentence(body), measure_first(body["worth_knowing"])), tuple(found))


def sentence(body: Body) -> Said:
    """How often the cheapest place is the cheapest, and what choosing it wrongly costs."""
    first, found = next(iter(body["places"].items()))
    regret = found["expected_regret_usd_per_month"]
    chance = words.percent(found["probability_cheapest"])
    sure = "too close to call" if body["too_close"] else "clear enough to recommend"
    more = f" Choosing it costs {words.usd(regret)} a month more than the best choice, on average."
    risk = "" if regret is None else more
    many = f" of {body['draws']:,} draws the cheapest is "
    return ("In ", Strong(chance), many, Strong(inside(first)), f": {sure}.{risk}")


def measure_first(found: Sequence[Mapping[str, Any]]) -> Said:
    """What is worth knowing before choosing."""
    best = next((item for item in found if item["usd_per_month"] > 0), None)
    if best is None:
        return ("Nothing that could be measured would change the choice on average.",)
    return (
        "Measure first: ",
        Strong(str(best["label"])),
        ". Knowing it before choosing is worth ",
        Strong(words.usd(best["usd_per_month"])),
        " a month.",
    )


def _scale(values: Sequence[float], title: str) -> Axis:
    if spans_decades(values):
        low, high = min(values) / 1.25, max(values) * 1.25
        return Axis(title, low, high, log_ticks(low, high, "$"), log=True)
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) * 0.04
    low, high = low - room * (low < 0), high + room
    return Axis(title, low, high, linear_ticks(low, high), log=False)


def _ranges(places: Body) -> Picture:
    """A bar from p10 to p90 with the median, a place each."""
    shown = {at: found for at, found in places.items() if found["p50_usd_per_month"] is not None}
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + ROW_MM * len(shown))
    ends, said = [], []
    for row, (place, found) in enumerate(shown.items()):
        low, mid, high = (found[f"{end}_usd_per_month"] for end in ("p10", "p50", "p90"))
        style = look(place)
        axes.plot([low, high], [row, row], color=style.line.light, linewidth=6, zorder=2,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([mid], [row], parts.MARKERS[style.marker], markersize=8, zorder=3,
                  markerfacecolor=palette.BACKGROUND.light,
                  markeredgecolor=palette.INK.light, markeredgewidth=1.4)  # fmt: skip
        ends += [low, high]
        said.append(f"{name(place)} {words.usd_range(low, high)}, middle {words.usd(mid)}")
    parts.one_axis(axes, "x", _scale(ends, "USD a month"))
    parts.row_names(axes, [name(place) for place in shown])
    parts.grid(axes, "x")
    alt = "Cost a month in 8 of 10 draws: " + "; ".join(said) + "."
    title = "Cost a month: 8 in 10 draws lie within the bar, the mark is the middle one"
    return Picture(parts.svg(figure).decode(), alt, title)


_COLUMNS = (
    Column("Place", 2.4),
    Column("1 in 10 below, USD a month", 1.7, right=True),
    Column("Middle", 1.4, right=True),
    Column("1 in 10 above", 1.4, right=True),
    Column("Cheapest in", 1.2, right=True),
    Column("Regret, USD a month", 1.6, right=True),
)


def _table(places: Body) -> Table:
    rows: list[Row] = [
        (
            name(place),
            *(words.cents(found[f"{end}_usd_per_month"]) for end in ("p10", "p50", "p90")),
            words.percent(found["probability_cheapest"]),
            words.cents(found["expected_regret_usd_per_month"]),
        )
        for place, found in places.items()
    ]
    note = "Regret: what a place costs more than the cheapest of each draw, on average."
    return Table(_COLUMNS, tuple(rows), note=note)


def _moving(tornado: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    known = [
        bar
        for bar in tornado
        if bar["low_usd_per_month"] is not None and bar["high_usd_per_month"] is not None
    ]
    return [bar for bar in known if bar["low_usd_per_month"] != bar["high_usd_per_month"]][:MOST]


def _tornado(bars: Sequence[Mapping[str, Any]], pair: tuple[str, str]) -> Picture:
    """What each cause alone makes of the difference; a bar across zero changes the answer."""
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + 6.0 * len(bars))
    values, said = [], []
    for row, bar in enumerate(bars):
        low, high = sorted((bar["low_usd_per_month"], bar["high_usd_per_month"]))
        flips = low < 0 < high
        style = palette.STYLES["owned" if flips else "api"]
        axes.barh(
            row,
            high - low,
            left=low,
            height=0.6,
            facecolor=style.line.light,
            edgecolor=palette.BACKGROUND.light,
            linewidth=0.4,
            hatch="////" if flips else None,
        )
        values += [low, high]
        said.append(f"{bar['label']} {words.usd_range(low, high)}")
    axes.axvline(0, color=palette.INK.light, linewidth=1.0)
    first, second = (words.lower(text) for text in pair)
    title = f"USD a month by which {first} costs more than {second}; left of 0 it costs less"
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * 0.04
    ticks = linear_ticks(low - room, high + room)
    parts.one_axis(axes, "x", Axis(title, low - room, high + room, ticks, log=False))
    parts.row_names(axes, [str(bar["label"]) for bar in bars])
    parts.grid(axes, "x")
    alt = f"{pair[0]} minus {pair[1]}, USD a month, by cause: {'; '.join(said)}."
    heading = "What moves the difference, each cause alone; hatched: it changes the answer"
    return Picture(parts.svg(figure).decode(), alt, heading)


def _worth(found: Sequence[Mapping[str, Any]]) -> Table:
    columns = (Column("What to measure", 5), Column("Worth, USD a month", 2, right=True))
    rows = tuple((str(item["label"]), words.cents(item["usd_per_month"])) for item in found[:MOST])
    return Table(columns, rows, "What knowing would be worth, before choosing")
