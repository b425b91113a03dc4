"""What every request passes: its size, its host and its path, and the headers every answer has."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from report.server import log
from report.server.absent import absent, is_absent
from report.server.heads import ALLOWED, DATA_POLICY, READING, always
from report.server.lane import Loop
from report.server.limits import MAX_BODY_BYTES, MAX_TARGET_BYTES
from report.server.metrics import Metrics
from report.server.settings import Settings

SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file", "/_stcore/script-health")
"""Paths of Streamlit that nobody outside needs: figures without a sign-in, other ways in."""
WATCHED = ("/healthz", "/readyz", "/_stcore/health")
"""Asked by whatever watches the server, under whatever name it has inside."""
QUIET = (*WATCHED, "/static/", "/media/", "/component/", "/_stcore/")
"""Not a line in the log each: many, and of no news while they succeed."""
_API = "/api"
"""Below it nothing is a page, also where there is nothing."""
_OWN_FILES = "/static/"
"""Scripts, styles and fonts of Streamlit's page. For one that is not there, as a page left open
over an upgrade asks for, Streamlit answers its page of HTML, and 200."""
NO_FILE = 404
TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008
_FAULT = 400


def content_policy(script_hashes: Sequence[str]) -> str:
    """What pages may load: their own files, and the inline scripts of these hashes."""
    scripts = " ".join(["'self'", *(f"'sha256-{one}'" for one in script_hashes)])
    return "; ".join(
        (
            "default-src 'self'",
            # blob: Streamlit loads the script of a component of ours as one; only a script that
            # already runs can make a blob
            f"script-src {scripts} blob:",
            "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements as they are drawn
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


@dataclass
class Visitors:
    """Pages that are open now."""

    most: int
    now: int = 0
    refused: int = 0


class Guard:
    """Around the whole program."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        metrics: Metrics,
        visitors: Visitors,
        routes: Collection[str],
        pages: Collection[str],
        policy: str,
        loop: Loop | None = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._visitors = visitors
        self._routes = frozenset(routes)
        self._pages = frozenset(pages)
        self._policy = policy
        self._loop = loop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._page(scope, receive, send)
        else:  # the server begins
            if self._loop is not None:
                self._loop.begin()
            await self._app(scope, receive, send)

    # --- requests ----------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, start = self._path(scope), time.perf_counter()
        route = self._route(path)
        told: dict[str, int] = {"status": 0, "bytes": 0}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path.startswith(_OWN_FILES) and _is_html(headers):
                    message["status"] = NO_FILE
                told["status"] = message["status"]
                data = route in self._routes or path.startswith(_API)
                self._headers(headers, data=data)
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            refusal = self._refusal(scope, path)
            await (refusal or self._app)(scope, receive, sent)
        finally:
            took = time.perf_counter() - start
            self._metrics.request(route, told["status"], took)
            self._tell(scope["method"], path, told, took)

    def _tell(self, method: str, path: str, told: dict[str, int], took: float) -> None:
        if path.startswith(QUIET) and told["status"] < _FAULT:
            return
        word = method if method in READING else log.shown(method[:10])
        said = {"method": word, "path": log.shown(path), "ms": round(took * 1000)}
        log.event("request", **said, **told)

    def _path(self, scope: Scope) -> str:
        """The path below where the program stands."""
        path = str(scope["path"])
        base = self._settings.base_path
        return path[len(base) :] or "/" if base and (path + "/").startswith(base + "/") else path

    def _route(self, path: str) -> str:
        """One of few words for what is asked."""
        if path in self._routes:
            return path
        if path.startswith(("/static/", "/media/", "/component/")):
            return "file"
        if path.startswith("/_stcore/"):
            return "page traffic"
        return "unknown" if path.startswith(_API) or is_absent(path, self._pages) else "page"

    def _refusal(self, scope: Scope, path: str) -> Response | None:
        headers = Headers(scope=scope)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET_BYTES:
            return _said(414, f"an address is at most {MAX_TARGET_BYTES:,} bytes long")
        if not self._is_ours(headers.get("host", "")) and path not in WATCHED:
            return _said(421, "this server is reached by another name")
        if path.startswith(SHUT):
            return _said(404, "not found")
        routed = path in self._routes or path.startswith(_API)
        found = None if routed else self._beside(scope["method"], headers, path)
        if found is None and _announced(headers) > MAX_BODY_BYTES:
            return _said(413, "nothing here reads a body")
        return found

    def _beside(self, method: str, headers: Headers, path: str) -> Response | None:
        """What Streamlit would have answered: only pages and their files, only to be read."""
        if is_absent(path, self._pages):
            return absent(headers, self._pages, self._settings.base_path)
        if method not in READING:
            return JSONResponse(
                {"error": "method not allowed", "allowed": ALLOWED}, 405, {"Allow": ALLOWED}
            )
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a request is for a name of ours; without a public address any name is."""
        hosts = self._settings.hosts
        if not hosts:
            return True
        try:
            return (urlsplit(f"//{host}").hostname or "").rstrip(".") in hosts
        except ValueError:
            return False

    def _headers(self, headers: MutableHeaders, *, data: bool) -> None:
        """What every answer says."""
        kind = headers.get("content-type", "")
        policy = DATA_POLICY if data and not kind.startswith("application/pdf") else self._policy
        headers.update(always(policy))
        if data:
            headers.setdefault("Cache-Control", "private, no-cache")
        cookies = headers.getlist("set-cookie")
        if cookies:
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", self._flagged(cookie))

    def _flagged(self, cookie: str) -> str:
        """A cookie that goes to no other site, and over no open line where there is https."""
        said = cookie.lower()
        if "samesite=" not in said:
            cookie += "; SameSite=Lax"
        if self._settings.secure and "; secure" not in said:
            cookie += "; Secure"
        return cookie

    # --- pages -------------------------------------------------------------------------------

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An open page; no more of them than the process has room for."""
        if self._visitors.now >= self._visitors.most:
            self._visitors.refused += 1
            log.event("page refused", open=self._visitors.now)
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "full"})
            return
        if len(scope["query_string"]) > MAX_TARGET_BYTES:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "too long"})
            return
        self._visitors.now += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._visitors.now -= 1


def _announced(headers: Headers) -> int:
    """How long a body is said to be."""
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _is_html(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _said(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)
