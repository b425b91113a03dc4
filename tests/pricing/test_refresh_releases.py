"""Two real releases of genai-prices, eleven months apart, and what a refresh makes of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pricing.book import PriceBook
from pricing.refresh import Request, propose, token_source
from pricing.refreshing import tokens
from pricing.refreshing.differences import (
    Difference,
    compare,
    histories,
    stops,
)
from pricing.refreshing.quotes import Catalogue
from pricing.schema import PriceRow

RECORDINGS = Path(__file__).parent / "recordings"
OLD, OLD_DAY = "0.0.49", date(2025, 12, 17)
NEW, NEW_DAY = "0.2.3", date(2026, 11, 10)


def release(version: str, day: date, held: list[PriceRow]) -> Catalogue:
    text = (RECORDINGS / f"genai-prices-{version}.json").read_text()
    return tokens.catalogue(json.loads(text), day, held)


def as_rows(source: Catalogue) -> list[PriceRow]:
    """A release as the rows of a book that knew nothing else."""
    return [
        PriceRow(
            key=quote.key,
            value=quote.value,
            unit=quote.unit,
            currency="USD",
            region=quote.region,
            effective_from=quote.starts_on or source.read_on,
            edition=source.read_on,
            as_of=source.read_on,
            confidence="A",
            source=source.source.id,
        )
        for quote in source.quotes
        if quote.starts_on is None or quote.starts_on <= source.read_on
    ]


@pytest.fixture(scope="module")
def held() -> list[PriceRow]:
    return as_rows(release(OLD, OLD_DAY, []))


@pytest.fixture(scope="module")
def found(held: list[PriceRow]) -> list[Difference]:
    return compare(histories({"token_prices": held}), release(NEW, NEW_DAY, held))


def values(found: list[Difference], kind: str) -> dict[str, tuple[float | None, float | None]]:
    return {
        item.key: (item.old.value if item.old else None, item.quote.value if item.quote else None)
        for item in found
        if item.kind == kind
    }


def test_the_changes_between_the_releases_are_found(found: list[Difference]) -> None:
    """Read off the two packages by eye: five of the models both hold cost something else."""
    assert values(found, "changed") == {
        "novita/llama-3.1-8b/input": (0.05, 0.02),
        "novita/llama-3.3-70b/input": (0.39, 0.135),
        "novita/llama-3.3-70b/output": (0.39, 0.4),
        "openai/o3/input": (10.0, 2.0),
        "openai/o3/output": (40.0, 8.0),
    }


def test_models_and_meters_of_the_last_year_are_new(found: list[Difference]) -> None:
    new = values(found, "new")
    assert new["anthropic/claude-opus-5.5/input"][0] is None
    assert new["openai/gpt-6-luna/output"][0] is None
    assert "openai/gpt-4o/batch_input" in new  # batch prices came into the package in 2026
    assert not any(key.startswith("openai/o3/in") for key in new)


def test_nothing_vanished_and_nothing_jumped(held: list[PriceRow], found: list[Difference]) -> None:
    assert values(found, "gone") == {}
    assert stops(found, histories({"token_prices": held}), release(NEW, NEW_DAY, held)) == []


def test_read_backwards_half_the_models_vanish_and_it_stops(held: list[PriceRow]) -> None:
    """A refresh from an old package against a newer book is caught."""
    newer = as_rows(release(NEW, NEW_DAY, held))
    book = histories({"token_prices": newer})
    old = release(OLD, OLD_DAY, newer)
    assert len(old.absent) == 50
    vanished = {stop.subject for stop in stops(compare(book, old), book, old)}
    assert vanished >= {"cloudflare", "voyageai", "mistral"}


def test_the_newest_edition_against_the_newest_release_is_quiet() -> None:
    """Nothing in the pinned package is ten times off the tables, or vanished from it."""
    book = PriceBook.load()
    text = (RECORDINGS / f"genai-prices-{NEW}.json").read_text()
    source = token_source(json.loads(text), book, None)
    assert source.read_on == NEW_DAY
    made = propose(source, book, Request(RECORDINGS, date(2026, 12, 1)))
    assert [str(stop) for stop in made.stops] == []
    ratios = [item.ratio for item in made.differences if item.ratio is not None]
    assert all(1 / 3 < ratio < 3 for ratio in ratios), ratios
