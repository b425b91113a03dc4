"""Bills people were surprised by, with the arithmetic: what surrounds the price of a token."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from calculators.compare import compare
from calculators.costs.tokens import text_ratio
from calculators.market import Market
from calculators.memory import Memory
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from pricing.schema import PriceRow

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
    "text_language": "any",
    "requests_per_month": 1000,
}

FIRST_OF_FORMS = date(2026, 11, 26)  # the first edition with prices of these forms


@cache
def book() -> PriceBook:
    return PriceBook.load()


@cache
def market() -> Market:
    return Market(book(), "us")


def model_of(product: str) -> str:
    return next(row.model for row in market().services_anywhere() if row.product == product)


def bill(product: str, **changes: Any) -> Option:
    asked = {**BARE, "model": model_of(product), **changes}
    found = compare(from_preset("support_chat", asked, book()), book())
    chosen = found.option(f"none>managed_api:{product}")
    assert chosen is not None
    return chosen


def usd(product: str, **changes: Any) -> float:
    found = bill(product, **changes).company_usd
    assert found is not None
    return found


def test_a_long_prompt_to_gemini_2_5_pro() -> None:
    """Above 200k tokens the whole request: 2.50 in, 0.25 cached, 15 out USD a million.

    262,960 tokens of which 257,915 cached: 5,045 x 2.50 + 257,915 x 0.25 + 1,744 x 15 = 12,612.5
    + 64,478.75 + 26,160 millionths = 0.10325 USD; at 98.1 % exactly it is 103.14 a thousand.
    """
    own = {"input_tokens": 262_960, "output_tokens": 1744, "quality_class": "frontier"}
    read = usd("google/gemini-2.5-pro", **own, cached_input_share=0.981)
    assert read == pytest.approx(103.14, abs=0.005)
    # at the prices of short prompts it would be 55.94
    assert read > 1.8 * 55.94


def test_writing_the_cache_of_haiku_4_5() -> None:
    """A prompt of 17,111 tokens, 17,102 of them written once and read once, 500 times each.

    17,102 x 1.25 + 17,102 x 0.10 + 2 x 9 x 1.00 = 23,105.7 millionths of a pair of requests.
    """
    half = 17_102 / 17_111 / 2
    own = {"input_tokens": 17_111, "output_tokens": 0, "cached_input_share": half}
    assert usd("anthropic/claude-haiku-4.5", **own, cache_writes_share=half) == pytest.approx(
        11.55, abs=0.005
    )
    assert usd("anthropic/claude-haiku-4.5", **own) == pytest.approx(9.42, abs=0.005)


@pytest.mark.parametrize(
    ("product", "quality", "tokens", "price"),
    [("openai/gpt-4o-mini", "small", 25_501, 0.15), ("openai/gpt-4o", "frontier", 765, 2.5)],
)
def test_one_image_to_two_models(product: str, quality: str, tokens: int, price: float) -> None:
    """The cheaper model reads the image as 33 times the tokens: the order is reversed."""
    found = usd(
        product,
        quality_class=quality,
        input_tokens=0,
        output_tokens=0,
        cached_input_share=0,
        images_per_request=1,
        image_width_px=1024,
        image_height_px=1024,
    )
    assert found == pytest.approx(tokens * price / 1000)


def test_the_peak_of_deepseek() -> None:
    """An even load has 35 of 168 hours at twice the price: +20.8 %."""
    own = {"input_tokens": 1000, "output_tokens": 100, "cached_input_share": 0, "peak_to_mean": 1}
    found = usd("deepseek/deepseek-v4-flash", quality_class="mid", **own)
    flat = 1000 * (1000 * 0.15 + 100 * 0.6) / 1e6
    assert found / flat == pytest.approx(1 + 35 / 168, rel=1e-9)


def test_hidden_output_of_a_model_that_thinks() -> None:
    """20 visible tokens and twice as many hidden ones at 0.50 USD a million, GPT-6 Luna."""
    own = {"input_tokens": 0, "output_tokens": 20, "reasoning": "high", "cached_input_share": 0}
    assert usd("openai/gpt-6-luna", **own) == pytest.approx(1000 * 60 * 0.5 / 1e6)


def test_the_same_text_on_two_models_of_one_price() -> None:
    """Haiku 5.5 and GPT-6 Luna both cost 0.10 and 0.50; English is 1.462 times as many tokens.

    Entered as GPT-6 Luna counts it: 1,000 read and 100 written are 1,462 and 146 of Haiku's.
    """
    own = {"input_tokens": 1000, "output_tokens": 100, "cached_input_share": 0}
    luna = usd("openai/gpt-6-luna", **own, text_language="en")
    assert luna == pytest.approx(1000 * (1000 * 0.1 + 100 * 0.5) / 1e6)
    asked = {**BARE, **own, "model": "gpt-6-luna", "text_language": "en"}
    case = Memory().case(Points(from_preset("support_chat", asked, book())), book())
    every = case.market.services("text_generation")
    ratio = text_ratio(case, every)[every.ids.index("anthropic/claude-haiku-5.5"), 0]
    assert ratio == pytest.approx(551 / 377, rel=1e-3)
    same = 1000 * ratio, 100 * ratio
    entered = {"input_tokens": same[0], "output_tokens": same[1], "cached_input_share": 0}
    haiku = usd("anthropic/claude-haiku-5.5", **entered, text_language="en")
    assert haiku / luna == pytest.approx(551 / 377, rel=1e-3)


@pytest.mark.parametrize(("read", "rate"), [(100_000, 0.1), (100_001, 0.5)])
def test_haiku_5_5_costs_five_times_as_much_above_100k(read: int, rate: float) -> None:
    own = {"output_tokens": 0, "cached_input_share": 0}
    found = usd("anthropic/claude-haiku-5.5", input_tokens=read, **own)
    assert found == pytest.approx(1000 * read * rate / 1e6)


@pytest.mark.parametrize(
    ("read", "price_in", "price_out"), [(272_000, 0.1, 0.5), (272_001, 0.2, 0.75)]
)
def test_luna_above_272k(read: int, price_in: float, price_out: float) -> None:
    own = {"output_tokens": 1000, "cached_input_share": 0}
    found = usd("openai/gpt-6-luna", input_tokens=read, **own)
    assert found == pytest.approx(read * price_in / 1e3 + 1000 * price_out / 1e3)


@pytest.mark.parametrize(
    ("product", "quality", "read", "most"),
    [
        ("novita/llama-3.3-70b", "mid", 12_289, "12,288"),
        ("novita/llama-3.1-8b", "small", 16_385, "16,384"),
        ("cloudflare/llama-3.3-70b-fp8", "mid", 24_001, "24,000"),
        ("ovhcloud/qwen3-32b", "mid", 32_001, "32,000"),
        ("anthropic/claude-sonnet-4.5", "mid", 200_001, "200,000"),
    ],
)
def test_windows_of_hosts(product: str, quality: str, read: int, most: str) -> None:
    """The same weights are offered with windows from 12,288 tokens on."""
    own = {"output_tokens": 0, "quality_class": quality, "cached_input_share": 0}
    refused = bill(product, input_tokens=read, **own)
    assert refused.status == "infeasible"
    assert any(f"at most {most} tokens" in text for text in refused.reasons)
    fits = bill(product, input_tokens=read - 1, **own)
    said = [item.verdict for item in fits.findings if item.rule == "length"]
    assert said
    assert set(said) == {"pass"}


def test_batch_and_cache_by_vendor() -> None:
    """Claude's discounts multiply, Gemini 2.5's cached price stays, Groq's falls away."""
    own = {"input_tokens": 10_000, "output_tokens": 0, "cached_input_share": 0.5}
    own |= {"can_wait_hours": 24}
    half = 1000 * 5000 / 1e6  # Mtok
    assert usd("anthropic/claude-haiku-4.5", **own) == pytest.approx(half * (0.5 + 0.05))
    assert usd("google/gemini-2.5-flash-lite", **own) == pytest.approx(half * (0.05 + 0.01))
    groq = usd("groq/gpt-oss-20b", **own)
    price = book().tariff("groq/gpt-oss-20b/batch_input")
    assert price is not None
    assert groq == pytest.approx(2 * half * price.usd)


