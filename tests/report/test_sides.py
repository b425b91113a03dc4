"""Scenarios side by side in one link: every set survives the trip, every fault has its name."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.presets import from_preset, presets
from calculators.scenario import Scenario, ScenarioError, fields
from pricing.book import editions
from report.codec import MAX_QUERY_CHARS, decode, encode
from report.pins import Was
from report.sides import LETTERS, differences
from tests.report.strategies import BOOK, consistent, field_values

INPUTS = [name for name in fields() if name != "preset"]
PRICE = "price.openai/gpt-4o-mini/input"


def plain(preset: str = "support_chat", **changes: object) -> Scenario:
    return from_preset(preset, changes, BOOK)


@st.composite
def edited(draw: st.DrawFn, start: Scenario | None = None) -> Scenario:
    """A preset, or another scenario, with up to twelve inputs changed and own figures."""
    base = start or plain(draw(st.sampled_from(list(presets(BOOK)))))
    chosen = draw(st.lists(st.sampled_from(INPUTS), unique=True, max_size=12))
    values = {name: getattr(base, name) for name in INPUTS}
    values |= {name: draw(field_values(name)) for name in chosen}
    own = draw(st.fixed_dictionaries({}, optional={PRICE: st.floats(0.01, 5), "fixed.owned": _USD}))
    off = {name: None for name, _ in base.own.figures if draw(st.booleans())}
    return base.with_changes({**consistent(values), **off, **own})


_USD = st.floats(0, 1e6)


@st.composite
def sets(draw: st.DrawFn) -> tuple[Scenario, dict[str, Scenario]]:
    """A and up to three others: changed copies, other presets, or A itself."""
    first = draw(edited())
    letters = draw(st.lists(st.sampled_from(LETTERS), unique=True, min_size=1))
    kinds = st.one_of(edited(start=first), edited(), st.just(first))
    return first, {letter: draw(kinds) for letter in sorted(letters)}


@given(sets())
def test_every_set_survives_the_trip(found: tuple[Scenario, dict[str, Scenario]]) -> None:
    first, others = found
    query = encode(first, BOOK, None, others)
    if len(query) > MAX_QUERY_CHARS:
        return
    back = decode(query, strict=True)
    assert back.scenario == first
    assert dict(back.others) == others
    assert back.notices == ()
    assert encode(back.scenario, back.book, None, back.others) == query


def test_a_side_is_written_as_what_differs() -> None:
    other = plain(requests_per_month=5e6, latency_budget_ms=None)
    query = encode(plain(), BOOK, Was("none>rented:a/b", 1), {"b": other})
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    assert {name: text for name, text in pairs.items() if "." in name and name[0] == "b"} == {
        "b.requests_per_month": "5000000",
        "b.latency_budget_ms": "",
    }


def test_the_same_scenario_again_is_written_as_its_preset() -> None:
    assert differences(plain(), plain(), BOOK) == [("preset", "support_chat")]


def test_another_preset_starts_afresh() -> None:
    found = decode("preset=support_chat&region=eu&b.preset=voice_notes&b.pue=1.4", strict=True)
    assert found.others["b"] == plain("voice_notes", pue=1.4)
    assert found.others["b"].region == "us"


def test_naming_the_own_preset_changes_nothing() -> None:
    found = decode("preset=support_chat&region=eu&c.preset=support_chat", strict=True)
    assert found.others == {"c": found.scenario}


def test_a_figure_of_ones_own_is_taken_off_by_an_empty_one() -> None:
    found = decode(f"preset=support_chat&{PRICE}=0.1&b.{PRICE}=&c.{PRICE}=0.2", strict=True)
    assert found.others["b"].own.figures == ()
    assert found.others["c"].own.get(PRICE) == 0.2


def test_differences_of_an_old_link_speak_its_schema() -> None:
    """Up to schema 2 a benchmark held for every machine; a side's does too."""
    found = decode("v=2&preset=voice_notes&b.measured_answer_ms=40", strict=True)
    assert found.others["b"].measured_on == "every"
    assert found.scenario.measured_on == ""


@pytest.mark.parametrize(
    ("query", "field", "value", "allowed"),
    [
        ("b.colour=red", "b.colour", "red", "one of preset, task"),
        ("e.pue=1.2", "e.pue", "1.2", "one of preset, task"),
        ("a.pue=1.2", "a.pue", "1.2", "one of preset, task"),
        ("b=1", "b", "1", "one of preset, task"),
        ("b.=1", "b.", "1", "one of preset, task"),
        ("c.pue=0", "c.pue", "0", "a number from 1 to 5 (ratio)"),
        ("d.preset=nothing", "d.preset", "nothing", "celebrity_match | "),
        ("b.pue=1.2&b.pue=1.3", "b.pue", "1.3", "each parameter once"),
        ("b.title=a%0Ab", "b.title", "a\N{REPLACEMENT CHARACTER}b", "U+000A"),
        ("b.price.nobody/x/y=1", "b.price.nobody/x/y", "1", ""),
        ("b.v=3", "b.v", "3", "share one v"),
        ("b.method=4", "b.method", "4", "share one method"),
        ("b.was=x", "b.was", "x", "share one was"),
        ("b.price_date=2025-06-01", "b.price_date", "2025-06-01", "share one price_date"),
    ],
)
def test_what_a_side_may_not_be_is_named(query: str, field: str, value: str, allowed: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        decode(f"preset=support_chat&{query}", strict=True)
    (bad,) = refused.value.bad
    assert (bad.field, bad.value) == (field, value)
    assert allowed in bad.allowed
    (notice,) = decode(f"preset=support_chat&{query}").notices
    assert notice.field == field


def test_scenarios_of_different_editions_are_refused_by_name() -> None:
    first, *_, last = (day.isoformat() for day in editions())
    with pytest.raises(ScenarioError) as refused:
        decode(f"edition={last}&b.edition={first}&b.pue=1.2", strict=True)
    (bad,) = refused.value.bad
    assert bad.field == "b.edition"
    assert bad.value == first
    assert last in bad.allowed
    assert decode(f"edition={last}&b.edition={last}&b.pue=1.2", strict=True).others["b"].pue == 1.2


def test_a_fault_of_the_first_is_told_once() -> None:
    found = decode("preset=support_chat&pue=0&b.region=eu")
    assert [notice.field for notice in found.notices] == ["pue"]
    assert found.others["b"].pue == found.scenario.pue


def test_a_fault_of_a_side_names_what_that_side_uses() -> None:
    found = decode("preset=support_chat&pue=1.4&b.pue=9")
    (notice,) = found.notices
    assert (notice.field, notice.used) == ("b.pue", "not set")
    assert found.others["b"].pue is None
