"""Requests through routes: answered once, kept, refused when busy, and no word of a fault."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators import wanted
from calculators.scenario import BadField, ScenarioError
from report.api import answers, downloads
from report.codec import Decoded, decode
from report.routing import reads
from report.server import asking
from report.server.asking import client_of, question
from report.server.bodies import Bodies, Body
from report.server.limits import Limits
from report.server.pool import Pool

Json = dict[str, Any]
FOUND = decode("")


class Desk:
    """Work as a test wants it, and how often it was done."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.open = threading.Event()
        self.open.set()

    def json(self, query: str) -> tuple[Json, Decoded]:
        self.queries.append(query)
        assert self.open.wait(30)
        if "fault" in query:
            raise ZeroDivisionError(f"quotes {query}")
        if "bad" in query:
            raise ScenarioError([BadField(field="bad", value="1", allowed="none")])
        return {"said": "x" * 5_000}, FOUND

    def long(self, query: str) -> tuple[Json, Decoded]:
        """Work that has not come far when its time is over."""
        self.queries.append(query)
        while True:
            wanted.check()

    def file(self, query: str, base: str) -> tuple[str, bytes]:
        self.queries.append(query)
        return "a.pdf", f"%PDF- {base}".encode()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    limits = Limits(workers=1, waiting=1, heavy_waiting=1, work_s=0.05)
    monkeypatch.setattr(asking, "POOL", Pool[Body](limits))
    monkeypatch.setattr(asking, "KEPT", Bodies(20_000, 10_000))
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    routes = [
        reads("/json", answers(desk.json)),
        reads("/file", downloads(desk.file, "application/pdf")),
        reads("/api/v1/sweep", answers(desk.long)),
    ]
    with TestClient(Starlette(routes=routes)) as found:
        yield found


def test_the_same_question_is_answered_from_what_is_kept(client: TestClient, desk: Desk) -> None:
    for query in ("a=1&b=%2C", "b=,&a=1", "?a=1&b=,"):
        assert client.get(f"/json?{query.removeprefix('?')}").status_code == 200
    assert len(desk.queries) == 1
    client.get("/json?a=1&b=2")
    assert len(desk.queries) == 2


def test_packed_only_for_those_who_take_it(client: TestClient) -> None:
    plain = client.get("/json", headers={"accept-encoding": "identity"})
    packed = client.get("/json", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.json() == packed.json()
    assert int(packed.headers["content-length"]) < len(gzip.compress(plain.content)) + 100


def test_refused_inputs_are_told_and_not_kept(client: TestClient, desk: Desk) -> None:
    for _ in range(2):
        found = client.get("/json?bad=1")
        assert found.status_code == 422
        assert found.json()["details"] == [{"field": "bad", "value": "1", "allowed": "none"}]
    assert len(desk.queries) == 2


def test_a_fault_says_nothing_and_its_log_no_figure(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    found = client.get("/json?fault=0.0123")
    assert found.status_code == 500
    assert found.json() == {"error": "internal error"}
    out = capsys.readouterr().out
    assert "ZeroDivisionError" in out
    assert "test_asking.py" in out
    assert "0.0123" not in out


def test_what_takes_too_long_is_refused_by_name_and_not_asked_to_come_back(
    client: TestClient, desk: Desk
) -> None:
    for times in (1, 2):
        found = client.get("/api/v1/sweep?preset=support_chat&values=1,2,3")
        assert found.status_code == 422
        assert found.json() == {
            "error": "this takes more than the 0.05 s of a processor it may have",
            "details": [
                {"field": "values", "value": "3 values", "allowed": "fewer values at a time"}
            ],
        }
        assert "retry-after" not in found.headers
        assert len(desk.queries) == times


def test_busy_says_when_to_come_back(client: TestClient, desk: Desk) -> None:
    desk.open.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.get, "/json?n=1")
        while not desk.queries:
            pass
        second = pool.submit(client.get, "/json?n=2")
        while not asking.POOL.waiting:
            pass
        found = client.get("/json?n=3")
        desk.open.set()
        assert found.status_code == 503
        assert int(found.headers["retry-after"]) >= 1
        assert found.json()["error"] == "busy"
        assert (first.result().status_code, second.result().status_code) == (200, 200)


def test_a_file_is_kept_for_the_name_it_was_asked_under(client: TestClient, desk: Desk) -> None:
    here = client.get("/file?a=1")
    there = client.get("/file?a=1", headers={"host": "other.example"})
    assert here.content == b"%PDF- http://testserver"
    assert there.content == b"%PDF- http://other.example"
    assert here.headers["content-disposition"] == 'attachment; filename="a.pdf"'
    client.get("/file?a=1")
    assert len(desk.queries) == 2


def test_what_is_kept_is_bounded_by_its_bytes() -> None:
    kept = Bodies(10, 6)
    for name, size in (("a", 4), ("b", 4), ("c", 7), ("d", 4)):
        kept.keep(name, Body(b"x" * size, "text/plain"))
        if name == "b":
            assert kept.get("a") is not None  # asked for last, so b goes first
    assert [name for name in "abcd" if kept.get(name)] == ["a", "d"]
    assert kept.size == 8


def test_a_question_is_the_same_in_any_order_and_escaping() -> None:
    assert question("?b=%C3%A9&a=1") == question("a=1&b=é") == (("a", "1"), ("b", "é"))
    assert question("a=1&a=2") != question("a=1")


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_an_address_or_a_subscribers_network(host: str, client: str) -> None:
    from starlette.requests import Request

    scope = {"type": "http", "headers": [], "client": (host, 5)}
    assert client_of(Request(scope)) == client
