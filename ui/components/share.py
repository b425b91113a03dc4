"""What leaves the page: link and what it pins, texts to paste, PDF, workbook and data."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from calculators.results import Comparison
from calculators.title import MOST_CHARS
from report import codec, links, own_figures, packed, share_text, words
from report.csv_tables import TABLES
from ui import cached, state
from ui.components import csv_link, print_choice
from ui.components.candidates import ANCHOR
from ui.markdown import bold, plain
from ui.state import Visit

_TITLE = "share_title"
SHARE_OPEN, DATA_OPEN = "share_open", "data_open"
"""Session keys of what opens; closed, nothing is made for it."""
_PLAIN, _OWN = "Without your own figures", "With them"
_DATA = ("options", "items", "cash_flow", "curves", "crossings", "devices", "prices")
"""Tables that are offered here; the others stand beside their charts."""


@dataclass(frozen=True)
class Shared:
    """What is given away: a comparison, the query that opens it, and that of its data."""

    comparison: Comparison
    link: str  # all scenarios beside each other
    query: str  # this one alone


@st.fragment
def draw(visit: Visit, comparison: Comparison, query: str, headline: str) -> None:
    """Draw the ways out side by side, and the way to the sums behind ``headline``.

    With own figures the link without them comes first: what one pays is not everybody's to know.
    """
    if state.visit().scenario != comparison.scenario:
        st.rerun()  # a title entered here heads the whole page
    base = csv_link.base_url()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="share"):
        ways = st.popover(
            "Share", icon=":material/link:", width="content", on_change="rerun", key=SHARE_OPEN
        )
        with ways:
            if ways.open:
                _title(visit)
                _ways(base, _chosen(visit, comparison, query))
        st.link_button(
            "PDF", links.link(base, query, links.REPORT), icon=":material/picture_as_pdf:"
        )
        print_choice.draw(base, query)
        st.link_button(
            "Excel", links.link(base, query, links.WORKBOOK), icon=":material/table_view:"
        )
        data = st.popover("Data", icon=":material/data_object:", on_change="rerun", key=DATA_OPEN)
        with data:
            if data.open:
                _data(base, query)
        if headline:
            st.markdown(f"[How {plain(headline)} comes about](#{ANCHOR})", width="content")


def _title(visit: Visit) -> None:
    """A name of the visitor's own, where it is given away."""
    state.show(_TITLE, visit.scenario.title)
    st.text_input(
        words.input_title("title"),
        key=_TITLE,
        max_chars=MOST_CHARS,
        placeholder="such as: Plan for the second quarter",
        help="It heads the page, the report and the workbook, and changes no figure.",
        on_change=state.changed,
        args=("title", _TITLE),
    )


# --- which of the two ------------------------------------------------------------------------
def _chosen(visit: Visit, comparison: Comparison, query: str) -> Shared:
    """What is on the screen; with own figures first the same without them."""
    with_own = any(own_figures.own_figures(one, visit.book) for one in visit.every.values())
    if not with_own:
        return Shared(comparison, state.of_every(visit, query), query)
    which = st.radio("Which link", [_PLAIN, _OWN], key="share_which", horizontal=True)
    if which == _OWN:
        st.markdown("Whoever has this link reads your prices.")
        return Shared(comparison, state.of_every(visit, query), query)
    st.markdown("At list prices and our assumptions; the address bar holds yours.")
    return without_own(visit)


def without_own(visit: Visit) -> Shared:
    """The same scenarios at list prices and our assumptions."""
    every = {letter: own_figures.without(one) for letter, one in visit.every.items()}
    shown = cached.comparison(every[visit.letter], visit.book)
    alone = codec.encode(shown.scenario, visit.book, cached.headline(shown))
    first, *_ = every
    opened = cached.comparison(every.pop(first), visit.book)
    link = codec.encode(opened.scenario, visit.book, cached.headline(opened), every)
    return Shared(shown, link, alone)


# --- what is given away ----------------------------------------------------------------------
def _ways(base: str, shared: Shared) -> None:
    """The link, what it pins, and texts to paste."""
    readable = links.link(base, shared.link)
    given = packed.given(readable)
    url = given.address
    st.code(url, language=None, wrap_lines=True)
    if given.packed:
        st.caption(
            f"Packed, since it would be {len(readable):,} characters long and some programs cut "
            "such a link. Nothing is stored for it; opened, the address bar holds every input in "
            "words, as it does here."
        )
    if given.titles is not None:
        st.caption(
            f"The title is cut to {given.titles} characters in this link, which would be longer "
            f"than {packed.LONG:,} with all of it. Every figure is whole."
        )
    st.caption(plain(pins(shared.comparison)))
    text, again, cite = st.tabs(["Text to paste", "Reproduce", "Cite"])
    with text:
        st.code(share_text.pasted(shared.comparison, url), language=None, wrap_lines=True)
    with again:
        st.code(share_text.curl(base, shared.query), language="bash", wrap_lines=True)
        st.code(share_text.python(base, shared.query), language="python", wrap_lines=True)
    with cite:
        st.code(share_text.citation(shared.comparison, url), language=None, wrap_lines=True)


def pins(comparison: Comparison) -> str:
    """What the link holds still, in a sentence."""
    best = comparison.cheapest
    showed = "" if best is None else f", and remembers the answer it showed ({best.label})"
    return (
        f"The link holds every input you changed and pins {share_text.pinned(comparison)}{showed}. "
        "It opens on these figures next year too."
    )


def _data(base: str, query: str) -> None:
    """The same figures for programs and spreadsheets."""
    st.markdown(
        f"{bold('JSON')}: [everything on this page]({links.link(base, query, links.COMPARE_API)}), "
        f"[what the routes take and answer]({base}{links.OPENAPI})"
    )
    st.markdown(bold("CSV, for any spreadsheet"))
    for name in _DATA:
        csv_link.draw(f"{name}.csv", name, query)
        st.caption(plain(TABLES[name].says))
