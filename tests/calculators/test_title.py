"""A title is text: what cannot be read is refused by its name."""

from __future__ import annotations

import pytest

from calculators.scenario import Scenario, ScenarioError
from calculators.title import MOST_CHARS, allowed, cut, strange


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Q3 plan",
        "Größe, 価格, قيمة, 👩‍🔬, a\u3000b",
        "$x$ :red[no] `code` [a](http://x) <b> \\alpha =1+1 https://x.org {{x}} #set page",
        "x" * MOST_CHARS,
    ],
)
def test_any_readable_text_is_taken_as_it_is(text: str) -> None:
    assert Scenario().with_changes({"title": text}).title == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("two\nlines", "U+000A control"),
        ("a\tb", "U+0009 control"),
        ("\x00", "U+0000 control"),
        ("a\x85b", "U+0085 control"),
        ("evil \u202e title", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066x\u2069", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u2028b", "U+2028 LINE SEPARATOR"),
        ("\ufeffx", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
    ],
)
def test_what_nobody_can_read_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenario().with_changes({"title": text})
    (bad,) = refused.value.bad
    assert bad.field == "title"
    assert named in bad.allowed
    assert named in strange(text)[0]


def test_one_character_too_many_is_refused() -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenario().with_changes({"title": "x" * (MOST_CHARS + 1)})
    assert refused.value.bad[0].allowed == allowed()


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("Plan", 4, "Plan"),
        ("Plans", 4, "Pla…"),
        ("Plan of May", 6, "Plan…"),  # no space before the mark
        ("価格の比較", 3, "価格…"),
        ("ab\u0301c", 3, "a…"),  # the accent is the b's
        ("ab\u0301cd", 4, "ab\u0301…"),
        ("a👩\u200d🔬bc", 4, "a…"),  # one figure of three characters
        ("a👩\u200d🔬bc", 5, "a👩\u200d🔬…"),
        ("a👍\U0001f3fdbc", 3, "a…"),  # a skin tone
        ("ab", 1, ""),
        ("ab", 0, ""),
        ("\u0301" * 9, 5, ""),
    ],
)
def test_a_title_is_cut_between_letters(text: str, most: int, left: str) -> None:
    assert cut(text, most) == left
