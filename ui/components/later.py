"""What takes longer than the answer is drawn last, in room kept for it, and given up when it must.

The sentence, its figures and the table stand on the page first. What has to be looked for beyond
them (flips, the curve, other models) comes into its room at the end of the run. A newer change of
an input ends that work between two evaluations.

Streamlit leaves what an earlier run drew where it is until this run draws it anew. Once the
sentence has changed, figures of the old one are hidden until theirs has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from calculators import wanted
from calculators.results import Comparison
from report.server.pages import WORK

Slot = DeltaGenerator
"""Room on the page for what is drawn later."""
_WHOLE = "drawn_whole"
"""In the session: what the page was last drawn of, to its end."""
_SECTION = "section_whole"
"""The same of a part that is chosen on its page."""
FIGURES = (".stMarkdown", ".stHtml", ".stPlotlyChart", '[data-testid^="stBidiComponent"]')
"""What may hold a figure; inputs and buttons stay, and whatever has the focus keeps it."""
HIDDEN = f'.stMain [data-stale="true"]:has({", ".join(FIGURES)}) {{ visibility: hidden; }}'
_SHOWN = "/* what is drawn is of this question */"


def slot(key: str) -> Slot:
    """Room for something that is drawn later."""
    return st.container(key=key)


def hide_what_is_old(comparison: Comparison) -> None:
    """From here on no figure of another question is seen; call before the sentence is drawn."""
    _hide(_WHOLE, _question(comparison))


@contextmanager
def whole(*question: str) -> Iterator[None]:
    """What is drawn within answers a question; nothing that answered another one is seen."""
    _hide(_SECTION, question)
    yield
    st.session_state[_SECTION] = question


def _hide(key: str, question: tuple[str, ...]) -> None:
    is_new = st.session_state.get(key) not in (None, question)
    st.html(f"<style>{HIDDEN if is_new else _SHOWN}</style>")


@contextmanager
def at_last(comparison: Comparison) -> Iterator[None]:
    """Within, work ends as soon as the visitor has changed something else.

    Between two evaluations it lets pages go first that have no sentence yet.
    """
    WORK.order.answered()
    gives_way = WORK.order.giving_way()
    with (
        WORK.order.looking(_goes_on),
        wanted.while_wanted(lambda: gives_way(_goes_on)),
    ):
        yield
    st.session_state[_WHOLE] = _question(comparison)


def _goes_on() -> bool:
    """Go on; but reading the session is where Streamlit ends a run that a newer one waits for."""
    st.session_state.get(_WHOLE)
    return True


def _question(comparison: Comparison) -> tuple[str, str]:
    scenario, book = comparison.scenario, comparison.book
    return scenario.model_dump_json(), f"{book.edition} {book.price_date}"
