"""The list of prices: filters, table, one row opened, and the same rows as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from pricing.book import PriceBook
from pricing.units import label as unit_label
from report import csv_prices, price_list, words
from report.csv_question import Parameter
from report.meters import meter
from report.price_list import AGE_WORDS, Filters, Line
from report.values import parts
from ui import state as page_state
from ui import wording
from ui.components import csv_link, own_figures, price_time
from ui.markdown import bold, link, plain

_TABLE = "price_table"
_MAX_USERS = 12
SEARCH, ROWS = "search", "rows"
"""What the address says of this list: words that are searched for, and every other filter."""


def draw(book: PriceBook, lines: Sequence[Line], query: str) -> None:
    """Draw filters, the line about marks, the table, and the row that is selected.

    ``query`` is the scenario's: the file of these rows is made from it.
    """
    wanted = _filters(lines)
    shown = [line for line in lines if price_list.keep(line, wanted)]
    st.markdown(plain(price_list.summary(shown, book)))
    if not shown:
        st.info("No price passes every filter. Take one away to see more.", icon=":material/info:")
        return
    state = st.dataframe(
        price_list.frame(shown),
        hide_index=True,
        key=_TABLE,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_COLUMNS,
        placeholder="–",
        alt="Prices in force, one row each; the same rows are in the CSV below.",
    )
    csv_link.draw(
        f"Download these {len(shown):,} rows as CSV",
        "prices",
        query,
        csv_prices.as_query(wanted),
    )
    picked = state["selection"]["rows"]
    if picked and picked[0] < len(shown):
        _open(book, shown[picked[0]])
    else:
        st.caption("Select a row to copy its key, see its history and who uses it.")


_COLUMNS = {
    "Vendor": st.column_config.TextColumn(pinned=True),
    "Product": st.column_config.TextColumn(width="medium"),
    "Price": st.column_config.NumberColumn(format="%.10g"),
    "From units a month": st.column_config.NumberColumn(
        format="%.10g", help="Prices of a tier hold from this many units a month on."
    ),
    "Marks": st.column_config.TextColumn(
        width="small",
        help="old: read longer ago than this kind of price keeps. weak evidence: one source "
        "nobody can check.",
    ),
    "Evidence": st.column_config.TextColumn(
        help="A: the vendor's page or bill was seen. B: two weaker sources. C: one weak source."
    ),
    "Source": st.column_config.LinkColumn(display_text="Open"),
    "Used by": st.column_config.TextColumn(width="medium"),
    "Note": st.column_config.TextColumn(width="large"),
}


def _filters(lines: Sequence[Line]) -> Filters:
    """Draw the filters; every choice lists what there is."""
    _restore(lines)
    tables = list(dict.fromkeys(line.table for line in lines))
    regions = sorted({line.row.region for line in lines})
    vendors = sorted({line.vendor for line in lines}, key=str.lower)
    text = st.text_input(
        "Search",
        key=csv_prices.SEARCH.name,
        on_change=_changed,
        icon=":material/search:",
        placeholder="key, vendor, product, region, source",
        type="search",
    )
    with st.grid(5, min_column_width=170):
        kind = _several("Kind", csv_prices.KIND, tables, wording.price_table)
        vendor = _several("Vendor", csv_prices.VENDOR, vendors, str)
        region = _several("Region", csv_prices.REGION, regions, str)
        evidence = _several("Evidence", csv_prices.EVIDENCE, ["A", "B", "C"], _grade)
        age = st.selectbox(
            "Age",
            list(AGE_WORDS),
            index=None,
            key=csv_prices.AGE.name,
            format_func=lambda code: AGE_WORDS[code],
            placeholder="Any",
            on_change=_changed,
        )
    used = st.toggle(
        "Only prices the current comparison uses", key=csv_prices.USED.name, on_change=_changed
    )
    return Filters(text or "", kind, vendor, region, evidence, age, used)


def _grade(letter: str) -> str:
    return wording.choice("min_confidence", letter)


def _several(
    label: str, item: Parameter, names: Sequence[str], called: Callable[[str], str]
) -> list[str]:
    return st.multiselect(
        label,
        names,
        key=item.name,
        format_func=called,
        placeholder="All",
        on_change=_changed,
    )


# --- what the address says -------------------------------------------------------------------
def filters() -> dict[str, str]:
    """What is searched for and how the list is filtered, as the address says it."""
    return {name: page_state.page_value(name) for name in (SEARCH, ROWS)}


def _restore(lines: Sequence[Line]) -> None:
    """Let the filters show what the address says; a name that no price has is left out."""
    said = filters()
    asked = dict(parse_qsl(said[ROWS]))
    page_state.show(csv_prices.SEARCH.name, said[SEARCH])
    tables = {line.table for line in lines}
    for item, known in csv_prices.choices(lines).items():
        names = [name for name in parts(asked.get(item.name, "")) if name in known]
        if item == csv_prices.KIND:
            names = [name for name in names if name in tables]
        page_state.show(item.name, names)
    age = asked.get(csv_prices.AGE.name)
    page_state.show(csv_prices.AGE.name, age if age in AGE_WORDS else None)
    page_state.show(csv_prices.USED.name, asked.get(csv_prices.USED.name) == "yes")


def _changed() -> None:
    """Take the filters into what the address will say."""
    held = {item: st.session_state[item.name] for item in csv_prices.FILTERS}
    text, kind, vendor, region, evidence, age, used = held.values()
    wanted = Filters(text or "", kind, vendor, region, evidence, age, used)
    said = dict(csv_prices.as_query(wanted))
    page_state.set_page_value(SEARCH, said.pop(csv_prices.SEARCH.name, ""))
    page_state.set_page_value(ROWS, urlencode(said))


def _open(book: PriceBook, line: Line) -> None:
    """One row in full: key to copy, source, who uses it, history."""
    row = line.row
    st.header(f"{plain(line.vendor)}: {plain(line.product)}", anchor=False)
    st.code(row.key, language=None)
    value = "ends here" if row.value is None else f"{words.rate(row.value)} {row.currency}"
    st.markdown(
        f"{bold(value)} per {plain(unit_label(row.unit))}, {plain(meter(row.meter))}, "
        f"region {plain(row.region)}, in force from {words.day(row.effective_from)}. "
        f"Read on {words.day(row.as_of)} in {link(line.source_title, line.source_url)}"
        + (f", {plain(row.locator)}" if row.locator else "")
        + f"; evidence {row.confidence}."
        + (f" Note: {plain(row.note)}." if row.note else "")
    )
    st.markdown(users(line))
    own_figures.inputs([f"price.{row.key}"], "prices")
    price_time.draw_key(book, row.key)


def users(line: Line) -> str:
    """Which candidates of the current comparison use the row."""
    if not line.used_by:
        return "No candidate of the current comparison uses it."
    names = "; ".join(plain(name) for name in line.used_by[:_MAX_USERS])
    more = len(line.used_by) - _MAX_USERS
    rest = f"; and {more} more" if more > 0 else ""
    return f"Used by {len(line.used_by)} candidates of the current comparison: {names}{rest}."
