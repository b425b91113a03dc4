"""Options, second tab: the users' devices, each with its share, its speed and its battery."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from report import palette, words
from report.axes import Tick, linear_ticks, log_ticks
from report.devices import energy_words
from report.on_devices import SYSTEMS
from ui.components import chart_parts as parts
from ui.components import csv_link, fact_table
from ui.components.charts import is_dark
from ui.components.fact_table import Cell, Column, Facts, Reference, Row
from ui.components.ready import Part
from ui.markdown import plain

Body = Mapping[str, Any]
DEVICE = "device"
_ROW_PX = 34
_MINUTES = {"first_minute_ms": ("minute 1", "circle-open"), "lasting_ms": ("minute 10", "circle")}
NOT_KNOWN = "not known"
_CROWDS = 8.0


def draw(body: Body, query: str) -> None:
    """The sentence, both pictures, the table of devices, updates, and the file."""
    st.markdown(plain(str(body["sentence"])))
    st.markdown(plain(str(body["falls_back"]["says"])))
    timed = [item for item in body["devices"] if item["first_minute_ms"]]
    drawn = [item for item in body["devices"] if item["energy_j_per_request"]]
    left, right = st.columns(2, gap="medium")
    with left:
        if timed:
            st.subheader("Time to the answer, cold and warm", anchor=False)
            dark = is_dark()
            parts.draw(times(timed, body["limits"], dark=dark), times_alt(timed), "device_times")
            told = f"{_limits(body['limits'])}{_greyed(timed)}{body['no_minute_30']}"
            st.caption(plain(told))
    with right:
        if drawn:
            st.subheader("Computing against sending", anchor=False)
            found = energy(drawn, body["energy"], dark=is_dark())
            parts.draw(found, energy_alt(drawn, body["energy"]), "device_energy")
        st.markdown(plain(energy_words(dict(body["energy"]))))
    st.subheader("Every device", anchor=False)
    columns, rows = table(body)
    caption = "The users' devices"
    fact_table.draw(Facts("device", caption, columns, rows, down=True, opened=None))
    st.caption(_shares(body))
    st.subheader("What a new model weighs", anchor=False)
    st.markdown("\n".join(f"- {plain(text)}" for text in body["update"]["says"]))
    csv_link.draw("Download these figures as CSV", "users_devices", query)
    with st.expander("How these figures are made"):
        st.markdown("\n".join(f"- {text}" for text in _METHOD))


_METHOD = (
    (
        "Shares come from published figures where there are any, and are marked as our judgement "
        "where there are none, or only of a system as a whole; each has its own 80 % range."
    ),
    "Times are of the complete answer, with what the app does before and after the model.",
    (
        "The first minute is a cold device; the tenth is one that has computed for minutes on end. "
        "Limits are held against the one your use reaches."
    ),
    (
        "Energy is above a screen that is on anyway. Battery is the share of a full one on a day "
        "of use; where a device's battery or power is not known, it says so."
    ),
    "A device serves where the model fits into its memory and meets every limit.",
)


def _limits(limits: Body) -> str:
    """What the times are held against."""
    told = []
    if limits["answer_ms"] is not None:
        told.append(f"the complete answer within {words.milliseconds(limits['answer_ms'])}")
    if limits["frame_ms"] is not None:
        frame = words.milliseconds(limits["frame_ms"])
        told.append(f"a frame computed every {frame} (without what the app does around it)")
    return f"Asked for: {' and '.join(told)}. " if told else ""


def _greyed(devices: Sequence[Body]) -> str:
    """What the other colour means, where some of the devices drawn cannot serve."""
    return "" if all(item["serves"] for item in devices) else "In grey: devices that cannot. "


def _shares(body: Body) -> str:
    """What the shares are of, and how many of them are our own judgement."""
    devices = body["devices"]
    ours = math.fsum(float(item["share"]["mid"]) for item in devices if item["our_judgement"])
    told = "Shares are of the app's users, most frequent first."
    if ours > 0:
        told += f" Devices of {words.percent(ours)} of users have a share that is our judgement."
    if body["left_out_share"] > 0:
        part = words.percent(body["left_out_share"])
        told += f" {part} of the mix run none of the app's platforms and are not among them."
    return plain(told)


# ------------------------------------------------------------------------------------- pictures


def name(item: Body) -> str:
    """A device with the share of users that have it."""
    return f"{item['device']}{' (browser)' if item['in_browser'] else ''}"


def _label(item: Body) -> str:
    """The same on two lines of an axis that has little room."""
    called = name(item)
    if len(called) > _LONG:
        cut = called.rfind(" ", 0, _LONG)
        called = f"{called[:cut]}<br>{called[cut + 1 :]}"
    return f"{called}, {words.percent(item['share']['mid'])}"


_LONG = 24


def times(devices: Sequence[Body], limits: Body, *, dark: bool) -> Part:
    """A line for each device from its first minute to its tenth, and the limit as an upright."""
    shade, muted = parts.colour(DEVICE, dark), parts.pick(palette.MUTED, dark)
    labels = [_label(item) for item in devices]
    data: list[Part] = []
    for item, label in zip(devices, labels, strict=True):
        ends = [item[minute]["mid"] for minute in _MINUTES if item[minute]]
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": ends,
                "y": [label] * len(ends),
                "line": {"color": shade if item["serves"] else muted, "width": 3},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    data += [_minute(minute, devices, labels, shade, muted) for minute in _MINUTES]
    values = [item[minute]["mid"] for item in devices for minute in _MINUTES if item[minute]]
    most = limits["answer_ms"]
    values += [] if most is None else [most]
    layout = _layout(dark, len(devices), _axis("time", values, _mark))
    if most is not None:
        layout["shapes"] = [_upright(most, parts.pick(palette.INK, dark))]
        layout["annotations"] = [_said(most, f"limit {words.milliseconds(most)}", _wide(values))]
    return {"data": data, "layout": layout}


def _wide(values: Sequence[float]) -> bool:
    """Whether the fastest would crowd at the left of an even axis."""
    return min(values) > 0 and max(values) / min(values) > _CROWDS


def _axis(
    title: str,
    values: Sequence[float],
    label: Callable[[float], str],
    *,
    log: bool | None = None,
) -> Part:
    """An axis that begins before the least and ends after the most."""
    made = parts.across(title, (), log=_wide(values) if log is None else log)
    if made.get("type") != "log":
        even = linear_ticks(0, max(values))
        return made | _ticks(_few(even), label) | {"rangemode": "tozero"}
    low, high = min(value for value in values if value > 0) / _AIR, max(values) * _AIR
    return (
        made
        | _ticks(_few(log_ticks(low, high)), label)
        | {"range": [math.log10(low), math.log10(high)]}
    )


def _few(marks: Sequence[Tick]) -> Sequence[Tick]:
    """As many as stand beside each other on a phone."""
    return marks[:: math.ceil(len(marks) / _MARKS)]


def _ticks(marks: Sequence[Tick], label: Callable[[float], str]) -> Part:
    return {
        "tickvals": [tick.at for tick in marks],
        "ticktext": [label(tick.at) for tick in marks],
        "tickangle": 0,
    }


def _mark(ms: float) -> str:
    """A mark on an axis of time: seconds from one on, since minutes would not be round."""
    return f"{words.short(ms / 1000)} s" if ms >= 1000 else f"{words.short(ms)} ms"


_MARKS = 3  # as many as stand side by side on a telephone
_AIR = 1.4
_ENDS = ("low", "high")


def _minute(
    minute: str, devices: Sequence[Body], labels: Sequence[str], shade: str, muted: str
) -> Part:
    called, symbol = _MINUTES[minute]
    known = [(item, label) for item, label in zip(devices, labels, strict=True) if item[minute]]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": called,
        "x": [item[minute]["mid"] for item, _ in known],
        "y": [label for _, label in known],
        "marker": {
            "symbol": symbol,
            "size": 11,
            "color": [shade if item["serves"] else muted for item, _ in known],
            "line": {"width": 2, "color": [shade if i["serves"] else muted for i, _ in known]},
        },
        "customdata": [_told(item, minute, called) for item, _ in known],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _told(item: Body, minute: str, called: str) -> str:
    found = item[minute]
    ends = f"{words.milliseconds(found['low'])} to {words.milliseconds(found['high'])}"
    serves = "" if item["serves"] else "<br>does not serve"
    return f"{name(item)}, {called}: {words.milliseconds(found['mid'])} ({ends}){serves}"


def times_alt(devices: Sequence[Body]) -> str:
    """The picture in words."""
    said = "; ".join(
        f"{name(item)} {_ms(item['first_minute_ms'])}, then {_ms(item['lasting_ms'])}"
        f"{'' if item['serves'] else ' (does not serve)'}"
        for item in devices
    )
    return f"Time to the answer in the first and in the tenth minute by device: {said}."


def energy(devices: Sequence[Body], found: Body, *, dark: bool) -> Part:
    """A bar for each device, and what sending takes as an upright."""
    sending = float(found["sending_j"]["mid"])
    drawn = [float(item["energy_j_per_request"]["mid"]) for item in devices]
    ends = [float(item["energy_j_per_request"][end]) for item in devices for end in _ENDS]
    log = _wide([*drawn, sending])
    points: Part = {
        "type": "scatter",
        "mode": "markers",
        "name": "computing on the device",
        "x": drawn,
        "y": [_label(item) for item in devices],
        "marker": {"symbol": "square", "size": 11, "color": parts.colour(DEVICE, dark)},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(item, "high") for item in devices],
            "arrayminus": [_reach(item, "low") for item in devices],
            "thickness": 1.5,
            "width": 0,
            "color": parts.colour(DEVICE, dark),
        },
        "customdata": [f"{name(item)}: {_joules(item)}" for item in devices],
        "hovertemplate": "%{customdata} a request<extra></extra>",
    }
    layout = _layout(
        dark, len(devices), _axis("J a request", [*ends, sending], words.short, log=log)
    )
    layout["shapes"] = [_upright(sending, parts.pick(palette.INK, dark))]
    layout["annotations"] = [_said(sending, f"sending {words.number(sending)} J", log)]
    return {"data": [points], "layout": layout}


def _reach(item: Body, end: str) -> float:
    found = item["energy_j_per_request"]
    return abs(float(found[end]) - float(found["mid"]))


def _joules(item: Body) -> str:
    found = item["energy_j_per_request"]
    if found is None:
        return NOT_KNOWN
    low, mid, high = (words.number(found[end]) for end in ("low", "mid", "high"))
    return f"{mid} J ({low} to {high})"


def energy_alt(devices: Sequence[Body], found: Body) -> str:
    """The picture in words."""
    said = "; ".join(f"{name(item)} {_joules(item)}" for item in devices)
    sending = words.number(found["sending_j"]["mid"])
    return f"Energy of one request: computing by device {said}; sending it takes {sending} J."


def _layout(dark: bool, count: int, x: Part) -> Part:
    made = parts.layout(
        dark,
        120 + _ROW_PX * count,
        x,
        {"autorange": "reversed", "type": "category"},
        legend=parts.legend(),
        margin={"l": 8, "r": 16, "t": 28, "b": 84},
    )
    made["showlegend"] = True
    return made


def _upright(x: float, colour: str) -> Part:
    line = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
    return line | {"line": {"dash": "dash", "width": 1.5, "color": colour}}


def _said(x: float, text: str, log: bool) -> Part:
    """Words above an upright; Plotly wants the logarithm on such an axis."""
    at = math.log10(x) if log else x
    place = {"x": at, "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": "right"}
    return place | {"text": text, "showarrow": False}


# --------------------------------------------------------------------------------------- table


def table(body: Body) -> tuple[list[Column], list[Row]]:
    """A line for each device, and what is said of it."""
    devices = body["devices"]
    columns = [
        Column(
            id=str(turn),
            name=name(item),
            under=(SYSTEMS.get(item["system"], item["system"]),),
            closed=f"{words.percent(item['share']['mid'])} of users, {_able(item)}",
            off=not item["serves"],
        )
        for turn, item in enumerate(devices)
    ]
    return columns, [
        Row(key, title, unit, help_, [say(item) for item in devices])
        for key, title, unit, help_, say in _FACTS
    ]


def _able(item: Body) -> str:
    return "can" if item["serves"] else "cannot"


def _share(item: Body) -> Cell:
    found = item["share"]
    low, mid, high = (words.percent(found[end]) for end in ("low", "mid", "high"))
    source = item["source"]
    whose = "Our judgement." if item["our_judgement"] else f"Evidence {source['confidence']}."
    why = [f"80 % range: {low} to {high}.", whose, *([item["note"]] if item["note"] else [])]
    page = Reference(str(source["title"]), str(source["url"]), str(source["as_of"] or ""))
    return Cell(mid + (" (ours)" if item["our_judgement"] else ""), why, [page])


def _runs(item: Body) -> Cell:
    if item["serves"]:
        return Cell("yes", ["It fits into memory and meets every limit."])
    return Cell("no", [words.spoken(str(item["why_not"]).rstrip(".")) + "."])


def _time(minute: str) -> Callable[[Body], Cell]:
    def say(item: Body) -> Cell:
        found = item[minute]
        if not found:
            return Cell(NOT_KNOWN if item["serves"] else words.MISSING)
        ends = f"80 % range: {words.milliseconds(found['low'])} to "
        return Cell(_ms(found), [f"{ends}{words.milliseconds(found['high'])}.", *_come_by(item)])

    return say


def _come_by(item: Body) -> list[str]:
    return [f"Come by: {item['label']}."] if item["label"] else []


def _ms(found: Body | None) -> str:
    return NOT_KNOWN if found is None else words.milliseconds(found["mid"])


def _memory(item: Body) -> Cell:
    value = item["memory_mb"]
    return Cell(NOT_KNOWN if value is None else f"{words.number(round(value))} MB")


def _load(item: Body) -> Cell:
    first, later = item["first_load_ms"], item["later_load_ms"]
    if first is None:
        return Cell(NOT_KNOWN if item["serves"] else words.MISSING)
    why = [] if later is None else [f"Later starts: {_ms(later)}."]
    return Cell(_ms(first), why)


def _energy(item: Body) -> Cell:
    found = item["energy_j_per_request"]
    if found is None:
        return Cell(NOT_KNOWN if item["serves"] else words.MISSING)
    low, high = words.number(found["low"]), words.number(found["high"])
    return Cell(f"{words.number(found['mid'])} J", [f"80 % range: {low} to {high} J."])


def _battery(item: Body) -> Cell:
    found = item["battery_pct_per_day"]
    if found is None:
        return Cell(NOT_KNOWN if item["serves"] else words.MISSING)
    low, mid, high = (_pct(found[end]) for end in ("low", "mid", "high"))
    return Cell(mid, [f"80 % range: {low} to {high}."])


def _pct(value: float) -> str:
    return "under 0.01 %" if 0 < value < 0.01 else f"{words.number(value)} %"


_FACTS: Sequence[tuple[str, str, str, str, Callable[[Body], Cell]]] = (
    ("share", "Share", "of users", "Users of the app with this device, or one like it.", _share),
    ("runs", "Can", "", "Whether it runs the model within every limit.", _runs),
    ("minute-1", "Minute 1", "to the answer", "A cold device.", _time("first_minute_ms")),
    ("minute-10", "Minute 10", "to the answer", "After minutes on end.", _time("lasting_ms")),
    ("load", "First load", "once a start", "Reading the model and preparing it.", _load),
    ("memory", "Memory", "at the peak", "Weights, cache and buffers of one request.", _memory),
    ("energy", "Energy", "a request", "Above a screen that is on.", _energy),
    ("battery", "Battery", "a day of use", "Of a full one.", _battery),
)
