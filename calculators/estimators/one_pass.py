"""Machines answering with a network in one pass: vision, encoders, speech, images, recommenders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from calculators.arrays import Array
from calculators.estimators import curve, network, software
from calculators.estimators.figures import Labels, noted
from calculators.estimators.placement import Placement
from calculators.estimators.predictor import Asked
from calculators.estimators.question import (
    ARITHMETIC,
    AUDIO,
    SIZE,
    Gaps,
    Question,
    Timed,
)
from calculators.estimators.shapes import Shape, family, unit_arithmetic
from calculators.estimators.types import (
    Basis,
    IntArray,
    Interval,
    Label,
    ServerEstimates,
    ServerQuantity,
)
from pricing.records import record, value


def estimate(asked: Question) -> ServerEstimates:
    """Throughput and latency of H machines; a replica answers as one of its accelerators does."""
    machines, predictor, sized = asked.machines, asked.predictor, _sized(asked)
    gaps = _gaps(asked, sized)
    usable = predictor.fits.value("usable_memory") * machines.sets.memory
    chosen = machines.smallest(asked.weights <= usable)
    placed = Placement(asked, gaps, chosen)
    rows = np.arange(len(machines.singles))
    place = np.where(placed.held, machines.single_of[:, None], len(rows))
    spent = _full(asked, sized, rows).times(predictor)
    alone = _alone(asked, sized, rows).times(predictor)
    unknown = Interval.unknown(len(machines.hardware))
    capacity = spent.rate(place, gaps.known)
    answer = alone.duration(1e3, place, gaps.known)
    return ServerEstimates(
        hardware=machines.hardware,
        fits=placed.fits,
        replica_accelerators=placed.replica_accelerators,
        replicas_per_machine=placed.replicas_per_machine,
        capacity_rps=capacity,
        answer_ms=answer,
        ttft_ms=unknown,
        tpot_ms=unknown,
        curve=curve.of_network(predictor.fits, answer.mid / 1e3, capacity.mid),
        words=_Words(asked, placed, {"capacity_rps": spent.labels, "answer_ms": alone.labels}),
    )


# --------------------------------------------------------------------------------- the network


@value
class _Sized:
    """The network its terms are of, how many times they apply (N,), and what stands for its size.

    A network whose arithmetic nobody states, and speech of a measured family, is taken from its
    measured rows, by the request or by the second of audio: ``unsized`` names them, and the terms
    are in proportion to its parameters.
    """

    shape: Shape
    times: Array
    unsized: str = ""
    by_audio: bool = False


def _sized(asked: Question) -> _Sized:
    work, shape, predictor = asked.work, asked.shape, asked.predictor
    once = np.ones(1)
    known = predictor.catalogue.models.get(work.model)
    fitted = predictor.learnt.form("network")
    related = family(work.model)
    heard = f"{related}/audio_seconds_per_s"
    if work.kind == "speech" and fitted.knows("unsized", heard):
        # decoding word by word is far from what the arithmetic alone would take
        return _Sized(unit_arithmetic(shape, predictor.fits), work.audio_seconds, heard, True)
    unstated = known is not None and known.gflops_per_request is None
    if unstated and fitted.knows("unsized", related):
        return _Sized(unit_arithmetic(shape, predictor.fits), once, related)
    return _Sized(shape, once)


def _gaps(asked: Question, sized: _Sized) -> Gaps:
    """What is missing: the size, then the audio, then the arithmetic."""
    work = asked.work
    stated = (work.kind != "speech") | ((work.gflops_per_request > 0) & (not sized.by_audio))
    silent = ~(work.audio_seconds > 0) & ~stated
    return Gaps(
        {
            SIZE: ~(asked.shape.params > 0),
            AUDIO: silent,
            ARITHMETIC: ~(sized.shape.gflops > 0),
        }
    )


# ----------------------------------------------------------------------------------- two times


def _full(asked: Question, sized: _Sized, rows: IntArray) -> Timed:
    """Time of one request on one accelerator at full load, in full batches."""
    batch = asked.predictor.fits.value("full_batch")
    return _timed(asked, sized, rows, batch, "offline")


def _alone(asked: Question, sized: _Sized, rows: IntArray) -> Timed:
    """Time of one request alone."""
    return _timed(asked, sized, rows, 1.0, "single")


def _timed(asked: Question, sized: _Sized, rows: IntArray, batch: float, mode: str) -> Timed:
    machines, predictor, work = asked.machines, asked.predictor, asked.work
    singles = machines.singles
    kind, precision, stack = work.kind, work.precision, asked.stack

    def engines() -> list[str]:
        return [software.one_pass(part, kind, stack) for part in singles.parts]

    panel = predictor.panel(
        "network",
        (machines, kind, precision, stack),
        lambda: [
            network.hardware_labels(part, precision, engine)
            for part, engine in zip(singles.parts, engines(), strict=True)
        ],
        lambda: {"software": [network.software_tail(engine) for engine in engines()]},
        lambda: [software.ROUNDS if "mlperf" in engine else () for engine in engines()],
    )
    group = "vision_encoder" if kind in ("vision", "encoder") else kind
    labels = network.model_labels(sized.shape.model, mode, sized.unsized)
    sets, fits = singles.take(rows), predictor.fits
    terms = network.terms(sized.shape, sets, precision, batch, fits) * sized.times
    floor = None if sized.unsized else network.floor_seconds(sized.shape, sets, precision)
    return Timed(Asked(panel, group, sized.shape.model, labels), terms, rows, floor)


# --------------------------------------------------------------------------------------- words


@record
class _Words:
    """What stands behind the figures, for one machine at one point."""

    asked: Question
    placed: Placement
    labels: Mapping[ServerQuantity, Labels]  # by place of the part

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        return self.placed.reason(machine, point)

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over that of the weights alone."""
        return self.placed.room(machine, point)

    def stack_factor(self, machine: int, point: int) -> float:
        """Capacity of this stack over that of tuned software; at most 1."""
        asked = self.asked
        if asked.stack == "tuned" or not self.placed.able[machine, point]:
            return 1.0
        spent, tuned = (
            _full(question, _sized(question), self._rows(machine)).times(asked.predictor)
            for question in (asked.at(point), replace(asked.at(point), stack="tuned"))
        )
        return float(np.exp(min(tuned.log_mid[0, 0] - spent.log_mid[0, 0], 0.0)))

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis`."""
        return self.labels[quantity].at(int(self._rows(machine)[0]), point)

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure was come by."""
        asked = self.asked
        timed = self._timed(quantity, machine, point)
        basis = timed.basis(asked.predictor)
        if asked.stack == "tuned":
            return basis
        engine = timed.asked.panel.labels[timed.rows[0]]["engine"]
        factor = self.stack_factor(machine, point)
        return noted(
            basis,
            f"{asked.stack} serving software, here {engine}, reaches {factor:.2f} of tuned",
        )

    def _timed(self, quantity: ServerQuantity, machine: int, point: int) -> Timed:
        made = _full if quantity == "capacity_rps" else _alone
        asked = self.asked.at(point)
        return made(asked, _sized(asked), self._rows(machine))

    def _rows(self, machine: int) -> IntArray:
        return self.asked.machines.single_of[machine, None]
