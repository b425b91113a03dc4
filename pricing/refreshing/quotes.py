"""What another price list says, in this book's own keys and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pricing.schema import Confidence, SourceRow


@dataclass(frozen=True)
class Quote:
    """One price of one key; several with different ``starts_on`` are its known changes."""

    key: str  # vendor/product/meter
    region: str
    value: float  # ``currency`` per ``unit``
    unit: str
    locator: str  # where in the source
    starts_on: date | None = None  # day stated by the source; None: only known to be in force
    currency: str = "USD"
    note: str = ""


@dataclass(frozen=True)
class Catalogue:
    """A source's prices for the keys this book follows there.

    ``families`` names every product followed, by the group whose disappearance would be a fault
    of the reading rather than news (a provider, or an accelerator at a vendor).
    """

    source: SourceRow
    confidence: Confidence
    quotes: tuple[Quote, ...]
    families: Mapping[str, tuple[str, ...]]
    absent: frozenset[str]  # products followed that the source no longer holds
    sources_table: str = "sources_managed"  # where the source's own row belongs
    skipped: tuple[str, ...] = ()  # what could not be read as a price, in words
    not_held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # things the source prices and this book does not follow, by group

    @property
    def read_on(self) -> date:
        """The day the source says what it says."""
        return self.source.read_on

    @property
    def products(self) -> frozenset[str]:
        """Every product followed."""
        return frozenset(product for members in self.families.values() for product in members)

    def family_of(self, key: str) -> str:
        """The group a key belongs to."""
        product = key.rpartition("/")[0]
        return next((name for name, members in self.families.items() if product in members), "")
