"""The shipped nginx configuration in front of stand-ins: affinity, failure, sockets, its log."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.load import replicas as shipped
from benchmarks.load.replicas import free_port, nginx
from report.server.lane import Told, serve
from tests.deploy.ensure_nginx import PACKAGE, is_here

pytestmark = pytest.mark.skipif(
    not is_here(), reason=f"nginx is not installed (Debian: apt-get install {PACKAGE})"
)
Headers = Mapping[str, str]
NONE: Headers = {}
SECRET = "price.acme/model/input=0.0123"


@dataclass
class StandIn:
    """Answers with its own name and notes what it was asked."""

    name: str
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    lost: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)  # what is slow ends

    def serve(self) -> ThreadingHTTPServer:
        seen, name, lost, goes_on = self.seen, self.name, self.lost, self.goes_on

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if lost.is_set():  # connections that were kept open break without an answer
                    self.close_connection = True
                    return
                seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                if self.headers.get("Upgrade") == "websocket":
                    self.send_response(101)
                    self.send_header("Upgrade", "websocket")
                    self.send_header("Connection", "Upgrade")
                    self.end_headers()
                    self.wfile.write(f"{name} speaks".encode())
                    self.close_connection = True
                    return
                if self.path.startswith("/api/slow"):
                    goes_on.wait(30)
                busy = self.path.startswith("/api/busy")
                body = json.dumps({"replica": name, "long": "x" * 3_000}).encode()
                self.send_response(503 if busy else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if busy:
                    self.send_header("Retry-After", "7")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    content: bytes


@dataclass
class Site:
    port: int
    folder: Path
    replicas: dict[str, StandIn]
    servers: dict[str, ThreadingHTTPServer]

    def get(self, path: str, headers: Headers = NONE, post: bytes = b"") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            said = {"Host": "crossover.example", **headers}
            method = "POST" if post else "GET"
            connection.request(method, path, body=post or None, headers=said)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def replica(self, path: str, cookie: str = "") -> str:
        headers = {"Cookie": cookie} if cookie else NONE
        return str(json.loads(self.get(path, headers).content)["replica"])

    def asked(self) -> list[tuple[str, dict[str, str]]]:
        return [one for stand_in in self.replicas.values() for one in stand_in.seen]

    def lose(self, name: str) -> None:
        self.replicas[name].lost.set()
        self.servers[name].shutdown()
        self.servers[name].server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    replicas = {name: StandIn(name) for name in ("first", "second")}
    servers = {name: one.serve() for name, one in replicas.items()}
    port = free_port()
    with nginx(port, [one.server_address[1] for one in servers.values()]) as folder:
        yield Site(port, folder, replicas, servers)
    for server in servers.values():
        server.shutdown()
        server.server_close()


def test_a_visitor_stays_with_one_replica_and_others_go_to_both(site: Site) -> None:
    given = site.get("/").headers["Set-Cookie"]
    assert re.fullmatch(r"crossover=\w{32}; Path=/; HttpOnly; SameSite=Lax", given)
    mine = given.partition(";")[0]
    assert len({site.replica("/prices", mine) for _ in range(8)}) == 1
    assert site.get("/prices", {"Cookie": mine}).headers["Set-Cookie"] is None
    many = {site.replica("/", f"crossover={turn:032x}") for turn in range(40)}
    assert many == {"first", "second"}
    assert {site.replica("/api/v1/compare") for _ in range(8)} == {"first", "second"}


def test_a_lost_replica_is_noticed_by_nobody(site: Site) -> None:
    cookies = [f"crossover={turn:032x}" for turn in range(12)]
    before = {cookie: site.replica("/", cookie) for cookie in cookies}
    site.lose("first")
    for cookie in cookies:
        assert site.replica("/", cookie) == "second"
    assert {site.replica("/report.pdf?x=1") for _ in range(6)} == {"second"}
    assert set(before.values()) == {"first", "second"}


@contextmanager
def with_lanes() -> Iterator[Site]:
    """Two replicas, each with a port of its own for who watches it."""
    replicas = {name: StandIn(name) for name in ("first", "second", "watched1", "watched2")}
    servers = {name: one.serve() for name, one in replicas.items()}
    port, (first, second, *own) = free_port(), [one.server_address[1] for one in servers.values()]
    with nginx(port, [first, second], own) as folder:
        yield Site(port, folder, replicas, servers)
    for name, one in replicas.items():
        if not one.lost.is_set():
            servers[name].shutdown()
            servers[name].server_close()


def test_who_watches_is_answered_on_a_port_of_its_own() -> None:
    with with_lanes() as site:
        for path in ("/healthz", "/readyz", "/healthz?x=1"):
            assert {site.replica(path) for _ in range(4)} == {"watched1", "watched2"}
        assert site.replica("/api/v1/compare") in ("first", "second")
        site.lose("watched1")
        assert {site.replica("/healthz") for _ in range(4)} == {"watched2"}
        site.lose("watched2")
        assert site.replica("/healthz") in ("first", "second")


@pytest.mark.parametrize(
    "path", ["/api/healthz", "/prices/readyz", "/tools/healthz", "/healthz/", "/xhealthz"]
)
def test_what_only_ends_like_it_is_for_the_pages(path: str) -> None:
    with with_lanes() as site:
        assert {site.replica(path) for _ in range(4)} <= {"first", "second"}


def test_with_nobody_on_either_port_of_its_own_the_first_look_is_answered() -> None:
    with with_lanes() as site:  # as where the setting is left out
        site.lose("watched1")
        site.lose("watched2")
        assert [site.get("/healthz").status for _ in range(4)] == [200] * 4
        site.lose("first")
        assert {site.replica("/healthz") for _ in range(4)} == {"second"}


HIDDEN = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"


def _sent(port: int, words: bytes) -> bytes:
    """The first words of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(words)
        return line.recv(65_536)


