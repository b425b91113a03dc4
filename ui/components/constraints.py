"""What each constraint costs a month, worked out when somebody opens it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from report.constraints import Row, link_words, rows, together
from ui import cached, state
from ui.markdown import bold, plain

_WIDTHS = (3, 2, 4)
_HELP = (
    "For each thing you ask for: how many candidates meet it, what the cheapest allowed option "
    "costs more than the cheapest one without it, and what came nearest. Costs lifted one at a "
    "time do not add up: two constraints may rule out the same option."
)


def draw(visit: state.Visit) -> None:
    """Draw the table behind an opening; closed it costs nothing."""
    section = st.expander("What your constraints cost", on_change="rerun", key="constraints_open")
    with section:
        if section.open:
            with st.spinner("Lifting each constraint ..."):
                found = cached.constraints(visit.scenario, visit.book)
            st.markdown(plain(together(found)), help=_HELP)
            told = rows(found, visit.scenario)
            for row in told:
                if row.tells:
                    _draw_row(row)
            if silent := quiet(told):
                st.markdown(silent)
            if links := link_words(found):
                st.markdown("**Live video answered elsewhere, by network**")
                st.markdown("\n".join(f"- {plain(line)}" for line in links))


def _draw_row(row: Row) -> None:
    """One constraint: a row on a screen, a card on a phone."""
    with st.container(border=True):
        name, cost, rest = st.columns(_WIDTHS, gap="small")
        with name:
            st.markdown(f"{bold(row.label)}: {plain(row.asked)}")
        with cost:
            st.markdown(f"Costs {bold(row.cost)}" + (" a month" if row.priced else ""))
            if row.passed:
                st.caption(plain(f"{row.passed} candidates pass"))
        with rest:
            st.markdown("  \n".join(plain(line) for line in after(row)))


def after(row: Row) -> list[str]:
    """What there would be without it, and what came nearest."""
    free = f"Without it: {row.without}" + (" a month" if row.priced_without else "")
    near = [f"Nearest miss: {row.near}"] if row.near else []
    return [free, *near]


def quiet(found: Sequence[Row]) -> str:
    """Those that cost nothing and shut nothing out by themselves."""
    names = [f"{row.label.lower()} ({row.asked})" for row in found if not row.tells]
    if not names:
        return ""
    return f"Cost nothing, and nothing fails by them alone: {plain(', '.join(names))}."
