"""Bills of caches told in public: in batches, in long prompts, and of prompts too short for one.

As in ``test_bills_of_threads``: each names the address and the day.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.calculators.options.test_token_bills import usd

FRONTIER: dict[str, Any] = {"quality_class": "frontier", "output_tokens": 0}


def each(product: str, **asked: Any) -> float:
    """USD of one request."""
    return usd(product, **{"cached_input_share": 0, **FRONTIER, **asked}) / 1000


@pytest.mark.parametrize(
    ("read", "fresh", "again", "put", "written"),
    [(272_000, 0.10, 0.01, 0.125, 0.60), (272_001, 0.20, 0.02, 0.25, 0.90)],
)
def test_a_batch_of_luna_on_both_sides_of_its_tier(
    read: int, fresh: float, again: float, put: float, written: float
) -> None:
    """github.com/BerriAI/litellm/pull/39861, GPT-5.6 Luna, read 2026-11-27.

    Up to 272,000 tokens 0.10 in, 0.01 repeated, 0.125 written to the cache, 0.60 out; above twice
    the first three and 0.90. Half repeated, a quarter put there, 1,000 out.
    """
    asked = {
        "input_tokens": read,
        "output_tokens": 1000,
        "can_wait_hours": 24,
        "cached_input_share": 0.5,
        "cache_writes_share": 0.25,
    }
    tokens = (read / 4, read / 2, read / 4, 1000)
    expected = sum(n * p for n, p in zip(tokens, (fresh, again, put, written), strict=True)) / 1e6
    assert each("openai/gpt-5.6-luna", **asked) == pytest.approx(expected)


@pytest.mark.parametrize(
    "product",
    ["anthropic/claude-sonnet-5", "anthropic/claude-opus-5", "anthropic/claude-sonnet-4.6"],
)
def test_a_batch_of_claude_halves_everything(product: str) -> None:
    """github.com/BYK/loreai/pull/503, 2026-06-02: in, out, repeated and written tokens alike.

    Of Sonnet 5 2 + 12 x 0.1 + 6 x 1.25 + 2.50 = 13.20 a thousand; 21.90 with the cache as at once.
    """
    asked = {
        "input_tokens": 20_000,
        "output_tokens": 500,
        "cached_input_share": 0.6,
        "cache_writes_share": 0.3,
    }
    at_once, later = (each(product, **asked, can_wait_hours=hours) for hours in (0, 24))
    assert later == pytest.approx(at_once / 2)


def test_nine_tenths_of_ten_thousand_tokens_repeated() -> None:
    """github.com/morganlinton/VulcanBench/pull/7, 2026-07-03: they count as 1,900 of GPT-5.5.

    1,000 + 9,000 x 0.1, at 5 USD a million; 10,000 were billed there by mistake.
    """
    asked = {"input_tokens": 10_000, "cached_input_share": 0.9}
    assert each("openai/gpt-5.5", **asked) == pytest.approx(1900 * 5 / 1e6)


@pytest.mark.parametrize(
    ("product", "least", "repeated"),
    [
        # github.com/elgorro/aiquila/issues/415, 2026-07-31: of one vendor, by model
        ("anthropic/claude-opus-5", 512, 0.1),
        ("anthropic/claude-fable-5.1", 512, 0.025),
        ("anthropic/claude-sonnet-5", 1024, 0.1),
        ("anthropic/claude-sonnet-4.6", 1024, 0.1),
        ("anthropic/claude-sonnet-4.5", 1024, 0.1),
        # github.com/browser-use/browser-use/pull/3924, 2026-01-23: prompts made longer for it
        ("anthropic/claude-opus-4.5", 4096, 0.1),
        ("anthropic/claude-haiku-4.5", 4096, 0.1),
        # github.com/aws/aws-sdk-ruby/issues/3396, 2026-06-22: at Amazon too
        ("aws/bedrock-claude-haiku-4.5", 4096, 0.1),
    ],
)
def test_a_prompt_is_cached_from_so_many_tokens_on(
    product: str, least: int, repeated: float
) -> None:
    """One token fewer is billed in full, without a word from the vendor.

    ``repeated``: what a token that is read from the cache costs, of a plain one.
    """
    share = {"cached_input_share": 0.5}
    full, short = (each(product, input_tokens=least - 1, **kind) for kind in ({}, share))
    assert short == pytest.approx(full)
    whole, cached = (each(product, input_tokens=least, **kind) for kind in ({}, share))
    assert cached == pytest.approx(whole * (0.5 + 0.5 * repeated))


def test_1_964_tokens_of_opus_4_5_are_not_cached() -> None:
    """github.com/SillyTavern/SillyTavern/issues/4835, 2025-11-28: no read, no write, three hosts.

    1,964 x 5 + 228 x 25 millionths, whatever is marked for the cache.
    """
    asked = {
        "input_tokens": 1964,
        "output_tokens": 228,
        "cached_input_share": 0.5,
        "cache_writes_share": 0.5,
    }
    expected = (1964 * 5 + 228 * 25) / 1e6
    assert each("anthropic/claude-opus-4.5", **asked) == pytest.approx(expected)


def test_an_agent_on_sonnet_4_5_writes_where_haiku_4_5_does_not() -> None:
    """github.com/anthropics/anthropic-sdk-python/issues/1085, 2025-11-25: the same 3,000 tokens."""
    asked = {"input_tokens": 3000, "cache_writes_share": 1}
    assert each("anthropic/claude-sonnet-4.5", **asked) == pytest.approx(3000 * 3.75 / 1e6)
    assert each("anthropic/claude-haiku-4.5", **asked) == pytest.approx(3000 * 1.0 / 1e6)
