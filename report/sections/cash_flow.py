"""Over time: what two options have cost so far, when one overtakes the other, cash flow a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator

from calculators.places import PLACES
from calculators.results import Comparison
from report import palette, words
from report import print_parts as parts
from report.axes import MIN_LABEL_GAP, Axis, linear_ticks, spread_labels
from report.payback import alone_of, payback_of
from report.sections.naming import inside, look, name
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table

TITLE = "Over time"
NOTHING: Said = ("Nothing is possible here: there is no cash flow to draw.",)
NOT_PRICED: Said = ("One of the two is not priced over the whole period.",)
LONE_NOT_PRICED: Said = ("It is not priced over the whole period.",)
HEIGHT_MM = 62.0
Body = Mapping[str, Any]
_OTHER = (palette.STYLES["rented"], palette.SPARE)
"""Looks of two options of one place, or of what one has today."""


def make(comparison: Comparison, _: str) -> Section:
    """The recommended option against today's or the runner-up."""
    best = comparison.cheapest
    if best is None:
        return Section(TITLE, (NOTHING,))
    second = _second(comparison)
    if second is None:
        body = alone_of(comparison, {})
    else:
        body = payback_of(comparison, {"a": best.id, "b": second})
    titles = names(body)
    if not body["months"]:
        return Section(TITLE, (not_priced(body),))
    return Section(TITLE, (sentence(body, titles),), (_picture(body, titles), *flows(body, titles)))


def _second(comparison: Comparison) -> str | None:
    """What the recommended option is set against: what one has today, else the next place."""
    if comparison.today is not None:
        return "today"
    if comparison.runner_up is not None:
        return comparison.runner_up.id
    best = comparison.cheapest
    others = (item for item in comparison.best_of_kind if item.company_usd is not None)
    return next((item.id for item in others if best is None or item.id != best.id), None)


def _sides(titles: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(("a", "b")[: len(titles)], titles, strict=True))


def names(body: Body) -> tuple[str, ...]:
    """What each side is called: its place, or its product where the places are alike."""
    sides = list(body["sides"].values())
    places = [side["place"] for side in sides]
    alike = len(set(places)) < len(places)
    return tuple(
        str(side["label"]) if alike or side["place"] is None else name(side["place"])
        for side in sides
    )


def not_priced(body: Body) -> Said:
    """Why there are no months."""
    return LONE_NOT_PRICED if len(body["sides"]) == 1 else NOT_PRICED


def sentence(body: Body, titles: Sequence[str]) -> Said:
    """In which month one overtakes the other, or that none does and by how much."""
    if len(titles) == 1:
        return _alone(body, titles[0])
    first, second = titles
    crossings = body["crossings"]
    if crossings:
        last = second if crossings[-1]["cheaper_after"] in ("b", body["b"]) else first
        when = " and ".join(_months(item["month"]) for item in crossings)
        met = "What the two have cost so far is equal after "
        told = f"; from then on the lower sum is that of {_named(last)}.{_switch(body)}"
        return (met, Strong(when), told)
    gap = body["gap_end_usd"]
    if gap is None:
        return NOT_PRICED
    less, end = first if gap > 0 else second, body["months"][-1]["month"]
    return (
        f"Neither overtakes the other: the lower sum is that of {_named(less)} all along, ",
        Strong(words.usd(abs(gap))),
        f" lower after {_months(end)}.{_switch(body)}",
    )


def _switch(body: Body) -> str:
    """That the other side of what one has today bears the switch."""
    sides = body.get("sides", {}).values()
    has_today = any(side["place"] is None for side in sides)
    return " What the switch costs is counted to the new one." if has_today else ""


def _alone(body: Body, title: str) -> Said:
    last = body["months"][-1]
    return (
        "Only one option is possible and priced here, so there is none that could overtake it: ",
        Strong(words.usd(last["cumulative_a_usd"])),
        f" for {_named(title)} by the end of {_months(last['month'])}.",
    )


def _named(title: str) -> str:
    """A side inside a sentence: a place in its words, a product as it is called."""
    return {name(place): inside(place) for place in PLACES}.get(title, title)


def _months(number: float) -> str:
    """A number of months, to a tenth of one."""
    said = words.number(round(number, 1))
    return "1 month" if said == "1" else f"{said} months"


