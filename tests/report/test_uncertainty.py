"""How sure the answer is, as JSON: of the route, and in the comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators import factors
from calculators.compare import compare
from calculators.explore.draws import SEED
from calculators.places import PLACES
from calculators.presets import from_preset
from pricing.book import PriceBook
from report import api
from report.payload import best
from report.uncertainty import body, verdict

BOOK = PriceBook.load()
ROUTE = "/api/v1/uncertainty"
PLACE = {
    "option",
    "p10_usd_per_month",
    "p50_usd_per_month",
    "p90_usd_per_month",
    "probability_cheapest",
    "expected_regret_usd_per_month",
    "available_share",
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def asked(client: TestClient, query: str) -> Any:
    found = client.get(f"{ROUTE}?{query}")
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"

    def never(name: str) -> None:
        raise AssertionError(f"{name} in JSON")

    return json.loads(found.content, parse_constant=never)


def test_the_documented_fields(client: TestClient) -> None:
    told = asked(client, "preset=document_ocr")
    assert (told["draws"], told["seed"]) == (8192, SEED)
    assert set(told["places"]) <= set(PLACES)
    for place in told["places"].values():
        assert set(place) == PLACE
        ends = [place[f"{p}_usd_per_month"] for p in ("p10", "p50", "p90")]
        assert ends == sorted(ends)
        assert place["expected_regret_usd_per_month"] >= 0
        assert 0 < place["available_share"] <= 1
    shares = [place["probability_cheapest"] for place in told["places"].values()]
    assert sum(shares) == pytest.approx(1)
    assert {item["factor"] for item in told["worth_knowing"]} == set(factors.BY_NAME)
    assert all(item["label"] and item["usd_per_month"] >= 0 for item in told["worth_knowing"])
    assert told["tornado"]
    for bar in told["tornado"]:
        assert set(bar) == {"factor", "label", "low_usd_per_month", "high_usd_per_month"}
    assert told["too_close"] == (told["recommended"] is None)


def test_the_same_link_has_the_same_numbers(client: TestClient) -> None:
    query = "preset=photo_moderation&requests_per_month=2e6"
    one, other = (client.get(f"{ROUTE}?{query}").content for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("pue=0", "pue"),
        ("nonsense=1", "nonsense"),
        ("growth_pct_per_month=2&growth_low=3", "growth_low"),
        ("growth_pct_per_month=2&growth_high=1", "growth_high"),
    ],
)
def test_refusals_are_those_of_the_other_routes(client: TestClient, query: str, field: str) -> None:
    found = client.get(f"{ROUTE}?{query}")
    assert found.status_code == 422
    assert found.json() == client.get(f"/api/v1/compare?{query}").json()
    assert [item["field"] for item in found.json()["details"]] == [field]


def test_where_nothing_is_allowed_there_is_nothing_to_draw(client: TestClient) -> None:
    told = asked(client, "offline_required=yes&model_secrecy=yes")
    assert told == {**body(None)}
    assert (told["draws"], told["places"], told["too_close"]) == (0, {}, False)


def test_an_older_method_is_named(client: TestClient) -> None:
    told = asked(client, "preset=photo_moderation&method=5")
    assert "method 5" in told["warnings"][0]


def test_the_comparison_holds_the_verdict_of_the_page() -> None:
    found = compare(from_preset("document_ocr", {}, BOOK), BOOK)
    told = best(found)
    said = found.verdict
    assert said is not None
    assert told["too_close"] is told["headline"]["too_close"] is said.too_close is True
    assert told["verdict"] == {
        "recommended": None,
        "against": list(said.against),
        "probability_cheapest": said.places[0].probability_cheapest,
        "expected_regret_usd_per_month": said.places[0].expected_regret_usd,
        "least_regret": said.least_regret,
        "draws": 512,
    }
    sure = compare(from_preset("support_chat", {}, BOOK), BOOK)
    assert sure.cheapest is not None
    assert best(sure)["verdict"]["recommended"] == sure.cheapest.kind


def test_no_answer_has_no_verdict() -> None:
    changes = {"offline_required": True, "model_secrecy": True}
    found = compare(from_preset("celebrity_match", changes, BOOK), BOOK)
    assert verdict(found) == {"verdict": None, "too_close": False}
