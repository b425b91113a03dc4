"""Moments in which every thread of the process stands still, kept short and rare.

Python lets one thread work at a time. Another waits for its turn, and all wait while the collector
of cycles looks through every object there is: with the pages of a hundred visitors open a quarter
of a second, in which not even ``/healthz`` is answered. What the program itself makes is freed as
soon as nobody holds it; the collector is for what its libraries leave.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable

from report.server.metrics import resident_bytes

TURN_S = 0.0005
"""So long a thread works while others wait. Python's own 5 ms make a request for ``/healthz``, some
ten turns of its thread, wait behind those who compute each time."""
YOUNG, MIDDLE, NEVER = 10_000, 10, 1_000_000_000
"""New objects before the collector looks through these, and how often before it looks through those
that were left: some milliseconds at most. Through everything it looks when told."""
GROWN_BYTES = 100_000_000
"""Memory must have grown by so much since the collector looked through everything."""
APART_S = 60.0
"""It looks through everything no more often, whatever memory does."""
LOOK_S = 5.0


def short_turns() -> None:
    """Let no thread wait long for its turn behind those that compute."""
    sys.setswitchinterval(TURN_S)


class Collector:
    """When Python's collector looks through everything: rarely, and where memory has grown.

    Begun once all that stays is there (tables, estimators, modules); the collector passes over it.
    """

    def __init__(
        self,
        resident: Callable[[], float] = resident_bytes,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = gc.collect,
    ) -> None:
        self._resident, self._clock, self._collect = resident, clock, collect
        self._end = threading.Event()
        self._last, self._held = clock(), resident()
        self.times = 0
        self.seconds = 0.0

    def begin(self) -> None:
        """From now on it looks through everything when this says so, on a thread of its own."""
        self._collect()
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        self._last, self._held = self._clock(), self._resident()
        threading.Thread(target=self._watch, name="collector", daemon=True).start()

    def end(self) -> None:
        """No more looks."""
        self._end.set()

    def look(self) -> bool:
        """Look through everything if it is time; whether it was."""
        start = self._clock()
        if start - self._last < APART_S or self._resident() - self._held < GROWN_BYTES:
            return False
        self._collect()
        self._last, self._held = self._clock(), self._resident()
        self.times += 1
        self.seconds += self._last - start
        return True

    def _watch(self) -> None:
        while not self._end.wait(LOOK_S):
            self.look()


COLLECTOR = Collector()
"""The program's own."""
