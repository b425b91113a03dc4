"""Bills of answers ahead of others at the vendors' own prices, by hand; both sides of their day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calculators.compare import compare
from calculators.explore.sweep import sweep
from calculators.market.forms.priority import NO_TIER, RULE
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.options.test_token_bills import BARE, bill, book, model_of, usd

AHEAD: dict[str, Any] = {
    "service_tier": "priority",
    "input_tokens": 10_000,
    "output_tokens": 1000,
    "cached_input_share": 0.5,
}


def told(option: Option) -> list[str]:
    return [item.text for item in option.findings if item.rule == RULE]


@pytest.mark.parametrize(
    ("product", "quality", "prices"),
    [
        ("openai/gpt-4o", "frontier", (4.25, 2.125, 17.0)),
        ("openai/gpt-6-luna", "small", (0.2, 0.02, 1.0)),
        ("aws/bedrock-nova-2-lite", "small", (0.525, 0.13125, 4.375)),
        ("google/gemini-2.5-flash-lite", "small", (0.18, 0.018, 0.72)),
        # no cached price in either tier: all of the input is billed as such
        ("aws/bedrock-gpt-oss-120b", "mid", (0.2625, 0.2625, 1.05)),
    ],
)
def test_a_thousand_requests_ahead_of_others(
    product: str, quality: str, prices: tuple[float, float, float]
) -> None:
    """1,000 x (5,000 read + 5,000 read again + 1,000 written): 5, 5 and 1 million tokens."""
    read, again, written = prices
    found = usd(product, **AHEAD, quality_class=quality)
    assert found == pytest.approx(5 * read + 5 * again + 1 * written)


def test_gpt_4o_ahead_of_others_against_in_turn() -> None:
    """5 x 4.25 + 5 x 2.125 + 17 = 48.875 USD; in turn 5 x 2.50 + 5 x 1.25 + 10 = 28.75.

    The ratio, 1.7, is that of every one of its prices.
    """
    ahead = usd("openai/gpt-4o", **AHEAD, quality_class="frontier")
    turn = usd("openai/gpt-4o", **{**AHEAD, "service_tier": "standard"}, quality_class="frontier")
    assert [ahead, turn] == pytest.approx([48.875, 28.75])
    assert ahead / turn == pytest.approx(1.7)


@pytest.mark.parametrize(
    ("read", "price_in", "price_out"), [(200_000, 2.25, 18), (200_001, 4.5, 27)]
)
def test_gemini_2_5_pro_ahead_of_others_above_200k(
    read: int, price_in: float, price_out: float
) -> None:
    own = {**AHEAD, "input_tokens": read, "cached_input_share": 0, "quality_class": "frontier"}
    found = usd("google/gemini-2.5-pro", **own)
    assert found == pytest.approx(read * price_in / 1e3 + 1000 * price_out / 1e3)


@pytest.mark.parametrize(("read", "status"), [(272_000, "feasible"), (272_001, "incomplete")])
def test_gpt_5_4_sells_no_long_prompts_ahead_of_others(read: int, status: str) -> None:
    """Its price list has none: missing, not billed at that of short ones or of answers in turn."""
    own = {**AHEAD, "input_tokens": read, "cached_input_share": 0, "quality_class": "frontier"}
    chosen = bill("openai/gpt-5.4", **own)
    assert chosen.status == status
    lacks = [what for what in chosen.missing if "ahead of others" in what]
    assert bool(lacks) == (status == "incomplete")


def test_claude_has_no_such_tier_and_keeps_its_price() -> None:
    ahead = bill("anthropic/claude-haiku-4.5", **AHEAD)
    turn = bill("anthropic/claude-haiku-4.5", **{**AHEAD, "service_tier": "standard"})
    # 5 x 1.00 + 5 x 0.10 + 5.00
    assert ahead.company_usd == turn.company_usd == pytest.approx(10.5)
    assert told(ahead) == [NO_TIER.text]
    assert told(turn) == []
    assert ahead.status == turn.status


def on(day: date, **changes: Any) -> Option:
    own = {**BARE, **AHEAD, "model": model_of("openai/gpt-4o"), **changes}
    dated = PriceBook.load(price_date=day)
    found = compare(from_preset("support_chat", own, dated), dated)
    chosen = found.option("none>managed_api:openai/gpt-4o")
    assert chosen is not None
    return chosen


@pytest.mark.parametrize(
    ("day", "total"), [(date(2026, 11, 19), 28.75), (date(2026, 11, 20), 48.875)]
)
def test_the_day_before_its_first_price_the_tier_is_said_and_not_billed(
    day: date, total: float
) -> None:
    chosen = on(day)
    assert chosen.company_usd == pytest.approx(total)
    (text,) = told(chosen)
    assert ("known from 2026-11-20 on" in text) == (total == 28.75)


def test_a_sweep_over_days_bills_each_by_its_own() -> None:
    own = {**BARE, **AHEAD, "model": model_of("openai/gpt-4o")}
    days = [date(2026, 11, 20), date(2026, 11, 19)]
    asked = from_preset("support_chat", own, book())
    found = sweep(asked, "price_date", days, book(), figures=("company",))
    row = found.at["none>managed_api:openai/gpt-4o"]
    assert found.figures["company"][row].tolist() == pytest.approx([48.875, 28.75])


@pytest.mark.parametrize("tier", ["standard", "priority"])
def test_a_price_of_another_region_stays_one_ahead_of_others(tier: str) -> None:
    """Nova 2 Lite is priced for us-east-1; its tier, from the same file, says no region."""
    for region, elsewhere in (("us", False), ("eu", True)):
        asked = {**AHEAD, "service_tier": tier, "region": region, "quality_class": "small"}
        assert bill("aws/bedrock-nova-2-lite", **asked).other_region == elsewhere
