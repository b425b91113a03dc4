"""Measured rows that answer exactly, point by point."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.matches import Match, Matches, stem_of
from calculators.estimators.measured import Ready
from calculators.estimators.terms import EffectLabel, Sample

LABELS: dict[str, EffectLabel] = {
    "model": "net",
    "machine": "H100",
    "engine": "fast",
    "document": "TensorRT-LLM perf doc v0.17",
    "pair": "net|H100|fp8",
}


def ready(row: str, seconds: float, terms: tuple[float, ...], **labels: EffectLabel) -> Ready:
    sample = Sample(row, seconds, terms, {**LABELS, **labels})
    return Ready("llm_load", "llm_full_load", sample, "request")


MATCHES = Matches.of(
    [
        ready("a", 1.0, (1.0, 2.0)),
        ready("b", 4.0, (1.0, 2.0), document="TensorRT-LLM perf doc v1.0"),
        ready("c", 9.0, (3.0, 2.0)),
        ready("d", 5.0, (1.0, 2.0), engine="slow"),
    ]
)


def test_rows_with_the_same_labels_and_terms_answer() -> None:
    terms = np.array([[1.0, 3.0, 2.0, 1.0005], [2.0, 2.0, 2.0, 2.0]])
    found = MATCHES.find("llm_load", LABELS, terms)
    assert found is not None
    assert found.where.tolist() == [True, True, False, True]
    # geometric mean of the documents of one software
    assert np.exp(found.log_seconds[[0, 1, 3]]) == pytest.approx([2.0, 9.0, 2.0])
    assert set(found.rows) == {"a", "b", "c"}


@pytest.mark.parametrize("change", [{"engine": "other"}, {"model": ""}, {"pair": "net|H100|fp16"}])
def test_other_labels_do_not(change: dict[str, EffectLabel]) -> None:
    assert MATCHES.find("llm_load", {**LABELS, **change}, np.array([[1.0], [2.0]])) is None
    assert MATCHES.find("llm_token", LABELS, np.array([[1.0], [2.0]])) is None


def test_stems_tell_where_looking_is_worth_it() -> None:
    assert stem_of("llm_load", LABELS) in MATCHES.stems("llm_load", "net")
    assert stem_of("llm_load", {**LABELS, "engine": "other"}) not in MATCHES.stems(
        "llm_load", "net"
    )
    assert MATCHES.stems("llm_load", "unheard of") == frozenset()


def test_a_newer_round_goes_before_an_older_one() -> None:
    newer = Match(np.array([True, False, False]), np.array([1.0, 0.0, 0.0]), ("new",))
    older = Match(np.array([True, True, False]), np.array([2.0, 2.0, 0.0]), ("old",))
    both = newer.before(older)
    assert both.where.tolist() == [True, True, False]
    assert both.log_seconds[:2].tolist() == [1.0, 2.0]
    assert both.rows == ("new", "old")
    assert newer.before(None) is newer
    assert older.before(newer) is older
