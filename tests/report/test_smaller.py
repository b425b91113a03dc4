"""What a question that takes too long is told to ask less of: by name, and never nothing."""

from __future__ import annotations

import pytest

from report import api
from report.smaller import ask_less

GROWS = "preset=support_chat&growth_pct_per_month=3"


def named(path: str, query: str) -> dict[str, str]:
    return {item.field: item.value for item in ask_less(path, query)}


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        ("/api/v1/map", "x=pue&y=pue&n=101", {"n": "101"}),
        ("/api/v1/map", "x=pue&y=pue", {"n": "41"}),
        ("/tools/crossover/api/v1/map.csv", "n=101", {"n": "101"}),
        ("/api/v1/sweep", "axis=pue&values=1,1.2,1.4", {"values": "3 values"}),
        ("/api/v1/strips", "preset=deep_art", {"inputs": "every input"}),
        (
            "/api/v1/strips.csv",
            "inputs=pue,staff_usd_per_hour",
            {"inputs": "pue,staff_usd_per_hour"},
        ),
        ("/api/v1/compare", "", {"candidates": "all"}),
        ("/api/v1/compare", "break_even=yes", {"candidates": "all", "break_even": "yes"}),
        ("/api/v1/compare", "candidates=best&break_even=yes", {"break_even": "yes"}),
        ("/report.pdf", "sections=strips,map", {"sections": "strips,map"}),
        ("/api/v1/items.csv", "option=all", {"option": "all"}),
        ("/api/v1/map", f"{GROWS}&n=5", {"horizon_months": "36"}),
        ("/api/v1/map", f"{GROWS}&n=21&horizon_months=120", {"n": "21", "horizon_months": "120"}),
        ("/report.pdf", f"{GROWS}&horizon_months=13", {"horizon_months": "13"}),
        ("/api/v1/advice", GROWS, {"horizon_months": "36"}),
        ("/api/v1/advice", "price_change_pct_per_year_api=-9", {"horizon_months": "36"}),
    ],
)
def test_what_makes_a_question_long_is_named(path: str, query: str, fields: dict[str, str]) -> None:
    assert named(path, query) == fields


def test_months_that_are_few_or_alike_are_not_named() -> None:
    """Twelve months may differ; where nothing grows, one month stands for all."""
    assert "horizon_months" not in named("/report.pdf", f"{GROWS}&horizon_months=12")
    assert "horizon_months" not in named("/report.pdf", "horizon_months=120")


def test_growth_is_seen_behind_the_values_of_a_sweep_and_in_a_packed_link() -> None:
    values = ",".join("123456789" for _ in range(2_000))  # longer than any scenario
    found = named("/api/v1/sweep", f"{GROWS}&axis=pue&values={values}")
    assert found == {"values": "2,000 values", "horizon_months": "36"}


@pytest.mark.parametrize("route", [route.path for route in api.ROUTES if "{" not in route.path])
def test_nobody_is_refused_without_a_name(route: str) -> None:
    for query in ("preset=voice_notes", "", "nonsense=%00&z=x"):
        found = ask_less(route, query)
        assert found
        assert all(item.field and item.value and item.allowed for item in found)
