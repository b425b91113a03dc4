"""Other models in JSON, PDF and words: the same figures as in the comparison."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report import alternatives
from report.document import document

BOOK = PriceBook.load()
API = Path(__file__).parents[2] / "docs" / "api.md"


@cache
def found(preset: str = "document_ocr") -> Comparison:
    return compare(from_preset(preset, {}, BOOK), BOOK)


def test_the_payload_has_every_alternative_with_documented_fields() -> None:
    body = alternatives.payload(found())
    assert [item["id"] for item in body] == [item.option.id for item in found().alternatives]
    assert [item["saves_usd_per_month"] for item in body] == [
        item.saves_usd_per_month for item in found().alternatives
    ]
    told = API.read_text().partition("### An alternative")[2].partition("### A line item")[0]
    assert set(body[0]) == {name for name in body[0] if f"`{name}`" in told}


def test_a_score_has_its_source() -> None:
    first = alternatives.payload(found("support_chat"))[0]
    assert (first["score"], first["score_of_asked"]) == (4.22, 7.61)
    assert first["score_source"]["as_of"] == "2026-07-10"
    assert first["score_source"]["url"].startswith("https://github.com/")


def test_words_tell_only_what_costs_less() -> None:
    lines = alternatives.lines(found())
    assert len(lines) == len(found().cheaper_alternatives) > 0
    best = found().alternatives[0]
    assert best.saves_usd_per_month == pytest.approx(650.66, abs=0.1)
    heading = "Another model would do it for $651 a month less: Gemma-3-12B."
    assert alternatives.heading(found()) == heading
    assert [row["model"] for row in document(found(), "link")["alternatives"]] == [
        line.model for line in lines
    ]


def test_a_saving_under_three_percent_heads_no_list() -> None:
    """253 USD a month instead of 255."""
    said = alternatives.heading(found("support_chat"))
    assert said == "Another model would cost nearly the same, $253 a month: Llama-3.2-3B."


def test_where_nothing_saves_nothing_is_said() -> None:
    assert alternatives.heading(found("semantic_search")) == ""
    assert alternatives.payload(found("semantic_search")) != []
