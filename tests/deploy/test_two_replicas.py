"""Two replicas of the program behind the shipped nginx, one of them killed while it is used."""

from __future__ import annotations

import asyncio
import http.client
import json
from contextlib import closing

import pytest
from websockets.exceptions import WebSocketException

from benchmarks.load.replicas import Replica, free_port, in_front_of, replicas
from benchmarks.load.visitors import Visitor
from tests.deploy.ensure_nginx import PACKAGE, is_here

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        not is_here(), reason=f"nginx is not installed (Debian: apt-get install {PACKAGE})"
    ),
]
VISITORS = 6


def get(port: int, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


async def used(port: int, started: list[Replica]) -> int:
    """Visitors type a volume, lose their server and type another; how many had to come back."""
    people = [Visitor(f"http://127.0.0.1:{port}", "voice_notes", n) for n in range(VISITORS)]
    pages = [await one.open() for one in people]
    for one, page in zip(people, pages, strict=True):
        assert (await one.run(page))[0]
        assert (await one.run(page, 123_456))[0]
        assert "requests_per_month=123456" in one.query
    await asyncio.to_thread(started[0].kill)
    back = 0
    for turn, (one, page) in enumerate(zip(people, pages, strict=True)):
        try:
            assert (await one.run(page, 200_000 + turn))[0]
        except WebSocketException:
            back += 1
            again = await one.open()  # the page comes back from its address
            assert (await one.run(again))[0]
            assert "requests_per_month=123456" in one.query
            assert (await one.run(again, 200_000 + turn))[0]
            await again.close()
        assert f"requests_per_month={200_000 + turn}" in one.query
        await page.close()
    return back


def test_a_killed_replica_costs_nobody_more_than_the_open_page() -> None:
    port = free_port()
    with replicas(2) as started, in_front_of(port, started):
        before = get(port, "/api/v1/compare?preset=voice_notes&candidates=best")
        back = asyncio.run(used(port, started))
        assert 0 < back <= VISITORS
        for _ in range(4):
            assert get(port, "/api/v1/compare?preset=voice_notes&candidates=best") == before
            status, pdf = get(port, "/report.pdf?preset=voice_notes")
            assert (status, pdf[:5]) == (200, b"%PDF-")
            status, health = get(port, "/healthz")
            assert (status, json.loads(health)["status"]) == (200, "ok")
