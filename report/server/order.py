"""Who goes first among the pages of one process: whoever waits for the sentence of an answer.

Python lets one thread work at a time, so what one page looks for beyond its answer (flips, curves,
strips, a map) takes the time of another page's answer. It gives way between two evaluations while
any page is on its way to its sentence, but not for ever: after a while it goes on beside them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOOK_S = 0.05
"""So often does work that gives way look whether it is still wanted."""


class Order:
    """Pages of one process that are on their way to their sentence."""

    def __init__(self, patience_s: float, together: int) -> None:
        self._patience_s = patience_s
        self._room = threading.Semaphore(together)
        self._answering = 0
        self._changed = threading.Condition()
        self._mine: ContextVar[Callable[[], None] | None] = ContextVar("mine", default=None)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Within, up to :meth:`answered`, this page goes before what others look for.

        A few pages at a time: a hundred that take turns of half a millisecond push each other's
        figures out of the processor's memory, and none is done before all are. Who has waited
        long goes on beside them.
        """
        ended = threading.Event()
        self._count(1)
        has_room = self._room.acquire(timeout=self._patience_s)

        def end() -> None:
            if not ended.is_set():
                ended.set()
                self._count(-1)
                if has_room:
                    self._room.release()

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
                    self._changed.wait_for(lambda: not self._answering, min(_LOOK_S, left))
                left -= time.monotonic() - start
            return wanted()

        return asked
