"""Sections: the sentence says what the picture shows, tables add up, missing is said."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report.codec import encode
from report.sections import (
    SECTIONS,
    break_even,
    cash_flow,
    history,
    strips,
    two_inputs,
    uncertainty,
)
from report.sections.naming import input_value
from report.sections.said import Picture, Section, Table, plain, shortened

BOOK = PriceBook.load()


def real(preset: str, **changes: object) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


@pytest.fixture(scope="module")
def made() -> dict[str, Section]:
    found = real("celebrity_match")
    query = encode(found.scenario, BOOK)
    return {name: make(found, query) for name, (_, make) in SECTIONS.items()}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_a_sentence_a_picture_and_a_table(made: dict[str, Section], name: str) -> None:
    section = made[name]
    assert section.title == SECTIONS[name][0]
    assert plain(section.says[0]).endswith(".")
    pictures = [part for part in section.parts if isinstance(part, Picture)]
    tables = [part for part in section.parts if isinstance(part, Table)]
    assert pictures
    assert tables
    for picture in pictures:
        assert picture.svg.startswith("<?xml")
        assert "<text" not in picture.svg  # letters are outlined
        assert picture.alt.endswith(".")
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("name", SECTIONS)
def test_where_nothing_is_possible_every_section_says_so(name: str) -> None:
    found = real("support_chat", data_sensitivity="on_premises", latency_budget_ms=1.0)
    assert found.cheapest is None
    section = SECTIONS[name][1](found, encode(found.scenario, BOOK))
    assert section.says
    assert "None" not in plain(section.says[0])


# --- sentences on hand-made bodies --------------------------------------------------------------
def test_cash_flow_says_the_month_of_the_crossing() -> None:
    body: dict[str, Any] = {
        "b": "x",
        "crossings": [{"month": 7.5, "cheaper_after": "x"}],
        "gap_end_usd": 1.0,
        "months": [{"month": 12}],
    }
    said = plain(cash_flow.sentence(body, ("Rented machines", "Managed API")))
    assert (
        said == "Their costs so far are equal in month 7.5; after that Managed API has cost less."
    )
    body |= {"crossings": [], "gap_end_usd": -250.0}
    said = plain(cash_flow.sentence(body, ("Rented machines", "Managed API")))
    assert said == (
        "Neither overtakes the other: Managed API has cost less all along, $250 less after 12 "
        "months."
    )


def test_cash_flow_years_add_up(made: dict[str, Section]) -> None:
    tables = [part for part in made["cash_flow"].parts if isinstance(part, Table)]
    assert len(tables) == 2
    for table in tables:
        numbers = [[_read(cell) for cell in row[1:]] for row in table.rows]
        years, total = np.array(numbers[:-1]), np.array(numbers[-1])
        assert table.rows[-1][0] == "All"
        # each cell is rounded to the cent by itself
        assert np.allclose(years.sum(axis=0), total, atol=0.005 * len(years) + 1e-9)
        assert np.allclose(years[:, :-1].sum(axis=1), years[:, -1], atol=0.025)


def _read(cell: str) -> float:
    return float(cell.replace(",", "").replace("−", "-"))


def test_strips_say_the_nearest_change() -> None:
    strip = {
        "field": "staff_usd_per_hour",
        "unit": "USD per hour",
        "low": 0.0,
        "high": 1000.0,
        "here": 91.0,
        "nearest_flip": 195.123,
        "bands": [
            {"from": 0.0, "to": 195.123, "place": "rented"},
            {"from": 195.123, "to": 1000.0, "place": "managed_api"},
        ],
    }
    assert plain(strips.sentence([strip])) == (
        "The nearest change: Cost of work above 195 USD per hour, where a managed API would be "
        "cheapest."
    )
    steady = {**strip, "nearest_flip": None}
    assert plain(strips.sentence([steady])) == (
        "No single input changes the answer within its bounds."
    )


def test_break_even_says_the_crossing_and_its_range() -> None:
    crossing = {"at": 250_000.0, "until": None, "p10": 100_000.0, "p90": 600_000.0}
    body = {
        "axis": "requests_per_month",
        "unit": "requests per month",
        "a": "none>rented:x/y",
        "b": "managed_api",
        "axis_low": 1e3,
        "axis_high": 1e9,
        "crossings": [crossing],
        "reason": "",
    }
    assert plain(break_even.sentence(body)) == (
        "Rented machines and Managed API cost the same at 250,000 requests per month (100,000 "
        "requests per month to 600,000 requests per month in 8 of 10 cases)."
    )
    wide = {**crossing, "p10": 1e3, "p90": 1e9}
    assert "so uncertain that it may be anywhere" in plain(
        break_even.sentence({**body, "crossings": [wide]})
    )


def test_the_map_says_the_share_of_each_winner() -> None:
    body = {
        "x": {"field": "requests_per_month"},
        "y": {"field": "staff_usd_per_hour"},
        "winner": [["rented", "rented"], ["rented", None]],
    }
    assert plain(two_inputs.sentence(body)) == (
        "Over requests a month and cost of work the cheapest is rented machines on 75 % of the "
        "map; nothing possible on 25 %."
    )


def test_history_says_since_when() -> None:
    days = [{"day": "2026-01-05", "winner": "rented"}, {"day": "2026-03-01", "winner": "owned"}]
    assert plain(history.sentence({"days": days})) == (
        "The answer changed once since 5 Jan 2026; since 1 Mar 2026 it is your own machines."
    )
    assert plain(history.sentence({"days": days[:1]})) == (
        "Since 5 Jan 2026 the answer has always been rented machines."
    )


def test_uncertainty_says_chance_and_regret() -> None:
    place = {"probability_cheapest": 0.58, "expected_regret_usd_per_month": 256.4}
    body = {"places": {"rented": place}, "draws": 8192, "too_close": True}
    assert plain(uncertainty.sentence(body)) == (
        "In 58 % of 8,192 draws the cheapest is rented machines: too close to call. Choosing it "
        "costs $256 a month more than the best choice, on average."
    )
    nothing = plain(uncertainty.measure_first([{"usd_per_month": 0.0, "label": "x"}]))
    assert nothing == "Nothing that could be measured would change the choice on average."


# --- pictures -----------------------------------------------------------------------------------
def test_places_are_told_apart_without_colour() -> None:
    marks = [strips.hatch(place) or "" for place in (*PLACES, None)]
    assert len(set(marks)) == len(marks)


def test_long_tables_say_what_they_leave_out() -> None:
    rows = [(str(number),) for number in range(5)]
    assert shortened(rows, 5, "/x") == (tuple(rows), "")
    kept, note = shortened(rows, 3, "/api/v1/history")
    assert len(kept) == 3
    assert note == "2 more rows in the data: /api/v1/history."


def test_large_values_are_short_and_own_figures_keep_their_unit() -> None:
    assert input_value("requests_per_month", 205_268_773.0, "x") == "205 million requests per month"
    assert input_value("requests_per_month", 479_423.0, "x") == "479,400 requests per month"
    assert input_value("price.a/b", 0.25, "USD per hour") == "0.25 USD per hour"


def test_no_word_of_a_picture_is_a_field_name(made: dict[str, Section]) -> None:
    for section in made.values():
        for said in section.says:
            assert not re.search(r"[a-z]+_[a-z]+", plain(said)), plain(said)
