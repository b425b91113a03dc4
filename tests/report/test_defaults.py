"""What a link leaves out: frozen with its schema, whatever the scenario's defaults do later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from calculators.presets import DEFAULT_PRESET, from_preset, presets
from calculators.scenario import Scenario, build, fields
from pricing.book import PriceBook, editions
from report import defaults
from report.codec import decode, encode
from report.defaults import SchemaError, digest, frozen, of_schema, of_today, table
from report.resolve import plain_scenario
from report.upgrades import SCHEMA, UPGRADES, upgrade
from report.values import parse
from tests.golden import links as golden

BOOK = PriceBook.load()
WHAT_TO_DO = (
    "the scenario's fields or defaults and schema {schema} in report/defaults.csv disagree on "
    "{names}: links that leave these out would change their meaning. Follow report/defaults.py: "
    "raise SCHEMA and add a step in report/upgrades.py (or extend the newest step while its "
    "schema is not released), then python -m report.defaults --step"
)


@pytest.fixture
def moved_default() -> Iterator[Any]:
    """Change defaults of the scenario's class for one test."""
    held = {name: found.default for name, found in fields().items()}

    def move(**values: object) -> None:
        for name, value in values.items():
            fields()[name].default = value
        Scenario.model_rebuild(force=True)

    yield move
    move(**held)


def test_a_changed_field_or_default_needs_a_schema_step() -> None:
    now, kept = of_today(), of_schema(SCHEMA)
    names = sorted(name for name in {*now, *kept} if now.get(name) != kept.get(name))
    assert not names, WHAT_TO_DO.format(schema=SCHEMA, names=", ".join(names))
    assert kept["preset"] == DEFAULT_PRESET


def test_a_moved_default_is_noticed(moved_default: Any) -> None:
    moved_default(peak_to_mean=7.0)
    with pytest.raises(AssertionError, match=r"disagree on peak_to_mean: .*raise SCHEMA"):
        test_a_changed_field_or_default_needs_a_schema_step()


def test_schemas_that_are_out_are_as_they_were() -> None:
    held = frozen()
    assert set(range(1, SCHEMA)) <= set(held), "python -m report.defaults --step"
    for schema, code in held.items():
        assert digest(of_schema(schema)) == code, (
            f"rows of schema {schema} in report/defaults.csv have changed: put them back; links "
            "of this schema are out there"
        )


def test_a_schema_whose_links_a_released_method_answered_is_frozen() -> None:
    released = frozen()
    text = golden.CHANGELOG.read_text(encoding="utf-8")
    out = {method for method, is_out in golden.methods(text).items() if is_out}
    for row in golden.links():
        named = re.search(r"(?:^|&)v=(\d+)", row.link)
        answered = {name for name, said in row.answers.items() if said.id != golden.YOUNGER}
        if named and answered & out:
            assert int(named[1]) in released, "python -m report.defaults --release"


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_every_schema_leads_to_todays_inputs(schema: int) -> None:
    found = upgrade(of_schema(schema), schema)
    assert set(found) == set(fields()), f"step {schema} -> {schema + 1} in report/upgrades.py"
    build({name: parse(name, text) for name, text in found.items()})


def test_one_step_for_every_schema_before_this_one() -> None:
    assert set(UPGRADES) == set(range(1, SCHEMA))
    assert set(table()) == set(range(1, SCHEMA + 1))


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize("preset", presets(BOOK))
def test_a_preset_alone_means_what_the_calculators_say(preset: str, edition: Any) -> None:
    book = PriceBook.load(edition)
    assert plain_scenario(preset, book) == from_preset(preset, {}, book)


@pytest.mark.parametrize(
    "query",
    [
        "v=1&preset=voice_notes",
        "v=2&preset=voice_notes",
        "v=2&preset=voice_notes&requests_per_month=7",
        "preset=voice_notes",
        "",
    ],
)
def test_a_moved_default_does_not_move_a_short_link(query: str, moved_default: Any) -> None:
    before = decode(query, strict=True)
    link = encode(before.scenario, before.book)
    moved_default(
        peak_to_mean=7.0, pue=1.9, spot_serving=True, platforms=("web",), horizon_months=3
    )
    assert Scenario().pue == 1.9
    assert decode(query, strict=True).scenario == before.scenario
    assert decode(link, strict=True).scenario == before.scenario
    assert encode(before.scenario, before.book) == link


