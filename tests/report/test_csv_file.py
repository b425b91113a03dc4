"""CSV files: numbers stay numbers, nothing is 0, no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.presets import from_preset
from pricing.book import PriceBook
from report.csv_file import Cell, Column, Row, chunks, text
from report.file_names import file_name

BOOK = PriceBook.load()
COLUMNS = (Column("a", "one"), Column("b", "two"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (-12.5, "-12.5"),
        (1e15, "1000000000000000.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (float("nan"), ""),
        (float("inf"), ""),
        (date(2026, 11, 24), "2026-11-24"),
        (("a", "b"), "a; b"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("none>rented:a/b", "none>rented:a/b"),
    ],
)
def test_a_cell(value: Cell, written: str) -> None:
    assert text(value) == written


@given(st.text())
def test_no_text_begins_as_a_formula_does(value: str) -> None:
    assert not text(value).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(text(value)) == value


@given(st.lists(st.tuples(st.text(), st.floats(allow_nan=False, allow_infinity=False))))
def test_rows_read_back_as_they_were(pairs: list[tuple[str, float]]) -> None:
    made = "".join(chunks(COLUMNS, ({"a": said, "b": value} for said, value in pairs)))
    read = list(csv.reader(io.StringIO(made, newline="")))
    assert read[0] == ["a", "b"]
    assert [(row[0], float(row[1])) for row in read[1:]] == [(text(s), v) for s, v in pairs]


def test_a_row_without_a_column_is_a_fault() -> None:
    with pytest.raises(KeyError):
        list(chunks(COLUMNS, [{"a": 1}]))


def test_a_long_file_comes_in_pieces() -> None:
    rows: list[Row] = [{"a": "x" * 1000, "b": number} for number in range(200)]
    pieces = list(chunks(COLUMNS, rows))
    assert len(pieces) > 2
    assert "".join(pieces).count("\r\n") == 201


def test_a_file_says_app_volume_day_and_part() -> None:
    plain = from_preset("voice_notes", {"requests_per_month": 5e6}, BOOK)
    assert file_name(plain, BOOK, "csv", "items") == (
        f"crossover-voice_notes-5M-requests-{BOOK.price_date}-items.csv"
    )


def test_a_title_stands_in_the_name_as_far_as_its_letters_go() -> None:
    named = from_preset("voice_notes", {"title": 'Café "Q3": ../plan <b>'}, BOOK)
    assert file_name(named, BOOK, "pdf").startswith("crossover-Cafe-Q3-..-plan-b-voice_notes-")
    assert "/" not in file_name(named, BOOK, "pdf")
