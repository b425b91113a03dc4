"""Token bills of other days, in batches too, against two other price lists, to a cent.

Random days, models, lengths, cached and written shares and batches from a fixed seed: genai-prices
through its own function on that day, litellm's fields of its newest release through a reader kept
here. Where two differ the reason is named, and only there.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from genai_prices import Usage, calc_price

from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.points import Points
from pricing.book import PriceBook
from pricing.refreshing import litellm
from pricing.schema import PriceRow
from tests.calculators.options import test_independent_bills as bills

RECORDING = Path(__file__).parents[2] / "pricing" / "recordings" / "litellm-1.110.2.json"
CENT, REQUESTS = bills.CENT, bills.REQUESTS
FRIDAY = 4


@dataclass(frozen=True)
class Dated:
    """A bill on a day, answered now or in a batch."""

    bill: bills.Bill
    day: date
    batch: bool


@cache
def rows(product: str) -> Mapping[str, tuple[PriceRow, ...]]:
    """Meter -> every price row of a product."""
    found: dict[str, list[PriceRow]] = {}
    for row in bills.book().table("token_prices", PriceRow):
        if row.product == product:
            found.setdefault(row.meter, []).append(row)
    return {meter: tuple(some) for meter, some in found.items()}


def since(product: str, *meters: str) -> date:
    """From when all of some meters have a price; never for one without."""
    first = [
        min((row.effective_from for row in rows(product).get(meter, ())), default=date.max)
        for meter in meters
    ]
    return max(first)


def dated(count: int) -> Iterator[Dated]:
    """The bills of today on other days, from the first day the product has a price."""
    draw = random.Random(20261127)
    for bill in bills.bills(count):
        plain = ("input", "output") if bill.written else ("input",)
        first, last = since(bill.product, *plain), bills.book().price_date
        if first < last:
            day = first + timedelta(days=draw.randrange((last - first).days + 1))
            day -= timedelta(days=max(0, day.weekday() - FRIDAY))  # peaks are of working days
            yield Dated(bill, max(day, first), draw.random() < 0.5)


@cache
def book(day: date) -> PriceBook:
    return PriceBook.load(price_date=day)


def ours(item: Dated) -> float | None:
    """USD a month of the vendor's bill; None where nothing is priced."""
    scenario = item.bill.scenario.with_changes({"can_wait_hours": 24 if item.batch else 0})
    only = {"managed_api": frozenset({item.bill.product})}
    found = evaluate(bills.memory().case(Points(scenario), book(item.day), only))
    index = found.at.get(f"none>managed_api:{item.bill.product}")
    if index is None:
        return None
    if not math.isfinite(found.company[index, 0]):
        return None
    pair, own = found.where(index)
    return sum(x.amount_usd for x in pair.line_items(own, 0) if x.category == "compute")


def genai(item: Dated) -> float:
    """The same by genai-prices on that day; an even week has both prices of a peak."""
    bill = item.bill
    usage = Usage(
        input_tokens=bill.read,
        cache_read_tokens=bill.cached,
        cache_write_tokens=bill.put,
        output_tokens=bill.written,
    )
    provider, model = bills.models()[bill.product]
    noon, peak = (
        float(
            calc_price(
                usage,
                model_ref=model,
                provider_id=provider,
                genai_request_timestamp=datetime(
                    item.day.year, item.day.month, item.day.day, hour, tzinfo=UTC
                ),
                price_context={"processing": "batch"} if item.batch else None,
            ).total_price
        )
        for hour in (12, 2)
    )
    return REQUESTS * (noon * (1 - bills.PEAK_SHARE) + peak * bills.PEAK_SHARE)


@cache
def followed() -> tuple[str, ...]:
    """Products still sold that litellm's newest release prices, whatever genai-prices holds."""
    sold = {
        row.product
        for row in bills.services().values()
        if row.kind == "token_api"
        and row.trainable == "no"
        and (row.retires_on is None or row.retires_on > bills.book().price_date)
    }
    return tuple(sorted(sold & set(listed())))


