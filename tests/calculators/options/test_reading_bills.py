"""Language models that look, listen and read pages instead of a ready-made service: whole bills.

A month of 1,000 requests in the real book, by each model's own rule: USD = 1,000 x (tokens read x
price + tokens written x price) / 1,000,000. Instructions are 100 tokens, answers 30 to a picture
that is judged, 15 to one that is sorted, 3.2 for a second of speech, 600 to a page (assumptions).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook

REQUESTS = 1000
ASKED: dict[str, Any] = {
    "other_models": True,
    "requests_per_month": REQUESTS,
    "horizon_months": 1,
    "text_language": "any",
    "data_sensitivity": "public",
    "latency_budget_ms": None,
}


@cache
def book() -> PriceBook:
    return PriceBook.load()


def option(preset: str, product: str, **changes: Any) -> Option:
    found = compare(from_preset(preset, {**ASKED, **changes}, book()), book())
    chosen = found.option(f"none>managed_api:{product}")
    assert chosen is not None
    return chosen


def usd(preset: str, product: str, **changes: Any) -> float:
    lines = option(preset, product, **changes).line_items
    return sum(line.amount_usd for line in lines if line.category == "compute")


def bill(read: float, price_in: float, written: float, price_out: float) -> float:
    """USD of the requests; prices by the million."""
    return REQUESTS * (read * price_in + written * price_out) / 1e6


@pytest.mark.parametrize(
    ("product", "tokens", "prices"),
    [
        # squares of 28 px: ceil(1024 / 28) = 37; 37 x 37
        ("anthropic/claude-haiku-5.5", 1369, (0.1, 0.5)),
        # fitted into 1,568 tokens: 37 x 37 fits as well
        ("aws/bedrock-claude-haiku-4.5", 1369, (1, 5)),
        # one picture, whatever its size
        ("novita/gemma-3-12b", 256, (0.05, 0.1)),
        # squares of 32 px: 32 x 32
        ("deepinfra/qwen3.5-9b", 1024, (0.1, 0.15)),
        # 32 x 32 squares x 1.2 = 1,228.8, up to a whole one
        ("openai/gpt-5.5", 1229, (5, 30)),
        # shrunk to 768 x 768: four tiles of 512 px; 85 + 4 x 170
        ("azure/openai-gpt-4o", 765, (2.5, 10)),
    ],
)
def test_a_picture_that_is_judged(product: str, tokens: int, prices: tuple[float, float]) -> None:
    size = {"image_width_px": 1024, "image_height_px": 1024}
    price_in, price_out = (book().tariff(f"{product}/{m}", "us") for m in ("input", "output"))
    assert price_in is not None
    assert price_out is not None
    assert (price_in.usd, price_out.usd) == pytest.approx(prices)
    expected = bill(tokens + 100, prices[0], 30, prices[1])
    assert usd("photo_moderation", product, **size) == pytest.approx(expected)


def test_a_picture_to_gemini_3() -> None:
    """1,120 tokens at the usual resolution, whatever the size: 1,220 x 0.25 and 30 x 1.50 USD."""
    size = {"image_width_px": 4000, "image_height_px": 3000}
    found = usd("photo_moderation", "google/gemini-3.1-flash-lite", **size)
    assert found == pytest.approx(bill(1120 + 100, 0.25, 30, 1.5))


def test_a_picture_larger_than_gpt_5_2_reads() -> None:
    """4,032 x 3,024 px into 2,048: 2,048 x 1,536, 64 x 48 = 3,072 squares x 1.2 = 3,686.4."""
    size = {"image_width_px": 4032, "image_height_px": 3024}
    (line,) = (
        line
        for line in option("photo_moderation", "openai/gpt-5.2", **size).line_items
        if line.name.startswith("Input tokens")
    )
    assert line.quantity == pytest.approx(REQUESTS * (3687 + 100) / 1e6)


def test_a_minute_of_speech() -> None:
    """25 tokens a second: 1,500 and 100 of instructions; 192 written, at 0.30 and 2.50 USD."""
    found = usd("voice_notes", "gcp/vertex-gemini-3.5-flash-lite", audio_seconds=60)
    assert found == pytest.approx(bill(1500 + 100, 0.3, 192, 2.5))


def test_a_minute_of_speech_at_a_price_of_its_own() -> None:
    """Gemini 3.1 Flash-Lite: 1,500 of sound at 0.50 USD, 100 of text at 0.25; 192 at 1.50."""
    found = usd("voice_notes", "google/gemini-3.1-flash-lite", audio_seconds=60)
    assert found == pytest.approx(REQUESTS * (1500 * 0.5 + 100 * 0.25 + 192 * 1.5) / 1e6)


@pytest.mark.parametrize(
    ("product", "read", "prices"),
    [
        # a picture of 1,534 tokens; of one page in ten the text besides: 0.1 x 600
        ("anthropic/claude-haiku-4.5", 1534 + 60, (1, 5)),
        ("anthropic/claude-haiku-5.5", 1534 + 60, (0.1, 0.5)),
        # so many a page, its text or none
        ("google/gemini-2.5-flash-lite", 258, (0.1, 0.4)),
        ("google/gemini-3.1-flash-lite", 560, (0.25, 1.5)),
    ],
)
def test_a_page_of_a_document(product: str, read: float, prices: tuple[float, float]) -> None:
    found = usd("document_ocr", product)
    assert found == pytest.approx(bill(read + 100, prices[0], 600, prices[1]))


def test_three_pages_hold_three_times_the_text() -> None:
    """3 x 10 x 20 squares and 100 of instructions read, 3 x 600 written."""
    size = {"image_width_px": 280, "image_height_px": 560, "images_per_request": 3}
    found = usd("document_ocr", "anthropic/claude-haiku-4.5", **size)
    assert found == pytest.approx(bill(3 * 200 + 100, 1, 1800, 5))


def test_a_page_whose_size_is_stated_is_a_picture() -> None:
    """280 x 560 px are 10 x 20 squares, not the 1,534 tokens of a document; no text besides."""
    size = {"image_width_px": 280, "image_height_px": 560}
    found = usd("document_ocr", "anthropic/claude-haiku-4.5", **size)
    assert found == pytest.approx(bill(10 * 20 + 100, 1, 600, 5))


def test_what_is_not_said_to_take_pictures_is_no_candidate() -> None:
    """Nova Lite takes them, but how it counts them is not known; gpt-oss does not take any."""
    found = compare(from_preset("photo_moderation", ASKED, book()), book())
    assert found.option("none>managed_api:aws/bedrock-nova-lite") is None
    assert found.option("none>managed_api:novita/gpt-oss-120b") is None
    assert found.option("none>managed_api:novita/gemma-3-12b") is not None


def test_they_stand_beside_the_answer_and_are_ranked_only_when_asked_for() -> None:
    asked = {key: value for key, value in ASKED.items() if key != "other_models"}
    found = compare(from_preset("photo_moderation", asked, book()), book())
    assert not any(item.reads for item in found.options)
    assert any(item.option.reads for item in found.alternatives)
