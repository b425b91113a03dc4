"""Every number opened: quantity x rate = amount, with the source behind each rate."""

from __future__ import annotations

import streamlit as st

from calculators.results import Comparison, Option
from pricing.book import Source
from report import words
from report.ranked import ranked
from report.tables import CostRow, CostTable, PayerCosts, cost_table
from ui.components import html_table, own_figures
from ui.components.html_table import Cell, Column, Part, Table
from ui.markdown import bold, link, plain

_RANKED_BY = {
    "company": "what the company pays",
    "company_and_user": "what company and users pay",
}


def draw(comparison: Comparison, option: Option) -> None:
    """Draw an option's line items by payer, and the sums they add up to."""
    table = cost_table(option)
    if table is None:
        gaps = words.spoken(", ".join(option.missing)) or "a figure nobody publishes"
        st.markdown(f"Not priced: needs {plain(gaps)}.")
        return
    for part in table.payers:
        if part.rows:
            html_table.draw(sum_table(part))
    own_figures.of_option(comparison, option)
    st.markdown(sums(comparison, option, table))
    section = st.expander(
        "Where each quantity and rate comes from", on_change="rerun", key="origins_open"
    )
    with section:
        if section.open:
            rows = [row for part in table.payers for row in part.rows]
            st.markdown("\n".join(f"- {origin(row)}" for row in rows))


def sums(comparison: Comparison, option: Option, table: CostTable) -> str:
    """How the sums of the payers become the figures on the page."""
    said = _whole(table, comparison.scenario.horizon_months) + _ranked(comparison, option, table)
    if table.note:
        return said
    return said + (
        f" Present value of all: {plain(table.present_value)} USD; first month: "
        f"{plain(words.cents(option.month1_usd))} USD."
    )


def _whole(table: CostTable, months: int) -> str:
    """The payers' sums and what they add up to."""
    if table.note:
        company = table.payers[0]
        paid = f"{bold(company.subtotal + ' USD')} over {months} months"
        return f"{paid} ({plain(words.lower(company.title))}). {plain(table.note)}"
    parts = [
        f"{plain(part.subtotal)} ({plain(words.lower(part.title))})"
        for part in table.payers
        if part.rows
    ]
    whole = f"{bold(table.total + ' USD')} over {months} months"
    return f"{' + '.join(parts)} = {whole}." if len(parts) > 1 else f"{parts[0]} is {whole}."


def _ranked(comparison: Comparison, option: Option, table: CostTable) -> str:
    """How the figure options are ranked by follows from the sums; blank where it is missing."""
    cost = ranked(option, comparison, spread=False)
    if cost is None:
        return ""
    basis = _RANKED_BY[comparison.scenario.rank_by]
    by_company = comparison.scenario.rank_by == "company"
    amount = table.payers[0].subtotal if by_company else table.total
    monthly = bold(words.cents(cost.monthly_usd) + " USD a month")
    months = comparison.scenario.horizon_months
    return f" Ranked by {basis}: {plain(amount)} / {months} = {monthly}."


_COLUMNS = (
    Column("Cost"),
    Column("Quantity", figures=True),
    Column("of"),
    Column("× USD each", figures=True),
    Column("= USD", figures=True),
    Column("Rate read on"),
)


def sum_table(part: PayerCosts) -> Table:
    """What one payer bears, row by row, and the sum the amounts add up to."""
    return Table(
        f"{part.title}, USD over the whole period",
        _COLUMNS,
        tuple(_cells(row) for row in part.rows),
        (Part("Sum", strong=True), "", "", "", Part(part.subtotal, strong=True), ""),
    )


def _cells(row: CostRow) -> tuple[Cell, ...]:
    name = (Part(row.name, strong=True), Part(f", {row.period}"))
    return name, row.quantity, row.unit, row.rate, row.amount, _read_on(row.source)


def _read_on(source: Source) -> Cell:
    """Day and letter of evidence of a source, leading to it, with its marks."""
    if source.as_of is None:
        return source.title if source.own else "your input"
    day = Part(f"{words.day(source.as_of)}, {source.confidence}", url=source.url)
    return (day, *(Part(f", {mark}") for mark in source.marks))


def dated(source: Source) -> str:
    """Day and letter of evidence of a source, leading to it, with its marks in words."""
    if source.as_of is None:
        return source.title if source.own else "your input"
    text = f"{words.day(source.as_of)}, {source.confidence}"
    return link(text, source.url) + _marks(source)


def _marks(source: Source) -> str:
    return "".join(f", **{mark}**" for mark in source.marks)


def origin(row: CostRow) -> str:
    """Where a line's quantity and rate come from, in full."""
    basis = f" Quantity: {plain(row.basis)}." if row.basis else ""
    source = row.source
    note = f" Note: {plain(source.note)}." if source.note else ""
    return (
        f"{bold(row.name)}.{basis} Rate {plain(row.rate)} USD per {plain(row.unit)}: "
        f"{link(source.title, source.url)} ({dated(source)}).{note}"
    )