def test_a_schema_keeps_its_own_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same query under two schemas: each with the default of its day."""
    rows = {**table(), 1: {**of_schema(1), "discount_rate_pct": "3"}}
    monkeypatch.setattr(defaults, "table", lambda: rows)
    assert decode("v=1&preset=deep_art", strict=True).scenario.discount_rate_pct == 3
    assert decode("v=2&preset=deep_art", strict=True).scenario.discount_rate_pct == 8
    assert decode("preset=deep_art", strict=True).scenario.discount_rate_pct == 8


def test_a_new_input_gets_what_its_step_says() -> None:
    """A link of before a field existed, read by a step that gives the field its old meaning."""

    def adds(given: Any) -> Any:
        return {**given, "pue": given.get("pue") or "1.5"}

    chain = {**UPGRADES, 1: adds}
    assert decode("v=1&preset=deep_art", strict=True, chain=chain).scenario.pue == 1.5
    assert decode("v=1&preset=deep_art&pue=1.2", strict=True, chain=chain).scenario.pue == 1.2
    assert decode("v=2&preset=deep_art", strict=True, chain=chain).scenario.pue is None


def test_a_refused_value_gives_way_to_the_schemas_default(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {**table(), 1: {**of_schema(1), "discount_rate_pct": "3"}}
    monkeypatch.setattr(defaults, "table", lambda: rows)
    found = decode("v=1&discount_rate_pct=-1")
    assert found.scenario.discount_rate_pct == 3
    assert [(one.field, one.used) for one in found.notices] == [
        ("discount_rate_pct", "3 % per year")
    ]


# --- the command -----------------------------------------------------------------------------
def test_the_newest_rows_follow_the_scenario_until_they_are_released(moved_default: Any) -> None:
    moved_default(pue=1.25)
    before = {schema: of_schema(schema) for schema in range(1, SCHEMA)}
    rows, ledger = defaults.step(table(), {})
    assert rows[SCHEMA]["pue"] == "1.25"
    assert {schema: rows[schema] for schema in before} == before
    assert set(ledger) == set(before)


def test_a_released_schema_is_not_rewritten(moved_default: Any) -> None:
    moved_default(pue=1.25)
    with pytest.raises(SchemaError, match="raise SCHEMA"):
        defaults.step(table(), {SCHEMA: digest(of_schema(SCHEMA))})


def test_a_frozen_digest_is_never_replaced() -> None:
    _, ledger = defaults.step(table(), {1: "as it was"})
    assert ledger[1] == "as it was"


def test_steps_are_single(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "SCHEMA", SCHEMA + 2)
    with pytest.raises(SchemaError, match="a step is one version"):
        defaults.step(table(), frozen())


@pytest.mark.parametrize("name", ["measured_device_ms", "measured_device_j_per_request"])
def test_a_measurement_of_old_links_held_for_every_device(name: str) -> None:
    old = decode(f"preset=celebrity_match&{name}=5&v=3")
    assert (old.scenario.measured_device, getattr(old.scenario, name)) == ("every", 5)
    assert decode(encode(old.scenario, BOOK)).scenario == old.scenario
    plain = decode("preset=celebrity_match&v=3").scenario
    new = (plain.measured_device, plain.release_hours, plain.validation_hours)
    assert new == ("", None, None)


def test_answers_of_old_links_came_in_their_turn() -> None:
    old = decode("preset=support_chat&v=6", strict=True)
    assert old.scenario.service_tier == "standard"
    assert "service_tier" not in encode(old.scenario, BOOK)
    new = decode("preset=support_chat&service_tier=priority&v=7", strict=True)
    link = encode(new.scenario, BOOK)
    assert "service_tier=priority" in link
    assert decode(link, strict=True).scenario == new.scenario
    assert new.scenario == old.scenario.with_changes({"service_tier": "priority"})
