"""The forms of a curve learnt from rows of load curves, and what they say of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.loads import POINTS, Lacking, Point, point_of, seen, step_sample, wait_sample
from benchmarks.loads_network import FORM as NETWORK
from benchmarks.loads_network import NetworkPoint, network_point, network_sample
from calculators.arrays import Array, BoolArray
from calculators.estimators import curve, load, served
from calculators.estimators.learnt import settings
from calculators.estimators.measured import Catalogue, Unusable
from calculators.estimators.terms import EffectLabel, Fitted, Form, Sample
from pricing.measurement_schema import LoadMeasurementRow

NORMAL90 = 1.2816  # deviations from the median to the 90th percentile
FEW, MANY = 8.0, 64.0  # requests at once up to which a machine is nearly empty, from which full
STEADY = 600.0  # seconds of a run that does not say how many requests it sent
HALVINGS = 40
FORMS: tuple[Form, ...] = (served.STEP, served.WAIT, NETWORK)


@dataclass(frozen=True)
class LoadRows:
    """Rows ready for the forms, and those that lack a field with the reason."""

    points: Mapping[str, Point]
    networks: Mapping[str, NetworkPoint]
    lacking: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[LoadMeasurementRow], book: Catalogue) -> LoadRows:
        """Every row as the forms see it."""
        points: dict[str, Point] = {}
        networks: dict[str, NetworkPoint] = {}
        lacking: dict[str, str] = {}
        for row in rows:
            try:
                if row.kind == "llm":
                    points[row.row] = point_of(row, book)
                else:
                    networks[row.row] = network_point(row, book)
            except Lacking as error:
                lacking[row.row] = str(error)
        return cls(points, networks, lacking)


def samples(rows: LoadRows, full: float) -> dict[str, list[Sample]]:
    """Samples by form, of rows that are fitted on."""
    found: dict[str, list[Sample]] = {form.name: [] for form in FORMS}
    for point in rows.points.values():
        if point.row.fitted == "no" or point.row.use not in POINTS:
            continue
        for form, sample in (("llm_step", step_sample(point)), ("llm_wait", wait_sample(point))):
            if sample is not None:
                found[form].append(sample)
    for network in rows.networks.values():
        sample = network_sample(network, full) if network.row.fitted == "yes" else None
        if sample is not None:
            found[NETWORK.name].append(sample)
    return found


# ------------------------------------------------------------------------------------ learning


@dataclass(frozen=True)
class Tail:
    """Log standard deviation of answers of one length: nearly empty, and full."""

    empty: float
    full: float


def tail_of(pairs: Iterable[tuple[float, float]], guess: Tail) -> Tail:
    """From requests at once and ln(p90 / p50) of many rows; ``guess`` where there are none."""
    known = np.array(list(pairs)).reshape(-1, 2)

    def middle(chosen: BoolArray, otherwise: float) -> float:
        return float(np.median(known[chosen, 1])) / NORMAL90 if chosen.any() else otherwise

    empty = middle(known[:, 0] <= FEW, guess.empty)
    return Tail(empty, max(middle(known[:, 0] >= MANY, guess.full), empty))


def tails(rows: LoadRows, hidden: Collection[str]) -> dict[str, Tail]:
    """Tails by kind of network, from rows not hidden; rows of one length only."""
    found: dict[str, list[tuple[float, float]]] = {"llm": [], "network": []}
    for name, point in rows.points.items():
        known = seen(point)
        if name not in hidden and known and point.row.fitted == "yes":
            found["llm"] += _spread(known.batch, point.row)
    for name, network in rows.networks.items():
        if name not in hidden and network.held and network.row.fitted == "yes":
            found["network"] += _spread(network.held, network.row)
    guess = {"llm": Tail(0.07, 0.13), "network": Tail(0.03, 0.2)}
    return {kind: tail_of(pairs, guess[kind]) for kind, pairs in found.items()}


def _spread(batch: float, row: LoadMeasurementRow) -> list[tuple[float, float]]:
    if row.p50_ms is None or row.p90_ms is None or row.use not in POINTS:
        return []
    return [(batch, float(np.log(row.p90_ms / row.p50_ms)))]


@dataclass
class LoadFits:
    """All forms learnt without some rows."""

    step: Fitted
    wait: Fitted
    network: Fitted
    tails: Mapping[str, Tail]
    book: Catalogue
    _full: float = field(init=False)

    def __post_init__(self) -> None:
        self._full = self.book.fits.value("full_batch")

    @classmethod
    def learn(cls, rows: LoadRows, book: Catalogue, hidden: Collection[str]) -> LoadFits:
        """From the rows that are not hidden, starting at the prior."""
        every = samples(rows, book.fits.value("full_batch"))

        def learnt(form: Form) -> Fitted:
            kept = [sample for sample in every[form.name] if sample.row not in hidden]
            return Fitted.learn(form, kept, settings(form, book.fits))

        step, wait, network = (learnt(form) for form in FORMS)
        return cls(step, wait, network, tails(rows, hidden), book)

    # predictions -----------------------------------------------------------------------------

    def language(self, point: Point) -> Language:
        """A row's replica under load."""
        held = np.maximum(point.replica.held_at_once(point.lengths, self.book.fits), 1.0)
        batch = load.full_batch(held, self.book.fits)
        step, wait = (
            _log(fitted, point.labels)[:, None, None] for fitted in (self.step, self.wait)
        )
        found = served.served(point.replica, point.lengths, batch, step, wait)
        tail = self.tails["llm"]
        lines = curve.Curve(
            stretch=1.0 - 1.0 / found.step.among(batch),
            spread=np.array([[tail.empty]]),
            spread_full=np.array([[tail.full]]),
            batch=batch,
            step=found.step,
            first=found.first,
        )
        return Language(point, found, lines, _value(wait[served.WAVE]))

    def one_pass(self, point: NetworkPoint) -> OnePass:
        """A row's accelerator under load; raises Unusable where nothing says its arithmetic."""
        labels = point.labels("online")
        unsized = labels["unsized"]
        if unsized and not self.network.knows("unsized", str(unsized)):
            raise Unusable(f"arithmetic of {point.row.model} not known, and no other row of it")
        return OnePass(point, self, self._full)

    def network_seconds(self, point: NetworkPoint, things: float, mode: str) -> float:
        """Time of ``things`` at once [s]."""
        log = _log(self.network, point.labels(mode))
        return float(np.dot(np.exp(log), point.terms(things, mode != "")))


