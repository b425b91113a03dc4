"""Who watches the process is answered on threads of their own, and told of a loop that stands."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing

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


def test_a_connection_is_kept(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for _ in range(3):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
            assert connection.sock is not None


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

    asyncio.run(stuck())


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

    asyncio.run(asyncio.wait_for(goes_round(), 30))
