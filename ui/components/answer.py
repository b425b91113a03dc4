"""The top of Compare: the answer, its reason, four figures and what is ruled out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from calculators.answer import baseline_words
from calculators.places import PLACES, AnswersAt
from calculators.results import Comparison, Exclusion, Status
from calculators.scenario import extra
from report import asks, confirmation, headline, words
from report.headline import Figure
from ui.components.later import Slot, slot
from ui.markdown import bold, plain

_COST_HELP = (
    "USD a month: the total over the period divided by its months, so purchases and one-time "
    "work are spread evenly. The range holds the cost in 8 of 10 cases (p10 to p90 of 512 "
    "random draws of everything uncertain)."
)
_USER_HELP = (
    "USD per served user and month, now and with ten times the requests (then with whatever is "
    "cheapest there)."
)
_FLIP_HELP = "The nearest volume at which another place becomes cheapest, all else held."
_LEVER_HELP = (
    "The item by which the two cheapest places differ most: what they share decides nothing."
)


def draw(comparison: Comparison) -> Slot:
    """Draw the sentence in the largest type and the paragraph under it; give room for the flip.

    Where no place clearly wins, what choosing wrongly costs stands between the two.
    """
    st.title(plain(comparison.sentence), anchor=False)
    if said := meanings(comparison):
        st.caption(said)
    if comparison.too_close:
        with st.container(border=True, key="too_close"):
            st.markdown(f":material/balance: {plain(comparison.certainty_text)}")
    paragraph = " ".join(part for part in _paragraph(comparison) if part)
    if paragraph:
        with st.container(key="reason"):
            st.markdown(paragraph)
    flip = slot("flip_sentence")
    open_size = asks.needs(comparison.scenario)
    if open_size:
        st.info(
            f"{plain(open_size)} Enter it below *Model*, among the inputs.",
            icon=":material/straighten:",
        )
    if said := where_to_enter(asks.open_inputs(comparison)):
        st.info(said, icon=":material/straighten:")
    return flip


def where_to_enter(names: Sequence[str]) -> str:
    """Where inputs stand that an answer waits for; blank for none."""
    if not names:
        return ""
    titles = " and ".join(f"*{plain(words.input_title(name))}*" for name in names)
    group = plain(words.GROUPS[extra(names[0], "group")])
    return f"Enter {titles} among the inputs: *More detail*, *{group}*."


def draw_flip(comparison: Comparison) -> None:
    """Draw the nearest change of the answer in a sentence."""
    if said := flip_sentence(comparison):
        st.markdown(said)


_MOST_MEANT = 3  # places the heading names


def meanings(comparison: Comparison) -> str:
    """What the places of the heading are, for someone new to the words; blank without any."""
    best = comparison.cheapest
    if best is None:
        return ""
    against = comparison.verdict.against if comparison.verdict else ()
    named = [best.kind, *against][:_MOST_MEANT]
    alone = dict.fromkeys(part for kind in named for part in PLACES[kind].parts)
    return " ".join(f"{plain(PLACES[kind].name)}: {plain(_means(kind))}" for kind in alone)


def _means(kind: AnswersAt) -> str:
    said = PLACES[kind].means
    return said[:1].lower() + said[1:]


def _paragraph(comparison: Comparison) -> list[str]:
    if comparison.cheapest is None and _all_ruled_out(comparison):
        return []  # the list of what is ruled out says it all
    return [
        plain(words.spoken(comparison.reason)),
        plain(answers_with(comparison)),
        plain(confirmation.sentence(comparison)),
    ]


def answers_with(comparison: Comparison) -> str:
    """What answers in place of the model asked for, by name; blank where that one does."""
    best = comparison.cheapest
    return f"What answers is {best.label}." if best and best.different_model else ""


def _all_ruled_out(comparison: Comparison) -> bool:
    counts = comparison.options.status_counts
    return not any(counts[name] for name in ("feasible", "pointless", "incomplete"))


def draw_certainty(comparison: Comparison) -> None:
    """Draw how sure the answer is, what it saves against today, and what work decides."""
    if comparison.certainty_text and not comparison.too_close:
        st.markdown(f":material/casino: {plain(comparison.certainty_text)}")
    if against := baseline_words.line(comparison):
        st.markdown(f":material/compare_arrows: {plain(against)}")
    if comparison.ours_text:
        st.markdown(f":material/priority_high: {bold(comparison.ours_text)}")
    if said := headline.labour(comparison):
        st.markdown(f":material/engineering: {plain(said)}")


def flip_sentence(comparison: Comparison) -> str:
    """The nearest change of the answer, its volume in bold."""
    if comparison.cheapest is None:
        return ""
    if not comparison.flips:
        return headline.no_flip(comparison)
    flip = comparison.flips[0]
    where = bold(f"{flip.direction} {words.number(flip.at)} requests a month")
    taker = plain(PLACES[flip.to_kind].words)
    return f"The answer changes {where}, to {taker}."


# --- four figures ----------------------------------------------------------------------------
def draw_figures(comparison: Comparison) -> Slot | None:
    """Draw the four figures, the next flip as room for it; nothing where no place is possible."""
    best = comparison.cheapest
    if best is None:
        return None
    # a row on a screen, two by two on a phone
    with st.container(horizontal=True, gap="small", key="figures"):
        _card(headline.monthly(best, comparison), _COST_HELP)
        _card(headline.per_user(best, comparison), _USER_HELP)
        flip = _frame()
        _card(headline.lever(comparison), _LEVER_HELP)
    return flip


def draw_next_flip(comparison: Comparison) -> None:
    """Draw the figure of the next flip inside its card."""
    _figure(headline.next_flip(comparison), _FLIP_HELP)


def cost_words(comparison: Comparison) -> str:
    """The headline cost with its period; blank where no place is possible."""
    best = comparison.cheapest
    return f"{headline.monthly(best, comparison).value} a month" if best else ""


def _frame() -> Slot:
    return st.container(border=True, width="stretch", height="stretch", gap="xxsmall")


def _card(figure: Figure, text: str) -> None:
    with _frame():
        _figure(figure, text)


def _figure(figure: Figure, text: str) -> None:
    st.caption(plain(figure.label), help=text)
    st.markdown(bold(figure.value))  # no heading: nothing stands under it
    st.caption(plain(figure.note))


# --- what is ruled out -----------------------------------------------------------------------
_SHAPES: Mapping[Status, str] = {
    "infeasible": ":material/block:",
    "incomplete": ":material/help:",
    "not_offered": ":material/hide_source:",
}
"""Kinds of places that cannot be chosen, in the order they are told. Beside an answer only what a
rule forbids is told: the rest stands in the table of places."""


def draw_excluded(comparison: Comparison) -> None:
    """Draw which places may not be used and why, in words and a shape."""
    called = {option.kind: words.status(option) for option in comparison.best_of_kind}
    forbidden: Mapping[Status, str] = {"infeasible": _SHAPES["infeasible"]}
    told = _SHAPES if comparison.cheapest is None else forbidden
    for status, shape in told.items():
        found = excluded(comparison, status)
        for word in dict.fromkeys(called[item.kind] for item in found):
            these = [item for item in found if called[item.kind] == word]
            st.markdown(f"{shape} **{word}** ({len(these)} of {len(PLACES)} places)")
            st.markdown("\n".join(excluded_lines(these)))


def excluded(comparison: Comparison, status: Status) -> list[Exclusion]:
    """Places that cannot be chosen because they are ruled out, lack a figure or are not offered."""
    of_status = {item.kind for item in comparison.best_of_kind if item.status == status}
    return [item for item in comparison.excluded if item.kind in of_status]


def excluded_lines(found: Sequence[Exclusion]) -> list[str]:
    """One line for each reason, with the places it rules out."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in found:
        names = places.setdefault((item.text, item.change), [])
        names.append(words.place(item.kind) if not names else words.lower(words.place(item.kind)))
    return [
        f"- {bold(', '.join(names))}: {plain(words.spoken(text).rstrip('.'))}."
        + (f" *Would change it: {plain(change)}.*" if change else "")
        for (text, change), names in places.items()
    ]
