"""The sweep: what a comparison of each value would say of the best candidate of each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report import api
from report.sweep import MOST, sweep_body
from report.values import write

BOOK = PriceBook.load()
SWEEP = "/api/v1/sweep"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def shown(found: Comparison) -> dict[str, dict[str, Any]]:
    """What a comparison says of the best candidate of each place."""
    return {
        option.kind: {
            "status": option.status,
            "company_usd": option.company_usd,
            "total_usd": option.total_usd,
            "p95_ms": option.latency.p95_ms,
        }
        for option in found.best_of_kind
    }


CASES: Sequence[tuple[str, str, Sequence[Any]]] = (
    ("celebrity_match", "requests_per_month", (1e6, 1e3, 1e6, 503_000.0)),
    ("recommender", "retrains_per_month", (0.0, 1.0, 730.0)),
    ("celebrity_match", "retrains_per_month", (0.0, 1.0)),
    ("support_chat", "params_millions", (1_000.0, 8_000.0, 70_000.0, 400_000.0)),
    ("support_chat", "can_wait_hours", (0.0, 24.0)),
    ("support_chat", "output_tokens", (100.0, 1_000.0)),
    ("voice_notes", "audio_seconds", (5.0, 600.0)),
    ("live_camera", "realtime_fps", (0.0, 30.0)),
    ("deep_art", "horizon_months", (1, 36, 120)),
    ("hospital_imaging", "region", ("us", "eu")),
    ("photo_moderation", "own_model_required", (True, False)),
)


@pytest.mark.parametrize(("preset", "axis", "values"), CASES)
def test_each_value_is_answered_like_a_comparison(
    preset: str, axis: str, values: Sequence[Any]
) -> None:
    text = ",".join(write(value) for value in values)
    body, _ = sweep_body(f"preset={preset}&axis={axis}&values={text}")
    assert body["axis"] == axis
    assert body["values"] == list(values)
    assert set(body["places"]) == set(PLACES)
    for turn, value in enumerate(values):
        expected = shown(compare(from_preset(preset, {axis: value}, BOOK), BOOK))
        for place, wanted in expected.items():
            found = body["places"][place][turn]
            assert found["id"].split(">")[1].partition(":")[0] == place
            for name, figure in wanted.items():
                said = found[name]
                same = said == figure if name == "status" else said == pytest.approx(figure)
                assert same, (place, value, name)


def test_dates_are_an_axis_too() -> None:
    days = ("2026-11-24", "2025-06-01")
    body, _ = sweep_body(f"preset=support_chat&axis=price_date&values={','.join(days)}")
    assert (body["unit"], body["values"]) == ("date", list(days))
    scenario = from_preset("support_chat", {}, BOOK)
    for turn, day in enumerate(days):
        found = compare(scenario, BOOK.at(date.fromisoformat(day)))
        for option in found.best_of_kind:
            company = body["places"][option.kind][turn]["company_usd"]
            assert company == pytest.approx(option.company_usd)


def test_lists_and_empty_values() -> None:
    body, _ = sweep_body("preset=live_camera&axis=platforms&values=ios,ios;android")
    assert body["values"] == [["ios"], ["ios", "android"]]
    body, _ = sweep_body("preset=voice_notes&axis=latency_budget_ms&values=,1000")
    assert body["values"] == [None, 1000.0]


@pytest.mark.parametrize(
    ("query", "field", "allowed"),
    [
        ("axis=volume&values=1", "axis", "requests_per_month"),
        ("axis=preset&values=deep_art", "axis", "requests_per_month"),
        ("values=1", "axis", "once"),
        ("axis=pue", "values", "once"),
        ("axis=pue&axis=pue&values=1", "axis", "once"),
        ("axis=pue&values=1,9", "pue", "from 1 to 5"),
        ("axis=pue&values=1,one", "pue", "a number"),
        ("axis=pue&values=1,nan", "pue", "a number"),
        ("axis=horizon_months&values=1_0", "horizon_months", "a number"),
        ("axis=horizon_months&values=1.5", "horizon_months", "from 1 to 120"),
        (f"axis=pue&values={','.join(['1'] * (MOST + 1))}", "values", "2,000"),
        ("axis=region&values=us,mars", "region", "us | eu"),
        ("axis=model&values=no-such", "model", "mobilefacenet"),
        ("axis=price_date&values=2026-W48-1", "price_date", "a date"),
        ("axis=price_date&values=2031-01-01", "price_date", "a date"),
        ("axis=pue&values=1&colour=red", "colour", "one of"),
    ],
)
def test_what_cannot_be_swept_is_named(
    client: TestClient, query: str, field: str, allowed: str
) -> None:
    found = client.get(f"{SWEEP}?{query}")
    assert found.status_code == 422
    named = {item["field"]: item["allowed"] for item in found.json()["details"]}
    assert field in named
    assert allowed in named[field]


def test_two_thousand_values_are_answered(client: TestClient) -> None:
    values = ",".join(str(1000.123456789 + turn) for turn in range(MOST))
    found = client.get(f"{SWEEP}?preset=recommender&axis=requests_per_month&values={values}")
    assert found.status_code == 200
    rows = found.json()["places"]["rented"]
    assert len(rows) == MOST
    costs = [row["company_usd"] for row in rows]
    assert costs == sorted(costs)
