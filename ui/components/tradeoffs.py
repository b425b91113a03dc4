"""Options, first tab: what each place means for the app, concern by concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from calculators.answer.tradeoffs import CONCERN
from report import words
from ui.components import chart_parts as parts
from ui.components import csv_link, fact_table
from ui.components.charts import is_dark
from ui.components.fact_table import Cell, Column, Facts, Reference, Row
from ui.markdown import plain

Body = Mapping[str, Any]
UNBEATEN = "◆ unbeaten"
_HOW = (
    "◆ unbeaten: no other possible place is at least as good on every count and better on one; "
    "counts are not weighed. Bold: the best possible place on that count. Differences that would "
    "not be shown do not count."
)
_GREY = "Places in grey cannot be chosen here: they stay for what they would mean."


def draw(body: Body, query: str) -> None:
    """The sentence, the table, its file and how it is made."""
    st.markdown(plain(str(body["sentence"])))
    places = [place for place in body["places"] if place["cells"]]
    fact_table.draw(
        Facts(
            key="trade",
            caption="What each place means for the app",
            columns=columns(places, dark=is_dark()),
            rows=rows(body, places),
            opened=cheapest(places),
        )
    )
    left_out = ", ".join(
        f"{concern['title']} ({places[0]['cells'][concern['id']]['text']})"
        for concern in body["concerns"]
        if places and _silent(concern, places)
    )
    if left_out:
        st.caption(plain(f"The same for every place: {left_out}."))
    absent = [str(place["name"]) for place in body["places"] if not place["cells"]]
    if absent:
        st.caption(plain(f"Not offered for this task: {', '.join(absent)}."))
    if notes := _notes(places):
        st.caption(notes)
    csv_link.draw("Download these figures as CSV", "tradeoffs", query)


def _notes(places: Sequence[Body]) -> str:
    """What the marks of the table mean, of those that occur."""
    possible = [place["status"] == "feasible" for place in places]
    return " ".join([_HOW] * any(possible) + [_GREY] * (not all(possible)))


def columns(places: Sequence[Body], *, dark: bool) -> list[Column]:
    """A column for each place on offer, with its status and mark."""
    least = cheapest(places)
    return [
        Column(
            id=str(place["place"]),
            name=str(place["name"]),
            under=(str(place["says"]), "costs least" if turn == least else ""),
            mark=_mark(place),
            colour=parts.colour(place["place"], dark),
            off=place["status"] != "feasible",
        )
        for turn, place in enumerate(places)
    ]


def cheapest(places: Sequence[Body]) -> int | None:
    """The possible place that costs least; None where none is possible."""
    cost = {
        turn: float(place["cells"]["cost"]["value"])
        for turn, place in enumerate(places)
        if place["status"] == "feasible"
    }
    return min(cost, key=cost.__getitem__) if cost else None


def _mark(place: Body) -> str:
    if place["unbeaten"]:
        return UNBEATEN
    beaten = ", ".join(words.lower(parts.name(name)) for name in place["beaten_by"])
    return f"beaten by {beaten}" if beaten else ""


def rows(body: Body, places: Sequence[Body]) -> list[Row]:
    """A row for each concern."""
    found = []
    for concern in body["concerns"]:
        if _silent(concern, places):
            continue
        cells = [place["cells"][concern["id"]] for place in places]
        best = best_of(concern, places, cells)
        found.append(
            Row(
                id=str(concern["id"]),
                title=str(concern["title"]),
                unit=str(concern["unit"]),
                help=str(concern["help"]),
                cells=[
                    _cell(place, cell, best=turn in best)
                    for turn, (place, cell) in enumerate(zip(places, cells, strict=True))
                ],
            )
        )
    return found


def _silent(concern: Body, places: Sequence[Body]) -> bool:
    """Whether every place says the same words, and no figure, to a concern."""
    cells = [place["cells"][concern["id"]] for place in places]
    known = any(cell["value"] is not None or cell["missing"] for cell in cells)
    return not known and len({cell["text"] for cell in cells}) == 1


def best_of(concern: Body, places: Sequence[Body], cells: Sequence[Body]) -> frozenset[int]:
    """Which possible places are best on a count; none where they are all alike or one is alone."""
    known = {
        turn: float(cell["value"])
        for turn, (place, cell) in enumerate(zip(places, cells, strict=True))
        if place["status"] == "feasible" and cell["value"] is not None
    }
    if len(known) < 2:
        return frozenset()
    asked = CONCERN[concern["id"]]
    top = (min if asked.better == "less" else max)(known.values())
    near = frozenset(turn for turn, value in known.items() if not asked.gain(top, value))
    return near if len(near) < len(known) else frozenset()


def _cell(place: Body, cell: Body, *, best: bool) -> Cell:
    why = list(cell["why"])
    if place["why_not"] and place["status"] != "feasible":
        why.append(f"{place['says']}: {place['why_not']}")
    pages = [
        Reference(str(item["title"]), str(item["url"]), str(item["as_of"] or ""))
        for item in cell["sources"]
    ]
    return Cell(str(cell["text"]), why, pages, best)


def method() -> None:
    """How the figures come about."""
    with st.expander("How these figures are made"):
        st.markdown("\n".join(f"- {plain(text)}" for text in _METHOD))


_METHOD = (
    "Each place stands for its best candidate, the one on Compare.",
    (
        "Growth is the same candidate at twice the volume, divided by the requests that came on "
        "top. Whole machines make it a stair."
    ),
    (
        "Leaving is the work of moving, both paid side by side for a while (our assumptions), the "
        "rest of a commitment that has just begun, the data set sent out at the price of the "
        "vendor that trains, and, where the trained model may not be taken along, the first "
        "training at the cheapest place elsewhere."
    ),
    (
        "Work is the sum of the hours among the costs; most of them are our assumptions, which "
        "you can replace."
    ),
    (
        "Nothing is scored or weighed: a place is beaten only by one that is at least as good on "
        "every count. What is not known cannot beat and is not beaten."
    ),
)
