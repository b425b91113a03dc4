"""Terms of vendors: the stricter page counts, both are kept, and silence stays silence."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from pricing.book import PriceBook
from pricing.schema import Term, VendorTermRow
from pricing.terms import TERMS, WORDS, allowed, days_of, same, stated

Venue = Literal["", "managed_api", "hosted_platform", "rented"]


def page(
    term: Term, value: str, as_of: str = "2025-12-31", vendor: str = "acme", venue: Venue = ""
) -> VendorTermRow:
    return VendorTermRow(
        vendor=vendor,
        venue=venue,
        term=term,
        value=value,
        edition=date(2026, 1, 1),
        as_of=date.fromisoformat(as_of),
        confidence="A",
        source="list",
    )


@pytest.mark.parametrize(
    ("term", "mild", "strict"),
    [
        ("trains_on_inputs", "no", "opt_out"),
        ("trains_on_inputs", "opt_out", "yes"),
        ("trains_on_inputs", "no", "yes"),
        ("trains_on_inputs", "yes", "priced_in"),
        ("retention_days", "0", "0.0417"),
        ("retention_days", "7", "30"),  # as numbers: as words 7 would come last
        ("area_us", "yes", "no"),
        ("area_eu", "yes", "no"),
        ("area_eu", "on_request", "no"),
        ("health_data_agreement", "yes", "on_request"),
        ("data_processing_agreement", "yes", "no"),
        ("health_data_agreement", "yes", "no"),
        ("sub_processors", "none", "listed"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_stricter_of_two_pages_counts(term: Term, mild: str, strict: str, turned: bool) -> None:
    """Whichever is newer, and whichever stands first."""
    days = ("2025-01-01", "2025-06-01")
    rows = [page(term, mild, days[turned]), page(term, strict, days[not turned])]
    for order in (rows, rows[::-1]):
        found = stated(order)["acme"][term]
        assert found.value == strict
        assert [row.value for row in found.others] == [mild]
        assert found.disputed


def test_of_pages_that_agree_the_newest_is_named() -> None:
    older, newer = page("area_us", "yes", "2025-01-01"), page("area_us", "yes", "2025-06-01")
    found = stated([older, newer])["acme"]["area_us"]
    assert found.row is newer
    assert found.others == (older,)
    assert not found.disputed


def test_a_page_about_what_is_bought_goes_before_one_about_all() -> None:
    """Shared endpoints cannot be kept in a place, dedicated machines can, of the rest it is no."""
    rows = [
        page("area_eu", "no"),
        page("area_eu", "yes", venue="hosted_platform"),
        page("retention_days", "30", venue="managed_api"),
    ]
    hosted = stated(rows, "hosted_platform")["acme"]
    assert hosted["area_eu"].value == "yes"
    assert not hosted["area_eu"].disputed  # the other page speaks of something else
    assert "retention_days" not in hosted
    assert stated(rows, "rented")["acme"]["area_eu"].value == "no"
    assert stated(rows, "managed_api")["acme"]["retention_days"].days == 30
    assert stated(rows)["acme"]["area_eu"].value == "no"  # of whatever it sells the strictest


def test_what_no_page_says_is_not_there() -> None:
    found = stated([page("area_us", "no"), page("area_us", "yes", vendor="beta")])
    assert set(found) == {"acme", "beta"}
    assert set(found["acme"]) == {"area_us"}
    assert stated([]) == {}


def test_days_are_numbers_and_words_are_none() -> None:
    assert stated([page("retention_days", "0")])["acme"]["retention_days"].days == 0
    assert stated([page("area_us", "yes")])["acme"]["area_us"].days is None
    assert same("retention_days", "30", "30.0")
    assert not same("retention_days", "30", "3")


@pytest.mark.parametrize("wrong", ["-1", "nan", "inf", "thirty", "", "unknown"])
def test_what_is_no_number_of_days(wrong: str) -> None:
    assert days_of(wrong) is None
    assert not allowed("retention_days", wrong)


def test_unknown_is_no_value_of_any_term() -> None:
    """A row that says "unknown" would be a page that says nothing: there is no row then."""
    assert set(TERMS) - set(WORDS) == {"retention_days"}
    for term in TERMS:
        assert not allowed(term, "unknown")
        assert not allowed(term, "")
    assert all(allowed(term, word) for term, words in WORDS.items() for word in words)


def test_the_terms_hold_in_every_edition() -> None:
    """They belong to the method: the oldest edition is read with the newest pages."""
    oldest = PriceBook.load(date(2026, 11, 22))
    newest = PriceBook.load()
    assert oldest.rows("vendor_terms") == newest.rows("vendor_terms")
    assert len(newest.rows("vendor_terms")) > 80


def test_a_page_can_be_opened() -> None:
    """Whoever doubts a term follows its address."""
    book = PriceBook.load()
    for row in book.table("vendor_terms", VendorTermRow):
        assert book.sources[row.source].url.startswith("https://"), row
