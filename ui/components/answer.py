"""The top of Compare: the answer, its reason, four figures and what is ruled out."""

from __future__ import annotations

import streamlit as st

from calculators.advice import place
from calculators.results import Comparison
from report import words
from report.headline import Figure, figures
from ui.markdown import bold, plain

_COST_HELP = (
    "USD a month: the total over the period divided by its months, so purchases and one-time "
    "work are spread evenly. The range is where the cost falls 8 times out of 10."
)
_USER_HELP = (
    "USD per served user and month, now and with ten times the requests (then with whatever is "
    "cheapest there)."
)
_FLIP_HELP = "The nearest volume at which another place becomes cheapest, all else held."
_LEVER_HELP = "The largest part of the recommended place's cost: what to work on first."
_HELP = (_COST_HELP, _USER_HELP, _FLIP_HELP, _LEVER_HELP)
"""What each of the four headline figures means, in their order."""


def draw(comparison: Comparison) -> None:
    """Draw the sentence in the largest type and the paragraph under it."""
    st.title(plain(comparison.sentence), anchor=False)
    paragraph = " ".join(part for part in _paragraph(comparison) if part)
    if paragraph:
        st.markdown(paragraph)


def _paragraph(comparison: Comparison) -> list[str]:
    if comparison.cheapest is None and _all_ruled_out(comparison):
        return []  # the list of what is ruled out says it all
    return [plain(comparison.reason), flip_sentence(comparison)]


def _all_ruled_out(comparison: Comparison) -> bool:
    return all(option.status in ("infeasible", "not_offered") for option in comparison.options)


def draw_certainty(comparison: Comparison) -> None:
    """Draw whether the answer holds when the work is free or costs double."""
    if comparison.labour_text:
        st.markdown(f":material/engineering: {plain(comparison.labour_text)}")


def flip_sentence(comparison: Comparison) -> str:
    """The nearest change of the answer, its volume in bold."""
    if comparison.cheapest is None:
        return ""
    if not comparison.flips:
        return "No other place becomes cheapest at any volume that can be priced."
    flip = comparison.flips[0]
    where = bold(f"{flip.direction} {words.number(flip.at)} requests a month")
    taker = plain(place(flip.to_kind))
    return f"It stops being cheapest {where}, where {taker} would be."


# --- four figures ----------------------------------------------------------------------------
def draw_figures(comparison: Comparison) -> None:
    """Draw the four figures; nothing where no place is possible."""
    found = figures(comparison)
    if not found:
        return
    # a row on a screen, two by two on a phone
    with st.container(horizontal=True, gap="small", key="figures"):
        for figure, text in zip(found, _HELP, strict=True):
            _card(figure, text)


def cost_words(comparison: Comparison) -> str:
    """The headline cost with its period; blank where no place is possible."""
    found = figures(comparison)
    return f"{found[0].value} a month" if found else ""


def _card(figure: Figure, text: str) -> None:
    with st.container(border=True, width="stretch", height="stretch", gap="xxsmall"):
        st.caption(plain(figure.label), help=text)
        st.markdown(f"#### {plain(figure.value)}", anchors=False)
        st.caption(plain(figure.note))


# --- what is ruled out -----------------------------------------------------------------------
def draw_excluded(comparison: Comparison) -> None:
    """Draw which places may not be used and why, in words and a shape."""
    if comparison.excluded:
        count = f"{len(comparison.excluded)} of {len(words.PLACES)} places"
        st.markdown(f"**Ruled out** ({count})")
        st.markdown("\n".join(excluded_lines(comparison)))


def excluded_lines(comparison: Comparison) -> list[str]:
    """One line for each reason, with the places it rules out."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in comparison.excluded:
        names = places.setdefault((item.text, item.change), [])
        names.append(words.place(item.kind) if not names else words.lower(words.place(item.kind)))
    return [
        f"- :material/block: {bold(', '.join(names))}: {plain(text.rstrip('.'))}."
        + (f" *Would change it: {plain(change)}.*" if change else "")
        for (text, change), names in places.items()
    ]
