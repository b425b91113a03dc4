"""Options, third tab: what training costs where, from never again to continuously."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from calculators import remedies
from calculators.places import UNTRAINED
from report import palette, words
from report.axes import log_ticks, spread_labels, stairs
from report.retraining_table import (
    LIMITS,
    NAMED,
    POSSIBLE,
    called,
    flips,
    last_possible,
    limit,
    place_of,
    quality,
    sentence,
)
from ui.components import chart_parts as parts
from ui.components import csv_link, fact_table, html_table
from ui.components.charts import is_dark
from ui.components.fact_table import Cell, Column, Facts, Row
from ui.components.ready import Part
from ui.markdown import bold, plain

Body = Mapping[str, Any]
_HEIGHT = 470
_GAP = 0.12  # between labels: two lines of text, on what _LOWEST and _TOP leave
_NEVER = 8.0  # "never" stands so many times before the least often
_LEFT = 0.3  # decades before it: on a phone its dots keep off the marks of the other axis
_SHOWN = (0.0, 1 / 12, 1.0, 30.0, 730.0, 43_800.0)
"""Cadences with a mark on the axis."""
AS_PUBLISHED = "As published"


def draw(body: Body, query: str) -> None:
    """The sentence, the picture, rent or own, the venues, the crossings and the file."""
    st.markdown(plain(sentence(dict(body))))
    drawn = possible(body)
    if drawn:
        st.subheader(_title(body), anchor=False)
        parts.draw(figure(body, drawn, dark=is_dark()), alt(body, drawn), "cadence")
    st.markdown(f"{bold('Rent or own.')} {plain(str(body['rent_or_own']['text']))}")
    st.markdown(f"{bold('How often.')} {plain(quality(dict(body)))}")
    st.subheader("What limits each place of training", anchor=False)
    columns, rows = venues(body, dark=is_dark())
    opened = next((turn for turn, column in enumerate(columns) if column.mark), None)
    fact_table.draw(Facts("venue", "Places of training", columns, rows, opened=opened))
    met = crossings(body)
    if met.rows:
        html_table.draw(met)
    csv_link.draw("Download these figures as CSV", "retraining", query)
    with st.expander("How these figures are made"):
        st.markdown("\n".join(f"- {plain(text)}" for text in _METHOD))


_METHOD = (
    (
        "Each place of training stands for the cheapest option it can train, wherever that "
        "answers; the cost is of both, over the whole period, by month."
    ),
    (
        "A retraining is paid with its machine time, experiments, new labels, storage, work, "
        "checks, and, on devices, sending the new weights."
    ),
    (
        "Possible is what no rule forbids: a run must end before the next is due, and what is "
        "trained hourly or more often must be able to learn from what came in since."
    ),
    "Lost quality grows evenly from one training to the next; its mean over the period is priced.",
)


def _title(body: Body) -> str:
    more = " and lost quality" if body["quality_counted"] else ""
    return f"Cost{more} a month, by how often the model is trained again"


def name(venue: str) -> str:
    """A place of training."""
    return AS_PUBLISHED if venue == UNTRAINED else parts.name(venue)


def possible(body: Body) -> list[str]:
    """Venues that are possible at some cadence."""
    return [
        venue
        for venue, item in body["venues"].items()
        if any(value is not None for value in item["usd_per_month"])
    ]


def _values(body: Body, venue: str) -> list[float]:
    """What is drawn: cost, or cost and lost quality where that is counted."""
    return [parts.finite(value) for value in body["venues"][venue]["net_usd_per_month"]]


def _line(body: Body, venue: str) -> tuple[Sequence[float], Sequence[float]]:
    """The same as a line, without never, its steps where they are."""
    curve = body["venues"][venue]["curve"]
    return curve["retrains_per_month"], [parts.finite(usd) for usd in curve["usd_per_month"]]


# -------------------------------------------------------------------------------------- picture


def where(body: Body, often: float) -> float:
    """Where a cadence stands on the axis: never is a place of its own before the rest."""
    least = float(body["retrains_per_month"][1])
    return often if often > 0 else least / _NEVER


def figure(body: Body, drawn: Sequence[str], *, dark: bool) -> Part:
    """A line for each venue, the scenario's cadence, and where the cheapest one changes."""
    data: list[Part] = []
    for turn, venue in enumerate(drawn):
        # thinner ones over thicker ones: of two that lie on each other both are seen
        data += _venue(body, venue, _THIN + _STEP * (len(drawn) - 1 - turn), dark)
    data += _flips(body, drawn, dark)
    low, high = _range(body, drawn)
    ticks = [often for often in _SHOWN if often in body["retrains_per_month"] or not often]
    top, marks = float(body["retrains_per_month"][-1]), log_ticks(low, high, "$")
    layout = parts.layout(
        dark,
        _HEIGHT,
        {
            "type": "log",
            "range": [math.log10(where(body, 0)) - _LEFT, math.log10(top) + 0.05],
            "tickvals": [where(body, often) for often in ticks],
            "ticktext": [NAMED[often] for often in ticks],
            "title": {"text": "trained again, log scale", "standoff": 6},
        },
        {
            **parts.log_axis("USD a month"),
            "range": [math.log10(low), math.log10(high)],
            "tickvals": [tick.at for tick in marks],
            "ticktext": [tick.label for tick in marks],
        },
        hovermode="closest",
        margin={"l": 8, "r": 96, "t": 40, "b": 56},
    )
    layout["shapes"] = [_continuous(top, dark), _here(body, dark)]
    layout["annotations"] = [*_labels(body, drawn, low, high, dark), *_marks(body, dark)]
    return {"data": data, "layout": layout}


