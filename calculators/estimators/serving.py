"""How much slower standard and basic software answer with a language model than tuned software."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.estimators import stack
from calculators.estimators.figures import Slowdown, width
from calculators.estimators.predictor import Asked, Panel
from calculators.estimators.question import Question
from calculators.estimators.terms import EffectLabel
from calculators.estimators.types import IntArray

GROUP = "stack ratio"


def slowdown(asked: Question, rows: IntArray, step: Array, batch: Array) -> Slowdown:
    """Of R sets at N points (R, N), from the tuned ``step`` [s] with ``batch`` answers in it.

    Software is never faster than tuned software on dense networks; on mixtures of experts it is
    where pairs say so. Basic software is a share of standard. The 80 % range is that of pairs left
    out of the fit (``stack_pairs.csv``).
    """
    panel = _panel(asked)
    dense, mixed = (_asked(asked, panel, experts) for experts in (False, True))
    terms = stack.terms(step, batch)
    experts = asked.shape.experts
    found = _times(asked, dense, terms, rows, False)
    if experts.any():
        other = _times(asked, mixed, terms, rows, True)
        found = np.where(experts, other, found)
    found = np.where(experts, found, np.maximum(found, 0.0))
    standard = Slowdown(found[0], found[1], found[2])
    return standard if asked.stack == "standard" else standard.further(_basic(asked))


def _panel(asked: Question) -> Panel:
    sets, precision, pair = asked.machines.sets, asked.work.precision, stack.STANDARD
    return asked.predictor.panel(
        "stack",
        (asked.machines, precision),
        lambda: [
            stack.hardware_labels(pair, part, size, precision)
            for part, size in zip(sets.parts, sets.sizes, strict=True)
        ],
        lambda: {"pair": [stack.pair_tail(pair)] * len(sets.parts)},
    )


def _asked(asked: Question, panel: Panel, experts: bool) -> Asked:
    labels: dict[str, EffectLabel] = {"age": stack.age_label(stack.STANDARD, stack.NOW)}
    if experts:
        labels["experts"] = stack.experts_label(stack.STANDARD, stack.NOW)
    return Asked(panel, GROUP, asked.shape.model, labels)


def _times(asked: Question, question: Asked, terms: Array, rows: IntArray, experts: bool) -> Array:
    """Log slowdown: middle, low, high; (3, R, N)."""
    fits, panel = asked.predictor.fits, question.panel
    found = panel.fitted.predict(
        terms,
        asked.predictor.query(question).take(rows),
        loose=stack.loose(fits, "llm", experts),
    )
    tail = "-vague" if experts else ""
    known, new = (width(fits, GROUP, question.label, it + tail) for it in ("known", "new"))
    reach = found.deviation * np.where(panel.known[rows], known, new)[:, None]
    mid = found.log_seconds
    return np.stack([mid, mid - reach, mid + reach])


def _basic(asked: Question) -> Slowdown:
    row = asked.predictor.fits.row("stack", "basic over standard/llm")
    return Slowdown.to_share(row.value, row.low or row.value, row.high or row.value)
