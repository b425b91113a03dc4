"""Sources whose text was generated in one sweep over many vendors are weak, whoever they name."""

from __future__ import annotations

import pytest

from pricing.book import PriceBook
from pricing.schema import Sourced
from pricing.tables import SPECS

GENERATED = ("ae-together", "ae-modal", "ae-sagemaker")


@pytest.mark.parametrize("source", GENERATED)
def test_a_generated_source_is_c_at_most(source: str) -> None:
    book = PriceBook.load()
    rows = [row for name in SPECS for row in book.rows(name) if isinstance(row, Sourced)]
    assert [row for row in rows if row.source == source and row.confidence < "C"] == []
