"""Packed links: the same as their words, short, and refused by name where they are not whole."""

from __future__ import annotations

import base64
import hashlib
import random
import tracemalloc
import zlib
from typing import Any, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.presets import from_preset, presets
from calculators.scenario import (
    BadField,
    Scenario,
    ScenarioError,
    bounds,
    fields,
    is_numeric,
    is_whole,
)
from report import packed
from report.codec import MAX_QUERY_CHARS, decode, encode
from report.packed import FIELD, LONG, UnreadableError, pack, shorter, unpack
from report.pins import Was
from tests.report.strategies import BOOK, consistent, scenarios
from tests.report.test_link_length import WAS, names
from tests.report.test_sides import sets

SEED = 20261127
WORDS_DIGEST = "f05c173cc04631bf3c807e97f4c40255cc4e4a083f1c991d2d7e6a17c29d098e"
GIVEN_AWAY = {
    "1WubAD4P23pA6YNjaj6YGYKCWpAdtCQCbAZS5Q9XYFc0lVpCqTB-SjYBtrmJdEwNLAyszI2MLUz1zIwA": (
        "preset=voice_notes&requests_per_month=5000000&b.region=eu&v=6&edition=2026-11-26"
        "&price_date=2026-11-26&method=8"
        "&was=none%3Ehosted_platform:runpod/serverless-4090:62385.72"
    ),
}
"""Packed links that are out there, and what they stand for: for ever."""
PAGE = "https://crossover.example.com/"


def refused(query: str) -> list[BadField]:
    with pytest.raises(ScenarioError) as caught:
        decode(query, strict=True)
    return caught.value.bad


def held(raw: bytes, stream: bytes | None = None, total: bytes | None = None) -> str:
    """A value as :func:`pack` writes it, with another stream or sum."""
    if stream is None:
        tight = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=packed.WORDS.read_bytes())
        stream = tight.compress(raw) + tight.flush()
    total = zlib.crc32(raw).to_bytes(4) if total is None else total
    return "1" + base64.urlsafe_b64encode(total + stream).decode().rstrip("=")


# --- the trip --------------------------------------------------------------------------------
@given(scenarios())
def test_a_packed_scenario_is_the_one_in_words(scenario: Scenario) -> None:
    query = encode(scenario, BOOK, Was("none>rented:acme/y", 1234.5))
    assert unpack(pack(query), MAX_QUERY_CHARS) == query
    assert decode(f"{FIELD}={pack(query)}", strict=True) == decode(query, strict=True)


@given(sets())
def test_so_are_scenarios_side_by_side(found: tuple[Scenario, dict[str, Scenario]]) -> None:
    query = encode(found[0], BOOK, None, found[1])
    if len(query) <= MAX_QUERY_CHARS:
        assert decode(f"{FIELD}={pack(query)}", strict=True) == decode(query, strict=True)


@pytest.mark.soak
@settings(max_examples=5_000)
@given(scenarios())
def test_5_000_packed_scenarios(scenario: Scenario) -> None:
    query = encode(scenario, BOOK)
    assert decode(f"{FIELD}={pack(query)}", strict=True).scenario == scenario


@given(st.text(st.characters(max_codepoint=127), max_size=2000))
def test_any_ascii_survives_the_trip(text: str) -> None:
    assert unpack(pack(text), MAX_QUERY_CHARS) == text


def test_links_given_away_keep_their_meaning() -> None:
    assert hashlib.sha256(packed.WORDS.read_bytes()).hexdigest() == WORDS_DIGEST
    for value, query in GIVEN_AWAY.items():
        assert unpack(value, MAX_QUERY_CHARS) == query


def test_an_older_schema_may_be_packed_too() -> None:
    old = "v=1&preset=voice_notes&measured_answer_ms=40"
    assert decode(f"{FIELD}={pack(old)}", strict=True) == decode(old, strict=True)


def test_what_belongs_to_a_page_stands_beside_it() -> None:
    value = pack("preset=voice_notes")
    assert decode(f"axis=pue&{FIELD}={value}", strict=True, other=("axis",)) == decode(
        "preset=voice_notes", strict=True
    )


# --- how long --------------------------------------------------------------------------------
def typed(name: str, dice: random.Random, digits: int) -> Any:
    """A value somebody may enter: a number of so many digits, every name of a list, any word."""
    kind = fields()[name].annotation
    if get_origin(kind) is tuple:
        return names(name)
    if kind is bool:
        return dice.random() < 0.5
    if not is_numeric(name):
        return dice.choice(names(name)) if names(name) else ""
    low, high = ((end if end is not None else 1e6) for end in bounds(name)[:2])
    if is_whole(name):
        return dice.randint(int(low), int(high))
    value = low + (high - low) * 10 ** dice.uniform(-6, 0)
    return min(max(float(f"{value:.{digits}g}"), low), high)


def everything_changed(preset: str, dice: random.Random, digits: int) -> Scenario:
    values = {name: typed(name, dice, digits) for name in fields() if name != "title"}
    return from_preset(preset, consistent({**values, "preset": preset}), BOOK)