BODIES = (
    b"Content-Length: %d\r\n\r\n%s" % (len(HIDDEN), HIDDEN),
    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN),
)


@pytest.mark.parametrize("body", BODIES, ids=["measured", "chunked"])
def test_nobodys_body_reaches_who_answers_the_watcher(body: bytes) -> None:
    with with_lanes() as site:
        for _ in range(6):
            said = _sent(site.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + body)
            assert said.startswith(b"HTTP/1.1 200 ")
            assert site.get("/healthz").status == 200
        assert {path for path, _ in site.asked()} == {"/healthz"}
        for _, headers in site.asked():
            assert headers["connection"] == "close"
            assert not {"content-length", "transfer-encoding", "upgrade"} & set(headers)
            assert headers["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize("body", BODIES, ids=["measured", "chunked"])
def test_nobody_is_told_the_figures_another_asked_for_in_a_body(body: bytes) -> None:
    pages = {
        "/healthz": lambda: Told(200, "text/plain", b"well"),
        "/metrics": lambda: Told(200, "text/plain", b"figures"),
    }
    lanes = [serve(pages, "127.0.0.1", 0) for _ in range(2)]
    own, port = [one.server_address[1] for one in lanes], free_port()
    with nginx(port, [free_port(), free_port()], own) as folder:
        site = Site(port, folder, {}, {})
        for _ in range(6):
            _sent(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + body)
            assert {site.get("/healthz").content for _ in range(4)} == {b"well"}
        found = site.get("/healthz")
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    for one in lanes:
        one.shutdown()
        one.server_close()


def test_the_pages_connection_is_passed_on_with_host_and_origin(site: Site) -> None:
    found = site.get(
        "/_stcore/stream",
        {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Origin": "https://crossover.example",
            "Cookie": "crossover=1",
        },
    )
    assert found.status == 101
    ((path, headers),) = site.asked()
    assert path == "/_stcore/stream"
    assert headers["host"] == "crossover.example"
    assert headers["origin"] == "https://crossover.example"
    assert headers["upgrade"] == "websocket"


def test_only_the_proxys_word_is_passed_on_for_who_asks(site: Site) -> None:
    site.get("/api/v1/compare", {"X-Forwarded-For": "203.0.113.9"})
    ((_, headers),) = site.asked()
    assert headers["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/mcp",
        "/prices/_stcore/metrics",
        "/_stcore/upload_file/a/b",
        "/metrics",
    ],
)
def test_what_nobody_outside_needs_is_not_passed_on(site: Site, path: str) -> None:
    assert site.get(path).status == 404
    assert site.asked() == []


