"""Which sections the PDF has besides the answer, and the size of the paper."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from report import links
from report.asked_report import PAPER_NAME, PAPERS, SECTIONS_NAME
from report.sections import SECTIONS

_PAPERS = {"a4": "A4", "letter": "US Letter"}


def draw(base: str, query: str) -> None:
    """A small form beside the PDF; choosing in it draws the ways out again and nothing else."""
    with st.popover("More in the PDF", icon=":material/library_add:"):
        chosen = st.pills(
            "Sections to add",
            list(SECTIONS),
            selection_mode="multi",
            format_func=lambda name: SECTIONS[name][0],
            key="pdf_sections",
            help="The answer, its sums, rules, inputs and prices are always there.",
        )
        paper = st.segmented_control(
            "Paper", PAPERS, default=PAPERS[0], format_func=_PAPERS.__getitem__, key="pdf_paper"
        )
        address = links.link(base, asked(query, chosen, paper or PAPERS[0]), links.REPORT)
        st.link_button("Open this PDF", address, icon=":material/picture_as_pdf:")


def asked(query: str, sections: Sequence[str], paper: str) -> str:
    """The query of a report with sections on a paper; the plain one where nothing is chosen."""
    more = {
        **(
            {SECTIONS_NAME: ",".join(name for name in SECTIONS if name in sections)}
            if sections
            else {}
        ),
        **({PAPER_NAME: paper} if paper != PAPERS[0] else {}),
    }
    return f"{query}&{urlencode(more, safe=',')}" if more else query
