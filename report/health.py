"""Whether the server answers, and whether it is ready, in a lane of its own: never behind work.

Whoever watches the server ends it when it is silent, so this must not wait for the workers. Once
the tables have been read the answer is known and costs no thread.
"""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from calculators import METHOD
from pricing.book import PriceBook
from pricing.faults import TableError

_lane = anyio.CapacityLimiter(1)
_editions: list[str] = []  # the newest one, once the tables have been read
_warm: list[str] = []  # the edition answers can be given of at once
_NOT_KEPT = {"Cache-Control": "no-store"}


Said = tuple[int, dict[str, str | int]]
"""A status of HTTP, and words."""


def healthy() -> Said:
    """Whether the price tables can be read, and which edition and method answer."""
    if not _editions:
        try:
            _editions[:] = [PriceBook.load().edition.isoformat()]
        except TableError:
            return 503, {"status": "price tables cannot be read"}
    return 200, {"status": "ok", "edition": _editions[0], "method": METHOD}


def answering() -> Said:
    """Whether answers come at once: the tables are read and the estimators have learnt."""
    if not _warm:
        return 503, {"status": "warming up"}
    return 200, {"status": "ready", "edition": _warm[0], "method": METHOD}


async def healthz(_: Request) -> Response:
    """:func:`healthy`, on the port of the pages."""
    if _editions:
        return _response(healthy())
    return _response(await anyio.to_thread.run_sync(healthy, limiter=_lane))


async def readyz(_: Request) -> Response:
    """:func:`answering`, on the port of the pages."""
    return _response(answering())


def _response(said: Said) -> Response:
    status, body = said
    return JSONResponse(body, status_code=status, headers=_NOT_KEPT)


def ready(book: PriceBook) -> None:
    """From now on answers come at once."""
    _warm[:] = _editions[:] = [book.edition.isoformat()]
