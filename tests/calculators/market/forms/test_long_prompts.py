"""What a list leaves out of its prices for long prompts follows that of plain tokens.

Whoever asks GPT-5.4 for 300,000 tokens pays twice the price of repeated input too: the tables held
no row of it before edition 2026-11-28, litellm did. Each bill is 1,000 requests.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pricing.refreshing
from calculators.evaluation import evaluate
from calculators.market import Market
from calculators.memory import Memory
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import PriceBook
from pricing.tariffs import Tariff
from pricing.units import factor
from tests.calculators.options.test_token_bills import BARE, bill, book, usd

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


@cache
def before() -> PriceBook:
    """The edition before that which holds them."""
    return PriceBook.load(edition=date(2026, 11, 27))


def followers(found: PriceBook) -> Iterator[tuple[str, str, float, float | None]]:
    """Product, meter, its price times what plain tokens cost more, its price in long prompts."""
    for row in Market(found, "us").services_anywhere():
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
    for edition, count in ((before(), 73), (book(), 158)):
        known = [(made, long) for _, _, made, long in followers(edition) if long is not None]
        assert len(known) == count
        for made, long in known:
            # GPT-5.4 lists 0.13 for half of 0.25, and twice that half as 0.25
            assert made == pytest.approx(long, abs=0.0101 if long == 0.25 else 1e-9)


def test_so_is_every_other_that_litellm_holds() -> None:
    models = json.loads(RECORDING.read_text())["models"]
    with KEYS.open(encoding="utf-8", newline="") as lines:
        keys = {row["product"]: row["key"] for row in csv.DictReader(lines)}
    unlike, checked = {}, 0
    for product, meter, made, long in followers(before()):
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


def test_what_still_follows() -> None:
    """Haiku 5.5 at Google has no long price in a batch, in no list that we read."""
    found = {(p, meter) for p, meter, _, long in followers(book()) if long is None}
    haiku = "gcp/vertex-claude-haiku-5.5"
    quantities = ("input", "output", "cached_input", "cache_write")
    assert found == {
        *((haiku, f"batch_{quantity}") for quantity in quantities),
        ("azure/openai-gpt-5.5", "flex_cached_input"),
    }


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
        # an own price of repeated input is that of short prompts: 750,000 + 75,000 + 22,500
        (
            "openai/gpt-5.4",
            {
                "input_tokens": 300_000,
                "cached_input_share": 0.5,
                "price.openai/gpt-5.4/cached_input": 0.1,
            },
            847_500,
        ),
        # a batch of Haiku 5.5 at Google: 0.05 and 0.25 x 5, (150,000 x 0.25 + 1,000 x 1.25)
        (
            "gcp/vertex-claude-haiku-5.5",
            {"input_tokens": 150_000, "can_wait_hours": 24},
            38_750,
        ),
        # half of it repeated, at 0.005 x 5: 75,000 x 0.25 + 75,000 x 0.025 + 1,250
        (
            "gcp/vertex-claude-haiku-5.5",
            {"input_tokens": 150_000, "can_wait_hours": 24, "cached_input_share": 0.5},
            21_875,
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
    asked = {**FRONTIER, "input_tokens": 150_000, "can_wait_hours": 24}
    chosen = bill("gcp/vertex-claude-haiku-5.5", **asked)
    (item,) = [item for item in chosen.not_modelled if item.rule == "price"]
    assert item.text.startswith("No price of tokens of answers that can wait, of input repeated")
    assert item.errs == "either"
    plain = bill("gcp/vertex-claude-haiku-5.5", **{**asked, "input_tokens": 100_000})
    assert not [item for item in plain.not_modelled if item.rule == "price"]
    # lists that have the price say nothing
    own = {**asked, "input_tokens": 300_000, "cached_input_share": 0.5}
    for product in ("openai/gpt-5.4", "openai/gpt-6-sol", "google/gemini-3.1-pro"):
        assert not [item for item in bill(product, **own).not_modelled if item.rule == "price"], (
            product
        )


def test_a_cache_without_a_batch_price_is_billed_as_at_once_and_said() -> None:
    """Haiku 4.5 at Amazon, half of 10,000 tokens repeated: 5,000 x 0.50 + 500 + 1,000 x 2.50.

    Its maker's batch halves the cache too; Amazon's list does not say. At most that, and said.
    """
    asked = {**FRONTIER, "input_tokens": 10_000, "cached_input_share": 0.5, "can_wait_hours": 24}
    bedrock = "aws/bedrock-claude-haiku-4.5"
    assert usd(bedrock, **asked) == pytest.approx(2.5 + 0.5 + 2.5)
    chosen = bill(bedrock, **asked)
    said = [item for item in chosen.not_modelled if "answers that can wait" in item.text]
    assert [item.errs for item in said] == ["high"]
    for product, other in (
        (bedrock, {"can_wait_hours": 0}),
        (bedrock, {"cached_input_share": 0}),
        ("anthropic/claude-haiku-4.5", {}),  # whose price of it is known
    ):
        silent = bill(product, **{**asked, **other})
        assert not [item for item in silent.not_modelled if "that can wait" in item.text]
