"""What is made once and kept: values by key in a bounded memory, and properties of objects.

Threads share both, and who makes one value holds up nobody who wants another.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, Self, TypeVar, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class cached_property(functools.cached_property[V]):  # noqa: N801, TID251 - its word
    """A property worked out once for each object, without a lock.

    Python's own had, up to 3.11, one lock for all objects of a class: the flips of one visitor's
    comparison held up those of every other's. Threads that ask one object at the same time may
    all work it out, and all get what the first of them kept.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> V: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | V:
        if instance is None:
            return self
        kept: dict[str, V] = instance.__dict__
        name = str(self.attrname)
        return kept[name] if name in kept else kept.setdefault(name, self.func(instance))


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
