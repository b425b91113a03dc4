"""Scenarios side by side: what differs, each answer, items beside each other, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from report import api, words
from report.codec import decode
from report.side_by_side import SideBySide, side_by_side, side_by_side_body

PATH = "/api/v1/side-by-side"
QUERY = (
    "preset=support_chat&today_usd_per_month=900&b.requests_per_month=5e6"
    "&c.region=eu&c.data_sensitivity=regulated&c.title=Clinic&d.preset=voice_notes"
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def found() -> SideBySide:
    return side_by_side(decode(QUERY, strict=True))


def test_each_side_answers_as_it_does_alone(client: TestClient) -> None:
    body = client.get(f"{PATH}?{QUERY}").json()
    assert [one["letter"] for one in body["scenarios"]] == ["a", "b", "c", "d"]
    for one in body["scenarios"][1:3]:
        alone = client.get(f"/api/v1/compare?{one['query']}").json()
        best = next(option for option in alone["options"] if option["id"] == alone["cheapest"])
        assert one["cheapest"] == alone["cheapest"]
        assert one["total_usd"] == best["total_usd"]
        assert one["monthly_usd"] == pytest.approx(best["company_usd"] / 36, abs=1e-9)
        assert one["too_close"] == alone["too_close"]
        assert alone["scenario"]["title"] == one["title"]
        assert "warnings" not in alone


def test_items_of_a_side_add_up_to_its_answer(found: SideBySide) -> None:
    for side in found.sides:
        parts = [row.monthly_usd[side.letter] or 0.0 for row in found.items]
        assert side.best is not None
        assert side.best.total_usd is not None
        months = side.scenario.horizon_months
        assert math.fsum(parts) == pytest.approx(side.best.total_usd / months, abs=1e-6)
    spreads = [row.spread for row in found.items]
    assert spreads == sorted(spreads, reverse=True)


def test_ids_have_names_and_an_open_input_says_what_is_used() -> None:
    """Nobody outside knows ids, and "40 instead of not set" hides how much is saved."""
    query = (
        "preset=support_chat&today=none%3Emanaged_api:aws/bedrock-llama-3.1-8b"
        "&b.model=llama-3.1-70b&b.today=&b.staff_usd_per_hour=40&b.latency_budget_ms="
    )
    made = side_by_side(decode(query, strict=True))
    rows = {row.name: row for row in made.differences}
    book = made.sides[0].comparison.book
    wage = words.input_value("staff_usd_per_hour", book.assumption("staff_usd_per_hour").mid)
    assert rows["staff_usd_per_hour"].said("a") == f"{wage} (nothing entered)"
    assert rows["staff_usd_per_hour"].said("b") == "40 USD per hour"
    assert rows["staff_usd_per_hour"].values == {"a": None, "b": 40.0}  # data stay data
    assert rows["model"].said("b") == "Llama-3.1-70B"
    assert rows["today"].said("a") == "Llama 3.1 8B on Bedrock"
    assert rows["latency_budget_ms"].said("b") == "no limit (nothing entered)"
    changed = made.changed(made.sides[1])
    assert f"cost of work: 40 USD per hour instead of {wage} (nothing entered)" in changed
    assert "model: Llama-3.1-70B instead of Llama-3.1-8B" in changed


def test_inputs_are_listed_where_not_all_agree(found: SideBySide) -> None:
    rows = {row.name: row for row in found.differences}
    assert {"preset", "requests_per_month", "region", "data_sensitivity"} <= set(rows)
    assert "title" not in rows
    assert "horizon_months" not in rows
    assert rows["region"].values == {"a": "us", "b": "us", "c": "eu", "d": "us"}
    assert rows["preset"].said("d") == "Voice notes"
    assert rows["requests_per_month"].with_unit == "Requests a month"
    assert rows["input_tokens"].with_unit == "Input tokens (tokens per request)"


def test_what_changed_is_said_in_words(found: SideBySide) -> None:
    b, c, d = (found.changed(side) for side in found.sides[1:])
    assert b.startswith("B differs in requests a month: 5,000,000 instead of 300,000. ")
    assert "The answer stays a managed API" in b
    assert "more than A" in b
    assert "What differs most: " in b
    assert "data in the requests: regulated instead of personal" in c
    assert d.startswith("D differs in the app: Voice notes instead of Support chat; ")
    assert "more inputs" in d
    assert "instead of a managed API" in d


def test_a_side_that_is_a_again_says_so() -> None:
    made = side_by_side(decode("preset=support_chat&b.preset=support_chat", strict=True))
    assert made.differences == ()
    said = made.changed(made.sides[1])
    assert said.startswith("B is A again: nothing differs.")
    assert "the same" in said
    assert "What differs most" not in said


def test_nothing_possible_is_an_answer_too() -> None:
    query = (
        "preset=support_chat&b.offline_required=yes&b.data_sensitivity=on_premises&b.device_mix="
    )
    query += "us_mainstream&b.min_reach_pct=100&b.latency_budget_ms=1"
    body, _ = side_by_side_body(query)
    second = body["scenarios"][1]
    assert second["cheapest"] is None
    assert second["monthly_usd"] is None
    assert "Then nothing is possible." in second["changed"]


def test_own_figures_stand_among_the_differences() -> None:
    key = "price.deepinfra/llama-3.1-8b-turbo/input"
    made = side_by_side(decode(f"preset=support_chat&{key}=0.01&b.{key}=", strict=True))
    (row,) = made.differences
    assert row.name == key
    assert row.said("b") == "the list's"
    assert row.said("a").startswith("0.01")


def test_what_one_has_today_stands_beside_them(client: TestClient) -> None:
    body = client.get(f"{PATH}?{QUERY}").json()
    assert body["today"]["monthly_usd"] == 900
    assert client.get(f"{PATH}?preset=support_chat&b.pue=1.4").json()["today"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("preset=support_chat", "b.<input>"),
        ("b.colour=red", "b.colour"),
        ("b.pue=0", "b.pue"),
        ("e.pue=1", "e.pue"),
        ("b.edition=2026-11-22", "b.edition"),
    ],
)
def test_refusals_by_name(client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert field in [item["field"] for item in answer.json()["details"]]


def test_other_routes_answer_the_first_alone(client: TestClient) -> None:
    alone = client.get("/api/v1/sweep?preset=voice_notes&axis=pue&values=1,2").json()
    beside = client.get("/api/v1/sweep?preset=voice_notes&b.pue=3&axis=pue&values=1,2").json()
    assert alone == beside
