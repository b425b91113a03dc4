"""Months, discounting, growth and drift, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.accounts.calendar import Calendar, annuity, monthly_rate
from calculators.accounts.charges import Ledger, totals
from pricing.book import Source

SOURCE = Source("test", "", None, "A")


def calendar(
    months: float,
    *,
    growth: float = 0,
    rate: float = 0,
    monthly: bool = False,
    ends: tuple[int, ...] = (),
) -> Calendar:
    one = np.ones(1)
    return Calendar.build(months * one, growth * one, rate * one, monthly=monthly, ends=ends)


def test_twelve_monthly_rates_compound_to_the_yearly_one() -> None:
    # 8 % a year is 0.643403 % a month, not 8 / 12 = 0.666667 %
    rate = monthly_rate(np.array([8.0]))[0]
    assert rate == pytest.approx(0.00643403, abs=1e-8)
    assert (1 + rate) ** 12 == pytest.approx(1.08, rel=1e-12)


def test_annuity_by_hand() -> None:
    # 1/1.01 + 1/1.01^2 + 1/1.01^3 = 0.990099 + 0.980296 + 0.970590 = 2.940985
    assert annuity(np.array([3.0]), np.array([0.01]))[0] == pytest.approx(2.940985, abs=1e-6)


def test_annuity_without_discounting_counts_months() -> None:
    assert annuity(np.array([36.0]), np.array([0.0]))[0] == 36


def test_present_value_by_hand() -> None:
    """1,000 bought now, 100 a month for a year, 300 fetched at the end, at 10 % a year.

    Month-end factors v^m with v = 1.1^(-1/12): their sum over 12 months is
    (1 - 1/1.1) / (1.1^(1/12) - 1) = 0.0909091 / 0.00797414 = 11.400488.
    1,000 + 100 x 11.400488 - 300 / 1.1 = 1,000 + 1,140.0488 - 272.7273 = 1,867.3215
    """
    months = calendar(12, rate=10)
    ledger = Ledger(months)
    ledger.once("Bought", "server", 1.0, 1000.0, [SOURCE], category="purchase")
    ledger.monthly("Run", "month", np.ones((1, 1)), 100.0, [SOURCE], category="compute")
    ledger.once(
        "Sold", "server", -1.0, 300.0, [SOURCE], category="purchase", month=12.0, credit=True
    )
    found = totals(ledger.charges)
    assert found.company[0, 0] == 1000 + 1200 - 300  # never discounted
    assert found.npv[0, 0] == pytest.approx(1867.3215, abs=1e-4)
    assert found.month1[0, 0] == 1000 + 100  # the purchase and the first month


def test_capex_is_paid_at_month_zero_and_costs_at_month_end() -> None:
    months = calendar(1, rate=12)
    assert months.factor(np.zeros((1, 1)))[0, 0] == 1
    assert months.present(np.ones((1, 1)))[0] == pytest.approx(1.12 ** (-1 / 12), rel=1e-12)


def test_growth_compounds_from_the_second_month_on() -> None:
    # 100 + 110 + 121 + 133.1
    months = calendar(4, growth=10)
    assert months.growth[0].tolist() == pytest.approx([1, 1.1, 1.21, 1.331])
    assert months.sum(100 * months.growth)[0] == pytest.approx(464.1)


def test_drift_is_yearly_and_starts_at_todays_price() -> None:
    months = calendar(25, monthly=True)
    drift = months.drift(np.array([44.0]))[0]
    assert drift[0] == 1
    assert drift[6] == pytest.approx(1.2)  # half a year on: the root of 1.44
    assert drift[12] == pytest.approx(1.44)
    assert drift[24] == pytest.approx(1.44**2)


@pytest.mark.parametrize("horizon", [1, 2, 3, 4, 11, 12, 13, 36])
def test_segments_add_up_to_single_months(horizon: int) -> None:
    """Grouping months that are alike changes neither totals nor present values."""
    single = calendar(horizon, rate=8, monthly=True)
    grouped = calendar(horizon, rate=8, ends=(3, 12))
    assert grouped.first.size <= 3
    for weights in (single.weight, grouped.weight):
        assert weights.sum() == horizon
    for name in ("sum", "present"):
        one = getattr(single, name)(np.where(single.first <= 3, 7.0, 5.0)[None])
        other = getattr(grouped, name)(np.where(grouped.first <= 3, 7.0, 5.0)[None])
        assert one[0] == pytest.approx(other[0], rel=1e-12)


def test_a_horizon_of_its_own_at_every_point() -> None:
    horizons = np.array([1.0, 5.0, 14.0, 36.0])
    flat, rate = np.zeros(4), np.full(4, 8.0)
    together = Calendar.build(horizons, flat, rate, monthly=False, ends=(12,))
    assert together.sum(np.ones((4, together.first.size))).tolist() == horizons.tolist()
    for index, horizon in enumerate(horizons):
        alone = calendar(float(horizon), rate=8, ends=(12,))
        ones = np.ones((1, alone.first.size))
        assert together.present(np.ones((4, together.first.size)))[index] == pytest.approx(
            alone.present(ones)[0], rel=1e-12
        )


def test_months_alike_hold_one_volume_for_all_segments() -> None:
    """12 months, a free allowance ends after 3: segments of 3 and 9 months, 100 a month."""
    one = np.ones(1)
    calendar = Calendar.build(12 * one, 0 * one, 0 * one, monthly=False, ends=(3.0,))
    assert calendar.weight.tolist() == [[3.0, 9.0]]
    assert calendar.growth.shape == (1, 1)
    assert calendar.volumes.tolist() == [1.0]
    assert calendar.sum(100 * calendar.growth).tolist() == [1200.0]
    assert calendar.sum(np.array([[100.0, 10.0]])).tolist() == [3 * 100 + 9 * 10]


def test_volumes_are_those_of_the_months_of_the_horizon() -> None:
    """2 months at 50 % growth beside a point of 4: 1 and 1.5, not the later ones."""
    horizon, growth = np.array([2.0, 4.0]), np.array([50.0, 50.0])
    calendar = Calendar.build(horizon, growth, np.zeros(1), monthly=False)
    assert calendar.volumes.tolist() == [1.0, 1.5]
