"""The self-check: published results through the engine, as data and against a plain solver."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from report import api
from report.self_check import cases, checks
from tests.published import test_cases


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(api.ROUTES)))


def test_every_result_asked_for_lies_within_its_tolerance() -> None:
    asked = [check for check in checks() if check.case.query]
    assert len(asked) >= 22
    assert [check.case.id for check in asked if not check.agrees] == []
    assert {check.ours for check in checks() if not check.case.query} == {None}


@pytest.mark.parametrize("name", ["G1", "G8", "A1-1-year", "A2-gpt-oss-120B against GPT-5", "T9"])
def test_the_engine_says_what_a_plain_solver_says(name: str) -> None:
    """The tests' own false position over single comparisons, to a millionth."""
    row = next(case for case in test_cases.CASES if case["id"] == name)
    plain = test_cases.MEASURES[row["measure"]](test_cases.Asked(row)) * float(row["scale"])
    found = next(check for check in checks() if check.case.id == name)
    assert found.ours == pytest.approx(plain, rel=1e-6)


def test_it_is_data(client: TestClient) -> None:
    body = client.get("/api/v1/self-check").json()
    assert [item["id"] for item in body["cases"]] == [case.id for case in cases()]
    first = body["cases"][0]
    assert (first["id"], first["published"], first["agrees"]) == ("G1", 69.6, True)
    assert first["ours"] == pytest.approx(69.642, rel=1e-4)  # 348.21 USD at 5.00 a million
    waits = next(item for item in body["cases"] if item["status"] == "waits")
    assert (waits["ours"], waits["agrees"], waits["query"]) == (None, None, None)
    assert waits["needs"]


def test_a_parameter_is_refused_by_name(client: TestClient) -> None:
    found = client.get("/api/v1/self-check?preset=keyboard")
    assert found.status_code == 422
    assert found.json()["details"][0]["field"] == "preset"
