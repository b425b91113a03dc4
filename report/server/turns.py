"""Turns: one thread at a time, in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

LOOK_S = 0.1
"""So often does who waits look whether the wait is still worth it."""


class Turn:
    """One's place in the row."""

    def __init__(self) -> None:
        self.has_come = threading.Event()
        self.since = 0.0


class Turns:
    """One at a time; whoever takes long has another one beside, so that nobody holds up all."""

    def __init__(self, long_s: float) -> None:
        self._long_s = long_s
        self._rests_until = 0.0
        self._lock = threading.Lock()
        self._waiting: deque[Turn] = deque()
        self._taken: list[Turn] = []

    def take(self, wanted: Callable[[], object] = bool) -> Turn:
        """Wait for a turn, which :meth:`leave` ends; what ``wanted`` raises ends the wait."""
        mine = Turn()
        with self._lock:
            self._waiting.append(mine)
            self._admit()
        try:
            while not mine.has_come.wait(LOOK_S):
                wanted()
                with self._lock:
                    self._admit()
        except BaseException:
            self.leave(mine)
            raise
        return mine

    def leave(self, mine: Turn, rest_s: float = 0.0) -> None:
        """It is the next one's turn, ``rest_s`` from now on."""
        with self._lock:
            if mine in self._taken:
                self._taken.remove(mine)
                self._rests_until = time.monotonic() + rest_s
            else:
                self._waiting.remove(mine)
            self._admit()

    def _admit(self) -> None:
        now = time.monotonic()
        is_busy = any(now - turn.since < self._long_s for turn in self._taken)
        if self._waiting and not is_busy and now >= self._rests_until:
            following = self._waiting.popleft()
            following.since = now
            self._taken.append(following)
            following.has_come.set()
