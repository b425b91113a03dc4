"""What standard and basic software make of a language model, next to tuned software.

On accelerators whose load curves were measured both ends of a replica are those of
:mod:`calculators.estimators.served`, which the judge of load curves reads too. Elsewhere tuned
software is slowed as pairs of software say (:mod:`calculators.estimators.stack`). Other software is
never faster than tuned software on dense networks; on mixtures of experts it is where rows say so.
Basic software is a share of standard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators import served, stack
from calculators.estimators.figures import Labels, Slowdown, Times, width
from calculators.estimators.hardware import Part
from calculators.estimators.predictor import Asked, Panel
from calculators.estimators.question import Question
from calculators.estimators.replica import Replica
from calculators.estimators.served import Served
from calculators.estimators.shapes import weight_bits
from calculators.estimators.terms import EffectLabel
from calculators.estimators.types import IntArray
from pricing.kept import cached_property
from pricing.records import record

Logs = Array  # middle, low and high [log s], (3, R, N)
End = Literal["capacity", "first", "token"]
"""Time of a request at full load; the first and a further token of one request alone."""
GROUP = "stack ratio"
RANGES: Mapping[End, tuple[str, ...]] = {
    "capacity": ("max/llm", "max"),
    "first": ("ttft/llm/rate", "ttft/llm", "ttft"),
    "token": ("tpot/llm", "tpot"),
}
"""80 % ranges of load curves left out that hold for each end."""
FORM_OF: Mapping[End, str] = {
    "capacity": served.STEP.name,
    "first": served.WAIT.name,
    "token": served.STEP.name,
}
TENTH = 1.2816  # deviations from the middle beyond which a tenth lies


@record
class Software:
    """The software asked for on R sets of accelerators, with ``batch`` (R, N) answers when full."""

    asked: Question
    rows: IntArray
    batch: Array

    @cached_property
    def replica(self) -> Replica:
        """The network on each set."""
        asked = self.asked
        sets = asked.machines.sets.take(self.rows)
        return Replica.of(asked.shape, sets, asked.work.precision, asked.predictor.fits)

    @cached_property
    def ends(self) -> Served:
        """Both ends of each set as load curves have them, and how its times grow between."""
        step, wait = (logs[:, self.rows] for logs in _slowdowns(self.asked))
        return served.served(self.replica, self.asked.lengths, self.batch, step, wait)

    def times(self, end: End, tuned: Times) -> Times:
        """Times of the stack (R, N) from those of tuned software."""
        if self.asked.stack == "tuned" or not self.rows.size:
            return tuned
        found = np.array(self._of_curves(end, tuned))
        apart = np.flatnonzero(~self.curved)
        if apart.size:
            found[:, apart] = self._slowed(end, tuned, found[:, apart], apart)
        mid, low, high = found
        return Times(mid, low, high, Labels(tuned.labels.common))

    @cached_property
    def curved(self) -> BoolArray:
        """Sets of which load curves were measured (R,)."""
        return self._each_part(lambda part: served.knows(self.asked.predictor.fits, part))

    def _each_part(self, says: Callable[[Part], bool]) -> BoolArray:
        parts = self.asked.machines.sets.parts
        return np.array([says(parts[row]) for row in self.rows], dtype=bool)

    # ends of load curves ------------------------------------------------------------------------

    def _of_curves(self, end: End, tuned: Times) -> Logs:
        """Ends of load curves, with the range of curves left out, (3, R, N)."""
        found = self.ends
        seconds = {"capacity": 1.0 / found.rate, "first": found.wait, "token": found.token}[end]
        mid = np.log(seconds)
        low, high = self._range(end)
        made = Times(mid, mid + low, mid + high, tuned.labels)
        if self.asked.stack == "basic":
            made = made.slower(_basic(self.asked))
        logs = _logs(made)
        if end == "first":  # software that serves many keeps even one request waiting
            return np.maximum(logs, _logs(tuned))
        faster = self.asked.shape.experts | (logs[0] >= tuned.log_mid)
        return logs + np.where(faster, 0.0, tuned.log_mid - logs[0])

    def _range(self, end: End) -> tuple[float, float]:
        """Log of the low and of the high time over the middle; wider for a network nobody served.

        A rate was that much too high, or a time that much too long: what was measured lies on the
        other side.
        """
        fits, form = self.asked.predictor.fits, FORM_OF[end]
        below, above = fits.range("load_range", *RANGES[end])
        low, high = (below, above) if end == "capacity" else (-above, -below)
        if fits.has_effect(form, "model", self.asked.shape.model):
            return low, high
        more = TENTH * fits.value(f"{form}.spread", "model")
        return -float(np.hypot(low, more)), float(np.hypot(high, more))

    # pairs of software --------------------------------------------------------------------------

    def _slowed(self, end: End, tuned: Times, curves: Logs, places: IntArray) -> Logs:
        """Tuned times of some of the rows slowed as pairs say, (3, r, N)."""
        mid, low, high = _logs(tuned)[:, places]
        least = tuned.log_least
        least = None if least is None else least[places]
        some = Times(mid, low, high, tuned.labels, least)
        seconds, batch = np.exp(some.log_mid), np.ones((1, 1))
        if end == "capacity":
            batch = self.batch[places]
            seconds = seconds * batch / np.maximum(self.asked.work.output_tokens, 1.0)
        logs = _logs(some.slower(slowdown(self.asked, self.rows[places], seconds, batch)))
        if end != "first":
            return logs
        on_cpu = self._each_part(lambda part: part.is_cpu)[places][:, None]
        return np.where(on_cpu, logs, np.maximum(logs, curves))


def _logs(times: Times) -> Logs:
    """Middle, low and high of one shape."""
    return np.stack(np.broadcast_arrays(times.log_mid, times.log_low, times.log_high))


# -------------------------------------------------------------------- what load curves learnt


def _slowdowns(asked: Question) -> tuple[Array, Array]:
    """Log slowdowns of a step and of a first token on all sets, (8, P, N) and (9, P, N)."""
    experts = asked.shape.experts
    if experts.all() or not any_true(experts):
        return _slowdowns_of(asked, served.EXPERTS if experts.all() else "")
    mixed, dense = (_slowdowns_of(asked, label) for label in (served.EXPERTS, ""))
    step, wait = (np.where(experts, one, other) for one, other in zip(mixed, dense, strict=True))
    return step, wait


def _slowdowns_of(asked: Question, experts: str) -> tuple[Array, Array]:
    """The same of a network with or without experts: by hardware, and by itself."""
    precision, stack_asked, fits = asked.work.precision, asked.stack, asked.predictor.fits
    model, parts = asked.shape.model, asked.machines.sets.parts

    def made() -> tuple[Array, Array]:
        bits = weight_bits(fits, precision)
        labels = [
            served.hardware_labels(part, precision, bits, served.engine_of(part, stack_asked))
            | {"base": "all", "experts": experts}
            for part in parts
        ]
        step, wait = (served.log_slowdowns(fits, form, labels) for form in served.FORMS)
        return step, wait

    key = ("served", asked.machines, precision, stack_asked, experts)
    step, wait = asked.predictor.slowdowns(key, made)
    own = [{"model": model}]
    more = (served.log_slowdowns(fits, form, own) for form in served.FORMS)
    return step + next(more), wait + next(more)


# -------------------------------------------------------------------------- pairs of software


def slowdown(asked: Question, rows: IntArray, step: Array, batch: Array) -> Slowdown:
    """Of R sets at N points (R, N), from the tuned ``step`` [s] with ``batch`` answers in it.

    The 80 % range is that of pairs left out of the fit (``stack_pairs.csv``).
    """
    panel = _panel(asked)
    dense, mixed = (_asked(asked, panel, experts) for experts in (False, True))
    terms = stack.terms(step, batch)
    experts = asked.shape.experts
    found = _times(asked, dense, terms, rows, False)
    if any_true(experts):
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
