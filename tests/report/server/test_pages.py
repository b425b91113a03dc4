"""Pages share their comparisons, compute a few at a time and drop what memory has no room for."""

from __future__ import annotations

import threading

import pytest

from calculators.presets import from_preset
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook
from report.server import pages
from report.server.limits import PageLimits
from report.server.pages import PageWork
from tests.report import examples

BOOK = PriceBook.load()


def scenario(volume: float) -> Scenario:
    return from_preset("deep_art", {"requests_per_month": volume}, BOOK)


class Counting:
    """Comparisons that cost nothing; how many were made, and how many at most at once."""

    def __init__(self, together: int = 0) -> None:
        self.made, self.now, self.most = 0, 0, 0
        self._lock = threading.Lock()
        self._met = threading.Barrier(together) if together else None

    def __call__(self, *_: object) -> Comparison:
        with self._lock:
            self.made += 1
            self.now += 1
            self.most = max(self.most, self.now)
        if self._met is not None:
            self._met.wait(30)
        with self._lock:
            self.now -= 1
        return examples.PLAIN


def test_the_same_question_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counting()
    monkeypatch.setattr(pages, "compare", made)
    work = PageWork()
    for volume in (1.0, 2.0, 1.0, 2.0):
        work.comparison(scenario(volume), BOOK)
    assert made.made == 2
    work.comparison(scenario(1.0), BOOK.at(BOOK.days[-2]))
    assert made.made == 3


def test_a_few_compare_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counting(together=2)  # each waits for another one: two can, three never must
    monkeypatch.setattr(pages, "compare", made)
    work = PageWork(PageLimits(computing=2))
    threads = [
        threading.Thread(target=work.comparison, args=(scenario(float(turn)), BOOK))
        for turn in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (made.made, made.most) == (8, 2)


def test_where_memory_is_full_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "compare", Counting())
    held = [0.0]
    work = PageWork(PageLimits(comparisons=6, resident_bytes=100, fewest=2), lambda: held[0])
    for turn in range(1, 9):
        work.comparison(scenario(float(turn)), BOOK)
    assert len(work) == 6
    held[0] = 101.0
    work.comparison(scenario(9.0), BOOK)
    assert len(work) == 2


def test_no_answer_waits_for_what_others_look_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "compare", Counting())
    work = PageWork(PageLimits(computing=1, looking=1))
    with work.long_turn():
        answered = threading.Thread(target=work.comparison, args=(scenario(1.0), BOOK))
        answered.start()
        answered.join(60)
        assert not answered.is_alive()
