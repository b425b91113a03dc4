"""Classes of quality rest on one dated index, and weights on what their sellers say."""

from __future__ import annotations

import math

import pytest

from calculators.market import Market
from calculators.market.quality import Quality
from calculators.market.reading import reads
from pricing.book import PriceBook
from pricing.schema import ModelScoreRow, QualityClassRow, ServiceRow
from tests.calculators.world import world

BOOK = PriceBook.load()
QUALITY = Quality(BOOK)


def test_every_score_has_its_day_and_a_page_to_open() -> None:
    for row in BOOK.table("model_scores", ModelScoreRow):
        source = BOOK.source(row, kind="api", key=row.model)
        assert source.url.startswith("https://")
        assert source.as_of is not None


def test_a_class_is_no_wider_than_its_evidence() -> None:
    """In a class stands what was scored inside its bounds, and nothing else."""
    bounds = {
        (row.index, row.quality_class): (row.at_least, row.below or math.inf)
        for row in BOOK.table("quality_classes", QualityClassRow)
    }
    scored = {(row.model, row.thinking): row for row in BOOK.table("model_scores", ModelScoreRow)}
    for (model, _), row in scored.items():
        for (index, name), (low, high) in bounds.items():
            if index == row.index and row.thinking == "none":
                inside = low <= row.score < high
                assert (QUALITY.class_of(model, "none") == name) == inside
    assert QUALITY.class_of("no-such-model", "none") == ""
    assert not QUALITY.in_class(["no-such-model", ""], "small", "", "none").any()


@pytest.mark.parametrize(
    ("score", "expected"),
    [("chat-8b", "small"), ("gamma-chat", "small"), ("gamma-big", "frontier")],
)
def test_classes_of_the_world(score: str, expected: str) -> None:
    """Test of January: 5 to 10 is small, 20 and above frontier; 8, 9 and 30."""
    assert Quality(world()).class_of(score, "none") == expected


def test_scores_of_two_indices_are_not_compared() -> None:
    """bge-m3 stands on one index, Llama on another: neither is of the other's class."""
    models = ["llama-3.1-8b", "text-embedding-3-large"]
    assert QUALITY.in_class(models, "small", "bge-m3", "none").tolist() == [False, True]
    assert QUALITY.in_class(models, "small", "", "none").tolist() == [True, True]


def test_thinking_is_scored_as_it_was_tested() -> None:
    """GPT-5.4 mini: 16.62 without thinking, 39.98 with all it takes, 29.81 at a medium effort."""
    found = {
        effort: QUALITY.scores("gpt-5.4-mini", effort)["aa-intelligence"].value
        for effort in ("none", "low", "medium", "high")
    }
    assert found == {"none": 16.62, "low": 39.98, "medium": 29.81, "high": 39.98}
    assert QUALITY.scores("gemini-2.5-pro", "none") == {}  # never tested without


def test_products_of_one_model_are_known_by_its_name() -> None:
    market = Market(BOOK, "us")
    models = {row.product: row.model for row in market.services_anywhere()}
    assert models["azure/openai-gpt-4o-mini"] == models["openai/gpt-4o-mini"] == "gpt-4o-mini"
    assert models["aws/bedrock-llama-3-8b"] == "llama-3-8b"
    assert models["azure/ft-gpt-4.1-mini"] == "gpt-4.1-mini"
    assert market.names.precision("cloudflare/llama-3.1-8b-fp8") == "fp8"
    assert market.tokenizer("gpt-4o-mini") == "o200k"
    unnamed = [r for r in market.services_anywhere() if r.kind == "token_api" and not r.model]
    assert [row.product for row in unnamed if row.retires_on is None] == []


@pytest.mark.parametrize(
    ("task", "product", "yes"),
    [
        ("ocr", "openai/gpt-4o-mini", True),
        ("image_moderation", "google/gemini-2.5-flash-lite", True),
        ("image_classification", "google/gemini-3.5-flash-lite", True),
        ("image_classification", "aws/bedrock-nova-lite", False),  # its rule is not known
        ("image_classification", "openrouter/claude-haiku-5.5", False),  # nobody says it takes any
        ("speech_to_text", "google/gemini-3-flash", False),  # its price of sound is not held
        ("speech_to_text", "google/gemini-3.5-flash-lite", True),
        ("speech_to_text", "openai/gpt-4o-mini", False),
        ("ocr", "openai/text-embedding-3-large", False),
        ("face_match", "openai/gpt-4o-mini", False),
        ("object_detection", "openai/gpt-4o-mini", True),
        ("medical_imaging", "openai/gpt-4o-mini", False),
    ],
)
def test_which_tasks_are_done_by_reading(task: str, product: str, yes: bool) -> None:
    market = Market(BOOK, "us")
    assert (product in market.services(task, others=True).ids) == yes
    assert product not in market.services(task).ids or not yes


def test_a_model_without_a_rule_for_images_reads_none() -> None:
    row = next(r for r in BOOK.table("services", ServiceRow) if r.product == "openai/gpt-4o")
    assert not reads("ocr", row, None)
