"""Answers kept for a while, so that drawing a page again computes nothing again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from calculators.answer.constraint_price import Constraints, constraint_prices
from calculators.presets import presets
from calculators.results import Comparison
from calculators.scenario import Scenario
from calculators.wanted import while_wanted
from pricing.book import PriceBook
from report import price_list
from report.codec import Decoded
from report.measurements import Measurement
from report.measurements import measurements as all_measurements
from report.pins import Was
from report.price_list import Line
from report.server.pages import WORK

_KEPT = 16
Json = dict[str, Any]
_HASH: dict[str | type[Any], Callable[[Any], Any]] = {
    Scenario: lambda scenario: scenario.model_dump_json()
}


def comparison(scenario: Scenario, book: PriceBook) -> Comparison:
    """The comparison of a scenario at a book; the same object for the same question."""
    return WORK.comparison(scenario, book)


@st.cache_resource(max_entries=_KEPT // 4, show_spinner=False, hash_funcs=_HASH)
def _constrained(scenario: Scenario, edition: date, price_date: date) -> Constraints:
    return constraint_prices(scenario, PriceBook.load(edition, price_date))


def constraints(scenario: Scenario, book: PriceBook) -> Constraints:
    """What each constraint of a scenario costs at a book."""
    return _constrained(scenario, book.edition, book.price_date)


@st.cache_resource(max_entries=_KEPT // 4, show_spinner=False, hash_funcs=_HASH)
def _lines(scenario: Scenario, edition: date, price_date: date) -> Sequence[Line]:
    found = WORK.comparison(scenario, PriceBook.load(edition, price_date))
    return tuple(price_list.lines(found.book, price_list.used_by(found)))


def price_lines(scenario: Scenario, book: PriceBook) -> Sequence[Line]:
    """Every price in force with the candidates of the scenario that use it."""
    return _lines(scenario, book.edition, book.price_date)


def assumptions_used(scenario: Scenario, book: PriceBook) -> frozenset[str]:
    """Names of the assumptions behind any candidate of the scenario."""
    return price_list.assumed_by(comparison(scenario, book))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _body(_answer: Callable[[], Json], route: str, query: str) -> Json:
    del route, query  # tell answers apart
    with WORK.long_turn():
        return _answer()


def body(answer: Callable[[str], tuple[Json, Decoded]], query: str) -> Json:
    """What a route of the API answers to a query; a chart shows what the API says.

    A newer change of the visitor ends the work between two evaluations, and with it the run.

    Raises
    ------
    ScenarioError
        The query asks for something the route refuses.
    """
    return told(lambda: answer(query)[0], answer.__qualname__, query)


def told(answer: Callable[[], Json], route: str, query: str) -> Json:
    """The same where the comparison of the query is there already and need not be made again.

    ``route`` is the name of what answers, ``query`` all that it is asked.

    Raises
    ------
    ScenarioError
        Something is asked for that is refused.
    """
    WORK.order.answered()
    gives_way = WORK.order.giving_way()
    with while_wanted(lambda: gives_way(_goes_on)):
        return _body(answer, route, query)


def _goes_on() -> bool:
    """True; where the visitor changed something since, Streamlit ends this run here instead.

    It does so whenever a run looks into its session's state.
    """
    return _ENDED not in st.session_state


_ENDED = "never set"


def headline(found: Comparison) -> Was | None:
    """What the link says it showed."""
    best = found.cheapest
    return Was(best.id, best.total_usd) if best and best.total_usd is not None else None


def preset_label(preset: str, book: PriceBook) -> str:
    """Name of a preset, without its explanation."""
    known = presets(book)
    return known[preset].label.partition(":")[0] if preset in known else preset


@st.cache_resource(max_entries=4, show_spinner=False)
def _measured(edition: date) -> Mapping[str, Measurement]:
    return all_measurements(PriceBook.load(edition))


def measurements(book: PriceBook) -> Mapping[str, Measurement]:
    """Published measurements of the book's edition, by row."""
    return _measured(book.edition)
