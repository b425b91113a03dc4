"""`/report.xlsx`: a file by the name of the scenario, or what is wrong with the query."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from report import api, links
from report.workbook.download import XLSX


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(api.ROUTES)))


def test_the_workbook_of_a_query(client: TestClient) -> None:
    query = "?preset=hospital_imaging&title=%3DA1%20X-Evil%3A%20y&horizon_months=2"
    found = client.get(links.WORKBOOK + query)
    assert found.status_code == 200
    assert found.headers["content-type"] == XLSX
    named = found.headers["content-disposition"]
    assert named.startswith('attachment; filename="crossover-A1-X-Evil-y-hospital_imaging-40k-')
    assert "x-evil" not in found.headers
    summary = load_workbook(BytesIO(found.content))["Summary"]
    assert str(summary["A1"].value).startswith("=A1")
    assert summary["A1"].data_type == "s"
    link = next(
        str(row[0].value) for row in summary.iter_rows() if "in the app" in str(row[0].value)
    )
    assert "preset=hospital_imaging" in link


@pytest.mark.parametrize(
    ("query", "field"),
    [("horizon_months=0", "horizon_months"), ("title=A%0D%0AX-Evil%3A%20y", "title")],
)
def test_a_refused_query_names_field_and_value(client: TestClient, query: str, field: str) -> None:
    found = client.get(f"{links.WORKBOOK}?{query}")
    assert found.status_code == 422
    assert found.json()["details"][0]["field"] == field
    assert "x-evil" not in found.headers
