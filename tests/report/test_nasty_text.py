"""Nasty text in every free field: every output shows it as plain text, or it is refused by name."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pymupdf
import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.scenario import choices, fields, is_numeric
from calculators.title import strange
from report import api, csv_file
from tests.sampling import few

TITLES = (
    '=HYPERLINK("http://evil.example";"open")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1;1)",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "  =1+1",
    "{=1+1}",
    "'=1+1",
    '"quoted", and; separated',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp; <!-- -->",
    "]]><x>&y;",
    "$x^2$ **bold** _it_ `raw` [a](javascript:alert(1))",
    ":material/home: :red[no] :streamlit:",
    '#read("/etc/passwd") @ref <label> // comment',
    "#{ panic() }",
    "\\u0041 \\x41 %41 %00 %s {0} {{7*7}} ${7*7}",
    "_x0041_ _x000D_",
    "../../etc/passwd",
    "CON.pdf\N{MIDDLE DOT}NUL",
    "'; DROP TABLE prices; --",
    "e\u0301\u0323\u0302\u0308" * 6,
    "\N{GRINNING FACE}\N{CJK UNIFIED IDEOGRAPH-4E2D}\u05e9\u05dc\u05d5\u05dd",
    "W" * 200,
    # refused: nobody reads these, and some dress text up as other text
    "a\x00b",
    "line\r\nX-Injected: yes",
    "abc\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
    "\ufeff=1+1",
    "W" * 201,
)
NAMES = [
    name
    for name, field in fields().items()
    if name != "title"
    and not is_numeric(name)
    and not choices(name)
    and field.annotation is not bool
]
"""Inputs that are the name of something, or several."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=api.ROUTES, exception_handlers={500: api.failed})
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def asked(**inputs: str) -> str:
    return urlencode({"preset": "celebrity_match", "horizon_months": "1", **inputs})


def bare(text: str) -> str:
    """Without white space and places where a long word may break."""
    return re.sub(r"[\s\u200b]+", "", text)


def is_refused(title: str) -> bool:
    return bool(strange(title)) or len(title) > 200


def shown(client: TestClient, path: str, title: str, **more: str) -> bytes | None:
    """What a route answers; None where the title is refused, by its name."""
    answer = client.get(f"{path}?{asked(title=title, **more)}")
    if is_refused(title):
        assert answer.status_code == 422
        assert [item["field"] for item in answer.json()["details"]] == ["title"]
        return None
    assert answer.status_code == 200, answer.text
    assert all("\n" not in value and "\r" not in value for value in answer.headers.values())
    return answer.content


@pytest.mark.parametrize("title", TITLES)
def test_json_holds_it_as_it_is(client: TestClient, title: str) -> None:
    found = shown(client, "/api/v1/compare", title, candidates="best")
    if found is not None:
        assert json.loads(found)["scenario"]["title"] == title


@pytest.mark.parametrize("title", TITLES)
def test_a_spreadsheet_takes_no_cell_of_csv_for_a_formula(client: TestClient, title: str) -> None:
    if is_refused(title):
        return
    query = asked(title=title, **{"b.requests_per_month": "2000"})
    answer = client.get(f"/api/v1/side_by_side.csv?{query}")
    assert answer.status_code == 200, answer.text
    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
    assert title in {cell.removeprefix("'") for cell in cells} | set(cells)
    texts = [cell for cell in cells if not _is_number(cell)]
    assert not [cell for cell in texts if cell.startswith(csv_file.FORMULA)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("title", few(TITLES, 4))
def test_a_workbook_holds_it_as_text(client: TestClient, title: str) -> None:
    found = shown(client, "/report.xlsx", title)
    if found is None:
        return
    cells = [
        cell
        for sheet in load_workbook(io.BytesIO(found))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    holding = [cell for cell in cells if bare(title) in bare(str(cell.value))]
    assert holding
    assert {cell.data_type for cell in holding} <= {"s", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink and "evil" in str(cell.hyperlink.target)]


@pytest.mark.parametrize("title", few(TITLES, 4))
def test_the_report_prints_it(client: TestClient, title: str) -> None:
    found = shown(client, "/report.pdf", title)
    if found is None:
        return
    document = pymupdf.open(stream=found)
    page = document[0]
    text = bare(page.get_text())
    letters = [char for char in bare(title) if char.isalnum()]
    assert all(char in text for char in letters)
    if title.isascii():
        assert bare(title) in text
    assert "root:" not in text
    urls = [item.get("uri", "") for page in document.pages() for item in page.get_links()]
    assert not [url for url in urls if url.startswith(("javascript", "http://evil"))]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", few(TITLES, 3))
def test_where_a_name_is_asked_for_it_is_refused(client: TestClient, name: str, text: str) -> None:
    query = urlencode({"preset": "celebrity_match", name: text})
    answer = client.get(f"/api/v1/compare?{query}")
    assert answer.status_code == 422, answer.text
    assert name in {item["field"] for item in answer.json()["details"]}


@pytest.mark.parametrize("kind", ["price.", "discount.", "fixed.", "assume.", "", "b.", "b.price."])
@pytest.mark.parametrize("text", few(TITLES, 3))
def test_so_it_is_as_the_name_of_a_parameter(client: TestClient, kind: str, text: str) -> None:
    query = urlencode({"preset": "keyboard", f"{kind}{text}": "1"})
    answer = client.get(f"/api/v1/compare?{query}")
    assert answer.status_code == 422, answer.text
    (one,) = answer.json()["details"]
    assert one["field"].startswith(kind)
    assert one["field"].isprintable()
