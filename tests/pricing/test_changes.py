"""What the book says of its own history: changes, timelines, corrections, disagreements."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from pricing.book import PriceBook
from pricing.changes import (
    Change,
    between,
    conflicts,
    corrections,
    in_force,
)
from pricing.schema import PriceRow
from tests.pricing.tiny import price, with_prices

FIRST, SECOND = date(2026, 1, 1), date(2026, 2, 1)
TOKENS = "million_tokens"
chat = partial(price, unit=TOKENS)


def on(folder: Path, day: str, edition: date | None = None) -> PriceBook:
    return PriceBook.load(edition, date.fromisoformat(day), folder)


def short(changes: list[Change]) -> list[tuple[str, str, float | None, float | None]]:
    return [(item.kind, item.key, item.old_usd, item.new_usd) for item in changes]


# between -----------------------------------------------------------------------------------------


def test_between_two_price_dates(tmp_path: Path) -> None:
    rows = chat("acme/chat/input", 0.12, since="2025-10-01")
    rows += chat("acme/chat/output", None, since="2025-11-01", status="end")
    rows += chat("acme/chat/cached_input", 0.05, since="2025-12-01")
    folder = with_prices(tmp_path, {"token_prices": rows})
    found = between(on(folder, "2025-07-01"), on(folder, "2025-12-15"))
    assert short(found) == [
        ("changed", "acme/chat/input", 0.15, 0.12),
        ("new", "acme/chat/cached_input", None, 0.05),
        ("gone", "acme/chat/output", 0.6, None),
    ]
    assert found[0].ratio == pytest.approx(0.8)
    assert found[1].ratio is None
    assert (found[0].product, found[0].region, found[0].unit) == ("acme/chat", "global", TOKENS)
    assert between(on(folder, "2025-07-01"), on(folder, "2025-09-30")) == []


def test_between_goes_both_ways(tmp_path: Path) -> None:
    folder = with_prices(
        tmp_path, {"token_prices": chat("acme/chat/input", 0.12, since="2025-10-01")}
    )
    back = between(on(folder, "2025-12-15"), on(folder, "2025-07-01"))
    assert short(back) == [("changed", "acme/chat/input", 0.12, 0.15)]


def test_the_largest_ratio_comes_first_whichever_way(tmp_path: Path) -> None:
    rows = chat("acme/chat/input", 0.03, since="2025-10-01")  # a fifth
    rows += chat("acme/chat/output", 2.4, since="2025-10-01")  # four times
    folder = with_prices(tmp_path, {"token_prices": rows})
    found = between(on(folder, "2025-07-01"), on(folder, "2025-12-15"))
    assert [item.key for item in found] == ["acme/chat/input", "acme/chat/output"]


def test_a_higher_band_that_changed_is_a_change(tmp_path: Path) -> None:
    tier = partial(price, unit="image", since="2025-10-01")
    rows = tier("acme/faces/standard", 0.001, tiers=(0, 1e6))
    rows += tier("acme/faces/standard", 0.0005, tiers=(1e6, None))
    folder = with_prices(tmp_path, {"task_api_prices": rows})
    [found] = between(on(folder, "2025-07-01"), on(folder, "2025-12-15"))
    assert (found.key, found.ratio) == ("acme/faces/standard", 1.0)
    assert found.new is not None
    assert [row.value for row in found.new.rows] == [0.001, 0.0005]


def test_an_exchange_rate_alone_is_no_change(tmp_path: Path) -> None:
    euro = price("eu/grid/business", 1, "kwh", since="2025-06-01", region="eu", currency="EUR")
    rate = "EUR,1.2,2025-10-01,2026-01-01,2025-12-31,A,list,,\n"
    folder = with_prices(tmp_path, {"energy_prices": euro, "fx": rate})
    early, late = on(folder, "2025-07-01"), on(folder, "2025-12-15")
    assert between(early, late) == []
    place = ("eu/grid/business", "eu")
    assert in_force(early)[place].usd == pytest.approx(1.1)
    assert in_force(late)[place].usd == pytest.approx(1.2)
    assert late.at(date(2025, 9, 30)).usd_per_eur == 1.1


def test_between_two_editions_finds_the_correction(tmp_path: Path) -> None:
    later = partial(chat, edition="2026-02-01", as_of="2026-01-20")
    rows = later("acme/chat/input", 0.16, since="2025-06-01")
    folder = with_prices(tmp_path, {"token_prices": rows})
    first, second = on(folder, "2026-01-01", FIRST), on(folder, "2026-01-01", SECOND)
    assert short(between(first, second)) == [("changed", "acme/chat/input", 0.15, 0.16)]
    fixed = {(item.column, item.old, item.new) for item in corrections(first, second)}
    assert fixed == {("value", "0.15", "0.16"), ("as_of", "2025-12-31", "2026-01-20")}
    [name] = {item.name for item in corrections(first, second)}
    assert name == "acme/chat/input global 2025-06-01 0.0"


def test_corrections_reach_every_table(tmp_path: Path) -> None:
    better = "pue,1.1,1.3,1.6,ratio,sourced,Building over machine power,2026-02-01,2026-01-20,A,list,,why\n"  # noqa: E501
    rows = chat(
        "acme/chat/input", 0.1, since="2026-01-25", edition="2026-02-01", as_of="2026-01-20"
    )
    folder = with_prices(tmp_path, {"assumptions_machines": better, "token_prices": rows})
    found = corrections(on(folder, "2026-01-01", FIRST), on(folder, "2026-01-01", SECOND))
    mid = next(item for item in found if item.column == "mid")
    assert (mid.table, mid.name, mid.old, mid.new) == ("assumptions_machines", "pue", "1.4", "1.3")
    assert (mid.source, mid.note) == ("list", "why")
    assert {item.table for item in found} == {"assumptions_machines"}  # a new price corrects none


# disagreement ------------------------------------------------------------------------------------


def other(
    value: float,
    as_of: str,
    *,
    confidence: str = "A",
    source: str = "rival",
    since: str = "2025-12-20",
) -> str:
    return price("acme/chat/input", value, TOKENS, since=since, as_of=as_of).replace(
        ",A,list,", f",{confidence},{source},"
    )


def disagreements(folder: Path, rows: str) -> list[tuple[float | None, float | None, int]]:
    rival = "rival,Another list,Rival,https://example.org/rival,2025-12-31,\n"
    grown = with_prices(folder, {"token_prices": rows, "sources_managed": rival})
    found = conflicts(PriceBook.load(directory=grown))
    return [(item.first.value, item.second.value, item.days) for item in found]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (other(0.3, "2025-12-25"), [(0.3, 0.15, 6)]),  # another publisher, six days apart
        (other(0.3, "2025-11-01", since="2025-10-20"), [(0.3, 0.15, 60)]),
        (other(0.3, "2025-10-31", since="2025-10-20"), []),  # 61 days: a change
        (other(0.1501, "2025-12-25"), []),  # rounding
        (other(0.3, "2025-12-25", source="list"), []),  # its own account of a change
        (other(0.3, "2025-12-25", source="list", confidence="B"), [(0.3, 0.15, 6)]),
        (other(0.3, "2025-12-25", since="2025-12-28"), []),  # announced for later
    ],
)
def test_readings_close_in_time_that_differ(
    tmp_path: Path, rows: str, expected: list[tuple[float, float, int]]
) -> None:
    assert disagreements(tmp_path, rows) == expected


def test_every_conflict_of_the_real_book_is_one() -> None:
    book = PriceBook.load()
    found = conflicts(book)
    sizes = [max(item.ratio, 1 / item.ratio) for item in found]
    assert sizes == sorted(sizes, reverse=True)
    rows = [row for name in ("rental_prices", "token_prices") for row in book.table(name, PriceRow)]
    keys = {row.key for row in rows}
    for item in found:
        assert 0 <= item.days <= 60
        assert item.first.region == item.second.region == item.region
        assert (item.first.source, item.first.confidence) != (
            item.second.source,
            item.second.confidence,
        )
    assert any(item.key in keys for item in found)
