"""The sections of the page Break-even: one open at a time, worked out when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from calculators.places import PLACES
from calculators.results import Comparison
from calculators.scenario import ScenarioError, fields, is_numeric
from report import words
from report.break_even import break_even_body
from report.codec import encode
from report.history import history_body
from report.map import map_body
from report.payback import payback_body
from report.strips import INPUTS, strips_body
from report.uncertainty import uncertainty_body
from ui import cached, state
from ui.components import axis_curve, csv_link, history, payback, strips, uncertainty, who_wins
from ui.markdown import plain

VOLUME = "requests_per_month"
_ANY = ""  # a side that follows the answer
_SIDE_WORDS = {"a": "First", "b": "Second"}


@dataclass(frozen=True)
class Section:
    """A part of the page: its name, and what draws it for a comparison and its query."""

    title: str
    draw: Callable[[Comparison, str], None]


# --- what would change the answer --------------------------------------------------------------
FIRST = (VOLUME, "horizon_months", "staff_usd_per_hour")
"""Inputs that matter to everybody and are quick to look along: shown while the rest is found."""

_WHOLE = "strips_whole"  # in the session: the query whose strips were drawn last


def _strips(comparison: Comparison, query: str) -> None:
    place, progress = st.empty(), st.empty()
    if st.session_state.get(_WHOLE) != query:  # else the visitor has all of them before them
        first = cached.body(strips_body, f"{query}&{urlencode({INPUTS: ','.join(FIRST)})}")
        with place.container():
            _drawn(comparison, first["strips"], whole=False)
        progress.info("These are the first three inputs. Looking at all the others ...")
    body = cached.body(strips_body, query)
    progress.empty()
    st.session_state[_WHOLE] = query
    with place.container():
        _drawn(comparison, body["strips"], whole=True)
    csv_link.draw("Download every stretch as CSV", "strips", query)


def _drawn(comparison: Comparison, found: list[Any], *, whole: bool) -> None:
    strips.draw(found, _edges(comparison, found), whole=whole)


def _edges(comparison: Comparison, found: list[Any]) -> dict[tuple[str, float], str]:
    """Where each edge leads: this page's scenario with the input just beyond it."""
    links = {}
    for strip in found:
        for band in strip["bands"][1:]:
            name, at = str(strip["field"]), float(band["from"])
            if name in fields():
                links[name, at] = _opened(comparison, {name: at})
    return links


def _opened(comparison: Comparison, values: Mapping[str, float]) -> str:
    """Compare of another value; blank where the two do not go together."""
    try:
        scenario = comparison.scenario.with_changes(values)
    except ScenarioError:
        return ""
    return f"./?{encode(scenario, comparison.book)}"


# --- along an input ----------------------------------------------------------------------------
def _curve(comparison: Comparison, query: str) -> None:
    left, middle, right = st.columns(3)
    with left:
        axis = _input("axis", "Input", VOLUME)
    with middle:
        first = _side("a", comparison)
    with right:
        second = _side("b", comparison)
    asked = {"axis": axis, **_sides(comparison, first, second)}
    try:
        body = cached.body(break_even_body, f"{query}&{urlencode(asked)}")
    except ScenarioError as error:
        st.warning(plain("; ".join(f"{item.field}: {item.allowed}" for item in error.bad)))
        return
    here = getattr(comparison.scenario, axis)
    axis_curve.draw(comparison.along(axis).curves, body, None if here is None else float(here))
    csv_link.draw("Download these lines as CSV", "curves", query, {"axis": axis})
    csv_link.draw("Download these crossings as CSV", "crossings", query, asked)


def _sides(comparison: Comparison, first: str, second: str) -> dict[str, str]:
    """The places to compare; the answer and its runner-up where nothing is chosen."""
    best, next_best = comparison.cheapest, comparison.runner_up
    found = {
        "a": first or (best.kind if best else ""),
        "b": second or (next_best.kind if next_best else ""),
    }
    return {name: text for name, text in found.items() if text}


def _input(name: str, label: str, default: str) -> str:
    """A numeric input to look along, kept in the address."""
    known = [field for field in fields() if is_numeric(field)]
    held = state.of_page(name)
    return str(
        st.selectbox(
            label,
            known,
            index=known.index(held if held in known else default),
            key=f"be_{name}",
            format_func=words.input_title,
        )
    )


