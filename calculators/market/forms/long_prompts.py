"""Long prompts: above a number of tokens read, the whole request is billed at other prices.

What a list prices apart for long prompts is billed at that. What it leaves out (input repeated from
a cache or put there, answers that can wait) is as much dearer as plain input, or plain output, is:

price of a long prompt = price x long price of plain input / price of plain input

It is so for all 73 such prices that the tables hold in both, and for the 40 that litellm 1.110.2
holds besides (``tests/calculators/market/forms/test_long_prompts.py``).
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import Array, any_true
from calculators.checks import NOWHERE, Check, Gap
from calculators.market.forms.cache_reads import cached
from calculators.market.forms.line import Asked, Form, Lines, column
from calculators.market.services import CHEAPER, Services, meter_name
from calculators.results import Finding
from pricing.book import Tariff
from pricing.schema import TokenTermsRow
from pricing.units import factor

WORDS = ", long prompt"
IN_STEP = ", long prompt, in step with plain tokens"
FOLLOWING = ("input", "output", "cached_input", "cache_write")


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
        name = f"long_{line.meter.name}"
        for part in line.moved(asked.services.meter(name), share, WORDS):
            times = _in_step(asked.services, part.meter.name)
            found += [part] if times is None else part.dearer(times, share, IN_STEP)
    return found


def _in_step(services: Services, name: str) -> Array | None:
    """How many times as dear a price is in long prompts that has none of its own there (C, 1).

    By the lists, whatever prices of your own are. NaN where it has one, or where plain input and
    output have none. None: a price of another kind.
    """
    plain = "output" if name.endswith("output") else "input"
    if name.removeprefix("batch_").removeprefix("flex_") not in FOLLOWING:
        return None
    found = np.full((services.size, 1), np.nan)
    for index, row in enumerate(services.rows):
        here, long, there, short = (
            services.book.list_price(f"{row.product}/{meter}", services.region)
            for meter in (name, f"long_{plain}", f"long_{name}", plain)
        )
        if here and long and short and not there:
            found[index] = _per_token(long) / _per_token(short)
    return found


def _per_token(tariff: Tariff) -> float:
    return tariff.usd / factor(tariff.unit, "token")


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

    return [Check(NOWHERE, say), *_says_in_step(asked)]


def _says_in_step(asked: Asked) -> list[Check]:
    """What of a long prompt has no price of its own there."""
    above, whole = long_requests(asked), np.ones((1, 1))
    if not any_true(above):
        return []
    held = {
        "input": ("tokens of answers that can wait", whole),
        "cached_input": ("input repeated from a cache", cached(asked, "cached_input_share")),
        "cache_write": ("input put into a cache", cached(asked, "cache_writes_share")),
    }

    def say(candidate: int, point: int) -> Finding | None:
        if not pick(above, candidate, point):
            return None
        found = [
            words
            for name, (words, part) in held.items()
            if pick(part, candidate, point) > 0 and _follows(asked, candidate, name)
        ]
        if not found:
            return None
        text = (
            f"No price of {', of '.join(found)} is known here for prompts this long: that of "
            "shorter ones is taken times what plain tokens cost more."
        )
        return Finding("price", "caution", text, "ask the vendor", errs="either")

    return [Check(NOWHERE, say)]


def _follows(asked: Asked, index: int, quantity: str) -> bool:
    """Whether a price of a service, as it is billed, follows that of plain tokens."""
    services, row = asked.services, asked.services.rows[index]
    cheaper = (meter_name(quantity, wait) for wait in CHEAPER[asked.wait])
    name = next((n for n in cheaper if services.tariff(row, n) is not None), quantity)
    times = _in_step(services, name)
    return times is not None and bool(np.isfinite(times[index, 0]))


FORM = Form("long prompts", _lines, _gaps, _says)
