"""Measured rows that answer a question exactly: same network, hardware, software and lengths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators.measured import Ready
from calculators.estimators.terms import EffectLabel, Sample
from pricing.records import value

SAME = 1e-3  # relative difference of terms up to which the work is the same
Key = tuple[str, ...]

KEYS: dict[str, tuple[str, ...]] = {
    "llm_load": ("document", "engine", "pair", "spread", "mode", "dataset", "guessed"),
    "network": ("round", "software", "rate", "mode", "unsized"),
    "device_network": ("model", "chip_format", "engine"),
    "device_token": ("model", "engine_chip", "engine_format", "sustained"),
}
"""Labels that must be equal, by form; terms must then be equal too (within 0.1 %).

Rounds of a benchmark are years of software apart, so a row answers only for its own round; the
performance documents of one serving software answer for each other.
"""
STEMS: dict[str, tuple[str, ...]] = {
    "llm_load": ("machine", "engine", "spread"),
    "network": ("rate", "engine"),
    "device_network": ("chip_format", "engine"),
    "device_token": ("engine_chip", "engine_format"),
}
"""Labels that hardware and its software decide, by form; equal wherever the keys are equal."""
SAME_SOFTWARE = "TensorRT-LLM perf doc"
Stem = tuple[EffectLabel, ...]
NOTHING: frozenset[Stem] = frozenset()


def key_of(form: str, labels: Mapping[str, EffectLabel]) -> Key | None:
    """What a row must share; None where the form is never matched or the network is unnamed."""
    names = KEYS.get(form)
    if names is None:
        return None
    if not labels.get("model") or labels.get("in_app"):
        return None
    return (form, *(_shared(labels.get(name, "")) for name in names))


def stem_of(form: str, labels: Mapping[str, EffectLabel]) -> Stem:
    """What hardware and software must share; empty where the form is never matched."""
    return tuple(labels.get(name, "") for name in STEMS.get(form, ()))


def _shared(label: EffectLabel) -> str:
    text = str(label)
    return SAME_SOFTWARE if text.startswith(SAME_SOFTWARE) else text


@value
class Match:
    """Points with an exact row: which, their log time, and the rows."""

    where: BoolArray  # (N,) a row matches
    log_seconds: Array
    rows: tuple[str, ...]

    def before(self, other: Match | None) -> Match:
        """The points of both; where both answer, this one does."""
        if other is None or not any_true(other.where & ~self.where):
            return self
        return Match(
            self.where | other.where,
            np.where(self.where, self.log_seconds, other.log_seconds),
            (*self.rows, *other.rows),
        )


@value
class _Entry:
    """Rows that share a key: their terms (m, K, 1), log times (m, 1) and ids."""

    terms: Array
    log_seconds: Array
    rows: tuple[str, ...]


@dataclass
class Matches:
    """Index of the measured rows of some forms."""

    _entries: dict[Key, _Entry] = field(default_factory=dict)
    _stems: dict[tuple[str, EffectLabel], set[Stem]] = field(default_factory=dict)

    @classmethod
    def of(cls, ready: Iterable[Ready]) -> Matches:
        """Index rows by what must be equal."""
        found: dict[Key, list[Sample]] = {}
        stems: dict[tuple[str, EffectLabel], set[Stem]] = {}
        for item in ready:
            labels = item.sample.labels
            key = key_of(item.form, labels)
            if key is not None:
                found.setdefault(key, []).append(item.sample)
                model = item.form, labels["model"]
                stems.setdefault(model, set()).add(stem_of(item.form, labels))
        return cls({key: _entry(samples) for key, samples in found.items()}, stems)

    def stems(self, form: str, model: str) -> AbstractSet[Stem]:
        """The hardware and software a network was measured with; rows on others never match."""
        return self._stems.get((form, model), NOTHING)

    def find(self, form: str, labels: Mapping[str, EffectLabel], terms: Array) -> Match | None:
        """The rows whose terms are those of the question, point by point; None where none is."""
        key = key_of(form, labels)
        entry = None if key is None else self._entries.get(key)
        if entry is None:
            return None
        larger = np.maximum(np.abs(entry.terms), np.abs(terms))
        near = np.abs(entry.terms - terms) <= SAME * larger + 1e-15
        same: BoolArray = np.all(near, axis=1)
        if not any_true(same):
            return None
        hits = same.sum(axis=0)
        mean = (same * entry.log_seconds).sum(axis=0) / np.maximum(hits, 1)
        used = tuple(entry.rows[index] for index in np.flatnonzero(np.any(same, axis=1)))
        return Match(hits > 0, mean, used)


def _entry(samples: Sequence[Sample]) -> _Entry:
    terms = np.array([sample.terms for sample in samples])
    times = np.log([sample.seconds for sample in samples])
    return _Entry(terms[:, :, None], times[:, None], tuple(sample.row for sample in samples))
