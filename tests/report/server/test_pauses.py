"""When Python's collector looks through everything, and how long threads wait for their turn."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from report.server.pauses import APART_S, GROWN_BYTES, Collector, short_turns


class World:
    """A clock, a memory, and what was collected."""

    def __init__(self) -> None:
        self.now, self.held, self.collected = 1_000.0, 300e6, 0

    def collect(self) -> None:
        self.collected += 1
        self.now += 0.25  # it takes a while
        self.held -= 20e6  # and frees something

    def collector(self) -> Collector:
        return Collector(lambda: self.held, lambda: self.now, self.collect)


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(turn)


def test_it_looks_through_everything_where_memory_grew() -> None:
    world = World()
    collector = world.collector()
    world.now += APART_S
    world.held += GROWN_BYTES - 1
    assert not collector.look()
    world.held += 1
    assert collector.look()
    assert (world.collected, collector.times, collector.seconds) == (1, 1, 0.25)


def test_growth_counts_from_what_is_left_after_the_last_look() -> None:
    world = World()
    collector = world.collector()
    world.now, world.held = world.now + APART_S, 500e6
    assert collector.look()
    left = world.held
    world.now, world.held = world.now + APART_S, left + GROWN_BYTES - 1
    assert not collector.look()
    world.held = left + GROWN_BYTES
    assert collector.look()


def test_however_much_memory_grows_looks_are_apart() -> None:
    world = World()
    collector = world.collector()
    world.held = 5e9
    assert not collector.look()
    world.now += APART_S
    assert collector.look()
    world.held = 9e9
    world.now += APART_S - 1
    assert not collector.look()
    assert world.collected == 1


@pytest.mark.usefixtures("as_before")
def test_python_never_looks_through_everything_by_itself() -> None:
    world = World()
    collector = world.collector()
    frozen = gc.get_freeze_count()
    collector.begin()
    collector.end()
    assert world.collected == 1
    assert gc.get_freeze_count() > frozen
    old = gc.get_stats()[2]["collections"]
    kept = [[turn] for turn in range(300_000)]  # young and middle ones look, several times
    assert gc.get_stats()[2]["collections"] == old
    del kept


@pytest.mark.usefixtures("as_before")
def test_threads_take_turns_more_often_than_python_lets_them() -> None:
    sys.setswitchinterval(0.005)
    short_turns()
    assert sys.getswitchinterval() < 0.001
