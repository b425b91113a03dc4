"""The recipes of docs/api.md, run as they stand against the routes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from report import api, openapi
from report.csv_tables import TABLES
from report.upgrades import SCHEMA

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES)) as found:
        yield found


def test_there_are_some() -> None:
    assert len(RECIPES) >= 4


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_runs_and_prints_figures(client: TestClient, recipe: str) -> None:
    def opened(url: str) -> io.BytesIO:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        return io.BytesIO(answer.content)

    printed = io.StringIO()
    with patch("urllib.request.urlopen", opened), redirect_stdout(printed):
        exec(compile(recipe, "recipe", "exec"), {"url": "http://testserver"})
    assert re.search(r"\d", printed.getvalue())


def test_every_table_is_in_the_document_and_every_route() -> None:
    listed = DOCUMENT.partition("## Tables as CSV")[2].partition("## Recipes")[0]
    for name in TABLES:
        assert f"`{name}`" in listed
    tables = {table.path for table in TABLES.values()}
    paths = {route.path for route in openapi.described()} - tables
    assert not [path for path in sorted(paths) if f"`{path}" not in DOCUMENT]


def test_the_version_of_links_is_the_running_one() -> None:
    assert f"link's own language, now {SCHEMA};" in DOCUMENT
