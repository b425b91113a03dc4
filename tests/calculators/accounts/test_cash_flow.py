"""Money by month: the same charges, re-adding to their items, by hand and for any months."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.accounts.calendar import Calendar, monthly_rate
from calculators.accounts.cash_flow import CashFlow, present, years
from calculators.accounts.charges import Drift, Ledger, totals
from pricing.book import Source

ONE = Source("one", "", None, "A")
ONES = np.ones(1)


def book_of(months: int, growth_pct: float = 0.0, discount_pct: float = 0.0) -> Ledger:
    calendar = Calendar.build(
        months * ONES, growth_pct * ONES, discount_pct * ONES, monthly=False, ends=(2.0,)
    )
    return Ledger(calendar, by_month=True)


def test_each_charge_falls_where_it_is_paid() -> None:
    ledger = book_of(4, growth_pct=50.0)
    ledger.once("Set-up", "staff_hour", 2.0, 100.0, [ONE], category="work")
    growth = ledger.calendar.growth  # 1, 1.5, 2.25, 3.375
    ledger.monthly("Calls", "count", 8 * growth, 2.0, [ONE], category="compute")
    ledger.once("Server", "server", 1.0, 500.0, [ONE], category="purchase", month=2.0)
    ledger.once("Sold", "server", -1.0, 80.0, [ONE], category="purchase", month=4.0, credit=True)
    ledger.monthly("Power", "kwh", np.ones_like(growth), 3.0, [ONE], category="users", payer="user")
    flow = CashFlow.of(ledger.charges, 1, 4)
    # start 2 h x 100; then 8 x 2 x 1.5^(m-1)
    np.testing.assert_allclose(flow.opex[0], [200, 16, 24, 36, 54])
    np.testing.assert_allclose(flow.capex[0], [0, 0, 500, 0, 0])
    np.testing.assert_allclose(flow.credit[0], [0, 0, 0, 0, -80])
    np.testing.assert_allclose(flow.users[0], [0, 3, 3, 3, 3])
    np.testing.assert_allclose(flow.company[0], [200, 16, 524, 36, -26])
    np.testing.assert_allclose(flow.company_lumps[0], [200, 0, 500, 0, -80])
    np.testing.assert_allclose(flow.ranked("company_and_user")[0], [200, 19, 527, 39, -23])
    assert flow.after_start().company[0].tolist() == [0, 16, 524, 36, -26]


def test_months_that_are_alike_are_told_apart() -> None:
    ledger = book_of(5)  # segments: months 1-2 and 3-5
    first_two_free = np.array([[0.0, 10.0]])
    ledger.monthly("Calls", "count", first_two_free, 1.0, [ONE], category="compute")
    flow = CashFlow.of(ledger.charges, 1, 5)
    assert flow.company[0].tolist() == [0, 0, 0, 10, 10, 10]


def test_a_missing_price_is_missing_where_something_is_bought() -> None:
    ledger = book_of(2)
    ledger.monthly("Unknown", "count", np.array([[1.0]]), np.nan, [ONE], category="compute")
    ledger.monthly("Nothing", "count", np.array([[0.0]]), np.nan, [ONE], category="compute")
    assert np.isnan(CashFlow.of(ledger.charges[:1], 1, 2).company[0, 1:]).all()
    assert CashFlow.of(ledger.charges[1:], 1, 2).company[0].tolist() == [0, 0, 0]


def test_a_case_without_months_is_refused() -> None:
    ledger = Ledger(book_of(2).calendar)
    ledger.once("Set-up", "staff_hour", 2.0, 100.0, [ONE], category="work")
    with pytest.raises(ValueError, match="Set-up: the case kept no months"):
        CashFlow.of(ledger.charges, 1, 2)


def test_years_hold_twelve_months_and_the_first_the_start() -> None:
    flow = np.array([100.0, *[1.0] * 12, *[2.0] * 3])
    assert years(flow).tolist() == [112, 6]
    assert years(np.array([5.0])).tolist() == [5]


def test_present_value_discounts_each_month_at_its_end() -> None:
    # 12.68 % a year is 1 % a month: 100 + 101 / 1.01 + 102.01 / 1.01^2 = 300
    assert present(np.array([[100.0, 101.0, 102.01]]), 0.01)[0] == pytest.approx(300)


amounts = st.floats(0, 1e6)


@given(
    months=st.integers(1, 40),
    growth=st.sampled_from([0.0, 3.0, -2.0]),
    discount=st.sampled_from([0.0, 9.0]),
    drift=st.sampled_from([0.0, 25.0, -25.0]),
    monthly=amounts,
    lump=amounts,
    at=st.floats(0, 1),
)
def test_the_months_re_add_to_total_present_value_and_first_month(
    months: int,
    growth: float,
    discount: float,
    drift: float,
    monthly: float,
    lump: float,
    at: float,
) -> None:
    calendar = Calendar.build(
        months * ONES, growth * ONES, discount * ONES, monthly=drift != 0, ends=(3.0,)
    )
    ledger = Ledger(calendar, by_month=True)
    moving = Drift(drift * ONES, ONE)
    ledger.monthly(
        "Calls", "count", monthly * calendar.growth, 2.5, [ONE], category="compute", drift=moving
    )
    when = float(round(at * months))
    ledger.once("Once", "count", lump, 1.5, [ONE], category="purchase", month=when)
    flow, whole = CashFlow.of(ledger.charges, 1, months), totals(ledger.charges)
    rate = float(monthly_rate(discount * ONES)[0])
    assert flow.company.sum() == pytest.approx(whole.company[0, 0], rel=1e-12, abs=1e-9)
    assert present(flow.company, rate)[0] == pytest.approx(whole.npv[0, 0], rel=1e-12, abs=1e-9)
    first = flow.company[0, :2].sum()
    assert first == pytest.approx(whole.month1[0, 0], rel=1e-12, abs=1e-9)
