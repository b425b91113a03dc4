"""What each method changed, in the changelog's words: what lies between a link and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from calculators import METHOD
from pricing.loader import read_rows
from pricing.schema import Row
from report.pins import Was

TABLE = Path(__file__).parent / "methods.csv"
"""``method, changed``: a sentence of CHANGELOG.md for each method that moved answers."""


class _Line(Row):
    method: int
    changed: str


@cache
def changed() -> Mapping[int, str]:
    """Method -> what it changed, oldest first; raises TableError with every fault of the file."""
    return {line.method: line.changed for line in read_rows(TABLE, _Line)}


def between(then: str, now: str = METHOD) -> tuple[str, ...]:
    """What lies between two methods, oldest first; nothing of a method that is no number."""
    if not (then.isascii() and then.isdigit() and now.isdigit()):
        return ()
    return tuple(
        f"Method {method}: {text}"
        for method, text in changed().items()
        if int(then) < method <= int(now)
    )


def told(then: str, was: Was | None) -> tuple[str, ...]:
    """What a reader of the running answer has to know of a link of another method; else nothing."""
    if then == METHOD:
        return ()
    showed = "what it showed" if was is None else f"the {_usd(was.total_usd)} USD it showed"
    first = (
        f"The link was made with method {then}; these numbers are by method {METHOD} and may "
        f"differ from {showed}."
    )
    lines = between(then)
    return (first, f"Changed since. {' '.join(lines)}") if lines else (first,)


def _usd(total: float) -> str:
    """To the cent, in letters that a header of HTTP takes too; what nobody pays is no sum."""
    return f"{total:,.2f}" if abs(total) < 1e15 else f"{total:g}"
