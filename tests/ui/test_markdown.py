"""Text from tables and addresses stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markdown import bold, link, plain


def test_two_dollar_amounts_are_not_a_formula() -> None:
    assert plain("$4 to $6") == r"\$4 to \$6"


def test_a_number_stays_with_its_unit() -> None:
    assert plain("14 % of 2 M") == "14\N{NO-BREAK SPACE}% of 2\N{NO-BREAK SPACE}M"
    assert plain("2 Mice") == "2 Mice"


@pytest.mark.parametrize("text", ["[a](javascript:x)", "<b>", "**x**", ":material/bolt:", "`x`"])
def test_markup_is_shown_not_obeyed(text: str) -> None:
    shown = plain(text).replace("\N{WORD JOINER}", "")
    assert re.sub(r"\\(.)", r"\1", shown) == text
    assert not re.search(r"(?<!\\)[\[\]<>*`:]", shown)


@given(st.text(alphabet="[]()<>*_`$:~|#\\ab ", max_size=30))
def test_nothing_special_is_left_bare(text: str) -> None:
    bare = re.sub(r"\\.", "", plain(text))
    assert not set(bare) & set("[]<>*_`$:~|#\\")


@pytest.mark.parametrize(
    "text",
    [
        "www.evil.example",
        "WWW.evil.example",
        "see https://evil.example/x",
        "HTTP://evil.example",
        "ftp://evil.example",
        "me@evil.example",
        "mailto:me@evil.example",
        ":material/bolt:",
        "www.a.example>https://b.example",
    ],
)
def test_what_streamlit_would_call_up_is_broken_and_looks_the_same(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", plain(text))
    assert shown.replace("\N{WORD JOINER}", "") == text
    assert not re.search(r"www\.|://|@[\w.-]|:material", shown, re.IGNORECASE)


def test_link_opens_only_web_addresses() -> None:
    assert link("A [b]", "https://x.org/a (1)") == r"[A \[b\]](https://x.org/a%20%281%29)"
    assert link("doc", "docs/estimators.md") == "doc"
    assert link("x", "javascript:alert(1)") == "x"


def test_bold() -> None:
    assert bold("$5") == r"**\$5**"
