"""Machines answering with a language model: which set of accelerators, requests/s, latencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.estimators import latency, load, software
from calculators.estimators.figures import Labels, Slowdown, Times, joined, slowed
from calculators.estimators.placement import Placement
from calculators.estimators.predictor import Asked
from calculators.estimators.question import SIZE, TOKENS, Gaps, Question, Timed
from calculators.estimators.replica import Replica
from calculators.estimators.types import (
    Basis,
    IntArray,
    Label,
    ServerEstimates,
    ServerQuantity,
)

ANSWER_RULE = "time to first token and time per further token"


def estimate(asked: Question) -> ServerEstimates:
    """Throughput and latency of H machines for one kind of request."""
    predictor, gaps, slower = asked.predictor, _gaps(asked), _slowdown(asked)
    tried = _tried(asked)
    rows = _rows(tried.chosen, len(asked.machines.sets))
    spent = _slower(tried.spent, slower)
    first = _slower(_first_token(asked, rows).times(predictor), slower)
    step = _slower(_token(asked, rows).times(predictor), slower)
    answer = first.plus(_more(asked), step)
    place = np.searchsorted(rows, tried.chosen)  # behind the last row for none
    tried_place = np.searchsorted(tried.rows, tried.chosen)
    placed = Placement(asked, gaps, tried.chosen)
    labels: dict[ServerQuantity, tuple[Labels, IntArray]] = {
        "capacity_rps": (spent.labels, tried_place),
        "answer_ms": (answer.labels, place),
        "ttft_ms": (first.labels, place),
        "tpot_ms": (step.labels, place),
    }
    return ServerEstimates(
        hardware=asked.machines.hardware,
        fits=placed.fits,
        replica_accelerators=placed.replica_accelerators,
        replicas_per_machine=placed.replicas_per_machine,
        capacity_rps=spent.rate(tried_place, gaps.known),
        answer_ms=answer.duration(1e3, place, gaps.known),
        ttft_ms=first.duration(1e3, place, gaps.known),
        tpot_ms=step.duration(1e3, place, gaps.known),
        words=_Words(asked, placed, labels),
    )


def _gaps(asked: Question) -> Gaps:
    tokens = asked.work.input_tokens + asked.work.output_tokens
    return Gaps({SIZE: ~(asked.shape.params > 0), TOKENS: ~(tokens > 0)})


def _rows(chosen: IntArray, none: int) -> IntArray:
    """Sets that are chosen anywhere."""
    found = np.unique(chosen)
    return found[found < none]


# ------------------------------------------------------------------------ set of accelerators


@dataclass(frozen=True)
class _Tried:
    """Sets that might serve, R of them, their times at full load, and the choice (H, N)."""

    rows: IntArray
    spent: Times
    chosen: IntArray  # P where none holds the model


def _tried(asked: Question) -> _Tried:
    """The smallest set that holds the model, or twice that where the machine then answers more.

    A model that barely fits leaves no room for a batch; a set twice as large can be worth it.
    """
    machines = asked.machines
    fits, none = asked.predictor.fits, len(machines.sets)
    everywhere = Replica.of(asked.shape, machines.sets, asked.work.precision, fits)
    first, second = machines.smallest(everywhere.held_at_once(asked.lengths, fits) >= 1.0)
    rows = _rows(np.concatenate([first, second]), none)
    spent = _load(asked, rows).times(asked.predictor)
    padded = np.vstack([spent.log_mid, np.full((1, first.shape[1]), np.inf)])

    def machine_time(sets: IntArray) -> Array:
        """Log time of a request over all replicas of the machine."""
        found = padded[np.searchsorted(rows, sets), np.arange(sets.shape[1])]
        return np.asarray(found - np.log(machines.replicas(sets)))

    better = machine_time(second) < machine_time(first)
    return _Tried(rows, spent, np.where(better, second, first))


# -------------------------------------------------------------------------------- three times


def _replica(asked: Question, rows: IntArray) -> Replica:
    sets = asked.machines.sets.take(rows)
    return Replica.of(asked.shape, sets, asked.work.precision, asked.predictor.fits)


def _load(asked: Question, rows: IntArray) -> Timed:
    """Machine time of one request at full load, with as many at once as memory holds."""
    machines, precision, predictor = asked.machines, asked.work.precision, asked.predictor
    shape, lengths, sets = asked.shape, asked.lengths, machines.sets
    replica = _replica(asked, rows)
    panel = predictor.panel(
        "llm_load",
        (machines, precision),
        lambda: [
            load.hardware_labels(part, size, precision, engine, software.NEWEST.get(engine, ""))
            for part, size in zip(sets.parts, sets.sizes, strict=True)
            for engine in (software.tuned_language(part),)
        ],
        lambda: {"pair": [load.pair_tail(part, precision) for part in sets.parts]},
    )
    experts = shape.experts
    some = bool(experts.any())
    mixed = some and not experts.all()
    question = Asked(
        panel,
        "llm_full_load",
        shape.model,
        labels={} if mixed else {"experts": load.EXPERTS if some else ""},
        varying={"experts": (load.EXPERTS, experts.astype(np.float64))} if mixed else {},
    )
    batch = load.full_batch(replica.held_at_once(lengths, predictor.fits), predictor.fits)
    terms = load.terms(replica, lengths, batch)
    return Timed(question, terms, rows, load.floor_seconds(replica, lengths))


def _first_token(asked: Question, rows: IntArray) -> Timed:
    """Time to the first token of one request alone."""
    machines, precision = asked.machines, asked.work.precision
    sets = machines.sets
    panel = asked.predictor.panel(
        "llm_first_token",
        (machines, precision),
        lambda: [
            latency.first_labels(part, size, precision, software.lone_language(part))
            for part, size in zip(sets.parts, sets.sizes, strict=True)
        ],
    )
    terms = latency.first_terms(_replica(asked, rows), asked.lengths)
    return Timed(Asked(panel, "ttft", asked.shape.model), terms, rows, terms[0])


def _token(asked: Question, rows: IntArray) -> Timed:
    """Time of each further token of one request alone."""
    machines, replica = asked.machines, _replica(asked, rows)
    panel = asked.predictor.panel(
        "llm_token",
        (machines, asked.work.precision),
        lambda: [
            latency.token_labels(part, replica.bits, software.lone_language(part))
            | {"served": "" if part.is_cpu else "served"}
            for part in machines.sets.parts
        ],
    )
    terms = latency.token_terms(replica, asked.lengths)
    question = Asked(panel, "llm_batch1_decode", asked.shape.model)
    return Timed(question, terms, rows, terms[0] + terms[1])


def _more(asked: Question) -> Array:
    """Tokens after the first."""
    return np.maximum(asked.work.output_tokens - 1.0, 0.0)


# ---------------------------------------------------------------------------- serving software


def _share(asked: Question) -> tuple[float, float, float]:
    """Share of tuned speed that the serving stack reaches: middle, low, high."""
    if asked.stack == "tuned":
        return 1.0, 1.0, 1.0
    row = asked.predictor.fits.row("stack", f"{asked.stack}/llm")
    return row.value, row.low or row.value, row.high or row.value


def _slowdown(asked: Question) -> Slowdown | None:
    return None if asked.stack == "tuned" else Slowdown.to_share(*_share(asked))


def _slower(spent: Times, by: Slowdown | None) -> Times:
    return spent if by is None else spent.slower(by)


# --------------------------------------------------------------------------------------- words


@dataclass(frozen=True, eq=False)
class _Words:
    """What stands behind the figures, for one machine at one point."""

    asked: Question
    placed: Placement
    labels: Mapping[ServerQuantity, tuple[Labels, IntArray]]  # of rows, and the row (H, N)

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        return self.placed.reason(machine, point)

    def stack_factor(self, machine: int, point: int) -> float:
        """Share of tuned throughput that the serving stack reaches."""
        return _share(self.asked)[0] if self.placed.able[machine, point] else 1.0

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis`."""
        labels, row = self.labels[quantity]
        return labels.at(int(row[machine, point]), point)

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure was come by."""
        asked, rows = self.asked.at(point), self.placed.chosen[machine, point, None]
        if quantity == "capacity_rps":
            return self._software(_load(asked, rows))
        if quantity == "ttft_ms":
            return self._software(_first_token(asked, rows))
        step = self._software(_token(asked, rows))
        if quantity == "tpot_ms":
            return step
        return joined(self._software(_first_token(asked, rows)), step, ANSWER_RULE)

    def _software(self, timed: Timed) -> Basis:
        basis = timed.basis(self.asked.predictor)
        if self.asked.stack == "tuned":
            return basis
        words = f"{self.asked.stack} serving software reaches {_share(self.asked)[0]:.2f} of tuned"
        return slowed(basis, words)
