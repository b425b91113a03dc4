"""Token bills against the calculator of another package, to a cent in a month of 1,000 requests.

Random models, lengths, cached and written shares, from a fixed seed. Where the two differ the
reason is named, and only there: a reason that explains nothing any more fails the test.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from genai_prices import Usage, calc_price

import pricing.refreshing
from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.market import Market
from calculators.memory import Memory
from calculators.points import Points
from calculators.scenario import Scenario, build
from pricing.book import PriceBook
from pricing.schema import ServiceRow, TokenTermsRow

IDS = Path(pricing.refreshing.__file__).parent / "genai_ids.csv"
REQUESTS = 1000
LENGTHS = (500, 5_000, 60_000, 250_000, 300_000, 600_000)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)  # a Thursday
PEAK = datetime(2026, 11, 26, 2, tzinfo=UTC)
PEAK_SHARE = 35 / 168  # of an even week: five days of seven hours
CENT = 0.01

OTHER_PRICE: Mapping[str, str] = {
    "cloudflare/llama-3.2-3b": "rounded otherwise: 0.0509 and 0.051 USD",
    "cloudflare/qwen3-30b-a3b": "rounded otherwise: 0.0509 and 0.051 USD",
    "ovhcloud/gpt-oss-120b": "a price in euros, at another rate",
    "ovhcloud/gpt-oss-20b": "a price in euros, at another rate",
    "ovhcloud/llama-3.1-8b": "a price in euros, at another rate",
    "ovhcloud/llama-3.3-70b": "a price in euros, at another rate",
    "ovhcloud/mistral-7b": "a price in euros, at another rate",
    "ovhcloud/qwen3-32b": "a price in euros, at another rate",
}
"""Products whose price for a token is another one there: our rows are litellm's."""


BY_NO_NAME = frozenset({"fireworks/gpt-oss-20b", "fireworks/llama-3.1-8b"})
"""Products the package prices and finds under no name one may ask for."""


@dataclass(frozen=True)
class Bill:
    """One random bill."""

    product: str
    read: int
    written: int
    cached: int
    put: int  # into the cache

    @property
    def scenario(self) -> Scenario:
        """What is asked, with nothing but the vendor's bill in it."""
        row = services()[self.product]
        return build(
            {
                "task": row.task,
                "model": row.model,
                "params_millions": None if row.model else 8000,
                "quality_class": row.quality_class or "small",
                "input_tokens": self.read,
                "output_tokens": self.written,
                "cached_input_share": self.cached / self.read,
                "cache_writes_share": self.put / self.read,
                "requests_per_month": REQUESTS,
                "peak_to_mean": 1,
                "text_language": "any",
                "data_sensitivity": "public",
                "horizon_months": 1,
            }
        )


@cache
def book() -> PriceBook:
    return PriceBook.load()


@cache
def services() -> Mapping[str, ServiceRow]:
    return {row.product: row for row in Market(book(), "us").services_anywhere()}


@cache
def least_cached() -> Mapping[str, float]:
    """As the vendor states it, else the most that another seller of the same model does."""
    rows = {row.product: row for row in book().table("token_terms", TokenTermsRow)}
    most: dict[str, float] = {}
    for name, row in rows.items():
        model = services()[name].model
        most[model] = max(most.get(model, 0.0), (model and row.cache_least) or 0.0)
    return {
        name: most[services()[name].model] if row.cache_least is None else row.cache_least
        for name, row in rows.items()
    }


@cache
def windows() -> Mapping[str, float]:
    rows = book().table("token_terms", TokenTermsRow)
    return {row.product: row.window for row in rows if row.window is not None}


@cache
def models() -> Mapping[str, tuple[str, str]]:
    """Product -> provider and model, of products still sold."""
    with IDS.open(encoding="utf-8", newline="") as lines:
        found = {row["product"]: (row["provider"], row["model"]) for row in csv.DictReader(lines)}
    sold = {
        row.product
        for row in services().values()
        if row.kind == "token_api"
        and (row.retires_on is None or row.retires_on > book().price_date)
    }
    return {name: model for name, model in found.items() if name in sold - BY_NO_NAME}


def bills(count: int, products: Iterable[str] = ()) -> Iterator[Bill]:
    draw = random.Random(20261126)
    names = sorted(products or models())
    for _ in range(count):
        name = draw.choice(names)
        longest = draw.choice(LENGTHS)
        read = draw.randint(longest // 2, longest)
        if services()[name].task == "text_embedding":
            yield Bill(name, read, 0, 0, 0)
            continue
        cached = round(read * draw.choice((0, 0.5, 0.9)))
        put = draw.choice((0, (read - cached) // 2, read - cached))
        yield Bill(name, read, draw.randint(10, 4000), cached, put)


def ours(bill: Bill) -> float:
    """USD a month of the vendor's own bill."""
    only = {"managed_api": frozenset({bill.product})}
    found = evaluate(memory().case(Points(bill.scenario), book(), only))
    pair, own = found.where(found.at[f"none>managed_api:{bill.product}"])
    return sum(item.amount_usd for item in pair.line_items(own, 0) if item.category == "compute")


@cache
def memory() -> Memory:
    return Memory()


def theirs(bill: Bill) -> float:
    """The same by the package: an even week has both prices of a peak."""
    usage = Usage(
        input_tokens=bill.read,
        cache_read_tokens=bill.cached,
        cache_write_tokens=bill.put,
        output_tokens=bill.written,
    )
    provider, model = models()[bill.product]
    at_noon, at_peak = (
        float(
            calc_price(
                usage, model_ref=model, provider_id=provider, genai_request_timestamp=when
            ).total_price
        )
        for when in (NOON, PEAK)
    )
    return REQUESTS * (at_noon * (1 - PEAK_SHARE) + at_peak * PEAK_SHARE)


def why(bill: Bill) -> str:
    """Why the two differ; blank where they may not."""
    if bill.product in OTHER_PRICE:
        return bill.product
    if bill.read < least_cached().get(bill.product, 0.0) and bill.cached + bill.put > 0:
        return "too short to be cached"  # the package bills a cache there is none of
    if bill.read + bill.written > windows().get(bill.product, float("inf")):
        return "too long"  # refused here; the package keeps a tier that has ended
    return ""


def unexplained(count: int) -> tuple[dict[str, tuple[float, float]], set[str]]:
    """Bills that differ without a reason, and the reasons that were needed."""
    wrong, used = {}, set()
    for bill in bills(count):
        mine, other = ours(bill), theirs(bill)
        if abs(mine - other) > CENT:
            reason = why(bill)
            used.add(reason)
            if not reason:
                wrong[str(bill)] = (mine, other)
    return wrong, used


def test_bills_agree_to_a_cent() -> None:
    assert unexplained(60)[0] == {}


@pytest.mark.soak
def test_a_thousand_bills_agree_to_a_cent_and_every_reason_is_needed() -> None:
    wrong, used = unexplained(1000)
    assert wrong == {}
    assert used == {*OTHER_PRICE, "too short to be cached", "too long"}


def test_a_comparison_bills_the_same() -> None:
    bill = next(bill for bill in bills(200) if bill.product == "google/gemini-3.8-flash")
    found = compare(bill.scenario, book()).option(f"none>managed_api:{bill.product}")
    assert found is not None
    own = sum(item.amount_usd for item in found.line_items if item.category == "compute")
    assert own == pytest.approx(theirs(bill), abs=CENT)
