"""Priority: a dearer price for answers ahead of others, where a service has one and it is chosen.

A service of which no price ahead of others is known on the price date is billed at its standard
one, and that is said, as something nobody has confirmed. Where one is known, what has none beside
it (cached input, a long prompt) is missing. Who can wait is billed for that: batch and priority
exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.checks import NOWHERE, Check, Gap
from calculators.market.forms.cache_reads import cached
from calculators.market.forms.hours import at_peak
from calculators.market.forms.line import Asked, Form, Lines
from calculators.market.forms.long_prompts import long_requests
from calculators.market.services import AHEAD, Services, meter_name
from calculators.results import Finding
from pricing.book import Source
from pricing.units import factor

RULE = "turn"
ALL = np.ones((1, 1))
QUANTITIES = ("input", "output", "cached_input", "cache_write", "audio_input")
"""What of a request has a price ahead of others."""


def _lines(asked: Asked, lines: Lines) -> Lines:
    if asked.wait != AHEAD:
        return lines
    found = []
    for line in lines:
        found += line.moved(asked.services.meter(meter_name(line.meter.name, AHEAD)), ALL)
    return found


# ------------------------------------------------------------------------------- what is missing


def _has(services: Services, name: str) -> BoolArray:
    """Which have a price now (C,)."""
    meter = services.meter(name)
    found = np.zeros(services.size, dtype=bool)
    if meter is not None:
        found[meter.rows] = True
    return found


def sold(services: Services) -> BoolArray:
    """Which sell answers ahead of others on the price date (C,)."""
    found = np.zeros(services.size, dtype=bool)
    for quantity in QUANTITIES:
        found |= _has(services, meter_name(quantity, AHEAD))
    return found


def _gaps(asked: Asked) -> list[Gap]:
    """What is billed of services with the tier that has no price in it."""
    if asked.wait != AHEAD or not any_true(sold(asked.services)):
        return []
    return [
        _gap(asked.services, where, words) for where, words in _lacking(asked) if any_true(where)
    ]


def _gap(services: Services, where: BoolArray, words: str) -> Gap:
    rows = services.rows
    return Gap(where, lambda i, _: f"{rows[i].name}: price ahead of others of {words}")


def _lacking(asked: Asked) -> Iterator[tuple[BoolArray, str]]:
    """Where a price lacks (C, N), and of what."""
    services = asked.services
    ahead = sold(services)[:, None]
    over, peak = long_requests(asked) > 0, at_peak(asked) > 0
    for quantity in QUANTITIES:
        used = ahead & _has(services, quantity)[:, None] & (_part(asked, quantity) > 0)
        plain = quantity.replace("_", " ")
        name = meter_name(quantity, AHEAD)
        yield used & ~_has(services, name)[:, None], plain
        for when, here, words in (("long", over, "long prompts"), ("peak", peak, "peak hours")):
            apart = quantity in ("input", "output") or _has(services, f"{when}_{quantity}")[:, None]
            lacks = apart & ~_has(services, f"{when}_{name}")[:, None]
            yield used & here & lacks, f"{plain}, {words}"


def _part(asked: Asked, quantity: str) -> Array:
    """How much of a quantity requests hold, 0 where none (1 or C, N)."""
    if quantity == "audio_input":
        return asked.held["sound_tokens"]
    shares = {"cached_input": "cached_input_share", "cache_write": "cache_writes_share"}
    if quantity in shares:
        return cached(asked, shares[quantity])
    return asked.held[f"{quantity}_tokens"]


# ----------------------------------------------------------------------------------- what is said

NO_TIER = Finding(
    RULE,
    "caution",
    "No tier of answers ahead of others (priority) is known here: the standard price is billed, "
    "and answers come in their turn.",
    "ask the vendor",
)
WAITING = Finding(
    RULE,
    "caution",
    "Answers ahead of others (priority) are asked for, and answers may wait: these exclude each "
    "other. Nothing is billed at the price of answers ahead of others; where a service has a "
    "lower price for answers that wait, that one is.",
    "answers at once",
)


def _says(asked: Asked) -> list[Check]:
    """What the tier chosen comes to, of each service; who can wait and asks for none hears none."""
    if asked.tier == AHEAD and asked.wait != AHEAD:
        return [Check.always(WAITING)]
    if asked.wait not in (AHEAD, "now"):
        return []
    services = asked.services
    if asked.wait == "now":
        return [Check(NOWHERE, lambda candidate, _: _offered(services, candidate))]
    open_ = ~sold(services)[:, None]
    return [Check(NOWHERE, lambda candidate, _: _billed(services, candidate), unconfirmed=open_)]


def _offered(services: Services, index: int) -> Finding | None:
    """That a service sells the tier, where none is asked for."""
    times = _times(services, index)
    if times is None:
        return None
    text = (
        f"Answers ahead of others (priority) are sold at {times:.3g} times the price of what is "
        "read; none are asked for (service_tier)."
    )
    return Finding(RULE, "pass", text, source=_source(services, index))


def _billed(services: Services, index: int) -> Finding:
    """What answers ahead of others of a service cost, and what is known of what they bring."""
    if not sold(services)[index]:
        row, item = services.rows[index], _later(services, index) or NO_TIER
        what = f"whether {row.name} can be had ahead of others"
        return replace(item, vendor=row.vendor, unconfirmed=what)
    times = _times(services, index)
    dearer = f", {times:.3g} times the standard one for what is read" if times else ""
    text = (
        f"Billed at the price of answers ahead of others (priority){dearer}. How much faster they "
        "are is hardly published: no time is shortened."
    )
    return Finding(RULE, "pass", text, source=_source(services, index))


def _later(services: Services, index: int) -> Finding | None:
    """That the tier is known from a later day on; None where it is not."""
    key = f"{services.rows[index].product}/{meter_name('input', AHEAD)}"
    first = services.book.context_tariff(key, services.region)
    if first is None:
        return None
    text = (
        f"The price of answers ahead of others (priority) is known from {first.row.effective_from} "
        "on; on this day the standard price is billed, and answers come in their turn."
    )
    return Finding(RULE, "caution", text, "a later price date")


def _source(services: Services, index: int) -> Source | None:
    found = services.tariff(services.rows[index], meter_name("input", AHEAD))
    return None if found is None else found.source


def _times(services: Services, index: int) -> float | None:
    """Price of what is read ahead of others over the standard one; None where one lacks."""
    row = services.rows[index]
    ahead, plain = (services.tariff(row, name) for name in (meter_name("input", AHEAD), "input"))
    if ahead is None or plain is None:
        return None
    usd = [held.usd / factor(held.unit, "token") for held in (ahead, plain)]
    return usd[0] / usd[1]


FORM = Form("priority", _lines, _gaps, _says)
