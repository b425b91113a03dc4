"""The map: each cell is what a comparison there says; its lines lie where the answer changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.compare import compare
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from report import api
from report.map import CLOSE, MOST, map_body

BOOK = PriceBook.load()
MAP = "/api/v1/map"
SAME_WINNER = 0.995  # of the cells
NEAR = 0.005  # of the cost, elsewhere
AXES = (
    ("requests_per_month", "staff_usd_per_hour"),
    ("requests_per_month", "params_millions"),
    ("requests_per_month", "horizon_months"),
    ("requests_per_month", "peak_to_mean"),
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def query(preset: str, x: str, y: str, **more: Any) -> str:
    return "&".join(
        f"{name}={value}" for name, value in {"preset": preset, "x": x, "y": y, **more}.items()
    )


def there(preset: str, x: str, y: str, at: tuple[float, float]) -> Any:
    found = compare(from_preset(preset, {x: at[0], y: at[1]}, BOOK), BOOK)
    return found.cheapest


def unlike(preset: str, x: str, y: str, size: int, cells: Sequence[tuple[int, int]]) -> int:
    """Cells whose winner is another than a comparison's; the cost is near in any case."""
    body, _ = map_body(query(preset, x, y, n=size))
    wrong = 0
    for row, column in cells:
        at = body["x"]["values"][column], body["y"]["values"][row]
        best, told = there(preset, x, y, at), body["winner"][row][column]
        if best is None or told is None:
            assert (best, told) == (None, None)
            continue
        months = int(at[1]) if y == "horizon_months" else 36
        cost = body["cost_usd_per_month"][row][column]
        assert cost == pytest.approx(best.company_usd / months, rel=NEAR), (preset, at)
        wrong += best.kind != told
    return wrong


@pytest.mark.parametrize(("preset", "y"), [("celebrity_match", "staff_usd_per_hour")])
def test_cells_are_what_a_comparison_says(preset: str, y: str) -> None:
    rng = np.random.default_rng(7)
    cells = [tuple(cell) for cell in rng.integers(0, 41, (12, 2)).tolist()]
    assert unlike(preset, "requests_per_month", y, 41, cells) == 0


@pytest.mark.soak
@pytest.mark.parametrize("preset", sorted(presets(BOOK)))
def test_2400_cells_are_what_a_comparison_says(preset: str) -> None:
    """Two hundred of each preset, so that a long run that is cut short has said something."""
    rng, each = (
        np.random.default_rng(list(preset.encode())),
        2400 // len(presets(BOOK)) // len(AXES),
    )
    wrong = 0
    for x, y in AXES:
        size = MOST if y != "horizon_months" else 41
        cells = [tuple(cell) for cell in rng.integers(0, size, (each, 2)).tolist()]
        wrong += unlike(preset, x, y, size, cells)
    assert wrong <= (1 - SAME_WINNER) * each * len(AXES)


def test_the_boundary_lies_where_the_winner_changes() -> None:
    body, _ = map_body(query("celebrity_match", "requests_per_month", "staff_usd_per_hour", n=11))
    values = body["x"]["values"]
    step = (values[1] / values[0]) ** (1 / 16)
    assert body["boundary"]
    in_rows = [
        p for p in body["boundary"] if any(np.isclose(p["y"], v) for v in body["y"]["values"])
    ]
    for point in in_rows[:4]:
        sides = [
            there(
                "celebrity_match",
                "requests_per_month",
                "staff_usd_per_hour",
                (point["x"] * factor, point["y"]),
            ).kind
            for factor in (1 / step, step)
        ]
        assert sides == point["between"]


def test_limits_name_the_place_and_the_rule() -> None:
    body, _ = map_body(
        query("hospital_imaging", "requests_per_month", "latency_budget_ms", n=5, y_low=1000)
    )
    owned = next(line for line in body["limits"] if line["place"] == "owned")
    assert owned["rule"].startswith("speed")
    for point in owned["points"]:
        assert (point["allowed"], point["along"]) == ("above", "latency_budget_ms")
        for factor, fine in ((0.9, False), (1.1, True)):
            changes = {
                "requests_per_month": point["x"],
                "latency_budget_ms": point["y"] * factor,
            }
            found = compare(from_preset("hospital_imaging", changes, BOOK), BOOK)
            status = next(o.status for o in found.best_of_kind if o.kind == "owned")
            assert (status == "feasible") == fine


def test_class_follows_the_margin_and_sides_are_as_asked(client: TestClient) -> None:
    found = client.get(
        f"{MAP}?{query('celebrity_match', 'requests_per_month', 'staff_usd_per_hour')}"
        "&n=7&x_low=1000&x_high=1e9&y_low=0&y_high=200"
    )
    assert found.status_code == 200
    body = json.loads(found.content)
    assert (body["x"]["scale"], body["y"]["scale"]) == ("log", "linear")
    assert (body["x"]["values"][0], body["x"]["values"][-1]) == (1000, 1e9)
    assert (body["y"]["values"][0], body["y"]["values"][-1]) == (0, 200)
    assert body["x"]["here"] == 1e6
    for name in ("winner", "margin_usd_per_month", "margin_share", "class"):
        assert [len(row) for row in body[name]] == [7] * 7
    for shares, classes in zip(body["margin_share"], body["class"], strict=True):
        for share, said in zip(shares, classes, strict=True):
            assert said == ("close" if share is not None and share < CLOSE else "clear")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("x=requests_per_month", "y"),
        ("x=region&y=pue", "x"),
        ("x=nothing&y=pue", "x"),
        ("x=pue&y=pue", "y"),
        ("x=measured_answer_ms&y=pue", "x"),
        ("x=pue&y=measured_device_ms", "y"),
        ("x=cached_input_share&y=cache_writes_share", "y"),  # cells would hold over a whole
        ("x=pue&y=horizon_months&n=4", "n"),
        ("x=pue&y=horizon_months&n=102", "n"),
        ("x=pue&y=horizon_months&n=5.0", "n"),
        ("x=pue&y=horizon_months&n=%D9%A5%D9%A5", "n"),
        ("x=pue&y=horizon_months&x_low=0.9", "x_low"),
        ("x=pue&y=horizon_months&x_high=6", "x_high"),
        ("x=pue&y=horizon_months&x_low=3&x_high=3", "x_high"),
        ("x=pue&y=horizon_months&y_low=1.5", "y_low"),
        ("x=pue&y=horizon_months&y_high=nan", "y_high"),
        ("x=pue&x=horizon_months&y=pue", "x"),
        ("x=pue&y=horizon_months&pue=0", "pue"),
    ],
)
def test_what_is_refused_is_named(client: TestClient, more: str, field: str) -> None:
    found = client.get(f"{MAP}?preset=celebrity_match&{more}")
    assert found.status_code == 422
    details = found.json()["details"]
    assert [item["field"] for item in details] == [field]
    assert all(item["allowed"] for item in details)


@pytest.mark.parametrize("size", [5, 101])
def test_both_bounds_are_allowed(size: int) -> None:
    body, _ = map_body(query("hospital_imaging", "pue", "staff_usd_per_hour", n=size))
    assert len(body["winner"]) == len(body["winner"][0]) == size
