"""The places side by side: each by its best candidate, and why or why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from calculators.results import Comparison, Option, Status
from report import words
from report.tables import PlaceRow, pair_rows, place_rows
from ui.components import explain
from ui.markdown import bold, plain

_SHAPES: Mapping[Status, str] = {
    "feasible": ":material/check_circle:",
    "pointless": ":material/remove:",
    "incomplete": ":material/help:",
    "infeasible": ":material/block:",
    "not_offered": ":material/hide_source:",
}
_CARE = ":material/warning:"
_WIDTHS = (4, 3, 5)


def draw(comparison: Comparison) -> None:
    """Draw every place, best first: a row each on a screen, a card each on a phone."""
    _rows(place_rows(comparison, spread=False), comparison)
    others = len(comparison.best_of_pair) - len(comparison.best_of_kind)
    if others <= 0:
        return
    title = f"The same places, the model trained elsewhere ({others})"
    with st.expander(title, on_change="rerun", key="other_pairs") as section:
        if section.open:
            _rows(pair_rows(comparison, spread=False), comparison)


def _rows(rows: Iterable[PlaceRow], comparison: Comparison) -> None:
    for row in rows:
        option = comparison.option(row.option_id)
        if option is not None:
            _row(row, option, comparison)


def _row(row: PlaceRow, option: Option, comparison: Comparison) -> None:
    chosen = words.chosen(comparison) if option is comparison.cheapest else ""
    with st.container(border=True, gap="xxsmall"):
        place, cost, why = st.columns(_WIDTHS, gap="small")
        with place:
            st.markdown(lines(name(row, chosen), under(row)))
        with cost:
            _figures(row, option, comparison)
        with why:
            st.markdown(verdict(row, option))


def _figures(row: PlaceRow, option: Option, comparison: Comparison) -> None:
    """Cost a month and per thousand, and the time to the answer, which opens."""
    if option.status == "not_offered":
        st.markdown(words.MISSING)
        return
    with st.container(gap="xxsmall"):
        priced = row.monthly != words.MISSING
        per_1000 = f"{row.per_1000} per 1,000 requests" if row.per_1000 != words.MISSING else ""
        st.markdown(lines(f"{bold(row.monthly)} a month" if priced else "not priced", per_1000))
        key = f"speed_{row.option_id}"
        detail = st.popover(speed(row), type="tertiary", key=key, wrap=True, on_change="rerun")
        with detail:
            if detail.open:  # nothing is worked out for a detail nobody reads
                explain.show(explain.latency(comparison, option))


def lines(first: str, small: str) -> str:
    """A line of markdown, and plain words under it in the type of captions."""
    # one element where a caption of its own would be a second for each figure of each place
    return f"{first}  \n:gray[:small[{plain(small)}]]" if small else first


def name(row: PlaceRow, chosen: str = "") -> str:
    """The place, where the model was trained, and whether it is the one the answer names."""
    trained = f", {plain(row.trained)}" if row.trained else ""
    return f"{bold(row.place)}{trained}{f' · **{chosen}**' if chosen else ''}"


def under(row: PlaceRow) -> str:
    """What stands under the place: the product, and who sees the requests."""
    return " · ".join(part for part in (row.label, row.goes and f"data: {row.goes}") if part)


def speed(row: PlaceRow) -> str:
    """The time to the answer; a click tells where it comes from."""
    if row.slow == words.MISSING:
        return "answer time not published"
    return f"95 of 100 within {plain(row.slow)}"


def verdict(row: PlaceRow, option: Option) -> str:
    """Shape and word of the status, the first reason, and the marks of its prices."""
    marks = f" *{plain(', '.join(row.marks).capitalize())}.*" if row.marks else ""
    why = plain(words.why(option, most=1))
    return f"{shape(row, option)} {bold(row.status)}. {why}{marks}"


def shape(row: PlaceRow, option: Option) -> str:
    """A shape for the status, beside its word."""
    return _CARE if row.status == words.WITH_CARE else _SHAPES[option.status]
