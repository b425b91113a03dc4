"""The payback route: re-adds to the comparison, names sides, refuses what it cannot read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from report import api
from report.codec import decode, encode
from report.payback import payback_body
from report.payload import payload

BOOK = PriceBook.load()
PAYBACK = "/api/v1/payback"
CHAT = "none>rented:runpod/h100-pcie-secure:on_demand"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


@pytest.mark.parametrize("rank_by", ["company", "company_and_user"])
@pytest.mark.parametrize("more", ["", "&growth_pct_per_month=3&horizon_months=50"])
def test_years_months_and_options_re_add(client: TestClient, rank_by: str, more: str) -> None:
    query = f"preset=deep_art&a=owned&b=device-rented&rank_by={rank_by}{more}"
    found = client.get(f"{PAYBACK}?{query}")
    assert found.status_code == 200
    body = json.loads(found.content)
    scenario = decode(query, strict=True, other=("a", "b")).scenario
    options = {option.id: option for option in compare(scenario, BOOK).options}
    for side in ("a", "b"):
        ranked = options[body[side]].ranked_usd(rank_by)
        rows = body["cash_flow"][side]
        assert len(rows) == math.ceil(scenario.horizon_months / 12)
        assert sum(row["total_usd"] for row in rows) == pytest.approx(ranked, abs=0.005)
        for row in rows:
            parts = ("capex_usd", "opex_usd", "credit_usd", "users_usd")
            assert sum(row[name] for name in parts) == pytest.approx(row["total_usd"], abs=0.005)
        assert body["months"][-1][f"cumulative_{side}_usd"] == pytest.approx(ranked, abs=0.005)
        assert body["sides"][side]["id"] == body[side]
    assert [row["month"] for row in body["months"]] == list(range(scenario.horizon_months + 1))
    gap = body["months"][-1]["cumulative_b_usd"] - body["months"][-1]["cumulative_a_usd"]
    assert body["gap_end_usd"] == pytest.approx(gap)


def test_the_usual_sides_are_the_answer_and_the_next_place_or_today() -> None:
    found = compare(from_preset("celebrity_match", {}, BOOK), BOOK)
    body, _ = payback_body("preset=celebrity_match")
    assert found.cheapest is not None
    assert found.runner_up is not None
    assert (body["a"], body["b"]) == (found.cheapest.id, found.runner_up.id)
    body, _ = payback_body(f"preset=support_chat&today={CHAT}")
    assert body["b"] == "today"
    assert body["sides"]["b"]["id"] == CHAT
    assert body["crossings"][0]["cheaper_after"] == body["a"]


def test_swapped_sides_mirror() -> None:
    one, _ = payback_body("preset=deep_art&a=owned&b=rented")
    other, _ = payback_body("preset=deep_art&a=rented&b=owned")
    assert one["crossings"] == other["crossings"]
    assert one["gap_end_usd"] == pytest.approx(-other["gap_end_usd"])
    assert one["cash_flow"]["a"] == other["cash_flow"]["b"]


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ("a=moon", ["a"]),
        ("a=moon&b=sun", ["a", "b"]),
        ("b=today", ["b"]),
        ("a=owned&b=owned", ["b"]),
        ("a=owned&a=rented", ["a"]),
        ("a=none%3Eowned%3Anothing", ["a"]),
        ("today=none%3Eowned%3Anothing", ["today"]),
        (f"today={CHAT}&today_usd_per_month=5", ["today_usd_per_month"]),
        ("axis=pue", ["axis"]),
    ],
)
def test_what_is_refused_is_named(client: TestClient, more: str, fields: list[str]) -> None:
    found = client.get(f"{PAYBACK}?preset=support_chat&{more}")
    assert found.status_code == 422
    details = found.json()["details"]
    assert [item["field"] for item in details] == fields
    assert all(item["allowed"] for item in details)


def test_a_comparison_says_what_every_option_saves() -> None:
    scenario = from_preset("support_chat", {"today": CHAT}, BOOK)
    found = compare(scenario, BOOK)
    body = payload(found)
    assert body["today"]["id"] == CHAT
    assert body["today"]["switch_usd"] == pytest.approx(
        sum(item["amount_usd"] for item in body["today"]["switch_items"])
    )
    best = body["options"][0]
    cost, stay = best["company_usd"] + body["today"]["switch_usd"], body["today"]["total_usd"]
    assert best["saves_usd_per_month"] == pytest.approx((stay - cost) / 36)
    payback, _ = payback_body(encode(scenario, BOOK))
    assert best["switch_paid_back_month"] == pytest.approx(payback["crossings"][0]["month"])
    assert payload(compare(from_preset("support_chat", {}, BOOK), BOOK))["today"] is None


def test_ids_of_earlier_methods_are_read_as_today() -> None:
    query = "preset=recommender&today=rented:aws/x:spot%3Ehosted_platform:together/dedicated-h100"
    found = decode(query, strict=True)
    assert found.scenario.today == "rented>hosted_platform:together/dedicated-h100"


def test_a_page_names_a_today_it_cannot_hold_and_goes_on() -> None:
    found = decode("preset=support_chat&today=none%3Eowned%3Anothing")
    assert found.scenario.today == ""
    assert [notice.field for notice in found.notices] == ["today"]
