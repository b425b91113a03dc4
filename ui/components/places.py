"""The table of places: the best candidate of each pair, and why or why not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from calculators.results import Comparison
from report.tables import PlaceRow, place_rows
from ui.markdown import bold, plain

_SHAPES = {True: ":material/check_circle:", False: ":material/block:"}
_CARE = ":material/warning:"


def draw(comparison: Comparison) -> None:
    """Draw at most 8 places, best first."""
    st.table(frame(place_rows(comparison)), hide_index=True, border="horizontal")


def frame(rows: Sequence[PlaceRow]) -> pd.DataFrame:
    """Rows of finished markdown; units stand in the headings."""
    return pd.DataFrame(
        [
            {
                "Place": _place(rank, row),
                "Trained > answers": plain(row.pair),
                "USD a month": plain(row.monthly),
                "Per 1,000 requests": plain(row.per_1000),
                "95 of 100 answers within": plain(row.slow),
                "Allowed": f"{shape(row)} {plain(row.status)}",
                "Why, or why not": _why(row),
            }
            for rank, row in enumerate(rows)
        ]
    )


def shape(row: PlaceRow) -> str:
    """A shape for the status, beside its word."""
    return _CARE if row.possible and row.status != "Possible" else _SHAPES[row.possible]


def _place(rank: int, row: PlaceRow) -> str:
    name = bold(row.place) if rank == 0 and row.possible else plain(row.place)
    return f"{name}<br>{plain(row.label)}"


def _why(row: PlaceRow) -> str:
    marks = ", ".join(row.marks)
    return plain(row.why) + (f" *Mind: {plain(marks)}.*" if marks else "")
