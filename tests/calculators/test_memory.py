"""What is remembered between comparisons: by typed keys, within limits, safely between threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from calculators import memory as memories
from calculators.compare import compare
from calculators.estimators import Estimators
from calculators.memory import MarketKey, Memory
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import BookKey, EditionKey, PriceBook
from pricing.kept import Kept
from tests.calculators.world import FixedEstimators, frozen, scenario, world


class Made(FixedEstimators):
    """Counts how many estimators are made; learning takes a second each in the real book."""

    count = 0

    def __init__(self, book: PriceBook) -> None:
        super().__init__()
        Made.count += 1
        self.book = book


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Made]:
    Made.count = 0
    monkeypatch.setattr(memories, "Estimators", Made)
    return Made


# ----------------------------------------------------------------------------------------- keys


def test_keys_say_what_they_are_made_of(counted: type[Made]) -> None:
    seen: list[object] = []

    class Spy(Kept[Any, Any]):
        def get(self, key: Any, make: Any) -> Any:
            seen.append(key)
            return super().get(key, make)

    spied = Memory(estimators=Spy(4), markets=Spy(4), estimates=Spy(4))
    spied.case(Points(scenario()), world())
    market, edition = seen
    assert isinstance(market, MarketKey)
    assert isinstance(market.book, BookKey)
    assert (market.book, market.region) == (world().key, "us")
    assert isinstance(edition, EditionKey)
    assert edition == world().edition_key


def test_books_of_equal_key_share_all(counted: type[Made]) -> None:
    memory = Memory()
    book = world()
    again = PriceBook.load(directory=frozen())
    assert again.key == book.key
    one, two = memory.case(Points(scenario()), book), memory.case(Points(scenario()), again)
    assert one.market is two.market
    assert one.estimators is two.estimators
    assert counted.count == 1


def test_a_region_and_a_date_have_a_market_of_their_own(counted: type[Made]) -> None:
    memory = Memory()
    book = world()
    earlier = book.at(book.price_date - timedelta(days=30))
    here = memory.case(Points(scenario()), book)
    there = memory.case(Points(scenario(region="eu")), book)
    before = memory.case(Points(scenario()), earlier)
    assert len({id(case.market) for case in (here, there, before)}) == 3
    assert here.estimators is there.estimators is before.estimators
    assert counted.count == 1


def test_books_made_by_hand_share_nothing(counted: type[Made]) -> None:
    memory = Memory()
    book = world()
    for _ in range(2):
        memory.case(Points(scenario()), PriceBook(book.edition, book.price_date, book.tables))
    assert counted.count == 2


def test_another_price_date_learns_no_estimator_anew(counted: type[Made]) -> None:
    """The first comparison at another date has as little to do as any later one."""
    memory = Memory()
    book = world()
    compare(scenario(), book, memory)
    for days in (1, 30, 60, 90):
        compare(scenario(), book.at(book.price_date - timedelta(days=days)), memory)
    compare(scenario(region="eu"), book, memory)
    assert counted.count == 1
    assert len(memory.markets) == 6


def test_estimates_of_one_date_serve_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a machine can do does not depend on a price: it is asked once for all dates."""
    times: list[str] = []

    class Asked(Made):
        def servers(self, work: Any, hardware: Any, stack: Any = "standard") -> Any:
            times.append("servers")
            return super().servers(work, hardware, stack)

    monkeypatch.setattr(memories, "Estimators", Asked)
    memory = Memory()
    book = world()
    compare(scenario(), book, memory)
    first = len(times)
    assert first > 0
    compare(scenario(), book.at(book.price_date - timedelta(days=30)), memory)
    assert len(times) == first


# --------------------------------------------------------------------------------------- limits


def test_what_is_dropped_is_made_again_and_gives_the_same(counted: type[Made]) -> None:
    small = Memory(Kept(1), Kept(1), Kept(1))
    large = Memory()
    book = world()
    dates = [book.at(book.price_date - timedelta(days=days)) for days in (0, 30, 60)] * 2
    for dated in dates:
        ours, theirs = compare(scenario(), dated, small), compare(scenario(), dated, large)
        assert [(item.id, item.company_usd) for item in ours.options] == [
            (item.id, item.company_usd) for item in theirs.options
        ]
    assert (len(small.markets), len(small.estimators)) == (1, 1)
    assert len(large.markets) == 3


QUESTIONS: list[dict[str, Any]] = [
    {"region": region, "params_millions": size, "retrains_per_month": retrains}
    for region in ("us", "eu")
    for size in (10.0, 20.0)
    for retrains in (0, 1)
]


def answer(changes: dict[str, Any], book: PriceBook, memory: Memory) -> list[tuple[Any, ...]]:
    found = compare(scenario(**changes), book, memory)
    listed = [(item.id, item.status, item.company_usd, item.total_usd) for item in found.options]
    words = (found.reason,) if changes == QUESTIONS[0] else ()  # takes evaluations of its own
    return [*listed, words]


def test_eight_threads_in_a_small_memory_give_the_right_answers(counted: type[Made]) -> None:
    """More questions than are kept, asked by all at once, in another order by each."""
    small = Memory(Kept(1), Kept(2), Kept(3))
    book = world()
    days = [book.at(book.price_date - timedelta(days=number)) for number in (0, 45)]
    wanted = {
        (index, turn): answer(changes, day, Memory())
        for index, changes in enumerate(QUESTIONS)
        for turn, day in enumerate(days)
    }

    def ask(thread: int) -> list[tuple[tuple[int, int], list[tuple[Any, ...]]]]:
        keys = list(wanted)
        order = keys[thread:] + keys[:thread]
        return [(key, answer(QUESTIONS[key[0]], days[key[1]], small)) for key in order]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(ask, range(8)):
            for key, said in found:
                assert said == wanted[key], key


def test_a_memory_of_ones_own_is_not_the_programs() -> None:
    book = PriceBook.load()
    own = Memory()
    before = len(memories.SHARED.markets)
    own.case(Points(from_preset("celebrity_match", {}, book)), book.at(date(2026, 1, 2)))
    assert len(memories.SHARED.markets) == before
    assert isinstance(own.estimators.get(book.edition_key, lambda: Estimators(book)), Estimators)
