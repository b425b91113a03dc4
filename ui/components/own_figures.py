"""Figures of the visitor's own: the mark that they are in use, and where they are entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from calculators.answer import baseline, first_release, tradeoffs
from calculators.factors import BY_NAME
from calculators.own import OwnAxis, describe, fixed_name
from calculators.results import Comparison, Option
from pricing.own import discounts_of
from report import own_figures, words
from ui import state
from ui.markdown import bold, plain
from ui.state import Visit

_MOST_SHOWN = 8
_BESIDE_COSTS = (*baseline.ASSUMED, *first_release.ASSUMED, *tradeoffs.ASSUMED)
"""Assumptions behind what is told of an option besides its costs: leaving, weeks, exposure."""


def notice(visit: Visit) -> None:
    """Draw how many own figures are in use, which, and the way to take all of them off."""
    found = own_figures.own_figures(visit.scenario, visit.book)
    if not found:
        return
    with st.container(border=True, key="own_figures"):
        st.markdown(f":material/edit_note: {bold(own_figures.in_use(visit.scenario, visit.book))}")
        lines = [_line(own_figures.row(item)) for item in found[:_MOST_SHOWN]]
        if len(found) > _MOST_SHOWN:
            lines.append(f"- and {len(found) - _MOST_SHOWN} more, listed in the PDF and the JSON")
        st.markdown("\n".join(lines))
        st.button(
            "Take all of them off",
            key="own_off",
            on_click=state.take_off_own,
            icon=":material/undo:",
        )


def _line(row: dict[str, str]) -> str:
    listed = "" if row["listed"] == words.MISSING else f" (list: {plain(row['listed'])})"
    return f"- {plain(row['title'])}: {bold(row['value'])}{listed}"


# --- entering --------------------------------------------------------------------------------
def of_option(comparison: Comparison, option: Option) -> None:
    """Draw an input for every price, discount, assumption and fixed cost behind an option."""
    section = st.expander(
        "Enter your own prices and figures",
        on_change="rerun",
        key="own_open",
        icon=":material/edit:",
    )
    with section:
        if section.open:
            st.caption(
                "An empty field is the list price or our assumption, shown in it. A price of yours "
                "holds for every volume and the whole period."
            )
            inputs(names(comparison, option))


def names(comparison: Comparison, option: Option) -> list[str]:
    """Own figures that would move an option, by the names links write."""
    book = comparison.book
    keys = dict.fromkeys(key for item in option.line_items if (key := item.source.price_key))
    found = [f"price.{key}" for key in keys]
    vendors = dict.fromkeys(discounts_of(key, book.table_of(key))[1] for key in keys)
    found += [f"discount.{vendor}" for vendor in vendors]
    found.append(fixed_name(option.kind))
    assumed: dict[str, None] = {}
    for item in option.line_items:
        assumed |= dict.fromkeys((item.source.key, *item.assumed))
    assumed |= dict.fromkeys(option.latency.assumed)
    return [*found, *(f"assume.{name}" for name in assumed if name in book.assumptions)]


def of_places(comparison: Comparison) -> None:
    """Draw an input for every assumption behind the best candidates of all places."""
    found: dict[str, None] = {}
    for option in comparison.best_of_kind:
        if option.line_items:
            found |= dict.fromkeys(names(comparison, option))
    wanted = [name for name in found if name.startswith("assume.")]
    _folded([*wanted, *(f"assume.{name}" for name in _BESIDE_COSTS)], "places")


def of_factors(factors: Iterable[str], where: str) -> None:
    """Draw an input for every assumption that uncertain causes move; nothing where none does."""
    moved = (name for factor in factors if factor in BY_NAME for name in BY_NAME[factor].moves)
    _folded([f"assume.{name}" for name in dict.fromkeys(moved)], where)


def _folded(wanted: Sequence[str], where: str) -> None:
    if not wanted:
        return
    section = st.expander(
        "Enter your own figures for what we assume",
        on_change="rerun",
        key=f"own_{where}_open",
        icon=":material/edit:",
    )
    with section:
        if section.open:
            st.caption("An empty field is our assumption, shown in it.")
            inputs(wanted, where)


def inputs(wanted: Sequence[str], where: str = "option") -> None:
    """Draw one input each, with what the list says in it while it is empty."""
    visit = state.visit()
    known = [
        found
        for name in wanted
        if (found := describe(name, visit.book, visit.scenario.region)) is not None
    ]
    with st.grid(3, min_column_width=240):
        for item in known:
            _input(item, where)


def _input(item: OwnAxis, where: str) -> None:
    key = f"own_{where}_{item.name}"
    value = state.visit().scenario.own.get(item.name)
    state.show(key, value)
    listed = words.MISSING if item.listed is None else words.exact(item.listed, 12)
    unit = f" ({item.unit})" if item.unit else ""
    mark = " **· yours**" if value is not None else ""
    st.number_input(
        f"{plain(item.title)}{plain(unit)}{mark}",
        value=None,
        format="%.10g",
        key=key,
        placeholder=f"list: {listed}",
        help=f"In links: {item.name}. Allowed: {item.allowed}.",
        on_change=state.set_own,
        args=(item.name, key),
    )
