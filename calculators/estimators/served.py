"""Language models among others: time per token and to the first token at a stated batch.

A step of a server that batches continuously answers B sequences at once and reads prompts as they
come. Terms of a token's time, on n accelerators, for I prompt and O answer tokens [s]:

======= ===========================================================
launch  ``1 ms L/32``
weights ``W(B) / (n BW)``; W(B) the weights a step touches
cache   ``B K (I + O/2) / (n BW)``
decode  ``B 2 A / (n F)``
prefill ``(B-1)/O (2 A I' + 2 L h I' I) / (n F)``: prompts of others read meanwhile
link    ``1 ms L/32 log2 n``
host    ``B 0.1 ms``: choosing tokens and keeping books
traffic ``(B + (B-1) I'/O) 8 L h (n-1)/n / link``
======= ===========================================================

So ``TPOT = a + b x B``, which holds within 3.5 % on 70 measured series. The first token waits for
its own prompt, for prompts before it and for the running step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.columns import gathered
from calculators.estimators.curve import First, Step
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.software import tuned_language
from calculators.estimators.terms import Effect, EffectLabel, Form, labels_of, stacked
from calculators.estimators.types import IntArray, Stack
from pricing.records import value

STEP = Form(
    name="llm_step",
    terms=("launch", "weights", "cache", "decode", "prefill", "link", "host", "traffic"),
    effects=(
        Effect("base", tuple((k,) for k in range(8))),
        Effect("engine", ((0,), (1, 2), (3, 4), (6,))),
        Effect("version", ((0,), (1, 2, 3, 4), (6,))),
        Effect("generation", ((1, 2), (3, 4))),
        Effect("accelerator", ((1, 2), (3, 4))),
        Effect("host", ((0, 6),)),
        Effect("format", ((1,), (3, 4))),
        Effect("experts", ((0,), (1, 2), (3, 4))),
        Effect("model", ((0,), (1, 2, 3, 4))),
        Effect("source", ((0, 6), (1, 2, 3, 4))),
    ),
)
WAIT = Form(
    name="llm_wait",
    terms=("prefill", "weights", "launch", "link", "host", "step", "queue", "wave", "traffic"),
    effects=(
        Effect("base", tuple((k,) for k in range(9))),
        Effect("engine", ((0, 6, 7), (2, 4), (5,))),
        Effect("version", ((0, 6, 7), (2, 4))),
        Effect("generation", ((0, 6, 7),)),
        Effect("accelerator", ((0, 6, 7), (1,))),
        Effect("host", ((2, 4),)),
        Effect("format", ((0, 6, 7),)),
        Effect("experts", ((0, 6, 7), (2,))),
        Effect("model", ((0, 1, 2, 6, 7),)),
        Effect("source", ((0, 6), (2, 4), (5,), (7,))),
    ),
)
FORMS = (STEP, WAIT)
PREFILL, STEP_TERM, QUEUE, WAVE = map(WAIT.terms.index, ("prefill", "step", "queue", "wave"))
GROWING = [k for k, t in enumerate(STEP.terms) if t not in ("launch", "weights", "link")]
EXPERTS = "experts"  # label of networks of which only part works on a token
BUSY = 0.9  # share of time on prompts beyond which their queue is not followed
STANDARD = {"gaudi": "vllm-gaudi"}
"""Standard software of accelerators that do not run the common one, by generation."""
MFU = 0.5  # of reading prompts, where their share of the time is guessed


def step_terms(replica: Replica, lengths: Lengths, batch: Array) -> Array:
    """Terms of a token's time among ``batch`` sequences (8, P, N) [s]."""
    sets, shape, output = replica.sets, replica.shape, np.maximum(lengths.output, 1.0)
    launch = 1e-3 * shape.layers / 32.0
    prompts = np.maximum(batch - 1.0, 0.0) / output  # of others, read per token
    rows = (
        launch,
        replica.touched(np.maximum(batch, 1.0)) / replica.bandwidth,
        batch * replica.cache * lengths.context / replica.bandwidth,
        batch * replica.flops_per_token / replica.flops,
        prompts * replica.prompt_flops(lengths) / replica.flops,
        launch * np.log2(sets.parallel),
        batch * 1e-4,
        (batch + prompts * lengths.new) * _exchanged(replica),
    )
    return stacked(rows)


