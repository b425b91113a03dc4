"""Finished bodies kept for the next who asks the same, bounded by the bytes they take."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Body:
    """An answer as it is sent."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Bodies:
    """The most recently asked for; used on the event loop alone."""

    def __init__(self, most_bytes: int, most_of_one: int) -> None:
        self._most, self._of_one = most_bytes, most_of_one
        self._held: OrderedDict[Hashable, Body] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> Body | None:
        """The body of a question that was answered before, if it is still kept."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def keep(self, key: Hashable, body: Body) -> None:
        """Keep a body; the longest unused ones make room."""
        size = len(body.content)
        if size > self._of_one or key in self._held:
            return
        self._held[key] = body
        self.size += size
        while self.size > self._most:
            _, dropped = self._held.popitem(last=False)
            self.size -= len(dropped.content)

    def __len__(self) -> int:
        return len(self._held)
