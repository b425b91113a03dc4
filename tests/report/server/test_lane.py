"""Who watches the process is answered on threads of their own, and told of a loop that stands."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from calculators import METHOD
from pricing.book import PriceBook
from report import health
from report.server.lane import STILL_S, Loop, serve
from report.server.metrics import Metrics
from report.server.start import watched

BOOK = PriceBook.load()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def loop(clock: Clock) -> Loop:
    return Loop(clock)


@pytest.fixture
def port(loop: Loop) -> Iterator[int]:
    server = serve(watched("/tools", Metrics(), loop), "127.0.0.1", 0)
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def get(port: int, path: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Python" not in answer.headers["Server"]
        return answer.status, answer.read().decode()


def test_it_says_what_the_port_of_the_pages_says(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_warm", [])
    ok = {"status": "ok", "edition": str(BOOK.edition), "method": METHOD}
    for base in ("", "/tools"):
        status, text = get(port, f"{base}/healthz?x=1")
        assert (status, json.loads(text)) == (200, ok)
        assert get(port, f"{base}/readyz") == (503, '{"status": "warming up"}')
    health.ready(BOOK)
    assert get(port, "/readyz")[0] == 200
    assert "# TYPE crossover_requests_total counter" in get(port, "/metrics")[1]
    assert get(port, "/tools/metrics")[0] == 404
    assert get(port, "/")[0] == 404


def sent(port: int, words: str) -> str:
    """All that comes back until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(words.replace("\n", "\r\n").encode())
        return b"".join(iter(lambda: line.recv(65_536), b"")).decode()


HIDDEN = "GET /metrics HTTP/1.1\nHost: x\n\n"
"""A request where a body is said to be."""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    "announced",
    [
        f"Content-Length: {len(HIDDEN) + 3}",
        "Content-Length: 0\nContent-Length: 5",
        "Content-Length: 0, 5",
        "Content-Length: -1",
        "Content-Length:",
        "Transfer-Encoding: chunked",
        "transfer-encoding: identity",
    ],
)
def test_a_body_is_refused_and_never_taken_as_a_request(
    port: int, method: str, announced: str
) -> None:
    said = sent(port, f"{method} /healthz HTTP/1.1\nHost: x\n{announced}\n\n{HIDDEN}")
    assert said.startswith("HTTP/1.1 400 ")
    assert "Connection: close" in said
    assert said.count("HTTP/1.1 ") == 1
    assert "crossover_requests_total" not in said


@pytest.mark.parametrize("announced", ["", "Content-Length: 0\n", "Connection: keep-alive\n"])
def test_a_connection_is_closed_after_its_answer(port: int, announced: str) -> None:
    said = sent(port, f"GET /healthz HTTP/1.1\nHost: x\n{announced}\n{HIDDEN}")
    assert said.startswith("HTTP/1.1 200 ")
    assert "Connection: close" in said
    assert said.count("HTTP/1.1 ") == 1
    assert "crossover_requests_total" not in said


def alone(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: browser tests leave a loop running in the one of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result(60)


def ask(port: int, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/tools/healthz", "/nothing"])
def test_a_head_is_that_of_the_answer_without_it(port: int, path: str) -> None:
    status, headers, content = ask(port, "GET", path)
    assert int(headers["content-length"]) == len(content) > 0
    del headers["date"]
    again, head, nothing = ask(port, "HEAD", path)
    del head["date"]
    assert (again, head, nothing) == (status, headers, b"")
    assert sent(port, f"HEAD {path} HTTP/1.1\nHost: x\n\n").endswith("\r\n\r\n")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/healthz", 200), ("GET", "/nothing", 404), ("DELETE", "/healthz", 405)],
)
def test_every_answer_has_the_headers_of_the_pages(
    port: int, method: str, path: str, status: int
) -> None:
    told, headers, _ = ask(port, method, path)
    assert told == status
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("words", ["nonsense\n\n", "GET / HTTP/9\n\n", f"GET /{'x' * 70_000}"])
def test_what_is_no_request_is_refused_in_a_few_words(port: int, words: str) -> None:
    said = sent(port, words)
    assert '{"error": ' in said
    assert "<html" not in said.lower()


def test_it_only_reads(port: int) -> None:
    for method in ("DELETE", "OPTIONS", "PATCH"):
        status, headers, content = ask(port, method, "/healthz")
        assert (status, headers["allow"]) == (405, "GET, HEAD")
        assert json.loads(content) == {"error": "method not allowed", "allowed": "GET, HEAD"}


def test_a_loop_that_stands_still_is_no_health(port: int, loop: Loop, clock: Clock) -> None:
    clock.now += 10 * STILL_S
    assert get(port, "/healthz")[0] == 200  # it has not begun: nothing is known yet

    async def stuck() -> None:
        loop.begin()
        await asyncio.sleep(0)  # it says so once
        clock.now += STILL_S
        assert not loop.stands_still
        clock.now += 1
        # this holds the loop, and the port of its own answers all the same
        assert get(port, "/healthz") == (503, '{"status": "pages are not answered"}')

    alone(stuck())


def test_the_loop_says_so_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report.server.lane.ROUND_S", 0.001)
    told: list[float] = []

    def clock() -> float:
        told.append(time.monotonic())
        return told[-1]

    async def goes_round() -> None:
        Loop(clock).begin()
        while len(told) < 3:
            await asyncio.sleep(0.001)

    alone(goes_round())
