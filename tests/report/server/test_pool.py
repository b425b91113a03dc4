"""The queue has an end, clients take turns, equal questions are one, no work is for nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from calculators import wanted
from report.server.limits import Limits
from report.server.pool import BusyError, Pool, TooLongError

LIMITS = Limits(workers=2, heavy_workers=1, waiting=4, heavy_waiting=2, wait_s=60, work_s=60)


class Gate:
    """Work that lasts until it is let go, and what was begun in which order."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun: list[str] = []

    def work(self, name: str) -> Callable[[], str]:
        def run() -> str:
            self.begun.append(name)
            assert self.open.wait(30)
            return name

        return run


def run(test: Callable[[], Coroutine[None, None, None]]) -> None:
    """On a thread of its own: a browser's driver may have a loop running on this one."""

    def alone() -> None:
        asyncio.run(asyncio.wait_for(test(), 60))

    with ThreadPoolExecutor(1) as thread:
        thread.submit(alone).result()


async def until(told: Callable[[], bool]) -> None:
    while not told():
        await asyncio.sleep(0.001)


def ask(
    pool: Pool[str], gate: Gate, name: str, client: str = "a", *, heavy: bool = False
) -> asyncio.Task[str]:
    return asyncio.ensure_future(pool.answer(name, client, gate.work(name), heavy=heavy))


def test_equal_questions_are_worked_out_once() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        asked = [ask(pool, gate, "one", client) for client in "abcabc"]
        await until(lambda: gate.begun == ["one"])
        gate.open.set()
        assert await asyncio.gather(*asked) == ["one"] * 6
        assert gate.begun == ["one"]
        assert pool.running == pool.waiting == 0
        assert await pool.answer("one", "a", lambda: "anew", heavy=False) == "anew"

    run(test)


def test_the_queue_has_an_end_and_says_when_to_come_back() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        running = [ask(pool, gate, f"run {n}", f"r{n}") for n in range(2)]
        await until(lambda: len(gate.begun) == 2)
        waiting = [ask(pool, gate, f"wait {n}", f"w{n}") for n in range(4)]
        await until(lambda: pool.waiting == 4)
        with pytest.raises(BusyError) as told:
            await ask(pool, gate, "too many", "z")
        # five would wait for two workers, half a second each: 5 x 0.5 / 2 = 1.25 s, so 2
        assert told.value.retry_after_s == 2
        assert pool.refused == 1
        gate.open.set()
        assert len(await asyncio.gather(*running, *waiting)) == 6

    run(test)


def test_one_client_may_take_half_of_the_queue_and_no_more() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        asked = [ask(pool, gate, f"run {n}") for n in range(2)]
        await until(lambda: len(gate.begun) == 2)
        asked += [ask(pool, gate, f"greedy {n}", "greedy") for n in range(2)]
        await until(lambda: pool.waiting == 2)
        with pytest.raises(BusyError, match="of yours"):
            await ask(pool, gate, "greedy 2", "greedy")
        asked.append(ask(pool, gate, "other", "other"))
        gate.open.set()
        assert len(await asyncio.gather(*asked)) == 5

    run(test)


def test_clients_take_turns() -> None:
    async def test() -> None:
        limits = replace(LIMITS, workers=1, waiting=100)
        pool, gate = Pool[str](limits), Gate()
        first = ask(pool, gate, "first", "x")
        await until(lambda: len(gate.begun) == 1)
        many = [ask(pool, gate, f"many {n}", "many") for n in range(4)]
        await until(lambda: pool.waiting == 4)
        few = [ask(pool, gate, f"few {n}", "few") for n in range(2)]
        await until(lambda: pool.waiting == 6)
        gate.open.set()
        await asyncio.gather(first, *many, *few)
        assert gate.begun == ["first", "many 0", "few 0", "many 1", "few 1", "many 2", "many 3"]

    run(test)


def test_heavy_work_leaves_a_worker_for_quick_answers() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        heavy = [ask(pool, gate, f"heavy {n}", f"h{n}", heavy=True) for n in range(2)]
        await until(lambda: gate.begun == ["heavy 0"])
        assert pool.running == pool.heavy_running == 1
        assert await pool.answer("quick", "q", lambda: "at once", heavy=False) == "at once"
        assert gate.begun == ["heavy 0"]
        gate.open.set()
        assert await asyncio.gather(*heavy) == ["heavy 0", "heavy 1"]

    run(test)


