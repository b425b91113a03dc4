"""Machines of hosting vendors that stop when nobody asks: after how long, and how they start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.types import between
from calculators.market.machines import MachineOffers, Offer
from calculators.market.market import Market
from pricing.book import PriceBook
from pricing.records import record
from pricing.schema import InstanceRow, ServerRow, SleeperRow, StartRow

IDLE, START = "serverless_idle_seconds", "serverless_start_seconds"
"""Assumptions that stand in for what a vendor's rows do not say."""
IDLE_FACTOR, START_FACTOR = "serverless_idle", "serverless_start"
"""Factors whose scores move time-outs and starts."""
EVERYBODY = "any"
Parts = Mapping[str, StartRow]  # by machine, engine, weights, spread


@record
class Range:
    """Low, middle and high of C figures, (C, 1) each: an 80 % interval, or three times the same."""

    low: Array
    mid: Array
    high: Array

    @classmethod
    def of(cls, ends: Sequence[tuple[float, float, float]]) -> Range:
        """From the ends of each."""
        low, mid, high = np.array(ends, dtype=float).reshape(-1, 3).T[..., None]
        return cls(low, mid, high)

    def at(self, score: Array) -> Array:
        """The figures at a factor's ``score`` (N,), (C, N): two-sided lognormal, 0 stays 0."""
        return between(self.low, self.mid, self.high, score)


@record
class Sleepers:
    """What C offers do when nobody asks; figures of those that never sleep mean nothing."""

    may: BoolArray  # (C,) whether the product can scale to zero
    by_default: BoolArray  # (C,) whether it does so unless told otherwise
    refuses: BoolArray  # (C,) requests are refused while a machine starts, they do not wait
    starts_billed: BoolArray  # (C,) not known counts as billed
    idle_s: Range  # time-out
    machine_s: Range  # part of a start that every model meets
    engine_s: Range  # further, for language models
    weights_s_per_gib: Range
    spread: Array  # (C, 1) log standard deviation of one start against the next
    idle_ours: BoolArray  # (C, 1) nothing is known of the vendor's time-out: our assumption
    start_ours: BoolArray  # (C, 1) nor of the part of a start that every model meets
    assumed: BoolArray  # (C,) a figure that counts here is our own assumption
    rows: tuple[SleeperRow | None, ...]  # what the vendor says, for words
    starts: tuple[tuple[StartRow, ...], ...]  # parts of a start, for words

    @classmethod
    def of(cls, book: PriceBook, offers: MachineOffers) -> Sleepers:
        """Of hosted machines; a vendor without rows has our assumptions."""
        tables = _Tables(book)
        rows = [tables.sleeper(offer) for offer in offers.offers]
        starts = [tables.starts(offer) for offer in offers.offers]
        may = _flags(_may(offer.row) for offer in offers.offers)
        asked_for = _flags(row is not None and row.sleeps == "if_set" for row in rows)
        return cls(
            may=may,
            by_default=may & ~asked_for,
            refuses=_flags(row is not None and row.while_starting == "refused" for row in rows),
            starts_billed=_flags(row is None or row.starts_billed != "no" for row in rows),
            idle_s=Range.of([tables.idle(row) for row in rows]),
            machine_s=Range.of([tables.part(own, "machine") for own in starts]),
            engine_s=Range.of([tables.part(own, "engine") for own in starts]),
            weights_s_per_gib=Range.of([tables.part(own, "weights") for own in starts]),
            spread=Range.of([tables.part(own, "spread") for own in starts]).mid,
            idle_ours=_flags(row is None for row in rows)[:, None],
            start_ours=_flags("machine" not in own for own in starts)[:, None],
            assumed=_flags(_ours(row, own) for row, own in zip(rows, starts, strict=True)),
            rows=tuple(rows),
            starts=tuple(tuple(own.values()) for own in starts),
        )

    def start_s(self, weights_gib: Array, score: Array, assumed: Array, *, language: bool) -> Array:
        """Seconds of a start (C, N) with ``weights_gib`` (N,) or (C, N) at a factor's ``score``.

        All parts move together; a language model starts an engine too. ``assumed`` (N,) stands for
        the machine's own part where nothing is known of it.
        """
        machine = np.where(self.start_ours, assumed, self.machine_s.at(score))
        found = machine + self.weights_s_per_gib.at(score) * weights_gib
        return found + self.engine_s.at(score) if language else found


def sleepers(market: Market, offers: MachineOffers) -> Sleepers:
    """What hosted machines do when nobody asks, looked up once for each list of offers."""
    return market.derived("sleepers", offers, lambda: Sleepers.of(market.book, offers))


class _Tables:
    """Rows of vendors, and what stands in for them."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._sleepers: dict[tuple[str, str], SleeperRow] = {
            (row.vendor, row.market): row for row in book.table("sleepers", SleeperRow)
        }
        self._starts: dict[tuple[str, str], dict[str, StartRow]] = {}
        for row in book.table("cold_starts", StartRow):
            self._starts.setdefault((row.vendor, row.market), {})[row.part] = row

    def sleeper(self, offer: Offer) -> SleeperRow | None:
        return self._sleepers.get((offer.vendor, _market(offer)))

    def starts(self, offer: Offer) -> Parts:
        everybody = self._starts.get((EVERYBODY, _market(offer)), {})
        return everybody | self._starts.get((offer.vendor, _market(offer)), {})

    def idle(self, row: SleeperRow | None) -> tuple[float, float, float]:
        if row is None:
            return self._assumption(IDLE)
        if row.idle_basis == "sourced" or row.idle_min_s is None or row.idle_max_s is None:
            return row.idle_s, row.idle_s, row.idle_s
        return row.idle_min_s, row.idle_s, row.idle_max_s

    def part(self, own: Parts, part: str) -> tuple[float, float, float]:
        row = own.get(part)
        if row is not None:
            return row.low, row.mid, row.high
        return self._assumption(START) if part == "machine" else (0.0, 0.0, 0.0)

    def _assumption(self, name: str) -> tuple[float, float, float]:
        row = self._book.assumption(name)
        return row.low, row.mid, row.high


def _market(offer: Offer) -> str:
    return offer.row.market if isinstance(offer.row, InstanceRow) else ""


def _may(row: InstanceRow | ServerRow) -> bool:
    return isinstance(row, InstanceRow) and row.scale_to_zero == "yes"


def _ours(row: SleeperRow | None, own: Parts) -> bool:
    """Whether the time-out or the machine's start is a judgement of ours."""
    machine = own.get("machine")
    given = row is not None and row.idle_basis == "sourced" and machine is not None
    return not (given and machine is not None and machine.basis == "sourced")


def _flags(found: Iterable[bool]) -> BoolArray:
    return np.array(list(found), dtype=bool)
