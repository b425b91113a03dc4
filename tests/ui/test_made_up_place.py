"""A place registered at run time is compared, explored, drawn, printed and sent like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pymupdf
import pytest
import streamlit as st

from calculators.compare import compare
from calculators.places import PLACES, registered
from calculators.presets import default_scenario
from calculators.results import Comparison
from pricing.book import PriceBook
from report import payload, words
from report.chart_spec import breakdown, cost_curve
from report.palette import SPARE
from report.pdf import report_pdf
from report.server.pages import WORK
from report.tables import place_rows
from tests.ui.conftest import OpenApp
from tests.ui.made_up_place import EDGE
from ui.components import candidates


@pytest.fixture
def found(book: PriceBook) -> Iterator[Comparison]:
    """The default scenario while the place is there; pages forget it afterwards."""
    st.cache_resource.clear()
    WORK.forget()
    with registered(EDGE):
        yield compare(default_scenario(book), book)
    st.cache_resource.clear()
    WORK.forget()


def test_it_is_compared_and_explored(found: Comparison) -> None:
    best, rented = (
        next(option for option in found.best_of_kind if option.kind == kind)
        for kind in (EDGE.id, "rented")
    )
    assert found.cheapest is best
    assert rented.company_usd is not None
    assert best.company_usd == pytest.approx(rented.company_usd / 4)
    assert EDGE.words in found.sentence
    assert EDGE.id in {curve.kind for curve in found.curves}
    assert EDGE.id in {kind for pair in found.break_even for kind in (pair.first, pair.second)}


def test_charts_and_tables_have_it(found: Comparison) -> None:
    series = next(line for line in cost_curve(found).series if line.kind == EDGE.id)
    assert (series.label, series.style) == (EDGE.name, SPARE)
    assert EDGE.name in {bar.label for bar in breakdown(found).bars}
    assert [row.place for row in place_rows(found)].count(EDGE.name) == 1
    everyone = list(found.options)
    assert EDGE.name in set(candidates.frame(found, everyone)["Place"])


def test_the_page_shows_it(found: Comparison, open_app: OpenApp) -> None:
    app = open_app()
    assert EDGE.words in app.title[0].value
    [table] = (
        item.proto
        for item in app.get("bidi_component")
        if item.proto.component_name.endswith("place_table")
    )
    rows = json.loads(table.json)["rows"]
    assert (rows[0]["cells"][0]["text"], rows[0]["chosen"]) == (EDGE.name, "cheapest")
    curve, bars = app.get("plotly_chart")
    for chart in (curve, bars):
        assert EDGE.name in chart.proto.spec
    app.session_state["all_open"] = True
    app.run()
    app.multiselect("all_places").set_value([EDGE.id]).run()
    assert not app.exception
    assert set(app.dataframe[0].value["Place"]) == {EDGE.name}


def test_json_and_print_hold_it(found: Comparison) -> None:
    whole, short = payload.payload(found), payload.best(found)
    assert EDGE.id in {option["answers_at"] for option in whole["options"]}
    assert EDGE.id in {place["option"]["answers_at"] for place in short["places"]}
    for body in (whole, short):
        sent = json.loads(json.dumps(body, allow_nan=False))
        assert EDGE.id in {place["id"] for place in sent["places"]}
        assert sent["cheapest"].startswith(f"none>{EDGE.id}:")
    with pymupdf.open(stream=report_pdf(found, "https://crossover.example")) as printed:
        text = " ".join(page.get_text() for page in printed)
    assert EDGE.name in text
    assert EDGE.words in text


def test_afterwards_it_is_gone(book: PriceBook) -> None:
    assert EDGE.id not in PLACES
    with pytest.raises(KeyError):
        words.place(EDGE.id)
    kinds = {option.kind for option in compare(default_scenario(book), book).best_of_kind}
    assert kinds == set(PLACES)