def of_litellm(count: int) -> Iterator[Dated]:
    """Bills of today of every product that litellm prices, every other one in a batch."""
    for index, bill in enumerate(bills.bills(count, followed())):
        yield Dated(bill, bills.book().price_date, index % 2 == 1)


@cache
def listed() -> Mapping[str, Mapping[str, Any]]:
    """Product -> fields of litellm's newest release."""
    models = json.loads(RECORDING.read_text())["models"]
    return {item.product: models[item.key] for item in litellm.followed() if models.get(item.key)}


TIER = re.compile(r"input_cost_per_token(?P<tier>_above_(?P<from>[0-9]+)k_tokens)")


def by_litellm(item: Dated) -> float | None:
    """The same by litellm's fields, read here; an even week has peak and calm hours."""
    fields = listed().get(item.bill.product)
    if fields is None:
        return None
    calm = fields.get("off_peak_pricing")
    parts = ((bills.PEAK_SHARE, fields), (1 - bills.PEAK_SHARE, calm)) if calm else ((1, fields),)
    amounts = [(share, _by_fields(item, some)) for share, some in parts]
    if any(amount is None for _, amount in amounts):
        return None
    return sum(share * amount for share, amount in amounts if amount is not None)


def _by_fields(item: Dated, fields: Mapping[str, Any]) -> float | None:
    """At one set of prices: a tier re-prices the whole request; None: not priced so."""
    bill = item.bill
    tiers = [match for name in fields if (match := TIER.fullmatch(name))]
    passed = [match for match in tiers if bill.read > 1000 * int(match["from"])]
    tier = max(passed, key=lambda match: int(match["from"]))["tier"] if passed else ""
    way = "_batches" if item.batch and "input_cost_per_token_batches" in fields else ""

    def price(name: str, other: str = "") -> float | None:
        """Of a field in this tier and way; another's where it has none."""
        for asked in (f"{name}{tier}{way}", f"{other}{tier}{way}"):
            if isinstance(fields.get(asked), int | float):
                return float(fields[asked])
        return None

    fresh = bill.read - bill.cached - bill.put
    parts = (
        (fresh, price("input_cost_per_token")),
        (bill.written, price("output_cost_per_token") if bill.written else 0.0),
        (bill.cached, price("cache_read_input_token_cost", "input_cost_per_token")),
        (bill.put, price("cache_creation_input_token_cost", "input_cost_per_token")),
    )
    if any(value is None for _, value in parts):
        return None
    return REQUESTS * sum(tokens * value for tokens, value in parts if value is not None)


# where two may differ ----------------------------------------------------------------------------

OTHER_HISTORY: Mapping[str, str] = {
    "aws/bedrock-llama-3-8b": "genai-prices holds only its newest price",
    "aws/bedrock-llama-3.1-8b": "genai-prices holds only its newest price",
    "cerebras/gpt-oss-120b": "genai-prices holds only its newest price",
    "google/gemini-2.5-flash-lite": "genai-prices holds only its newest price of cached input",
    "novita/llama-3.3-70b": "genai-prices dates the price of March to October",
}
"""Products whose older prices are other ones there."""
TWO_PRICES = "google/gemini-3.5-flash-lite"


def _unlike(item: Dated, other: Callable[[Dated], float | None]) -> str:
    """Why a bill in a batch, or with a cache, may differ from another list's."""
    product, bill, day = item.bill.product, item.bill, item.day
    if item.batch and other(item) == other(replace(item, batch=False)):
        return "no batch price there"
    if item.batch and since(product, "batch_input") > day:
        return "no batch price here on that day"
    way = "batch_" if item.batch else ""
    if bill.cached and since(product, f"{way}cached_input") > day:
        return "no price of cached input here on that day"
    if bill.put and since(product, f"{way}cache_write") > day:
        return "no price of cache writes here on that day"
    return ""