def _range(body: Body, drawn: Sequence[str]) -> tuple[float, float]:
    every = ([*_values(body, venue), *_line(body, venue)[1]] for venue in drawn)
    values = [value for line in every for value in line if value > 0]
    return min(values) / _AIR, max(values) * _AIR


_AIR = 1.25
_THIN, _STEP = 2.25, 0.75


def _venue(body: Body, venue: str, width: float, dark: bool) -> list[Part]:
    """Its line, with never as a point apart, and a cross where it stops being possible."""
    often, values = body["retrains_per_month"], _values(body, venue)
    shade = _shade(venue, dark)
    x, y = _line(body, venue)
    at, usd = (x, y) if body["quality_counted"] else stairs(x, y)
    line: Part = {
        "type": "scatter",
        "mode": "lines",
        "name": name(venue),
        "x": list(at),
        "y": list(usd),
        "connectgaps": False,
        "line": {"color": shade, "width": width},
        "hoverinfo": "skip",
    }
    points: Part = {
        "type": "scatter",
        "mode": "markers",
        "name": name(venue),
        "x": [where(body, value) for value in often],
        "y": values,
        "marker": {
            "color": shade,
            "symbol": _symbol(venue),
            "size": [_DOT if value == 0 else _HIDDEN for value in often],
        },
        "customdata": [_told(body, venue, turn) for turn in range(len(often))],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return [line, points, *_end(body, venue, shade)]


_DOT, _HIDDEN = 10, 3


def _end(body: Body, venue: str, shade: str) -> list[Part]:
    often = body["retrains_per_month"]
    last = last_possible(body["venues"][venue], len(often))
    if last is None or last in (0, len(often) - 1):
        return []
    why = limit(body["venues"][venue], last + 1)["text"]
    x, y = _line(body, venue)
    end = max(turn for turn, value in enumerate(y) if math.isfinite(value))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [x[end]],
            "y": [y[end]],
            "marker": {"symbol": "x", "size": 10, "color": shade},
            "customdata": [f"{name(venue)} ends here:<br>{why}"],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
    ]


def _shade(venue: str, dark: bool) -> str:
    return parts.pick(palette.MUTED, dark) if venue == UNTRAINED else parts.colour(venue, dark)


def _symbol(venue: str) -> str:
    return "star" if venue == UNTRAINED else palette.style(parts.known(venue)).marker


def _told(body: Body, venue: str, turn: int) -> str:
    usd = words.usd(_values(body, venue)[turn])
    return f"{name(venue)}, trained again {called(body['retrains_per_month'][turn])}: {usd} a month"


