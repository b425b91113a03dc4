"""A machine answering requests: which set of accelerators, how many requests/s, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calculators.arrays import Array
from calculators.estimators import latency, load, network
from calculators.estimators.copies import Copy, Lengths
from calculators.estimators.figures import Seconds, together
from calculators.estimators.hardware import Part
from calculators.estimators.oracle import Oracle
from calculators.estimators.shapes import Shape, kin, of_work, yardstick
from calculators.estimators.terms import Label
from calculators.estimators.types import Hardware, ServerEstimate, Work

Stack = Literal["tuned", "standard", "basic"]

NVIDIA = ("turing", "volta", "ampere", "ada", "hopper", "blackwell")
NEWEST = {"tensorrt-llm": "TensorRT-LLM perf doc v1.0", "vllm": "MLPerf Inference v5.1"}
"""The newest document of the tuned rows of a software: what tuned means today."""
SOFTWARE: dict[str, dict[str, str]] = {
    "vision": {
        "tuned": "tensorrt-mlperf",
        "standard": "pytorch-timm",
        "basic": "pytorch",
    },
    "encoder": {
        "tuned": "tensorrt-mlperf",
        "standard": "infinity-torch",
        "basic": "sentence-transformers-fp16",
    },
    "speech": {
        "tuned": "faster-whisper-batched",
        "standard": "faster-whisper",
        "basic": "openai-whisper",
    },
    "image_generation": {
        "tuned": "tensorrt-mlperf",
        "standard": "diffusers-compile",
        "basic": "diffusers",
    },
    "recommender": {
        "tuned": "tensorrt-mlperf",
        "standard": "pytorch-timm",
        "basic": "pytorch",
    },
}
"""Software that stands for a serving stack, by kind of network."""
ROUNDS = tuple(
    f"MLPerf Inference {version}" for version in ("v5.1", "v4.1", "v4.0", "v3.1", "v3.0", "v2.1")
)
"""Rounds in which a measured row is looked for, newest first."""
ON_CPU = {"tuned": "cpu-mlperf", "standard": "onnxruntime", "basic": "pytorch-timm"}


def refused(reason: str) -> ServerEstimate:
    """A machine that cannot answer, and why."""
    return ServerEstimate(False, reason, 0, 0)


def unknown(reason: str) -> ServerEstimate:
    """A machine nothing can be said about: a figure is missing, which is no refusal."""
    return ServerEstimate(True, reason, 0, 1)


@dataclass(frozen=True)
class Question:
    """One machine, one kind of request."""

    work: Work
    shape: Shape
    part: Part
    count: int
    stack: Stack
    budget_s: Array | None
    oracle: Oracle

    @property
    def lengths(self) -> Lengths:
        """Tokens of one request."""
        prompt = self.work.input_tokens
        new = prompt * (1.0 - self.work.cached_input_share)
        return Lengths(prompt, new, self.work.output_tokens)

    def copy(self, size: int) -> Copy:
        """The network on ``size`` accelerators."""
        return Copy.of(self.shape, self.part, size, self.work.precision, self.oracle.fits)


def estimate(
    work: Work,
    hardware: Hardware,
    part: Part,
    stack: Stack,
    oracle: Oracle,
    budget_ms: Array | None,
) -> ServerEstimate:
    """Throughput and latency of one machine for one kind of request."""
    count = 1 if part.is_cpu else max(hardware.count, 1)
    budget_s = None if budget_ms is None else np.atleast_1d(budget_ms) / 1e3
    shape = of_work(work, oracle.fits)
    asked = Question(work, shape, part, count, stack, budget_s, oracle)
    sizes = [1 << power for power in range(count.bit_length()) if 1 << power <= count]
    holding = [size for size in sizes if _holds(asked, size)]
    if not holding:
        return refused(_too_big(asked))
    return _language(asked, holding) if work.kind == "llm" else _one_pass(asked, holding[0])


def _holds(asked: Question, size: int) -> bool:
    """Whether ``size`` parts hold the model at every point, with cache for one request."""
    work, fits = asked.work, asked.oracle.fits
    if work.kind == "llm":
        return bool(np.all(asked.copy(size).held_at_once(asked.lengths, fits) >= 1.0))
    bits = 8.0 * fits.value("weight_bytes", work.precision)
    usable = fits.value("usable_memory") * asked.part.memory * size
    return bool(np.all(asked.shape.weight_bytes(bits) <= usable))


def _too_big(asked: Question) -> str:
    fits = asked.oracle.fits
    bits = 8.0 * fits.value("weight_bytes", asked.work.precision)
    need = float(np.max(asked.shape.weight_bytes(bits))) / 2**30
    have = fits.value("usable_memory") * asked.part.memory * asked.count / 2**30
    extra = " and the cache of one request" if asked.work.kind == "llm" else ""
    return f"needs {need:.3g} GiB for weights{extra}, {have:.3g} GiB usable"


# -------------------------------------------------------------------------- language models


def _language(asked: Question, sizes: list[int]) -> ServerEstimate:
    """The smallest set of accelerators, or twice that where the machine then answers more.

    A model that barely fits leaves no room for a batch; a set twice as large can be worth it.
    """
    tried = [(size, _capacity(asked, size)) for size in sizes[:2]]
    size, spent = min(tried, key=lambda pair: _machine_time(asked, *pair))
    first, step = _first_token(asked, size), _token(asked, size)
    factor, spent = _software(asked, spent)
    _, first = _software(asked, first)
    _, step = _software(asked, step)
    more = np.maximum(asked.work.output_tokens - 1.0, 0.0)
    answer = together(first, more, step, "time to first token and time per further token")
    return ServerEstimate(
        fits=True,
        reason="",
        replica_accelerators=size,
        replicas_per_machine=asked.count // size,
        capacity_rps=spent.rate(),
        answer_ms=answer.time_ms(),
        ttft_ms=first.time_ms(),
        tpot_ms=step.time_ms(),
        stack_factor=factor,
    )


def _machine_time(asked: Question, size: int, spent: Seconds) -> float:
    """Log time of a request over all copies of the machine, at its slowest point."""
    return float(np.max(spent.log_mid)) - float(np.log(asked.count // size))


def _tuned(asked: Question) -> str:
    if asked.part.is_cpu:
        return "cpu-mlperf"
    return "tensorrt-llm" if asked.part.generation in NVIDIA else "vllm"


def _capacity(asked: Question, size: int) -> Seconds:
    """Machine time of one request at full load, with as many at once as fit the budget."""
    copy, lengths, oracle = asked.copy(size), asked.lengths, asked.oracle
    engine = _tuned(asked)
    labels = load.labels(copy, engine, NEWEST.get(engine, ""))
    batch = load.full_batch(copy.held_at_once(lengths, oracle.fits), oracle.fits)
    parts = load.terms(copy, lengths, batch)
    if asked.budget_s is not None:
        labels["mode"] = "server-cpu" if asked.part.is_cpu else "server"
        multiplier = oracle.learnt.form("llm_load").multipliers(labels)
        batch = load.budget_batch(parts, multiplier, batch, asked.budget_s)
        parts = load.terms(copy, lengths, batch)
    found = oracle.seconds("llm_load", "llm_full_load", parts, labels)
    return found.at_least(load.floor_seconds(copy, lengths))


def _alone(asked: Question) -> str:
    return "llama.cpp" if asked.part.is_cpu else "tensorrt-llm"


def _first_token(asked: Question, size: int) -> Seconds:
    copy = asked.copy(size)
    parts = latency.first_terms(copy, asked.lengths)
    labels = latency.first_labels(copy, _alone(asked))
    return asked.oracle.seconds("llm_first_token", "ttft", parts, labels).at_least(parts[0])


def _token(asked: Question, size: int) -> Seconds:
    copy = asked.copy(size)
    parts = latency.token_terms(copy, asked.lengths)
    labels = latency.token_labels(copy, _alone(asked), served=not asked.part.is_cpu)
    found = asked.oracle.seconds("llm_token", "llm_batch1_decode", parts, labels)
    return found.at_least(parts[0] + parts[1])


def _software(asked: Question, spent: Seconds) -> tuple[float, Seconds]:
    """The share of tuned speed that the serving stack reaches, applied and named."""
    if asked.stack == "tuned":
        return 1.0, spent
    row = asked.oracle.fits.row("stack", f"{asked.stack}/llm")
    low, high = row.low or row.value, row.high or row.value
    words = f"{asked.stack} serving software reaches {row.value:.2f} of tuned"
    return row.value, spent.slower(1.0 / row.value, 1.0 / high, 1.0 / low, words)


# --------------------------------------------------------------------- networks in one pass


def _one_pass(asked: Question, size: int) -> ServerEstimate:
    scale, shape, labels = _network(asked)
    if not np.all(shape.gflops > 0):
        return unknown("the arithmetic of one request (gflops_per_request)")
    offline = {**labels, "mode": "", "alone": ""}
    spent = _spent(asked, shape, offline, _batch(asked, shape, offline, scale), scale)
    alone = _spent(asked, shape, labels, np.ones(1), scale)
    factor = _against_tuned(asked, spent)
    notes = () if asked.stack == "tuned" else (
        f"{asked.stack} serving software, here {labels['engine']}, reaches {factor:.2f} of tuned",
    )  # fmt: skip
    return ServerEstimate(
        fits=True,
        reason="",
        replica_accelerators=size,
        replicas_per_machine=asked.count // size,
        capacity_rps=spent.noted(*notes).rate(),
        answer_ms=alone.noted(*notes).time_ms(),
        stack_factor=factor,
    )


def _engine(asked: Question) -> str:
    if asked.part.is_cpu:
        return ON_CPU[asked.stack]
    if asked.stack == "tuned" and asked.part.generation not in NVIDIA:
        return "vendor-mlperf"
    return SOFTWARE[asked.work.kind][asked.stack]


def _network(asked: Question) -> tuple[Array, Shape, dict[str, Label]]:
    """Times the terms apply, the network they are of, and the labels of one request alone.

    A network whose arithmetic nobody states, and speech of a measured family, is taken from its
    measured rows, by the request or by the second of audio; its terms are then a yardstick.
    """
    work, shape, oracle = asked.work, asked.shape, asked.oracle
    engine, scale = _engine(asked), np.ones(1)
    labels = network.labels(shape, asked.part, work.precision, engine, "single")
    known = oracle.catalogue.models.get(work.model)
    heard = f"{kin(work.model)}/audio_seconds_per_s"
    fitted = oracle.learnt.form("network")
    if work.kind == "speech" and fitted.knows("unsized", heard):
        # decoding word by word is far from what the arithmetic alone would take
        labels["unsized"], scale = heard, np.maximum(work.audio_seconds, 1e-9)
        shape = yardstick(shape, oracle.fits)
    elif (
        known is not None
        and known.gflops_per_request is None
        and fitted.knows("unsized", kin(work.model))
    ):
        labels["unsized"], shape = kin(work.model), yardstick(shape, oracle.fits)
    return scale, shape, labels


def _batch(asked: Question, shape: Shape, labels: dict[str, Label], scale: Array) -> Array:
    """Requests in a batch: the full batch, or what the latency budget allows, at least one."""
    full = np.array([asked.oracle.fits.value("full_batch")])
    if asked.budget_s is None:
        return full
    fitted = asked.oracle.learnt.form("network")
    parts = network.terms(shape, asked.part, asked.work.precision, np.ones(1), asked.oracle.fits)
    scaled = parts * fitted.multipliers(labels)[:, None] * scale
    shared = scaled[list(network.SHARED)].sum(axis=0)
    each = scaled.sum(axis=0) - shared
    allowed: Array = np.clip((asked.budget_s - shared) / np.maximum(each, 1e-12), 1.0, full)
    return allowed


def _spent(
    asked: Question, shape: Shape, labels: dict[str, Label], batch: Array, scale: Array
) -> Seconds:
    """Time of one request on one accelerator in a batch of ``batch``."""
    precision, oracle, engine = asked.work.precision, asked.oracle, str(labels["engine"])
    parts = network.terms(shape, asked.part, precision, batch, oracle.fits) * scale
    group = "vision_encoder" if asked.work.kind in ("vision", "encoder") else asked.work.kind
    found = oracle.seconds("network", group, parts, labels, ROUNDS if "mlperf" in engine else ())
    if labels["unsized"]:
        return found
    return found.at_least(network.floor_seconds(shape, asked.part, precision))


def _against_tuned(asked: Question, spent: Seconds) -> float:
    """Capacity of this stack over that of tuned software, at the first point."""
    if asked.stack == "tuned":
        return 1.0
    best = Question(
        asked.work, asked.shape, asked.part, asked.count, "tuned", asked.budget_s, asked.oracle
    )
    scale, shape, labels = _network(best)
    offline = {**labels, "mode": "", "alone": ""}
    tuned = _spent(best, shape, offline, _batch(best, shape, offline, scale), scale)
    return float(np.exp(np.minimum(tuned.log_mid[0] - spent.log_mid[0], 0.0)))
