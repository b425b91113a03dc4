"""Networks that answer in one pass, n things at once: rows of load curves as samples.

A server with dynamic batching follows ``T(n) = a + m n`` as language models do: per accelerator, n
the things a client holds in flight,

=========== ===============================================
arithmetic  ``n 2 MACs / F``
activations ``n elements x bytes per element / BW``
weights     ``W / BW``
launch      ``1 ms``
shared      ``1 ms`` where several clients are served at once
each        ``n 0.1 ms``: receiving and sending
=========== ===============================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.loads import GUESSED, POINTS, Lacking, shape_of
from calculators.estimators import network
from calculators.estimators.columns import Sets
from calculators.estimators.measured import Catalogue
from calculators.estimators.shapes import Shape, family
from calculators.estimators.terms import Effect, EffectLabel, Form, Sample
from pricing.measurement_schema import LoadMeasurementRow

FORM = Form(
    name="network_load",
    terms=("arithmetic", "activations", "weights", "launch", "shared", "each"),
    effects=(
        Effect("base", tuple((k,) for k in range(6))),
        Effect("unsized", ((0, 1, 2, 5),)),
        Effect("engine", ((0, 1), (3, 4), (5,))),
        Effect("generation", ((0,), (1,))),
        Effect("accelerator", ((0, 1, 2), (3, 4, 5))),
        Effect("kin", ((0, 1), (3, 4), (5,))),
        Effect("model", ((0, 1, 5), (3, 4))),
        Effect("software", ((0, 1, 2, 3, 4, 5),)),
        Effect("mode", ((0, 1, 2, 5), (3,))),
        Effect("source", ((0, 1, 2, 3, 4, 5),)),
    ),
)
TOKENS = 128.0  # of one request to an encoder that does not state them


@dataclass(frozen=True)
class NetworkPoint:
    """A row of a network that answers in one pass, as one accelerator sees it."""

    row: LoadMeasurementRow
    shape: Shape
    sets: Sets
    precision: str
    loose: float
    base: tuple[float, ...]  # terms of one thing

    @property
    def held(self) -> float | None:
        """Requests a client holds in flight."""
        row = self.row
        return row.load_value / row.count if row.load == "concurrency" and row.load_value else None

    @property
    def offered(self) -> float | None:
        """Requests/s that come at random."""
        row = self.row
        return row.load_value / row.count if row.load == "rate" and row.load_value else None

    def labels(self, mode: str) -> dict[str, EffectLabel]:
        """Labels of the form; ``mode`` is "" alone, "online" among others, "full" at its limit."""
        row, part = self.row, self.sets.parts[0]
        return {
            "engine": row.engine,
            "generation": f"{part.generation}/{part.computes_in(self.precision)}",
            "accelerator": part.name,
            "kin": family(row.model),
            "model": row.model,
            "unsized": "" if self.shape.sized else family(row.model),
            "software": f"{row.model}|{row.engine}",
            "mode": mode,
            "source": row.source,
        }

    def terms(self, things: float, shared: bool) -> tuple[float, ...]:
        """Terms of the time of ``things`` at once [s]."""
        arithmetic, activations, weights, launch = self.base
        together = launch if shared else 0.0
        return (arithmetic * things, activations * things, weights, launch, together, 1e-4 * things)


def network_point(row: LoadMeasurementRow, book: Catalogue) -> NetworkPoint:
    """A row of a network that answers in one pass; raises Lacking where hardware is not known."""
    part = book.parts.get(row.part)
    if part is None:
        raise Lacking(f"hardware unknown: {row.part}")
    shape = shape_of(row, book)
    if row.model not in book.models and row.kind == "encoder" and row.params_millions:
        # one multiply-add per parameter and token
        giga = (row.active_params_millions or row.params_millions) / 1e3
        arithmetic = np.array([2.0 * giga * (row.input_tokens or TOKENS)])
        shape = replace(shape, gflops=arithmetic, sized=True)
    quantised = "mlperf" in row.engine and row.kind in ("vision", "encoder")
    guess = "int8" if quantised else "fp16"
    precision = guess if row.precision == "unknown" else row.precision
    sets = Sets.of([part], [1])
    base = network.terms(shape, sets, precision, 1.0, book.fits).reshape(-1).tolist()
    loose = GUESSED if row.precision == "unknown" else 1.0
    return NetworkPoint(row, shape, sets, precision, loose, tuple(base))


def network_sample(point: NetworkPoint, full: float) -> Sample | None:
    """Time of all things a row holds at once as a sample; None where the row has none.

    ``full`` things are at once where a row gives the most it can take.
    """
    row = point.row
    if row.use in POINTS and row.load != "max":
        seconds = row.p50_ms / 1e3 if row.p50_ms else 0.0
        if not seconds and row.requests_per_s and point.held:
            seconds = point.held * row.count / row.requests_per_s
        held = point.held or (point.offered or 0.0) * seconds
        return _timed(point, held, seconds) if seconds and held else None
    if row.load == "max" and row.use != "end" and row.requests_per_s:
        seconds = full * row.count / row.requests_per_s / row.items
        terms = point.terms(full, True)
        return Sample(row.row, seconds, terms, point.labels("full"), point.loose)
    return None


def _timed(point: NetworkPoint, held: float, seconds: float) -> Sample:
    """Time of an answer among ``held`` requests; at a rate so many are there by Little's law."""
    alone = point.held is not None and held <= 1.0
    terms = point.terms(max(held, 1.0) * point.row.items, not alone)
    labels = point.labels("" if alone else "online")
    return Sample(point.row.row, seconds, terms, labels, point.loose)
