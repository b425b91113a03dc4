"""How sure the answer is: ranges, chances and regret side by side, and what to measure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from report import palette, words
from ui.components import chart_parts as parts
from ui.components.charts import is_dark
from ui.components.ready import Part
from ui.markdown import bold, plain

_ROW_PX = 34
_MOST = 10
Body = Mapping[str, Any]


def draw(body: Body, ids: tuple[str, str] | None) -> None:
    """The sentence, ranges, tornado of the difference and what to measure first."""
    places = body["places"]
    if not places:
        st.markdown("Nothing is possible here: there is nothing to draw.")
        return
    st.markdown(sentence(body))
    parts.draw(ranges_figure(places, dark=is_dark()), ranges_alt(places), "ranges")
    st.dataframe(table(places), hide_index=True)
    bars = _bars(body["tornado"])
    if ids and bars:
        st.markdown(f"**What moves the difference** between {plain(ids[0])} and {plain(ids[1])}")
        parts.draw(tornado_figure(bars, dark=is_dark()), tornado_alt(bars, ids), "tornado")
    st.markdown(measure_first(body["worth_knowing"]))
    known = worth(body["worth_knowing"])
    if not known.empty:
        st.dataframe(known, hide_index=True)


def sentence(body: Body) -> str:
    """How often the cheapest place is the cheapest, and what choosing it wrongly costs."""
    first, found = next(iter(body["places"].items()))
    chance = words.percent(found["probability_cheapest"])
    regret = found["expected_regret_usd_per_month"]
    risk = (
        ""
        if regret is None
        else f" Choosing it wrongly costs {words.usd(regret)} a month on average."
    )
    sure = "too close to call" if body["too_close"] else "clear enough to recommend"
    return (
        f"{bold(parts.name(first))} is cheapest in {bold(chance)} of {body['draws']:,} draws: "
        f"{sure}.{plain(risk)}"
    )


def ranges_figure(places: Mapping[str, Mapping[str, Any]], *, dark: bool) -> Part:
    """A bar from p10 to p90 with the median, a place each."""
    shown = {
        name: found for name, found in places.items() if found["p50_usd_per_month"] is not None
    }
    ends = [v for f in shown.values() for v in (f["p10_usd_per_month"], f["p90_usd_per_month"])]
    data: list[Part] = []
    for name, found in shown.items():
        low, mid, high = (found[f"{end}_usd_per_month"] for end in ("p10", "p50", "p90"))
        label, shade = parts.name(name), parts.colour(name, dark)
        said = f"{label}<br>{words.usd_range(low, high)} a month, middle {words.usd(mid)}"
        line = {"color": shade, "width": 9}
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [label, label],
                "line": line,
                "hoverinfo": "skip",
            }
        )
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [mid],
                "y": [label],
                "marker": {
                    "symbol": palette.style(parts.known(name)).marker,
                    "size": 13,
                    "color": parts.pick(palette.BACKGROUND, dark),
                    "line": {"color": parts.pick(palette.INK, dark), "width": 2},
                },
                "hovertemplate": f"{said}<extra></extra>",
            }
        )
    title = "USD a month: 8 in 10 draws lie within the bar"
    layout = parts.layout(
        dark,
        90 + _ROW_PX * len(shown),
        parts.axis(title, log=parts.spans_decades(ends)),
        {"autorange": "reversed"},
    )
    return {"data": data, "layout": layout}


def ranges_alt(places: Mapping[str, Mapping[str, Any]]) -> str:
    """The ranges in words."""
    said = []
    for name, found in places.items():
        if found["p50_usd_per_month"] is not None:
            ends = words.usd_range(found["p10_usd_per_month"], found["p90_usd_per_month"])
            said.append(f"{parts.name(name)} {ends}")
    return "Cost a month in 8 of 10 draws: " + "; ".join(said) + "."


def table(places: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Every place: range, chance and regret."""
    return pd.DataFrame(
        [
            {
                "Place": parts.name(name),
                "Low (1 in 10 below), USD a month": parts.cents(found["p10_usd_per_month"]),
                "Middle": parts.cents(found["p50_usd_per_month"]),
                "High (1 in 10 above)": parts.cents(found["p90_usd_per_month"]),
                "Chance of being cheapest": words.percent(found["probability_cheapest"]),
                "Regret, USD a month": parts.cents(found["expected_regret_usd_per_month"]),
            }
            for name, found in places.items()
        ]
    )


# --- what moves the difference -----------------------------------------------------------------
def _bars(tornado: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    moving = [bar for bar in tornado if bar["low_usd_per_month"] != bar["high_usd_per_month"]]
    return moving[:_MOST]


def tornado_figure(bars: Sequence[Mapping[str, Any]], *, dark: bool) -> Part:
    """What each cause alone makes of the difference; a bar across zero changes the answer."""
    names = [str(bar["label"]) for bar in bars]
    low = [min(bar["low_usd_per_month"], bar["high_usd_per_month"]) for bar in bars]
    high = [max(bar["low_usd_per_month"], bar["high_usd_per_month"]) for bar in bars]
    flips = [a < 0 < b for a, b in zip(low, high, strict=True)]
    shade = parts.pick(palette.STYLES["api"].line, dark)
    flip = parts.pick(palette.STYLES["owned"].line, dark)
    trace: Part = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "base": low,
        "x": [b - a for a, b in zip(low, high, strict=True)],
        "marker": {
            "color": [flip if over else shade for over in flips],
            "pattern": {"shape": ["/" if over else "" for over in flips]},
        },
        "customdata": [words.usd_range(a, b) for a, b in zip(low, high, strict=True)],
        "hovertemplate": "%{y}<br>difference %{customdata} a month<extra></extra>",
    }
    layout = parts.layout(
        dark,
        100 + _ROW_PX * len(bars),
        parts.axis("USD a month by which the first is dearer (left of 0: cheaper)", log=False)
        | {"zeroline": True, "zerolinewidth": 2},
        {"autorange": "reversed"},
        bargap=0.35,
    )
    return {"data": [trace], "layout": layout}


def tornado_alt(bars: Sequence[Mapping[str, Any]], ids: tuple[str, str]) -> str:
    """The bars in words."""
    said = "; ".join(
        f"{bar['label']} {words.usd_range(bar['low_usd_per_month'], bar['high_usd_per_month'])}"
        for bar in bars
    )
    return f"Cost of {ids[0]} minus {ids[1]}, USD a month, by cause: {said}."


def measure_first(found: Sequence[Mapping[str, Any]]) -> str:
    """What is worth knowing before choosing."""
    best = next((item for item in found if item["usd_per_month"] > 0), None)
    if best is None:
        return "Nothing that could be measured would change the choice on average."
    return (
        f"Measure first: {bold(str(best['label']))}. Knowing it before choosing is worth "
        f"{bold(words.usd(best['usd_per_month']))} a month."
    )


def worth(found: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """What each cause is worth knowing."""
    return pd.DataFrame(
        [
            {
                "What to measure": item["label"],
                "Worth, USD a month": parts.cents(item["usd_per_month"]),
            }
            for item in found
            if item["usd_per_month"] > 0
        ]
    )
