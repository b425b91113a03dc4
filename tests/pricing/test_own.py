"""Own figures over a book: prices, discounts, assumptions, by hand and by property."""

from __future__ import annotations

import math
from itertools import permutations

import pytest

from pricing.book import PriceBook
from pricing.own import NOTHING, YOUR_FIGURE, YOUR_PRICE, Own, kind_of, list_usd, subject

PLAIN = "openai/gpt-4o-mini/input"  # 0.15 USD per million tokens, one band
TIERED = "aws/egress/standard"  # 100 GB free, then 0.09, 0.085 ... USD per GB


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def over(book: PriceBook, **figures: float) -> PriceBook:
    return book.with_own(Own.of(figures))


def test_names_say_their_kind_and_what_they_are_of() -> None:
    assert kind_of("price.a/b/c") == "price"
    assert subject("price.a/b.c/d") == "a/b.c/d"
    assert kind_of("discount.aws/token_prices") == "discount"
    assert [kind_of(name) for name in ("price", "prices.a", "region", "", ".")] == [None] * 5


def test_own_figures_are_equal_in_any_order_and_can_be_taken_off() -> None:
    figures = [("price.a/b/c", 1.0), ("assume.pue", 1.2), ("discount.x", 5.0)]
    made = {Own.of(dict(order)) for order in permutations(figures)}
    assert len(made) == 1
    own = made.pop()
    assert own.changed({"assume.pue": None, "discount.x": None}) == Own.of({"price.a/b/c": 1.0})
    assert not NOTHING
    assert own.only("price").figures == (("price.a/b/c", 1.0),)


def test_a_book_without_own_figures_is_the_list(book: PriceBook) -> None:
    assert book.with_own(NOTHING) is book
    assert book.with_own(Own.of({"fixed.rented": 5.0})) is book  # no price, no assumption
    assert over(book, **{f"price.{PLAIN}": 1.0}) != book
    assert over(book, **{f"price.{PLAIN}": 1.0}) == over(book, **{f"price.{PLAIN}": 1.0})
    assert over(book, **{f"price.{PLAIN}": 1.0}).with_own(NOTHING) == book


def test_an_own_price_stands_for_all_bands_and_knows_the_list(book: PriceBook) -> None:
    listed = book.tariff(TIERED)
    found = over(book, **{f"price.{TIERED}": 0.03}).tariff(TIERED)
    assert listed is not None
    assert found is not None
    assert len(listed.bands) > 1
    assert [(band.start, band.end, band.usd) for band in found.bands] == [(0.0, math.inf, 0.03)]
    assert found.unit == listed.unit
    assert found.source.title == YOUR_PRICE
    assert found.source.own
    assert found.source.frozen
    # the first band that is not free costs 0.09: three times as much
    assert list_usd(listed) == 0.09
    assert found.source.list_ratio == pytest.approx(3.0)


def test_a_discount_is_on_every_band_and_a_negative_one_is_a_mark_up(book: PriceBook) -> None:
    listed = book.tariff(TIERED)
    assert listed is not None
    for pct, left in ((40.0, 0.6), (-15.0, 1.15), (0.0, 1.0)):
        found = over(book, **{"discount.aws": pct}).tariff(TIERED)
        assert found is not None
        assert [band.usd for band in found.bands] == pytest.approx(
            [band.usd * left for band in listed.bands]
        )
        assert found.unknown_above == listed.unknown_above
        assert found.source.list_ratio == pytest.approx(1 / left)
        assert not found.source.frozen  # a change of the list moves it


def test_the_finer_discount_holds_and_none_is_on_an_own_price(book: PriceBook) -> None:
    table = book.table_of(PLAIN)
    both = {"discount.openai": 50.0, f"discount.openai/{table}": 10.0}
    finer = over(book, **both).tariff(PLAIN)
    assert finer is not None
    assert finer.usd == pytest.approx(0.15 * 0.9)
    other = over(book, **{"discount.openai/rental_prices": 10.0}).tariff(PLAIN)
    assert other == book.tariff(PLAIN)
    alone = over(book, **both, **{f"price.{PLAIN}": 0.2}).tariff(PLAIN)
    assert alone is not None
    assert alone.usd == 0.2


def test_a_price_that_stands_in_has_no_discount_of_its_vendor(book: PriceBook) -> None:
    laid = over(book, **{"discount.aws": 50.0})
    assert laid.tariff(TIERED, discounts=False) == book.tariff(TIERED)
    own = over(book, **{f"price.{TIERED}": 0.03}).tariff(TIERED, discounts=False)
    assert own is not None
    assert own.usd == 0.03  # the key shown beside the amount is the one that moves it


def test_an_own_price_needs_a_price_of_the_list(book: PriceBook) -> None:
    first = min(row.effective_from for row in book.history(PLAIN))
    laid = over(book, **{f"price.{PLAIN}": 1.0})
    day = next(day for day in book.days if day < first)
    assert laid.at(day).tariff(PLAIN) is None
    assert laid.at(day).own == laid.own
    assert laid.tariff("no/such/key") is None


def test_an_assumption_of_ones_own_has_no_range(book: PriceBook) -> None:
    laid = over(book, **{"assume.pue": 1.2})
    row = laid.assumption("pue")
    assert (row.low, row.mid, row.high) == (1.2, 1.2, 1.2)
    assert laid.listed_assumptions["pue"] == book.assumption("pue")
    assert laid.assumption_source("pue").title == YOUR_FIGURE
    assert laid.assumption("server_life_months") == book.assumption("server_life_months")
