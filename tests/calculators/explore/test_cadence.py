"""Venues from never to continuous: by hand in the invented world, and against single comparisons.

One run takes 8 hours on one T100, 8.8 where spot machines are taken away.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.explore.cadence import NAMED, Cadence, cadence
from calculators.places import UNTRAINED, VENUES
from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, another_world, compared, scenario, world

OWN: dict[str, Any] = {
    "staff_usd_per_hour": 0,
    "experiments_per_retrain": 1,
    "horizon_months": 12,
    "hosting": "office",
    "own_server_usd": 2000,
    "own_server_resale_pct": 50,
    "own_server_life_months": 24,
    "spare_instances": 0,
    "retrains_per_month": 4,
}
"""Work costs nothing, and own machines are cheap enough for a flip on one of them."""


def looked(book: PriceBook | None = None, **changes: Any) -> Cadence:
    return cadence(scenario(**{**OWN, **changes}), book or world(), MEMORY)


def test_the_grid_goes_from_never_to_every_minute_and_holds_the_own_value() -> None:
    found = looked(retrains_per_month=7.25)
    assert found.retrains_per_month[0] == 0
    assert set(NAMED) <= set(found.retrains_per_month.tolist())
    assert found.retrains_per_month[found.here] == 7.25
    assert (np.diff(found.retrains_per_month) > 0).all()
    assert found.interval_hours[0] == np.inf
    assert found.interval_hours[-1] == pytest.approx(1 / 60)


def test_an_own_value_beside_a_named_one_replaces_none() -> None:
    found = looked(retrains_per_month=30)
    assert (np.diff(found.retrains_per_month)[1:] > 1e-6).all()


def test_renting_flips_to_owning_where_the_purchase_is_paid_back() -> None:
    """A server 2,000 + 200 cabling - 1,000 sold + 60 upkeep = 1,260; a run 8 h x 0.6 kW x 0.10.

    1,260 + 0.48 r = 1.20 storage + 3.52 r: r = 1,258.8 / 3.04 = 414.08 runs, the first among them,
    in 12 months: 34.42 a month.
    """
    found = looked()
    assert found.rent_or_own.verdict == "crosses"
    assert found.rent_or_own.at == pytest.approx((1258.8 / 3.04 - 1) / 12, rel=1e-6)
    # never again: 1,260.48 against 4.72, over 12 months
    assert found.rent_or_own.gap_low_usd == pytest.approx((1260.48 - 4.72) / 12)
    said = found.rent_or_own.text
    assert said.startswith("Up to 34.4 trainings a month rented machines are cheaper to train on.")
    assert " Above 34.4 own machines are cheaper." in said
    assert " If the model is never trained again, own machines cost $105 a month more." in said


def test_never_says_by_how_much() -> None:
    """Runs under a cent, and own machines as slow as the slowest: no purchase is paid back."""
    cheap: dict[str, Any] = {
        "price.acme/m1/spot": 0.001,
        "price.acme/m1/on_demand": 0.001,
        "price.acme/m4/on_demand": 0.004,
    }
    found = looked(**cheap, own_server="acme/node1")
    own = found.rent_or_own
    assert own.verdict == "never"
    assert own.at is None
    assert own.gap_high_usd is not None
    assert own.gap_high_usd > 0
    assert own.decides == "purchase"
    assert "never the cheaper one" in own.text


def test_each_venue_costs_what_a_comparison_says_of_its_cheapest() -> None:
    found = looked()
    for point in (found.here, 10, 20):
        often = float(found.retrains_per_month[point])
        asked = {**OWN, "retrains_per_month": often, "own_model_required": True}
        single = compared(**asked)
        for name in VENUES:
            allowed = [
                item
                for item in single.options
                if item.trained_at == name and item.status == "feasible"
            ]
            costs = [item.company_usd for item in allowed if item.company_usd is not None]
            ours = found.venues[name].usd_per_month[point]
            assert np.isnan(ours) == (not costs), (name, often)
            if costs:
                assert ours * 12 == pytest.approx(min(costs)), (name, often)


def test_items_add_up_to_the_cost() -> None:
    found = looked()
    for name, item in found.venues.items():
        if not np.isnan(item.usd_per_month[found.here]):
            chosen = found.chosen(name, found.here)
            assert chosen is not None
            paid = [part for part in chosen.items if part.payer == "company"]
            total = sum(part.amount_usd for part in paid)
            assert total / 12 == pytest.approx(item.usd_per_month[found.here])
    assert found.chosen(UNTRAINED, found.here) is None


def test_untrained_is_possible_at_never_alone_and_not_where_an_own_model_is_asked_for() -> None:
    free = looked(retrains_per_month=0, own_model_required=False)
    assert np.isfinite(free.venues[UNTRAINED].usd_per_month).tolist() == [True] + [False] * (
        free.retrains_per_month.size - 1
    )
    asked = looked(own_model_required=True)
    assert np.isnan(asked.venues[UNTRAINED].usd_per_month).all()
    assert {item.code for item in asked.venues[UNTRAINED].limits} == {"own_model"}


def test_what_limits_a_venue_is_said_with_its_figures() -> None:
    """Spot machines that stay on train 8.8 h: with 4 accelerators 2 h is the least of all."""
    found = looked()
    rented = found.venues["rented"]
    late = [turn for turn, item in enumerate(rented.limits) if item.code == "run_time"]
    assert late
    assert all(found.interval_hours[turn] < 2 for turn in late)
    assert np.isnan(rented.usd_per_month[late]).all()
    last = rented.limits[-1]
    assert last.run_hours is not None
    assert last.run_hours > last.interval_hours
    assert not last.possible


def test_possible_and_priced_are_one() -> None:
    for item in looked().venues.values():
        said = [limit.possible for limit in item.limits]
        assert said == np.isfinite(item.usd_per_month).tolist(), item.id
        assert all(limit.text for limit in item.limits if not limit.possible), item.id


@pytest.mark.parametrize(
    ("word", "hourly"), [("no", "online"), ("unknown", "continuous"), ("yes", "continuous")]
)
def test_a_platform_that_does_not_learn_online_is_out_from_every_hour_on(
    tmp_path: Path, word: str, hourly: str
) -> None:
    """Eight T100 do a run in an hour: in time at 730 a month, where it must learn online."""
    fast = f"acme/eight,acme,Acme Eight,hosted_training,e,T100,8,,64,256,yes,{word},no"
    rows = {"hosted_instances": [fast], "hosted_prices": ["acme/eight/on_demand,8,hour"]}
    book = another_world(tmp_path, rows, without=["acme/trainer", "beta/keep-trainer"])
    found = looked(book, retrains_per_month=700)
    hosted, x = found.venues["hosted_platform"], found.retrains_per_month
    codes = {often: hosted.limits[np.flatnonzero(x == often)[0]].code for often in (700.0, 730.0)}
    assert codes == {700.0: "", 730.0: hourly}
    assert np.isnan(hosted.usd_per_month[x == 730][0]) == (word == "no")


def test_cost_never_falls_as_it_is_trained_more_often() -> None:
    for item in looked(staff_usd_per_hour=50).venues.values():
        known = item.usd_per_month[np.isfinite(item.usd_per_month)]
        assert (np.diff(known) >= -1e-9 * np.abs(known[1:])).all(), item.id


def test_quality_counts_only_where_both_are_given() -> None:
    assert looked().best is None
    assert looked(quality_loss_per_month=2).venues["rented"].quality_usd_per_month is None
    assert looked(quality_point_usd_per_month=2).best is None


def test_the_best_cadence_weighs_runs_against_lost_quality() -> None:
    """Renting a run costs 3.52; a point lost 60 USD and 2 points a month.

    net a month = 3.52 x + 60 x 2 / (2 x): least at x = (60 / 3.52) ^ 0.5 = 4.129.
    """
    found = looked(quality_point_usd_per_month=60, quality_loss_per_month=2)
    rented = found.venues["rented"]
    assert rented.quality_usd_per_month is not None
    x = found.retrains_per_month
    assert rented.quality_usd_per_month[x == 1].tolist() == pytest.approx([60.0])
    # never again: 12 months / 2 x 2 points x 60 USD
    assert rented.quality_usd_per_month[0] == pytest.approx(720.0)
    best = found.best_of["rented"]
    assert best is not None
    assert best.retrains_per_month == pytest.approx((60 / 3.52) ** 0.5, rel=0.01)
    assert found.best is not None
    assert found.best.net_usd_per_month <= best.net_usd_per_month


def test_never_again_is_the_best_where_nothing_is_lost_worth_a_run() -> None:
    found = looked(quality_point_usd_per_month=1e-6, quality_loss_per_month=1e-6)
    best = found.best_of["rented"]
    assert best is not None
    assert best.retrains_per_month == 0


@pytest.mark.parametrize("preset", ["celebrity_match", "deep_art", "recommender"])
def test_presets_say_what_limits_each_venue(preset: str) -> None:
    book = PriceBook.load()
    found = cadence(from_preset(preset, {}, book), book)
    for item in found.venues.values():
        assert all(limit.possible or limit.text for limit in item.limits), item.id
    said = found.rent_or_own.text
    assert not re.search(r"\de[+-]?\d", said)  # figures are written out
    assert all(len(sentence.split()) <= 25 for sentence in said.split(". "))


def test_a_line_ends_where_its_venue_does_and_shows_its_steps() -> None:
    """Celebrity match: a platform's cheap trainers are too slow above 5,105 times a month.

    There the next one costs 2,174 a month more, and none is fast enough above 5,320; the grid
    stands at 4,369 and 6,073. Asked one by one, comparisons say the same.
    """
    book = PriceBook.load(date(2026, 11, 27))
    asked = from_preset("celebrity_match", {}, book)
    made = cadence(asked, book)
    line = made.curve("hosted_platform")
    known = ~np.isnan(line.usd_per_month)
    x, usd = line.retrains_per_month[known], line.usd_per_month[known]
    assert 5_319 < x[-1] < 5_320
    possible = ~np.isnan(made.venues["hosted_platform"].usd_per_month)
    assert made.retrains_per_month[possible][-1] < 4_400
    (step,) = np.flatnonzero((x[1:] > 5_104) & (np.diff(x) < 1))
    for turn in (step, step + 1):
        own = asked.with_changes({"retrains_per_month": float(x[turn]), "own_model_required": True})
        found = compare(own, book)
        cheapest = min(
            option.company_usd or np.inf
            for option in found.options
            if option.status == "feasible" and option.trained_at == "hosted_platform"
        )
        assert usd[turn] == pytest.approx(cheapest / 36)
    assert usd[step + 1] - usd[step] == pytest.approx(2_174, abs=1)
