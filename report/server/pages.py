"""What pages compute: a few at the same time, and kept for the next drawing by what memory it is.

A page is drawn on a thread of its visitor, as many as there are visitors. Without turns all of
them would hold the arrays of a comparison at once and none would be done before all are. What takes
long has turns of its own, so that no answer waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from calculators.compare import compare
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.kept import Kept
from report.server.limits import PAGES, PageLimits
from report.server.metrics import resident_bytes
from report.server.order import Order


class _Key(NamedTuple):
    scenario: str  # as JSON
    edition: date
    price_date: date


class PageWork:
    """Turns of the pages of one process, and the comparisons they share."""

    def __init__(
        self, limits: PageLimits = PAGES, resident: Callable[[], float] = resident_bytes
    ) -> None:
        self._limits, self._resident = limits, resident
        self._turns = threading.BoundedSemaphore(limits.computing)
        self._long_turns = threading.BoundedSemaphore(limits.looking)
        self.order = Order(limits.patience_s, limits.long_s)
        self._kept: Kept[_Key, Comparison] = Kept(limits.comparisons)

    @contextmanager
    def long_turn(self) -> Iterator[None]:
        """Within, so many pages at most look for more than their answer; not within itself."""
        with self._long_turns:
            yield

    def comparison(self, scenario: Scenario, book: PriceBook) -> Comparison:
        """The comparison of a scenario at a book; the same object for the same question."""
        key = _Key(scenario.model_dump_json(), book.edition, book.price_date)
        return self._kept.get(key, lambda: self._made(scenario, book))

    def _made(self, scenario: Scenario, book: PriceBook) -> Comparison:
        with self._turns:
            if self._resident() > self._limits.resident_bytes:
                self._kept.shrink(self._limits.fewest)
            return compare(scenario, PriceBook.load(book.edition, book.price_date))

    def forget(self) -> None:
        """Keep nothing."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


WORK = PageWork()
"""The program's own."""
