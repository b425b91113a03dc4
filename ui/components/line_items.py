"""Every number opened: quantity x rate = amount, with the source behind each rate."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from calculators.results import Comparison, Option
from pricing.book import Source
from report import words
from report.tables import CostRow, CostTable, PayerCosts, cost_table
from ui.markdown import bold, link, plain

_MAX_TITLE = 90


def draw(comparison: Comparison, option: Option) -> None:
    """Draw an option's line items by payer, and the sums they add up to."""
    table = cost_table(option)
    if table is None:
        gaps = ", ".join(option.missing) or "a figure nobody publishes"
        st.markdown(f"Not priced: needs {plain(gaps)}.")
        return
    for part in table.payers:
        if part.rows:
            st.markdown(f"**{plain(part.title)}**, USD over the whole period")
            st.table(frame(part), hide_index=True, border="horizontal")
    st.markdown(sums(comparison, option, table))


def sums(comparison: Comparison, option: Option, table: CostTable) -> str:
    """How the sums of the payers become the figures on the page."""
    months = comparison.scenario.horizon_months
    parts = " + ".join(f"{plain(part.subtotal)} ({plain(part.title.lower())})"
                       for part in table.payers if part.rows)  # fmt: skip
    per_1000 = words.usd(option.usd_per_1000_requests)
    return (
        f"{parts} = {bold(table.total + ' USD')} over {months} months; divided by {months}: "
        f"{bold(words.cents(option.monthly_usd) + ' USD a month')}. "
        f"First month {plain(words.cents(option.month1_usd))} USD, present value "
        f"{plain(words.cents(option.npv_usd))} USD, {plain(per_1000)} per 1,000 requests."
    )


def frame(part: PayerCosts) -> pd.DataFrame:
    """Rows of finished markdown."""
    rows = [_cells(row) for row in part.rows]
    total = dict.fromkeys(rows[0], "") | {"Cost": "**Sum**", "= USD": bold(part.subtotal)}
    return pd.DataFrame([*rows, total])


def _cells(row: CostRow) -> dict[str, str]:
    basis = f" · *{plain(row.basis)}*" if row.basis else ""
    return {
        "Cost": f"{bold(row.name)}, {plain(row.period)}{basis}",
        "Quantity × rate": f"{plain(row.quantity)} {plain(row.unit)} × {plain(row.rate)}",
        "= USD": plain(row.amount),
        "Source of the rate": source(row.source),
    }


def _short(title: str) -> str:
    """A long title cut at a word; the link leads to all of it."""
    return title if len(title) <= _MAX_TITLE else title[:_MAX_TITLE].rsplit(" ", 1)[0] + " …"


def source(found: Source) -> str:
    """A source as a link with its date, evidence and marks."""
    said = [link(_short(found.title), found.url)]
    if found.as_of is not None:
        said.append(plain(words.day(found.as_of)))
        said.append(f"evidence {found.confidence}")
    said += ["**old price**"] * found.stale + ["**other region**"] * found.other_region
    return " · ".join(said)
