"""The sections of the page Break-even: one open at a time, worked out when it is opened.

What is chosen stands outside; what is worked out is a fragment of its own, which a newer change
ends between two evaluations (:func:`ui.cached.body`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from calculators.explore.axis import TIED
from calculators.places import PLACES
from calculators.results import Comparison
from calculators.scenario import ScenarioError, fields, is_numeric
from report import words
from report.break_even import break_even_of, here
from report.codec import encode
from report.history import history_body
from report.map import map_body
from report.payback import alone_of, payback_of
from report.sections import break_even as crossings
from report.sections import cash_flow
from report.sections import history as price_history
from report.sections.said import Said
from report.sections.strips import Edge
from report.sections.uncertainty import in_short
from report.strips import strips_of
from report.uncertainty import uncertainty_body
from ui import cached
from ui.components import (
    axis_curve,
    csv_link,
    history,
    kept,
    own_figures,
    payback,
    said,
    strips,
    uncertainty,
    who_wins,
)
from ui.markdown import bold, plain

VOLUME = "requests_per_month"
SURE = "uncertainty"
SECOND = "staff_usd_per_hour"
_SIDE_WORDS = {"a": "First", "b": "Second"}
Chosen = Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """A part of the page.

    ``choose`` draws its controls and returns what is chosen; ``draw`` works out and shows it, for a
    comparison, its query and what is chosen.
    """

    title: str
    draw: Callable[[Comparison, str, Chosen], None]
    choose: Callable[[Comparison], Chosen] = lambda _: {}


def in_brief(comparison: Comparison, section: str) -> None:
    """The answer and how sure it is, above a section; the one on it says so by all draws."""
    st.markdown(bold(comparison.sentence))
    if section != SURE and (sure := in_short(comparison)):
        st.markdown(plain(sure))


# --- what would change the answer --------------------------------------------------------------
FIRST = (VOLUME, "horizon_months", "staff_usd_per_hour")
"""Inputs that matter to everybody and are quick to look along: shown while the rest is found."""

_WHOLE = "strips_whole"  # in the session: the query whose strips were drawn last


def _strips(comparison: Comparison, query: str, _: Chosen) -> None:
    place, progress = st.empty(), st.empty()
    if st.session_state.get(_WHOLE) != query:  # else the visitor has all of them before them
        some = partial(strips_of, comparison, frozenset(FIRST))
        first = cached.told(some, "first strips", query)
        with place.container():
            _drawn(comparison, first["strips"], whole=False)
    looking = "These are the first three inputs. Looking at all the others ..."
    with progress, st.spinner(looking, show_time=True):
        body = cached.told(partial(strips_of, comparison), "strips", query)
    st.session_state[_WHOLE] = query
    with place.container():
        _drawn(comparison, body["strips"], whole=True)
    csv_link.draw("Download every stretch as CSV", "strips", query)


def _drawn(comparison: Comparison, found: list[Any], *, whole: bool) -> None:
    strips.draw(found, lambda edge: _behind(comparison, edge), whole=whole)


def _behind(comparison: Comparison, edge: Edge) -> str:
    """Where an edge leads: the scenario with the input just beyond it."""
    name = str(edge.strip["field"])
    return _opened(comparison, {name: edge.beyond[0]}) if name in fields() else ""


def _opened(comparison: Comparison, values: Mapping[str, float]) -> str:
    """Compare of another value; blank where the two do not go together."""
    try:
        scenario = comparison.scenario.with_changes(values)
    except ScenarioError:
        return ""
    return f"./?{encode(scenario, comparison.book)}"


# --- along an input ----------------------------------------------------------------------------
def _choose_curve(comparison: Comparison) -> Chosen:
    left, middle, right = st.columns(3)
    with left:
        axis = _input("axis", "Input", VOLUME)
    with middle:
        first = _side("a", comparison)
    with right:
        second = _side("b", comparison)
    return {"axis": axis, "a": first, "b": second}


def _curve(comparison: Comparison, query: str, chosen: Chosen) -> None:
    axis = chosen["axis"]
    asked = {"axis": axis, **_sides(comparison, chosen)}
    if (lone := _lone(comparison, asked)) is not None:
        curves = comparison.along(axis).curves
        axis_curve.draw_alone(curves, lone, here(comparison, axis))
        if curves:
            csv_link.draw("Download these lines as CSV", "curves", query, {"axis": axis})
        return
    pair = partial(break_even_of, comparison, asked["a"], asked["b"], axis)
    if (body := _answered(pair, "break_even", query, asked)) is None:
        return
    axis_curve.draw(comparison.along(axis).curves, body, here(comparison, axis))
    csv_link.draw("Download these lines as CSV", "curves", query, {"axis": axis})
    if body["crossings"]:
        csv_link.draw("Download these crossings as CSV", "crossings", query, asked)


def _sides(comparison: Comparison, chosen: Chosen) -> dict[str, str]:
    """The places to compare; the answer and its runner-up where nothing is chosen."""
    firsts = [item.kind for item in (comparison.cheapest, comparison.runner_up) if item is not None]
    found = {name: chosen[name] for name in ("a", "b") if chosen[name]}
    for name in ("a", "b"):
        left = [kind for kind in firsts if kind not in found.values()]
        if name not in found and left:
            found[name] = left[0]
    return dict(sorted(found.items()))


def _lone(comparison: Comparison, asked: Mapping[str, str]) -> Said | None:
    """Why there are no two places to compare; None where there are."""
    if "a" in asked and "b" in asked:
        return None
    return crossings.NOTHING if comparison.cheapest is None else crossings.ALONE


def _answered(
    ask: Callable[[], cached.Json], route: str, query: str, asked: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """What a route says of the chosen sides; None where they are refused, which is said."""
    try:
        return cached.told(ask, route, f"{query}&{urlencode(asked)}")
    except ScenarioError as error:
        refused = {item.field for item in error.bad}
        if refused <= set(_SIDE_WORDS):
            st.warning("Choose two different places that are offered for this app.")
        else:
            st.warning(plain("; ".join(f"{item.field}: {item.allowed}" for item in error.bad)))
        return None


def _input(name: str, label: str, default: str) -> str:
    """A numeric input to look along, kept in the address."""
    known = [field for field in fields() if is_numeric(field)]
    return _pick(name, label, known, default, words.input_title)


def _side(name: str, comparison: Comparison, instead: str = "") -> str:
    """A place to compare; left open it is the answer or its runner-up, or what is said instead."""
    own = comparison.cheapest if name == "a" else comparison.runner_up
    open_words = "the answer" if name == "a" else "the runner-up"
    missing = "none: nothing is possible" if name == "a" else "none: no other place is possible"
    named = f"{open_words}: {words.lower(words.place(own.kind))}" if own else missing

    def called(place: str) -> str:
        return words.place(PLACES[place].id) if place else instead or named

    return _pick(name, _SIDE_WORDS[name], ["", *PLACES], "", called)


def _pick(
    name: str, label: str, known: Sequence[str], default: str, called: Callable[[str], str]
) -> str:
    """A choice that the address keeps, and follows where the address was changed."""
    key = f"be_{name}"
    kept.show(name, key, known, default)
    return str(
        st.selectbox(
            label, known, key=key, format_func=called, on_change=kept.note, args=(name, key)
        )
    )


# --- over time ---------------------------------------------------------------------------------
def _choose_time(comparison: Comparison) -> Chosen:
    left, right = st.columns(2)
    with left:
        first = _side("a", comparison)
    with right:
        second = _side("b", comparison, comparison.today.label if comparison.today else "")
    return {"a": first, "b": second}


def _payback(comparison: Comparison, query: str, chosen: Chosen) -> None:
    # left open, the second is what one has today, where that is said
    has_today = comparison.today is not None
    asked = {k: v for k, v in chosen.items() if v} if has_today else _sides(comparison, chosen)
    if comparison.cheapest is None and "a" not in asked:
        said.says(cash_flow.NOTHING)
        return
    alone = not has_today and "b" not in asked
    ask = partial(alone_of if alone else payback_of, comparison, asked)
    if (body := _answered(ask, "alone" if alone else "payback", query, asked)) is None:
        return
    payback.draw(body)
    if alone:
        csv_link.draw("Download the months of every option as CSV", "cash_flow", query)
    else:
        csv_link.draw("Download these months as CSV", "payback", query, asked)


# --- over two inputs ---------------------------------------------------------------------------
def _choose_map(comparison: Comparison) -> Chosen:
    left, right = st.columns(2)
    with left:
        x = _input("x", "Across", VOLUME)
    with right:
        y = _input("y", "Up", "params_millions" if comparison.scenario.params_millions else SECOND)
    return {"x": x, "y": y}


def _map(comparison: Comparison, query: str, axes: Chosen) -> None:
    if axes["x"] == axes["y"]:
        st.warning("Choose two different inputs.")
        return
    if TIED.get(axes["x"]) == axes["y"]:
        st.warning("These two are shares of one whole: choose another input beside one of them.")
        return
    with st.spinner("Working out the map ...", show_time=True):
        body = cached.body(map_body, f"{query}&{urlencode(axes)}")
    who_wins.draw(body)
    _cell(comparison, body, axes)
    csv_link.draw("Download every cell as CSV", "map", query, axes)
    csv_link.draw("Download its lines as CSV", "map_lines", query, axes)


@st.fragment
def _cell(comparison: Comparison, body: Mapping[str, Any], axes: Chosen) -> None:
    """Choosing a cell draws no map again."""
    who_wins.draw_cell(
        body, lambda cell: _opened(comparison, {axes["x"]: cell[0], axes["y"]: cell[1]})
    )


# --- through price history, how sure -------------------------------------------------------------
def _history(_: Comparison, query: str, __: Chosen) -> None:
    with st.spinner("Looking back through the prices ...", show_time=True):
        body = cached.body(history_body, query)
    history.draw(body, query)
    if not body["days"]:
        return
    csv_link.draw("Download these days as CSV", "history", query)
    if many := price_history.how_many(body["days"]):
        csv_link.draw(f"Download the {many} as CSV", "history_moves", query)


def _uncertainty(comparison: Comparison, query: str, _: Chosen) -> None:
    with st.spinner("Drawing 8,192 cases ...", show_time=True):
        body = cached.body(uncertainty_body, query)
    pair = comparison.cheapest, comparison.runner_up
    names = (words.place(pair[0].kind), words.place(pair[1].kind)) if pair[0] and pair[1] else None
    uncertainty.draw(body, names)
    told = [item["factor"] for item in (*body["tornado"], *body["worth_knowing"])]
    own_figures.of_factors(told, "sure")
    if body["places"]:
        csv_link.draw("Download these ranges as CSV", "uncertainty", query)
    if body["tornado"]:
        csv_link.draw("Download what moves the difference as CSV", "tornado", query)


SECTIONS: Mapping[str, Section] = {
    "strips": Section("What would change the answer", _strips),
    "curve": Section("Along an input", _curve, _choose_curve),
    "time": Section("Over time", _payback, _choose_time),
    "map": Section("Over two inputs", _map, _choose_map),
    "history": Section("Through price history", _history),
    SURE: Section("How sure", _uncertainty),
}
"""Sections by the name they have in the address."""


def pick_section() -> str:
    """The open section: the address's at first, then what the visitor picks."""
    key = "be_section"
    kept.show("section", key, SECTIONS, next(iter(SECTIONS)))
    chosen = st.segmented_control(
        "Section",
        list(SECTIONS),
        key=key,
        format_func=lambda name: SECTIONS[name].title,
        label_visibility="collapsed",
        required=True,
        on_change=kept.note,
        args=("section", key),
    )
    return str(chosen or next(iter(SECTIONS)))


@st.fragment
def draw(name: str, comparison: Comparison, query: str, chosen: Chosen) -> None:
    """Work out a section and show it."""
    SECTIONS[name].draw(comparison, query, chosen)
