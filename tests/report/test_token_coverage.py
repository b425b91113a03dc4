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
    """Flat prices are said of Opus 5.5; nobody says anything of a Llama at a host."""
    of = {one.service.product: one for one in token_coverage.services(PriceBook.load())}
    long = FORMS["price of long prompts"]
    assert long(of["anthropic/claude-haiku-5.5"]) == KNOWN
    assert long(of["anthropic/claude-opus-5.5"]) == NONE
    assert long(of["deepinfra/llama-3.1-8b"]) == SILENT
    thinking = FORMS["thinking"]
    assert thinking(of["openai/gpt-4o"]) == NONE
    assert thinking(of["deepinfra/gpt-oss-20b"]) == KNOWN  # its weights' own row


def test_how_long_a_request_may_be_is_known_of_nine_in_ten() -> None:
    rows = {name: rest for name, *rest in token_coverage.counts(PriceBook.load())}
    known, none, silent = rows["how long a request may be"]
    assert known >= 0.9 * (known + none + silent)
