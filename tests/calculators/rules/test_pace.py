"""How often something can be trained: a run against its interval, and learning online."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.rules import pace
from tests.calculators.world import case


def test_continuous_begins_at_every_hour() -> None:
    asked = case({"retrains_per_month": [729.9, 730.0, 43_800.0]}, own_model_required=True)
    assert pace.continuous(asked).tolist() == [False, True, True]


def test_only_who_is_known_not_to_is_unable() -> None:
    asked = case({"retrains_per_month": [1.0, 730.0]}, own_model_required=True)
    found = pace.unable(asked, ["yes", "no", "unknown", ""])
    assert found.tolist() == [[False] * 2, [False, True], [False] * 2, [False] * 2]


@pytest.mark.parametrize(
    ("word", "verdict"), [("yes", "pass"), ("no", "fail"), ("unknown", "caution")]
)
def test_a_product_says_what_is_known_of_it(word: str, verdict: str) -> None:
    asked = case({"retrains_per_month": [100.0, 1000.0]}, own_model_required=True)
    assert pace.product(asked, "Acme", word, 0) is None
    found = pace.product(asked, "Acme", word, 1)
    assert found is not None
    assert (found.rule, found.verdict) == (pace.RULE, verdict)
    assert "Acme" in found.text


def test_own_software_says_what_continuous_training_costs() -> None:
    asked = case({"retrains_per_month": [1.0, 1000.0]}, own_model_required=True)
    check = pace.own_software(asked, np.array([8.0, 1460.0]))
    assert not check.fails.any()
    assert check.finding(0, 0) is None
    found = check.finding(0, 1)
    assert found is not None
    assert found.verdict == "caution"
    assert "1,460 hours a month" in found.text


def test_short_runs_are_told_in_minutes() -> None:
    """Every minute; six minutes a run."""
    asked = case({"retrains_per_month": [43_800.0]}, own_model_required=True)
    check = pace.too_slow(asked, np.array([0.1]))
    assert check.fails.tolist() == [[True]]
    found = check.finding(0, 0)
    assert found is not None
    assert "takes 6 minutes; retraining is due every 1 minutes" in found.text


def test_a_run_may_take_exactly_as_long_as_it_has() -> None:
    asked = case({"retrains_per_month": [73.0, 73.1]}, own_model_required=True)
    assert pace.too_slow(asked, np.array([10.0])).fails.tolist() == [[False, True]]
