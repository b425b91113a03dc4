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


async def healthz(_: Request) -> Response:
    """Whether the price tables can be read, and which edition and method answer."""
    if not _editions:
        try:
            await anyio.to_thread.run_sync(_read_tables, limiter=_lane)
        except TableError:
            body = {"status": "price tables cannot be read"}
            return JSONResponse(body, status_code=503, headers=_NOT_KEPT)
    body = {"status": "ok", "edition": _editions[0], "method": METHOD}
    return JSONResponse(body, headers=_NOT_KEPT)


async def readyz(_: Request) -> Response:
    """Whether answers come at once: the tables are read and the estimators have learnt."""
    if not _warm:
        return JSONResponse({"status": "warming up"}, status_code=503, headers=_NOT_KEPT)
    body = {"status": "ready", "edition": _warm[0], "method": METHOD}
    return JSONResponse(body, headers=_NOT_KEPT)


def ready(book: PriceBook) -> None:
    """From now on answers come at once."""
    _warm[:] = _editions[:] = [book.edition.isoformat()]


def _read_tables() -> None:
    _editions[:] = [PriceBook.load().edition.isoformat()]
