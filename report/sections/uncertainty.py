"""How sure the answer is: ranges, chances and regret side by side, and what to measure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.answer.words import listed
from calculators.results import Comparison
from report import palette, words
from report import print_parts as parts
from report.axes import Axis, linear_ticks, log_ticks
from report.sections.naming import inside, known, look, name
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table
from report.uncertainty import body as uncertainty_of

TITLE = "How sure the answer is"
NOTHING: Said = ("Nothing is possible here: there is nothing to draw.",)
ROW_MM, FRAME_MM = 7.0, 15.0
MOST = 10
LEAST_USD = 0.005
"""A month below which a worth reads as 0.00, and is none."""
FAR = 20.0
"""Ranges that differ by a larger factor are told apart by their ratios."""
Body = Mapping[str, Any]


def make(comparison: Comparison, _: str) -> Section:
    """What all draws say of every place, what moves the difference, what to measure first."""
    body = uncertainty_of(comparison.uncertainty)
    places = body["places"]
    if not places:
        return Section(TITLE, (NOTHING,))
    found: list[Picture | Table] = [_ranges(places), table(places)]
    bars = moving(body["tornado"])
    best, second = comparison.cheapest, comparison.runner_up
    if best and second and bars:
        pair = words.place(best.kind), words.place(second.kind)
        found.append(_tornado(bars, pair))
    if (measured := worth(body["worth_knowing"])).rows:
        found.append(measured)
    return Section(TITLE, (sentence(body), measure_first(body["worth_knowing"])), tuple(found))


def sentence(body: Body) -> Said:
    """How often the cheapest place is the cheapest, and what choosing it wrongly costs."""
    first, found = next(iter(body["places"].items()))
    if len(body["places"]) == 1:
        return ("Only one place is possible here, ", Strong(inside(first)),
                ": nothing else could be cheaper.")  # fmt: skip
    regret, share = found["expected_regret_usd_per_month"], found["probability_cheapest"]
    draws = f"{body['draws']:,} draws of everything uncertain"
    sure = "too close to call" if body["too_close"] else "clear enough to recommend"
    if share == 1:
        return ("In ", Strong("all"), f" {draws} the cheapest is ", Strong(inside(first)),
                f": {sure}.")  # fmt: skip
    if against := [known(place) for place in body.get("against", ())]:
        sure += f" against {listed(against)}"
    chance = words.percent(share)
    risk = ""
    if (available := found.get("available_share", 1.0)) < 1:
        risk += f" In {words.percent(1 - available)} of them it cannot meet the needs."
    if regret is not None:
        risk += f" Choosing it costs {words.usd(regret)} a month more than the best choice, on "
        risk += f"average{_least(body)}."
    return ("In ", Strong(chance), f" of {draws} the cheapest is ", Strong(inside(first)),
            f": {sure}.{risk}")  # fmt: skip


def _least(body: Body) -> str:
    """Where the least is lost on average, if elsewhere."""
    if (other := body.get("least_regret")) is None:
        return ""
    regret = body["places"][other]["expected_regret_usd_per_month"]
    return f"; the least is lost with {inside(other)}, {words.usd(regret)} a month"


def in_short(comparison: Comparison) -> str:
    """How sure the answer is, in the words of the answer itself; blank where nothing is possible.

    They rest on the first draws alone, which are made with the answer.
    """
    if comparison.certainty_text or comparison.cheapest is None:
        return comparison.certainty_text
    return "Only one place is possible here, so nothing else could be cheaper."


def measure_first(found: Sequence[Mapping[str, Any]]) -> Said:
    """What is worth knowing before choosing."""
    best = next((item for item in found if item["usd_per_month"] >= LEAST_USD), None)
    if best is None:
        return ("Nothing that could be measured would change the choice on average.",)
    return (
        "Measure first: ",
        Strong(str(best["label"])),
        ". Knowing it before choosing is worth ",
        Strong(words.usd(best["usd_per_month"])),
        " a month.",
    )


def scale(values: Sequence[float], title: str) -> Axis:
    """An axis of money with room for every value; from 0 unless the small would be too small."""
    if min(values) > 0 and max(values) > FAR * min(values):
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
    ends = []
    for row, (place, found) in enumerate(shown.items()):
        low, mid, high = (found[f"{end}_usd_per_month"] for end in ("p10", "p50", "p90"))
        style = look(place)
        axes.plot([low, high], [row, row], color=style.line.light, linewidth=6, zorder=2,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([mid], [row], parts.MARKERS[style.marker], markersize=8, zorder=3,
                  markerfacecolor=palette.BACKGROUND.light,
                  markeredgecolor=palette.INK.light, markeredgewidth=1.4)  # fmt: skip
        ends += [low, high]
    parts.one_axis(axes, "x", scale(ends, "USD a month"))
    parts.row_names(axes, [name(place) for place in shown])
    parts.grid(axes, "x")
    return Picture(parts.svg(figure).decode(), ranges_alt(places), RANGES)


RANGES = "Cost a month: 8 in 10 draws lie within the bar, the mark is the middle one"


def ranges_alt(places: Body) -> str:
    """The ranges in words."""
    said = [
        f"{name(place)} {words.usd_range(found['p10_usd_per_month'], found['p90_usd_per_month'])}, "
        f"middle {words.usd(found['p50_usd_per_month'])}"
        for place, found in places.items()
        if found["p50_usd_per_month"] is not None
    ]
    return "Cost a month in 8 of 10 draws: " + "; ".join(said) + "."


_COLUMNS = (
    Column("Place", 2.4),
    Column("1 in 10 below, USD a month", 1.7, right=True),
    Column("Middle", 1.4, right=True),
    Column("1 in 10 above", 1.4, right=True),
    Column("Meets the needs in", 1.2, right=True),
    Column("Cheapest in", 1.2, right=True),
    Column("Regret, USD a month", 1.6, right=True),
)


def table(places: Body) -> Table:
    """Every place: range, chance and regret."""
    rows: list[Row] = [
        (
            name(place),
            *(words.cents(found[f"{end}_usd_per_month"]) for end in ("p10", "p50", "p90")),
            words.percent(found["available_share"]),
            words.percent(found["probability_cheapest"]),
            words.cents(found["expected_regret_usd_per_month"]),
        )
        for place, found in places.items()
    ]
    note = (
        "Of all draws: in how many a place meets the needs, in how many it is the cheapest. "
        "Regret: what it costs more than the cheapest of each draw, on average over those in which "
        "it meets the needs."
    )
    return Table(_COLUMNS, tuple(rows), note=note)


def moving(tornado: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Causes that move the difference, the strongest first, as many as are drawn."""
    moved = [
        bar
        for bar in tornado
        if bar["low_usd_per_month"] is not None and bar["high_usd_per_month"] is not None
    ]
    return [bar for bar in moved if bar["low_usd_per_month"] != bar["high_usd_per_month"]][:MOST]


