"""Prices by evidence: which rates move, how far, and which do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.accounts.charges import Charge
from calculators.costs.evidence import moves
from calculators.evaluation import evaluate
from calculators.factors import EVIDENCE, PRICED_BY, STALE
from pricing.book import PriceBook, Source
from pricing.schema import PriceRow
from pricing.tables import SPECS
from tests.calculators.world import case

BOOK = PriceBook.load()
ENDS = [-1.0, 0.0, 1.0]
KEY = "delta/faces/standard"


def charge(*sources: Source, chosen: list[list[int]] | None = None) -> Charge:
    one = np.ones((1, 1))
    picked = None if chosen is None else np.array(chosen)
    return Charge(
        "x", "company", "once", "compute", "", one, one, None, None, sources, chosen=picked
    )


def source(key: str, confidence: str = "A", *, stale: bool = False) -> Source:
    return Source("t", "", None, confidence, key=key, stale=stale)  # type: ignore[arg-type]


def test_every_table_of_prices_belongs_to_a_factor() -> None:
    held = {name for name, spec in SPECS.items() if issubclass(spec.shape, PriceRow)}
    assert held == set(PRICED_BY)


def test_the_classes_say_how_far() -> None:
    """2, 10 and 30 %, twice as far where old: our assumption."""
    far = {grade: BOOK.assumption(name) for grade, name in EVIDENCE.items()}
    assert {grade: row.mid for grade, row in far.items()} == {"A": 2, "B": 10, "C": 30}
    assert BOOK.assumption(STALE).mid == 2
    assert {row.basis for row in far.values()} == {"our_assumption"}


@pytest.mark.parametrize(
    ("grade", "stale", "low", "high"),
    [
        ("A", False, 0.98, 1.02),
        ("B", False, 0.90, 1.10),
        ("C", False, 0.70, 1.30),
        ("A", True, 0.96, 1.04),
        ("C", True, 0.40, 1.60),
    ],
)
def test_a_price_moves_as_far_as_its_evidence(
    grade: str, stale: bool, low: float, high: float
) -> None:
    moved = moves(case(scores={"service_prices": ENDS}))
    assert moved is not None
    found = moved(charge(source(KEY, grade, stale=stale)))
    assert found is not None
    assert found[0] == pytest.approx([low, 1, high])


def test_what_is_no_price_of_the_book_stands_still() -> None:
    """An assumption moves with its own factor, an input of the user with nothing."""
    moved = moves(case(scores={"service_prices": ENDS}))
    assert moved is not None
    assert moved(charge(source("staff_usd_per_hour"))) is None
    assert moved(charge(source("requests_per_month"))) is None
    assert moved(charge(source(""))) is None


def test_each_candidate_by_its_own_source_or_the_chosen_one() -> None:
    moved = moves(case(scores={"service_prices": ENDS}))
    assert moved is not None
    three = (source(KEY, "A"), source("pue"), source(KEY, "C"))
    assert moved(charge(*three)) == pytest.approx(
        np.array([[0.98, 1, 1.02], [1, 1, 1], [0.7, 1, 1.3]])
    )
    assert moved(charge(*three, chosen=[[2, 0, 1]])) == pytest.approx(np.array([[0.7, 1, 1]]))
    assert moved(charge(source("pue"), source("pue"))) is None


def test_without_scores_nothing_is_looked_at() -> None:
    assert moves(case()) is None
    assert moves(case(scores={"service_prices": [0.0, 0.0]})) is None


def test_the_bill_moves_with_its_prices_alone() -> None:
    """14,400 USD of requests at evidence A, 2 % up; work as it was."""
    bare: dict[str, Any] = {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0}
    found = evaluate(case(scores={"service_prices": [0.0, 1.0]}, **bare))
    api, own = (
        found.at[name] for name in ("none>managed_api:delta/faces", "none>owned:acme/node1")
    )
    assert found.company[api, 1] - found.company[api, 0] == pytest.approx(288)
    assert found.company[own, 1] == found.company[own, 0]


def test_an_old_change_of_price_moves_with_the_price_it_changes() -> None:
    """10 % more a year: the item of the change rests on the scenario, its rate on the price."""
    found = evaluate(
        case(
            scores={"service_prices": [0.0, 1.0]},
            price_change_pct_per_year_api=10,
            staff_usd_per_hour=0,
            request_kb=0,
            response_kb=0,
            radio_tail_j=0,
        )
    )
    api = found.at["none>managed_api:delta/faces"]
    assert found.company[api, 1] == pytest.approx(found.company[api, 0] * 1.02)
