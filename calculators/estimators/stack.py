"""Other serving software against tuned: how much longer the same step takes.

A step of a language model server produces one token of every answer it works on. Other software
takes longer in two ways: its kernels are slower by a factor, and it spends time of its own between
steps, some per step and some per answer in it:

    slowdown = exp(kernels) + (exp(step) x 1 ms + exp(sequence) x 10 us x batch) / tuned step

So the gap is small where a step is long (one answer of a large network) and large where it is short
(many answers, small networks, new cards, many cards). The tuned step is the roofline at the prior
efficiencies of :mod:`calculators.estimators.load`, so that no measured speed enters. What is learnt
(:mod:`calculators.estimators.terms`) are the three figures by pair of software, generation, number
format, network and age, on the pairs of ``stack_pairs.csv``. Networks that answer in one pass have
the factor alone, which may differ with the batch.
"""

from __future__ import annotations

import math

import numpy as np

from calculators.arrays import Array
from calculators.estimators import load
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked

OWN = (1, 2)  # time of its own between steps
FORM = Form(
    name="stack",
    terms=("kernels", "step", "sequence"),
    effects=(
        Effect("base", ((0,), (1,), (2,))),
        Effect("engine", ((0,), (1,), (2,))),
        Effect("generation", ((0,), OWN)),
        Effect("accelerator", ((0,), OWN)),
        Effect("precision", ((0,),)),
        Effect("experts", ((0,), OWN)),
        Effect("spread", ((0,), OWN)),
        Effect("age", ((0,), OWN)),
        Effect("model", ((0,), OWN)),
        Effect("pair", ((0,), OWN)),
        Effect("batch", ((0,),)),
    ),
)
STANDARD = "vllm/tensorrt-llm"  # what standard and tuned mean for language models
BORN = 2025.0  # year at which the effect of age is nothing
NOW = 2026.5  # year of the software that is asked about
EIGHT = 3.0  # log2 of the batch whose effect on one-pass networks has weight 1


def step_seconds(replica: Replica, lengths: Lengths, batch: Array, fits: Fits) -> Array:
    """Seconds of one tuned step with ``batch`` answers at prior efficiencies, (P, N).

    Prompts are spread over the steps of their answers.
    """
    base = np.array([fits.value("llm_load.base", term) for term in load.FORM.terms])
    request = np.tensordot(np.exp(base), load.terms(replica, lengths, batch), axes=1)
    found: Array = request * batch / np.maximum(lengths.output, 1.0)
    return found


def terms(step: Array, batch: Array | float) -> Array:
    """The three terms over the tuned step, (3, P, N)."""
    return stacked((np.ones_like(step), 1e-3 / step, 1e-5 * batch / step))


def plain_terms() -> Array:
    """Those of a network in one pass: the factor alone, (3, 1, 1)."""
    return stacked((np.ones((1, 1)), 0.0, 0.0))


def loose(fits: Fits, kind: str, experts: bool) -> float:
    """How much noisier than pairs on dense language models."""
    if kind != "llm":
        return fits.value("loose", "software of networks")
    return fits.value("loose", "software of experts") if experts else 1.0


def hardware_labels(
    pair: str, part: Part, parallel: float, precision: str
) -> dict[str, EffectLabel]:
    """Labels that hardware and the pair of software (other/tuned) decide."""
    found: dict[str, EffectLabel] = {
        "engine": pair,
        "generation": f"{pair}|{part.generation}",
        "accelerator": f"{pair}|{part.name}",
        "precision": f"{pair}|{part.computes_in(precision)}",
    }
    if parallel > 1:
        found["spread"] = (pair, math.log2(parallel))
    return found


def age_label(pair: str, year: float) -> EffectLabel:
    """Years that the other software is younger than :data:`BORN`."""
    return (pair, year - BORN)


def experts_label(pair: str, year: float) -> str:
    """Label of networks of which only part works on a token: of 2024 and before, and since.

    Kernels for experts were written in between; the years since show no trend of their own.
    """
    return f"{pair}|{load.EXPERTS} {'to 2024' if year < BORN else 'from 2025'}"


def pair_tail(pair: str) -> str:
    """What follows the network's name in the label ``pair``."""
    return f"|{pair}"
