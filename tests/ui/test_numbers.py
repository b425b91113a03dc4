"""Numbers as people type them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.inputs.numbers import NotANumberError, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000000", 1e6),
        ("1,000,000", 1e6),
        ("1 000 000", 1e6),
        ("1\u202f000\u00a0000", 1e6),
        ("1'000'000", 1e6),
        ("1.000.000", 1e6),
        ("1.5 M", 1.5e6),
        ("1.5m", 1.5e6),
        ("3 million", 3e6),
        ("2bn", 2e9),
        ("10k", 1e4),
        ("1e12", 1e12),
        ("1T", 1e12),
        (" 0.25 ", 0.25),
        (".5", 0.5),
        ("1,234.5", 1234.5),
        ("-5", -5.0),
    ],
)
def test_reads(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1,5", "12,34", "1.5.2", "1e999", "nan", "inf", "1 2", "5 apples", "1_0", "٣"],
)
def test_refuses_what_is_not_one_plain_number(text: str) -> None:
    with pytest.raises(NotANumberError):
        parse_number(text)


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_reads_back_what_python_writes(value: float) -> None:
    assert parse_number(repr(value)) == value


@given(st.integers(min_value=0, max_value=10**12))
def test_reads_grouped_thousands(value: int) -> None:
    assert parse_number(f"{value:,}") == value
    assert parse_number(f"{value:,}".replace(",", " ")) == value


@given(st.text(max_size=20))
def test_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(NotANumberError):
        assert isinstance(parse_number(text), float)
