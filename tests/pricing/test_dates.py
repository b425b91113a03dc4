"""Another price date of one edition: the same rows, its own prices, at no cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from pricing.book import BookKey, PriceBook, Tariff, UnknownEdition
from pricing.schema import FxRow
from tests.pricing.tiny import price, with_prices, write_tables

INPUT = "acme/chat/input"
HOME, OFFICE = "us/grid/household", "us/grid/business"


@pytest.fixture(scope="module")
def real() -> PriceBook:
    return PriceBook.load()


def some_days(book: PriceBook) -> Sequence[date]:
    """Days on both sides of every change of a euro rate, and others; in no order."""
    first = min(row.effective_from for row in book.table("fx", FxRow))
    span = (book.edition - first).days
    rng = np.random.default_rng(7)
    return [first + timedelta(days=int(days)) for days in rng.integers(0, span + 1, 12)]


def keys(book: PriceBook) -> list[str]:
    return [f"{product}/{meter}" for product, found in book.meters.items() for meter in found]


def test_a_book_at_a_day_says_what_a_book_made_for_that_day_says(real: PriceBook) -> None:
    """Tariffs are shared between days; a book that has read no other day shares nothing."""
    known = keys(real)
    for day in some_days(real):
        alone = PriceBook(real.edition, day, real.tables)
        shared = real.at(day)
        assert dict(shared.meters) == dict(alone.meters)
        assert len(shared.meters) == len(alone.meters)
        assert shared.usd_per_eur == alone.usd_per_eur
        assert shared.in_force() == alone.in_force()
        for area in ("us", "eu"):
            found = [shared.tariff(key, area) for key in known]
            assert found == [alone.tariff(key, area) for key in known]


def test_another_date_costs_well_under_a_millisecond(real: PriceBook) -> None:
    """The median of a hundred new days; once it took ten milliseconds."""
    real.tariff(INPUT)
    taken = []
    for days in range(300, 400):
        start = perf_counter()
        book = real.at(real.edition - timedelta(days=days))
        assert book.meters.get("openai/gpt-4o-mini")
        assert book.tariff("openai/gpt-4o-mini/input") is not None
        taken.append(perf_counter() - start)
    assert sorted(taken)[50] < 0.5e-3


def test_the_edition_is_shared(real: PriceBook) -> None:
    other = real.at(real.edition - timedelta(days=30))
    assert other.tables is real.tables
    assert other.sources is real.sources
    assert other.assumptions is real.assumptions
    assert real.at(real.price_date) is real
    assert PriceBook.load(real.edition, other.price_date) is other


def test_no_date_after_the_edition(real: PriceBook) -> None:
    late = real.edition + timedelta(days=1)
    with pytest.raises(UnknownEdition, match=f"price date {late} is after the edition"):
        real.at(late)


# ---------------------------------------------------------------------------------------- keys


def test_keys_name_tables_edition_and_day(tmp_path: Path) -> None:
    folder = with_prices(tmp_path / "one", {})
    book = PriceBook.load(directory=folder)
    earlier = book.at(date(2025, 7, 1))
    day = date(2026, 1, 1)
    assert book.key == BookKey(book.edition_key.tables, day, day)
    assert book.key[:3] == (book.edition_key.tables, date(2026, 1, 1), date(2026, 1, 1))
    assert earlier.edition_key == book.edition_key
    assert earlier.key != book.key
    assert earlier != book
    assert len({book, earlier, book.at(date(2025, 7, 1))}) == 2
    assert book != "a book"
    assert repr(earlier) == "PriceBook(edition=2026-01-01, price_date=2025-07-01)"


def test_equal_files_are_equal_books_wherever_they_are(tmp_path: Path) -> None:
    one = PriceBook.load(directory=write_tables(tmp_path / "one"))
    two = PriceBook.load(directory=write_tables(tmp_path / "two"))
    row = price(INPUT, 0.16, "million_tokens", since="2025-07-01")
    other = PriceBook.load(directory=with_prices(tmp_path / "three", {"token_prices": row}))
    assert one == two
    assert hash(one) == hash(two)
    assert other.edition_key != one.edition_key


def test_a_book_made_by_hand_is_like_no_other(tmp_path: Path) -> None:
    book = PriceBook.load(directory=write_tables(tmp_path))
    first, second = (PriceBook(book.edition, book.price_date, book.tables) for _ in range(2))
    assert len({book.key, first.key, second.key}) == 3
    assert first.at(first.price_date).key == first.key


# ------------------------------------------------------------------------------ context prices


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """Households from October on, offices in tiers, and a meter that was given up."""
    rows = price(HOME, 0.2, "kwh", since="2025-10-01", region="us", as_of="2025-12-01")
    ship = partial(price, "us/grid/ship", unit="kwh", since="2025-08-01", region="us")
    rows += ship(0.1, tiers=(0, 100))
    rows += ship(0.05, tiers=(100, None))
    rows += price("us/grid/ship", None, "kwh", since="2025-11-01", region="us", status="end")
    return with_prices(tmp_path, {"energy_prices": rows})


def on(folder: Path, day: str) -> PriceBook:
    return PriceBook.load(price_date=date.fromisoformat(day), directory=folder)


def context(book: PriceBook, key: str, area: str = "us") -> Tariff:
    found = book.context_tariff(key, area)
    assert found is not None
    return found


def test_before_its_first_row_a_context_price_is_the_first_known_one(grid: Path) -> None:
    before, after = on(grid, "2025-09-30"), on(grid, "2025-10-01")
    assert before.tariff(HOME) is None  # the strict look-up stays strict
    found = context(before, HOME)
    assert (found.usd, found.source.before_first) == (0.2, True)
    assert found.source.note == "first known price, of 2025-10-01"
    assert found.source.marks == ("first known price",)
    assert context(after, HOME) == after.tariff(HOME)
    assert not context(after, HOME).source.before_first
    assert context(after, HOME).source.note == ""


def test_the_first_known_price_keeps_its_bands_and_its_own_note(grid: Path) -> None:
    path = grid / "energy_prices.csv"
    path.write_text(path.read_text().replace("A,list,,", "A,list,,half year"))
    found = context(on(grid, "2025-06-15"), "us/grid/ship")
    assert [(band.start, band.end, band.usd) for band in found.bands] == [
        (0, 100, 0.1),
        (100, float("inf"), 0.05),
    ]
    assert found.source.note == "half year; first known price, of 2025-08-01"


def test_a_context_price_that_ended_is_not_brought_back(grid: Path) -> None:
    assert context(on(grid, "2025-10-31"), "us/grid/ship").usd == 0.1
    assert on(grid, "2025-11-01").context_tariff("us/grid/ship") is None


def test_an_unknown_context_key_has_no_price(grid: Path) -> None:
    assert on(grid, "2025-09-30").context_tariff("us/grid/airship") is None


def test_the_first_known_price_prefers_the_area(tmp_path: Path) -> None:
    """Of the area's own region, even where another one was known earlier; and is marked else."""
    key = "world/colocation/standard"
    rows = price(key, 150, "kwh", since="2025-08-01", region="eu")
    rows += price(key, 100, "kwh", since="2025-10-01", region="us")
    folder = with_prices(tmp_path, {"energy_prices": rows})
    early = on(folder, "2025-07-01")
    assert (context(early, key, "us").usd, context(early, key, "eu").usd) == (100, 150)
    between = context(on(folder, "2025-09-01"), key, "us")
    assert between.usd == 150
    assert between.source.other_region
    assert not between.source.before_first


def test_a_euro_context_price_still_needs_a_euro_rate(tmp_path: Path) -> None:
    row = price("eu/grid/office", 0.5, "kwh", since="2025-06-02", region="us", currency="EUR")
    rate = "EUR,1.2,2025-03-01,2026-01-01,2025-12-31,A,list,,\n"
    folder = with_prices(tmp_path, {"energy_prices": row, "fx": rate})
    assert context(on(folder, "2025-02-01"), "eu/grid/office").usd == pytest.approx(0.55)
    assert context(on(folder, "2025-03-01"), "eu/grid/office").usd == pytest.approx(0.60)
    with pytest.raises(UnknownEdition, match="no euro rate on 2024-12-31"):
        on(folder, "2024-12-31").context_tariff("eu/grid/office")


def test_the_real_electricity_is_known_at_any_day(real: PriceBook) -> None:
    """Households of the United States were first read in 2026; their price is needed before."""
    early = real.at(date(2025, 12, 31))
    assert early.tariff(HOME) is None
    assert context(early, HOME).source.before_first
    assert not context(real, HOME).source.before_first
