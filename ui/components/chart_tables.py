"""What a chart of Compare shows, as a table; its file is a link beside the chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from report import words
from report.chart_numbers import Numbers
from report.chart_spec import Breakdown, CostCurve
from ui.components import html_table
from ui.components.html_table import Column, Table


def behind(make: Callable[[Any], Numbers], spec: CostCurve | Breakdown, key: str) -> None:
    """Draw the table behind a chart, folded: nothing is made for one nobody opens."""
    section = st.expander("The same as a table", on_change="rerun", key=f"table_{key}")
    with section:
        if section.open:
            html_table.draw(table(make(spec)))


def table(found: Numbers) -> Table:
    """The figures with three digits, as the chart shows them."""
    rows = tuple(
        (name, *(words.usd(value) for value in row))
        for name, row in zip(found.names, found.values, strict=True)
    )
    heads = tuple(Column(title, figures=True) for title in found.columns)
    return Table("USD a month", (Column(found.corner), *heads), rows)