def test_answers_are_packed_and_busy_ones_pass_as_they_are(site: Site) -> None:
    packed = site.get("/api/v1/compare", {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    busy = site.get("/api/busy")
    assert (busy.status, busy.headers["Retry-After"]) == (503, "7")
    assert len([1 for path, _ in site.asked() if path == "/api/busy"]) == 1


def test_with_no_replica_left_it_is_said_when_to_come_back(site: Site) -> None:
    for name in ("first", "second"):
        site.lose(name)
    data, page = site.get("/api/v1/compare?preset=x"), site.get("/Prices?preset=x")
    for found in (data, page):
        assert found.status == 503
        assert found.headers["Retry-After"] == "5"
        assert found.headers["Cache-Control"] == "no-store"
    assert json.loads(data.content)["retry_after_s"] == 5
    assert page.headers["Content-Type"] == "text/plain"
    assert b"nginx" not in page.content


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Changes a line of the shipped configuration for the next nginx that starts."""
    copy = tmp_path / "nginx.conf"
    copy.write_text(shipped.CONFIGURATION.read_text())
    monkeypatch.setattr(shipped, "CONFIGURATION", copy)

    def change(line: str, other: str) -> None:
        text = copy.read_text()
        assert text.count(line) == 1
        copy.write_text(text.replace(line, other))

    return change


def test_one_client_with_too_many_connections_is_told_when_to_come_back(
    changed: Callable[[str, str], None], request: pytest.FixtureRequest
) -> None:
    changed("limit_conn by_address 400;", "limit_conn by_address 1;")
    site: Site = request.getfixturevalue("site")
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as line:
        line.sendall(b"GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n")
        while not site.asked():
            time.sleep(0.01)
        found = site.get("/api/v1/compare")
        assert (found.status, found.headers["Retry-After"]) == (503, "5")
        for one in site.replicas.values():
            one.goes_on.set()
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_proxy_before_nginx_is_believed_where_it_is_named(
    changed: Callable[[str, str], None], request: pytest.FixtureRequest
) -> None:
    changed("#set_real_ip_from 10.0.0.0/8;", "set_real_ip_from 127.0.0.1;")
    changed("#real_ip_header X-Forwarded-For;", "real_ip_header X-Forwarded-For;")
    changed("#real_ip_recursive on;", "real_ip_recursive on;")
    site: Site = request.getfixturevalue("site")
    site.get("/api/v1/compare", {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    ((_, headers),) = site.asked()
    assert headers["x-forwarded-for"] == "203.0.113.9"  # the last that is no proxy of ours


def test_no_log_holds_a_query(site: Site) -> None:
    site.get(f"/?{SECRET}")
    site.get(f"/api/v1/compare?{SECRET}", {"Referer": f"http://x/?{SECRET}"})
    for name in ("first", "second"):
        site.lose(name)
    assert site.get(f"/report.pdf?{SECRET}").status == 503
    # a line is written once its answer has been sent
    told = '"path":"/report.pdf","status":503'
    deadline = time.monotonic() + 30
    while told not in (logs := _logs(site)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert told in logs
    assert "0.0123" not in logs


def _logs(site: Site) -> str:
    return "".join((site.folder / name).read_text() for name in ("access.log", "error.log"))


def test_long_addresses_pass_and_bodies_do_not(site: Site) -> None:
    assert site.get(f"/api/v1/compare?x={'y' * 30_000}").status == 200
    assert site.get("/", post=b"x" * 70_000).status == 413
