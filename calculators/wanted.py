"""Whether anybody still waits for the answer: asked between evaluations, so that work can end.

Who starts the work says how to ask (:func:`while_wanted`); without that everything is wanted. An
evaluation that has begun is finished: it is short, and what it leaves in a memory is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class NoLongerWantedError(Exception):
    """The work was given up between two evaluations."""


_WANTED: ContextVar[Callable[[], bool] | None] = ContextVar("wanted", default=None)


def check() -> None:
    """Go on, or raise :class:`NoLongerWantedError`."""
    asked = _WANTED.get()
    if asked is not None and not asked():
        raise NoLongerWantedError


@contextmanager
def while_wanted(asked: Callable[[], bool]) -> Iterator[None]:
    """Within, :func:`check` asks ``asked``."""
    token = _WANTED.set(asked)
    try:
        yield
    finally:
        _WANTED.reset(token)
