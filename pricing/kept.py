"""A bounded memory that threads may share: each value made once, the longest unused dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most ``limit`` values by key.

    There is no moment between finding and reading in which another thread could drop the value:
    a reader holds the slot itself. Threads that ask for one key at the same time wait for the
    first of them; other keys go on.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"a memory of {limit} values keeps nothing")
        self.limit = limit
        self._lock = Lock()
        self._slots: OrderedDict[K, _Slot[V]] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of ``key``, made now unless it is kept; what ``make`` raises is not kept."""
        slot = self._slot(key)
        if slot.values:  # never emptied again
            return slot.values[0]
        with slot.lock:
            if not slot.values:
                try:
                    slot.values.append(make())
                except BaseException:
                    self._forget(key, slot)
                    raise
            return slot.values[0]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._slots.clear()

    def shrink(self, keep: int) -> None:
        """Forget the longest unused beyond ``keep``."""
        with self._lock:
            while len(self._slots) > keep:
                self._slots.popitem(last=False)

    def __len__(self) -> int:
        with self._lock:
            return len(self._slots)

    def _slot(self, key: K) -> _Slot[V]:
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot()
                while len(self._slots) > self.limit:
                    self._slots.popitem(last=False)
            else:
                self._slots.move_to_end(key)
            return slot

    def _forget(self, key: K, slot: _Slot[V]) -> None:
        with self._lock:
            if self._slots.get(key) is slot:
                del self._slots[key]


class _Slot(Generic[V]):
    """Room for one value, and the lock of the thread that makes it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.values: list[V] = []
