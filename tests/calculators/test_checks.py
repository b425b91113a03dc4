"""Rules and gaps as masks: what holds for one candidate at one point, and what is said there."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check, Gap, holds, union
from calculators.results import Finding

FAIL, CAUTION = Finding("data", "fail", "No."), Finding("data", "caution", "Mind.")


def test_a_mask_broadcasts_over_candidates_and_points() -> None:
    mask = np.array([[True, False]])
    assert holds(mask, 7, 0)
    assert not holds(mask, 7, 1)
    assert holds(np.array([[False], [True]]), 1, 9)


def test_a_rule_for_all_fails_only_where_its_word_is_a_failure() -> None:
    assert Check.always(FAIL).fails.tolist() == [[True]]
    assert Check.always(CAUTION).fails.tolist() == [[False]]
    assert Check.always(CAUTION).finding(3, 4) is CAUTION


def test_a_rule_for_each_candidate() -> None:
    made = Check.each([FAIL, None, CAUTION])
    assert made.fails.tolist() == [[True], [False], [False]]
    assert [made.finding(candidate, 0) for candidate in range(3)] == [FAIL, None, CAUTION]


def test_a_rule_of_one_candidate_alone() -> None:
    alone = Check.each([FAIL, None, CAUTION]).take(2)
    assert alone.fails.tolist() == [[False]]
    assert alone.finding(0, 0) is CAUTION
    assert Check.always(FAIL).take(2).fails.tolist() == [[True]]


def test_a_gap_for_all_and_for_some() -> None:
    everywhere = Gap.always("a price")
    assert everywhere.ranked
    assert everywhere.where.tolist() == [[True]]
    assert not Gap.always("what users pay", ranked=False).ranked
    some = Gap.some(np.array([False, True]), lambda candidate: f"price of {candidate}")
    assert some.where.tolist() == [[False], [True]]
    assert some.text(1, 0) == "price of 1"


def test_the_union_of_masks_is_where_any_holds() -> None:
    assert union([]).tolist() == [[False]]
    found = union([np.array([[True, False]]), np.array([[False], [True]])])
    assert found.tolist() == [[True, False], [True, True]]
