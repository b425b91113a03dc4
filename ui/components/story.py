"""What became of the answer a link showed when it was made."""

from __future__ import annotations

import streamlit as st

from calculators import METHOD
from calculators.results import Comparison
from report import methods, words
from report.aliases import current_id
from ui.markdown import bold, plain
from ui.state import Visit

_SAME_CENTS = 0.005


def draw(visit: Visit, comparison: Comparison) -> None:
    """Say what changed since the link was made; nothing when nothing did."""
    method, moved = _method(visit), _headline(visit, comparison)
    same = "Answer and total are the same." if method and not moved and visit.was else ""
    parts = [text for text in (method, moved, same) if text]
    if parts:
        st.info(" ".join(parts), icon=":material/history:")
    lines = methods.between(visit.method) if method else ()
    if lines:
        with st.expander(f"What changed between method {plain(visit.method)} and {METHOD}"):
            st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _method(visit: Visit) -> str:
    if visit.method == METHOD:
        return ""
    return (
        f"This link was made with method {bold(visit.method)}; the figures here are computed "
        f"with method {bold(METHOD)}."
    )


def _headline(visit: Visit, comparison: Comparison) -> str:
    """The link's headline against today's; blank when they agree."""
    was, best = visit.was, comparison.cheapest
    if was is None:
        return ""
    now = best.total_usd if best else None
    same = best is not None and current_id(best.id) == was.option_id
    if same and now is not None and abs(now - was.total_usd) < max(_SAME_CENTS, abs(now) * 1e-9):
        return ""
    then = next((o for o in comparison.options if current_id(o.id) == was.option_id), None)
    name = then.label if then else was.option_id
    said = f"When it was made it showed {bold(name)} at {bold(words.usd(was.total_usd))}"
    if best is None or now is None:
        return f"{said} over the period; now nothing is possible."
    return f"{said} over the period; now it is {bold(best.label)} at {bold(words.usd(now))}."
