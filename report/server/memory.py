"""Memory given back: the allocator of Linux keeps an arena for each of many threads otherwise."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8  # malloc.h of the GNU C library
ARENAS = 2


def bounded_arenas() -> bool:
    """Let all threads share a few arenas; before any thread has begun. Whether it took effect.

    Every drawing of a page is a thread of its own. With an arena each, what one has freed is of
    no use to the next.
    """
    try:
        library = ctypes.CDLL(None)
        return bool(library.mallopt(_M_ARENA_MAX, ARENAS))
    except (OSError, AttributeError):  # another system's C library
        return False
