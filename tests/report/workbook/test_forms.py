"""Formulas of quantities: by hand, against the engine's own contracts and purchases, and found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.accounts.calendar import Calendar
from calculators.arrays import Array
from calculators.costs.fleet import Sizing, committed
from calculators.costs.ownership import Resale, own
from report.workbook import forms
from report.workbook.forms import Fixed, Monthly, Sum, Tiered

ONE_EACH = Sizing(usable_rps=1.0, replicas=1.0, spare=0.0, peak_per_request=1.0)
"""As many machines as requests."""
MACHINES = forms.Machines(ONE_EACH)


def months(*values: float) -> Array:
    """One situation: nothing at the start, then these months."""
    return np.array([[0.0, *values]])


def of(driver: forms.Driver, *values: float) -> list[float]:
    """A driver at machines by month, without the start where it has none."""
    found = forms.values([driver], months(*values))[driver][0]
    return [float(value) for value in found]


@pytest.mark.parametrize(
    ("requests", "machines"),
    [
        # 10 requests/s at the peak over 3 a copy: 4 copies, 2 a machine: 2, one spare: 3
        (100.0, 3.0),
        # 12 / 3 = 4 copies exactly: no fifth
        (120.0, 3.0),
        # 12.1 / 3: 5 copies, 3 machines, one spare
        (121.0, 4.0),
        # nothing: the least, and the spare one
        (0.0, 2.0),
    ],
)
def test_whole_machines(requests: float, machines: float) -> None:
    sizing = Sizing(usable_rps=3.0, replicas=2.0, spare=1.0, peak_per_request=0.1)
    assert sizing.machines(np.array([requests])) == [machines]


def test_units_of_an_endpoint_come_in_steps() -> None:
    # 25 / 10: 3 units; in steps of 2 each counts double: 6; at least 4
    sizing = Sizing(10.0, 1.0, 0.0, 1.0, least=4.0, step=2.0)
    assert list(sizing.machines(np.array([25.0, 5.0]))) == [6.0, 4.0]


def test_contracts_are_renewed_while_needed() -> None:
    # two months each: 1 begins in month 1, again in 3 beside the one that is added
    begun = forms.Begun(MACHINES, 2)
    assert of(begun, 1, 1, 2, 2, 2) == [0, 1, 0, 2, 0, 2]
    assert of(forms.Paid(begun), 1, 1, 2, 2, 2) == [0, 1, 1, 2, 2, 2]
    # the two of month 5 run one month longer
    assert of(forms.Left(begun), 1, 1, 2, 2, 2) == [0, 0, 0, 0, 0, 2]


def test_fewer_machines_are_contracted_anew_after_a_term() -> None:
    begun = forms.Begun(MACHINES, 2)
    assert of(begun, 3, 2, 1) == [0, 3, 0, 1]
    assert of(forms.Paid(begun), 3, 2, 1) == [0, 3, 3, 1]


def test_servers_are_replaced_and_sold() -> None:
    # life 2: one bought at the start and again after month 2; one more after month 1 for month 2
    bought = forms.Bought(MACHINES, 2)
    assert of(bought, 1, 2, 2) == [1, 1, 1, 0]
    # at the end of month 2 the first of two months (left 0.5); at the end one of 2, one of 1 month
    sold = forms.Sold(bought, (1.0, 0.75, 0.5, 0.25))
    assert of(sold, 1, 2, 2) == [0, 0, 0.5, 0.5 + 0.75]


NEEDS = st.lists(st.integers(0, 9), min_size=1, max_size=30).map(sorted)
FALLS = st.booleans()


def calendar(horizon: int) -> Calendar:
    one = np.array([float(horizon)])
    return Calendar.build(one, np.zeros(1), np.array([8.0]), monthly=True)


@settings(max_examples=40)
@given(need=NEEDS, falls=FALLS, term=st.sampled_from([12, 36, 5]))
def test_contracts_are_the_engines(need: list[int], falls: bool, term: int) -> None:
    need = need[::-1] if falls else need
    sizing = Sizing(1.0, 1.0, 0.0, 1.0, least=0.0)
    begun = forms.Begun(forms.Machines(sizing), term)
    known = forms.values([forms.Paid(begun), forms.Left(begun)], months(*need))
    engine = committed(np.array([[need]], dtype=float), calendar(len(need)), term)
    assert known[forms.Paid(begun)][0, 1:] == pytest.approx(engine.paid[0, 0])
    assert known[forms.Left(begun)][0].sum() == pytest.approx(engine.left[0, 0])


@settings(max_examples=40)
@given(need=NEEDS, falls=FALLS, life=st.integers(1, 40))
def test_servers_are_the_engines(need: list[int], falls: bool, life: int) -> None:
    need = need[::-1] if falls else need
    machines = forms.Machines(Sizing(1.0, 1.0, 0.0, 1.0, least=0.0))
    resale = Resale(np.array([0.1]), np.array([0.25]))
    ages = np.arange(max(len(need), life) + 1.0)
    bought = forms.Bought(machines, life)
    sold = forms.Sold(bought, tuple(resale.left(ages).tolist()))
    known = forms.values([sold], months(*need))
    engine = own(
        np.array([[need]], dtype=float),
        calendar(len(need)),
        np.array([float(life)]),
        resale,
        by_month=True,
    )
    assert engine.schedule is not None
    assert known[bought][0] == pytest.approx(engine.schedule.bought[0, 0])
    assert known[sold][0] == pytest.approx(engine.schedule.sold[0, 0])


def test_a_band_after_free_units() -> None:
    # two parts of 60 units each; free 10, band from 0 to 50: 40 of each; beyond: 10 of each
    units = Sum(((forms.Requests(), 0.5),))
    known = forms.values([], months(120.0))
    free = np.array([0.0, 10.0])
    low = Tiered(units, 0.0, 50.0, free, parts=2.0)
    high = Tiered(units, 50.0, np.inf, free, parts=2.0)
    assert forms.quantity(low, known)[0, 1] == 80.0
    assert forms.quantity(high, known)[0, 1] == 20.0


# ------------------------------------------------------------------------------------- found

VOLUMES = np.array([[0.0, 10, 10], [0, 20, 20], [0, 5, 5], [0, 10, 30]])
ALIKE = np.ones(4, dtype=bool)


def found(asked: Array, *drivers: forms.Driver) -> forms.Fit:
    return forms.fit(asked, forms.values(drivers, VOLUMES), ALIKE)


def test_what_never_changes_is_fixed() -> None:
    fit = found(np.array([[7.0, 1, 2]] * 4))
    assert isinstance(fit.form, Fixed)
    assert fit.everywhere


def test_what_follows_requests_is_proportional() -> None:
    fit = found(VOLUMES * 0.25)
    assert isinstance(fit.form, Sum)
    ((driver, times),) = fit.form.terms
    assert driver == forms.Requests()
    assert times == pytest.approx(0.25)
    assert fit.everywhere


def test_machines_and_requests_together() -> None:
    # idle and by load: 2 a machine of 4 requests, and 0.5 a request
    machines = forms.Machines(Sizing(4.0, 1.0, 0.0, 1.0))
    count = np.zeros_like(VOLUMES)
    count[:, 1:] = np.ceil(VOLUMES[:, 1:] / 4)
    fit = found(2 * count + 0.5 * VOLUMES, machines)
    assert isinstance(fit.form, Sum)
    assert {driver: round(times, 9) for driver, times in fit.form.terms} == {
        forms.Requests(): 0.5,
        machines: 2.0,
    }
    assert fit.everywhere


def test_what_changes_by_month_keeps_a_figure_of_each() -> None:
    asked = VOLUMES * np.array([0.0, 1.0, 0.9])
    fit = found(asked)
    assert isinstance(fit.form, Monthly)
    assert list(fit.form.each) == pytest.approx([0.0, 1.0, 0.9])
    assert fit.everywhere


def test_what_no_form_gives_stays_the_apps_own_figure() -> None:
    fit = found(np.sqrt(VOLUMES))
    assert isinstance(fit.form, Fixed)
    assert list(fit.form.months) == list(np.sqrt(VOLUMES[0]))
    assert list(fit.holds) == [True, False, False, False]


def test_a_part_that_takes_away_is_no_form() -> None:
    # 3 - machines fits two situations by chance and means nothing
    machines = forms.Machines(Sizing(10.0, 1.0, 0.0, 1.0))
    asked = np.array([[0.0, 2, 2], [0, 1, 1], [0, 2, 2], [0, 2, 1]])
    fit = found(asked, machines)
    assert isinstance(fit.form, Fixed)