def _flips(body: Body, drawn: Sequence[str], dark: bool) -> list[Part]:
    """Where the cheapest venue changes, at the foot of the chart and off the lines."""
    found = _known_flips(body)
    if not found:
        return []
    low, _ = _range(body, drawn)
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [where(body, item["at"]) for item in found],
            "y": [low * _FOOT] * len(found),
            "marker": {
                "symbol": "triangle-up",
                "size": 11,
                "color": parts.pick(palette.INK, dark),
            },
            "customdata": [_flip(item) for item in found],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
    ]


_FOOT = 1.06


def _flip(item: Body) -> str:
    at = called(float(f"{item['at']:.3g}"))
    change = f"{name(item['below'])} to {name(item['above'])}"
    return f"The cheapest changes, trained again {at}:<br>{change}"


def _continuous(top: float, dark: bool) -> Part:
    box = {"type": "rect", "x0": _HOURLY, "x1": top * 2, "yref": "paper", "y0": 0, "y1": 1}
    fill = {"fillcolor": parts.pick(palette.MUTED, dark), "opacity": 0.1, "line": {"width": 0}}
    return box | fill | {"layer": "below"}


_HOURLY = 730.0


def _here(body: Body, dark: bool) -> Part:
    x = where(body, body["retrains_per_month"][body["here"]])
    line = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
    return line | {"line": {"dash": "dot", "width": 1.5, "color": parts.pick(palette.INK, dark)}}


def _marks(body: Body, dark: bool) -> list[Part]:
    """You are here, and where continuous training begins."""
    often = body["retrains_per_month"][body["here"]]
    ink = {"color": parts.pick(palette.INK, dark), "size": parts.FONT}
    muted = {"color": parts.pick(palette.MUTED, dark), "size": parts.FONT}
    base = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    here = {
        "x": math.log10(where(body, often)),
        "xanchor": "right" if often >= _LATE else "left",
        "text": "<b>you are here</b>",
        "font": ink,
    }
    middle = math.log10(_HOURLY * float(body["retrains_per_month"][-1])) / 2
    zone = {"x": middle, "xanchor": "center", "text": "continuous", "font": muted}
    return [base | here, base | zone | {"yshift": 14}]


_LATE = 8.0
_TOP = 0.94  # the words above the chart need room
_LOWEST = 0.06  # and those under it


def _labels(body: Body, drawn: Sequence[str], low: float, high: float, dark: bool) -> list[Part]:
    """Names at the right, each level with the end of its line, none over another."""
    ends = [[value for value in _values(body, venue) if value > 0][-1] for venue in drawn]
    span = math.log(high / low)
    shares = [math.log(end / low) / span for end in ends]
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 6,
            "y": _LOWEST + share * (_TOP - _LOWEST),
            "yref": "paper",
            "yanchor": "middle",
            "align": "left",
            "text": name(venue).replace(" ", "<br>", 1),
            "showarrow": False,
            "font": {"color": _text(venue, dark), "size": parts.FONT},
        }
        for venue, share in zip(drawn, spread_labels(shares, _GAP), strict=True)
    ]


def _text(venue: str, dark: bool) -> str:
    if venue == UNTRAINED:
        return parts.pick(palette.MUTED, dark)
    return parts.pick(palette.style(parts.known(venue)).text, dark)


def alt(body: Body, drawn: Sequence[str]) -> str:
    """The picture in words: each venue at the ends and here, and where the cheapest changes."""
    often, here = body["retrains_per_month"], body["here"]
    said = []
    for venue in drawn:
        values = body["venues"][venue]["net_usd_per_month"]
        last = last_possible(body["venues"][venue], len(often)) or 0
        now = words.usd(values[here]) if values[here] is not None else "not possible"
        end = f", {words.usd(values[last])} trained again {called(often[last])}, the most it can"
        said.append(f"{name(venue)} {now} here{end if last else ''}")
    changes = "; ".join(_flip(item).replace("<br>", " ") for item in _known_flips(body))
    tail = f" {changes}." if changes else " The cheapest never changes."
    return f"{_title(body)}, USD. {'; '.join(said)}.{tail}"


