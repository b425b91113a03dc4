"""Inputs that would let a refused candidate pass, worked out from how far it is from passing.

A refusal names inputs (:class:`Needed`) or says why none helps (:func:`for_good`). Where a figure
is not in proportion to its input the value is a step on the way: what is named is entered and the
rules asked again before anybody is told (``answer/would_pass.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.accounts.charges import here
from calculators.case import Case
from calculators.costs.delivery import BYTES_PER_WEIGHT
from calculators.estimators.shapes import stated_cache_bytes
from calculators.results import Finding, Needed
from calculators.scenario import Precision
from pricing.book import Source

LESS: Sequence[Precision] = ("fp16", "fp8", "int8", "int4")
"""From most bytes a weight to fewest."""
SPARE = 0.98
"""Share of the room that is asked for: what is rounded must still fit."""


def for_good(rule: str, text: str, why: str, source: Source | None = None) -> Finding:
    """A refusal that nothing the user enters lifts, with the reason and what else there is."""
    change = f"nothing you can set: {why}"
    return Finding(rule, "fail", text, change, absolute=True, source=source, lasting=why)


def held(case: Case, point: int, room: float, whole: float | None = None) -> tuple[Needed, ...]:
    """What makes a model fit a memory: shorter texts where its weights do, else a smaller model.

    ``room`` is the memory over the weights alone, ``whole`` over all that is needed, where known.
    Where neither is enough by itself, shorter texts get half of the memory and the weights half.
    """
    cache = _cache(case, point)
    if room > 1 and (found := shorter(case, point, room - 1)):
        return found
    if whole is not None or cache <= room / 2:
        return smaller(case, point, room - cache if whole is None else whole)
    return (*smaller(case, point, room / 2), *shorter(case, point, room / 2))


def _cache(case: Case, point: int) -> float:
    """The cache of one request over the weights; 0 where only the law of sizes says it."""
    each = stated_cache_bytes(case.requests.work)
    weights = _weights(case, point)
    if not each or np.isnan(weights):
        return 0.0
    tokens = case["input_tokens"] + case["output_tokens"] + case.hidden_tokens
    return here(tokens, point) * each / weights


def _weights(case: Case, point: int) -> float:
    """Bytes of all weights."""
    return here(case.params_millions, point) * 1e6 * BYTES_PER_WEIGHT[case.scenario.precision]


def shorter(case: Case, point: int, room: float) -> tuple[Needed, ...]:
    """Fewer input tokens, whose cache fits a room given over the weights; nothing where none do."""
    each = stated_cache_bytes(case.requests.work)
    weights = _weights(case, point)
    if not each or np.isnan(weights):
        return ()
    written = here(case["output_tokens"] + case.hidden_tokens, point)
    most = np.floor(room * weights / each * SPARE - written)
    return (
        (Needed("input_tokens", float(most)),)
        if 1 <= most < here(case["input_tokens"], point)
        else ()
    )


def smaller(case: Case, point: int, room: float) -> tuple[Needed, ...]:
    """Fewer bits a weight, or a smaller model where no bits are few enough.

    ``room`` is what there is over what is needed; where more than the weights is needed it may be
    above 1, and one step down is named.
    """
    share = min(room, 1.0) * SPARE
    now = BYTES_PER_WEIGHT[case.scenario.precision]
    for name in LESS:
        if BYTES_PER_WEIGHT[name] < now and BYTES_PER_WEIGHT[name] <= now * share:
            return (Needed("precision", name),)
    return fewer("params_millions", here(case.params_millions, point), share)


def fewer(field: str, value: float, share: float) -> tuple[Needed, ...]:
    """An input at a share of its value, three digits, rounded down; nothing where it is unknown."""
    most = value * share
    return (Needed(field, down(most)),) if np.isfinite(most) and most > 0 else ()


def down(value: float) -> float:
    """A positive number rounded down to three digits."""
    step = 10.0 ** (np.floor(np.log10(value)) - 2)
    return float(np.floor(value / step) * step)
