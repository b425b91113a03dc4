"""When one cost overtakes another: by hand, on the line and at a payment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.answer.overtakes import Gaps
from calculators.arrays import Array


def row(*values: float) -> Array:
    return np.array([values], dtype=np.float64)


def gaps(a: Array, b: Array, a_lumps: Array | None = None, b_lumps: Array | None = None) -> Gaps:
    def start(flow: Array) -> Array:
        return np.concatenate([flow[:, :1], np.zeros_like(flow[:, 1:])], axis=1)

    return Gaps.between(
        a,
        start(a) if a_lumps is None else a_lumps,
        b,
        start(b) if b_lumps is None else b_lumps,
    )


def test_a_purchase_is_paid_back_inside_a_month() -> None:
    # 250 at the start and 10 a month, against 110 a month: 250 / 100 = 2.5 months
    found = gaps(row(250, 10, 10, 10), row(0, 110, 110, 110))
    assert found.crossings() == [(2.5, True)]
    assert found.since().tolist() == [2.5]


def test_swapped_sides_mirror() -> None:
    a, b = row(250, 10, 10, 10), row(0, 110, 110, 110)
    assert gaps(b, a).crossings() == [(2.5, False)]
    assert np.isnan(gaps(b, a).since()[0])
    np.testing.assert_array_equal(gaps(b, a).usd, -gaps(a, b).usd)


def test_a_replacement_turns_it_at_a_whole_month_and_back_again() -> None:
    # a: 100 at the start and in month 3, nothing else; b: 60 a month
    # b has paid 60, 120, 180, 240: a leads from 100/60 = 1.67 to month 3, then from 200/60 = 3.33
    a, b = row(100, 0, 0, 100, 0), row(0, 60, 60, 60, 60)
    found = gaps(a, b, a_lumps=a)
    assert found.crossings() == [
        (pytest.approx(100 / 60), True),
        (3.0, False),
        (pytest.approx(200 / 60), True),
    ]
    assert found.since()[0] == pytest.approx(200 / 60)


def test_no_lead_changes() -> None:
    assert gaps(row(1, 1), row(0, 1)).crossings() == []
    assert gaps(row(0, 1), row(1, 1)).since().tolist() == [0.0]  # ahead from the start
    even = gaps(row(5, 1, 1), row(5, 1, 1))
    assert even.crossings() == []
    assert np.isnan(even.since()[0])


def test_even_for_a_while_counts_from_its_end() -> None:
    # level after month 1, and after month 2 still; then a is cheaper
    found = gaps(row(10, 0, 5, 5), row(0, 10, 5, 9))
    assert found.crossings() == [(2.0, True)]


def test_a_lead_that_begins_from_an_even_start_is_no_change() -> None:
    assert gaps(row(0, 1), row(0, 2)).crossings() == []
    assert gaps(row(0, 1), row(0, 2)).since().tolist() == [0.0]


def test_rounding_is_no_difference() -> None:
    third = np.full((1, 4), 0.1)
    assert gaps(third, np.cumsum(third, -1) * 0 + 0.1 * (1 + 1e-13)).crossings() == []


paid = st.lists(st.floats(0, 1000).map(lambda usd: round(usd, 2)), min_size=2, max_size=15)


@given(paid, paid)
def test_leads_alternate_and_hold_to_the_sign_at_the_end(
    first: Sequence[float], second: Sequence[float]
) -> None:
    size = min(len(first), len(second))
    a, b = row(*first[:size]), row(*second[:size])
    found, mirrored = gaps(a, b), gaps(b, a)
    turns, back = found.crossings(), mirrored.crossings()
    assert [month for month, _ in turns] == [month for month, _ in back]
    assert [ahead for _, ahead in turns] == [not ahead for _, ahead in back]
    assert all(one[0] <= other[0] for one, other in pairwise(turns))
    assert all(one[1] != other[1] for one, other in pairwise(turns))
    if turns and found.usd[0, -1] != 0:
        assert turns[-1][1] == (found.usd[0, -1] > 0)
    for month, _ in turns:  # level there, on the line between the ends of the month
        whole, part = int(month), month - int(month)
        if part:
            at = (b - a)[0, : whole + 1].sum() + part * (b - a)[0, whole + 1]
            assert abs(at) <= 1e-6 * max(1.0, a.sum(), b.sum())


def test_nobody_is_nobody() -> None:
    """No candidate beside a baseline: a place that nobody offers, a table without rows."""
    none, one = np.zeros((0, 4)), np.zeros((1, 4))
    found = Gaps.between(none, none, one, one)
    assert found.usd.shape == (0, 7)
    assert found.since().shape == (0,)
