"""The answer through price history: by hand in the invented world, and against comparisons."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.explore.history import Day, History, history
from calculators.memory import SHARED
from calculators.presets import from_preset
from pricing.book import PriceBook
from pricing.schema import ModelReleaseRow
from tests.calculators.world import MEMORY, frozen, scenario

REAL = PriceBook.load()
DELTA, FIRST_YEAR = "none>managed_api:delta/faces", "none>managed_api:acme/faces-first-year"
ASKED: dict[str, Any] = {"requests_per_month": 200_000, "horizon_months": 12}
KEY = "delta/faces/standard"


def dated(folder: Path, *prices: tuple[float, str, str]) -> PriceBook:
    """The world with further prices of Delta Faces: USD, from when, read when."""
    if not (folder / "fx.csv").exists():
        shutil.copytree(frozen(), folder, dirs_exist_ok=True)
    with (folder / "task_api_prices.csv").open("a") as file:
        for usd, since, read in prices:
            file.write(
                f"{KEY},{usd},image,USD,global,0,,{since},price,2026-01-01,{read},A,world,,\n"
            )
    return PriceBook.load(directory=folder)


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    """Delta asks 0.0004 from June 2025, 0.002 from July (read later), 0.0005 seen in October."""
    return dated(
        tmp_path, (0.002, "2025-07-01", "2025-08-01"), (0.0005, "2025-10-01", "2025-10-01")
    )


def told(book: PriceBook, mode: Any = "hold", **changes: Any) -> History:
    return history(scenario(**ASKED | changes), book, mode, MEMORY)


def of(found: History, day: str) -> Day:
    return next(item for item in found.days if item.day == date.fromisoformat(day))


def test_each_day_has_the_prices_of_that_day(book: PriceBook) -> None:
    found = told(book)
    assert [item.day.isoformat() for item in found.days] == [
        "2025-06-01",
        "2025-07-01",
        "2025-10-01",
        "2026-01-01",
    ]
    # Delta: 1,000 set-up, 1,200 of work, 2.4 M requests
    usd = {day.day.isoformat(): day.places["managed_api"].usd for day in found.days}
    assert usd["2025-06-01"] == pytest.approx(2_200 + 2.4e6 * 0.0004)
    # at 0.002 it costs 7,000, and the free first year at Acme (4,540) is cheaper
    assert of(found, "2025-07-01").places["managed_api"].id == FIRST_YEAR
    assert usd["2025-07-01"] == pytest.approx(4_540)
    assert usd["2025-10-01"] == usd["2026-01-01"] == pytest.approx(2_200 + 2.4e6 * 0.0005)
    assert set(found.followed) == {DELTA, "none>device+managed_api:delta/faces"}


def test_the_prices_that_moved_it_are_named_with_what_they_did(book: PriceBook) -> None:
    found = told(book)
    (up,) = of(found, "2025-07-01").moved
    assert (up.key, up.old_usd, up.new_usd, up.was_held) == (KEY, 0.0004, 0.002, False)
    assert up.usd["managed_api"] == pytest.approx(2.4e6 * 0.0016)
    assert up.usd["device+managed_api"] == pytest.approx(0.2 * 2.4e6 * 0.0016)  # a fifth is sent
    assert not up.uncertain  # in force before it was read
    (down,) = of(found, "2025-10-01").moved
    assert down.usd["managed_api"] == pytest.approx(-2.4e6 * 0.0015)
    assert down.uncertain  # the day it was read: in force no later than that
    assert found.days[0].moved == found.days[-1].moved == ()


def test_what_today_s_choice_would_have_cost(book: PriceBook) -> None:
    found = told(book)
    assert found.choice == DELTA
    assert of(found, "2025-07-01").choice_usd == pytest.approx(2_200 + 2.4e6 * 0.002)
    assert of(found, "2025-06-01").choice_usd == pytest.approx(2_200 + 2.4e6 * 0.0004)


def test_prices_seen_on_too_few_days_stand_still(tmp_path: Path) -> None:
    found = told(dated(tmp_path, (0.002, "2025-07-01", "2025-07-01")))  # two days
    assert len(found.days) == 1
    assert found.followed == ()
    assert found.days[0].places["managed_api"].id == FIRST_YEAR


def test_held_prices_are_named_and_counted(book: PriceBook) -> None:
    found = told(book)
    rows = {row.key: row for row in found.held}
    assert "acme/faces-first-year/standard" in rows  # best in July at the price of today
    assert rows["acme/faces-first-year/standard"].why == "seen on too few days"
    assert KEY not in rows
    assert of(found, "2025-07-01").held == len(
        {row.key for row in found.held if row.until >= date(2025, 7, 1)}
    )
    assert found.days[-1].held == 0


def test_known_prices_only_leave_the_others_out(book: PriceBook) -> None:
    found = told(book, "known")
    offered = {day.day.isoformat(): day.places["managed_api"].id for day in found.days}
    assert set(offered.values()) == {DELTA}  # Acme's were seen once
    assert of(found, "2025-07-01").places["managed_api"].usd == pytest.approx(7_000)
    assert found.held == ()
    assert found.left_out > 0
    # devices have no price of their own
    assert all(
        set(day.places) <= {"managed_api", "device+managed_api", "device"} for day in found.days
    )


def test_before_its_first_price_an_option_is_held_or_unknown(tmp_path: Path) -> None:
    folder = shutil.copytree(frozen(), tmp_path, dirs_exist_ok=True)
    # another service was seen on three days too, the first a month before Delta
    with (folder / "task_api_prices.csv").open("a") as file:
        for usd, day in ((0.003, "2025-05-01"), (0.002, "2025-05-15")):
            file.write(
                f"acme/faces-quarter/standard,{usd},image,USD,global,0,,{day},price,2026-01-01,"
                f"{day},A,world,,\n"
            )
    book = dated(folder, (0.001, "2025-07-01", "2025-08-01"), (0.0005, "2025-10-01", "2025-10-01"))
    hold, known = told(book), told(book, "known")
    may = of(hold, "2025-05-01").places["managed_api"]
    assert may.id == DELTA
    assert may.usd == pytest.approx(2_200 + 2.4e6 * 0.0005)  # as today
    # 1,200 of work and 1,000 of set-up, 1,000 a month free for three months
    alone = of(known, "2025-05-01").places["managed_api"]
    assert alone.id == "none>managed_api:acme/faces-quarter"
    assert alone.usd == pytest.approx(2_200 + (2.4e6 - 3_000) * 0.003)
    assert of(known, "2025-06-01").places["managed_api"].id == DELTA


def test_known_waits_for_the_model_and_hold_does_not() -> None:
    """Llama 3.1 8B came out on 2024-07-23; rented machines were priced long before."""
    asked = from_preset("support_chat", {}, REAL)
    (row,) = [r for r in REAL.table("model_releases", ModelReleaseRow) if r.model == asked.model]
    known, hold = history(asked, REAL, "known"), history(asked, REAL)
    assert known.days[0].day >= row.released_on > hold.days[0].day
    # the next day looked at is after it, and a comparison there allows what it names
    then = compare(asked, REAL.at(known.days[0].day))
    (best,) = [o for o in then.options if o.id == next(iter(known.days[0].places.values())).id]
    assert best.status == "feasible"
    # the day before its model came out nothing was
    before = compare(asked, REAL.at(row.released_on - timedelta(days=1)))
    assert before.cheapest is None


def test_the_volume_at_which_the_first_two_cost_the_same(book: PriceBook) -> None:
    found = of(told(book), "2025-06-01").equal
    assert found is not None
    assert found.volume is not None
    assert found.cheaper_below is not None
    sides = []
    keys = {KEY}
    for factor in (0.99, 1.01):
        asked = scenario(**ASKED | {"requests_per_month": found.volume * factor})
        view = book.with_prices_of(date(2025, 6, 1), keys)
        options = {o.kind: o.company_usd for o in compare(asked, view, MEMORY).best_of_kind}
        first, second = options[found.first], options[found.second]
        assert first is not None
        assert second is not None
        sides.append(found.first if first < second else found.second)
    assert sides[0] == found.cheaper_below
    assert sides[1] != found.cheaper_below


def test_a_price_of_one_s_own_holds_on_every_day(book: PriceBook) -> None:
    found = told(book, **{f"price.{KEY}": 0.0001})
    assert {day.places["managed_api"].usd for day in found.days} == {2_200 + 2.4e6 * 0.0001}
    assert all(KEY not in {item.key for item in day.moved} for day in found.days)


def test_where_nothing_is_allowed_there_is_no_history(book: PriceBook) -> None:
    found = told(book, data_sensitivity="on_device", offline_required=True, model="", task="ocr")
    assert (found.choice, found.days) == (None, ())


@pytest.mark.parametrize("preset", ["support_chat", "deep_art"])
def test_days_kept_say_what_a_comparison_says(preset: str) -> None:
    asked = from_preset(preset, {}, REAL)
    found = history(asked, REAL)
    assert found.days[-1].day == REAL.price_date
    for day in found.days[-3:]:
        view = REAL.with_prices_of(day.day, found.keys)
        there = compare(asked, view, SHARED)
        assert there.cheapest is not None
        best = next(iter(day.places.values()))
        assert best.id == there.cheapest.id
        assert best.usd == pytest.approx(there.cheapest.company_usd, rel=1e-9)
        feasible = {o.kind: o for o in there.best_of_kind if o.status == "feasible"}
        assert set(day.places) == set(feasible)
        for place, held in day.places.items():
            assert held.usd == pytest.approx(feasible[place].company_usd, rel=1e-9)
