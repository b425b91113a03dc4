"""``python -m benchmarks.load.ask``: clients that ask the API or for reports, one after another.

Every question is another one (the volume differs), so nothing is answered from what is kept. A
probe asks ``/healthz`` ten times a second all the while. Only servers on this machine are asked.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import threading
import time
from urllib.parse import urlsplit

from benchmarks.load.figures import Figures, machine, spent, used

PRESETS = (
    "celebrity_match",
    "deep_art",
    "document_ocr",
    "hospital_imaging",
    "keyboard",
    "live_camera",
    "photo_moderation",
    "recommender",
    "semantic_search",
    "summariser",
    "support_chat",
    "voice_notes",
)
PATHS = {
    "short": "/api/v1/compare?candidates=best&",
    "full": "/api/v1/compare?",
    "map": "/api/v1/map?x=requests_per_month&y=staff_usd_per_hour&n=101&",
    "pdf": "/report.pdf?",
    "health": "/healthz?",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_S = 1_800.0
MOST_CLIENTS = 64
PROBE_S = 0.1
TIMEOUT_S = 120.0
_volumes = itertools.count(100_003, 7_919)


def question(kind: str, turn: int) -> str:
    """A question nobody has asked before."""
    preset = PRESETS[turn % len(PRESETS)]
    return f"{PATHS[kind]}preset={preset}&requests_per_month={next(_volumes)}"


class Client:
    """One connection that is kept open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.hostname not in LOOPBACK:
            raise ValueError(f"{address} is not on this machine")
        self._host, self._port = parts.hostname, parts.port or 80
        self._base = parts.path.rstrip("/")
        self._connection = self._open()

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)

    def ask(self, path: str, told: Figures) -> int:
        """Ask once; how long it took and what came is told."""
        start = time.perf_counter()
        status: int | str
        try:
            self._connection.request("GET", self._base + path, headers={"Accept-Encoding": "gzip"})
            answer = self._connection.getresponse()
            body = answer.read()
            status = answer.status
            if again := answer.headers.get("Retry-After"):
                told.retry_after.append(int(again))
            told.sizes.append(len(body))
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
            self._connection.close()
            self._connection = self._open()
        if status != 503:
            told.seconds.append(time.perf_counter() - start)
        told.statuses[status] += 1
        return status if isinstance(status, int) else 0


def load(address: str, kind: str, clients: int, lasts_s: float) -> tuple[Figures, Figures, float]:
    """Figures of the clients and of the probe, and how long it lasted."""
    told, probe = Figures(kind), Figures("health")
    end = time.monotonic() + lasts_s

    def asks(first: int) -> None:
        client = Client(address)
        for turn in itertools.count(first):
            if time.monotonic() >= end:
                return
            if client.ask(question(kind, turn), told) == 503:
                time.sleep(1.0)  # a client that is told to come back later does

    def probes() -> None:
        client = Client(address)
        while time.monotonic() < end:
            client.ask(PATHS["health"], probe)
            time.sleep(PROBE_S)

    threads = [threading.Thread(target=asks, args=(n,)) for n in range(clients)]
    threads.append(threading.Thread(target=probes))
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, probe, time.monotonic() - start


def main() -> None:
    """Load a server and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="http://127.0.0.1:8501")
    parser.add_argument("--kind", choices=PATHS, default="short")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pids", type=int, nargs="*", default=[], help="processes to account")
    given = parser.parse_args()
    clients, lasts = min(given.clients, MOST_CLIENTS), min(given.seconds, MOST_S)
    before, held = machine(), spent(given.pids)
    told, probe, lasted = load(given.address, given.kind, clients, lasts)
    print(f"{clients} clients, {lasted:.0f} s; before: {before}; after: {machine()}")
    print(told.line(lasted), probe.line(lasted), sep="\n")
    print(used(held, spent(given.pids), len(told.seconds)))


if __name__ == "__main__":
    main()