def _side(name: str, comparison: Comparison, instead: str = "") -> str:
    """A place to compare; left open it is the answer or its runner-up, or what is said instead."""
    known = [_ANY, *PLACES]
    held = state.of_page(name)
    own = comparison.cheapest if name == "a" else comparison.runner_up
    open_words = "the answer" if name == "a" else "the runner-up"
    named = f"{open_words}: {words.lower(words.place(own.kind))}" if own else open_words
    said = instead or named
    return str(
        st.selectbox(
            _SIDE_WORDS[name],
            known,
            index=known.index(held) if held in known else 0,
            key=f"be_{name}",
            format_func=lambda place: said if place == _ANY else words.place(place),
        )
    )


# --- over time ---------------------------------------------------------------------------------
def _payback(comparison: Comparison, query: str) -> None:
    left, right = st.columns(2)
    with left:
        first = _side("a", comparison)
    with right:
        has = comparison.today
        second = _side("b", comparison, has.label if has else "")
    chosen = {name: text for name, text in (("a", first), ("b", second)) if text}
    asked = urlencode(chosen)  # left open, the second is what one has today, where that is said
    try:
        body = cached.body(payback_body, f"{query}&{asked}" if asked else query)
    except ScenarioError as error:
        st.warning(plain("; ".join(f"{item.field}: {item.allowed}" for item in error.bad)))
        return
    payback.draw(body, payback.names(body))
    csv_link.draw("Download these months as CSV", "payback", query, chosen)


# --- over two inputs ---------------------------------------------------------------------------
def _map(comparison: Comparison, query: str) -> None:
    left, right = st.columns(2)
    with left:
        x = _input("x", "Across", VOLUME)
    with right:
        y = _input("y", "Up", "params_millions" if comparison.scenario.params_millions else SECOND)
    if x == y:
        st.warning("Choose two different inputs.")
        return
    with st.spinner("Working out the map ..."):
        body = cached.body(map_body, f"{query}&{urlencode({'x': x, 'y': y})}")
    here = tuple(getattr(comparison.scenario, name) for name in (x, y))
    who_wins.draw(body, (here[0], here[1]))
    chosen = who_wins.choose(body, (here[0], here[1]))
    address = _opened(comparison, {x: chosen[0], y: chosen[1]})
    st.markdown(who_wins.cell_words(body, chosen))
    if address:
        st.link_button("Open this scenario", address, icon=":material/arrow_forward:")
    axes = {"x": x, "y": y}
    csv_link.draw("Download every cell as CSV", "map", query, axes)
    csv_link.draw("Download its lines as CSV", "map_lines", query, axes)


SECOND = "staff_usd_per_hour"


def _history(_: Comparison, query: str) -> None:
    with st.spinner("Looking back through the prices ..."):
        body = cached.body(history_body, query)
    history.draw(body, query)
    csv_link.draw("Download these days as CSV", "history", query)
    csv_link.draw("Download what moved as CSV", "history_moves", query)


def _uncertainty(comparison: Comparison, query: str) -> None:
    with st.spinner("Drawing 8,192 cases ..."):
        body = cached.body(uncertainty_body, query)
    pair = comparison.cheapest, comparison.runner_up
    names = (words.place(pair[0].kind), words.place(pair[1].kind)) if pair[0] and pair[1] else None
    uncertainty.draw(body, names)
    csv_link.draw("Download these ranges as CSV", "uncertainty", query)
    csv_link.draw("Download what moves the difference as CSV", "tornado", query)


SECTIONS: Mapping[str, Section] = {
    "strips": Section("What would change the answer", _strips),
    "curve": Section("Along an input", _curve),
    "time": Section("Over time", _payback),
    "map": Section("Over two inputs", _map),
    "history": Section("Through price history", _history),
    "uncertainty": Section("How sure", _uncertainty),
}
"""Sections by the name they have in the address."""
_KEPT: Mapping[str, tuple[str, ...]] = {
    "curve": ("axis", "a", "b"),
    "time": ("a", "b"),
    "map": ("x", "y"),
}


def pick_section() -> str:
    """The open section: the address's at first, then what the visitor picks."""
    held = state.of_page("section")
    chosen = st.segmented_control(
        "Section",
        list(SECTIONS),
        default=held if held in SECTIONS else next(iter(SECTIONS)),
        key="be_section",
        format_func=lambda name: SECTIONS[name].title,
        label_visibility="collapsed",
        required=True,
    )
    return str(chosen or next(iter(SECTIONS)))


def page_values(section: str) -> dict[str, str]:
    """What the address says of the page besides the scenario."""
    shown = {name: str(st.session_state.get(f"be_{name}") or "") for name in _KEPT.get(section, ())}
    return {"section": section, **shown}