def _tornado(bars: Sequence[Mapping[str, Any]], pair: tuple[str, str]) -> Picture:
    """What each cause alone makes of the difference; a bar across zero changes the answer."""
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + 6.0 * len(bars))
    values = []
    for row, bar in enumerate(bars):
        low, high = sorted((bar["low_usd_per_month"], bar["high_usd_per_month"]))
        flips = low < 0 < high
        shade = palette.INK if flips else palette.MUTED  # no place's colour: it is a cause
        parts.bar(
            axes,
            row,
            low,
            high - low,
            height=0.6,
            facecolor=shade.light,
            edgecolor=palette.BACKGROUND.light,
            linewidth=0.4,
            hatch="////" if flips else None,
        )
        values += [low, high]
    axes.axvline(0, color=palette.INK.light, linewidth=1.0)
    title = difference(pair)
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * 0.04
    ticks = linear_ticks(low - room, high + room)
    parts.one_axis(axes, "x", Axis(title, low - room, high + room, ticks, log=False))
    parts.row_names(axes, [str(bar["label"]) for bar in bars])
    parts.grid(axes, "x")
    return Picture(parts.svg(figure).decode(), tornado_alt(bars, pair), MOVES)


MOVES = "What moves the difference, each cause alone; hatched: it changes the answer"


def difference(pair: tuple[str, str]) -> str:
    """What the axis of the causes says."""
    first, second = (words.lower(text) for text in pair)
    return f"USD a month: {first} minus {second}; left of 0 the first costs less"


def tornado_alt(bars: Sequence[Mapping[str, Any]], pair: tuple[str, str]) -> str:
    """The causes in words, and which of them change the answer."""
    said = []
    for bar in bars:
        low, high = sorted((bar["low_usd_per_month"], bar["high_usd_per_month"]))
        flips = ", which changes the answer" if low < 0 < high else ""
        said.append(f"{bar['label']} {words.usd_range(low, high)}{flips}")
    return f"{pair[0]} minus {pair[1]}, USD a month, by cause: {'; '.join(said)}."


def causes(bars: Sequence[Mapping[str, Any]], pair: tuple[str, str]) -> Table:
    """The causes with both ends of what each alone makes of the difference."""
    columns = (
        Column("What moves it", 4),
        Column("From, USD a month", 2, right=True),
        Column("To, USD a month", 2, right=True),
        Column("Changes the answer", 2),
    )
    rows: list[Row] = []
    for bar in bars:
        low, high = sorted((bar["low_usd_per_month"], bar["high_usd_per_month"]))
        flips = "yes" if low < 0 < high else "no"
        rows.append((str(bar["label"]), words.cents(low), words.cents(high), flips))
    return Table(columns, tuple(rows), f"{pair[0]} minus {words.lower(pair[1])}, by cause")


def worth(found: Sequence[Mapping[str, Any]]) -> Table:
    """What knowing each cause would be worth; no row where none is worth anything."""
    columns = (Column("What to measure", 5), Column("Worth, USD a month", 2, right=True))
    dear = [item for item in found if item["usd_per_month"] >= LEAST_USD][:MOST]
    rows = tuple((str(item["label"]), words.cents(item["usd_per_month"])) for item in dear)
    return Table(columns, rows, "What knowing would be worth, before choosing")
