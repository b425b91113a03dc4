"""What a list leaves out of its prices for long prompts follows that of plain tokens.

Whoever asks GPT-5.4 for 300,000 tokens pays twice the price of repeated input too: the tables hold
no row of it, litellm does. Each bill is 1,000 requests.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pricing.refreshing
from calculators.evaluation import evaluate
from calculators.memory import Memory
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import PriceBook
from pricing.tariffs import Tariff
from pricing.units import factor
from tests.calculators.options.test_token_bills import BARE, bill, book, market, usd

RECORDING = Path(__file__).parents[3] / "pricing" / "recordings" / "litellm-1.110.2.json"
KEYS = Path(pricing.refreshing.__file__).parent / "litellm_ids.csv"
QUANTITIES = ("cached_input", "cache_write")
FIELDS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cached_input": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}
FRONTIER: dict[str, Any] = {"quality_class": "frontier", "output_tokens": 1000}


def each(tariff: Tariff | None) -> float | None:
    """USD of a million tokens."""
    return None if tariff is None else tariff.usd / factor(tariff.unit, "token") * 1e6


def followers() -> Iterator[tuple[str, str, float, float | None]]:
    """Product, meter, its price times what plain tokens cost more, its price in long prompts."""
    found: PriceBook = book()
    for row in market().services_anywhere():
        for way in ("", "batch_", "flex_"):
            for quantity in FIELDS:
                plain = "output" if quantity == "output" else "input"
                names = (f"{way}{quantity}", f"long_{way}{quantity}", plain, f"long_{plain}")
                held = [each(found.tariff(f"{row.product}/{name}")) for name in names]
                short, long, here, there = held
                if quantity == plain and not way:
                    continue
                if short is not None and here is not None and there is not None:
                    yield row.product, f"{way}{quantity}", short * there / here, long


def test_every_price_that_is_known_of_both_is_in_step_with_plain_tokens() -> None:
    known = [(made, long) for _, _, made, long in followers() if long is not None]
    assert len(known) == 73
    for made, long in known:
        assert made == pytest.approx(long)


def test_so_is_every_other_that_litellm_holds() -> None:
    models = json.loads(RECORDING.read_text())["models"]
    with KEYS.open(encoding="utf-8", newline="") as lines:
        keys = {row["product"]: row["key"] for row in csv.DictReader(lines)}
    unlike, checked = {}, 0
    for product, meter, made, long in followers():
        way, quantity = next(
            (way, meter.removeprefix(f"{way}_"))
            for way in ("batch", "flex", "")
            if meter.startswith(f"{way}_") or not way
        )
        tail = "_tokens" + {"batch": "_batches", "flex": "_flex", "": ""}[way]
        fields = models.get(keys[product]) or {}
        name = re.compile(rf"{FIELDS[quantity]}_above_[0-9]+k{tail}")
        told = [value * 1e6 for key, value in fields.items() if name.fullmatch(key)]
        if long is None and told:
            checked += 1
            if told != [pytest.approx(made)]:
                unlike[product, meter] = (made, told)
    assert unlike == {}
    assert checked == 40


@pytest.mark.parametrize(
    ("product", "asked", "millionths"),
    [
        # 150,000 x 5 + 150,000 x 2 x 0.25 + 1,000 x 22.50
        ("openai/gpt-5.4", {"input_tokens": 300_000, "cached_input_share": 0.5}, 847_500),
        # 45,000 x 0.50 + 30,000 x 5 x 0.125 + 75,000 x 5 x 0.01 + 1,000 x 2.50
        (
            "aws/bedrock-claude-haiku-5.5",
            {"input_tokens": 150_000, "cached_input_share": 0.5, "cache_writes_share": 0.2},
            47_500,
        ),
        # the same in the United States, without writing: (75,000 x 0.50 + 3,750 + 2,500) x 1.1
        (
            "aws/bedrock-claude-haiku-5.5",
            {
                "input_tokens": 150_000,
                "cached_input_share": 0.5,
                "data_sensitivity": "personal",
            },
            48_125,
        ),
        # 300,000 x 0.60 + 300,000 x 2 x 0.06 + 1,000 x 2.40
        ("minimax/minimax-m3", {"input_tokens": 600_000, "cached_input_share": 0.5}, 218_400),
        # in a batch: 250,000 x 2 x 1 + 1,000 x 1.5 x 6
        ("google/gemini-3.1-pro", {"input_tokens": 250_000, "can_wait_hours": 24}, 509_000),
        # Google's batch leaves repeated input at 0.20: 150,000 x 2 + 100,000 x 2 x 0.20 + 9,000
        (
            "google/gemini-3.1-pro",
            {"input_tokens": 250_000, "can_wait_hours": 24, "cached_input_share": 0.4},
            349_000,
        ),
        # at an own price of 0.10 for repeated input: 750,000 + 150,000 x 2 x 0.10 + 22,500
        (
            "openai/gpt-5.4",
            {
                "input_tokens": 300_000,
                "cached_input_share": 0.5,
                "price.openai/gpt-5.4/cached_input": 0.1,
            },
            802_500,
        ),
        # own prices of plain tokens move nothing else: 150,000 x 4 + 75,000 + 22,500
        (
            "openai/gpt-5.4",
            {
                "input_tokens": 300_000,
                "cached_input_share": 0.5,
                "price.openai/gpt-5.4/input": 1.0,
                "price.openai/gpt-5.4/long_input": 4.0,
            },
            697_500,
        ),
    ],
)
def test_a_long_prompt_of_which_a_part_has_no_price_of_its_own(
    product: str, asked: dict[str, Any], millionths: float
) -> None:
    found = usd(product, **{"cached_input_share": 0, **FRONTIER, **asked})
    assert found == pytest.approx(millionths / 1000)


def test_a_sweep_of_a_price_of_plain_tokens_leaves_repeated_ones_alone() -> None:
    """150,000 x 5 or 10, and 75,000 + 22,500 both times."""
    own = {**FRONTIER, "input_tokens": 300_000, "cached_input_share": 0.5, "model": "gpt-5.4"}
    made = from_preset("support_chat", {**BARE, **own}, book())
    points = Points(made, 2, {"price.openai/gpt-5.4/long_input": np.array([5.0, 10.0])})
    only = {"managed_api": frozenset({"openai/gpt-5.4"})}
    found = evaluate(Memory().case(points, book(), only))
    company = found.company[found.at["none>managed_api:openai/gpt-5.4"]]
    assert company.tolist() == pytest.approx([847.5, 1597.5])


def test_what_follows_is_said() -> None:
    asked = {**FRONTIER, "input_tokens": 300_000, "cached_input_share": 0.5}
    chosen = bill("openai/gpt-5.4", **asked)
    (item,) = [item for item in chosen.not_modelled if item.rule == "price"]
    assert item.text.startswith("No price of input repeated from a cache is known here for prompts")
    assert item.errs == "either"
    for other in ({"input_tokens": 272_000}, {"cached_input_share": 0}):
        plain = bill("openai/gpt-5.4", **{**asked, **other})
        assert not [item for item in plain.not_modelled if item.rule == "price"]
    # a list that has the price says nothing
    assert not [
        item for item in bill("openai/gpt-5.6-luna", **asked).not_modelled if item.rule == "price"
    ]


def test_a_cache_without_a_batch_price_is_billed_as_at_once_and_said() -> None:
    """Claude Sonnet 5, half of 3,000 tokens repeated: 1,500 x 1 + 1,500 x 0.20 + 1,000 x 5.

    The vendor's batch halves the cache too (litellm: 0.10): the bill is too high, and says so.
    """
    asked = {**FRONTIER, "input_tokens": 3000, "cached_input_share": 0.5, "can_wait_hours": 24}
    assert usd("anthropic/claude-sonnet-5", **asked) == pytest.approx(1.5 + 0.3 + 5)
    chosen = bill("anthropic/claude-sonnet-5", **asked)
    said = [item for item in chosen.not_modelled if "answers that can wait" in item.text]
    assert [item.errs for item in said] == ["high"]
    for product, other in (
        ("anthropic/claude-sonnet-5", {"can_wait_hours": 0}),
        ("anthropic/claude-sonnet-5", {"cached_input_share": 0}),
        ("anthropic/claude-sonnet-5.5", {}),  # whose price of it is known
    ):
        silent = bill(product, **{**asked, **other})
        assert not [item for item in silent.not_modelled if "that can wait" in item.text]