def test_processing_in_the_region_of_luna() -> None:
    own = {"input_tokens": 1000, "output_tokens": 100, "cached_input_share": 0}
    plain = usd("openai/gpt-6-luna", **own)
    assert usd("openai/gpt-6-luna", **own, data_sensitivity="personal") == pytest.approx(
        plain * 1.1
    )


def test_gemini_2_5_flash_ends_within_days() -> None:
    chosen = bill("google/gemini-2.5-flash", quality_class="mid", horizon_months=36)
    assert chosen.status == "infeasible"
    assert chosen.company_usd is not None
    assert "The vendor ends this model on 2026-12-01, within 90 days." in chosen.reasons


def test_long_prompts_and_writes_are_dearer_than_plain_ones() -> None:
    """No sign, no decimal point has slipped: each price against the one it stands beside."""
    usd_of = {row.key: row.value for row in book().every(PriceRow) if row.edition >= FIRST_OF_FORMS}
    current = {
        row.key: tariff.usd
        for row in book().every(PriceRow)
        if (tariff := book().tariff(row.key)) is not None
    }
    checked = 0
    for key, value in usd_of.items():
        product, _, meter = key.rpartition("/")
        for start, low, high in (
            ("long_", 1.2, 6),
            ("flex_", 0.3, 1),
            ("priority_", 1.2, 3),
            ("peak_", 2, 2),
            ("batch_", 0.2, 1.01),
        ):
            if meter.startswith(start) and value is not None:
                plain = current.get(f"{product}/{meter.removeprefix(start)}")
                if plain:
                    assert low - 1e-9 <= value / plain <= high + 1e-9, (key, value, plain)
                    checked += 1
    assert checked > 200


def test_sound_at_a_price_of_its_own() -> None:
    """60 s x 25 tokens: Gemini 3 Flash 1.00 USD a million where text is 0.50, 3.5 Flash 1.50.

    Gemini 3.1 Flash-Lite: 0.50 where text is 0.25.
    """
    own = {"input_tokens": 0, "output_tokens": 0, "cached_input_share": 0, "audio_seconds": 60}
    for product, price in (
        ("google/gemini-3-flash", 1.0),
        ("google/gemini-3.5-flash", 1.5),
        ("google/gemini-3.1-flash-lite", 0.5),
    ):
        chosen = bill(product, **own, quality_class="frontier")
        assert chosen.company_usd == pytest.approx(1500 * price / 1000)
        assert not [item for item in chosen.not_modelled if "sound" in item.text]