def _known_flips(body: Body) -> list[Body]:
    """Changes from one venue to another; the first training of all is none."""
    trained = (item for item in flips(dict(body)) if item["below"] != UNTRAINED)
    return [item for item in trained if item["above"] and item["below"]]


# --------------------------------------------------------------------------------------- tables


def venues(body: Body, *, dark: bool) -> tuple[list[Column], list[Row]]:
    """A column for each venue: cost here, where it answers, its run, and its limits."""
    known = [venue for venue in body["venues"] if venue != UNTRAINED]
    if any(value is not None for value in body["venues"][UNTRAINED]["usd_per_month"]):
        known = [UNTRAINED, *known]
    here = body["here"]
    cheapest = body["cheapest"][here]
    columns = [
        Column(
            id=venue,
            name=name(venue),
            mark="costs least here" if venue == cheapest else "",
            colour=_shade(venue, dark),
            off=body["venues"][venue]["usd_per_month"][here] is None,
        )
        for venue in known
    ]
    when = called(body["retrains_per_month"][here])
    rows = [
        Row("cost", "Cost here", f"USD a month, {when}", _HELP["cost"], _each(body, known, _cost)),
        Row("run", "One run takes", "order to result", _HELP["run"], _each(body, known, _run)),
        Row("limit", "In the way here", when, _HELP["limit"], _each(body, known, _limit)),
        Row("most", "Possible up to", "", _HELP["most"], _each(body, known, _most)),
    ]
    if body["quality_counted"]:
        rows.append(
            Row("best", "Best cadence", "least net", _HELP["best"], _each(body, known, _best))
        )
    rows.insert(1, Row("of", "Of it training", "USD a month", _HELP["of"], _each(body, known, _of)))
    first = _each(body, known, _first)
    rows.append(Row("first", "First answer in", "weeks", _HELP["first"], first))
    if any(body["venues"][venue]["premium"] for venue in known):
        over = _each(body, known, _premium)
        rows.append(Row("raw", "Over raw machines", "an hour", _HELP["raw"], over))
    return columns, rows


_HELP: Mapping[str, str] = {
    "cost": "Training and answering together, of the cheapest option trained there.",
    "run": "Wall clock: data sent, the machine's start and evaluation are in it.",
    "limit": "What forbids it at your cadence, or what continuous training means there.",
    "most": "The most often the model can be trained again there, by a machine fast enough for it, "
    "and what stops it.",
    "of": "What recurs with every retraining; the rest is start, storage, sending "
    "new models to devices, and answering.",
    "first": "Work, first training, delivery of servers, review by stores; labelling is not in it.",
    "raw": "What the platform asks for an hour, against the same accelerators rented raw.",
    "best": "Where cost and the worth of lost quality together are least.",
}


def _each(body: Body, known: Sequence[str], say: Any) -> list[Cell]:
    return [say(body, body["venues"][venue]) for venue in known]


def _cost(body: Body, venue: Body) -> Cell:
    usd, candidate = (venue[part][body["here"]] for part in ("usd_per_month", "candidate"))
    if usd is None:
        return Cell("not possible")
    why = [f"Answers on: {place_of(candidate)}.", f"Option: {candidate}."]
    on = venue["trained_on"][body["here"]]
    return Cell(words.usd(usd), [*why, *([f"Trained on: {on}."] if on else [])])


def _run(body: Body, venue: Body) -> Cell:
    hours = venue["run_hours"][body["here"]]
    return Cell(words.MISSING if hours is None else hours_words(hours))


def hours_words(hours: float) -> str:
    """Hours, or minutes where they are few."""
    if hours < 1:
        return f"{words.number(float(f'{hours * 60:.2g}'))} min"
    return f"{words.number(float(f'{hours:.2g}'))} h"


def _limit(body: Body, venue: Body) -> Cell:
    found = limit(dict(venue), body["here"])
    return Cell(LIMITS[found["code"]], [words.spoken(found["text"])] if found["text"] else [])