@pytest.mark.parametrize("preset", presets(BOOK))
def test_every_input_changed_to_nine_digits_stays_within_1200(preset: str) -> None:
    dice = random.Random(f"{SEED}{preset}")
    for _ in range(5):
        query = encode(everything_changed(preset, dice, 9), BOOK, WAS)
        assert len(query) > 3 * LONG
        assert len(shorter(PAGE + "?" + query)) <= LONG


def test_all_seventeen_digits_stay_within_1600() -> None:
    dice = random.Random(SEED)
    queries = [encode(everything_changed("voice_notes", dice, 17), BOOK, WAS) for _ in range(20)]
    longest = max(len(shorter(PAGE + "?" + query)) for query in queries)
    assert LONG < longest <= 1600


def test_a_short_link_stays_in_words() -> None:
    address = PAGE + "?" + encode(from_preset("voice_notes", {}, BOOK), BOOK, WAS)
    assert shorter(address) == address
    assert shorter(PAGE) == PAGE
    assert shorter(PAGE + "?title=" + "a" * 2000).startswith(PAGE + "?z=1")
    dice = random.Random(SEED)
    noise = PAGE + "?title=" + "".join(chr(dice.randint(48, 57)) for _ in range(1300))
    assert len(shorter(noise)) < len(noise)


# --- what is refused -------------------------------------------------------------------------
GOOD = pack("preset=voice_notes&requests_per_month=5e6&v=6")
BAD = {
    "empty": "",
    "form": "2" + GOOD[1:],
    "short": "1abc",
    "cut": GOOD[:-1],
    "cut to a byte": GOOD[:-4],
    "longer": GOOD + "AAAA",
    "signs": GOOD[:9] + "+" + GOOD[10:],
    "space": GOOD[:9] + " " + GOOD[10:],
    "padding": GOOD + "=",
    "letters": GOOD[:9] + "\N{LATIN SMALL LETTER E WITH ACUTE}" + GOOD[10:],
    "other sum": held(b"preset=voice_notes", total=b"\0\0\0\0"),
    "no stream": held(b"", stream=b"\x07\xff\xff\xff\xff\xff"),
    "open stream": held(b"preset=keyboard", stream=zlib.compress(b"preset=keyboard")[2:-6]),
    "not ASCII": held("title=\N{LATIN SMALL LETTER E WITH ACUTE}".encode()),
    "bytes": held(bytes(range(256))),
    "long": "1" + "A" * (MAX_QUERY_CHARS - 100),
}


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_what_is_not_whole_is_refused_by_name(value: str) -> None:
    (one,) = refused(f"preset=keyboard&{FIELD}={value.replace('+', '%2B')}")
    assert (one.field, one.allowed) == (FIELD, packed.ALLOWED)
    shown = decode(f"{FIELD}={value.replace('+', '%2B')}")
    assert [notice.field for notice in shown.notices] == [FIELD]
    assert shown.notices[0].used == "the preset celebrity_match"


def test_every_single_slip_is_seen() -> None:
    dice = random.Random(SEED)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in range(len(GOOD)):
        slip = dice.choice(signs.replace(GOOD[at], ""))
        for value in (GOOD[:at] + slip + GOOD[at + 1 :], GOOD[:at] + GOOD[at + 1 :], GOOD[:at]):
            with pytest.raises(UnreadableError):
                unpack(value, MAX_QUERY_CHARS)


@pytest.mark.parametrize("size", [MAX_QUERY_CHARS + 1, 50_000_000])
def test_a_bomb_is_refused_before_it_is_large(size: int) -> None:
    value = held(b"a" * size)
    if size > 10 * MAX_QUERY_CHARS:  # short enough to be looked into at all
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        many = b"".join(stream.compress(b"a" * 100_000) for _ in range(100)) + stream.flush()
        value = held(b"a", stream=many)
    assert len(value) <= MAX_QUERY_CHARS
    tracemalloc.start()
    (one,) = refused(f"{FIELD}={value}")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert one.field == FIELD
    assert most < 1_000_000


def test_a_whole_query_may_be_as_long_as_any_other() -> None:
    longest = "title=" + "a" * (MAX_QUERY_CHARS - 6)
    assert unpack(pack(longest), MAX_QUERY_CHARS) == longest
    many = "&".join(f"x{number}=" for number in range(501))
    assert [item.field for item in refused(f"{FIELD}={pack(many)}")] == ["query"]


def test_a_packed_link_holds_no_other_and_comes_once() -> None:
    (inner,) = refused(f"{FIELD}={pack(f'{FIELD}={GOOD}')}")
    assert inner.field == FIELD
    (second,) = refused(f"{FIELD}={GOOD}&{FIELD}={pack('preset=keyboard')}")
    assert (second.field, second.allowed) == (FIELD, "each parameter once")
    assert decode(f"{FIELD}={GOOD}&{FIELD}={GOOD}", strict=True).scenario.preset == "voice_notes"


def test_what_stands_beside_it_must_not_say_otherwise() -> None:
    (one,) = refused(f"{FIELD}={GOOD}&preset=keyboard")
    assert (one.field, one.value, one.allowed) == ("preset", "keyboard", "each parameter once")


def test_faults_inside_have_their_own_names() -> None:
    bad = refused(f"{FIELD}={pack('preset=voice_notes&pue=0&nosuch=1')}")
    assert {item.field for item in bad} == {"pue", "nosuch"}
