"""What changed and who disagrees, as the Prices page shows it."""

from datetime import date

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.changes import conflicts
from ui.components.price_changes import Moved, changes, changes_frame, conflicts_frame

EDITION = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found() -> Comparison:
    book = PriceBook.load(EDITION)
    return compare(from_preset("support_chat", {}, book), book)


@pytest.fixture(scope="module")
def year(found: Comparison) -> list[Moved]:
    return changes(found, PriceBook.load(EDITION, date(2025, 11, 22)))


def test_a_change_says_what_and_how_much(year: list[Moved]) -> None:
    held = {(one.change.key, one.change.region): one for one in year}
    one = held["deepinfra/llama-3.2-3b/input", "global"]
    assert one.word == "dearer"
    frame = changes_frame([one])
    # 0.012 and 0.02 USD per million tokens: 5/3
    assert frame["Before"].tolist() == [0.012]
    assert frame["After"].tolist() == [0.02]
    assert frame["After / before"].tolist() == [pytest.approx(5 / 3)]
    assert frame["Unit"].tolist() == ["USD per million tokens"]


def test_a_euro_price_does_not_change_with_the_exchange_rate(year: list[Moved]) -> None:
    assert ("de/grid/business", "de") not in {(one.change.key, one.change.region) for one in year}


def test_nothing_changes_between_a_day_and_itself(found: Comparison) -> None:
    assert changes(found, found.book) == []


def test_changes_that_move_the_comparison_come_first(year: list[Moved]) -> None:
    sizes = [abs(one.usd_a_month) for one in year if one.usd_a_month is not None]
    assert sizes
    assert sizes == sorted(sizes, reverse=True)
    moving = [bool(one.place) for one in year]
    assert moving == sorted(moving, reverse=True)


def test_every_word_is_one_of_five(year: list[Moved]) -> None:
    assert {one.word for one in year} <= {"new", "gone", "dearer", "cheaper", "changed"}


def test_conflicts_are_shown_side_by_side(found: Comparison) -> None:
    known = conflicts(found.book)
    frame = conflicts_frame(found.book, known)
    assert len(frame) == len(known) > 0
    assert (frame["Earlier"] != frame["Later"]).all()
