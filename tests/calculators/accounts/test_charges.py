"""Line items: quantity x rate = amount; unknown is never 0; credits alone are negative."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.accounts.calendar import Calendar
from calculators.accounts.charges import Drift, Ledger, totals
from pricing.book import Source

ONE, OTHER = Source("one", "", None, "A"), Source("other", "", None, "B")


@pytest.fixture
def ledger() -> Ledger:
    one = np.ones(1)
    return Ledger(Calendar.build(12 * one, 0 * one, 0 * one, monthly=False))


def test_amount_is_quantity_times_rate_over_the_horizon(ledger: Ledger) -> None:
    ledger.monthly("Machines", "hour", np.full((1, 1), 730.0), 1.25, [ONE], category="compute")
    item = ledger.charges[0].item(0)
    assert item is not None
    # 730 hours x 12 months = 8,760 hours x 1.25 USD = 10,950 USD
    assert (item.quantity, item.rate_usd, item.amount_usd) == (8760, 1.25, 10_950)
    assert item.month1_usd == 912.5
    assert (item.unit, item.period, item.payer) == ("hour", "monthly", "company")
    assert not item.credit
    assert item.source is ONE


def test_payers_are_added_apart(ledger: Ledger) -> None:
    ledger.monthly("Company", "hour", np.ones((1, 1)), 2.0, [ONE], category="compute")
    ledger.monthly("User", "hour", np.ones((1, 1)), 3.0, [ONE], category="compute", payer="user")
    found = totals(ledger.charges)
    assert (found.company[0, 0], found.user[0, 0]) == (24, 36)
    both = (found.npv[0, 0], found.month1[0, 0])
    assert both == (60, 5)  # present value and first month are of both


def test_a_missing_rate_makes_the_total_unknown_not_smaller(ledger: Ledger) -> None:
    ledger.monthly("Known", "hour", np.ones((1, 1)), 2.0, [ONE], category="compute")
    ledger.monthly("Unknown", "hour", np.ones((1, 1)), float("nan"), [ONE], category="compute")
    assert np.isnan(totals(ledger.charges).company[0, 0])


def test_nothing_of_something_unpriced_costs_nothing(ledger: Ledger) -> None:
    ledger.monthly("Known", "hour", np.ones((1, 1)), 2.0, [ONE], category="compute")
    ledger.monthly("Unknown", "hour", np.zeros((1, 1)), float("nan"), [ONE], category="compute")
    assert totals(ledger.charges).company[0, 0] == 24
    assert ledger.charges[1].item(0) is None


def test_each_candidate_keeps_its_own_name_unit_and_source(ledger: Ledger) -> None:
    ledger.monthly(
        ("By the hour", "By the second"),
        ("hour", "second"),
        np.array([[[730.0]], [[730.0 * 3600]]]),
        np.array([[1.0], [1 / 3600]]),
        [ONE, OTHER],
        basis=("first", "second"),
        category="compute",
    )
    found = [ledger.charges[0].item(index) for index in (0, 1)]
    assert all(found)
    assert [item.name for item in found if item] == ["By the hour", "By the second"]
    assert [item.unit for item in found if item] == ["hour", "second"]
    assert [item.source.title for item in found if item] == ["one", "other"]
    # the same machine, whichever unit its vendor bills in
    assert [item.amount_usd for item in found if item] == pytest.approx([8760, 8760])


def three_candidates(ledger: Ledger) -> None:
    quantities = np.array([[[1.0]], [[2.0]], [[3.0]]])
    rates = np.array([[1.0], [2.0], [3.0]])
    ledger.monthly(("A", "B", "C"), "hour", quantities, rates, [ONE, OTHER, ONE], category="work")


def test_taking_some_candidates_keeps_their_figures(ledger: Ledger) -> None:
    three_candidates(ledger)
    taken = totals(ledger.charges).take(np.array([2, 1]))
    # 12 x 3 x 3 and 12 x 2 x 2
    assert taken.company[:, 0].tolist() == [108, 48]
    assert taken.month1[:, 0].tolist() == [9, 4]


def test_what_all_candidates_share_is_theirs_whichever_are_taken(ledger: Ledger) -> None:
    ledger.monthly("Shared", "hour", np.ones((1, 1)), 5.0, [ONE], category="work")
    taken = totals(ledger.charges).take(np.array([2, 1]))
    three_candidates(ledger)
    both = totals(ledger.charges).take(np.array([2]))
    assert taken.company.tolist() == [[60]]
    assert both.company.tolist() == [[168]]


def test_two_sets_of_costs_add_up(ledger: Ledger) -> None:
    three_candidates(ledger)
    one = totals(ledger.charges)
    ledger.once("Once", "server", 2.0, 10.0, [ONE], category="purchase", payer="user")
    again = totals(ledger.charges[1:])
    assert one.plus(again).company[:, 0].tolist() == [12, 48, 108]
    assert one.plus(again).user[:, 0].tolist() == [20]
    assert one.plus(again).month1[:, 0].tolist() == [21, 24, 29]


def test_words_and_source_follow_what_is_chosen_at_a_point(ledger: Ledger) -> None:
    """One candidate; which machine trains it differs between its two points."""
    ledger.once(
        ("Small machine", "Large machine"),
        ("hour", "month"),
        np.array([[8.0, 1.0]]),
        np.array([1.0, 700.0]),
        [ONE, OTHER],
        category="training",
        basis=("small", "large"),
        chosen=np.array([[0, 1]]),
    )
    small, large = (ledger.charges[0].item(0, point) for point in (0, 1))
    assert small is not None
    assert large is not None
    assert (small.name, small.unit, small.source, small.basis) == (
        "Small machine",
        "hour",
        ONE,
        "small",
    )
    assert (large.name, large.unit, large.source, large.basis) == (
        "Large machine",
        "month",
        OTHER,
        "large",
    )
    assert (small.amount_usd, large.amount_usd) == (8, 700)


def test_a_basis_may_say_the_figure_of_its_point(ledger: Ledger) -> None:
    lives = (48, 60)
    ledger.once(
        "Bought",
        "server",
        np.array([[1.0, 1.0]]),
        5.0,
        [ONE],
        category="purchase",
        basis=lambda candidate, point: f"candidate {candidate}, {lives[point]} months",
    )
    found = [ledger.charges[0].item(0, point) for point in (0, 1)]
    assert [item.basis for item in found if item] == [
        "candidate 0, 48 months",
        "candidate 0, 60 months",
    ]


def test_no_figure_keeps_the_months_alive() -> None:
    """A view of one month would hold all 120 in memory as long as the charge lives."""
    one = np.ones(1)
    ledger = Ledger(Calendar.build(120 * one, 3 * one, 8 * one, monthly=True))
    months = np.ones((5, 7, 120))
    ledger.monthly(
        "Rent",
        "hour",
        months,
        1.0,
        [ONE],
        category="compute",
        drift=Drift(np.array([10.0]), OTHER),
    )
    ledger.once("Bought", "server", np.ones((5, 7)), 1.0, [ONE], category="purchase")
    for charge in ledger.charges:
        assert charge.month1 is not None
        assert charge.month1.base is None
        for array in (charge.quantity, charge.present, charge.rate_usd):
            assert array is not None
            assert array.base is None or array.base.size <= array.size


def test_totals_alone_need_neither_present_values_nor_the_first_month(ledger: Ledger) -> None:
    quick = Ledger(ledger.calendar, full=False)
    for made in (ledger, quick):
        three_candidates(made)
    assert (quick.charges[0].present, quick.charges[0].month1) == (None, None)
    assert (totals(quick.charges).company == totals(ledger.charges).company).all()
    item = quick.charges[0].item(1)
    assert item is not None
    assert (item.amount_usd, item.npv_usd, item.month1_usd) == (48, 0, 0)


def test_drift_is_an_item_of_its_own(ledger: Ledger) -> None:
    one = np.ones(1)
    months = Calendar.build(24 * one, 0 * one, 0 * one, monthly=True)
    own = Ledger(months)
    own.monthly(
        "Rent",
        "hour",
        np.full((1, 24), 730.0),
        1.0,
        [ONE],
        category="compute",
        drift=Drift(np.array([21.0]), OTHER),
    )
    base, change = (charge.item(0) for charge in own.charges)
    assert base is not None
    assert change is not None
    assert (base.name, change.name) == ("Rent", "Rent: price change")
    assert base.amount_usd == 730 * 24  # at today's price throughout
    # month m costs 1.21^((m - 1) / 12) of today's price
    expected = sum(730 * (1.21 ** ((month - 1) / 12) - 1) for month in range(1, 25))
    assert change.amount_usd == pytest.approx(expected)
    assert change.month1_usd == 0
    assert change.source is OTHER
    assert not change.credit


def test_no_drift_leaves_no_item(ledger: Ledger) -> None:
    ledger.monthly(
        "Rent",
        "hour",
        np.ones((1, 1)),
        1.0,
        [ONE],
        category="compute",
        drift=Drift(np.zeros(1), OTHER),
    )
    assert len(ledger.charges) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_costs_of_any_shape_add_up_and_stay_what_they_were(ledger: Ledger, turned: bool) -> None:
    """5 for all, 10 and 20 by candidate, 1, 2 and 3 by point: each cell is their sum."""
    parts = [
        np.array([[5.0]]),
        np.array([[10.0], [20.0]]),
        np.array([[1.0, 2.0, 3.0]]),
        np.array([[5.0]]),
    ]
    for quantity in reversed(parts) if turned else parts:
        ledger.once("a", "unit", quantity, 1.0, [ONE], category="work")
    expected = np.array([[21.0, 22.0, 23.0], [31.0, 32.0, 33.0]])
    for _ in range(2):  # adding up changes no charge
        assert np.array_equal(totals(ledger.charges).company, expected)