def _log(fitted: Fitted, labels: Mapping[str, EffectLabel]) -> Array:
    """Log slowdown of the terms (K,)."""
    log: Array = fitted.query(fitted.switched([labels])).log[0, 0]
    return log


# ------------------------------------------------------------------------- what a row would show


@dataclass(frozen=True)
class Said:
    """Times [s] and log deviation of answers at an operating point."""

    first: float | None
    step: float | None
    answer: float
    deviation: float

    @property
    def late(self) -> float:
        """90th percentile of the answer [s]."""
        return self.answer * float(np.exp(NORMAL90 * self.deviation))


def _value(array: Array) -> float:
    return float(array.reshape(-1)[0])


def _at(load: float) -> Array:
    return np.array([[load]])


@dataclass(frozen=True)
class Language:
    """A replica of a language model."""

    point: Point
    served: served.Served
    curve: curve.Curve
    wave: float  # log slowdown of prompts that come together

    @property
    def rate(self) -> float:
        """Requests/s of a replica at saturation."""
        return _value(self.served.rate)

    @property
    def _more(self) -> float:
        return max(self.point.output - 1.0, 0.0)

    def said(self) -> Said:
        """At the row's load."""
        if self.point.offered:
            return self.offered(self.point.offered)
        return self.held(self.point.held or 1.0)[0]

    def offered(self, rate: float) -> Said:
        """Where requests come at random; past saturation with the backlog of the stated run."""
        load = _at(rate / self.rate)
        step = _value(self.served.token * self.curve.grown(load))
        first = _value(self.served.wait * self.curve.first_grown(load))
        requests = self.point.row.requests
        run = requests / self.point.replicas if requests else None
        first += backlog(rate, self.rate, run)
        return Said(first, step, first + self._more * step, _value(self.curve.deviation(load)))

    def held(self, held: float) -> tuple[Said, float]:
        """Where a client holds so many, and the rate it completes."""
        most = _value(self.served.batch)
        low, high = 0.0, min(held, most)
        if high == most and self._in_flight(most) < held:
            said, rate = self._among(most)
            wait = (held - self._in_flight(most)) / rate
            waited = Said((said.first or 0.0) + wait, said.step, said.answer + wait, said.deviation)
            return waited, rate
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            if self._in_flight(middle) < held:
                low = middle
            else:
                high = middle
        return self._among(high)

    def _in_flight(self, batch: float) -> float:
        """Requests a client holds so that ``batch`` are being written, by Little's law."""
        said, rate = self._among(batch)
        return rate * said.answer

    def _among(self, batch: float) -> tuple[Said, float]:
        """With ``batch`` sequences in the step: times and the rate completed."""
        grown = _value(self.served.step.among(_at(max(batch, 1.0))))
        step = _value(self.served.token) * grown
        rate = batch / (max(self.point.output, 1.0) * step)
        load = _at(rate / self.rate)
        # what first_grown takes for the step, put right for a client that holds its requests
        apart = (grown - self.curve.grown(load)) * self.served.first.step
        first = _value(self.served.wait * (self.curve.first_grown(load) + apart))
        first += self._together()
        said = Said(first, step, first + self._more * step, _value(self.curve.deviation(load)))
        return said, rate

    def _together(self) -> float:
        """Wait for the prompts of a client that asks again as soon as it is answered [s]."""
        point = self.point
        alone = _value(point.replica.prompt_flops(point.lengths) / point.replica.flops)
        return alone * float(np.exp(self.wave)) * max((point.held or 0.0) - 1.0, 0.0)

    def most(self) -> float:
        """The highest rate of the row's system: at its load where it holds so many."""
        row = self.point.row
        at_once = row.load_value if row.load != "rate" else None
        if at_once:
            return self.held(at_once / self.point.replicas)[1] * self.point.replicas
        return self.finite(row.load_value) * self.point.replicas

    def finite(self, offered: float | None) -> float:
        """Requests/s completed in the stated run: arrivals, then the answers being written."""
        requests = self.point.row.requests
        if offered is None or requests is None:
            return self.rate
        rate, run = offered / self.point.replicas, requests / self.point.replicas
        if rate < self.rate:
            return run / (run / rate + self.offered(rate).answer)
        # all of them are in flight at once, or as many as come while the first are answered
        return self.held(run * (1.0 - self.rate / rate) + 1.0)[1] if run else self.rate


