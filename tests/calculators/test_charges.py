"""Line items: quantity x rate = amount; unknown is never 0; credits alone are negative."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.calendar import Calendar
from calculators.charges import Ledger, totals
from pricing.book import Source

ONE, OTHER = Source("one", "", None, "A"), Source("other", "", None, "B")


@pytest.fixture
def ledger() -> Ledger:
    one = np.ones(1)
    return Ledger(Calendar.build(12 * one, 0 * one, 0 * one, monthly=False))


def test_amount_is_quantity_times_rate_over_the_horizon(ledger: Ledger) -> None:
    ledger.monthly("Machines", "hour", np.full((1, 1), 730.0), 1.25, [ONE])
    item = ledger.charges[0].item(0)
    assert item is not None
    # 730 hours x 12 months = 8,760 hours x 1.25 USD = 10,950 USD
    assert (item.quantity, item.rate_usd, item.amount_usd) == (8760, 1.25, 10_950)
    assert item.month1_usd == 912.5
    assert (item.unit, item.period, item.payer) == ("hour", "monthly", "company")
    assert not item.credit
    assert item.source is ONE


def test_payers_are_added_apart(ledger: Ledger) -> None:
    ledger.monthly("Company", "hour", np.ones((1, 1)), 2.0, [ONE])
    ledger.monthly("User", "hour", np.ones((1, 1)), 3.0, [ONE], payer="user")
    found = totals(ledger.charges, 1, 1)
    assert (found.company[0, 0], found.user[0, 0], found.total[0, 0]) == (24, 36, 60)


def test_a_missing_rate_makes_the_total_unknown_not_smaller(ledger: Ledger) -> None:
    ledger.monthly("Known", "hour", np.ones((1, 1)), 2.0, [ONE])
    ledger.monthly("Unknown", "hour", np.ones((1, 1)), float("nan"), [ONE])
    assert np.isnan(totals(ledger.charges, 1, 1).company[0, 0])


def test_nothing_of_something_unpriced_costs_nothing(ledger: Ledger) -> None:
    ledger.monthly("Known", "hour", np.ones((1, 1)), 2.0, [ONE])
    ledger.monthly("Unknown", "hour", np.zeros((1, 1)), float("nan"), [ONE])
    assert totals(ledger.charges, 1, 1).company[0, 0] == 24
    assert ledger.charges[1].item(0) is None


def test_each_candidate_keeps_its_own_name_unit_and_source(ledger: Ledger) -> None:
    ledger.monthly(
        ("By the hour", "By the second"), ("hour", "second"),
        np.array([[[730.0]], [[730.0 * 3600]]]), np.array([[1.0], [1 / 3600]]), [ONE, OTHER],
        basis=("first", "second"),
    )  # fmt: skip
    found = [ledger.charges[0].item(index) for index in (0, 1)]
    assert all(found)
    assert [item.name for item in found if item] == ["By the hour", "By the second"]
    assert [item.unit for item in found if item] == ["hour", "second"]
    assert [item.source.title for item in found if item] == ["one", "other"]
    # the same machine, whichever unit its vendor bills in
    assert [item.amount_usd for item in found if item] == pytest.approx([8760, 8760])


def test_taking_some_candidates_keeps_their_figures(ledger: Ledger) -> None:
    ledger.monthly(
        ("A", "B", "C"), "hour", np.array([[[1.0]], [[2.0]], [[3.0]]]),
        np.array([[1.0], [2.0], [3.0]]), [ONE, OTHER, ONE],
    )  # fmt: skip
    taken = ledger.charges[0].take([2, 1])
    item = taken.item(0)
    assert item is not None
    assert (item.name, item.amount_usd, item.source.title) == ("C", 108, "one")
    assert taken.amount_usd[:, 0].tolist() == [108, 48]


def test_drift_is_an_item_of_its_own(ledger: Ledger) -> None:
    one = np.ones(1)
    months = Calendar.build(24 * one, 0 * one, 0 * one, monthly=True)
    own = Ledger(months)
    own.monthly("Rent", "hour", np.full((1, 24), 730.0), 1.0, [ONE], drift_pct=np.array([21.0]),
                drift_source=OTHER)  # fmt: skip
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
    ledger.monthly("Rent", "hour", np.ones((1, 1)), 1.0, [ONE], drift_pct=np.zeros(1),
                   drift_source=OTHER)  # fmt: skip
    assert len(ledger.charges) == 1