def _most(body: Body, venue: Body) -> Cell:
    often = body["retrains_per_month"]
    last = last_possible(dict(venue), len(often))
    if last is None:
        found = limit(dict(venue), body["here"])
        return Cell("at no cadence", [words.spoken(found["text"])] if found["text"] else [])
    after = limit(dict(venue), last + 1) if last + 1 < len(often) else None
    why = [words.spoken(after["text"])] if after and after["code"] not in POSSIBLE else []
    on, hours = (venue[part][last] for part in ("trained_on", "run_hours"))
    interval = body["interval_hours"][last]
    if on and hours is not None and interval is not None:
        if hours <= interval:  # a faster machine than here may be what makes it possible
            why = [f"Up there one run takes {hours_words(hours)}, on {on}.", *why]
        else:
            why = ["It learns online: no run has to end before the next one.", *why]
    return Cell(called(max(often[last], _ends_at(venue))), why)


def _ends_at(venue: Body) -> float:
    """The highest cadence a venue may have, between two of the grid, to three digits."""
    curve = venue["curve"]
    line = zip(curve["retrains_per_month"], curve["usd_per_month"], strict=True)
    most = max((float(often) for often, usd in line if usd is not None), default=0.0)
    return remedies.down(most) if most > 0 else 0.0


def _best(_: Body, venue: Body) -> Cell:
    best = venue["best"]
    if best is None:
        return Cell(words.MISSING)
    net = words.usd(best["net_usd_per_month"])
    lost = words.usd(best["quality_usd_per_month"])
    return Cell(
        called(best["retrains_per_month"]), [f"{net} a month, {lost} of it for quality lost."]
    )


def _of(_: Body, venue: Body) -> Cell:
    """What recurs with every retraining, beside what answers cost."""
    if venue["cycle"] is None:
        return Cell(words.MISSING)
    again = [item for item in venue["cycle"] if item["period"] == "per retrain"]
    usd = sum(float(item["usd_per_month"]) for item in again if item["payer"] == "company")
    why = [f"{item['name']}: {words.usd(item['usd_per_month'])} a month." for item in again]
    trial = venue["reduced_dataset"]
    if trial is not None:
        why.append(
            f"A first trial on {words.percent(trial['share'])} of the data takes "
            f"{hours_words(trial['hours'])} and costs {words.usd(trial['usd'])}."
        )
    return Cell(words.usd(usd), why)


def _first(_: Body, venue: Body) -> Cell:
    found = venue["first_release"]
    if found is None:
        return Cell(words.MISSING)
    low, mid, high = (
        words.number(float(f"{found[end]:.2g}")) for end in ("weeks_low", "weeks", "weeks_high")
    )
    spent = [f"{name} {value:.2g}" for name, value in found["parts"].items() if value >= _SEEN]
    return Cell(mid, [f"80 % range: {low} to {high} weeks.", f"Of these: {', '.join(spent)}."])


_SEEN = 0.05  # of a week


def _premium(_: Body, venue: Body) -> Cell:
    found = venue["premium"]
    if found is None:
        return Cell(words.MISSING)
    more = float(found["ratio"]) - 1
    return Cell(
        f"{words.percent(abs(more))} {'more' if more >= 0 else 'less'}", [str(found["text"])]
    )


_KINDS = {"exact": "meet", "alternating": "alternate (stairs)", "feasibility": "possible or not"}


def crossings(body: Body) -> html_table.Table:
    """Every crossing of every two venues, the least often first."""
    met = [item for pair in body["crossings"] for item in pair["crossings"]]
    met = sorted(met, key=lambda item: float(item["at"]))
    titles = ("Trained again", "Cheaper below", "Cheaper above", "Kind")
    columns = tuple(html_table.Column(title) for title in titles)
    return html_table.Table(_MEET, columns, tuple(_crossing(item) for item in met))


_MEET = "Where another becomes the cheaper one"


def _crossing(item: Body) -> tuple[str, ...]:
    until = "" if item["until"] is None else f" to {words.number(item['until'])}"
    sides = (_named(item["cheaper_below"]), _named(item["cheaper_above"]))
    often = f"{words.number(item['at'])}{until} times a month"
    steps = item["kind"] == "exact" and item["last_below"] is not None
    return (often, *sides, "one steps over the other" if steps else _KINDS[item["kind"]])


def _named(venue: str | None) -> str:
    return parts.NOBODY if venue is None else name(venue)
