"""A port of its own for whoever watches the process: figures and health.

Threads of their own answer it, so it waits for no page, no report and no request. It would answer
too where the loop that serves all these stands still, so the loop says as it goes round.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from report.server.heads import ALLOWED, DATA_POLICY, always

ROUND_S = 1.0
"""How often the loop says that it goes round."""
STILL_S = 30.0
"""A loop that has said nothing for so long stands still; a busy machine delays it by seconds."""


class Told(NamedTuple):
    """An answer."""

    status: int
    kind: str
    content: bytes


def as_json(status: int, said: Mapping[str, object]) -> Told:
    """Some words as JSON."""
    return Told(status, "application/json", json.dumps(said).encode())


class Loop:
    """Whether the loop that serves pages and requests goes round."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: float | None = None
        self._saying: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Called on the loop, once: from now on it says so."""
        self._saying = asyncio.get_running_loop().create_task(self._say())

    @property
    def stands_still(self) -> bool:
        """False also before it has begun."""
        return self._said is not None and self._clock() - self._said > STILL_S

    async def _say(self) -> None:
        while True:
            self._said = self._clock()
            await asyncio.sleep(ROUND_S)


class _Lane(ThreadingHTTPServer):
    """These paths, a thread for each who asks."""

    daemon_threads = True

    def __init__(self, pages: Mapping[str, Callable[[], Told]], address: str, port: int) -> None:
        self.pages = pages
        super().__init__((address, port), _Answer)


class _Answer(BaseHTTPRequestHandler):
    """One answer a connection: nothing sent after a request is ever read as another one."""

    server: _Lane
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1  # head and content leave together

    def parse_request(self) -> bool:
        """Refuse a body, whatever the method: none is read."""
        if not super().parse_request():
            return False
        if _has_body(self.headers):
            self.send_error(400, "nothing here reads a body")
            return False
        return True

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path.partition("?")[0])
        self._tell(page() if page else Told(404, "text/plain", b"not found\n"))

    def do_HEAD(self) -> None:
        self.do_GET()  # `_tell` leaves the content out

    def send_error(self, code: int, message: str | None = None, _: str | None = None) -> None:
        """What the class refuses by itself, with the same head as all else."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            refused = {"error": "method not allowed", "allowed": ALLOWED}
            self._tell(as_json(HTTPStatus.METHOD_NOT_ALLOWED, refused))
        else:
            self._tell(as_json(code, {"error": message or HTTPStatus(code).phrase.lower()}))

    def _tell(self, told: Told) -> None:
        self.send_response(told.status)
        self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(len(told.content)))
        self.send_header("Cache-Control", "no-store")
        for name, value in always(DATA_POLICY).items():
            self.send_header(name, value)
        if told.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", ALLOWED)
        self.send_header("Connection", "close")  # and the class closes it
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.content)

    def version_string(self) -> str:
        return "crossover"

    def log_message(self, *_: object) -> None:
        """Nobody needs a line for every look."""


def _has_body(headers: Message) -> bool:
    """Whether a body is announced, in whatever way."""
    lengths = headers.get_all("Content-Length", [])
    return "Transfer-Encoding" in headers or any(one.strip() != "0" for one in lengths)


def serve(pages: Mapping[str, Callable[[], Told]], address: str, port: int) -> ThreadingHTTPServer:
    """Answer these paths; raises OSError where the port is taken."""
    server = _Lane(pages, address, port)
    threading.Thread(target=server.serve_forever, name="lane", daemon=True).start()
    return server
