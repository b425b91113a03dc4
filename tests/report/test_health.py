"""Health answers in a lane of its own, however busy the workers are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from benchmarks.load.figures import percentile
from calculators import METHOD
from calculators.results import Comparison
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from pricing.faults import Fault, TableError
from report import api, comparison, health
from report.server.limits import LIMITS

WAITING = 8  # comparisons asked for, more than the workers take at once
LOOKS = 200
AT_MOST_S = 0.1
BOOK = PriceBook.load()
OK = {"status": "ok", "edition": str(BOOK.edition), "method": METHOD}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=api.ROUTES, exception_handlers={500: api.failed})
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def busy_workers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every worker holds a comparison that does not end, and more wait behind them."""
    entered, release = threading.Semaphore(0), threading.Event()

    def stuck(*_: object) -> Comparison:
        entered.release()
        release.wait(30)
        raise ScenarioError([])

    def ask(volume: int) -> int:
        query = f"candidates=best&requests_per_month={volume}"
        return client.get(f"/api/v1/compare?{query}").status_code

    monkeypatch.setattr(comparison, "compare", stuck)
    with ThreadPoolExecutor(WAITING) as pool:
        asked = [pool.submit(ask, 1_000 + turn) for turn in range(WAITING)]
        for _ in range(LIMITS.workers):
            assert entered.acquire(timeout=30)
        yield
        assert not any(one.done() for one in asked)
        release.set()
        assert [one.result() for one in asked] == [422] * WAITING


def test_health_names_edition_and_method(client: TestClient) -> None:
    found = client.get("/healthz")
    assert found.status_code == 200
    assert found.json() == OK
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("busy_workers")
def test_health_does_not_wait_for_comparisons(client: TestClient) -> None:
    """Median, so that a machine busy with other things fails no test; docs/operate.md has p99."""
    client.get("/healthz")
    took = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        assert client.get("/healthz").json() == OK
        took.append(time.perf_counter() - start)
    assert percentile(took, 0.5) < AT_MOST_S


@pytest.mark.usefixtures("busy_workers")
def test_the_first_look_does_not_wait_either(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers are stuck until this test ends, so any answer shows that it does not queue."""
    monkeypatch.setattr(health, "_editions", [])
    assert client.get("/healthz").json() == OK


def test_health_tells_of_broken_tables_until_they_can_be_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> PriceBook:
        raise TableError([Fault("fx.csv", 2, "usd", "x", "a number")])

    monkeypatch.setattr(health, "_editions", [])
    with monkeypatch.context() as patch:
        patch.setattr(PriceBook, "load", broken)
        assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json() == OK


def test_it_is_ready_when_answers_come_at_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_warm", [])
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json() == {"status": "warming up"}
    health.ready(BOOK)
    assert client.get("/readyz").status_code == 200
    assert client.get("/readyz").json() == {**OK, "status": "ready"}
