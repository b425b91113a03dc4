"""Two options over the months, by hand in the invented world; any two of a real comparison."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.compare import compare
from calculators.explore.payback import TODAY, Payback, payback
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared, option, scenario, world

ACME, DELTA = "none>managed_api:acme/faces", "none>managed_api:delta/faces"
RENTED, OWNED = "none>rented:acme/m4:on_demand", "none>owned:acme/node1"
SMALL: dict[str, Any] = {"requests_per_month": 200_000, "horizon_months": 60}
BOOK = PriceBook.load()


def between(a: str, b: str, **changes: Any) -> Payback:
    return payback(scenario(**SMALL | changes), world(), a, b, MEMORY)


def test_a_purchase_overtakes_renting() -> None:
    found = between(OWNED, RENTED)
    # own: 2 x 20,000 + 10 % cabling + 4,000 set-up at the start; a month 267.80 / 12 power,
    # 240 hosting, 100 maintenance, 400 work, 20 failures and 0.04 / 12 transit
    own = 267.8 / 12 + 240 + 100 + 400 + 20 + 0.04383561644 / 12
    # rented: 3,000 set-up; a month 2 x 730 x 4 + 300 work + 18.25 balancer + 0.447 / 12 egress
    rent = 5840 + 300 + 18.25 + 0.447034835815 / 12
    assert found.a_usd is not None
    assert found.b_usd is not None
    np.testing.assert_allclose(found.a_usd[:3], [48_000, 48_000 + own, 48_000 + 2 * own])
    np.testing.assert_allclose(found.b_usd[:3], [3_000, 3_000 + rent, 3_000 + 2 * rent])
    (turn,) = found.crossings
    assert turn.month == pytest.approx(45_000 / (rent - own))  # 8.37 months
    assert turn.cheaper_after == OWNED
    assert found.verdict == "crosses"


def test_swapped_sides_mirror() -> None:
    one, other = between(OWNED, RENTED), between(RENTED, OWNED)
    assert one.crossings == other.crossings
    assert one.gap_end_usd is not None
    assert one.gap_end_usd == pytest.approx(-(other.gap_end_usd or 0))


def test_dearer_at_the_start_and_in_every_month_is_never_cheaper() -> None:
    # both 1,000 of set-up; 299 a month against 180
    found = between(ACME, DELTA)
    assert (found.verdict, found.crossings) == ("never", ())
    assert found.gap_end_usd == pytest.approx(-119 * 60)
    assert between(DELTA, ACME).verdict == "always"
    assert between(ACME, ACME).verdict == "equal"


def test_growth_brings_the_month_forward() -> None:
    # Acme and own machines, at a volume that doubles every month: 200,000 x 2^(m - 1)
    steady = between(OWNED, ACME).crossings
    grown = between(OWNED, ACME, growth_pct_per_month=20).crossings
    assert steady == ()
    assert grown
    assert grown[0].cheaper_after == OWNED
    found = between(ACME, DELTA, growth_pct_per_month=100, horizon_months=3)
    assert found.a_usd is not None
    # 1,000; 100 + 199; 100 + 399; 100 + 799
    np.testing.assert_allclose(found.a_usd, [1_000, 1_299, 1_798, 2_697])


def test_against_today_the_switch_is_borne() -> None:
    found = payback(scenario(**SMALL, today=ACME), world(), DELTA, TODAY, MEMORY)
    (turn,) = found.crossings
    assert turn.month == pytest.approx(3_699 / 119)  # see test_baseline
    assert turn.cheaper_after == DELTA
    assert found.b_usd is not None
    assert found.b_usd[0] == 0
    with pytest.raises(ValueError, match="nothing the user has today"):
        between(DELTA, TODAY)


def test_what_is_not_priced_is_not_comparable() -> None:
    found = between("none>owned:acme/dark", ACME)
    assert (found.verdict, found.gap_end_usd, found.crossings) == ("not_comparable", None, ())
    assert found.b_usd is not None


NAMES = sorted(presets(BOOK))


@settings(max_examples=12, deadline=None)
@given(
    preset=st.sampled_from(NAMES),
    months=st.integers(1, 70),
    growth=st.sampled_from([0.0, 4.0]),
    rank_by=st.sampled_from(["company", "company_and_user"]),
    turn=st.integers(0, 1000),
)
def test_the_cumulative_cost_ends_at_what_is_ranked(
    preset: str, months: int, growth: float, rank_by: str, turn: int
) -> None:
    asked = from_preset(
        preset,
        {"horizon_months": months, "growth_pct_per_month": growth, "rank_by": rank_by},
        BOOK,
    )
    found = compare(asked, BOOK)
    priced = [o for o in found.best_of_pair if o.ranked_usd(rank_by) is not None]
    a, b = priced[turn % len(priced)], priced[-1 - turn % len(priced)]
    made = payback(asked, BOOK, a.id, b.id)
    for one, usd in ((a, made.a_usd), (b, made.b_usd)):
        assert usd is not None
        assert usd[-1] == pytest.approx(one.ranked_usd(rank_by), rel=1e-9, abs=0.005)
        assert usd.size == months + 1
    gap = (b.ranked_usd(rank_by) or 0) - (a.ranked_usd(rank_by) or 0)
    assert made.gap_end_usd == pytest.approx(gap, rel=1e-6, abs=0.01)


def test_the_options_are_those_of_the_comparison() -> None:
    usd = between(OWNED, RENTED).a_usd
    assert usd is not None
    assert option(compared(**SMALL), OWNED).company_usd == pytest.approx(usd[-1])
