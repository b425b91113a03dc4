"""What a page looks for beyond its answer gives way to the answers of other pages, for a while."""

from __future__ import annotations

import contextvars
import threading
import time
from contextlib import suppress

from report.server.order import Order


def always() -> bool:
    return True


class Page:
    """A page that answers on a thread of its own until it is told that its sentence is sent."""

    def __init__(self, order: Order) -> None:
        self._order, self._begun, self._sent = order, threading.Event(), threading.Event()
        self._gone, self.done = threading.Event(), threading.Event()
        threading.Thread(target=self._draw, daemon=True).start()
        assert self._begun.wait(30)

    def _draw(self) -> None:
        with self._order.answering():
            self._begun.set()
            self._sent.wait(30)
            self._order.answered()
            self._order.answered()  # said twice, counted once
            self.done.set()
            self._gone.wait(30)

    def say(self) -> None:
        self._sent.set()
        assert self.done.wait(30)

    def leave(self) -> None:
        self._gone.set()


def test_work_waits_for_pages_without_their_sentence_and_no_longer() -> None:
    order = Order(patience_s=60, long_s=0.0)  # two answer at a time
    first, second = Page(order), Page(order)
    goes_on = threading.Event()

    def work() -> None:
        order.giving_way()(always)
        goes_on.set()

    threading.Thread(target=work, daemon=True).start()
    assert not goes_on.wait(0.2)
    first.say()
    assert not goes_on.wait(0.2)  # the second has none yet
    second.say()
    assert goes_on.wait(30)
    first.leave()
    second.leave()
    start = time.monotonic()
    assert order.giving_way()(always)
    assert time.monotonic() - start < 1  # nobody is counted who has left


def test_a_page_that_breaks_off_is_counted_no_longer() -> None:
    order = Order(patience_s=60, long_s=60)
    with suppress(ZeroDivisionError), order.answering():
        1 / 0  # noqa: B018 - the page ends in a fault
    assert order.giving_way()(always)


def test_a_page_does_not_wait_for_itself() -> None:
    order = Order(patience_s=60, long_s=60)
    with order.answering():
        order.answered()
        assert order.giving_way()(always)


def test_patience_is_for_all_of_a_piece_of_work() -> None:
    order = Order(patience_s=0.3, long_s=60)
    page = Page(order)
    gives_way = order.giving_way()
    start = time.monotonic()
    assert gives_way(always)
    waited = time.monotonic() - start
    assert waited >= 0.3
    start = time.monotonic()
    assert gives_way(always)  # none is left
    assert time.monotonic() - start < 0.2
    page.say()
    page.leave()


def test_work_that_nobody_wants_stops_waiting() -> None:
    order = Order(patience_s=60, long_s=60)
    page = Page(order)
    asked = iter([True, True, False, False])
    assert not order.giving_way()(lambda: next(asked))
    page.say()
    page.leave()


def test_where_no_page_is_begun_nothing_is_ended() -> None:
    order = Order(patience_s=60, long_s=60)
    contextvars.Context().run(order.answered)  # a part of a page drawn by itself
    assert order.giving_way()(always)


def test_pages_answer_one_after_the_other() -> None:
    order = Order(patience_s=60, long_s=60)
    first, begun = Page(order), threading.Event()

    def second() -> None:
        with order.answering():
            begun.set()

    threading.Thread(target=second, daemon=True).start()
    assert not begun.wait(0.2)
    first.say()  # it may go on with what it looks for: the next one's turn has come
    assert begun.wait(30)
    first.leave()


def test_pages_look_for_more_one_after_the_other_and_leave_answers_their_share() -> None:
    order = Order(patience_s=60, long_s=60)
    for _ in range(40):  # answers of 0.02 s: the running mean comes near
        with order.answering():
            time.sleep(0.02)
    ended, begun = 0.0, threading.Event()

    def second() -> None:
        with order.looking(always):
            begun.set()

    with order.looking(always):
        threading.Thread(target=second, daemon=True).start()
        assert not begun.wait(0.2)
        ended = time.monotonic()
    assert begun.wait(30)
    assert time.monotonic() - ended >= 0.015  # the mean of an answer, and then the next look


def test_who_gave_way_owes_answers_no_share() -> None:
    order = Order(patience_s=60, long_s=60)
    with order.answering():
        time.sleep(1.0)  # the running mean is a tenth of it
    with order.looking(always), order.answering():
        time.sleep(0.2)
    start = time.monotonic()
    with order.looking(always):
        assert time.monotonic() - start < 0.09
