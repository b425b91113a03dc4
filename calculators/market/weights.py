"""Whose weights answer: the model behind a service, models sold by name, and stand-ins.

*Same weights*: weights of one model, whatever their precision. A service that names no model
answers with the vendor's own and competes for its task whatever model is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.schema import NamedModelRow, ServiceModelRow, ServiceRow, StandInRow, TokenTermsRow


class Weights:
    """Which model every service answers with, as far as it is known."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book

    @cached_property
    def _told(self) -> Mapping[str, ServiceModelRow]:
        rows = self.book.table("service_models", ServiceModelRow)
        return {row.product: row for row in rows}

    @cached_property
    def sold(self) -> Mapping[str, NamedModelRow]:
        """Model id -> a model that is sold by name and has no row of sizes."""
        return {row.model: row for row in self.book.table("named_models", NamedModelRow)}

    @cached_property
    def _stand_ins(self) -> frozenset[tuple[str, str]]:
        rows = self.book.table("stand_ins", StandInRow)
        return frozenset((row.preset, row.model) for row in rows)

    def stands_in(self, preset: str, model: str) -> bool:
        """Whether a model stands in a preset for whatever an app of that kind would use."""
        return (preset, model) in self._stand_ins

    def named(self, row: ServiceRow) -> ServiceRow:
        """A service with the model it answers with, where that is known."""
        told = self._told.get(row.product)
        return row if told is None or row.model else row.model_copy(update={"model": told.model})

    def precision(self, product: str) -> str:
        """Format of the weights behind a service; blank where it is not said."""
        told = self._told.get(product)
        return "" if told is None else told.precision

    @cached_property
    def least_cached(self) -> Mapping[str, float]:
        """Service -> tokens of the longest least prompt among sellers of its weights."""
        models = {row.product: row.model for row in self.book.table("services", ServiceRow)}
        models |= {row.product: models.get(row.product) or row.model for row in self._told.values()}
        most: dict[str, float] = {}
        for row in self.book.table("token_terms", TokenTermsRow):
            model = models.get(row.product)
            if model and row.cache_least is not None:
                most[model] = max(most.get(model, 0.0), row.cache_least)
        return {product: most[model] for product, model in models.items() if model in most}

    @cached_property
    def _tokenizers(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for row in self.book.table("token_terms", TokenTermsRow):
            told = self._told.get(row.product)
            if told is not None and row.tokenizer:
                found.setdefault(told.model, row.tokenizer)
        return found

    def tokenizer(self, model: str) -> str:
        """Tokenizer of a model that is sold by name; blank where it is not known."""
        return self._tokenizers.get(model, "")
