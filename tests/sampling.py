"""Long lists of cases: a few for every day, the rest for `make soak`."""

from collections.abc import Sequence
from typing import Any

import pytest


def few(cases: Sequence[Any], most: int, *, unpack: bool = False) -> list[Any]:
    """
    All cases as parameters: `most` of them, spread evenly, run every day; the rest are `soak`.

    A case is one argument, or with `unpack` several.

    Raises
    ------
    ValueError
        If nothing would run every day.
    """
    count = min(most, len(cases))
    if count < 1:
        raise ValueError(f"{most} of {len(cases)} cases: at least one must run every day")
    daily = {place * len(cases) // count for place in range(count)}
    made = []
    for place, case in enumerate(cases):
        marks = () if place in daily else pytest.mark.soak
        made.append(pytest.param(*(case if unpack else (case,)), marks=marks))
    return made
