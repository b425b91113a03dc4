"""Routes that only read, and what answers where there is none: JSON, never a page of HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, request_response
from starlette.types import Receive, Scope, Send

Answer = Callable[[Request], Awaitable[Response]]

READING = ("GET", "HEAD")


class _Reads:
    """GET and HEAD are answered, any other method is refused; a route to this takes them all."""

    def __init__(self, answer: Answer) -> None:
        self._answer = request_response(answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in READING:
            await self._answer(scope, receive, send)
        else:
            await _refused_method()(scope, receive, send)


class _Nothing:
    """404 for any method, with the paths there are; a last slash too many leads to its path."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = list(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._response(URL(scope=scope))(scope, receive, send)

    def _response(self, asked: URL) -> Response:
        path = asked.path.rstrip("/")
        if path in self._known and path != asked.path:
            # without a host: the client's word for where it is goes into no address
            return RedirectResponse(path + (f"?{asked.query}" if asked.query else ""))
        return JSONResponse({"error": "not found", "known": self._known}, status_code=404)


def _refused_method() -> Response:
    allowed = ", ".join(READING)
    body = {"error": "method not allowed", "allowed": allowed}
    return JSONResponse(body, status_code=405, headers={"Allow": allowed})


def reads(path: str, answer: Answer) -> Route:
    """A route that answers GET and HEAD, and any other method with 405."""
    return Route(path, _Reads(answer))


def under(base: str, routes: Sequence[Route]) -> tuple[Route, ...]:
    """The same routes below a path, where the program does not stand at the root of its host."""
    return tuple(Route(base + route.path, route.endpoint) for route in routes)


def with_nothing_else(routes: Sequence[Route], paths: Sequence[str]) -> tuple[Route, ...]:
    """The routes, and behind them 404 for ``paths``, where the pages would answer otherwise."""
    nothing = _Nothing([route.path for route in routes])
    return (*routes, *(Route(path, nothing) for path in paths))
