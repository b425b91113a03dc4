"""Machines answering with a language model: which set of accelerators, requests/s, latencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators import curve, latency, load, served, serving, software
from calculators.estimators.columns import gathered
from calculators.estimators.figures import Labels, Times, joined, slowed
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
from pricing.kept import cached_property
from pricing.records import record

CURVES_NOTE = ", as load curves show"
PAIRS_NOTE = ", as pairs of software measured on other accelerators say"
LARGEST = 8  # accelerators of a set; more is not modelled
ANSWER_RULE = "time to first token and time per further token"


def estimate(asked: Question) -> ServerEstimates:
    """Throughput and latency of H machines for one kind of request.

    A machine gives its replicas the set of accelerators with which it answers most at full load;
    the others it might give them are behind ``sets``.
    """
    sets = _Sets.of(asked)
    return sets.estimates(sets.best)


@record
class _Sets:
    """R sets that hold the model somewhere (``rows``), their times, and who may give which.

    ``rungs`` are the smallest set of each machine that holds the model at a point, and twice, four
    and eight times that: (H, N) each, P where the machine has none.
    """

    asked: Question
    gaps: Gaps
    rows: IntArray
    rungs: Sequence[IntArray]
    beyond: BoolArray  # (H, N) only a set of more accelerators than are modelled holds it
    software: serving.Software
    spent: Times
    first: Times
    step: Times
    _made: dict[int, ServerEstimates] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, asked: Question) -> _Sets:
        """All sets of all machines."""
        machines, predictor = asked.machines, asked.predictor
        fits, none = predictor.fits, len(machines.sets)
        everywhere = Replica.of(asked.shape, machines.sets, asked.work.precision, fits)
        holds = everywhere.held_at_once(asked.lengths, fits) >= 1.0
        modelled = holds & (machines.sets.parallel <= LARGEST)
        rungs = machines.rungs(modelled)
        rows = _rows(np.concatenate(rungs), none)
        software = serving.Software(asked, rows, _batch(asked, rows))
        return cls(
            asked=asked,
            gaps=_gaps(asked),
            rows=rows,
            rungs=rungs,
            beyond=(rungs[0] == none) & (machines.rungs(holds)[0] < none),
            software=software,
            spent=software.times("capacity", _load(asked, rows).times(predictor)),
            first=software.times("first", _first_token(asked, rows).times(predictor)),
            step=software.times("token", _token(asked, rows).times(predictor)),
        )

    @cached_property
    def rates(self) -> Sequence[Array]:
        """Requests/s of whole machines at full load, by rung (H, N); 0 where there is no set."""
        each = np.vstack([np.exp(-self.spent.log_mid), np.zeros((1, self.rungs[0].shape[1]))])
        points = np.arange(each.shape[1])
        return [
            each[self._place(chosen), points] * self.asked.machines.replicas(chosen)
            for chosen in self.rungs
        ]

    @cached_property
    def best(self) -> IntArray:
        """The set with which a machine answers most, the smallest of equals (H, N)."""
        place = np.argmax(np.stack(self.rates), axis=0)
        found: IntArray = np.take_along_axis(np.stack(self.rungs), place[None], axis=0)[0]
        return found

    def given(self, rung: int) -> ServerEstimates:
        """Machines that give their replicas the set of a rung, and know of no other."""
        if rung not in self._made:
            # kept here they must not know this record: neither would be freed without the other
            self._made[rung] = replace(self.estimates(self.rungs[rung]), sets=None)
        return self._made[rung]

    def _place(self, chosen: IntArray) -> IntArray:
        """Where the chosen sets are among the rows; behind the last one for none."""
        return np.searchsorted(self.rows, chosen)

    def estimates(self, chosen: IntArray) -> ServerEstimates:
        """Machines that give their replicas the chosen sets (H, N)."""
        asked, known, place = self.asked, self.gaps.known, self._place(chosen)
        answer = self.first.plus(_more(asked), self.step)
        placed = Placement(asked, self.gaps, chosen, self.beyond)
        ends = self.software.ends
        step, first = served.by_machine(ends, place)
        labels: dict[ServerQuantity, tuple[Labels, IntArray]] = {
            "capacity_rps": (self.spent.labels, place),
            "answer_ms": (answer.labels, place),
            "ttft_ms": (self.first.labels, place),
            "tpot_ms": (self.step.labels, place),
        }
        return ServerEstimates(
            hardware=asked.machines.hardware,
            fits=placed.fits,
            replica_accelerators=placed.replica_accelerators,
            replicas_per_machine=placed.replicas_per_machine,
            capacity_rps=self.spent.rate(place, known),
            answer_ms=answer.duration(1e3, place, known),
            ttft_ms=self.first.duration(1e3, place, known),
            tpot_ms=self.step.duration(1e3, place, known),
            curve=curve.of_language(
                asked.predictor.fits, step, first, gathered(self.software.batch, place)
            ),
            words=_Words(asked, placed, labels),
            sets=self,
        )


def _gaps(asked: Question) -> Gaps:
    tokens = asked.work.input_tokens + asked.work.output_tokens
    return Gaps({SIZE: ~(asked.shape.params > 0), TOKENS: ~(tokens > 0)})


def _rows(chosen: IntArray, none: int) -> IntArray:
    """Sets that are chosen anywhere."""
    found = np.unique(chosen)
    return found[found < none]


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
    some = any_true(experts)
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


# --------------------------------------------------------------------------------------- words


@record
class _Words:
    """What stands behind the figures, for one machine at one point."""

    asked: Question
    placed: Placement
    labels: Mapping[ServerQuantity, tuple[Labels, IntArray]]  # of rows, and the row (H, N)

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        return self.placed.reason(machine, point)

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over that of the weights alone."""
        return self.placed.room(machine, point)

    def stack_factor(self, machine: int, point: int) -> float:
        """Share of tuned throughput that the serving stack reaches."""
        if self.asked.stack == "tuned" or not self.placed.able[machine, point]:
            return 1.0
        software = self._software(machine, point)
        return _kept(software, "capacity", _load(software.asked, software.rows))

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis`."""
        labels, row = self.labels[quantity]
        return labels.at(int(row[machine, point]), point)

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure was come by."""
        software = self._software(machine, point)
        asked, rows = software.asked, software.rows
        if quantity == "capacity_rps":
            return _basis(software, "capacity", _load(asked, rows))
        first = _basis(software, "first", _first_token(asked, rows))
        step = _basis(software, "token", _token(asked, rows))
        return {"ttft_ms": first, "tpot_ms": step}.get(quantity) or joined(first, step, ANSWER_RULE)

    def _software(self, machine: int, point: int) -> serving.Software:
        asked, rows = self.asked.at(point), self.placed.chosen[machine, point, None]
        return serving.Software(asked, rows, _batch(asked, rows))


def _basis(software: serving.Software, end: serving.End, timed: Timed) -> Basis:
    """How the time of the only row at the only point was come by, its software named."""
    basis = timed.basis(software.asked.predictor)
    if software.asked.stack == "tuned":
        return basis
    how = CURVES_NOTE if software.curved[0] else PAIRS_NOTE
    words = f"{software.asked.stack} serving software reaches {_kept(software, end, timed):.2f}"
    return slowed(basis, f"{words} of tuned{how}")


def _kept(software: serving.Software, end: serving.End, timed: Timed) -> float:
    """Share of the tuned speed that is left at the only row and point."""
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing to compute takes no time
        tuned = timed.times(software.asked.predictor)
        found = software.times(end, tuned)
    return float(np.exp(tuned.log_mid[0, 0] - found.log_mid[0, 0]))
