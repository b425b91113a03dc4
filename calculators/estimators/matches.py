"""Measured rows that answer a question exactly: same network, hardware, software and lengths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.measured import Ready
from calculators.estimators.terms import Label, Sample

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
SAME_SOFTWARE = "TensorRT-LLM perf doc"


def key_of(form: str, labels: Mapping[str, Label] | Sample) -> Key | None:
    """What a row must share; None where the form is never matched or the network is unnamed."""
    names = KEYS.get(form)
    if names is None:
        return None
    found = labels.labels if isinstance(labels, Sample) else labels
    if not found.get("model") or found.get("in_app"):
        return None
    return (form, *(_shared(found.get(name, "")) for name in names))


def _shared(label: Label) -> str:
    text = str(label)
    return SAME_SOFTWARE if text.startswith(SAME_SOFTWARE) else text


@dataclass(frozen=True)
class Match:
    """Points with an exact row: which, their log time, and the rows."""

    where: Array  # 1.0 where a row matches
    log_seconds: Array
    rows: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """Rows that share a key: their terms (m, K, 1), log times (m, 1) and ids."""

    terms: Array
    log_seconds: Array
    rows: tuple[str, ...]


@dataclass
class Matches:
    """Index of the measured rows of some forms."""

    _entries: dict[Key, _Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, ready: Iterable[Ready]) -> Matches:
        """Index rows by what must be equal."""
        found: dict[Key, list[Sample]] = {}
        for item in ready:
            key = key_of(item.form, item.sample)
            if key is not None:
                found.setdefault(key, []).append(item.sample)
        return cls({key: _entry(samples) for key, samples in found.items()})

    def find(self, form: str, labels: Mapping[str, Label], terms: Array) -> Match | None:
        """The rows whose terms are those of the question, point by point; None where none is."""
        key = key_of(form, labels)
        entry = None if key is None else self._entries.get(key)
        if entry is None:
            return None
        larger = np.maximum(np.abs(entry.terms), np.abs(terms))
        near = np.abs(entry.terms - terms) <= SAME * larger + 1e-15
        same: BoolArray = np.all(near, axis=1)
        if not np.any(same):
            return None
        hits = same.sum(axis=0)
        mean = (same * entry.log_seconds).sum(axis=0) / np.maximum(hits, 1)
        used = tuple(entry.rows[index] for index in np.flatnonzero(np.any(same, axis=1)))
        return Match((hits > 0).astype(np.float64), mean, used)


def _entry(samples: Sequence[Sample]) -> _Entry:
    terms = np.array([sample.terms for sample in samples])
    times = np.log([sample.seconds for sample in samples])
    return _Entry(terms[:, :, None], times[:, None], tuple(sample.row for sample in samples))
