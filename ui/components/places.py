"""The table of places: the best candidate of each pair, and why or why not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from calculators.results import Comparison, Option
from report import words
from report.tables import PlaceRow, place_rows
from ui.markdown import bold, plain

_SHAPES = {True: ":material/check_circle:", False: ":material/block:"}
_CARE = ":material/warning:"


def draw(comparison: Comparison) -> None:
    """Draw at most 8 places, best first."""
    st.table(frame(comparison), hide_index=True, border="horizontal")


def frame(comparison: Comparison) -> pd.DataFrame:
    """Rows of finished markdown; units stand in the headings."""
    rows = []
    for rank, row in enumerate(place_rows(comparison)):
        option = comparison.option(row.option_id)
        rows.append(
            {
                "Place, and the best option there": _place(row, best=rank == 0 and row.possible),
                "Cost a month": bold(row.monthly),
                "Per 1,000 requests": plain(row.per_1000),
                "95 of 100 within": plain(row.slow),
                "Why, or why not": why(row, option) if option else plain(row.why),
            }
        )
    return pd.DataFrame(rows)


def _place(row: PlaceRow, *, best: bool) -> str:
    name = f":primary[**{plain(row.place)}**]" if best else bold(row.place)
    return f"{name} · {plain(row.label)}"


def why(row: PlaceRow, option: Option) -> str:
    """Shape and word of the status, the first reason, and the marks of its prices."""
    marks = f" *{plain(', '.join(row.marks).capitalize())}.*" if row.marks else ""
    return f"{shape(row)} **{plain(row.status)}.** {plain(words.why(option, most=1))}{marks}"


def shape(row: PlaceRow) -> str:
    """A shape for the status, beside its word."""
    return _CARE if row.status == words.WITH_CARE else _SHAPES[row.possible]
