"""What every request passes: its size, host and path; the headers; a log that tells no prices."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from report.server.guard import Guard, Visitors, content_policy
from report.server.lane import Loop
from report.server.limits import MAX_BODY_BYTES, MAX_TARGET_BYTES
from report.server.metrics import Metrics
from report.server.settings import Settings, read

POLICY = content_policy(["abc="])
SECRET = "price.acme/model/input=0.0123"


def page(_: Request) -> Response:
    made = PlainTextResponse("page")
    made.set_cookie("_streamlit_xsrf", "2|x", samesite=None)
    return made


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()
    await socket.close()


def shell(request: Request) -> Response:
    """What Streamlit answers below /static: a file, or its page where there is no such file."""
    there = request.url.path.endswith("there.js")
    return Response("x", media_type="text/javascript" if there else "text/html")


def served(
    settings: Settings, visitors: Visitors | None = None, loop: Loop | None = None
) -> tuple[TestClient, Metrics]:
    metrics = Metrics()
    guard = Middleware(
        Guard,
        settings=settings,
        metrics=metrics,
        visitors=visitors or Visitors(10),
        routes=["/api/v1/compare", "/healthz"],
        pages=["/", "/prices"],
        policy=POLICY,
        loop=loop,
    )
    base = settings.base_path
    routes = [
        Route(base + "/api/v1/compare", page),
        Route(base + "/healthz", page),
        WebSocketRoute(base + "/_stcore/stream", stream),
        Route(base + "/static/{rest:path}", shell),
        Route(base + "/{rest:path}", page),
    ]
    app = Starlette(routes=routes, middleware=[guard])
    host = f"https://{settings.host}" if settings.host else "http://testserver"
    return TestClient(app, base_url=host), metrics


@pytest.fixture
def client() -> Iterator[TestClient]:
    found, _ = served(Settings())
    with found:
        yield found


@pytest.mark.parametrize(
    "path", ["/", "/prices", "/api/v1/compare", "/healthz", "/_stcore/metrics"]
)
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    said = client.get(path).headers
    assert said["x-content-type-options"] == "nosniff"
    assert said["x-frame-options"] == "SAMEORIGIN"
    assert said["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in said["content-security-policy"]


def test_pages_run_no_foreign_script_and_data_load_nothing(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    # blob: is the script of a component of ours, as Streamlit loads it
    assert "script-src 'self' 'sha256-abc=' blob:;" in policy
    assert "unsafe-eval" not in policy
    for path in ("/api/v1/compare", "/api/v1/nothing", "/api/"):
        said = client.get(path).headers
        assert said["content-security-policy"].startswith("default-src 'none'")
        assert said["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/upload_file/a/b",
    ],
)
def test_what_nobody_outside_needs_is_not_there(client: TestClient, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert client.request(method, path).status_code == 404


def test_pages_are_read_only(client: TestClient) -> None:
    found = client.post("/prices")
    assert found.status_code == 405
    assert found.headers["allow"] == "GET, HEAD"


READER = {"accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize("path", ["/report.xls", "/compare", "/prices/old", "/favicon.ico"])
def test_where_nothing_is_a_page_says_so(client: TestClient, path: str) -> None:
    found = client.get(path, headers=READER)
    assert found.status_code == 404
    assert found.headers["content-type"].startswith("text/html")
    assert "There is no page at this address" in found.text
    assert '<a href="/prices">Prices</a>' in found.text
    assert '<a href="/">Compare</a>' in found.text
    told = client.post(path)  # a program, by whatever method
    assert told.status_code == 404
    assert told.json() == {"error": "not found", "known": ["/", "/prices"]}


@pytest.mark.parametrize(
    "path", ["/", "/prices", "/prices/", "/static/js/there.js", "/media/a.png", "/favicon.png"]
)
def test_pages_and_their_files_are_there(client: TestClient, path: str) -> None:
    assert client.get(path, headers=READER).status_code == 200


def test_below_a_path_the_page_of_nothing_leads_there() -> None:
    client, _ = served(read({"PUBLIC_URL": "https://tools.example/crossover"}))
    assert client.get("/crossover/prices").status_code == 200
    found = client.get("/crossover/report.xls", headers=READER)
    assert found.status_code == 404
    assert '<a href="/crossover/prices">' in found.text
    assert "/crossover/api/v1/openapi.json" in found.text


def test_sizes_have_an_end_on_both_sides(client: TestClient) -> None:
    path = "/api/v1/compare"
    room = MAX_TARGET_BYTES - len(path)
    assert client.get(f"{path}?{'x' * room}").status_code == 200
    assert client.get(f"{path}?{'x' * (room + 1)}").status_code == 414
    told = {"content-length": str(MAX_BODY_BYTES + 1)}
    assert client.request("GET", path, headers=told).status_code == 413


def test_a_foreign_host_is_refused_where_the_name_is_known() -> None:
    client, _ = served(read({"PUBLIC_URL": "https://tools.example"}))
    assert client.get("/").status_code == 200
    for host in ("evil.example", "tools.example.evil.example", "", "tools.example@evil.example"):
        assert client.get("/", headers={"host": host}).status_code == 421
    # whatever watches the server asks by the address it has inside
    assert client.get("/healthz", headers={"host": "10.0.0.7:8501"}).status_code == 200


def test_cookies_stay_here_and_on_locked_lines() -> None:
    plain, _ = served(Settings())
    locked, _ = served(read({"PUBLIC_URL": "https://tools.example"}))
    assert "SameSite=Lax" in plain.get("/").headers["set-cookie"]
    assert "Secure" not in plain.get("/").headers["set-cookie"]
    assert "; Secure" in locked.get("/").headers["set-cookie"]


def test_below_a_path_the_same_is_shut() -> None:
    client, metrics = served(read({"PUBLIC_URL": "https://tools.example/crossover"}))
    assert client.get("/crossover/api/v1/compare").status_code == 200
    assert client.get("/crossover/_stcore/metrics").status_code == 404
    assert 'route="/api/v1/compare",status="200"} 1' in metrics.text()


def test_no_more_pages_are_open_than_there_is_room_for() -> None:
    visitors = Visitors(1)
    client, _ = served(Settings(), visitors)
    with client, client.websocket_connect("/_stcore/stream") as first:
        assert visitors.now == 1
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
            raise AssertionError("a page too many was let in")
        first.send_text("done")
    assert (visitors.now, visitors.refused) == (0, 1)
    with client, client.websocket_connect("/_stcore/stream") as again:
        again.send_text("done")


def test_the_log_tells_of_a_request_and_not_of_prices(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(f"/api/v1/compare?{SECRET}")
    client.get(f"/no%0A%7Bsuch%E2%80%A8page?{SECRET}")
    client.get("/healthz")
    out = capsys.readouterr().out
    assert "0.0123" not in out
    assert "testclient" not in out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["path"] for line in lines][:1] == ["/api/v1/compare"]
    assert len(lines) == 2  # health is of no news while it is well
    assert lines[0].keys() == {"time", "event", "method", "path", "status", "bytes", "ms"}


def test_figures_are_those_of_prometheus(client: TestClient) -> None:
    found, metrics = served(Settings())
    metrics.gauge("crossover_waiting", "Answers waited for.", lambda: 3)
    found.get("/api/v1/compare?a=1")
    found.get("/prices")
    found.get("/anything")
    text = metrics.text()
    assert 'crossover_requests_total{route="/api/v1/compare",status="200"} 1\n' in text
    assert 'crossover_requests_total{route="page",status="200"} 1\n' in text
    assert 'crossover_requests_total{route="unknown",status="404"} 1\n' in text
    assert 'crossover_request_seconds_bucket{route="page",le="+Inf"} 1\n' in text
    assert "# TYPE crossover_waiting gauge\ncrossover_waiting 3\n" in text


def test_the_loop_says_that_it_goes_round_from_the_start_of_the_server() -> None:
    begun: list[str] = []

    class Noted(Loop):
        def begin(self) -> None:
            begun.append("once")

    client, _ = served(Settings(), loop=Noted())
    with client:
        client.get("/anything")
        client.get("/healthz")
    assert begun == ["once"]


@pytest.mark.parametrize("public", ["", "https://tools.example/crossover"])
def test_a_file_that_is_not_there_is_no_page(public: str) -> None:
    settings = Settings(public_url=public)
    client, metrics = served(settings)
    with client:
        got = {
            name: client.get(f"{settings.base_path}/static/js/{name}").status_code
            for name in ("there.js", "gone.js")
        }
    assert got == {"there.js": 200, "gone.js": 404}
    assert 'route="file",status="404"' in metrics.text()
