"""The routes: JSON as documented, 422 with field, value and what is allowed, never a traceback."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from calculators import METHOD
from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from calculators.scenario import fields
from pricing.book import PriceBook, editions
from report import api, links
from report.codec import encode
from report.payload import payload
from report.upgrades import SCHEMA
from tests.report import examples

BOOK = PriceBook.load()
COMPARE = "/api/v1/compare"
TOP = {
    "own_figures",
    "answers_since",
    "today",
    "verdict",
    "too_close",
    "schema",
    "edition",
    "price_date",
    "method",
    "scenario",
    "places",
    "cheapest",
    "unconfirmed",
    "cheapest_confirmed",
    "options",
    "alternatives",
    "break_even",
}
OPTION = {
    "id",
    "kind",
    "label",
    "trained_at",
    "training_product",
    "answers_at",
    "status",
    "reasons",
    "rules",
    "unconfirmed",
    "data_goes",
    "training_data_goes",
    "not_modelled",
    "total_usd",
    "npv_usd",
    "monthly_usd",
    "month1_usd",
    "usd_per_1000_requests",
    "usd_per_user_month",
    "company_usd",
    "user_usd",
    "range",
    "saves_usd_per_month",
    "switch_paid_back_month",
    "device_share",
    "on_devices",
    "carbon_g_per_1000_requests",
    "carbon_text",
    "latency_ms",
    "capacity",
    "line_items",
}
ITEM = {
    "name",
    "category",
    "payer",
    "period",
    "quantity",
    "unit",
    "rate_usd",
    "amount_usd",
    "credit",
    "price_key",
    "assumptions",
    "source",
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=api.ROUTES, exception_handlers={500: api.failed})
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, float):
        yield value


def refuse_constants(name: str) -> None:
    raise AssertionError(f"{name} in JSON")


@pytest.mark.parametrize("preset", sorted(presets(BOOK))[::3])
def test_compare_returns_the_documented_fields_and_the_calculators_numbers(
    client: TestClient, preset: str
) -> None:
    expected = compare(from_preset(preset, {}, BOOK), BOOK)
    found = client.get(COMPARE, params={"preset": preset})
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    body = json.loads(found.content, parse_constant=refuse_constants)
    assert set(body) == TOP
    assert set(body["scenario"]) == set(fields())
    assert body["scenario"]["preset"] == preset
    assert body["cheapest"] == (expected.cheapest.id if expected.cheapest else None)
    assert all(math.isfinite(number) for number in numbers(body))
    for option, wanted in zip(body["options"], expected.options, strict=True):
        assert set(option) == OPTION
        assert option["id"] == wanted.id
        assert option["total_usd"] == wanted.total_usd
        _items_add_up(option)


def _items_add_up(option: dict[str, Any]) -> None:
    assert set(option["latency_ms"]) == {"p50", "p95", "near_limit"}
    items = option["line_items"]
    assert all(set(item) == ITEM for item in items)
    source = {"title", "url", "as_of", "confidence", "own", "list_usd"}
    assert all(set(item["source"]) == source for item in items)
    assert all(item["source"]["title"] for item in items)
    assert all(item["credit"] for item in items if item["amount_usd"] < 0)
    if option["total_usd"] is not None:
        summed = math.fsum(item["amount_usd"] for item in items)
        assert summed == pytest.approx(option["total_usd"], abs=0.005, rel=1e-9)


def test_incomplete_options_have_no_amount(client: TestClient) -> None:
    body = payload(examples.PLAIN)
    hybrid = next(item for item in body["options"] if item["status"] == "incomplete")
    amounts = {name: hybrid[name] for name in OPTION if "usd" in name}
    assert set(amounts.values()) == {None}
    assert hybrid["reasons"] == ["needs price above 20 million units a month"]
    assert client.get(COMPARE).json()["method"] == METHOD


def test_break_even_is_listed_pair_by_pair(client: TestClient) -> None:
    body = client.get(COMPARE, params={"preset": "voice_notes"}).json()
    assert body["break_even"]
    for pair in body["break_even"]:
        assert {"first", "second", "axis", "verdict", "text", "crossings"} <= set(pair)
        assert (pair["verdict"] == "crosses") == bool(pair["crossings"])


def test_the_pages_query_gives_the_same_scenario(client: TestClient) -> None:
    scenario = from_preset("support_chat", {"requests_per_month": 123_456.0}, BOOK)
    body = client.get(f"{COMPARE}?{encode(scenario, BOOK)}").json()
    assert body["scenario"] == scenario.model_dump(mode="json", exclude={"own"})


def test_bad_inputs_are_named_all_at_once(client: TestClient) -> None:
    found = client.get(f"{COMPARE}?pue=0&region=mars&nonsense=1&edition=2020-01-01&preset=x")
    assert found.status_code == 422
    body = found.json()
    assert set(body) == {"error", "details"}
    details = {item["field"]: item for item in body["details"]}
    assert set(details) == {"pue", "region", "nonsense", "edition", "preset"}
    assert details["pue"] == {
        "field": "pue",
        "value": "0",
        "allowed": "a number from 1 to 5 (ratio)",
    }
    assert details["region"]["allowed"] == "us | eu"
    assert details["edition"]["allowed"] == " | ".join(str(name) for name in editions())
    assert "celebrity_match" in details["preset"]["allowed"]


@pytest.mark.parametrize("path", [COMPARE, "/report.pdf"])
@pytest.mark.parametrize(
    "query",
    [
        "pue=%00",
        "model=%F0%9F%92%A9",
        "requests_per_month=NaN",
        "=1",
        "a=%zz",
        "x" * 20_000,
        "providers_allowed=%5C",
        "price_date=0001-01-01",
        f"v={SCHEMA + 1}",
        "pue=1.1&pue=1.2",
    ],
)
def test_hostile_queries_are_refused_without_a_traceback(
    client: TestClient, path: str, query: str
) -> None:
    found = client.get(f"{path}?{query}")
    assert found.status_code == 422
    assert found.json()["details"]
    assert b"Traceback" not in found.content


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy at the ends of floating-point numbers
@pytest.mark.parametrize("path", [COMPARE, "/report.pdf"])
@pytest.mark.parametrize(
    "query",
    [
        "requests_per_month=1",
        "requests_per_month=1e12&growth_pct_per_month=100&horizon_months=120",
        "requests_per_month=1e12&growth_pct_per_month=-50&horizon_months=120",
    ],
)
def test_the_ends_of_every_axis_are_answered(client: TestClient, path: str, query: str) -> None:
    found = client.get(f"{path}?{query}")
    assert found.status_code == 200
    assert b"Traceback" not in found.content


def test_reports_asked_for_together_do_not_mix(client: TestClient) -> None:
    names = ["voice_notes", "support_chat", "celebrity_match", "document_ocr"]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: pdf(client, f"preset={name}").body, names))
    for name, body in zip(names, found, strict=True):
        assert f"?preset={name}&".encode() in bytes(body)


def test_another_method_is_answered_with_a_warning(client: TestClient) -> None:
    body = client.get(f"{COMPARE}?method=0.1").json()
    assert body["method"] == METHOD
    (warning,) = body["warnings"]
    assert "method 0.1" in warning


def test_a_fault_of_ours_shows_no_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Comparison:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(api, "compare", fails)
    found = client.get(COMPARE)
    assert found.status_code == 500
    assert found.json() == {"error": "internal error"}


def pdf(client: TestClient, query: str) -> Response:
    found = client.get(f"/report.pdf?{query}")
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/pdf"
    assert found.content.startswith(b"%PDF-")
    return Response(found.content, headers=dict(found.headers))


def test_the_report_opens_in_the_browser_under_a_readable_name(client: TestClient) -> None:
    found = pdf(client, "preset=voice_notes&requests_per_month=1500000")
    assert found.headers["content-disposition"] == (
        f'inline; filename="crossover-voice_notes-1.5M-requests-{BOOK.price_date}.pdf"'
    )


def test_the_report_links_to_the_public_address(client: TestClient) -> None:
    try:
        links.set_public_url("https://crossover.example")
        assert (
            b"https://crossover.example/?preset=voice_notes"
            in pdf(client, "preset=voice_notes").body
        )
    finally:
        links.set_public_url("")
    assert b"http://testserver/?preset=voice_notes" in pdf(client, "preset=voice_notes").body


@pytest.mark.parametrize("path", [COMPARE, "/report.pdf", "/healthz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_only_reading_is_allowed(client: TestClient, path: str, method: str) -> None:
    found = client.request(method, path)
    assert found.status_code == 405
    assert found.headers["allow"] == "GET, HEAD"
    assert found.json() == {"error": "method not allowed", "allowed": "GET, HEAD"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nothing?preset=x",
        "/api/v2/compare",
        "/api/v1/compare/more",
        "/report.xlsx",
    ],
)
def test_an_unknown_path_is_answered_in_json(client: TestClient, path: str, method: str) -> None:
    found = client.request(method, path)
    assert found.status_code == 404
    assert found.json() == {
        "error": "not found",
        "known": [
            "/healthz",
            "/api/v1/compare",
            "/api/v1/sweep",
            "/api/v1/break-even",
            "/api/v1/strips",
            "/api/v1/payback",
            "/api/v1/map",
            "/api/v1/history",
            "/api/v1/uncertainty",
            "/api/v1/self-check",
            "/report.pdf",
        ],
    }


def test_a_last_slash_leads_to_the_path(client: TestClient) -> None:
    found = client.get("/api/v1/compare/?pue=1.2&model=x", follow_redirects=False)
    assert found.status_code == 307
    assert found.headers["location"] == "http://testserver/api/v1/compare?pue=1.2&model=x"
