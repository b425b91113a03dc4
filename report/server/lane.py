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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

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


def serve(pages: Mapping[str, Callable[[], Told]], address: str, port: int) -> ThreadingHTTPServer:
    """Answer these paths; raises OSError where the port is taken."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # who asks every second keeps the connection
        timeout = 60
        wbufsize = -1  # head and content leave together

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            told = page() if page else Told(404, "text/plain", b"not found\n")
            self.send_response(told.status)
            self.send_header("Content-Type", told.kind)
            self.send_header("Content-Length", str(len(told.content)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(told.content)

        def version_string(self) -> str:
            return "crossover"

        def log_message(self, *_: object) -> None:
            """Nobody needs a line for every look."""

    server = ThreadingHTTPServer((address, port), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="lane", daemon=True).start()
    return server
