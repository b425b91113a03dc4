"""The bounded memory: its limit, its order, and threads that ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from operator import mul
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from pricing import book as books
from pricing import tableset
from pricing.book import PriceBook
from pricing.kept import Kept
from pricing.tableset import TableSet
from tests.pricing.tiny import price, with_prices

THREADS = 8


def test_a_value_is_made_once_and_the_longest_unused_goes() -> None:
    made: list[str] = []

    def value(name: str) -> Callable[[], str]:
        def make() -> str:
            made.append(name)
            return name.upper()

        return make

    kept: Kept[str, str] = Kept(2)
    assert [kept.get(name, value(name)) for name in "abab"] == ["A", "B", "A", "B"]
    assert made == ["a", "b"]
    kept.get("a", value("a"))
    kept.get("c", value("c"))  # b was unused for longest
    assert len(kept) == 2
    kept.get("a", value("a"))
    assert made == ["a", "b", "c"]
    kept.get("b", value("b"))
    assert made == ["a", "b", "c", "b"]
    kept.clear()
    assert len(kept) == 0


def test_none_is_a_value() -> None:
    made: list[int] = []
    kept: Kept[str, None] = Kept(2)
    for _ in range(3):
        kept.get("nothing", lambda: made.append(1))
    assert made == [1]


def test_a_failure_is_not_kept() -> None:
    kept: Kept[str, float] = Kept(2)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            kept.get("a", lambda: 1 / 0)
    assert len(kept) == 0
    assert kept.get("a", lambda: 1.0) == 1.0


def test_a_memory_keeps_something() -> None:
    with pytest.raises(ValueError, match="keeps nothing"):
        Kept(0)


def together(work: Callable[[int], None]) -> None:
    """The work of every thread, begun at the same moment."""
    barrier = Barrier(THREADS)

    def begin(index: int) -> None:
        barrier.wait()
        work(index)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(begin, range(THREADS)))


def test_threads_that_ask_for_one_value_get_the_same_one() -> None:
    made: list[object] = []
    found: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    kept: Kept[str, object] = Kept(1)
    together(lambda _: found.append(kept.get("one", make)))
    assert len(made) == 1
    assert found == made * THREADS


def test_threads_never_meet_a_value_that_is_gone() -> None:
    """Three times as many keys as are kept: every get drops what another thread wants."""
    kept: Kept[int, int] = Kept(2)

    def ask(index: int) -> None:
        for key in np.random.default_rng(index).integers(0, 6, 3_000).tolist():
            assert kept.get(key, partial(mul, key, 10)) == key * 10
            assert len(kept) <= 2

    together(ask)


def test_books_of_more_directories_than_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each thread always reads the price of the directory and day it asked for."""
    small: Kept[Path, TableSet] = Kept(2)
    monkeypatch.setattr(tableset, "_SETS", small)
    monkeypatch.setattr(books, "_SHARED", Kept(2))
    monkeypatch.setattr(books, "DATES_KEPT", 2)
    folders = []
    for name in range(4):
        later = price("acme/chat/input", (2 + name) / 10, "million_tokens", since="2025-10-01")
        folders.append(with_prices(tmp_path / str(name), {"token_prices": later}))
    days = [date(2025, month, 1) for month in (9, 10, 11)]

    def read(index: int) -> None:
        for choice in np.random.default_rng(index).integers(0, 12, 60).tolist():
            name, day = choice % 4, days[choice // 4]
            book = PriceBook.load(price_date=day, directory=folders[name])
            tariff = book.tariff("acme/chat/input")
            assert tariff is not None
            assert tariff.usd == (0.15 if day.month == 9 else (2 + name) / 10)

    together(read)
    assert len(small) <= 2
