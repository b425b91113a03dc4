"""Work on a few threads, with a queue that has an end and is fair to every client.

Everything but the work itself happens on the event loop, so nothing here needs a lock. A job is
one question that somebody asked: who asks the same while it waits or runs joins it. When the last
of them has left, a waiting job is dropped and a running one stops at its next evaluation.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from calculators import wanted
from report.server.limits import FILES, Limits

T = TypeVar("T")

USUAL_S = 0.5
"""How long work is taken to last before any was done, for ``Retry-After``."""
MOST_RETRY_S = 60
_WEIGHT = 0.1  # of the newest duration in their running mean


class BusyError(Exception):
    """The queue is full, or the wait took too long; come back later."""

    def __init__(self, reason: str, retry_after_s: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class TooLongError(Exception):
    """Work took more of a processor than it may; asked again it would again."""

    def __init__(self, work_s: float) -> None:
        super().__init__(f"this takes more than the {work_s:g} s of a processor it may have")


@dataclass(eq=False)
class _Job(Generic[T]):
    """One question, and who waits for its answer."""

    key: Hashable
    client: str
    work: Callable[[], T]
    heavy: bool
    work_s: float  # of a processor it may take
    done: asyncio.Future[T]
    asked: float
    watchers: int = 0
    started: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    expiry: asyncio.TimerHandle | None = None


class _Queue(Generic[T]):
    """Jobs that wait, taken from one client after the other."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[_Job[T]]] = OrderedDict()
        self.size = 0

    def add(self, job: _Job[T]) -> None:
        self._of.setdefault(job.client, deque()).append(job)
        self.size += 1

    def of(self, client: str) -> int:
        """How many of one client wait."""
        return len(self._of.get(client, ()))

    def take(self) -> _Job[T]:
        """The longest waiting job of the client whose turn it is."""
        client, jobs = next(iter(self._of.items()))
        job = jobs.popleft()
        self.size -= 1
        del self._of[client]
        if jobs:
            self._of[client] = jobs  # to the end: the others come first
        return job

    def drop(self, job: _Job[T]) -> None:
        jobs = self._of.get(job.client)
        if jobs is None or job not in jobs:
            return
        jobs.remove(job)
        self.size -= 1
        if not jobs:
            del self._of[job.client]


class Pool(Generic[T]):
    """Workers, the jobs they hold and the jobs that wait."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._spent = spent  # processor time of the thread that asks
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="answer")
        self._jobs: dict[Hashable, _Job[T]] = {}
        self._quick: _Queue[T] = _Queue()
        self._heavy: _Queue[T] = _Queue()
        self._mean = {False: USUAL_S, True: USUAL_S}
        self.running = 0
        self.heavy_running = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """Jobs that wait for a worker."""
        return self._quick.size + self._heavy.size

    def allow(self, work_s: float) -> None:
        """From now on an answer may take so much of a processor, and a file its multiple."""
        self._limits = replace(self._limits, work_s=work_s, file_s=work_s * FILES)

    async def answer(
        self,
        key: Hashable,
        client: str,
        work: Callable[[], T],
        *,
        heavy: bool,
        is_file: bool = False,
    ) -> T:
        """What ``work`` returns; the same object for all who ask for ``key`` at the same time.

        A file may take more of a processor than other answers.

        Raises
        ------
        BusyError
            Too much waits already, in all or for this client; or it waited too long.
        TooLongError
            It took more of a processor than it may.
        """
        most = self._limits.file_s if is_file else self._limits.work_s
        job = self._jobs.get(key) or self._enter(key, client, work, heavy, most)
        job.watchers += 1
        try:
            return await asyncio.shield(job.done)
        finally:
            job.watchers -= 1
            if not job.watchers and not job.done.done():
                self._give_up(job)

    def _enter(
        self, key: Hashable, client: str, work: Callable[[], T], heavy: bool, work_s: float
    ) -> _Job[T]:
        queue = self._heavy if heavy else self._quick
        room = self._limits.heavy_waiting if heavy else self._limits.waiting
        if queue.size >= room:
            raise self._busy("too many requests are waiting", heavy)
        if queue.of(client) >= max(1, int(room * self._limits.share)):
            raise self._busy("too many requests of yours are waiting", heavy)
        loop = asyncio.get_running_loop()
        job = _Job(key, client, work, heavy, work_s, loop.create_future(), self._clock())
        job.done.add_done_callback(_seen)
        job.expiry = loop.call_later(self._limits.wait_s, self._expire, job)
        self._jobs[key] = job
        queue.add(job)
        self._start()
        return job

    def _busy(self, reason: str, heavy: bool) -> BusyError:
        """Refuse, and say when room is likely: when what waits has been worked on."""
        self.refused += 1
        queue = self._heavy if heavy else self._quick
        workers = self._limits.heavy_workers if heavy else self._limits.workers
        expected = math.ceil((queue.size + 1) * self._mean[heavy] / workers)
        return BusyError(reason, min(max(expected, 1), MOST_RETRY_S))

    def _start(self) -> None:
        """Give every free worker a job."""
        while self.running < self._limits.workers:
            if self._heavy.size and self.heavy_running < self._limits.heavy_workers:
                job = self._heavy.take()
            elif self._quick.size:
                job = self._quick.take()
            else:
                return
            self._begin(job)

    def _begin(self, job: _Job[T]) -> None:
        if job.expiry is not None:
            job.expiry.cancel()
        job.started = self._clock()
        self.running += 1
        self.heavy_running += job.heavy
        loop = job.done.get_loop()
        worked = loop.run_in_executor(self._threads, self._work, job)
        worked.add_done_callback(lambda found: self._finish(job, found))

    def _work(self, job: _Job[T]) -> T:
        """On a worker's thread."""
        end = self._spent() + job.work_s
        with wanted.while_wanted(lambda: not job.stop.is_set() and self._spent() < end):
            wanted.check()
            return job.work()

    def _finish(self, job: _Job[T], found: asyncio.Future[T]) -> None:
        self.running -= 1
        self.heavy_running -= job.heavy
        took = self._clock() - (job.started or job.asked)
        self._mean[job.heavy] += _WEIGHT * (took - self._mean[job.heavy])
        self._forget(job)
        error = found.exception()
        if job.done.done():
            pass  # everybody has left
        elif isinstance(error, wanted.NoLongerWantedError):
            job.done.set_exception(TooLongError(job.work_s))
        elif error is not None:
            job.done.set_exception(error)
        else:
            job.done.set_result(found.result())
        self._start()

    def _expire(self, job: _Job[T]) -> None:
        """It has waited too long."""
        self._drop(job)
        if not job.done.done():
            job.done.set_exception(self._busy("no worker was free in time", job.heavy))

    def _give_up(self, job: _Job[T]) -> None:
        """Nobody waits for it any more."""
        job.stop.set()
        if job.started is None:
            self._drop(job)
        self._forget(job)
        job.done.cancel()

    def _drop(self, job: _Job[T]) -> None:
        if job.expiry is not None:
            job.expiry.cancel()
        (self._heavy if job.heavy else self._quick).drop(job)
        self._forget(job)

    def _forget(self, job: _Job[T]) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]


def _seen(done: asyncio.Future[T]) -> None:
    """An error that nobody is left to be told of is no news."""
    if not done.cancelled():
        done.exception()
