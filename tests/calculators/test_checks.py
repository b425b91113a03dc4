"""Rules and gaps as masks: what holds for one candidate at one point, and what is said there."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check, Gap, holds, union
from calculators.results import Finding, in_order

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


OPEN = Finding("terms", "caution", "Who knows.", vendor="acme", unconfirmed="whether it does")
NEEDED = Finding(
    "terms", "caution", "Who knows.", vendor="acme", unconfirmed="whether it does", required=True
)


def test_what_is_open_and_what_must_be_closed_are_masks_of_their_own() -> None:
    made = Check.each([FAIL, CAUTION, OPEN, NEEDED])
    assert made.fails[:, 0].tolist() == [True, False, False, False]
    assert made.unconfirmed[:, 0].tolist() == [False, False, True, True]
    assert made.required[:, 0].tolist() == [False, False, False, True]
    assert made.take(3).required.tolist() == [[True]]
    assert Check.always(NEEDED).required.tolist() == [[True]]


def test_a_rule_of_what_is_chosen_at_each_point() -> None:
    made = Check.chosen([FAIL, NEEDED, None], np.array([1, 2, 0]))
    assert made.fails.tolist() == [[False, False, True]]
    assert made.required.tolist() == [[True, False, False]]
    assert [made.finding(0, point) for point in range(3)] == [NEEDED, None, FAIL]
    one = Check.chosen([FAIL], np.array([0]))
    assert one.fails.tolist() == [[True]]
    assert one.finding(5, 7) is FAIL


def test_findings_in_order_begin_with_what_nothing_buys_off() -> None:
    bought, never = FAIL, Finding("data", "fail", "Never.", absolute=True)
    passed = Finding("data", "pass", "Yes.")
    shown = in_order((passed, CAUTION, NEEDED, bought, never, passed))
    assert shown == (never, bought, NEEDED, CAUTION, passed)


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