def backlog(rate: float, most: float, run: float | None) -> float:
    """Median wait [s] of requests that come faster than they are answered.

    Half of the run's requests are before the median one: ``N/2 (1/most - 1/rate)``.
    """
    if rate <= most:
        return 0.0
    return 0.5 * (run or STEADY * rate) * (1.0 / most - 1.0 / rate)


@dataclass(frozen=True)
class OnePass:
    """An accelerator that answers with a network in one pass."""

    point: NetworkPoint
    fits: LoadFits
    full: float

    def said(self) -> Said:
        """At the row's load."""
        point, row = self.point, self.point.row
        tail = self.fits.tails["network"]
        if point.held is not None:
            things = point.held * row.items
            alone = point.held <= 1.0
            seconds = self.fits.network_seconds(point, things, "" if alone else "online")
            load = 0.0 if alone else min(point.held / MANY, 1.0)
            return Said(None, None, seconds, _deviation(tail, load))
        return self._offered(point.offered or 0.0, tail)

    def _offered(self, rate: float, tail: Tail) -> Said:
        """Where requests come at random: their number and the time of all meet."""
        one, all_ = (self._among(held) for held in (1.0, self.full))
        each = (all_ - one) / (self.full - 1.0)
        most = max(self.full / all_, self._rate())
        load = min(rate / most, 1.0)
        # T = a + m n and n = rate T, no more at once than the server takes
        seconds = min((one - each) / max(1.0 - rate * each, 1e-9), all_) if load < 1.0 else all_
        waits = backlog(rate, most, None)
        return Said(None, None, max(seconds, one) + waits, _deviation(tail, load))

    def _among(self, held: float) -> float:
        """Time of an answer with ``held`` requests at once [s]."""
        return self.fits.network_seconds(self.point, held * self.point.row.items, "online")

    def _rate(self) -> float:
        """Requests/s of one accelerator at its limit."""
        row = self.point.row
        return self.full / self.fits.network_seconds(self.point, self.full, "full") / row.items

    def most(self) -> float:
        """The highest rate of the row's system: at its load where it holds so many."""
        point, row = self.point, self.point.row
        if point.held is not None and point.held > 1.0:
            seconds = self.fits.network_seconds(point, point.held * row.items, "online")
            return point.held / seconds * row.count
        return self._rate() * row.count


def _deviation(tail: Tail, load: float) -> float:
    return float(np.sqrt(tail.empty**2 + (tail.full**2 - tail.empty**2) * load**2))
