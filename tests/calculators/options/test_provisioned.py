"""Units that are paid whether used or not: by the hour, by contract, for a custom model."""

from __future__ import annotations

import math
from typing import Any

import pytest

from calculators.compare import compare
from calculators.market import Market
from calculators.memory import SHARED
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import items, option

BOOK = PriceBook.load()
BARE: dict[str, Any] = {
    "staff_usd_per_hour": 0,
    "request_kb": 0,
    "response_kb": 0,
    "horizon_months": 1,
    "battery_wear": False,
    "data_sensitivity": "public",
    "latency_budget_ms": None,
    "ttft_budget_ms": None,
    "min_tokens_per_s": None,
    "discount_rate_pct": 0,
    "peak_to_mean": 1,
}
MINI = "none>managed_api:azure/provisioned-gpt-4.1-mini"
TITAN = "managed_api>managed_api:aws/bedrock-custom-titan-express"


MODELS = {row.product: row.model for row in Market(BOOK, "us").services_anywhere()}


def asked(name: str, **changes: Any) -> Option:
    """An option where the model it answers with is asked for."""
    model = MODELS[name.partition(":")[2]]
    made = from_preset("support_chat", {**BARE, "model": model, **changes}, BOOK)
    return option(compare(made, BOOK, SHARED), name)


def chat(name: str, requests: float, **changes: Any) -> Option:
    """1,000 tokens read and 250 written: 1,000 + 4 x 250 = 2,000 that a unit counts."""
    lengths = {"input_tokens": 1000, "output_tokens": 250}
    return asked(name, requests_per_month=requests, **lengths, **changes)


def standing(chosen: Option) -> float:
    return items(chosen)["Endpoint running all month"].quantity


def test_the_least_is_fifteen_units_however_little_is_asked() -> None:
    assert standing(chat(MINI, 1)) == pytest.approx(15 * 730)
    assert items(chat(MINI, 1))["Endpoint running all month"].amount_usd == pytest.approx(10_950)


def test_more_load_needs_five_units_more() -> None:
    """14,900 tokens a minute a unit: 15 units answer 14,900 / 60 / 2,000 x 15 = 1.8625 a second.

    Over 2,628,000 s a month that is 4,894,650 requests; one more needs 20 units.
    """
    full = 14_900 / 60 / 2000 * 15 * 2_628_000
    assert full == pytest.approx(4_894_650)
    assert standing(chat(MINI, math.floor(full * 0.9999))) == pytest.approx(15 * 730)
    assert standing(chat(MINI, math.ceil(full * 1.0001))) == pytest.approx(20 * 730)


def test_a_contract_is_paid_to_its_end() -> None:
    """15 units x 221 USD a month: one month inside the period, eleven after it."""
    lines = items(chat(f"{MINI}-1y", 1))
    assert lines["Endpoint running all month"].amount_usd == pytest.approx(3315)
    assert lines["Commitment left after the period"].amount_usd == pytest.approx(11 * 3315)
    year = items(chat(f"{MINI}-1y", 1, horizon_months=12))
    assert year["Endpoint running all month"].amount_usd == pytest.approx(12 * 3315)
    assert "Commitment left after the period" not in year
    # a second contract begins in month 13
    more = items(chat(f"{MINI}-1y", 1, horizon_months=13))
    assert more["Commitment left after the period"].amount_usd == pytest.approx(11 * 3315)


def test_a_longer_contract_than_accepted_is_refused() -> None:
    refused = chat(f"{MINI}-1y", 1, max_commitment="on_demand")
    assert refused.status == "infeasible"
    assert "Sold for 12 months at a time; you accept 0." in refused.reasons
    assert chat(f"{MINI}-1y", 1, max_commitment="1y").status == "feasible"


def tuned(name: str, requests: float, **changes: Any) -> Option:
    own = {"own_model_required": True, "training_method": "fine_tune", "retrains_per_month": 0}
    lengths = {"input_tokens": 1000, "output_tokens": 250, "cached_input_share": 0}
    return asked(name, requests_per_month=requests, **own, **lengths, **changes)


def test_a_custom_model_on_bedrock_stands_by_the_hour() -> None:
    """20.50 USD an hour: 14,965 a month for a model nobody asks; 2,700 in 5.5 days."""
    lines = items(tuned(TITAN, 10))
    assert lines["Endpoint running all month"].amount_usd == pytest.approx(20.5 * 730)
    assert lines["Base fee"].amount_usd == pytest.approx(1.95)
    days = 2700 / 20.5 / 24
    assert days == pytest.approx(5.5, abs=0.02)


def test_what_one_model_unit_answers_is_not_known() -> None:
    assert tuned(TITAN, 10).status == "feasible"
    many = tuned(TITAN, 1e8)
    assert many.status == "incomplete"
    assert "how many requests a second one unit" in many.missing[0]


def test_a_fine_tuned_model_on_azure_is_hosted_and_counted() -> None:
    """1.70 x 730 = 1,241 for standing ready; 1,000 requests: 1 M x 0.40 + 0.25 M x 1.60 = 0.80."""
    lines = items(tuned("managed_api>managed_api:azure/ft-gpt-4.1-mini", 1000))
    assert lines["Endpoint running all month"].amount_usd == pytest.approx(1241)
    assert lines["Input tokens"].amount_usd == pytest.approx(0.4)
    assert lines["Output tokens"].amount_usd == pytest.approx(0.4)
