"""Who goes first among the pages of one process: whoever waits for the sentence of an answer.

Python lets one thread work at a time. Threads that take turns of half a millisecond push each
other's figures out of the processor's memory, and none is done before all are; so pages answer one
after the other. What a page looks for beyond its answer (flips, curves, strips, a map) gives way
between two evaluations while any page is on its way to its sentence, but not for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from report.server.turns import LOOK_S, Turns

_WEIGHT = 0.1
"""Of the newest duration in their running mean."""


class Order:
    """Pages of one process that are on their way to their sentence."""

    def __init__(self, patience_s: float, long_s: float) -> None:
        """``patience_s``: how long work gives way; ``long_s``: how long one answers alone."""
        self._patience_s = patience_s
        self._answers, self._looks = Turns(long_s), Turns(patience_s + long_s)
        self._answer_s = 0.0  # how long an answer takes, a running mean
        self._answers_s = 0.0  # all together
        self._answering = 0
        self._changed = threading.Condition()
        self._mine: ContextVar[Callable[[], None] | None] = ContextVar("mine", default=None)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Within, up to :meth:`answered`, this page goes before what others look for.

        One page after the other; beside one that takes long the next.
        """
        ended = threading.Event()
        self._count(1)
        turn = self._answers.take()
        start = time.monotonic()

        def end() -> None:
            if not ended.is_set():
                ended.set()
                took = time.monotonic() - start
                self._answers_s += took
                self._answer_s += _WEIGHT * (took - self._answer_s)
                self._count(-1)
                self._answers.leave(turn)

        token = self._mine.set(end)
        try:
            yield
        finally:
            end()
            self._mine.reset(token)

    def answered(self) -> None:
        """The sentence of this page is sent: what it looks for now gives way to others."""
        end = self._mine.get()
        if end is not None:
            end()

    @contextmanager
    def looking(self, wanted: Callable[[], object]) -> Iterator[None]:
        """Within, this page looks for more than its answer: one page after the other.

        Before the next one answers have a share of the time. Without it a hundred pages that
        were drawn together, whose visitors look at them for as long and then change something,
        would all be drawn together again. ``wanted`` is asked while a page waits for its turn;
        what it raises ends the wait.
        """
        turn = self._looks.take(wanted)
        before = self._answers_s
        try:
            yield
        finally:
            had = self._answers_s - before  # those it gave way to
            self._looks.leave(turn, rest_s=self._answer_s - had)

    def _count(self, more: int) -> None:
        with self._changed:
            self._answering += more
            if not self._answering:
                self._changed.notify_all()

    def giving_way(self) -> Callable[[Callable[[], bool]], bool]:
        """For one piece of work: waits while another page is answering, all in all for so long.

        What it returns is asked between two evaluations with a test whether the work is still
        wanted, looks at that also while it waits, and says so.
        """
        left = self._patience_s

        def asked(wanted: Callable[[], bool]) -> bool:
            nonlocal left
            while left > 0 and self._answering and wanted():
                start = time.monotonic()
                with self._changed:
                    self._changed.wait_for(lambda: not self._answering, min(LOOK_S, left))
                left -= time.monotonic() - start
            return wanted()

        return asked
