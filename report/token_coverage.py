"""What is known of each form of the bills of language models: known, none, or not stated.

A blank is never "none": only a source that says so counts as that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pricing.book import PriceBook
from pricing.schema import ModelRow, ModelTermsRow, ServiceRow, TokenTermsRow


@dataclass(frozen=True)
class Known:
    """All that the tables say of one service."""

    service: ServiceRow
    terms: TokenTermsRow | None
    weights: ModelRow | None
    weight_terms: ModelTermsRow | None
    meters: frozenset[str]

    def stated(self, column: str) -> object:
        """A column of the service's terms, else of its weights'; blank where neither says it."""
        own = getattr(self.terms, column, None)
        return own or getattr(self.weight_terms, column, None)


Say = Callable[[Known], str]
KNOWN, NONE, SILENT = "known", "none", "not stated"


def _where(known: bool, none: bool = False) -> str:
    return KNOWN if known else NONE if none else SILENT


def _limit(one: Known) -> str:
    weights = one.weights is not None and one.weights.max_context is not None
    return _where(bool(one.stated("max_input") or one.stated("window") or weights))


def _long(one: Known) -> str:
    return _where(bool(one.stated("long_above")), one.stated("flat") == "yes")


def _priced(name: str) -> Say:
    return lambda one: _where(name in one.meters)


def _thinking(one: Known) -> str:
    said = one.stated("reasoning")
    return _where(said in ("optional", "can", "always"), said == "never")


FORMS: Mapping[str, Say] = MappingProxyType(
    {
        "how long a request may be": _limit,
        "how long an answer may be": lambda one: _where(bool(one.stated("max_output"))),
        "price of long prompts": _long,
        "price of cached input": _priced("cached_input"),
        "price of writing the cache": _priced("cache_write"),
        "least prompt that is cached": lambda one: _where(one.stated("cache_least") is not None),
        "batch price": _priced("batch_input"),
        "flex price": _priced("flex_input"),
        "priority price": _priced("priority_input"),
        "thinking": _thinking,
        "tokenizer": lambda one: _where(bool(one.stated("tokenizer"))),
        "images": lambda one: _where(bool(one.stated("media"))),
        "premium for a region": lambda one: _where(
            bool(one.stated("residency_us_pct") or one.stated("residency_eu_pct"))
        ),
    }
)
"""What may be known of a service -> what the tables say of one."""


def services(book: PriceBook) -> Sequence[Known]:
    """Language model APIs still sold."""
    terms = {row.product: row for row in book.table("token_terms", TokenTermsRow)}
    models = {row.model: row for row in book.table("models", ModelRow)}
    own = {row.model: row for row in book.table("model_terms", ModelTermsRow)}
    return [
        Known(
            row,
            terms.get(row.product),
            models.get(row.model),
            own.get(row.model),
            book.meters.get(row.product, frozenset()),
        )
        for row in book.table("services", ServiceRow)
        if row.kind == "token_api" and (row.retires_on is None or row.retires_on > book.price_date)
    ]


def counts(book: PriceBook) -> Sequence[tuple[str, int, int, int]]:
    """By form: services of which it is known, said to be none, and not stated."""
    every = services(book)
    found = []
    for name, say in FORMS.items():
        said = [say(one) for one in every]
        found.append((name, said.count(KNOWN), said.count(NONE), said.count(SILENT)))
    return found
