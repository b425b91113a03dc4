"""What is known of the bills of language models, counted."""

from __future__ import annotations

from pricing.book import PriceBook
from report import token_coverage
from report.token_coverage import FORMS, KNOWN, NONE, SILENT


def test_every_service_is_counted_once_in_each_form() -> None:
    book = PriceBook.load()
    every = len(token_coverage.services(book))
    assert every > 100
    for name, known, none, silent in token_coverage.counts(book):
        assert known + none + silent == every, name


def test_a_blank_is_not_none() -> None:
    """Flat prices are said of Opus 5.5, of Novita's Llama; nobody speaks of DeepInfra's Gemma."""
    of = {one.service.product: one for one in token_coverage.services(PriceBook.load())}
    long = FORMS["price of long prompts"]
    assert long(of["anthropic/claude-haiku-5.5"]) == KNOWN
    assert long(of["anthropic/claude-opus-5.5"]) == NONE
    assert long(of["novita/llama-3.1-8b"]) == NONE
    assert long(of["deepinfra/gemma-3-12b"]) == SILENT
    images = FORMS["images"]
    assert images(of["openai/gpt-5.5"]) == KNOWN
    assert images(of["novita/gpt-oss-120b"]) == NONE
    assert images(of["aws/bedrock-nova-lite"]) == SILENT  # takes them; how it counts is not known
    assert FORMS["sound"](of["google/gemini-3.8-flash"]) == KNOWN
    assert FORMS["sound"](of["aws/bedrock-gemma-3-4b"]) == NONE
    assert FORMS["pages of documents"](of["anthropic/claude-haiku-5.5"]) == KNOWN
    assert FORMS["pages of documents"](of["openai/gpt-5.5"]) == SILENT
    thinking = FORMS["thinking"]
    assert thinking(of["openai/gpt-4o"]) == NONE
    assert thinking(of["deepinfra/gpt-oss-20b"]) == KNOWN  # its weights' own row


def test_how_long_a_request_may_be_is_known_of_nine_in_ten() -> None:
    rows = {name: rest for name, *rest in token_coverage.counts(PriceBook.load())}
    known, none, silent = rows["how long a request may be"]
    assert known >= 0.9 * (known + none + silent)


def test_what_is_not_stated_of_some_products_is_named() -> None:
    book = PriceBook.load()
    some = {"deepinfra/gemma-3-12b", "novita/llama-3.1-8b", "anthropic/claude-haiku-5.5"}
    assert token_coverage.unstated(book, some) == ["deepinfra/gemma-3-12b"]
    rows = {name: rest for name, *rest in token_coverage.counts(book, some)}
    assert rows["price of long prompts"] == [1, 1, 1]
