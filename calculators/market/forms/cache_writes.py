"""Writing a prompt into the cache, at a price above that of plain input.

Where a vendor has no such price, what is written is billed as plain input. The share written is
of the whole input, as the share read is; together they are at most all of it.
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import any_true
from calculators.checks import Check
from calculators.market.forms.cache_reads import cached
from calculators.market.forms.later import known_later
from calculators.market.forms.line import Asked, Form, Lines
from calculators.results import Finding


def _lines(asked: Asked, lines: Lines) -> Lines:
    other = asked.services.meter("cache_write")
    if other is None or not any_true(asked.held["cache_writes_share"] > 0):
        return lines
    read = cached(asked, "cached_input_share")
    reads = asked.services.meter("cached_input")
    if reads is not None:
        has = np.zeros((asked.size, 1))
        has[reads.rows] = 1.0
        read = read * has
    else:
        read = np.zeros_like(read)
    left = np.maximum(1 - read, 0.0)  # of the input, on the line that is left
    share = cached(asked, "cache_writes_share")
    of_left = np.divide(
        share, left, out=np.zeros(np.broadcast_shapes(share.shape, left.shape)), where=left > 0
    )
    found = []
    for line in lines:
        own = line.meter.name == "input"
        found += line.moved(other, np.minimum(of_left, 1.0)) if own else [line]
    return found


SHARES = ("cache_writes_share", "cached_input_share")
UNCOUNTED = Finding(
    "cache",
    "caution",
    "Putting repeated input into the cache costs more here; you say that nothing is put there.",
    "say which share is written (cache_writes_share)",
    errs="low",
)


def _says(asked: Asked) -> list[Check]:
    """What is read from a cache was written once, at a price where there is one."""
    other = asked.services.meter("cache_write")
    priced = set() if other is None else set(other.rows.tolist())

    def say(candidate: int, point: int) -> Finding | None:
        put, read = (pick(asked.held[name], candidate, point) for name in SHARES)
        if (
            pick(asked.held["input_tokens"], candidate, point)
            < asked.services.cache_least[candidate]
        ):
            return None  # too short: nothing is put there
        if candidate not in priced:
            if put == 0:
                return None
            return known_later(asked, candidate, "cache_write", "putting input into a cache", "low")
        if put == 0:
            return UNCOUNTED if read > 0 else None
        terms = asked.terms[candidate]
        if terms is None or terms.cache_minutes is None:
            return None
        stays = f"{terms.cache_minutes:g} minutes"
        text = f"The price of writing is for a cache of {stays}; longer costs more."
        return Finding("cache", "caution", text, errs="low")

    return [Check(np.zeros((1, 1), dtype=bool), say)]


FORM = Form("cache writes", _lines, says=_says)
