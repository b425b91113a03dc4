"""The places side by side: the best candidate of each pair, and why or why not."""

from __future__ import annotations

import streamlit as st

from calculators.results import Comparison, Option
from report import words
from report.tables import PlaceRow, place_rows
from ui.components import explain
from ui.markdown import bold, plain

_SHAPES = {True: ":material/check_circle:", False: ":material/block:"}
_CARE = ":material/warning:"
_WIDTHS = (4, 3, 5)


def draw(comparison: Comparison) -> None:
    """Draw at most 8 places, best first: a row each on a screen, a card each on a phone."""
    for rank, row in enumerate(place_rows(comparison)):
        option = comparison.option(row.option_id)
        if option is not None:
            _row(row, option, comparison, best=rank == 0 and row.possible)


def _row(row: PlaceRow, option: Option, comparison: Comparison, *, best: bool) -> None:
    with st.container(border=True, gap="xxsmall"):
        place, cost, why = st.columns(_WIDTHS, gap="small")
        with place:
            st.markdown(name(row, option, best=best))
            st.caption(plain(row.label))
        with cost:
            _figures(row, option, comparison)
        with why:
            st.markdown(verdict(row, option))


def _figures(row: PlaceRow, option: Option, comparison: Comparison) -> None:
    """Cost a month and per thousand, and the time to the answer, which opens."""
    with st.container(gap="xxsmall"):
        st.markdown(f"{bold(row.monthly)} a month" if row.monthly != words.MISSING else "–")
        if row.per_1000 != words.MISSING:
            st.caption(f"{plain(row.per_1000)} per 1,000 requests")
        with st.popover(speed(row), type="tertiary", key=f"speed_{row.option_id}", wrap=True):
            explain.show(explain.latency(comparison, option))


def name(row: PlaceRow, option: Option, *, best: bool) -> str:
    """The place, where the model was trained, and whether it is the recommended one."""
    trained = ""
    if option.trained_at != "none":
        trained = f", trained at: {plain(words.TRAINED[option.trained_at])}"
    return f"{bold(row.place)}{trained}{' · **recommended**' if best else ''}"


def speed(row: PlaceRow) -> str:
    """The time to the answer; a click tells where it comes from."""
    if row.slow == words.MISSING:
        return "answer time not published"
    return f"95 of 100 within {plain(row.slow)}"


def verdict(row: PlaceRow, option: Option) -> str:
    """Shape and word of the status, the first reason, and the marks of its prices."""
    marks = f" *{plain(', '.join(row.marks).capitalize())}.*" if row.marks else ""
    return f"{shape(row)} {bold(row.status)}. {plain(words.why(option, most=1))}{marks}"


def shape(row: PlaceRow) -> str:
    """A shape for the status, beside its word."""
    return _CARE if row.status == words.WITH_CARE else _SHAPES[row.possible]
