"""Cents that add up: rounded parts whose sum is the rounded total."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

_CENT = Decimal("0.01")
_WIDE = Context(prec=400)  # holds every float to the cent


def to_cents(value: float) -> int:
    """Dollars rounded to whole cents, as ``words.cents`` shows them."""
    return int(Decimal(value).quantize(_CENT, ROUND_HALF_EVEN, _WIDE).scaleb(2, _WIDE))


def balanced(parts: Sequence[float], total_cents: int) -> list[int]:
    """Parts in cents that add up to ``total_cents``, each within one cent of its exact value.

    Largest remainder: cents lost by rounding down go to the parts that lost most. Parts that do
    not add up to the total in the first place are only rounded, so that the fault stays visible.
    """
    if not all(math.isfinite(part) for part in parts):
        raise ValueError("parts must be finite")
    exact = [Decimal(part).scaleb(2, _WIDE) for part in parts]
    floors = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    short = total_cents - sum(floors)
    if not 0 <= short <= len(parts):
        return [to_cents(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda index: floors[index] - exact[index])
    for index in order[:short]:
        floors[index] += 1
    return floors


def show(cents: int) -> str:
    """Cents as dollars: 123456 -> 1,234.56."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{whole:,}.{rest:02d}"
