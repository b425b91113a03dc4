"""Batch and flex: a lower price for answers that can wait, where a service has one.

Batch answers come within a day. Flex answers come when there is room. What has no price of its
own is billed at that for answers at once: a vendor whose batch leaves cached input alone has none
for it. Where none is known, that price is the most it can be, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.accounts.charges import pick
from calculators.checks import NOWHERE, Check
from calculators.market.forms.cache_reads import cached
from calculators.market.forms.line import Asked, Form, Lines
from calculators.market.services import CHEAPER, Services, meter_name
from calculators.points import Wait
from calculators.results import Finding

ALL = np.ones((1, 1))
CACHE = {
    "cached_input": ("cached_input_share", "input repeated from a cache"),
    "cache_write": ("cache_writes_share", "input put into a cache"),
}
"""What of a cache has a price -> the share of the input, and words."""


def _lines(asked: Asked, lines: Lines) -> Lines:
    for cheaper in CHEAPER[asked.wait]:
        found = []
        for line in lines:
            moved = line.meter.name.startswith(CHEAPER["batch"])
            other = None if moved else asked.services.meter(meter_name(line.meter.name, cheaper))
            found += line.moved(other, ALL)
        lines = found
    return lines


def _at_once(services: Services, index: int, quantity: str, cheaper: Sequence[Wait]) -> bool:
    """Whether a quantity costs what it costs at once, of a service whose plain input is cheaper."""
    row = services.rows[index]

    def known(name: str) -> bool:
        return any(services.tariff(row, meter_name(name, wait)) for wait in cheaper)

    return known("input") and services.tariff(row, quantity) is not None and not known(quantity)


def _says(asked: Asked) -> list[Check]:
    """What of a cache is billed at the price for answers at once, for want of another."""
    cheaper, services = CHEAPER[asked.wait], asked.services
    if not cheaper:
        return []
    shares = {name: cached(asked, share) for name, (share, _) in CACHE.items()}

    def say(candidate: int, point: int) -> Finding | None:
        words = [
            words
            for name, (_, words) in CACHE.items()
            if pick(shares[name], candidate, point) > 0
            and _at_once(services, candidate, name, cheaper)
        ]
        if not words:
            return None
        text = f"No price of {' and '.join(words)} is known here for answers that can wait; "
        text += "that for answers at once is billed, which is the most it can be."
        return Finding("cache", "caution", text, "ask the vendor", errs="high")

    return [Check(NOWHERE, say)]


FORM = Form("waiting", _lines, says=_says)
