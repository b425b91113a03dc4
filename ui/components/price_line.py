"""In one line: which prices are behind the page, how old and how weak."""

from __future__ import annotations

import streamlit as st

from calculators.results import Comparison
from pricing.book import PriceBook, Source
from report import words


def draw(comparison: Comparison) -> None:
    """Draw the line."""
    st.caption(line(comparison.book, sources_used(comparison)))
    if said := since(comparison):
        st.caption(said)


def since(comparison: Comparison) -> str:
    """From which price date on there is an answer; blank at the edition's own day."""
    book = comparison.book
    if book.price_date >= book.edition:
        return ""
    first = comparison.answers_since
    if first is None:
        return "No price date of this edition gives an answer to this."
    return f"The prices held here answer this from {words.day(first)} on."


def sources_used(comparison: Comparison) -> tuple[Source, ...]:
    """Price rows behind the places shown, each once."""
    used = dict.fromkeys(s for option in comparison.best_of_pair for s in option.sources)
    return tuple(source for source in used if source.key.count("/") == 2)


def line(book: PriceBook, used: tuple[Source, ...]) -> str:
    """Price date, edition and the marks of the rows used."""
    old, weak = sum(s.stale for s in used), sum(s.confidence == "C" for s in used)
    counts = [
        f"{count} {said}"
        for count, said in (
            (len(used), f"price row{'' if len(used) == 1 else 's'} used"),
            (old, "old for their kind"),
            (weak, "on weak evidence"),
        )
        if count
    ]
    pinned = f"Prices of {words.day(book.price_date)} · edition {book.edition}"
    return " · ".join([pinned, *filter(None, [", ".join(counts)])])
