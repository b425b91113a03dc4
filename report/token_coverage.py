"""What is known of each form of the bills of language models: known, none, or not stated.

A blank is never "none": only a source that says so counts as that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pricing.book import PriceBook
from pricing.schema import (
    MediaRow,
    ModelRow,
    ModelTermsRow,
    OnePriceRow,
    ServiceInputRow,
    ServiceRow,
    TokenTermsRow,
)


@dataclass(frozen=True)
class Known:
    """All that the tables say of one service."""

    service: ServiceRow
    terms: TokenTermsRow | None
    weights: ModelRow | None
    weight_terms: ModelTermsRow | None
    meters: frozenset[str]
    takes: ServiceInputRow | None = None  # beside text
    one_price: OnePriceRow | None = None
    sound: bool = False  # whether the rule of its media counts sound

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
    none = one.stated("flat") == "yes" or one.one_price is not None
    return _where(bool(one.stated("long_above")), none)


def _priced(name: str) -> Say:
    return lambda one: _where(name in one.meters)


def _images(one: Known) -> str:
    refused = one.takes is not None and one.takes.images == "no"
    rule = one.stated("media") or (one.takes is not None and one.takes.media)
    return _where(bool(rule) and not refused, refused)


def _sound(one: Known) -> str:
    takes = None if one.takes is None else one.takes.sound
    return _where(one.sound and takes != "no", takes == "no")


def _documents(one: Known) -> str:
    takes = one.takes
    if takes is None:
        return SILENT
    return _where(takes.documents == "yes" and bool(takes.pages), takes.documents == "no")


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
        "how long the cache stays": lambda one: _where(one.stated("cache_minutes") is not None),
        "batch price": _priced("batch_input"),
        "price of cached input in a batch": _priced("batch_cached_input"),
        "flex price": _priced("flex_input"),
        "priority price": _priced("priority_input"),
        "price of peak hours": _priced("peak_input"),
        "thinking": _thinking,
        "tokenizer": lambda one: _where(bool(one.stated("tokenizer"))),
        "images": _images,
        "sound": _sound,
        "pages of documents": _documents,
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
    takes = {row.product: row for row in book.table("service_inputs", ServiceInputRow)}
    one_price = {row.product: row for row in book.table("one_prices", OnePriceRow)}
    heard = {row.media for row in book.every(MediaRow) if row.audio_per_s is not None}

    def hears(product: str) -> bool:
        named = [getattr(row.get(product), "media", "") for row in (takes, terms)]
        return next((rule in heard for rule in named if rule), False)

    return [
        Known(
            row,
            terms.get(row.product),
            models.get(row.model),
            own.get(row.model),
            book.meters.get(row.product, frozenset()),
            takes.get(row.product),
            one_price.get(row.product),
            hears(row.product),
        )
        for row in book.table("services", ServiceRow)
        if row.kind == "token_api" and (row.retires_on is None or row.retires_on > book.price_date)
    ]


def counts(
    book: PriceBook, only: Collection[str] | None = None
) -> Sequence[tuple[str, int, int, int]]:
    """By form: services of which it is known, said to be none, and not stated.

    ``only`` among those products.
    """
    every = [one for one in services(book) if only is None or one.service.product in only]
    found = []
    for name, say in FORMS.items():
        said = [say(one) for one in every]
        found.append((name, said.count(KNOWN), said.count(NONE), said.count(SILENT)))
    return found


LIMITS = ("how long a request may be", "price of long prompts")
"""Forms that decide whether a long prompt may be sent, and at what price."""


def unstated(book: PriceBook, products: Collection[str]) -> Sequence[str]:
    """Which of some products a limit or the price of long prompts is not stated of."""
    return sorted(
        one.service.product
        for one in services(book)
        if one.service.product in products and any(FORMS[form](one) == SILENT for form in LIMITS)
    )
