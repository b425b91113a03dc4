"""Inputs in words: names instead of ids, and the figure the engine uses where none was entered."""

from __future__ import annotations

import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from calculators.scenario import fields
from pricing.book import PriceBook
from pricing.own import Own
from report import words
from report.used_values import entries, name_of, stands_for
from tests.report import examples

BOOK = PriceBook.load()


def real(preset: str, **changes: object) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


@pytest.fixture(scope="module")
def plain() -> Comparison:
    return real("celebrity_match")


def test_every_input_is_listed_once(plain: Comparison) -> None:
    found = entries(plain)
    listed = [row.title for _, rows in found.groups for row in rows]
    assert sorted([*listed, *found.empty]) == sorted(words.input_title(name) for name in fields())
    assert not found.changed


def test_values_are_names(plain: Comparison) -> None:
    value = {row.name: row.value for _, rows in entries(plain).groups for row in rows}
    assert value["preset"] == "Celebrity match: photo in, look-alike out"
    assert value["model"].startswith("MobileFaceNet")
    assert value["device_mix"] == "US mainstream"
    assert name_of(plain.scenario, BOOK) == "Celebrity match"


def test_an_empty_field_says_the_figure_that_is_used(plain: Comparison) -> None:
    wage = BOOK.assumption("staff_usd_per_hour").mid
    assert stands_for("staff_usd_per_hour", plain) == words.input_value("staff_usd_per_hour", wage)
    radio = BOOK.assumption(f"radio_tail_j_{plain.scenario.link}").mid
    assert stands_for("radio_tail_j", plain) == words.input_value("radio_tail_j", radio)
    assert plain.cheapest is not None
    place = PLACES[plain.cheapest.kind]
    hours = BOOK.assumption(f"integration_hours_{place.labour}").mid  # know-how "some" is 1
    said = f"{words.number(hours)} hours for {place.words}"
    assert stands_for("integration_hours", plain) == said
    row = next(item for item in plain.cheapest.line_items if item.name == "Work to set up")
    assert row.quantity == hours
    assert stands_for("training_data_sensitivity", plain) == "as the requests: personal"
    assert stands_for("ttft_budget_ms", plain) == "no limit"
    assert stands_for("measured_on", plain) == ""


def test_know_how_is_counted_in() -> None:
    team = real("celebrity_match", ml_expertise="team")
    assert team.cheapest is not None
    place = PLACES[team.cheapest.kind]
    share = BOOK.assumption("expertise_multiplier_team").mid
    hours = BOOK.assumption(f"integration_hours_{place.labour}").mid
    said = stands_for("integration_hours", team)
    assert said == f"{words.number(hours * share)} hours for {place.words}"


def test_an_input_the_preset_leaves_open_is_set_beside_what_the_preset_uses() -> None:
    """Not beside what was entered, which would stand for the open one in the changed scenario."""
    changes = {"staff_usd_per_hour": 123.0, "electricity_usd_per_kwh": 0.77, "pue": 1.9}
    changes |= {"params_millions": 70_000.0, "installs_per_month": 123_456.0, "radio_tail_j": 9.0}
    changes |= {"release_hours": 77.0, "integration_hours": 400.0}
    found = entries(real("support_chat", region="eu", utc_offset_hours=3, **changes))
    told = {row.name: (row.value, row.preset_value) for row in found.changed}
    plain = real("support_chat")
    assert set(changes) <= set(told)
    for name, value in changes.items():
        assert told[name][0] == words.input_value(name, value)
        assert told[name][1] not in ("", told[name][0])
    for name in (*list(changes)[:6], "utc_offset_hours"):
        assert told[name][1] == stands_for(name, plain)  # of the preset in its own region
    wage = BOOK.assumption("staff_usd_per_hour").mid
    assert told["staff_usd_per_hour"][1] == words.input_value("staff_usd_per_hour", wage)


def test_what_the_preset_uses_is_the_list_under_own_assumptions() -> None:
    own = from_preset("celebrity_match", {"release_hours": 50.0}, BOOK)
    laid = own.model_copy(update={"own": Own.of({"assume.hours_per_release_per_platform": 30.0})})
    row = next(i for i in entries(compare(laid, BOOK)).changed if i.name == "release_hours")
    listed = BOOK.assumption("hours_per_release_per_platform")
    assert row.preset_value.startswith(f"{words.number(listed.mid)} ")


def test_what_differs_from_the_preset_comes_apart() -> None:
    found = entries(real("celebrity_match", latency_budget_ms=None, region="eu", title="Q3"))
    told = {row.name: (row.value, row.preset_value) for row in found.changed}
    assert told == {
        "latency_budget_ms": ("no limit", "2,000 ms"),
        "region": ("European Union", "United States"),
        "title": ("Q3", "nothing entered"),
    }


def test_with_nothing_possible_no_place_is_named() -> None:
    assert stands_for("spare_instances", examples.NOTHING) == "by place"
    assert stands_for("integration_hours", examples.NOTHING) == ""
