"""An older link under the newest prices: how its answer moves, and which rows moved it."""

from __future__ import annotations

import pytest

from calculators.compare import compare
from report import words
from report.codec import decode
from report.ranked import ranked
from report.under_today import UnderToday, under_today


def looked_up(query: str) -> UnderToday | None:
    found = decode(query, strict=True)
    return under_today(compare(found.scenario, found.book), compare)


def test_the_newest_prices_have_nothing_beside_them() -> None:
    assert looked_up("preset=support_chat") is None


@pytest.fixture(scope="module")
def older() -> UnderToday:
    found = looked_up("preset=support_chat&price_date=2025-06-01")
    assert found is not None
    return found


def test_both_answers_are_told_with_their_cost(older: UnderToday) -> None:
    assert older.now.book.price_date > older.then.book.price_date
    assert older.now.cheapest is not None
    assert older.then.cheapest is not None
    now, then = (ranked(one.cheapest, one) for one in (older.now, older.then) if one.cheapest)
    assert now is not None
    assert then is not None
    assert now.monthly_usd < then.monthly_usd
    costs = f"{words.usd(now.monthly_usd)} a month instead of {words.usd(then.monthly_usd)} a month"
    assert f"the answer stays a managed API, at {costs}." in older.sentence


def test_what_moves_the_answer_comes_first_and_the_largest_of_it(older: UnderToday) -> None:
    assert older.rows
    assert len(older.rows) < older.changed
    assert (
        f"{older.changed:,} prices differ; {len(older.rows)} of them, each put back alone"
        in older.counted
    )
    mine = [row for row in older.rows if "managed_api" in row.effect.usd_by_kind]
    assert list(older.rows[: len(mine)]) == mine
    sizes = [abs(row.effect.usd_by_kind["managed_api"]) for row in mine]
    assert sizes == sorted(sizes, reverse=True)
    assert "a month less" in older.rows[0].said
    assert older.rows[0].change.key in older.rows[0].said


def test_what_no_row_alone_tells_is_told_of_all_together(older: UnderToday) -> None:
    """Two new offers at nearly one price: each put back alone, the other is there still."""
    now, then = (ranked(one.cheapest, one) for one in (older.now, older.then) if one.cheapest)
    assert now is not None
    assert then is not None
    less = words.usd(then.monthly_usd - now.monthly_usd)
    assert f"All together make a managed API cost {less} a month less: " in older.counted
    told = [row.effect.usd_by_kind.get("managed_api", 0.0) / row.months for row in older.rows]
    assert abs(sum(told)) < (then.monthly_usd - now.monthly_usd) / 2
    alone = looked_up("preset=celebrity_match&price_date=2026-02-01")
    assert alone is not None
    assert "All together" not in alone.counted


def test_an_older_edition_that_says_the_same_says_so() -> None:
    found = looked_up("preset=support_chat&edition=2026-11-22")
    assert found is not None
    assert ", as before." in found.sentence
    assert found.changed > 100
    assert found.rows == ()
    assert found.counted.endswith(" none of them alone moves the cheapest option of a place.")
