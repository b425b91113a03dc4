"""Turns come one after the other, in order; nobody holds up all, and who gives up is out."""

from __future__ import annotations

import threading
import time

import pytest

from report.server.turns import Turns


class Row:
    """Threads that take a turn one after another, and end it when they are told."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.came: list[str] = []
        self._ends: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def queue(self, name: str) -> None:
        end = self._ends[name] = threading.Event()

        def run() -> None:
            turn = self._turns.take()
            self.came.append(name)
            end.wait(30)
            self._turns.leave(turn)

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()
        time.sleep(0.05)  # they come one after another

    def end(self, name: str) -> None:
        self._ends[name].set()

    def until(self, *names: str) -> None:
        for _ in range(600):
            if self.came == list(names):
                return
            time.sleep(0.05)
        raise AssertionError(self.came)


def test_one_at_a_time_in_the_order_in_which_they_came() -> None:
    row = Row(Turns(long_s=60))
    for name in "abc":
        row.queue(name)
    time.sleep(0.3)
    row.until("a")
    row.end("a")
    row.until("a", "b")
    row.end("b")
    row.until("a", "b", "c")
    row.end("c")


def test_beside_one_that_takes_long_the_next() -> None:
    row = Row(Turns(long_s=0.4))
    for name in "abc":
        row.queue(name)
    assert row.came == ["a"]
    row.until("a", "b")
    time.sleep(0.1)
    assert row.came == ["a", "b"]  # b has not taken long yet
    row.end("b")
    row.until("a", "b", "c")
    row.end("a")
    row.end("c")


def test_who_gives_up_while_waiting_is_out_of_the_row() -> None:
    turns = Turns(long_s=60)
    first = turns.take()

    def unwanted() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.take(unwanted)
    turns.leave(first)
    start = time.monotonic()
    turns.leave(turns.take())
    assert time.monotonic() - start < 1


def test_the_next_turn_comes_after_the_rest() -> None:
    turns = Turns(long_s=60)
    turns.leave(turns.take(), rest_s=0.3)
    start = time.monotonic()
    turns.leave(turns.take())
    assert time.monotonic() - start >= 0.29
    start = time.monotonic()
    turns.leave(turns.take(), rest_s=-1.0)  # none is owed
    turns.leave(turns.take())
    assert time.monotonic() - start < 0.2
