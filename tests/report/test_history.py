"""The history route: dates, held rows and refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from report import api
from report.history import history_body

BOOK = PriceBook.load()
HISTORY = "/api/v1/history"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def test_the_last_day_is_what_a_comparison_says(client: TestClient) -> None:
    found = client.get(f"{HISTORY}?preset=support_chat")
    assert found.status_code == 200
    body = json.loads(found.content)
    there = compare(from_preset("support_chat", {}, BOOK), BOOK)
    assert there.cheapest is not None
    assert body["mode"] == "hold"
    assert body["choice"] == there.cheapest.id
    last = body["days"][-1]
    assert last["day"] == BOOK.price_date.isoformat()
    assert last["option"] == there.cheapest.id
    cost = last["places"][last["winner"]]["cost_usd_per_month"]
    assert cost == pytest.approx((there.cheapest.company_usd or 0) / 36)
    assert last["choice_usd_per_month"] == cost
    assert last["held"] == 0


def test_days_ascend_and_moves_and_held_rows_are_named(client: TestClient) -> None:
    for mode in ("hold", "known"):
        body = client.get(f"{HISTORY}?preset=voice_notes&mode={mode}").json()
        days = [date.fromisoformat(day["day"]) for day in body["days"]]
        assert days == sorted(set(days))
        assert body["held"]["count"] == len(body["held"]["rows"])
        for day in body["days"]:
            costs = [place["cost_usd_per_month"] for place in day["places"].values()]
            assert costs == sorted(costs)
            sizes = [max(map(abs, move["usd_per_month"].values())) for move in day["moved"]]
            assert sizes == sorted(sizes, reverse=True)
        if mode == "known":
            assert all(day["held"] == 0 for day in body["days"])
            assert body["left_out"] > 0


def test_an_older_price_date_ends_the_walk_there() -> None:
    body, _ = history_body("preset=deep_art&price_date=2025-06-01")
    assert body["days"][-1]["day"] == "2025-06-01"


@pytest.mark.parametrize(
    ("more", "field"), [("mode=all", "mode"), ("mode=hold&mode=known", "mode"), ("pue=0", "pue")]
)
def test_what_is_refused_is_named(client: TestClient, more: str, field: str) -> None:
    found = client.get(f"{HISTORY}?preset=support_chat&{more}")
    assert found.status_code == 422
    assert [item["field"] for item in found.json()["details"]] == [field]
