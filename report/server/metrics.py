"""Counts and durations in the text format of Prometheus."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

BUCKETS_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PAGE_BYTES = 4_096
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What was counted; written on the event loop, read on the thread of the port."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int], int] = defaultdict(int)
        self._seconds: dict[str, list[float]] = {}  # by route: buckets, infinite one, sum
        self._gauges: dict[str, tuple[str, str, Callable[[], float]]] = {}

    def gauge(self, name: str, words: str, value: Callable[[], float], kind: str = "gauge") -> None:
        """A figure that is read when somebody asks."""
        self._gauges[name] = (words, kind, value)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; ``route`` is one of few words."""
        with self._lock:
            self._requests[route, status] += 1
            held = self._seconds.setdefault(route, [0.0] * (len(BUCKETS_S) + 2))
            for turn, edge in enumerate(BUCKETS_S):
                held[turn] += seconds <= edge
            held[-2] += 1
            held[-1] += seconds

    def text(self) -> str:
        """Everything, as Prometheus reads it."""
        with self._lock:
            requests = sorted(self._requests.items())
            seconds = {route: list(held) for route, held in sorted(self._seconds.items())}
        lines = _head("crossover_requests_total", "Answers by route and status.", "counter")
        lines += [
            f'crossover_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in requests
        ]
        lines += _head("crossover_request_seconds", "How long answers took.", "histogram")
        for route, held in seconds.items():
            edges = [*(f"{edge:g}" for edge in BUCKETS_S), "+Inf"]
            lines += [
                f'crossover_request_seconds_bucket{{route="{route}",le="{edge}"}} {count:g}'
                for edge, count in zip(edges, held, strict=False)
            ]
            lines.append(f'crossover_request_seconds_sum{{route="{route}"}} {held[-1]:.6f}')
            lines.append(f'crossover_request_seconds_count{{route="{route}"}} {held[-2]:g}')
        for name, (words, kind, value) in self._gauges.items():
            lines += [*_head(name, words, kind), f"{name} {value():g}"]
        return "\n".join(lines) + "\n"


def _head(name: str, words: str, kind: str) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def resident_bytes() -> float:
    """What this process holds in memory now; 0 where the system does not tell."""
    try:
        return float(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0.0