def test_quick_answers_do_not_starve_heavy_work() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        quick = [ask(pool, gate, f"quick {n}", f"q{n}") for n in range(4)]
        await until(lambda: len(gate.begun) == 2)
        heavy = ask(pool, gate, "heavy", "h", heavy=True)
        await until(lambda: pool.waiting == 3)
        gate.open.set()
        await asyncio.gather(*quick, heavy)
        assert gate.begun.index("heavy") == 2

    run(test)


def test_what_waits_for_nobody_is_dropped() -> None:
    async def test() -> None:
        pool, gate = Pool[str](LIMITS), Gate()
        running = [ask(pool, gate, f"run {n}") for n in range(2)]
        await until(lambda: len(gate.begun) == 2)
        waiting = ask(pool, gate, "abandoned", "b")
        await until(lambda: pool.waiting == 1)
        waiting.cancel()
        await until(lambda: pool.waiting == 0)
        gate.open.set()
        await asyncio.gather(*running)
        assert "abandoned" not in gate.begun

    run(test)


def test_what_runs_for_nobody_stops_at_its_next_evaluation() -> None:
    async def test() -> None:
        pool: Pool[str] = Pool(LIMITS)
        begun, stopped, steps = threading.Event(), threading.Event(), threading.Event()

        def work() -> str:
            begun.set()
            assert steps.wait(30)
            try:
                wanted.check()
            except wanted.NoLongerWantedError:
                stopped.set()
                raise
            return "for nobody"

        asked = asyncio.ensure_future(pool.answer("k", "a", work, heavy=True))
        other = asyncio.ensure_future(pool.answer("k", "b", work, heavy=True))
        await until(begun.is_set)
        asked.cancel()
        await asyncio.sleep(0)
        assert pool.running == 1
        other.cancel()
        await asyncio.gather(asked, other, return_exceptions=True)
        # asked anew it is a question of its own, though the old work has not ended yet
        anew = asyncio.ensure_future(pool.answer("k", "c", lambda: "anew", heavy=False))
        assert await anew == "anew"
        steps.set()
        await until(lambda: pool.running == 0)
        assert stopped.is_set()

    run(test)


def test_work_that_takes_too_long_is_given_up_and_said() -> None:
    async def test() -> None:
        now = [0.0]
        pool: Pool[str] = Pool(replace(LIMITS, work_s=5, file_s=5.5), spent=lambda: now[0])

        def work() -> str:
            now[0] += 6
            wanted.check()
            return "too late"

        with pytest.raises(TooLongError, match="more than the 5 s of a processor"):
            await pool.answer("slow", "a", work, heavy=True)
        assert await pool.answer("quick", "a", lambda: "fine", heavy=False) == "fine"
        with pytest.raises(TooLongError, match=r"more than the 5\.5 s of a processor"):
            await pool.answer("file", "a", work, heavy=True, is_file=True)
        pool.allow(4.5)  # a file half as much again: 6.75
        assert await pool.answer("longer", "a", work, heavy=True, is_file=True) == "too late"
        with pytest.raises(TooLongError, match=r"more than the 4\.5 s of a processor"):
            await pool.answer("slow", "a", work, heavy=True)
        assert pool.refused == 0  # nobody was refused for want of room

    run(test)


def test_who_waits_too_long_is_refused() -> None:
    async def test() -> None:
        pool, gate = Pool[str](replace(LIMITS, wait_s=0.01)), Gate()
        running = [ask(pool, gate, f"run {n}") for n in range(2)]
        await until(lambda: len(gate.begun) == 2)
        with pytest.raises(BusyError, match="no worker was free"):
            await ask(pool, gate, "late", "b")
        assert pool.waiting == 0
        gate.open.set()
        await asyncio.gather(*running)

    run(test)


def test_an_error_reaches_all_who_asked_and_is_not_kept() -> None:
    async def test() -> None:
        pool: Pool[str] = Pool(LIMITS)

        def fails() -> str:
            raise ZeroDivisionError

        both = [pool.answer("k", client, fails, heavy=False) for client in "ab"]
        found = await asyncio.gather(*both, return_exceptions=True)
        assert [type(error) for error in found] == [ZeroDivisionError] * 2
        assert await pool.answer("k", "a", lambda: "fine", heavy=False) == "fine"

    run(test)
