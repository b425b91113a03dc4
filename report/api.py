"""Routes beside the pages: health, comparison as JSON, report as PDF.

All take the query the page's address holds. What cannot be read is refused with 422, naming
field, value and what is allowed. Work is done on threads, so the pages stay quick; health does
not queue for them.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import anyio
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from calculators import METHOD
from calculators.compare import compare
from calculators.presets import default_scenario
from calculators.results import Comparison
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from report import links, words
from report.break_even import break_even_body
from report.codec import Decoded, decode, encode
from report.health import healthz
from report.history import history_body
from report.map import map_body
from report.payback import payback_body
from report.payload import payload
from report.pdf import report_pdf
from report.pins import Was
from report.routing import Answer, reads, with_nothing_else
from report.self_check import self_check_body
from report.strips import strips_body
from report.sweep import sweep_body
from report.uncertainty import uncertainty_body

P = ParamSpec("P")
R = TypeVar("R")

AT_ONCE = 2
"""Comparisons worked on at the same time; more wait their turn."""

_workers = anyio.CapacityLimiter(AT_ONCE)


def warm() -> None:
    """Load the book and let the estimators learn, so that the first answer comes at once.

    Tables and estimators stay for the life of the server; without ``freeze`` every collection of
    garbage walks them again, a third of the time of a comparison.
    """
    book = PriceBook.load()
    compare(default_scenario(book), book)
    gc.collect()
    gc.freeze()


async def compare_json(request: Request) -> Response:
    """``/api/v1/compare?<scenario>``."""
    try:
        body = await _on_thread(_compare_body, request.url.query)
    except ScenarioError as error:
        return refused(error)
    return Response(body, media_type="application/json")


async def sweep_json(request: Request) -> Response:
    """``/api/v1/sweep?<scenario>&axis=FIELD&values=1,2,3``."""
    try:
        body = await _on_thread(_sweep_body, request.url.query)
    except ScenarioError as error:
        return refused(error)
    return Response(body, media_type="application/json")


def answers(work: Callable[[str], tuple[dict[str, Any], Decoded]]) -> Answer:
    """A route whose JSON ``work`` makes of a query."""

    def body(query: str) -> bytes:
        made, found = work(query)
        if said := warnings(found):
            made["warnings"] = list(said)
        return json.dumps(made, allow_nan=False, ensure_ascii=False).encode()

    async def route(request: Request) -> Response:
        try:
            found = await _on_thread(body, request.url.query)
        except ScenarioError as error:
            return refused(error)
        return Response(found, media_type="application/json")

    return route


async def report(request: Request) -> Response:
    """``/report.pdf?<scenario>``."""
    base = links.public_url(str(request.base_url))
    try:
        name, pdf = await _on_thread(_report, request.url.query, base)
    except ScenarioError as error:
        return refused(error)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def refused(error: ScenarioError) -> Response:
    """422 with every refused field."""
    details = [item.model_dump() for item in error.bad]
    return JSONResponse({"error": "inputs were refused", "details": details}, status_code=422)


async def failed(_: Request, __: Exception) -> Response:
    """What a visitor sees of a fault of ours; the log has the rest."""
    return JSONResponse({"error": "internal error"}, status_code=500)


_COMPRESSED = (Middleware(GZipMiddleware),)

ROUTES = with_nothing_else(
    (
        reads("/healthz", healthz),
        reads(links.COMPARE_API, compare_json, _COMPRESSED),
        reads(links.SWEEP_API, sweep_json, _COMPRESSED),
        reads(links.BREAK_EVEN_API, answers(break_even_body), _COMPRESSED),
        reads(links.STRIPS_API, answers(strips_body), _COMPRESSED),
        reads(links.PAYBACK_API, answers(payback_body), _COMPRESSED),
        reads(links.MAP_API, answers(map_body), _COMPRESSED),
        reads(links.HISTORY_API, answers(history_body), _COMPRESSED),
        reads(links.UNCERTAINTY_API, answers(uncertainty_body), _COMPRESSED),
        reads(links.SELF_CHECK_API, answers(self_check_body), _COMPRESSED),
        reads(links.REPORT, report),
    ),
    ("/api", "/api/{rest:path}", "/report.xlsx"),
)


async def _on_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return await anyio.to_thread.run_sync(lambda: work(*args, **kwargs), limiter=_workers)


def _compare_body(query: str) -> bytes:
    found = decode(query, strict=True)
    body = payload(compare(found.scenario, found.book), warnings(found))
    return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()


def _sweep_body(query: str) -> bytes:
    body, found = sweep_body(query)
    if said := warnings(found):
        body["warnings"] = list(said)
    return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()


def _report(query: str, base: str) -> tuple[str, bytes]:
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    address = links.link(base, encode(found.scenario, found.book, headline(comparison)))
    return file_name(comparison), report_pdf(comparison, address, warnings(found))


def warnings(found: Decoded) -> tuple[str, ...]:
    """What a reader of the result has to know about the link it came from."""
    if not found.method_differs:
        return ()
    text = (
        f"The link was made with method {found.method}; these numbers are by method {METHOD} "
        "and may differ from what it showed."
    )
    return (text,)


def headline(comparison: Comparison) -> Was | None:
    """What a link made now remembers of the answer."""
    best = comparison.cheapest
    if best is None or best.total_usd is None:
        return None
    return Was(best.id, best.total_usd)


def file_name(comparison: Comparison) -> str:
    """``crossover-celebrity_match-1M-requests-2026-11-22.pdf``."""
    scenario, book = comparison.scenario, comparison.book
    volume = words.short(scenario.requests_per_month).replace(" ", "").replace(",", "")
    name = f"crossover-{scenario.preset}-{volume}-requests-{book.price_date}.pdf"
    return re.sub(r"[^A-Za-z0-9._-]", "", name)
