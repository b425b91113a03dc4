"""Input that is the same every time, read from a cache at a price of its own.

Services without such a price bill all input in full. A prompt shorter than the least a vendor
caches is billed in full too; where a vendor does not state it, the most that is stated of the same
weights elsewhere counts, and where nobody does, every prompt is billed as cached, which errs low.
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import Array, filled
from calculators.checks import NOWHERE, Check
from calculators.market.forms.later import known_later
from calculators.market.forms.line import Asked, Form, Lines
from calculators.results import Finding
from pricing.schema import TokenTermsRow


def cached(asked: Asked, name: str) -> Array:
    """A share of the input (C, N), nothing where a prompt is too short to be cached."""
    least = filled(asked.services.cache_least, 0.0)
    return np.where(asked.held["input_tokens"] < least, 0.0, asked.held[name])


def _lines(asked: Asked, lines: Lines) -> Lines:
    other = asked.services.meter("cached_input")
    found = []
    for line in lines:
        own = line.meter.name == "input"
        found += line.moved(other, cached(asked, "cached_input_share")) if own else [line]
    return found


def _says(asked: Asked) -> list[Check]:
    """Repeated input billed in full for want of a price, or as cached though perhaps too short."""
    rows = asked.services.book.table("token_terms", TokenTermsRow)
    most = max((row.cache_least for row in rows if row.cache_least is not None), default=0.0)

    def say(candidate: int, point: int) -> Finding | None:
        if pick(asked.held["cached_input_share"], candidate, point) == 0:
            return None
        return known_later(asked, candidate, "cached_input", "repeated input", "high")

    def short(candidate: int, point: int) -> Finding | None:
        row, terms = asked.services.rows[candidate], asked.terms[candidate]
        if terms is not None and terms.cache_least is not None:
            return None
        if pick(asked.held["cached_input_share"], candidate, point) == 0:
            return None
        read = pick(asked.held["input_tokens"], candidate, point)
        if asked.services.tariff(row, "cached_input") is None:
            return None
        least = float(asked.services.cache_least[candidate, 0])
        if not np.isnan(least):  # somebody who sells the same weights says it
            return None if read >= least else _elsewhere(least)
        if read >= most:
            return None
        text = (
            "From how many tokens on a prompt is cached here is not stated; elsewhere it is up to "
            f"{most:,.0f}. A shorter one is billed in full."
        )
        return Finding("cache", "caution", text, "ask the vendor", errs="low")

    return [Check(NOWHERE, say), Check(NOWHERE, short)]


def _elsewhere(least: float) -> Finding:
    """Billed in full, as others that sell the same weights do."""
    text = (
        "From how many tokens on a prompt is cached here is not stated; others that sell the same "
        f"model cache nothing below {least:,.0f}, so all input is billed in full."
    )
    return Finding("cache", "caution", text, "ask the vendor", errs="high")


FORM = Form("cached input", _lines, says=_says)
