"""A script ahead of the page's own, and nothing else changed."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from report.server.page_script import WithScript

PAGE = "<head><script>one</script><script>two</script></head>" + "word " * 200
ADDED = "<head><script>first()</script>\n<script>one</script><script>two</script></head>"


def page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"ETag": '"of the page without"'})


def data(_: Request) -> Response:
    return JSONResponse({"page": "<script>"})


def client() -> TestClient:
    return TestClient(
        Starlette(
            routes=[Route("/", page), Route("/prices", data), Route("/other", page)],
            middleware=[
                Middleware(WithScript, script=b"first()", pages=["/", "/prices"]),
                Middleware(GZipMiddleware, minimum_size=1),
            ],
        )
    )


def test_it_comes_before_the_first_script_of_a_page() -> None:
    found = client().get("/", headers={"If-None-Match": '"of the page without"'})
    assert found.text.startswith(ADDED)
    assert found.text.endswith(PAGE[-900:])
    assert int(found.headers["content-length"]) == len(found.content)
    assert "etag" not in found.headers  # another page has it


def test_the_head_alone_tells_of_the_same_length() -> None:
    whole = client().get("/")
    alone = client().head("/")
    assert alone.headers["content-length"] == whole.headers["content-length"]
    assert alone.content == b""


def test_other_paths_and_other_kinds_are_left_as_they_are() -> None:
    assert client().get("/other").text == PAGE
    assert client().get("/prices").json() == {"page": "<script>"}
