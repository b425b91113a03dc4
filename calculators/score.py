"""What an index of quality says of one model."""

from __future__ import annotations

from pricing.book import Source
from pricing.records import value


@value
class Score:
    """What one index says of one model."""

    value: float
    index: str  # id
    index_name: str  # with version and day
    quality_class: str  # blank where the value lies in none
    source: Source
