"""A property worked out once for each object, by whichever thread asks first."""

from __future__ import annotations

import threading

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.kept import cached_property


class Thing:
    """What it holds takes as long as it is told."""

    def __init__(self, wait: threading.Event | None = None) -> None:
        self.times = 0
        self.begun = threading.Event()
        self._wait = wait

    @cached_property
    def held(self) -> object:
        """Another object each time it is worked out."""
        self.times += 1
        self.begun.set()
        if self._wait is not None:
            assert self._wait.wait(30)
        return object()


def test_it_is_worked_out_once() -> None:
    thing = Thing()
    assert thing.held is thing.held
    assert thing.times == 1
    assert isinstance(Thing.held, cached_property)


def test_one_object_does_not_hold_up_another() -> None:
    wait = threading.Event()
    slow, quick = Thing(wait), Thing()
    thread = threading.Thread(target=lambda: slow.held, daemon=True)
    thread.start()
    assert slow.begun.wait(30)
    assert quick.held is not None  # it would never come where they share a lock
    wait.set()
    thread.join(30)
    assert slow.times == 1


def test_threads_that_ask_at_the_same_time_get_the_same() -> None:
    wait = threading.Event()
    thing = Thing(wait)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(thing.held)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert thing.begun.wait(30)
    wait.set()
    for thread in threads:
        thread.join(30)
    assert found == [thing.held] * 4


def test_what_raises_is_not_kept() -> None:
    class Fails:
        times = 0

        @cached_property
        def held(self) -> int:
            Fails.times += 1
            if Fails.times == 1:
                raise ZeroDivisionError
            return 7

    fails = Fails()
    with pytest.raises(ZeroDivisionError):
        _ = fails.held
    assert fails.held == 7


@pytest.mark.parametrize("name", ["verdict", "exploration", "alternatives"])
def test_a_comparison_that_waits_does_not_hold_up_another_visitors(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures of a page are properties: one page gives way in the middle of one."""
    book = PriceBook.load()
    found = compare(from_preset("keyboard", {}, book), book)
    other = compare(from_preset("keyboard", {"requests_per_month": 7e5}, book), book)
    wait, begun = threading.Event(), threading.Event()
    made = vars(Comparison)[name].func

    def waits(comparison: Comparison) -> object:
        if comparison is found:
            begun.set()
            assert wait.wait(60)
        return made(comparison)

    monkeypatch.setattr(vars(Comparison)[name], "func", waits)
    thread = threading.Thread(target=lambda: getattr(found, name), daemon=True)
    thread.start()
    assert begun.wait(30)
    ended = threading.Thread(target=lambda: getattr(other, name), daemon=True)
    ended.start()
    ended.join(30)
    assert not ended.is_alive()
    wait.set()
    thread.join(60)
