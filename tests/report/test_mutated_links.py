"""Links that were cut, doubled and mistyped: read, or refused by name; never a fault."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from calculators.presets import from_preset, presets
from calculators.scenario import BadField, Scenario, ScenarioError
from report.codec import decode, encode
from report.packed import pack
from report.pins import Was
from tests.report.strategies import BOOK, scenarios
from tests.report.test_sides import sets

SEED = 20261127
SOUP = "abz019._-+:/,=&%?#;\\\"'<>{}$@\n\t\x00é日 "


def starts() -> list[str]:
    """Links as people have them: every preset, own prices, other schemas, side by side."""
    was = Was("none>rented:acme/y", 1234.5)
    found = [encode(from_preset(name, {}, BOOK), BOOK, was) for name in presets(BOOK)]
    chat = from_preset("support_chat", {"title": "Plan", "requests_per_month": 5e6}, BOOK)
    own = chat.with_changes({"price.openai/gpt-4o-mini/input": 0.1, "fixed.owned": 10.0})
    found.append(encode(own, BOOK, was, {"b": chat, "d": from_preset("keyboard", {}, BOOK)}))
    old = ("preset=voice_notes&measured_answer_ms=40", "data_sensitivity=on_premises&pue=1.4")
    found += [f"z={pack(found[-1])}", f"z={pack(found[0])}&requests_per_month=7"]
    return found + [f"v={schema}&{query}" for schema in range(1, 6) for query in old]


def mutated(query: str, dice: random.Random) -> str:
    """The query after one to six accidents."""
    text = query
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text) + 1)
        kind = dice.randrange(6)
        if kind == 0:
            text = text[:at] + dice.choice(SOUP) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + dice.randint(1, 9) :]
        elif kind == 2:
            text = text[:at] + dice.choice(SOUP) + text[at + 1 :]
        elif kind == 3:
            text = text[:at] + text[max(0, at - dice.randint(1, 40)) :]
        elif kind == 4:
            parts = text.split("&")
            dice.shuffle(parts)
            text = "&".join(parts)
        else:
            text = text[:at]
    return text


def refusals(query: str) -> list[BadField]:
    """What the API refuses of a query."""
    try:
        decode(query, strict=True)
    except ScenarioError as error:
        return error.bad
    return []


def judged(query: str) -> bool:
    """Whether a query is taken as it is; refused ones name what, and pages show something."""
    shown, bad = decode(query), refusals(query)
    # where a benchmark ran is named without its figure, and refused nowhere
    assert bool(bad) == any(notice.used != "our own estimates" for notice in shown.notices)
    assert all(item.allowed for item in bad)
    again = decode(encode(shown.scenario, shown.book, None, shown.others), strict=True)
    assert again.scenario == shown.scenario
    assert dict(again.others) == dict(shown.others)
    return not bad


def run(count: int, part: int = 0) -> None:
    dice = random.Random(SEED + part)
    links = starts()
    taken = sum(judged(mutated(dice.choice(links), dice)) for _ in range(count))
    assert 0 < taken < count  # both happen, or the accidents are none


def test_accidents_are_read_or_refused_by_name() -> None:
    run(400)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_20_000_accidents(part: int) -> None:
    run(1_000, part + 1)


@pytest.mark.soak
@settings(max_examples=5_000)
@given(scenarios())
def test_5_000_scenarios_survive_the_trip(scenario: Scenario) -> None:
    assert decode(encode(scenario, BOOK), strict=True).scenario == scenario


@pytest.mark.soak
@settings(max_examples=5_000)
@given(sets())
def test_5_000_sets_survive_the_trip(found: tuple[Scenario, dict[str, Scenario]]) -> None:
    query = encode(found[0], BOOK, None, found[1])
    if len(query) <= 16_000:
        back = decode(query, strict=True)
        assert (back.scenario, dict(back.others)) == found