def why_genai(item: Dated) -> str:
    """Why our bill and that of genai-prices differ; blank where they may not."""
    if known := bills.why(item.bill):
        return known
    if item.bill.product in OTHER_HISTORY and item.day < bills.book().price_date:
        return item.bill.product
    if date.max > since(item.bill.product, "peak_input") > item.day:
        return "no price of peak hours here on that day"
    return _unlike(item, genai)


def why_litellm(item: Dated) -> str:
    """The same of litellm's newest release, on the edition's day."""
    if known := bills.why(item.bill):
        return known
    fields = listed()[item.bill.product]
    if item.batch and item.bill.cached and item.bill.product == TWO_PRICES:
        return "0.015 USD for cached input in a batch, 0.02 by genai-prices, as here"
    if item.batch and item.bill.cached and "cache_read_input_token_cost_batches" not in fields:
        return "no batch price of cached input there"
    return _unlike(item, by_litellm)


def unexplained(
    items: Iterable[Dated],
    other: Callable[[Dated], float | None],
    why: Callable[[Dated], str],
) -> tuple[dict[Dated, tuple[float, float]], Counter[str]]:
    """Bills that differ without a reason, and how often each reason was needed."""
    wrong: dict[Dated, tuple[float, float]] = {}
    used: Counter[str] = Counter()
    for item in items:
        mine, theirs = ours(item), other(item)
        if mine is None or theirs is None:
            used["not priced"] += 1
        elif abs(mine - theirs) <= CENT:
            used["the same"] += 1
        elif reason := why(item):
            used[reason] += 1
        else:
            wrong[item] = (mine, theirs)
    return wrong, used


def today(items: Iterable[Dated]) -> Iterator[Dated]:
    return (replace(item, day=bills.book().price_date) for item in items)


def test_bills_of_other_days_agree_to_a_cent() -> None:
    wrong, used = unexplained(dated(60), genai, why_genai)
    assert wrong == {}
    assert used["the same"] >= 30


def test_bills_agree_with_litellms_fields_to_a_cent() -> None:
    wrong, used = unexplained(today(dated(60)), by_litellm, why_litellm)
    assert wrong == {}
    assert used["the same"] >= 30


def test_bills_of_what_litellm_alone_prices_agree_to_a_cent() -> None:
    wrong, used = unexplained(of_litellm(40), by_litellm, why_litellm)
    assert wrong == {}
    assert used["the same"] >= 20


@pytest.mark.soak
def test_a_thousand_bills_of_what_litellm_prices_agree_to_a_cent() -> None:
    wrong, used = unexplained(of_litellm(1000), by_litellm, why_litellm)
    assert wrong == {}
    assert used["the same"] >= 600


@pytest.mark.soak
def test_a_thousand_bills_of_other_days_agree_to_a_cent() -> None:
    wrong, used = unexplained(dated(1000), genai, why_genai)
    assert wrong == {}
    assert used["the same"] >= 600
    assert set(OTHER_HISTORY) <= set(used)  # every reason is needed
    wrong, used = unexplained(today(dated(1000)), by_litellm, why_litellm)
    assert wrong == {}
    assert used["the same"] >= 600


def test_a_price_known_from_a_later_day_is_said() -> None:
    """Claude Haiku 5.5: cache writes are priced from 2026-11-20 on, the rest from October on."""
    product = "anthropic/claude-haiku-5.5"
    assert since(product, "cache_write") == date(2026, 11, 20)
    bill = bills.Bill(product, 50_000, 100, 0, 50_000)

    def said(day: date) -> list[str]:
        found = compare(bill.scenario, book(day)).option(f"none>managed_api:{product}")
        assert found is not None
        return [item.text for item in found.not_modelled if "known from" in item.text]

    (text,) = said(date(2026, 11, 19))
    assert text.startswith("The price of putting input into a cache is known from 2026-11-20 on;")
    assert said(date(2026, 11, 20)) == []
