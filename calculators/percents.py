"""Shares in words: one way to write a percentage, for every page, table and sentence."""

from __future__ import annotations


def percent(share: float, decimals: int | None = None) -> str:
    """A share as people read it: 22 %, 3.7 %, "under 0.1 %".

    ``share`` is a part of 1. It is shown whole from 10 % on and with one decimal below; with
    ``decimals`` it has at most so many everywhere. What is there is never told as none, and what is
    not quite all never as all.
    """
    value = share * 100
    places = (0 if value >= 10 else 1) if decimals is None else decimals
    least = 10.0**-places
    if 0 < value < least:
        return f"under {least:g} %"
    if value < 100 <= round(value, places):
        return f"over {100 - least:g} %"
    whole, _, rest = f"{round(value, places) + 0.0:,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest} %" if rest else f"{whole} %"
