"""What an option's figures leave out is one list, in JSON and in the PDF, with its direction."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report import words
from report.payload import payload
from report.pdf import report_pdf


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Long prompts to a model whose host says nothing of them."""
    book = PriceBook.load()
    return compare(
        from_preset("support_chat", {"input_tokens": 150_000, "other_models": True}, book), book
    )


def test_json_has_it_on_every_option(found: Comparison) -> None:
    made = payload(found)
    listed = {item["id"]: item["not_modelled"] for item in made["options"]}
    assert any(listed.values())
    for option in found.options:
        if option.id in listed:
            own = [{"text": item.text, "errs": item.errs} for item in option.not_modelled]
            assert listed[option.id] == own
            assert all(item["errs"] in words.ERRS for item in own)


def test_the_pdf_says_it_of_the_options_it_shows(found: Comparison) -> None:
    assert found.cheapest is not None
    assert found.cheapest.not_modelled
    pages = PdfReader(io.BytesIO(report_pdf(found, "https://example.org/")))
    text = " ".join(" ".join(page.extract_text().split()) for page in pages.pages)
    for item in found.cheapest.not_modelled:
        assert words.left_out(item).rpartition(" (")[0][:60] in text
    assert "the true cost may be higher" in text