def alt(body: Body, titles: Sequence[str]) -> str:
    """The picture in words."""
    last = body["months"][-1]
    ends = " and ".join(
        f"{title} {words.usd(last[f'cumulative_{side}_usd'])}" for side, title in _sides(titles)
    )
    where = ", ".join(_months(item["month"]) for item in body["crossings"])
    met = f" The lines cross after {where}." if where else " The lines do not cross."
    if len(titles) == 1:
        met = ""
    return f"Cost so far by month. After {_months(last['month'])}: {ends}.{met}"


def _picture(body: Body, titles: Sequence[str]) -> Picture:
    figure, axes = parts.canvas(parts.WIDTH_MM, HEIGHT_MM)
    x = [row["month"] for row in body["months"]]
    lines = [
        [row[f"cumulative_{side}_usd"] for row in body["months"]] for side, _ in _sides(titles)
    ]
    known = [value for line in lines for value in line if value is not None]
    low, high = min(0.0, *known), max(1.0, *known) * 1.05
    parts.one_axis(
        axes, "y", Axis("USD paid so far", low, high, linear_ticks(low, high), log=False)
    )
    axes.set_xlim(0, max(x))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
    axes.set_xlabel("Months from the start", fontproperties=parts.font(), color=palette.MUTED.light)
    for text in axes.get_xticklabels():
        text.set_fontproperties(parts.font())
    parts.grid(axes, "y")
    shown = looks(body)
    ends = [line[-1] for line in lines]
    shares = [((end or 0.0) - low) / (high - low) for end in ends]
    placed = [low + (high - low) * at for at in spread_labels(shares, MIN_LABEL_GAP)]
    for turn, (line, title) in enumerate(zip(lines, titles, strict=True)):
        if line[-1] is None:
            continue
        style, dash = shown[turn], ("-", (0, (5, 2)))[turn]
        axes.plot(x, line, color=style.line.light, linestyle=dash, linewidth=2.0 - 0.4 * turn)
        parts.end_label(axes, (x[-1], line[-1]), placed[turn], title, style, heavy=not turn)
    for item in body["crossings"]:
        at = float(item["month"])
        parts.here(axes, at, f"month {words.number(at)}")
    return Picture(parts.svg(figure).decode(), alt(body, titles), "Cost so far, month by month")


def looks(body: Body) -> list[palette.Style]:
    """Each side as its place is drawn everywhere, where that tells the two apart."""
    places = [side["place"] for side in body["sides"].values()]
    others = _OTHER[: len(places)]
    if len(set(places)) < len(places):
        return list(others)
    return [
        other if place is None else look(place) for place, other in zip(places, others, strict=True)
    ]


_YEARS = (
    Column("Year", 0.9),
    Column("Purchases, USD", 1.4, right=True),
    Column("Set-up and running, USD", 1.4, right=True),
    Column("Got back, USD", 1.4, right=True),
    Column("Paid by users, USD", 1.4, right=True),
    Column("Sum, USD", 1.4, right=True),
)


def flows(body: Body, titles: Sequence[str]) -> list[Table]:
    """Cash flow by year of each side."""
    return [_years(body["cash_flow"][side], title) for side, title in _sides(titles)]


def months(body: Body, titles: Sequence[str]) -> Table:
    """What each side has cost by the end of each month."""
    columns = (Column("Month"), *(Column(f"{title}, USD", 3, right=True) for title in titles))
    rows = tuple(
        (
            str(row["month"]),
            *(words.cents(row[f"cumulative_{side}_usd"]) for side, _ in _sides(titles)),
        )
        for row in body["months"]
    )
    return Table(columns, rows, "Paid by the end of each month")


def _years(flow: Sequence[Mapping[str, Any]] | None, title: str) -> Table:
    """Purchases, running cost and credits by year; the last row is their sum."""
    rows = [_year(f"Year {row['year']}", row) for row in flow or ()]
    if flow:
        names = [name for name in flow[0] if name != "year"]
        rows.append(_year("All years", {name: sum(row[name] for row in flow) for name in names}))
    note = "" if flow else "Not priced over the whole period."
    return Table(_YEARS, tuple(rows), f"{title}: cash flow by year", note)


def _year(label: str, row: Mapping[str, Any]) -> Row:
    columns = ("capex_usd", "opex_usd", "credit_usd", "users_usd", "total_usd")
    return (label, *(words.cents(row[name]) for name in columns))
