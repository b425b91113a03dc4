"""Rows of ``load_measurements.csv`` as samples of the forms of a curve.

A system is so many equal replicas, each with its part of the load; all figures here are those of
one replica.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.estimators import served
from calculators.estimators.columns import Sets
from calculators.estimators.measured import Catalogue, Unusable, comfortable
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.shapes import Shape, of_row, weight_bits
from calculators.estimators.terms import EffectLabel, Sample
from pricing.kept import cached_property
from pricing.measurement_schema import LoadMeasurementRow, MeasuredModelRow

POINTS = ("point", "both")  # uses of rows that are operating points
GUESSED = 2.0  # noise of a row whose number format is guessed over that of one that states it
SHIPPED: Mapping[str, str] = {"gpt-oss-120b": "fp4", "gpt-oss-20b": "fp4", "deepseek-r1": "fp8"}
"""Formats in which networks are published, where a row does not state one."""


class Lacking(Unusable):
    """A row without a field that any prediction needs."""


def shape_of(row: LoadMeasurementRow, book: Catalogue) -> Shape:
    """The network of a row, as the catalogue or the row itself gives it."""
    known = book.models.get(row.model)
    if known is None:
        known = MeasuredModelRow(
            model=row.model,
            name=row.model,
            kind=row.kind,
            params_millions=row.params_millions,
            active_params_millions=row.active_params_millions,
            edition=row.edition,
            as_of=row.as_of,
            confidence=row.confidence,
            source=row.source,
        )
    return of_row(known, book.fits)


@dataclass(frozen=True)
class Point:
    """A row of a language model, as one replica sees it; times in seconds."""

    row: LoadMeasurementRow
    replica: Replica
    replicas: float
    lengths: Lengths
    loose: float

    @cached_property
    def held(self) -> float | None:
        """Requests a client holds in flight."""
        row = self.row
        held = row.load_value if row.load == "concurrency" else None
        return held / self.replicas if held else None

    @cached_property
    def offered(self) -> float | None:
        """Requests/s that come at random."""
        row = self.row
        return row.load_value / self.replicas if row.load == "rate" and row.load_value else None

    @property
    def output(self) -> float:
        """Tokens of an answer."""
        return float(self.lengths.output[0])

    @property
    def labels(self) -> dict[str, EffectLabel]:
        """Labels of both forms."""
        row, replica = self.row, self.replica
        part = replica.sets.parts[0]
        found = served.hardware_labels(
            part, replica.precision, replica.bits, row.engine, row.version
        )
        experts = served.EXPERTS if replica.shape.experts[0] else ""
        return found | {"model": replica.shape.model, "experts": experts, "source": row.source}

    def step_terms(self, batch: float) -> tuple[float, ...]:
        """Terms of a token's time among ``batch`` sequences [s]."""
        return _flat(served.step_terms(self.replica, self.lengths, _one(batch)))

    def wait_terms(self, step: float, rate: float) -> tuple[float, ...]:
        """Terms of the time to the first token [s]."""
        held = self.held or 0.0
        return _flat(served.wait_terms(self.replica, self.lengths, _one(step), _one(rate), held))


def _one(value: float) -> Array:
    return np.array([[value]])


def _flat(terms: Array) -> tuple[float, ...]:
    return tuple(terms.reshape(-1).tolist())


def point_of(row: LoadMeasurementRow, book: Catalogue) -> Point:
    """A row of a language model; raises Lacking where hardware, size or lengths are not known."""
    part = book.parts.get(row.part)
    if part is None:
        raise Lacking(f"hardware unknown: {row.part}")
    if row.model not in book.models and row.params_millions is None:
        raise Lacking(f"size of the network unknown: {row.model}")
    if row.input_tokens is None or row.output_tokens is None:
        raise Lacking("lengths unknown")
    shape, stated = shape_of(row, book), row.precision != "unknown"
    precision = row.precision if stated else SHIPPED.get(row.model, "fp16")
    bits = row.weight_bits or weight_bits(book.fits, precision)
    parallel = int(row.parallel or comfortable(shape, part, int(row.count), bits, book.fits))
    replica = Replica.of(shape, Sets.of([part], [parallel]), precision, book.fits, bits)
    prompt, answer = np.array([row.input_tokens]), np.array([row.output_tokens])
    return Point(
        row=row,
        replica=replica,
        replicas=max(row.count / parallel, 1.0),
        lengths=Lengths(prompt, prompt, answer),
        loose=1.0 if stated else GUESSED,
    )


# ------------------------------------------------------------------------- what a row measured


@dataclass(frozen=True)
class Seen:
    """Rate, batch and times of one replica at an operating point, some by Little's law."""

    rate: float
    batch: float  # sequences being written
    step: float
    first: float | None


def seen(point: Point) -> Seen | None:
    """What a row says of its batch; None where it does not say enough.

    Held C: ``rate = C / answer``; offered: the rate itself. ``batch = rate x output x step``.
    """
    row = point.row
    first = row.ttft_ms / 1e3 if row.ttft_ms else None
    step = row.tpot_ms / 1e3 if row.tpot_ms else None
    rate = point.offered or (row.requests_per_s or 0.0) / point.replicas
    more = max(point.output - 1.0, 1.0)
    if not rate and point.held:
        answer = row.p50_ms / 1e3 if row.p50_ms else None
        if answer is None and first and step:
            answer = first + more * step
        rate = point.held / answer if answer else 0.0
    if step is None and point.held and rate and first:
        step = (point.held / rate - first) / more
    if not rate or step is None or step <= 0:
        return None
    return Seen(rate, max(rate * point.output * step, 1.0), step, first)


def step_sample(point: Point) -> Sample | None:
    """Time per token of a row as a sample; None where the row has none."""
    known = seen(point)
    if known is None:
        return None
    terms = point.step_terms(known.batch)
    return Sample(point.row.row, known.step, terms, point.labels, point.loose)


def wait_sample(point: Point) -> Sample | None:
    """Time to the first token of a row as a sample; None where the row has none."""
    known = seen(point)
    if known is None or known.first is None:
        return None
    terms = point.wait_terms(known.step, known.rate)
    return Sample(point.row.row, known.first, terms, point.labels, 1.0)
