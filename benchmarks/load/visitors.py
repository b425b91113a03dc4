"""``python -m benchmarks.load.visitors``: people with a page open who change an input now and then.

Each speaks Streamlit's own protocol: a WebSocket, messages of protocol buffers, the state of the
changed widget. What is timed is the answer's sentence: from the change that is sent to the heading
that comes. Only servers on this machine are asked.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.load.ask import LOOPBACK, MOST_S, PATHS, PRESETS, PROBE_S, Client
from benchmarks.load.figures import Figures, machine, spent, used

MOST_VISITORS = 200
VOLUME = "exact_volume"
"""Key of the widget that is changed, as its id ends."""
PATIENCE_S = 60.0
SENTENCE = "h1"


@dataclass
class Told:
    """What all visitors saw together."""

    opened: Figures = field(default_factory=lambda: Figures("open"))
    changed: Figures = field(default_factory=lambda: Figures("change to sentence"))
    drawn: Figures = field(default_factory=lambda: Figures("change to whole page"))
    came_back: int = 0


class PageFailedError(RuntimeError):
    """The page showed a fault of the program."""


class Visitor:
    """One open page."""

    def __init__(self, address: str, preset: str, seed: int) -> None:
        parts = urlsplit(address)
        if parts.hostname not in LOOPBACK:
            raise ValueError(f"{address} is not on this machine")
        self._host, self._port = parts.hostname, parts.port or 80
        self._base = parts.path.rstrip("/")
        self.query = f"preset={preset}"
        self._page = ""
        self._widget = ""
        self._cookie = ""
        self.random = random.Random(seed)

    async def open(self) -> ClientConnection:
        """Fetch the page for its cookie, and connect as its script does."""
        self._cookie = await asyncio.to_thread(self._cookies)
        return await connect(
            f"ws://{self._host}:{self._port}{self._base}/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            additional_headers={"Cookie": self._cookie} if self._cookie else {},
            origin=f"http://{self._host}:{self._port}",  # type: ignore[arg-type]
            max_size=None,
            open_timeout=PATIENCE_S,
        )

    def _cookies(self) -> str:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE_S)
        headers = {"Cookie": self._cookie} if self._cookie else {}
        connection.request("GET", f"{self._base}/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        new = [text.partition(";")[0] for text in answer.headers.get_all("Set-Cookie") or ()]
        return "; ".join(new) or self._cookie

    async def run(self, page: ClientConnection, volume: float | None = None) -> tuple[float, float]:
        """Ask for the page, or change the volume on it: seconds to the sentence, to the end."""
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.context_info.url = f"http://{self._host}:{self._port}{self._base}/"
        if volume is not None:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = self._widget, f"{volume:.0f}"
        start = time.perf_counter()
        await page.send(asked.SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            return await self._answer(page, start)

    async def _answer(self, page: ClientConnection, start: float) -> tuple[float, float]:
        sentence, begun = 0.0, False
        while True:
            told = ForwardMsg()
            told.ParseFromString(await page.recv(decode=False))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                begun, self._page = True, told.new_session.page_script_hash
            elif kind == "page_info_changed":
                self.query = told.page_info_changed.query_string
            elif kind == "delta":
                element = told.delta.new_element
                which = element.WhichOneof("type")
                if which == "exception":
                    raise PageFailedError(element.exception.type)
                if which == "heading" and element.heading.tag == SENTENCE and begun:
                    sentence = sentence or time.perf_counter() - start
                if which == "text_input" and element.text_input.id.endswith(VOLUME):
                    self._widget = element.text_input.id
            elif kind == "script_finished" and begun:
                return sentence, time.perf_counter() - start


async def stay(visitor: Visitor, told: Told, every_s: float, end: float) -> None:
    """Keep a page open and change the volume on it; come back from the address if it breaks."""
    await asyncio.sleep(visitor.random.uniform(0, every_s))
    first = True
    while time.monotonic() < end:
        try:
            async with await visitor.open() as page:
                seconds, whole = await visitor.run(page)
                told.opened.seconds.append(seconds)
                told.opened.statuses["ok"] += 1
                told.came_back += not first
                first = False
                while time.monotonic() < end:
                    await asyncio.sleep(visitor.random.uniform(0.7, 1.3) * every_s)
                    volume = 10 ** visitor.random.uniform(3, 8)
                    seconds, whole = await visitor.run(page, volume)
                    told.changed.seconds.append(seconds)
                    told.changed.statuses["ok" if seconds else "no sentence"] += 1
                    told.drawn.seconds.append(whole)
                    told.drawn.statuses["ok"] += 1
        except (OSError, WebSocketException, TimeoutError, http.client.HTTPException) as error:
            told.changed.statuses[type(error).__name__] += 1
            await asyncio.sleep(0.5)
        except PageFailedError as error:
            told.changed.statuses[f"exception {error}"] += 1


async def probe(address: str, told: Figures, end: float) -> None:
    """Ask for health ten times a second."""
    client = Client(address)
    while time.monotonic() < end:
        await asyncio.to_thread(client.ask, PATHS["health"], told)
        await asyncio.sleep(PROBE_S)


async def load(
    address: str, visitors: int, every_s: float, lasts_s: float
) -> tuple[Told, Figures, float]:
    """What visitors and the probe saw, and how long it lasted."""
    told, health = Told(), Figures("health")
    start = time.monotonic()
    end = start + lasts_s
    people = [Visitor(address, PRESETS[n % len(PRESETS)], n) for n in range(visitors)]
    async with asyncio.TaskGroup() as group:
        for one in people:
            group.create_task(stay(one, told, every_s, end))
        group.create_task(probe(address, health, end))
    return told, health, time.monotonic() - start


def main() -> None:
    """Let visitors in and print what they saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="http://127.0.0.1:8080")
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between changes")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pids", type=int, nargs="*", default=[], help="processes to account")
    given = parser.parse_args()
    visitors, lasts = min(given.visitors, MOST_VISITORS), min(given.seconds, MOST_S)
    before, held = machine(), spent(given.pids)
    with contextlib.suppress(KeyboardInterrupt):
        told, health, lasted = asyncio.run(load(given.address, visitors, given.every, lasts))
        print(f"{visitors} visitors, {lasted:.0f} s; before: {before}; after: {machine()}")
        for figures in (told.opened, told.changed, told.drawn, health):
            print(figures.line(lasted))
        print(f"came back from the address: {told.came_back}")
        answers = len(told.opened.seconds) + len(told.drawn.seconds)
        print(used(held, spent(given.pids), answers))


if __name__ == "__main__":
    main()
