"""How long a link gets: 1,200 characters hold what people change, and all there is 5,300.

A title comes on top: a letter outside ASCII is written with up to twelve characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.presets import from_preset, presets
from calculators.scenario import Scenario, bounds, choices, fields, is_numeric, is_whole
from report.asks import silent
from report.codec import decode, encode
from report.pins import Was
from report.resolve import known_names
from tests.report.strategies import BOOK, consistent, field_values, scenarios

SHORT, ANY = 1200, 5300
DOCUMENT = Path(__file__).parents[2] / "docs" / "links.md"
INPUTS = [name for name in fields() if name not in ("preset", "title")]
# Longer than any id and total of the twelve presets (84 characters and 7 digits).
WAS = Was("hosted_platform>device+hosted_platform:" + "x" * 51, 123_456_789.12)
SIX_DIGITS = len("-1.23456e-300")
ALL_DIGITS = len("-1.2345678901234567e-300")


def length(scenario: Scenario) -> int:
    return len(encode(scenario.with_changes({"title": ""}), BOOK, WAS))


def names(field: str) -> tuple[str, ...]:
    known = known_names(field, BOOK)
    return tuple(known) if known is not None else choices(field)


def widest(field: str, digits: int) -> int:
    """Characters the longest value of a field takes, with its name, ``=`` and ``&``."""
    if get_origin(fields()[field].annotation) is tuple:
        value = len(",".join(names(field)))
    elif not is_numeric(field):
        value = max((len(name) for name in names(field)), default=len("yes"))
    elif is_whole(field):
        value = len(str(int(bounds(field)[1] or 0)))
    else:
        value = digits - ((bounds(field)[0] or 0) >= 0)  # no sign where nothing is below 0
    return len(field) + value + 2


# Lists of vendors are as long as the price book's, and counted apart.
VENDOR_LISTS = [
    name
    for name in INPUTS
    if get_origin(fields()[name].annotation) is tuple and known_names(name, BOOK) is not None
]
OTHERS = [name for name in INPUTS if name not in VENDOR_LISTS]
PINNED = len(encode(from_preset("hospital_imaging", {}, BOOK), BOOK, WAS))


@pytest.mark.parametrize("preset", presets(BOOK))
def test_a_preset_alone_is_a_line(preset: str) -> None:
    query = encode(from_preset(preset, {}, BOOK), BOOK, WAS)
    assert len(query) < 220
    assert set(decode(query, strict=True).scenario.model_fields_set) == set(fields())


def test_the_22_widest_inputs_fit() -> None:
    """Whatever 22 inputs are changed, each to at most six digits; a list of vendors apart."""
    wide = sorted(widest(name, SIX_DIGITS) for name in OTHERS)
    assert PINNED + sum(wide[-22:]) <= SHORT


@pytest.mark.parametrize("listed", VENDOR_LISTS)
def test_every_vendor_and_the_eight_widest_inputs_fit(listed: str) -> None:
    wide = sorted(widest(name, SIX_DIGITS) for name in OTHERS)
    assert PINNED + widest(listed, 0) + sum(wide[-8:]) <= SHORT


@pytest.mark.parametrize(("letter", "most"), [("a", 200), ("é", 1200), ("価", 1800), ("😀", 2400)])
def test_a_title_takes_up_to_twelve_characters_a_letter(letter: str, most: int) -> None:
    bare = from_preset("voice_notes", {}, BOOK)
    titled = bare.with_changes({"title": letter * 200})
    longer = len(encode(titled, BOOK, WAS)) - len(encode(bare, BOOK, WAS))
    assert longer == most + len("title=&")


def as_typed_wide(field: str) -> int:
    """Characters of an input as people enter it: seven of a number, its longest word, one name."""
    if is_numeric(field) and not is_whole(field):
        return len(field) + len("123.456") + 2
    if get_origin(fields()[field].annotation) is tuple:
        return len(field) + max(len(name) for name in names(field)) + 2
    return widest(field, 0)


@pytest.mark.parametrize("preset", presets(BOOK))
def test_28_inputs_that_matter_fit_and_all_of_them_do_not(preset: str) -> None:
    """What docs/links.md says of whoever changes everything that matters for an app."""
    scenario = from_preset(preset, {}, BOOK)
    wide = sorted(as_typed_wide(name) for name in INPUTS if name not in silent(scenario))
    alone = len(encode(scenario, BOOK, WAS))
    assert alone + sum(wide[-28:]) <= SHORT < alone + sum(wide) <= 2600


def most_of(widths: Sequence[int], room: int) -> int:
    """How many of some widths fit one after the other."""
    return sum(total <= room for total in accumulate(widths))


def test_the_document_has_the_figures_counted_here() -> None:
    said = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    every = PINNED + sum(widest(name, ALL_DIGITS) for name in INPUTS)
    assert f"seventeen digits come to {every:,}; {ANY:,} is the bound" in said
    alone = sum(len(name) + len("=&") for name in fields())
    assert f"the names of all {len(fields())} inputs alone are {alone:,}." in said

    counts, lengths, of_names, widest_fit, shortest_fit = [], [], [], [], []
    for preset in presets(BOOK):
        scenario = from_preset(preset, {}, BOOK)
        matter = [name for name in INPUTS if name not in silent(scenario)]
        wide = sorted(as_typed_wide(name) for name in matter)
        room = SHORT - len(encode(scenario, BOOK, WAS))
        counts.append(len(matter))
        lengths.append(SHORT - room + sum(wide))
        of_names.append(sum(len(name) + len("=&") for name in matter))
        widest_fit.append(most_of(wide[::-1], room))
        shortest_fit.append(most_of(wide, room))
    assert f"({min(counts)} to {max(counts)} of them by preset" in said
    assert f"{min(lengths):,} to {max(lengths):,} characters, of which the names" in said
    assert f"the names are {min(of_names):,} to {max(of_names):,};" in said
    assert f"fit at least {min(widest_fit)} of these" in said
    assert f"and {min(shortest_fit)} of the shorter names" in said


def test_names_alone_pass_the_short_bound() -> None:
    """Why all inputs cannot fit: readable names are longer than the bound."""
    assert sum(len(name) + len("=&") for name in fields()) > SHORT


def test_every_input_changed_to_all_its_digits_fits_the_bound() -> None:
    assert PINNED + sum(widest(name, ALL_DIGITS) for name in INPUTS) <= ANY


@given(scenarios())
def test_no_scenario_passes_the_bound(scenario: Scenario) -> None:
    assert length(scenario) <= ANY


def as_typed(name: str, value: Any) -> Any:
    """A number with six digits, as people enter it, within its bounds."""
    if not isinstance(value, float):
        return value
    low, high, _ = bounds(name)
    typed = float(f"{value:.6g}")
    return min(max(typed, low or typed), high or typed) if low is not None else typed


@st.composite
def edited(draw: st.DrawFn) -> Scenario:
    """A preset with up to 25 inputs changed."""
    preset = draw(st.sampled_from(list(presets(BOOK))))
    chosen = draw(st.lists(st.sampled_from(INPUTS), unique=True, max_size=25))
    changes = {name: as_typed(name, draw(field_values(name))) for name in chosen}
    return from_preset(preset, consistent(changes), BOOK)


@given(edited())
def test_an_edited_preset_fits_and_survives_the_trip(scenario: Scenario) -> None:
    query = encode(scenario, BOOK, WAS)
    assert len(query) <= SHORT
    assert decode(query, strict=True).scenario == scenario
