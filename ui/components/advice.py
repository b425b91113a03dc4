"""The advice under the answer: three questions, and behind an opening what each rests on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from calculators.answer import advice as advised
from calculators.results import Comparison
from report.advice import Line, decisions, reasons
from ui.components import own_figures
from ui.markdown import plain

_OPEN = "Why, what would turn it, and what to measure first"


def draw(comparison: Comparison) -> None:
    """Draw the three answers at once; the rest, which takes seconds, where somebody opens it."""
    found = advised.advice(comparison, flips=False, measure=False)
    three = decisions(found)
    # a row on a screen, one below the other on a phone
    with st.container(horizontal=True, gap="small", key="advice"):
        for line in three:
            with st.container(border=True, width="stretch", height="stretch", gap="xxsmall"):
                st.caption(plain(line.heading))
                st.markdown(plain(line.answer))
    section = st.expander(_OPEN, on_change="rerun", key="advice_open")
    with section:
        if section.open:
            st.markdown(listed(three))
            with st.spinner("Looking along every input ..."):
                whole = advised.advice(comparison, whole=True)
            st.markdown(listed(reasons(whole)))
            own_figures.of_factors([item.factor for item in whole.measure_first or ()], "advice")


def listed(found: Sequence[Line]) -> str:
    """Headings with what stands under each, as a list."""
    return "\n\n".join(_block(line) for line in found if line.because or line.answer)


def _block(line: Line) -> str:
    head = f"**{plain(line.heading)}** {plain(line.answer)}".rstrip()
    return "\n".join([head, "", *(f"- {plain(text)}" for text in line.because)])
