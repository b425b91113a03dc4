"""The table of places in the browser: sorted by its headings, opened by its rows.

A component of its own because neither of Streamlit's tables will do: one is painted on a canvas
(no card on a phone, nothing for a screen reader to walk through), the other cannot be clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from report.place_table import COLUMNS, Row

_FILES = Path(__file__).parent / "static"
_TABLE = st.components.v2.component(
    "crossover_place_table",
    html='<div class="places"></div>',
    css=(_FILES / "place_table.css").read_text(encoding="utf-8"),
    js=(_FILES / "place_table.js").read_text(encoding="utf-8"),
)


def draw(
    rows: Sequence[Row],
    key: str,
    *,
    on_opened: Callable[[str], None],
    on_sorted: Callable[[str], None],
    shown: dict[str, Any],
) -> None:
    """Draw rows as one table; ``shown`` says what is open and sorted, and whether to head it."""

    def opened() -> None:
        on_opened(str(st.session_state[key].opened))

    def resorted() -> None:
        on_sorted(str(st.session_state[key].sorted))

    _TABLE(
        key=key,
        data={**shown, "columns": _columns(), "rows": [_row(row) for row in rows]},
        on_opened_change=opened,
        on_sorted_change=resorted,
    )


def _columns() -> list[dict[str, Any]]:
    return [
        {"id": item.id, "title": item.title, "means": item.means, "numeric": item.numeric}
        for item in COLUMNS
    ]


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.option_id,
        "status": row.status,
        "chosen": row.chosen,
        "cells": [{"text": cell.text, "under": cell.under} for cell in row.cells],
    }
