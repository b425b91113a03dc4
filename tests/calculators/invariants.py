"""What holds for every comparison, whatever was asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest

from calculators.places import PLACES
from calculators.results import STATUSES, Comparison, Crossing, Option

CENT = 0.01
OF_TOTAL = (
    "total_usd",
    "user_usd",
    "npv_usd",
    "monthly_usd",
    "month1_usd",
    "usd_per_1000_requests",
    "usd_per_user_month",
)
"""Figures of the company and the users together."""
RESALE = "Servers sold at the end of use"


def near(one: float | None, other: float) -> bool:
    """Equal to a cent, or to a part in 10^12 of a very large figure."""
    return one is not None and abs(one - other) <= max(CENT, 1e-12 * abs(other))


def check(found: Comparison) -> None:
    """Every invariant of every option, and of the answer."""
    check_list(found)
    for option in found.options:
        check_option(option, found)
    for option in found.best_of_kind:  # no other one has an interval
        if option.company_usd is not None:
            check_range(option)
    check_answer(found)


def check_list(found: Comparison) -> None:
    """Ids are unique; feasible options come first, cheapest first."""
    ids = [option.id for option in found.options]
    assert len(set(ids)) == len(ids)
    ranks = [STATUSES.index(option.status) for option in found.options]
    assert ranks == sorted(ranks)
    costs = [ranked(option, found) for option in found.options if option.status == "feasible"]
    assert costs == sorted(costs)
    counts = Counter(option.status for option in found.options)
    assert {
        name: number for name, number in found.options.status_counts.items() if number
    } == counts


def ranked(option: Option, found: Comparison) -> float:
    """The figure a feasible option is ranked by."""
    cost = option.ranked_usd(found.scenario.rank_by)
    assert cost is not None, option.id
    return cost


def check_option(option: Option, found: Comparison) -> None:
    """Status, money and findings of one option agree with each other."""
    fails = [finding for finding in option.findings if finding.verdict == "fail"]
    assert bool(fails) == (option.status in ("infeasible", "not_offered")), option.id
    if option.status == "infeasible":
        assert any(fail.change or fail.rule == "training" for fail in fails), option.id
    if option.status == "incomplete":
        assert option.missing or option.to_confirm, option.id
    if option.status in ("feasible", "pointless"):
        assert not option.to_confirm, option.id
    if option.status == "pointless":
        assert option.device_share in (0, pytest.approx(1)), option.id
    if option.status == "feasible":
        assert option.served_share > 0, option.id
    assert all(finding.text.strip() for finding in option.findings), option.id
    check_known(option, found)


def check_known(option: Option, found: Comparison) -> None:
    """What is not known has no figure; what is known adds up."""
    if option.missing or option.status == "not_offered":
        assert option.total_usd is None, option.id
    if option.total_usd is None:
        assert [getattr(option, name) for name in OF_TOTAL] == [None] * len(OF_TOTAL), option.id
    if option.company_usd is None:
        assert option.status in ("incomplete", "infeasible", "not_offered"), option.id
        assert option.total_usd is None, option.id
        assert (option.range, option.low_usd, option.high_usd) == (None, None, None), option.id
        assert option.line_items == (), option.id
    else:
        check_money(option, found)


def check_money(option: Option, found: Comparison) -> None:
    """Totals are the sums of the items; every derived figure follows from them."""
    items = option.line_items
    assert items, option.id
    by_payer = {
        payer: math.fsum(item.amount_usd for item in items if item.payer == payer)
        for payer in ("company", "user")
    }
    assert near(option.company_usd, by_payer["company"]), option.id
    check_items(option)
    if option.total_usd is None:
        return
    total = math.fsum(item.amount_usd for item in items)
    assert near(option.total_usd, total), option.id
    assert near(option.user_usd, by_payer["user"]), option.id
    assert near(option.npv_usd, math.fsum(item.npv_usd for item in items)), option.id
    assert near(option.month1_usd, math.fsum(item.month1_usd for item in items)), option.id
    assert near(option.monthly_usd, total / found.scenario.horizon_months), option.id
    figures = [value for name in OF_TOTAL if (value := getattr(option, name)) is not None]
    assert all(map(math.isfinite, figures)), option.id


def check_range(option: Option) -> None:
    """The interval of each figure is one, of amounts that can be."""
    found = option.range
    assert found is not None, option.id
    is_interval(found.company_low_usd, found.company_high_usd, option.id)
    if option.total_usd is None:
        assert (option.low_usd, option.high_usd) == (None, None), option.id
    else:
        is_interval(option.low_usd, option.high_usd, option.id)


def is_interval(low: float | None, high: float | None, name: str) -> None:
    """Finite, and the low end is below the high one. The middle values may lie outside.

    Many skewed causes together may cost more than all of them at their middle in 9 of 10 draws.
    """
    assert low is not None, name
    assert high is not None, name
    assert all(map(math.isfinite, (low, high))), name
    assert low <= high, name


def check_items(option: Option) -> None:
    """quantity x rate = amount, from a named source; only credits are negative."""
    for item in option.line_items:
        where = (option.id, item.name)
        parts = (item.quantity, item.rate_usd, item.amount_usd, item.npv_usd, item.month1_usd)
        assert all(map(math.isfinite, parts)), where
        assert near(item.amount_usd, item.quantity * item.rate_usd), where
        assert item.source.title.strip(), where
        assert item.unit.strip(), where
        assert item.quantity != 0, where
        if item.amount_usd < 0:
            assert item.credit, where
            assert item.name == RESALE or item.name.endswith("price change"), where
        if item.credit:
            assert item.amount_usd <= 0, where


def check_answer(found: Comparison) -> None:
    """The answer is the cheapest feasible option, and what is said around it fits."""
    feasible = [option for option in found.options if option.status == "feasible"]
    best = found.cheapest
    if not feasible:
        assert best is None
        assert found.runner_up is None
        assert found.survives_labour is None
    else:
        assert best is not None
        assert ranked(best, found) == min(ranked(option, found) for option in feasible)
        others = [option for option in feasible if option.kind != best.kind]
        expected = min((ranked(option, found) for option in others), default=None)
        assert (None if found.runner_up is None else ranked(found.runner_up, found)) == expected
    assert found.sentence.strip()
    assert found.reason.strip()
    assert all(word not in found.reason + found.sentence for word in ("nan", "inf ", "None"))
    best_of = {option.kind: option.status for option in found.best_of_kind}
    assert sorted(best_of) == sorted(PLACES)
    shut = {kind for kind, status in best_of.items() if status not in ("feasible", "pointless")}
    assert {item.kind for item in found.excluded} == shut
    assert all(item.text.strip() for item in found.excluded)


def check_exploration(found: Comparison) -> None:
    """Curves, crossings and flips are finite and inside their axis."""
    for curve in found.curves:
        assert all(x > 0 for x in curve.x)
        assert list(curve.x) == sorted(curve.x)
        assert not any(map(math.isinf, curve.monthly_usd))
    for pair in found.break_even:
        assert pair.text
        inside = [crossing for crossing in pair.crossings if crossing.at]
        assert [item.at for item in inside] == sorted(item.at for item in inside)
        for crossing in inside:
            assert pair.axis_low <= crossing.at <= pair.axis_high
            assert 0 < crossing.low <= crossing.at <= crossing.high < math.inf
            assert {crossing.below, crossing.above} == {pair.first, pair.second}
        check_alternation(pair.crossings, (pair.first, pair.second))
    for flip in found.flips:
        here = found.scenario.requests_per_month
        assert flip.at > here if flip.direction == "above" else flip.at < here
        assert flip.to_kind
        assert flip.to_label


def check_alternation(crossings: Iterable[Crossing], kinds: tuple[str, str]) -> None:
    """The side that is cheaper above one crossing is the cheaper one below the next."""
    sides = [(item.below, item.above) for item in crossings]
    for (_, above), (below, _) in pairwise(sides):
        assert above == below, kinds
