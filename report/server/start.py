"""What is done once, before the first request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pricing.book import PriceBook
from pricing.edition import verify
from pricing.faults import TableError, faults_of
from report import defaults, health, methods, published_errors, self_check
from report.server import log
from report.server.bodies import Bodies, Body
from report.server.guard import Visitors
from report.server.lane import Loop, Told, as_json, serve
from report.server.metrics import TYPE, Metrics, resident_bytes
from report.server.pauses import COLLECTOR
from report.server.pool import Pool
from report.server.settings import Settings


@dataclass(frozen=True)
class Watch:
    """What is counted while the server runs."""

    metrics: Metrics
    visitors: Visitors
    loop: Loop


def check_tables() -> None:
    """Read the price tables and the files beside them that answers rest on.

    Raises
    ------
    TableError
        Names every fault of all of them, and then nothing is served.
    """
    readings = (PriceBook.load, verify, defaults.verify, methods.changed, self_check.cases)
    faults = faults_of(*readings, published_errors.left_out, published_errors.summaries)
    if faults:
        raise TableError(faults)
    book = PriceBook.load()
    log.event("tables read", edition=book.edition.isoformat(), tables=book.key.tables[:12])


def watch(settings: Settings, pool: Pool[Body], kept: Bodies) -> Watch:
    """Begin to count; raises OSError where the port of the figures is taken."""
    metrics, visitors, loop = Metrics(), Visitors(settings.visitors), Loop()
    for name, words, value in (
        ("running", "Answers worked on.", lambda: pool.running),
        ("waiting", "Answers waited for.", lambda: pool.waiting),
        ("kept_bytes", "Finished answers kept.", lambda: kept.size),
        ("open_pages", "Pages open now.", lambda: visitors.now),
        ("resident_bytes", "Memory of the process.", resident_bytes),
    ):
        metrics.gauge(f"crossover_{name}", words, value)
    for name, words, value in (
        ("refused_total", "Answers refused because too many waited.", lambda: pool.refused),
        (
            "pages_refused_total",
            "Pages refused because too many were open.",
            lambda: visitors.refused,
        ),
        (
            "collections_total",
            "Looks through all objects for what can be freed; all else stands still.",
            lambda: COLLECTOR.times,
        ),
        ("collection_seconds_total", "How long these lasted.", lambda: COLLECTOR.seconds),
    ):
        metrics.gauge(f"crossover_{name}", words, value, kind="counter")
    if settings.metrics_port is not None:
        pages = watched(settings.base_path, metrics, loop)
        serve(pages, settings.metrics_address, settings.metrics_port)
    return Watch(metrics, visitors, loop)


def watched(base: str, metrics: Metrics, loop: Loop) -> dict[str, Callable[[], Told]]:
    """What the port of its own answers; health also below the path of the pages."""

    def healthy() -> Told:
        if loop.stands_still:
            return as_json(503, {"status": "pages are not answered"})
        return as_json(*health.healthy())

    def ready() -> Told:
        return as_json(*health.answering())

    return {
        "/metrics": lambda: Told(200, TYPE, metrics.text().encode()),
        "/healthz": healthy,
        "/readyz": ready,
        f"{base}/healthz": healthy,
        f"{base}/readyz": ready,
    }
