"""Hours and energy of one training run on each of many kinds of machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators import software, training_form, tune_form
from calculators.estimators.columns import Machines, Sets, gathered
from calculators.estimators.figures import Slowdown, Times, noted, slowed
from calculators.estimators.load import EXPERTS
from calculators.estimators.predictor import Asked, Predictor
from calculators.estimators.question import GIB, SIZE, Gaps, Timed, broadcast, taken
from calculators.estimators.shapes import GIGA, MEGA, UNNAMED, Shape, of_work
from calculators.estimators.terms import EffectLabel
from calculators.estimators.training_form import TrainingSetup
from calculators.estimators.types import (
    Basis,
    IntArray,
    Interval,
    Stack,
    TrainingEstimates,
    TrainingJob,
    TrainingQuantity,
    Work,
)
from pricing.kept import cached_property
from pricing.records import record

TOKEN_KINDS = ("llm", "encoder")  # trained by the token where a run states tokens
TUNED = ("fine_tune", "lora")  # methods under the form of fine-tuning


@record
class Question:
    """One run (broadcast to N points) on ``count`` machines of each of H kinds."""

    job: TrainingJob
    machines: Machines
    count: int
    stack: Stack
    predictor: Predictor

    @property
    def work(self) -> Work:
        """One sample."""
        return self.job.work

    @cached_property
    def shape(self) -> Shape:
        """The network."""
        return of_work(self.work, self.predictor.fits)

    @cached_property
    def clusters(self) -> tuple[Sets, IntArray]:
        """All accelerators that train together, and which of them each machine has, (H,)."""
        return self.machines.clusters(self.count)

    @cached_property
    def by_token(self) -> BoolArray:
        """Where the run is counted in tokens, (N,)."""
        return (self.job.tokens > 0) & (self.work.kind in TOKEN_KINDS)

    @cached_property
    def state(self) -> Array:
        """Weights, gradients, optimizer moments and activations, (N,) [bytes]."""
        scope: str = self.job.method
        if self.job.method == "lora" and self.work.precision == "int4":
            scope = "lora/int4"
        each = self.predictor.fits.value("training_state_bytes", scope)
        spare = 1.0 + self.predictor.fits.value("training_activation_share")
        return self.shape.params * MEGA * each * spare

    @cached_property
    def usable(self) -> Array:
        """Memory that may be used, by cluster (P, 1) [bytes]."""
        return self.predictor.fits.value("usable_memory") * self.clusters[0].memory

    def at(self, point: int) -> Question:
        """The same question at one point."""
        here = slice(point, point + 1)
        job = replace(
            self.job,
            work=taken(self.work, here),
            examples=self.job.examples[here],
            tokens=self.job.tokens[here],
        )
        return replace(self, job=job)


def spread_out(job: TrainingJob) -> TrainingJob:
    """The same run with all arrays of one shape (N,)."""
    work = broadcast(job.work)
    shape = np.broadcast_shapes(work.params_millions.shape, job.examples.shape, job.tokens.shape)
    size = np.zeros(shape)
    return TrainingJob(
        method=job.method,
        work=broadcast(replace(work, params_millions=work.params_millions + size)),
        examples=job.examples + size,
        tokens=job.tokens + size,
    )


def estimate(
    job: TrainingJob, machines: Machines, count: int, stack: Stack, predictor: Predictor
) -> TrainingEstimates:
    """Wall-clock hours of one run on ``count`` machines of each of H kinds."""
    asked = Question(spread_out(job), machines, count, stack, predictor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _estimates(asked)


def _estimates(asked: Question) -> TrainingEstimates:
    machines = asked.machines
    sets, of = asked.clusters
    gaps = Gaps({SIZE: ~(asked.shape.params > 0)})
    able = ~(asked.state > asked.usable) & (asked.by_token | (asked.shape.gflops > 0) | gaps.any)
    times = _times(asked, np.arange(len(sets)))
    shown = np.where(able, gaps.known, np.nan)
    hours = times.duration(1.0 / 3600.0, of[:, None], shown)
    watts = [np.nan if part.tdp_w is None else part.tdp_w for part in sets.parts]
    kilowatt = gathered(_kilowatt(asked, np.array(watts)[:, None], sets.parallel), of[:, None])
    fits = np.vstack([able, np.ones((1, able.shape[1]), dtype=bool)])[of]
    return TrainingEstimates(
        hardware=machines.hardware,
        fits=fits & machines.known[:, None],
        hours=hours,
        energy_kwh=Interval(hours.low * kilowatt, hours.mid * kilowatt, hours.high * kilowatt),
        words=_Words(asked, gaps, able),
    )


def _kilowatt(asked: Question, watts: Array, parallel: Array) -> Array:
    """Power of all accelerators while they train [kW]."""
    return watts * parallel * asked.predictor.fits.value("training_power_share") / 1e3


# ------------------------------------------------------------------------------------ times

Timing = Callable[[Question, IntArray], Times]


def _times(asked: Question, rows: IntArray) -> Times:
    """Times by token and by sample, each at its points; fine-tuning under a form of its own."""
    if asked.job.method in TUNED:
        return _both(asked, rows, _tuned_by_token, _tuned_by_sample)
    return _both(asked, rows, _by_token_times, _by_sample_times)


def _both(asked: Question, rows: IntArray, by_token: Timing, by_sample: Timing) -> Times:
    """Each at its points."""
    token, sample = any_true(asked.by_token), not bool(asked.by_token.all())
    if not sample:
        return by_token(asked, rows)
    found = by_sample(asked, rows)
    if not token:
        return found
    other = by_token(asked, rows)
    return Times(
        np.where(asked.by_token, other.log_mid, found.log_mid),
        np.where(asked.by_token, other.log_low, found.log_low),
        np.where(asked.by_token, other.log_high, found.log_high),
        found.labels,
    )


def _by_token_times(asked: Question, rows: IntArray) -> Times:
    return _by_token(asked, rows).times(asked.predictor)


def _by_sample_times(asked: Question, rows: IntArray) -> Times:
    return _by_sample(asked, rows).times(asked.predictor)


def _by_token(asked: Question, rows: IntArray) -> Timed:
    """A run of a language model: arithmetic of its tokens."""
    predictor, shape = asked.predictor, asked.shape
    length = predictor.fits.value("training_sequence")
    each = training_form.flops_per_token(shape.active, asked.job.method, length, predictor.fits)
    engine = software.TRAINING["llm"][asked.stack]
    labels: dict[str, EffectLabel] = {"length": (engine, training_form.doublings_of_length(length))}
    size = {"size": (engine, training_form.doublings_of_size(shape.active))}
    return _timed(asked, rows, each * asked.job.tokens, labels, size)


def _by_sample(asked: Question, rows: IntArray) -> Timed:
    """A run of another network: arithmetic of its samples."""
    passes = asked.predictor.fits.value("training_flops", asked.job.method) / 2.0
    flops = passes * asked.shape.gflops * GIGA * asked.job.examples
    return _timed(asked, rows, flops, {}, {})


def _timed(
    asked: Question,
    rows: IntArray,
    flops: Array,
    labels: dict[str, EffectLabel],
    varying: dict[str, tuple[str, Array]],
) -> Timed:
    by_token = "size" in varying
    kind = "llm" if by_token else asked.work.kind
    engine = software.TRAINING["llm" if by_token else "other"][asked.stack]
    sets, _ = asked.clusters
    setups = [_setup(sets, row, engine) for row in range(len(sets))]
    panel = asked.predictor.panel(
        "training",
        (asked.machines, asked.count, engine),
        lambda: [training_form.hardware_labels(setup, UNNAMED) for setup in setups],
    )
    labels |= training_form.model_labels(asked.shape.model, kind, asked.job.method, UNNAMED)
    experts = asked.shape.experts
    if any_true(experts):
        varying |= {"experts": (EXPERTS, experts.astype(np.float64))}
    rates = np.array([setup.part.rate(setup.precision) * setup.count for setup in setups])
    full = flops / rates[rows, None]
    group = "training_dense_llm" if by_token else "training_other_networks"
    question = Asked(panel, group, asked.shape.model, labels, varying)
    return Timed(question, full[None], rows, full)


# ------------------------------------------------------------------------------- fine-tuning


def _tuned_by_token(asked: Question, rows: IntArray) -> Times:
    """Fine-tuning of a language model, padded as the software does."""
    return _tuned(asked, rows, by_token=True).times(asked.predictor).slower(_padding(asked))


def _tuned_by_sample(asked: Question, rows: IntArray) -> Times:
    """Fine-tuning of another network."""
    return _tuned(asked, rows, by_token=False).times(asked.predictor)


def _padding(asked: Question) -> Slowdown:
    """How many tokens are worked on for each of the data."""
    fits = asked.predictor.fits
    low, high = fits.range("tune_padding", asked.stack)
    mid = fits.value("tune_padding", asked.stack)
    ends = (np.log(np.array([[end]])) for end in (mid, low, high))
    return Slowdown(*ends)


def _method(asked: Question) -> str:
    """Method as runs of fine-tuning name it."""
    if asked.job.method == "fine_tune":
        return "full"
    return "qlora" if asked.work.precision == "int4" else "lora"


def _tuned(asked: Question, rows: IntArray, *, by_token: bool) -> Timed:
    fits, shape, method = asked.predictor.fits, asked.shape, _method(asked)
    engine = tune_form.ENGINES["llm" if by_token else "other"][asked.stack]
    sets, _ = asked.clusters
    setups = [
        tune_form.TuneSetup(part, size, engine)
        for part, size in zip(sets.parts, sets.sizes, strict=True)
    ]
    panel = asked.predictor.panel(
        "fine_tune",
        (asked.machines, asked.count, engine),
        lambda: [setup.labels() for setup in setups],
    )
    kind = asked.work.kind
    labels = tune_form.work_labels(kind, method, "", _padded(asked, by_token), experts=False)
    experts = shape.experts
    varying = {"experts": ("experts", experts.astype(np.float64))} if any_true(experts) else {}
    question = Asked(panel, tune_form.GROUP, shape.model, labels, varying)
    work = _tune_work(asked, kind, method, by_token=by_token)
    rate = np.array([setup.part.rate(setup.precision) for setup in setups])[rows, None]
    bandwidth = np.array([setup.part.bandwidth for setup in setups])[rows, None]
    count = np.array([float(setup.count) for setup in setups])[rows, None]
    parts = tune_form.terms(work, rate, bandwidth, count, fits)
    return Timed(question, parts, rows, parts[0])


def _padded(asked: Question, by_token: bool) -> str:
    """Label of how examples come to one length; what padding adds is an assumption of its own."""
    if not by_token:
        return "none"
    return "packed" if tune_form.PACKED_TO[asked.stack] else ""


def _tune_work(asked: Question, kind: str, method: str, *, by_token: bool) -> tune_form.TuneWork:
    job, fits, shape = asked.job, asked.predictor.fits, asked.shape
    size = np.where(shape.params > 0, shape.params, np.nan)
    examples = job.examples
    if by_token:
        usual = fits.value("tune_example_tokens", kind)
        examples = np.where(examples > 0, examples, job.tokens / usual)
        length = job.tokens / examples
        flops = tune_form.text_flops(shape.active, method, job.tokens, length, fits)
    else:
        flops = tune_form.picture_flops(shape.gflops, method, job.examples, fits)
    packed_to = tune_form.PACKED_TO[asked.stack] if by_token else None
    each = 1.0 if packed_to else fits.value("tune_micro_batch", kind)
    return tune_form.TuneWork(
        kind=kind,
        method=method,
        params=size,
        active=shape.active,
        flops=flops,
        examples=examples,
        batches=tune_form.micro_batches(examples, job.tokens, packed_to, each),
    )


def _setup(sets: Sets, row: int, engine: str) -> TrainingSetup:
    part = sets.parts[row]
    fast = engine == "nvidia-megatron-bridge" and "fp8" in part.flops
    return TrainingSetup(part, sets.sizes[row], engine, "fp8" if fast else "fp16")


# ------------------------------------------------------------------------------------ words


def _timed_at_one_point(asked: Question, rows: IntArray) -> Timed:
    """What was predicted for one machine at the only point."""
    by_token = bool(asked.by_token[0])
    if asked.job.method in TUNED:
        return _tuned(asked, rows, by_token=by_token)
    return (_by_token if by_token else _by_sample)(asked, rows)


@record
class _Words:
    """What stands behind the figures, for one machine at one point."""

    asked: Question
    gaps: Gaps
    able: BoolArray  # (P, N)

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over what training needs."""
        need, have = self._memory(machine, point)
        return have / need

    def _memory(self, machine: int, point: int) -> tuple[float, float]:
        """Of weights, gradients and optimizer, and what is usable, bytes."""
        row = int(self.asked.clusters[1][machine])
        return float(self.asked.state[point]), float(self.asked.usable[row, 0])

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        asked = self.asked
        unknown = asked.machines.reasons[machine]
        if unknown:
            return unknown
        row = int(asked.clusters[1][machine])
        need, have = self._memory(machine, point)
        if need > have:
            return (
                f"needs {need / GIB:.3g} GiB for weights, gradients and optimizer, "
                f"{have / GIB:.3g} GiB usable"
            )
        if not self.able[row, point]:
            return "needs the arithmetic of one sample (gflops_per_request)"
        return self.gaps.said(point)

    def basis(self, quantity: TrainingQuantity, machine: int, point: int) -> Basis:
        """How a figure was come by."""
        asked = self.asked.at(point)
        sets, of = asked.clusters
        rows = of[machine, None]
        timed = _timed_at_one_point(asked, rows)
        engine = timed.asked.panel.labels[rows[0]]["engine"]
        words = f"{asked.stack} training software, here {engine}"
        basis = noted(timed.basis(asked.predictor), words)
        if asked.job.method in TUNED and asked.by_token[0]:
            pads = asked.predictor.fits.value("tune_padding", asked.stack)
            basis = slowed(basis, f"{pads:g} tokens worked on for each of the data (padding)")
        if quantity == "hours":
            return basis
        part = sets.parts[rows[0]]
        assert part.tdp_w is not None  # no energy is known without
        kilowatt = _kilowatt(asked, np.array(part.tdp_w), np.array(sets.sizes[rows[0]]))
        rule = f"{float(kilowatt):.3g} kW of accelerators x hours"
        return replace(basis, label="estimated", rule=rule)
