"""Times of pieces of work, as the best of a few runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

BEST_OF = 5


@dataclass(frozen=True)
class Spent:
    """What a piece of work took, in milliseconds."""

    wall_ms: float
    cpu_ms: float  # of one core; equal to the wall's on an idle machine

    @staticmethod
    def least(runs: Iterable[Spent]) -> Spent:
        """The best of some runs: what the work costs when nothing else is in the way."""
        found = list(runs)
        return Spent(min(run.wall_ms for run in found), min(run.cpu_ms for run in found))


def once(work: Callable[[], object]) -> Spent:
    """Time of one run."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


def best(work: Callable[[], object], repeats: int = BEST_OF) -> Spent:
    """Time of the best run."""
    return Spent.least(once(work) for _ in range(repeats))
