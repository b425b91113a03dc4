"""From a request to the answer the pool works out: identical ones once, and none for nobody."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from calculators.scenario import BadField, ScenarioError
from report.server import log
from report.server.bodies import Bodies, Body
from report.server.limits import LIMITS
from report.server.pool import BusyError, Pool, TooLongError

GZIP_LEVEL = 5
"""Beyond it the worker is busy longer than the network saves."""
WORTH_PACKING = 1_000
LEFT = 499
"""What logs say of a client that left before its answer, as nginx does."""

POOL: Pool[Body] = Pool(LIMITS)
KEPT = Bodies(LIMITS.kept_bytes, LIMITS.kept_body_bytes)


async def answer(
    request: Request,
    kind: Hashable,
    work: Callable[[], Body],
    *,
    heavy: bool,
    ask_less: Callable[[], list[BadField]],
    is_file: bool = False,
) -> Response:
    """What ``work`` makes of the request's query, or why not.

    ``kind`` tells questions apart whose query is the same: the route, the edition of the tables,
    where links lead. What takes more of a processor than an answer, or a file, may is refused with
    what ``ask_less`` names.
    """
    packed = "gzip" in request.headers.get("accept-encoding", "")
    key = (kind, question(request.url.query), packed)
    if (kept := KEPT.get(key)) is not None:
        return _response(kept)
    asked = asyncio.ensure_future(
        POOL.answer(
            key, client_of(request), lambda: _packed(work(), packed), heavy=heavy, is_file=is_file
        )
    )
    if not await _stays(request, asked):
        return Response(status_code=LEFT)
    try:
        body = await asked
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may quote a price
        return _why_not(error, ask_less)
    KEPT.keep(key, body)
    return _response(body)


def _why_not(error: Exception, ask_less: Callable[[], list[BadField]]) -> Response:
    """What a client is told of a question that has no answer."""
    if isinstance(error, ScenarioError):
        return refused(error)
    if isinstance(error, BusyError):
        return busy(error)
    if isinstance(error, TooLongError):
        return _refusal(str(error), ask_less())
    log.event("fault", type=type(error).__name__, at=log.where(error))
    return JSONResponse({"error": "internal error"}, status_code=500)


async def _stays(request: Request, asked: asyncio.Future[Body]) -> bool:
    """Whether the client waited until the answer was there."""
    leaves = asyncio.ensure_future(_left(request))
    both: tuple[asyncio.Future[Any], ...] = (leaves, asked)
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return asked.done()
    finally:
        for one in both:
            if not one.done():
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def question(query: str) -> tuple[tuple[str, str], ...]:
    """What a query asks, however its parameters are ordered and escaped."""
    return tuple(sorted(parse_qsl(query.removeprefix("?"), keep_blank_values=True)))


def client_of(request: Request) -> str:
    """Who asks: an address, or the network that one subscriber has of the newer kind.

    The server has put the address in that a trusted proxy named (``FORWARDED_ALLOW_IPS``).
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def _packed(body: Body, packed: bool) -> Body:
    if not packed or len(body.content) < WORTH_PACKING or body.media_type == "application/pdf":
        return replace(body, headers={**body.headers, "Vary": "Accept-Encoding"})
    content = gzip.compress(body.content, GZIP_LEVEL, mtime=0)
    headers = {**body.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Body(content, body.media_type, headers)


def _response(body: Body) -> Response:
    return Response(body.content, media_type=body.media_type, headers=dict(body.headers))


def refused(error: ScenarioError) -> Response:
    """422 with every refused field."""
    return _refusal("inputs were refused", error.bad)


def _refusal(words: str, bad: Sequence[BadField]) -> Response:
    details = [item.model_dump() for item in bad]
    return JSONResponse({"error": words, "details": details}, status_code=422)


def busy(error: BusyError) -> Response:
    """503, and when to come back."""
    body = {"error": "busy", "reason": error.reason, "retry_after_s": error.retry_after_s}
    headers = {"Retry-After": str(error.retry_after_s), "Cache-Control": "no-store"}
    return JSONResponse(body, status_code=503, headers=headers)
