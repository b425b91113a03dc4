"""Packed links: the same as their words, short, and refused by name where they are not whole."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import tracemalloc
import zlib
from pathlib import Path
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
from calculators.title import cut, strange
from report import packed, packed_figures, packed_words
from report.codec import MAX_QUERY_CHARS, decode, encode
from report.packed import FIELD, LONG, UnreadableError, pack, shorter, unpack
from report.packed import given as given_away
from report.pins import PINS, Was
from report.values import joined, width, write
from tests.report.strategies import BOOK, consistent, scenarios
from tests.report.test_link_length import WAS, names
from tests.report.test_sides import sets

SEED = 20261127
FIGURES_DIGEST = "fcfdd30e36f53943fe96d44556326e928452f3ac6994148a64d0ca6680b90251"
WORDS_DIGEST = "f05c173cc04631bf3c807e97f4c40255cc4e4a083f1c991d2d7e6a17c29d098e"
GIVEN_AWAY = {
    "1WubAD4P23pA6YNjaj6YGYKCWpAdtCQCbAZS5Q9XYFc0lVpCqTB-SjYBtrmJdEwNLAyszI2MLUz1zIwA": (
        "preset=voice_notes&requests_per_month=5000000&b.region=eu&v=6&edition=2026-11-26"
        "&price_date=2026-11-26&method=8"
        "&was=none%3Ehosted_platform:runpod/serverless-4090:62385.72"
    ),
    (
        "1wO_7AYP23pA7ZtAORGF5ap6xrkUStFkZAGzTqxoZpKk6G6s6ORcBmYFG2JqahkbGJqZm5nqm2NuKukZ6Rqb"
        "YmhDA1gKwKsaZWAxTdY0NoN3UDEMDA314eWBrCLQrSQ_aRAG2T5L0sCoDdnOhnoV1ESkMSlVjV7TAtILUxvq"
        "QkgDYbCzWNTGwNLAyMzK2MNUzNwIA"
    ): (
        "preset=support_chat&model=qwen3-8b&title=Plan%20f%C3%BCr%20Q2"
        "&requests_per_month=1234567.5&growth_pct_per_month=-2.25&providers_allowed=aws,gcp"
        "&electricity_usd_per_kwh=1e-30&price.h100/on_demand=1.5&b.region=eu"
        "&b.price.h100/on_demand=&d.preset=keyboard&v=6&edition=2026-11-26&price_date=2026-11-26"
        "&method=8&was=none%3Ehosted_platform:runpod/serverless-4090:62385.72"
    ),
    (
        "2wO_7AQbJ_KEQb3ZWPf23o2pyllrygEMCfpszlpyyWm4wCRr0TrYw3QadGsEr9wHvsNyFYGXQum4KOsipdE4"
        "VP1w0OdzmCnshmf17ENoqEQgujk9OcukB4FR9CpnVBcZBvdHm1LsvYnCQlIAIDODdPwyDA0M9OE5jAGrIDbd"
        "VpDqRx-S9IHtpGJdEwNLAwAAh"
    ): (
        "preset=support_chat&model=qwen3-8b&title=Plan%20f%C3%BCr%20Q2"
        "&requests_per_month=1234567.5&growth_pct_per_month=-2.25&providers_allowed=aws,gcp"
        "&electricity_usd_per_kwh=1e-30&price.h100/on_demand=1.5&b.region=eu"
        "&b.price.h100/on_demand=&d.preset=keyboard&v=6&edition=2026-11-26&price_date=2026-11-26"
        "&method=8&was=none%3Ehosted_platform:runpod/serverless-4090:62385.72"
    ),
    "2RhEugwIQlyEk1C8qg0GdU2upv_XXQ1EoKHWZ9MImDXWj0I76bgzDhp1vabqLBuUJwYQeKYEAUIAAA8AA": (
        "preset=voice_notes&title=%E4%BE%A1%E6%A0%BC%E3%81%AE%E6%AF%94%E8%BC%83"
        "&own_model_required=yes&providers_allowed=gcp,aws&latency_budget_ms=&discount_rate_pct=0"
        "&pue=1.2345678901234567&measured_on=every&v=6&edition=2026-11-24&price_date=2025-02-28"
        "&method=7"
    ),
    "2GoUVn1pAEwAAAAAAAAAAAAAAgAAADNNNWMAFchFkAY2QwVDMbCgBwAAT": (
        "requests_per_month=5e6&later_input=x&edition=soon"
    ),
}
"""Packed links that are out there, and what they stand for: for ever."""
PAGE = "https://crossover.example.com/"
DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = re.compile(r"[?&]z=([A-Za-z0-9_-]+)")


def refused(query: str) -> list[BadField]:
    with pytest.raises(ScenarioError) as caught:
        decode(query, strict=True)
    return caught.value.bad


def held(raw: bytes, stream: bytes | None = None, total: bytes | None = None) -> str:
    """A value as :func:`pack` writes it, with another stream or sum."""
    if stream is None:
        tight = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=packed_words.WORDS.read_bytes())
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


@given(sets())
def test_every_link_of_ours_is_held_by_figures(
    found: tuple[Scenario, dict[str, Scenario]],
) -> None:
    query = encode(found[0], BOOK, Was("none>rented:acme/y", 1234.5), found[1])
    if len(query) <= MAX_QUERY_CHARS:
        assert packed_figures.read(packed_figures.write(query), MAX_QUERY_CHARS) == query


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_figure_survives_the_trip(value: float) -> None:
    query = joined([("pue", write(value)), ("price.some/key", write(value))])
    assert packed_figures.read(packed_figures.write(query), MAX_QUERY_CHARS) == query


@given(st.text(max_size=50), st.text(max_size=50))
def test_every_text_survives_the_trip(title: str, model: str) -> None:
    query = joined([("model", model), ("title", title)])
    assert unpack(pack(query), MAX_QUERY_CHARS) == query


def test_the_form_knows_every_input() -> None:
    """One it does not know is held as text: still right, and longer. Then make another form."""
    frozen = json.loads(packed_figures.WORDS.read_text(encoding="utf-8"))
    assert [name for name, _, _ in frozen["inputs"]] == list(fields())
    assert [name for name, _, _ in frozen["pins"]] == list(PINS)


@given(st.text(st.characters(max_codepoint=127), max_size=2000))
def test_any_ascii_survives_the_trip(text: str) -> None:
    assert unpack(pack(text), MAX_QUERY_CHARS) == text


def test_links_given_away_keep_their_meaning() -> None:
    assert hashlib.sha256(packed_words.WORDS.read_bytes()).hexdigest() == WORDS_DIGEST
    assert hashlib.sha256(packed_figures.WORDS.read_bytes()).hexdigest() == FIGURES_DIGEST
    for value, query in GIVEN_AWAY.items():
        assert unpack(value, MAX_QUERY_CHARS) == query


def test_an_older_schema_may_be_packed_too() -> None:
    old = "v=1&preset=voice_notes&measured_answer_ms=40"
    assert decode(f"{FIELD}={pack(old)}", strict=True) == decode(old, strict=True)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_packed_links_that_stand_in_the_documents_open(page: Path) -> None:
    """Of examples that are whole; ``z=<text>`` is none."""
    for value in EXAMPLE.findall(page.read_text(encoding="utf-8")):
        assert decode(f"{FIELD}={value}", strict=True).notices == ()


def test_the_example_of_the_documents_is_one_given_away() -> None:
    """So the test above looks at one at least, and it means the same for ever."""
    assert set(EXAMPLE.findall((DOCS / "links.md").read_text(encoding="utf-8"))) & set(GIVEN_AWAY)


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


# As long as any id of the presets, and of no word that links are known to hold.
LONG_ID = "hosted_platform>device+hosted_platform:" + "".join(
    random.Random(SEED).choices("abcdefghijklmnopqrstuvwxyz0123456789/-", k=51)
)


@pytest.mark.parametrize(("digits", "most"), [(9, 700), (17, 1000)])
@pytest.mark.parametrize("preset", presets(BOOK))
def test_every_input_changed_stays_within_700_or_1000(preset: str, digits: int, most: int) -> None:
    """Whatever the figures; with what one has today, every vendor, and the answer."""
    dice = random.Random(f"{SEED}{preset}")
    for _ in range(5):
        every = everything_changed(preset, dice, digits).model_copy(update={"today": LONG_ID})
        query = encode(every, BOOK, Was(LONG_ID, 123_456_789.12))
        assert len(query) > 3 * LONG
        address = shorter(PAGE + "?" + query)
        assert len(address) <= most
        assert unpack(address.partition("?z=")[2], MAX_QUERY_CHARS) == query


ALPHABETS = {
    "Latin": ("abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ", 230),
    "Greek": ("".join(map(chr, range(0x370, 0x400))) + " ", 350),
    "Chinese": ("".join(map(chr, range(0x4E00, 0xA000))) + " ", 520),
    "any": ("".join(map(chr, (*range(32, 127), *range(0x10000, 0x110000, 16)))), 690),
}


@pytest.mark.parametrize("script", ALPHABETS)
def test_what_a_title_adds(script: str) -> None:
    letters, most = ALPHABETS[script]
    dice = random.Random(SEED)
    title = joined([("title", "".join(dice.choices(letters, k=200)))])
    assert len(pack(title)) - len(pack("title=a")) <= most


# --- never longer than a mail program cuts ---------------------------------------------------
ASSIGNED = [letter for letter in map(chr, range(32, 0x110000)) if not strange(letter)]
"""Every letter a title may hold: 144,682 with Python 3.11."""
TITLES = st.text(st.sampled_from(ASSIGNED), max_size=200) | st.builds(
    lambda letters, seed: "".join(random.Random(seed).choices(letters, k=200)),
    st.sampled_from([*(letters for letters, _ in ALPHABETS.values()), ASSIGNED]).map(
        lambda letters: [letter for letter in letters if not strange(letter)]
    ),
    st.integers(0, 1 << 32),
)
LEAST_LEFT = 60


def assert_given(scenario: Scenario, was: Was) -> None:
    """What is handed on is within the bound and opens on these figures; the title is whole where
    it fits, else its beginning."""
    query = encode(scenario, BOOK, was)
    found = given_away(f"{PAGE}?{query}")
    assert len(found.address) <= LONG
    opened = decode(found.address.partition("?")[2], strict=True)
    assert opened.was == was
    assert opened.scenario == scenario.with_changes({"title": opened.scenario.title})
    if found.titles is None:
        assert opened.scenario.title == scenario.title
    else:
        assert found.titles >= LEAST_LEFT
        assert opened.scenario.title == cut(scenario.title, found.titles)
        assert len(PAGE) + len("?z=") + len(pack(encode(scenario, BOOK, was))) > LONG


@given(scenarios(), TITLES)
def test_no_link_without_own_prices_passes_1200(scenario: Scenario, title: str) -> None:
    """Every input anywhere in its bounds, with all its digits, beside any title."""
    assert_given(scenario.with_changes({"title": title}), Was(LONG_ID, 123_456_789.12))


@pytest.mark.soak
@settings(max_examples=5_000)
@given(scenarios(), TITLES)
def test_5_000_links_do_not(scenario: Scenario, title: str) -> None:
    assert_given(scenario.with_changes({"title": title}), Was(LONG_ID, 123_456_789.12))


@pytest.mark.parametrize("script", ALPHABETS)
def test_the_longest_link_there_is_keeps_most_of_its_title(script: str) -> None:
    """Everything changed to seventeen digits: figures first, then as much title as fits."""
    dice = random.Random(SEED)
    letters = [letter for letter in ALPHABETS[script][0] if not strange(letter)]
    title = "".join(dice.choices(letters, k=200))
    every = everything_changed("keyboard", dice, 17).model_copy(update={"today": LONG_ID})

    def query(text: str) -> str:
        titled = every.model_copy(update={"title": text})
        return encode(titled, BOOK, Was(LONG_ID, 123_456_789.12))

    found = given_away(f"{PAGE}?{query(title)}")
    assert len(found.address) <= LONG
    assert (found.titles is None) == (script == "Latin")
    kept = title if found.titles is None else cut(title, found.titles)
    assert unpack(found.address.partition("?z=")[2], MAX_QUERY_CHARS) == query(kept)
    if found.titles is not None:
        assert found.titles >= LEAST_LEFT
        longer = pack(query(cut(title, found.titles + 1)))
        assert len(PAGE) + len("?z=") + len(longer) > LONG


def test_every_title_of_a_set_is_cut_alike() -> None:
    dice = random.Random(SEED)
    letters = ALPHABETS["Chinese"][0]
    first, *others = ("".join(dice.choices(letters, k=200)) for _ in range(4))
    sides = {
        letter: from_preset("keyboard", {"title": title}, BOOK)
        for letter, title in zip("bcd", others, strict=True)
    }
    scenario = from_preset("voice_notes", {"title": first}, BOOK)
    found = given_away(f"{PAGE}?{encode(scenario, BOOK, WAS, sides)}")
    assert len(found.address) <= LONG
    assert found.titles is not None
    opened = decode(found.address.partition("?")[2], strict=True)
    titles = [opened.scenario.title, *(side.title for side in opened.others.values())]
    assert titles == [cut(title, found.titles) for title in (first, *others)]
    assert all(60 < len(title) <= found.titles for title in titles)


def test_a_title_is_whole_where_cutting_it_would_not_do() -> None:
    """Own figures alone may pass the bound; then nothing is given up for nothing."""
    query = joined([("title", "a" * 200), ("x", "".join(map(chr, range(0x4E00, 0x4E00 + 900))))])
    found = given_away(f"{PAGE}?{query}")
    assert len(found.address) > LONG
    assert (found.packed, found.titles) == (True, None)
    assert unpack(found.address.partition("?z=")[2], MAX_QUERY_CHARS) == query


def test_a_short_link_stays_in_words() -> None:
    address = PAGE + "?" + encode(from_preset("voice_notes", {}, BOOK), BOOK, WAS)
    assert shorter(address) == address
    assert shorter(PAGE) == PAGE
    assert shorter(PAGE + "?title=" + "a" * 2000).startswith(PAGE + "?z=")
    dice = random.Random(SEED)
    noise = PAGE + "?title=" + "".join(chr(dice.randint(48, 57)) for _ in range(1300))
    assert len(shorter(noise)) < len(noise)


# --- what is refused -------------------------------------------------------------------------
GOOD = pack("preset=voice_notes&requests_per_month=5e6&v=6")
IN_WORDS, IN_FIGURES = [*GIVEN_AWAY][:3:2]
WHOLE = {"words": IN_WORDS, "figures": IN_FIGURES, "short": GOOD}


BAD = {
    "empty": "",
    "form": "3" + GOOD[1:],
    "the other form": "2" + IN_WORDS[1:],
    "and back": "1" + IN_FIGURES[1:],
    "begins with nothing": "2" + base64.urlsafe_b64encode(bytes(16)).decode().rstrip("="),
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


def of_digits(*digits: tuple[int, int], texts: tuple[str, ...] = ()) -> bytes:
    """What form 2 holds where it is made of some digits with their bases, and texts."""
    out = packed_figures.Digits()
    for digit, base in digits:
        out.put(digit, base)
    for text in texts:
        out.text(text)
    return out.held()


NOTHING = [(0, 2)] * 10_000  # no input named, of whichever scenario
NO_QUERY = {
    "digits that are left": (of_digits(*NOTHING, (1, 2)), "more than a query"),
    "texts that are left": (of_digits(texts=("a", "b")), "more than a query"),
    "texts there are none of": (
        of_digits((1, 2), (1, 14), (1, 2), (1, 18)),  # two inputs, each another word than known
        "fewer texts than asked for",
    ),
}


@pytest.mark.parametrize(("bad", "why"), NO_QUERY.values(), ids=NO_QUERY)
def test_figures_of_no_query_are_refused(bad: bytes, why: str) -> None:
    """By the form itself: in a link the sum would be wrong as well."""
    with pytest.raises(packed_figures.NotHeldError, match=why):
        packed_figures.read(bad, MAX_QUERY_CHARS)


def titles(letters: int, code: int) -> bytes:
    """What form 2 holds of four scenarios, each with a title of one letter again and again."""
    out = packed_figures.Digits()
    kinds = packed_figures._known().inputs
    for beside in range(4):
        if beside:
            out.put(1, 2)
        for name, _ in kinds:
            out.put(name == "title", 2)
            if name == "title":
                out.put(1, 2)
                out.put(letters, 1 << 14)
                out.put(code, 0x110000)
                out.put(1, 0x110001)  # one letter: each takes no room
        out.put(0, 512)
    return out.held()


def test_titles_of_little_room_are_refused_before_they_are_long() -> None:
    """109 characters stand for four titles of 16,383 letters: 786,000 characters of a query."""
    bomb = titles(16_383, 0x1F600)
    assert len(base64.b64encode(bomb)) < 150
    tracemalloc.start()
    with pytest.raises(packed_figures.NotHeldError, match="longer than a query may be"):
        packed_figures.read(bomb, MAX_QUERY_CHARS)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200_000


WORDS_LAST = "preset=voice_notes&region=eu&pue=1.5&was=none%3Erented:62385.72"


@pytest.mark.parametrize(
    ("made", "chars"),
    [
        (titles(1000, 0x1F600), 48_000 + len("title=&b.title=&c.title=&d.title=")),
        (packed_figures.write(WORDS_LAST), len(WORDS_LAST)),
    ],
    ids=["letter by letter", "words and figures"],
)
def test_a_query_as_long_as_it_may_be_is_read_and_a_letter_more_is_not(
    made: bytes, chars: int
) -> None:
    assert len(packed_figures.read(made, chars)) == chars
    with pytest.raises(packed_figures.NotHeldError, match="longer than a query may be"):
        packed_figures.read(made, chars - 1)


@given(st.text(max_size=50))
def test_the_room_a_text_takes_in_a_query(text: str) -> None:
    assert width(text) == len(joined([("", text)])) - len("=")


def test_a_figure_held_as_text_is_the_same_query() -> None:
    """Another spelling than ours, of ours: read, for another program may squeeze otherwise too."""
    out = packed_figures.Digits()
    query = "preset=voice_notes&requests_per_month=5000000"
    kinds = dict(packed_figures._known().inputs)
    for name, kind in kinds.items():
        out.put(name in ("preset", "requests_per_month"), 2)
        if name == "preset":
            kind.write("voice_notes", out)
        if name == "requests_per_month":
            out.put(0, 38)  # a text instead of digits
            out.text("5000000")
    spelled = out.held()
    assert spelled != packed_figures.write(query)
    assert packed_figures.read(spelled, MAX_QUERY_CHARS) == query


@pytest.mark.parametrize("good", WHOLE.values(), ids=WHOLE)
def test_every_single_slip_is_seen(good: str) -> None:
    dice = random.Random(SEED)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in range(len(good)):
        slip = dice.choice(signs.replace(good[at], ""))
        for value in (good[:at] + slip + good[at + 1 :], good[:at] + good[at + 1 :], good[:at]):
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
