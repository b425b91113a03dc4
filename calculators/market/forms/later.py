"""Prices that the tables know from a later day on: said where a bill is made without them."""

from __future__ import annotations

from typing import Literal

from calculators.market.forms.line import Asked
from calculators.results import Finding

Errs = Literal["low", "high"]


def known_later(asked: Asked, candidate: int, meter: str, words: str, errs: Errs) -> Finding | None:
    """What is missing on the price date, and which way it errs; None where nothing is.

    ``words`` name what the price is for. The plain price of input is billed meanwhile.
    """
    key = f"{asked.services.rows[candidate].product}/{meter}"
    book = asked.services.book
    if book.tariff(key) is not None:
        return None
    first = book.context_tariff(key)
    if first is None:
        return None
    day = first.row.effective_from
    text = f"The price of {words} is known from {day} on; on this day plain input is billed."
    return Finding("cache", "caution", text, "a later price date", errs=errs)
