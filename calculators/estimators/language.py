"""Machines answering with a language model: which set of accelerators, requests/s, latencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from calculators.arrays import Array
from calculators.estimators import curve, latency, load, served, serving, software
from calculators.estimators.columns import gathered
from calculators.estimators.curve import Curve
from calculators.estimators.figures import Labels, Slowdown, Times, joined, slowed
from calculators.estimators.placement import Placement
from calculators.estimators.predictor import Asked
from calculators.estimators.question import SIZE, TOKENS, Gaps, Question, Timed
from calculators.estimators.replica import Replica
from calculators.estimators.shapes import weight_bits
from calculators.estimators.types import (
    Basis,
    IntArray,
    Label,
    ServerEstimates,
    ServerQuantity,
)

FIRST_NOTE = "the first token as load curves of standard serving software show it"
ANSWER_RULE = "time to first token and time per further token"


def estimate(asked: Question) -> ServerEstimates:
    """Throughput and latency of H machines for one kind of request."""
    predictor, gaps = asked.predictor, _gaps(asked)
    tried = _tried(asked)
    rows = _rows(tried.chosen, len(asked.machines.sets))
    spent = _slower(tried.spent, _at_full_load(asked, tried.rows, tried.spent))
    first, step = _first_token(asked, rows).times(predictor), _token(asked, rows).times(predictor)
    first, step = (_slower(tuned, _alone(asked, rows, tuned)) for tuned in (first, step))
    first = _among_others(asked, rows, first)
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
        curve=_curve(asked, tried, tried_place),
        words=_Words(asked, placed, labels),
    )


def _curve(asked: Question, tried: _Tried, place: IntArray) -> Curve:
    """How times grow with the load of the chosen sets, by machine (H, N)."""
    step, first = served.by_machine(_served(asked, tried.rows, tried.batch), place)
    return curve.of_language(asked.predictor.fits, step, first, gathered(tried.batch, place))


def _served(asked: Question, rows: IntArray, batch: Array) -> served.Served:
    """Sets that answer ``batch`` (R, N) at once when full."""
    step, wait = (logs[:, rows] for logs in _slowdowns(asked))
    return served.served(_replica(asked, rows), asked.lengths, batch, step, wait)


def _among_others(asked: Question, rows: IntArray, first: Times) -> Times:
    """Time to the first token as load curves of standard software show it, on accelerators.

    Software that serves many keeps even one request waiting: about twice as long as software that
    serves one, which ``first`` is of; it is never sooner than that.
    """
    parts = [asked.machines.sets.parts[row] for row in rows]
    if asked.stack == "tuned" or not parts:
        return first
    on_cpu = np.array([part.is_cpu for part in parts])[:, None]
    mid = np.log(_served(asked, rows, _batch(asked, rows)).wait)
    low, high = asked.predictor.fits.range("load_range", "ttft/llm/rate", "ttft/llm", "ttft")
    return Times(
        np.where(on_cpu, first.log_mid, np.maximum(first.log_mid, mid)),
        np.where(on_cpu, first.log_low, np.maximum(first.log_low, mid - high)),
        np.where(on_cpu, first.log_high, np.maximum(first.log_high, mid - low)),
        first.labels,
    )


def _slowdowns(asked: Question) -> tuple[Array, Array]:
    """Log slowdowns of a step and of a first token on all sets, (8, P, N) and (9, P, N)."""
    experts = asked.shape.experts
    if experts.all() or not experts.any():
        return _slowdowns_of(asked, served.EXPERTS if experts.all() else "")
    mixed, dense = (_slowdowns_of(asked, label) for label in (served.EXPERTS, ""))
    step, wait = (np.where(experts, one, other) for one, other in zip(mixed, dense, strict=True))
    return step, wait


def _slowdowns_of(asked: Question, experts: str) -> tuple[Array, Array]:
    """The same of a network with or without experts: by hardware, and by itself."""
    precision, stack, fits = asked.work.precision, asked.stack, asked.predictor.fits
    model, parts = asked.shape.model, asked.machines.sets.parts

    def made() -> tuple[Array, Array]:
        bits = weight_bits(fits, precision)
        labels = [
            served.hardware_labels(part, precision, bits, served.engine_of(part, stack))
            | {"base": "all", "experts": experts}
            for part in parts
        ]
        step, wait = (served.log_slowdowns(fits, form, labels) for form in served.FORMS)
        return step, wait

    key = ("served", asked.machines, precision, stack, experts)
    step, wait = asked.predictor.slowdowns(key, made)
    own = [{"model": model}]
    more = (served.log_slowdowns(fits, form, own) for form in served.FORMS)
    return step + next(more), wait + next(more)


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
    batch: Array  # answers at once at full load (R, N)
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
    return _Tried(rows, spent, _batch(asked, rows), np.where(better, second, first))


# -------------------------------------------------------------------------------- three times


def _replica(asked: Question, rows: IntArray) -> Replica:
    sets = asked.machines.sets.take(rows)
    return Replica.of(asked.shape, sets, asked.work.precision, asked.predictor.fits)


def _batch(asked: Question, rows: IntArray) -> Array:
    """Answers at once at full load (R, N): as many as memory holds and software runs."""
    fits = asked.predictor.fits
    return load.full_batch(_replica(asked, rows).held_at_once(asked.lengths, fits), fits)


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
    terms = load.terms(replica, lengths, _batch(asked, rows))
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


def _at_full_load(asked: Question, rows: IntArray, spent: Times) -> Slowdown | None:
    """Of requests at full load (R, N); None for tuned software."""
    if asked.stack == "tuned":
        return None
    batch = _batch(asked, rows)
    each = np.exp(spent.log_mid) / np.maximum(asked.work.output_tokens, 1.0)
    return serving.slowdown(asked, rows, each * batch, batch)


def _alone(asked: Question, rows: IntArray, tuned: Times) -> Slowdown | None:
    """Of the first or a further token of one request alone."""
    if asked.stack == "tuned":
        return None
    return serving.slowdown(asked, rows, np.exp(tuned.log_mid), np.ones(1))


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
        if self.asked.stack == "tuned" or not self.placed.able[machine, point]:
            return 1.0
        asked, rows = self.asked.at(point), self.placed.chosen[machine, point, None]
        return _kept(_at_full_load(asked, rows, self._tuned(_load(asked, rows))))

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis`."""
        labels, row = self.labels[quantity]
        return labels.at(int(row[machine, point]), point)

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure was come by."""
        asked, rows = self.asked.at(point), self.placed.chosen[machine, point, None]
        if quantity == "capacity_rps":
            timed = _load(asked, rows)
            return self._software(timed, _at_full_load(asked, rows, self._tuned(timed)))
        first, step = (
            self._software(timed, _alone(asked, rows, self._tuned(timed)))
            for timed in (_first_token(asked, rows), _token(asked, rows))
        )
        if asked.stack == "standard" and not asked.machines.sets.parts[rows[0]].is_cpu:
            first = replace(first, assumptions=(FIRST_NOTE,))
        return {"ttft_ms": first, "tpot_ms": step}.get(quantity) or joined(first, step, ANSWER_RULE)

    def _tuned(self, timed: Timed) -> Times:
        with np.errstate(invalid="ignore", divide="ignore"):  # nothing to compute takes no time
            return timed.times(self.asked.predictor)

    def _software(self, timed: Timed, slower: Slowdown | None) -> Basis:
        basis = timed.basis(self.asked.predictor)
        if slower is None:
            return basis
        words = f"{self.asked.stack} serving software reaches {_kept(slower):.2f} of tuned"
        return slowed(basis, words)


def _kept(slower: Slowdown | None) -> float:
    """Share of the speed that is left at the only row and point."""
    return 1.0 if slower is None else float(np.exp(-slower.log_mid[0, 0]))
