"""Schema versions of links: every old one stays readable.

A change that alters what a written link means raises :data:`SCHEMA` and adds the step that
rewrites the version before it. A new input needs one too: the step writes the value that gives
the old meaning. Steps never change once released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

SCHEMA = 1
"""Version of the links this program writes."""

Step = Callable[[Mapping[str, str]], Mapping[str, str]]
Chain = Mapping[int, Step]

UPGRADES: Chain = {}
"""Version -> what turns a query of it into one of the next version."""


def upgrade(given: Mapping[str, str], version: int, chain: Chain = UPGRADES) -> Mapping[str, str]:
    """A query of ``version`` in the words of the newest; raises KeyError on a gap in the chain."""
    for step in range(version, max(chain, default=SCHEMA - 1) + 1):
        given = chain[step](given)
    return given
