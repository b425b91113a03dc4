"""The routes: JSON as documented, 422 with field, value and what is allowed, never a traceback."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from calculators import METHOD
from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from calculators.scenario import fields
from pricing.book import PriceBook, editions
from report import api, comparison, links
from report.codec import decode, encode
from report.payload import payload
from report.pins import VIEW
from report.upgrades import SCHEMA
from tests.report import examples
from tests.sampling import few

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
    "advice",
    "speed_budget",
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
    "first_release",
    "would_allow_it",
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


@pytest.mark.parametrize("preset", few(sorted(presets(BOOK))[::3], 2))
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
    assert set(option["latency_ms"]) == {
        "p50",
        "p95",
        "near_limit",
        "p50_parts",
        "p95_parts",
        "frame",
    }
    items = option["line_items"]
    assert all(set(item) == ITEM for item in items)
    source = {"title", "url", "as_of", "confidence", "own", "list_usd"}
    assert all(set(item["source"]) == source for item in items)
    assert all(item["source"]["title"] for item in items)
    assert all(item["credit"] for item in items if item["amount_usd"] < 0)
    if option["total_usd"] is not None:
        summed = math.fsum(item["amount_usd"] for item in items)
        assert summed == pytest.approx(option["total_usd"], abs=0.005, rel=1e-9)


@pytest.mark.parametrize("preset", sorted(presets(BOOK))[1::4])
def test_the_short_answer_has_one_option_for_each_place(client: TestClient, preset: str) -> None:
    found = client.get(COMPARE, params={"preset": preset, "candidates": "best"})
    assert found.status_code == 200
    assert len(found.content) < 150_000
    body = json.loads(found.content, parse_constant=refuse_constants)
    assert set(body) == TOP - {"options", "alternatives"} | {"headline", "excluded"}
    assert body["break_even"] is None
    assert [place["id"] for place in body["places"]] == list(PLACES)
    for place in body["places"]:
        assert set(place["option"]) == OPTION
        assert place["option"]["answers_at"] == place["id"]
        _items_add_up(place["option"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("candidates=some", "candidates"),
        ("candidates=", "candidates"),
        ("candidates=all&candidates=best", "candidates"),
        ("break_even=true", "break_even"),
        ("break_even=yes&break_even=no", "break_even"),
    ],
)
def test_how_much_is_asked_for_is_refused_by_name(
    client: TestClient, query: str, field: str
) -> None:
    found = client.get(f"{COMPARE}?{query}")
    assert found.status_code == 422
    (said,) = found.json()["details"]
    assert said["field"] == field
    assert "once" in said["allowed"]


def test_crossings_are_worked_out_only_where_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("crossings nobody asked for")

    monkeypatch.setattr(Comparison, "break_even", property(refuse))
    found = client.get(f"{COMPARE}?preset=deep_art&requests_per_month=31")
    assert found.json()["break_even"] is None


def test_incomplete_options_have_no_amount(client: TestClient) -> None:
    body = payload(examples.PLAIN)
    hybrid = next(item for item in body["options"] if item["status"] == "incomplete")
    amounts = {name: hybrid[name] for name in OPTION if "usd" in name}
    assert set(amounts.values()) == {None}
    assert hybrid["reasons"] == ["needs price above 20 million units a month"]
    assert client.get(COMPARE).json()["method"] == METHOD


def test_break_even_is_listed_pair_by_pair(client: TestClient) -> None:
    body = client.get(COMPARE, params={"preset": "voice_notes", "break_even": "yes"}).json()
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
    few(
        [
            "requests_per_month=1",
            "requests_per_month=1e12&growth_pct_per_month=100&horizon_months=120",
            "requests_per_month=1e12&growth_pct_per_month=-50&horizon_months=120",
        ],
        2,
    ),
)
def test_the_ends_of_every_axis_are_answered(client: TestClient, path: str, query: str) -> None:
    found = client.get(f"{path}?{query}")
    assert b"Traceback" not in found.content
    if found.status_code == 422:  # ten years of doubling every month may take too long, and say so
        assert "120" in query
        assert "s of a processor it may have" in found.json()["error"]
        assert "horizon_months" in {item["field"] for item in found.json()["details"]}
        found = client.get(f"{path}?candidates=best&{query}")
    assert found.status_code == 200


def test_reports_asked_for_together_do_not_mix(client: TestClient) -> None:
    names = ["voice_notes", "support_chat", "celebrity_match", "document_ocr"]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: pdf(client, f"preset={name}").body, names))
    for name, body in zip(names, found, strict=True):
        assert f"?preset={name}&".encode() in bytes(body)


def test_a_report_takes_sections_and_paper_and_refuses_others(client: TestClient) -> None:
    query = "preset=celebrity_match&sections=devices&paper=letter"
    found = client.get(f"/report.pdf?{query}")
    assert found.status_code == 200
    assert b"sections=" not in found.content  # its link leads to the comparison
    refused = client.get("/report.pdf?sections=charts&paper=a5&requests_per_month=0")
    assert refused.status_code == 422
    fields = [item["field"] for item in refused.json()["details"]]
    assert fields == ["sections", "paper", "requests_per_month"]


def test_another_method_is_answered_with_a_warning(client: TestClient) -> None:
    body = client.get(f"{COMPARE}?method=0.1").json()
    assert body["method"] == METHOD
    (warning,) = body["warnings"]
    assert "method 0.1" in warning


@pytest.mark.parametrize(
    ("given", "works", "words"),
    [
        ("measured_on=L4", "measured_answer_ms=900", "measured_on=L4 moves nothing"),
        ("measured_device=iPhone 15", "measured_device_ms=9", "measured_device=iPhone 15 moves"),
        ("b.measured_on=L4", "b.measured_answer_ms=900", "b.measured_on=L4 moves nothing"),
        ("scheduled_hours_per_month=99", "billing=scheduled", "it takes billing=scheduled"),
        ("quality_loss_per_month=2", "quality_point_usd_per_month=9", "it takes both"),
        ("quality_point_usd_per_month=9", "quality_loss_per_month=2", "it takes both"),
        ("agreements_signed=aws&data_sensitivity=public", "", "it takes data_sensitivity="),
        ("agreements_signed=aws", "data_sensitivity=regulated", ""),
        ("data_sensitivity=regulated&agreements_signed=aws,gcp-logged", "", "gcp-logged moves"),
    ],
)
def test_what_is_taken_and_moves_nothing_is_said(given: str, works: str, words: str) -> None:
    query = f"preset=support_chat&{given}"
    if words:
        (said,) = api.warnings(decode(query, strict=True))
        assert words in said
        assert said.isascii()  # a header of HTTP takes it
    if works:
        assert api.warnings(decode(f"{query}&{works}", strict=True)) == ()


def test_a_fault_of_ours_shows_no_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Comparison:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(comparison, "compare", fails)
    found = client.get(COMPARE, params={"requests_per_month": 7})
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
    ],
)
def test_an_unknown_path_is_answered_in_json(client: TestClient, path: str, method: str) -> None:
    found = client.request(method, path)
    assert found.status_code == 404
    body = found.json()
    assert body["error"] == "not found"
    assert {"/healthz", COMPARE, "/api/v1/items.csv", "/report.pdf"} <= set(body["known"])


def test_a_last_slash_leads_to_the_path(client: TestClient) -> None:
    found = client.get("/api/v1/compare/?pue=1.2&model=x", follow_redirects=False)
    assert found.status_code == 307
    assert found.headers["location"] == "/api/v1/compare?pue=1.2&model=x"


def test_no_name_that_a_client_claims_is_written_into_a_redirect(client: TestClient) -> None:
    asked = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    found = client.get("/api/v1/items.csv/?preset=x", headers=asked, follow_redirects=False)
    assert found.headers["location"] == "/api/v1/items.csv?preset=x"
    with TestClient(Starlette(routes=api.routes("/tools/crossover"))) as below:
        found = below.get(f"/tools/crossover{COMPARE}/", headers=asked, follow_redirects=False)
        assert found.headers["location"] == f"/tools/crossover{COMPARE}"


def test_below_a_path_the_same_is_answered_and_health_at_the_root_too() -> None:
    app = Starlette(routes=api.routes("/tools/crossover"))
    with TestClient(app) as found:
        assert found.get("/tools/crossover/healthz").status_code == 200
        assert found.get("/healthz").status_code == 200
        assert found.get(f"/tools/crossover{COMPARE}?pue=0").status_code == 422
        assert found.get(COMPARE).status_code == 404
        assert "/tools/crossover/report.pdf" in found.get("/tools/crossover/api").json()["known"]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        (COMPARE, "candidates=best"),
        ("/api/v1/items.csv", ""),
        ("/api/v1/break-even", "axis=staff_usd_per_hour"),
        ("/api/v1/payback", ""),
        ("/api/v1/side-by-side", ""),
    ],
)
def test_the_address_of_a_page_may_be_put_behind_any_path(
    client: TestClient, path: str, own: str
) -> None:
    """With a scenario looked at, an opened option and open groups of inputs."""
    plain = f"preset=support_chat&b.requests_per_month=5e6&{own}"
    view = "&".join(f"{name}={text}" for name, text in zip(VIEW, cycle("bx1"), strict=False))
    asked, shown = client.get(f"{path}?{plain}"), client.get(f"{path}?{plain}&{view}")
    assert asked.status_code == shown.status_code == 200
    assert shown.content == asked.content


def test_what_charts_compare_is_refused_where_it_is_no_question(client: TestClient) -> None:
    found = client.get(f"{COMPARE}?axis=pue&a=owned&x=pue")
    assert {item["field"] for item in found.json()["details"]} == {"axis", "a", "x"}
