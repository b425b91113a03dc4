"""A machine answering requests: which set of accelerators, how many requests/s, how fast."""

from __future__ import annotations

from typing import Literal

import numpy as np

from calculators.arrays import Array
from calculators.estimators import language, passing as network
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.intervals import around
from calculators.estimators.memory import weight_bytes
from calculators.estimators.types import Estimate, Hardware, ServerEstimate, Work

Stack = Literal["tuned", "standard", "basic"]


def refused(reason: str) -> ServerEstimate:
    """A machine that cannot answer, and why."""
    return ServerEstimate(False, reason, 0, 0)


def estimate(
    work: Work, hardware: Hardware, part: Part, stack: Stack, fits: Fits, budget_ms: Array | None
) -> ServerEstimate:
    """Throughput and latency of one machine for one kind of request."""
    count = 1 if part.is_cpu else max(hardware.count, 1)
    sizes = [size for size in _powers(count) if _holds(work, part, size, fits)]
    if not sizes:
        return refused(_too_big(work, part, count, fits))
    if work.kind == "llm":
        return _language(work, part, count, sizes, stack, fits, budget_ms)
    return _one_pass(work, part, count, sizes[0], stack, fits, budget_ms)


def _powers(count: int) -> list[int]:
    return [1 << exponent for exponent in range(count.bit_length()) if 1 << exponent <= count]


def _holds(work: Work, part: Part, size: int, fits: Fits) -> bool:
    """Whether ``size`` parts hold the model at every point, with cache for one request."""
    if work.kind == "llm":
        return bool(np.all(language.batch_in_memory(work, part, size, fits) >= 1.0))
    room = fits.value("usable_memory") * part.memory * size
    return bool(np.all(weight_bytes(work, fits) <= room))


def _too_big(work: Work, part: Part, count: int, fits: Fits) -> str:
    need = float(np.max(weight_bytes(work, fits))) / 2**30
    have = fits.value("usable_memory") * part.memory * count / 2**30
    extra = " and the cache of one request" if work.kind == "llm" else ""
    return f"needs {need:.3g} GiB for weights{extra}, {have:.3g} GiB usable"


def _stack_text(stack: Stack, factor: float) -> tuple[str, ...]:
    return () if stack == "tuned" else (f"{stack} serving software reaches {factor:.2f} of tuned",)


def _language(
    work: Work,
    part: Part,
    count: int,
    sizes: list[int],
    stack: Stack,
    fits: Fits,
    budget_ms: Array | None,
) -> ServerEstimate:
    factor = fits.value("stack", stack)
    budget_s = None if budget_ms is None else budget_ms / 1e3
    tried = [(size, _capacity(work, part, size, fits, budget_s)) for size in sizes]
    size, rate = max(tried, key=lambda pair: float(np.min(pair[1])) * (count // pair[0]))
    group = "cpu" if part.is_cpu else "llm"
    note = _stack_text(stack, factor)
    first = language.first_token_ms(work, part, size, fits) / factor
    step = language.token_ms(work, part, size, fits) / factor
    rule = "roofline of prefill, weights, cache and arithmetic with fitted efficiencies"
    return ServerEstimate(
        fits=True,
        reason="",
        replica_accelerators=size,
        replicas_per_machine=count // size,
        capacity_rps=around(rate * factor, fits, group, "estimated", rule, (), note),
        answer_ms=around(
            first + np.maximum(work.output_tokens - 1, 0) * step,
            fits, "decode", "estimated", rule, (), note,
        ),
        ttft_ms=around(first, fits, "ttft", "estimated", rule, (), note),
        tpot_ms=around(step, fits, "decode", "estimated", rule, (), note),
        stack_factor=factor,
    )  # fmt: skip


def _capacity(work: Work, part: Part, size: int, fits: Fits, budget_s: Array | None) -> Array:
    terms = language.load(work, part, size, fits)
    batch = language.answers_at_once(terms, work, fits, budget_s)
    return 1.0 / language.seconds_per_request(terms, work, batch)


def _one_pass(
    work: Work,
    part: Part,
    count: int,
    size: int,
    stack: Stack,
    fits: Fits,
    budget_ms: Array | None,
) -> ServerEstimate:
    factor = fits.value("stack", stack)
    terms = network.one_pass(work, part, fits)
    group = "cpu" if part.is_cpu else work.kind
    alone_ms = (terms.each_s + terms.shared_s) * 1e3 / factor
    batch = np.full_like(alone_ms, 32.0)
    if budget_ms is not None:
        fitting = (budget_ms / 1e3 * factor - terms.shared_s) / terms.each_s
        batch = np.clip(fitting, 1.0, batch)
    rate = factor / (terms.each_s + terms.shared_s / batch)
    if not np.all(np.isfinite(rate)) or not np.all(rate > 0):
        return refused("needs the arithmetic of one request (gflops_per_request)")
    rule = "roofline of arithmetic and activation traffic with fitted efficiencies"

    def made(mid: Array) -> Estimate:
        return around(mid, fits, group, "estimated", rule, (), _stack_text(stack, factor))

    return ServerEstimate(
        fits=True,
        reason="",
        replica_accelerators=size,
        replicas_per_machine=count // size,
        capacity_rps=made(rate),
        answer_ms=made(alone_ms),
        stack_factor=factor,
    )
