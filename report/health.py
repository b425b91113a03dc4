"""Whether the server answers, said in a lane of its own: never behind a comparison.

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


async def healthz(_: Request) -> Response:
    """Whether the price tables can be read, and which edition and method answer."""
    if not _editions:
        try:
            await anyio.to_thread.run_sync(_read_tables, limiter=_lane)
        except TableError:
            return JSONResponse({"status": "price tables cannot be read"}, status_code=503)
    return JSONResponse({"status": "ok", "edition": _editions[0], "method": METHOD})


def _read_tables() -> None:
    _editions[:] = [PriceBook.load().edition.isoformat()]
