"""Long prompts: above a number of tokens read, the whole request is billed at other prices."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import Array, any_true
from calculators.checks import Check, Gap
from calculators.market.forms.line import Asked, Form, Lines, column
from calculators.results import Finding
from pricing.schema import TokenTermsRow

WORDS = ", long prompt"


def long_requests(asked: Asked) -> Array:
    """1 where a request is above its service's threshold, else 0 (C, N)."""
    above = column([None if row is None else row.long_above for row in asked.terms], np.inf)
    return np.asarray(asked.held["input_tokens"] > above, dtype=np.float64)


def _lines(asked: Asked, lines: Lines) -> Lines:
    share = long_requests(asked)
    if not any_true(share):
        return lines
    found = []
    for line in lines:
        found += line.moved(asked.services.meter(f"long_{line.meter.name}"), share, WORDS)
    return found


def _gaps(asked: Asked) -> list[Gap]:
    """Long requests to services whose price for them was not seen."""
    above = long_requests(asked) > 0
    if not any_true(above):
        return []
    services = asked.services
    lacks = np.zeros((asked.size, 1), dtype=bool)
    for quantity in ("input", "output"):
        lacks |= (services.bills(quantity) & ~services.bills(f"long_{quantity}"))[:, None]
    text = "price of prompts above {:,.0f} tokens"

    def say(candidate: int, _: int) -> str:
        row = asked.terms[candidate]
        number = 0.0 if row is None or row.long_above is None else row.long_above
        return f"{services.rows[candidate].name}: {text.format(number)}"

    return [Gap(above & lacks, say)]


UNSTATED = Finding(
    "price",
    "caution",
    "Whether a prompt this long costs more is not stated; the plain price is billed.",
    "ask the vendor",
    errs="low",
)


def _says(asked: Asked) -> list[Check]:
    """Prompts longer than the least that costs more at any service, where nothing is stated."""
    known = [row.long_above for row in asked.services.book.table("token_terms", TokenTermsRow)]
    least = min((above for above in known if above is not None), default=np.inf)
    read, bills = asked.held["input_tokens"], asked.services.bills("input")
    flat = asked.services.one_price

    def say(candidate: int, point: int) -> Finding | None:
        row = asked.terms[candidate]
        stated = flat[candidate] or (row is not None and row.long_above is not None)
        silent = not stated and bills[candidate] and pick(read, candidate, point) > least
        return UNSTATED if silent else None

    return [Check(np.zeros((1, 1), dtype=bool), say)]


FORM = Form("long prompts", _lines, _gaps, _says)
