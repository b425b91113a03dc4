"""The small invented world with terms of its language models, as round as its prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calculators.compare import compare
from calculators.results import Option
from pricing.book import PriceBook
from pricing.schema import (
    MediaRow,
    ModelTermsRow,
    PageRow,
    Row,
    ServiceInputRow,
    TokenizerRow,
    TokenTermsRow,
)
from tests.calculators.world import MEMORY, amounts, another_world, scenario

LAST = ("edition", "as_of", "confidence", "source", "locator", "note")


def row(shape: type[Row], **values: Any) -> str:
    """One row as a line of its table, without the dated columns."""
    columns = [name for name in shape.model_fields if name not in LAST]
    assert set(values) <= set(columns)
    return ",".join(str(values.get(name, "")) for name in columns)


def terms(product: str, **values: Any) -> str:
    """A row of token_terms.csv."""
    return row(TokenTermsRow, product=product, **values)


def model_terms(model: str, **values: Any) -> str:
    """A row of model_terms.csv."""
    return row(ModelTermsRow, model=model, **values)


def tokenizer(name: str, language: str, ratio: float) -> str:
    """A row of tokenizers.csv."""
    return row(TokenizerRow, tokenizer=name, language=language, ratio=ratio, basis="measured")


def media(name: str, kind: str, **values: Any) -> str:
    """A row of media_tokens.csv."""
    return row(MediaRow, media=name, kind=kind, **values)


def pages(name: str, **values: Any) -> str:
    """A row of page_tokens.csv."""
    return row(PageRow, pages=name, **values)


def inputs(product: str, **values: Any) -> str:
    """A row of service_inputs.csv."""
    return row(ServiceInputRow, product=product, **values)


def price(key: str, usd: float) -> str:
    """A price of a million tokens."""
    return f"{key},{usd},million_tokens"


def talking(folder: Path, *, floor: bool = False, **tables: Sequence[str]) -> PriceBook:
    """The world with rows of some tables more."""
    rows: Mapping[str, Sequence[str]] = tables
    return another_world(folder, rows, floor=floor)


def answered(book: PriceBook, product: str, asked: Mapping[str, Any]) -> Option:
    """One service's option of a scenario."""
    found = compare(scenario(**asked), book, MEMORY)
    chosen = found.option(f"none>managed_api:{product}")
    assert chosen is not None
    return chosen


def tokens(option: Option) -> dict[str, float]:
    """USD by line item of what the vendor bills."""
    return {name: round(usd, 6) for name, usd in amounts(option).items() if "token" in name}
