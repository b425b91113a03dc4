"""Today as the baseline, by hand in the invented world.

200,000 requests a month. Acme Faces: set-up 10 h x 100 = 1,000; a month 1 h x 100 + 199,000 (1,000
are free) x 0.001 = 299. Delta Faces: set-up 1,000; a month 100 + 200,000 x 0.0004 = 180. Leaving:
24 h x 100 = 2,400 at once and one month of both.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calculators.answer import baseline_words
from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison, Today
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.costs.test_ending import CHAT, ending
from tests.calculators.world import compared, compared_in, option, scenario

ACME, DELTA, GAMMA = (f"none>managed_api:{name}/faces" for name in ("acme", "delta", "gamma"))
OWNED = "none>owned:acme/node1"
SMALL: dict[str, Any] = {"requests_per_month": 200_000, "horizon_months": 60}


def now(found: Comparison) -> Today:
    assert found.today is not None
    return found.today


def test_staying_costs_what_is_still_to_be_paid() -> None:
    found = compared(**SMALL, today=ACME)
    stays = now(found)
    assert stays.id == ACME
    assert stays.status == "feasible"
    assert (stays.total_usd, stays.monthly_usd) == (299 * 60, 299)
    assert stays.npv_usd == pytest.approx(299 * 60)  # nothing is discounted here
    assert option(found, ACME).company_usd == 1000 + 299 * 60  # as an option it is set up anew


def test_leaving_costs_the_move_and_a_month_of_both() -> None:
    items = now(compared(**SMALL, today=ACME)).switch_items
    assert [(item.quantity, item.rate_usd, item.amount_usd) for item in items] == [
        (24, 100, 2400),
        (1, 299, 299),
    ]
    assert now(compared(**SMALL, today=ACME)).switch_usd == 2699
    assert items[1].source.title.startswith("Our assumption: ")


def test_an_option_saves_what_its_running_saves_less_the_switch() -> None:
    saving = now(compared(**SMALL, today=ACME)).savings[DELTA]
    # (299 x 60 - (1,000 + 180 x 60) - 2,699) / 60
    assert saving.usd_per_month == pytest.approx((17_940 - 11_800 - 2_699) / 60)
    # 3,400 at once and 299 in month 1 are won back by 119 a month
    assert saving.paid_back_month == pytest.approx(3_699 / 119)


def test_what_does_not_pay_back_inside_the_horizon_never_does() -> None:
    # 31.08 months are needed
    late = now(compared(**SMALL | {"horizon_months": 31}, today=ACME)).savings[DELTA]
    assert late.paid_back_month is None
    assert late.usd_per_month == pytest.approx((119 * 31 - 3_699) / 31)
    soon = now(compared(**SMALL | {"horizon_months": 32}, today=ACME)).savings[DELTA]
    assert soon.paid_back_month == pytest.approx(3_699 / 119)


def test_what_one_has_saves_nothing_and_is_not_switched_to() -> None:
    saving = now(compared(**SMALL, today=ACME)).savings[ACME]
    assert (saving.usd_per_month, saving.paid_back_month) == (0, None)


def test_the_headline_says_to_stay_where_that_is_cheapest() -> None:
    short = compared(**SMALL | {"horizon_months": 12}, today=ACME)
    assert now(short).stays
    assert short.sentence.endswith("; cheapest is to stay with what you have, at $299 a month")
    assert "would cost" in baseline_words.line(short)
    long = compared(**SMALL, today=ACME)
    assert not now(long).stays
    assert "stay" not in long.sentence
    assert baseline_words.line(long) == (
        "What you have today (Acme Faces) costs $299 a month from here on. Switching to Delta "
        "Faces saves $57.40 a month, $2,700 of switching included, and pays for itself after "
        "31.1 months."
    )


def test_without_anything_today_nothing_is_said() -> None:
    found = compared(**SMALL)
    assert found.today is None
    assert baseline_words.line(found) == ""


def test_own_machines_are_not_bought_again_but_replaced_and_sold() -> None:
    found = compared(**SMALL, today=OWNED)
    bought = [item for item in option(found, OWNED).line_items if item.period == "once"]
    start = {item.name: item.amount_usd for item in bought}
    # two servers at 20,000 with 10 % cabling at the start and again after 48 months
    assert start["Servers bought"] == 80_000
    assert start["Network and cabling"] == 8_000
    whole = option(found, OWNED).company_usd
    assert whole is not None
    # what falls away: the first two servers with cabling, and 40 h of set-up
    assert now(found).total_usd == pytest.approx(whole - 44_000 - 4_000)


def test_a_bill_grows_with_the_requests_its_fixed_part_does_not() -> None:
    grown = compared(
        **SMALL | {"horizon_months": 3},
        growth_pct_per_month=100,
        today_usd_per_month=100,
        today_fixed_usd_per_month=50,
    )
    stays = now(grown)
    # 100 + 200 + 400 and three times 50
    assert (stays.id, stays.status, stays.label) == (None, None, "What you pay today")
    assert stays.total_usd == pytest.approx(700 + 150)
    # 2,400 of moving and the 150 of month 1
    assert stays.switch_usd == pytest.approx(2_550)
    fixed = now(compared(**SMALL, today_fixed_usd_per_month=50))
    assert fixed.total_usd == 50 * 60


def test_a_fixed_part_comes_on_top_of_an_option() -> None:
    assert now(compared(**SMALL, today=ACME, today_fixed_usd_per_month=1)).monthly_usd == 300


def test_an_option_and_a_bill_are_refused_together() -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario(today=ACME, today_usd_per_month=5)
    assert [item.field for item in refused.value.bad] == ["today_usd_per_month"]


@pytest.mark.parametrize(
    "name", ["none>managed_api:acme/nothing", "acme/faces", "none>nowhere:acme/faces", ">", "x" * 9]
)
def test_what_the_edition_does_not_hold_is_refused_by_name(name: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        compared(**SMALL, today=name)
    (bad,) = refused.value.bad
    assert (bad.field, bad.value) == ("today", name)
    assert "such as none>" in bad.allowed


def test_a_forbidden_today_stays_the_baseline_and_is_marked() -> None:
    found = compared(**SMALL, today=ACME, data_sensitivity="on_premises")
    stays = now(found)
    assert stays.status == "infeasible"
    assert stays.monthly_usd == 299
    assert "not allowed under these requirements" in baseline_words.line(found)
    assert "stay" not in found.sentence  # what a rule forbids is not advised


@pytest.mark.parametrize("days", [30, 89])
def test_an_early_end_refuses_all_but_what_is_used_today(days: int, tmp_path: Path) -> None:
    day = date.fromordinal(date(2026, 1, 1).toordinal() + days)
    book = ending(tmp_path, day.isoformat())
    gamma = "none>managed_api:gamma/chat"
    plain = option(compared_in(book, **CHAT), gamma)
    assert plain.status == "infeasible"
    used = compared_in(book, **CHAT, today=gamma)
    assert option(used, gamma).status == "feasible"
    assert now(used).status == "feasible"
    moved = [i for i in option(used, gamma).line_items if i.name == "Work to move to another model"]
    assert [item.amount_usd for item in moved] == [2_400]  # 24 h x 100, in that month
    # the hybrid in front of it would be built anew, and stays refused
    hybrid = used.option("none>device+managed_api:gamma/chat")
    assert hybrid is None or hybrid.status != "feasible"


def test_nothing_else_moves_with_a_today() -> None:
    plain, used = compared(**SMALL), compared(**SMALL, today=ACME)
    assert [o.id for o in plain.options] == [o.id for o in used.options]
    assert [o.total_usd for o in plain.options] == [o.total_usd for o in used.options]
    assert set(PLACES) >= {o.kind for o in used.options}


def test_the_rest_of_a_commitment_is_owed_half_of_it_where_nobody_says_when_it_began() -> None:
    name = "hosted_platform>rented:aws/inf2.xlarge:3y"
    book = PriceBook.load()
    changed = {"requests_per_month": 1e8, "max_commitment": "3y", "today": name}
    found = compare(from_preset("deep_art", changed, book), book)
    chosen = found.option(name)
    assert chosen is not None
    (rent,) = (item for item in chosen.line_items if item.source.key.endswith("/3y"))
    # 2 machines of which each month has 730 h; 36 / 2 months less the one in which both are paid
    monthly = 2 * 730 * rent.rate_usd
    (owed,) = (item for item in now(found).switch_items if item.name == "Rest of the commitment")
    assert (owed.quantity, owed.unit) == (17, "month")
    assert owed.amount_usd == pytest.approx(17 * monthly)
    assert owed.source == rent.source
    assert now(found).switch_usd == pytest.approx(
        sum(i.amount_usd for i in now(found).switch_items)
    )


def test_how_much_of_a_term_is_left_may_be_said() -> None:
    """A tenth of 36 months: 3.6, less the one in which both are paid."""
    book = PriceBook.load()
    changed = {
        "requests_per_month": 1e8,
        "max_commitment": "3y",
        "today": "hosted_platform>rented:aws/inf2.xlarge:3y",
        "assume.commitment_term_left": 0.1,
    }
    found = compare(from_preset("deep_art", changed, book), book)
    (owed,) = (item for item in now(found).switch_items if item.name == "Rest of the commitment")
    assert owed.quantity == pytest.approx(2.6)


def test_what_is_rented_by_the_hour_owes_nothing() -> None:
    names = [item.name for item in now(compared(**SMALL, today=ACME)).switch_items]
    assert "Rest of the commitment" not in names
