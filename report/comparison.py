"""``/api/v1/compare``: every candidate, or the best of each place; work is done where asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from calculators.compare import compare
from calculators.scenario import BadField, ScenarioError
from report import asked_months, links, payload
from report.codec import Decoded, clip, decode

Json = dict[str, Any]
CANDIDATES, BREAK_EVEN = "candidates", "break_even"
ASKED = (CANDIDATES, BREAK_EVEN)
"""Parameters that belong to the question rather than to the scenario."""
ALL, BEST = "all", "best"
YES, NO = "yes", "no"


def compare_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input, or how much is asked for, that is refused; crossings over too long a period.
    """
    found = decode(query, strict=True, other=ASKED)
    asked = _asked(query)
    if asked[BREAK_EVEN] == YES:
        _refuse_long(found)
    comparison = compare(found.scenario, found.book)
    made = payload.best if asked[CANDIDATES] == BEST else payload.payload
    return made(comparison, break_even=asked[BREAK_EVEN] == YES), found


def _refuse_long(found: Decoded) -> None:
    """No crossings of every two places over a long period where months differ."""
    if asked_months.asked_months(found.scenario, {}) > asked_months.USUAL:
        allowed = (
            f"{NO} over more than {asked_months.USUAL} months: {asked_months.WHY}; "
            f"{links.BREAK_EVEN_API} answers two places at a time"
        )
        raise ScenarioError([BadField(field=BREAK_EVEN, value=YES, allowed=allowed)])


def _asked(query: str) -> Mapping[str, str]:
    """How much is asked for; what is left out has its first word."""
    words = {CANDIDATES: (ALL, BEST), BREAK_EVEN: (NO, YES)}
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    found, bad = {}, []
    for name, allowed in words.items():
        given = list(dict.fromkeys(text for key, text in pairs if key == name))
        if len(given) > 1 or any(text not in allowed for text in given):
            told = f"once: {' | '.join(allowed)}"
            bad.append(BadField(field=name, value=clip(", ".join(given)), allowed=told))
        found[name] = given[0] if given else allowed[0]
    if bad:
        raise ScenarioError(bad)
    return found


def is_short(query: str) -> bool:
    """Whether so little is asked for that it is worked on beside heavy questions."""
    try:
        asked = _asked(query)
    except ScenarioError:
        return True  # refused at once
    return asked[CANDIDATES] == BEST and asked[BREAK_EVEN] == NO
