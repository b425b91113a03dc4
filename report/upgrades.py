"""Schema versions of links: every old one stays readable.

A change of the scenario's fields or defaults raises :data:`SCHEMA` and adds the step that rewrites
the version before it. A step gets every input of its version, those the link leaves out with the
value they had then, and gives every input of the next; a new input gets the value that means what
there was before it. A step takes any text, since it runs before values are checked, and never
changes once released. How to: :mod:`report.defaults`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

SCHEMA = 3
"""Version of the links this program writes."""

Step = Callable[[Mapping[str, str]], Mapping[str, str]]
Chain = Mapping[int, Step]


def _short_links(given: Mapping[str, str]) -> Mapping[str, str]:
    """1 -> 2: a link may leave out what its preset says; the inputs are the same."""
    return given


def _benchmarks(given: Mapping[str, str]) -> Mapping[str, str]:
    """2 -> 3: a benchmark says on which machine and with how many requests at once.

    One of before held for every machine; only such links may say so.
    """
    measured = any(given.get(f"measured_{name}") for name in ("requests_per_s", "answer_ms"))
    new = {"max_concurrency": "", "measured_concurrency": ""}
    return {**given, **new, "measured_on": "every" if measured else ""}


UPGRADES: Chain = {1: _short_links, 2: _benchmarks}
"""Version -> what turns the inputs of it into those of the next version."""


def upgrade(given: Mapping[str, str], version: int, chain: Chain = UPGRADES) -> Mapping[str, str]:
    """Inputs of ``version`` in the words of the newest; raises KeyError on a gap in the chain."""
    for step in range(version, max(chain, default=SCHEMA - 1) + 1):
        given = chain[step](given)
    return given