def wait_terms(
    replica: Replica, lengths: Lengths, step: Array, rate: Array, held: Array | float = 0.0
) -> Array:
    """Terms of the time to the first token (9, P, N) [s].

    Parameters
    ----------
    step
        Time of a token at this load [s].
    rate
        Requests/s of the replica: prompts that come at random before this one.
    held
        Requests that a client sends again as soon as they are answered: they come together.
    """
    launch = 1e-3 * replica.shape.layers / 32.0
    prefill = replica.prompt_flops(lengths) / replica.flops
    used = np.minimum(rate * prefill / MFU, BUSY)
    rows = (
        prefill,
        replica.active / replica.bandwidth,
        launch,
        launch * np.log2(replica.sets.parallel),
        0.01,
        step,
        prefill * used / (1.0 - used),
        prefill * np.maximum(np.asarray(held) - 1.0, 0.0),
        lengths.new * _exchanged(replica),
    )
    return stacked(rows)


def _exchanged(replica: Replica) -> Array:
    """Time on the link between accelerators per token (P, N) [s]."""
    sets, shape = replica.sets, replica.shape
    each = 8.0 * shape.layers * shape.hidden
    return np.asarray(each * (sets.parallel - 1) / sets.parallel / sets.link)


def hardware_labels(
    part: Part, precision: str, bits: float, engine: str, version: str = ""
) -> dict[str, EffectLabel]:
    """Labels that hardware and software decide, of both forms."""
    return {
        "engine": engine,
        "version": f"{engine} {version}" if version else "",
        "generation": part.generation,
        "accelerator": part.name,
        "host": part.name,  # starting steps and keeping books hardly differ with the card
        "format": f"{part.generation}/{precision}/{round(bits)}",
    }


def engine_of(part: Part, stack: Stack) -> str:
    """Software of the rows that a stack is read from; blank where there are none."""
    return tuned_language(part) if stack == "tuned" else STANDARD.get(part.generation, "vllm")


def knows(fits: Fits, part: Part) -> bool:
    """Whether load curves were measured on accelerators of this generation."""
    return not part.is_cpu and fits.has_effect(STEP.name, "generation", part.generation)


# ------------------------------------------------------------------------------ of one replica


@value
class Served:
    """A replica that answers several at once, (P, N): its ends [s], and how they grow."""

    token: Array  # time of a token of one request alone
    wait: Array  # time to its first token
    batch: Array  # sequences at once at saturation
    rate: Array  # requests/s at saturation
    step: Step
    first: First


def served(
    replica: Replica, lengths: Lengths, batch: Array, step_log: Array, wait_log: Array
) -> Served:
    """A replica with ``batch`` (P, N) sequences at once at saturation.

    ``step_log`` (8, P, N) and ``wait_log`` (9, P, N) are log slowdowns of the terms of both forms.
    """
    slower = np.exp(step_log)
    one, two = (step_terms(replica, lengths, n * np.ones_like(batch)) * slower for n in (1.0, 2.0))
    token = one.sum(axis=0)
    step = _step(replica, one, (two - one)[GROWING].sum(axis=0), token)
    full = token * step.among(batch)
    rate = batch / np.maximum(lengths.output, 1.0) / full
    terms = wait_terms(replica, lengths, token, np.zeros(1)) * np.exp(wait_log)
    wait = terms.sum(axis=0)
    prefill = terms[PREFILL] * np.exp(wait_log[QUEUE] - wait_log[PREFILL])
    read = replica.prompt_flops(lengths) / replica.flops
    used = np.minimum(rate * read / MFU, BUSY)
    first = First(step=terms[STEP_TERM] / wait, queue=prefill / wait, used=used)
    return Served(token, wait, batch, rate, step, first)


def by_machine(found: Served, place: IntArray) -> tuple[Step, First]:
    """How times of sets (R, N) grow, by machine: ``place`` (H, N) of its set, R for none."""
    step, first = found.step, found.first
    grown = (gathered(part, place) for part in (step.rise, step.waking, step.reach))
    waits = (gathered(part, place) for part in (first.step, first.queue, first.used))
    return Step(*grown), First(*waits)


def _step(replica: Replica, one: Array, each: Array, token: Array) -> Step:
    """How the step grows: its terms with one sequence, what each further one adds, their sum."""
    shape = replica.shape
    share = np.minimum(shape.active / shape.params, 1.0 - 1e-12)
    weights = one[STEP.terms.index("weights")] / share
    return Step(
        rise=each / token,
        waking=np.where(shape.experts, weights / token, 0.0),
        reach=np.broadcast_to(-np.log1p(-share), token.shape),
    )


def log_slowdowns(fits: Fits, form: Form, labels: Sequence[Mapping[str, EffectLabel]]) -> Array:
    """Log slowdown of the terms (K, Q, 1) under Q sets of labels, as the table of fits has them.

    Effects add up, so a label may stand by itself; the overall figures are the effect ``base``.
    """
    found = np.zeros((len(form.terms), len(labels), 1))
    for row, named in enumerate(labels):
        for (effect, label, group), weight in labels_of(form, named):
            figure = fits.effect(form.name, effect, label, group)
            found[list(form.effect(effect).groups[group]), row] += weight * figure
    return found
