"""What is left to Python's collector of cycles."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

OURS = ("calculators.", "pricing.", "report.")


class Left:
    """Objects that waited for the collector, by type."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()


@contextmanager
def without_collector(*whose: str) -> Iterator[Left]:
    """Nothing is collected within; afterwards it is known what should have been.

    Of types whose names begin with ``whose``; of ours unless given.
    """
    whose = whose or OURS
    left = Left()
    gc.collect()
    gc.disable()
    try:
        yield left
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        kinds = (f"{type(item).__module__}.{type(item).__qualname__}" for item in gc.garbage)
        left.kinds = Counter(kind for kind in kinds if kind.startswith(whose))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
