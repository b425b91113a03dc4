"""The API's own description: a valid one, of every route and no other, and what routes answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.presets import presets
from calculators.scenario import bounds, choices, fields, is_numeric
from pricing.book import PriceBook
from report import api, health, openapi, shapes
from report.csv_tables import TABLES
from report.pins import PINS

DOCUMENT = openapi.document()
DAILY = ("celebrity_match", "document_ocr")
OWN = {
    "/api/v1/sweep": "axis=requests_per_month&values=1e5,1e6",
    "/api/v1/map": "x=requests_per_month&y=staff_usd_per_hour&n=5",
    "/api/v1/break-even": "a=device&b=hosted_platform",
    "/api/v1/payback": "a=device&b=hosted_platform",
    "/api/v1/side-by-side": "b.requests_per_month=5e6&c.region=eu",
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with (
        patch.object(health, "_warm", ["2026-11-26"]),
        TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found,
    ):
        yield found


def test_the_document_is_valid() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_it_is_served(client: TestClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == DOCUMENT


def routes() -> set[str]:
    """Paths of the app that are answered; those that only say what there is are none."""
    catching = type(next(r for r in api.ROUTES if r.path == "/api").app)
    return {route.path for route in api.ROUTES if not isinstance(route.app, catching)}


def test_every_route_is_described_and_no_other() -> None:
    assert set(DOCUMENT["paths"]) == routes()
    assert "/api" not in routes()
    assert len(routes()) > len(TABLES)


def test_every_input_is_a_parameter_with_unit_bounds_and_what_empty_means() -> None:
    found = DOCUMENT["components"]["parameters"]
    assert set(found) == {*fields(), *PINS, "own_figures", "differences", "z"}
    for name in fields():
        item = found[name]
        assert item["description"]
        assert item["x-unit"] is not None
        schema = item["schema"]
        if is_numeric(name):
            low, high, open_low = bounds(name)
            assert schema.get("exclusiveMinimum" if open_low else "minimum") == low
            assert schema.get("maximum") == high
        elif choices(name) and schema["type"] == "string":
            assert schema["enum"] == list(choices(name))
    budget = found["latency_budget_ms"]
    assert budget["allowEmptyValue"] is True
    assert "null in JSON" in budget["description"]
    assert found["requests_per_month"]["schema"]["default"] == 1_000_000
    assert found["pue"]["x-unit"] == "ratio"
    assert found["battery_wear"]["schema"]["enum"] == ["yes", "no"]


def test_tables_say_their_columns_with_units() -> None:
    for table in TABLES.values():
        schema = DOCUMENT["paths"][table.path]["get"]["responses"]["200"]["content"]["text/csv"]
        named = [column["name"] for column in schema["schema"]["x-columns"]]
        assert named == [column.name for column in table.columns]


def test_every_refusal_of_a_route_is_described() -> None:
    told = DOCUMENT["components"]["responses"]
    assert "Retry-After" in told["Busy"]["headers"]
    for path, item in DOCUMENT["paths"].items():
        answers = item["get"]["responses"]
        assert {"405", "414", "500", "503"} <= set(answers), path
        assert ("422" in answers) == bool(item["get"]["parameters"])
        assert ("X-Warning" in answers["200"].get("headers", {})) == path.endswith(".csv")
        for one in answers.values():
            if "$ref" in one:
                assert one["$ref"].rpartition("/")[2] in told


def schema_of(path: str) -> dict[str, Any]:
    answer = DOCUMENT["paths"][path]["get"]["responses"]["200"]
    return {**answer["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}


JSON_PATHS = [
    path
    for path, item in DOCUMENT["paths"].items()
    if "application/json" in item["get"]["responses"]["200"]["content"]
]


def closed(schema: Any) -> Any:
    """The same shape with no room for a field that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(item) for name, item in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


def fits(path: str, answer: Any) -> None:
    OAS31Validator(closed(schema_of(path))).validate(answer)


SCENARIOS = [
    pytest.param(
        f"preset={name}",
        marks=[
            pytest.mark.xdist_group(f"routes of {name}"),  # what one route looked for, others read
            *(() if name in DAILY else (pytest.mark.soak,)),
        ],
    )
    for name in presets(PriceBook.load())
]


@pytest.mark.parametrize("path", JSON_PATHS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_routes_answer_what_is_described_and_nothing_else(
    client: TestClient, path: str, scenario: str
) -> None:
    takes = DOCUMENT["paths"][path]["get"]["parameters"]
    query = "&".join(part for part in (scenario if takes else "", OWN.get(path, "")) if part)
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    fits(path, answer.json())


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for item in schema:
            yield from parts_of(item)
    elif isinstance(schema, dict):
        yield schema
        for item in schema.values():
            yield from parts_of(item)


@pytest.mark.parametrize("path", JSON_PATHS)
def test_every_figure_says_its_unit_and_what_null_means(path: str) -> None:
    answer = DOCUMENT["paths"][path]["get"]["responses"]["200"]
    for part in parts_of(answer["content"]["application/json"]["schema"]):
        kinds = part.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        if {"number", "integer"} & set(kinds) and "string" not in kinds:
            assert part.get("x-unit"), part
        if "null" in kinds and len(kinds) > 1:
            assert "null" in part["description"], part


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v1/compare", "preset=celebrity_match&candidates=best&break_even=yes"),
        ("/api/v1/compare", "preset=live_camera&candidates=best"),
        ("/api/v1/compare", "preset=deep_art&candidates=best&today_usd_per_month=5"),
        ("/api/v1/constraints", "preset=live_camera"),
        ("/api/v1/strips", "preset=celebrity_match&inputs=requests_per_month"),
        (
            "/api/v1/retraining",
            "preset=recommender&quality_point_usd_per_month=500&quality_loss_per_month=2",
        ),
    ],
)
def test_a_route_asked_for_more_answers_in_its_shape(
    client: TestClient, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    fits(path, answer.json())
    asked = {part.partition("=")[0] for part in query.split("&")} & {"candidates", "inputs"}
    takes = {item.get("name") for item in DOCUMENT["paths"][path]["get"]["parameters"]}
    assert asked <= takes


def test_a_list_may_be_null_where_its_shape_says_so() -> None:
    assert shapes.schema(["text", "?"])["type"] == ["array", "null"]
    assert shapes.schema(["text"])["type"] == "array"


def test_a_refusal_has_the_shape_described(client: TestClient) -> None:
    answer = client.get("/api/v1/compare?pue=0")
    assert answer.status_code == 422
    OAS31Validator(DOCUMENT["components"]["schemas"]["Refused"]).validate(answer.json())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("monthly_usd", "US dollars a month"),
        ("company_low_usd", "US dollars"),
        ("extra_usd_per_month", "US dollars a month"),
        ("lasting_ms", "milliseconds"),
        ("device_share", "share, 0 to 1"),
        ("label", ""),
        ("raw_usd_per_hour", "US dollars an hour"),
        ("weeks_low", "weeks"),
        ("p50_high", "milliseconds"),
        ("low", "that of what it stands in"),
        ("usd_per_1000_requests", "US dollars per 1,000 requests"),
    ],
)
def test_a_field_says_its_unit_by_its_end(name: str, said: str) -> None:
    assert shapes.unit(name) == said


def test_a_shape_without_a_meaning_is_a_fault() -> None:
    with pytest.raises(KeyError):
        shapes.schema({"x": "tekst"})
