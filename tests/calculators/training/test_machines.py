"""Training on machines by the hour, by hand: the cheapest that can, experiments, storage, bounds.

One run takes 8 hours on one T100.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from calculators.evaluation import evaluate
from calculators.results import Finding, Option
from calculators.rules.vendors import lawful
from calculators.training.machines import rules_on
from pricing.book import PriceBook
from tests.calculators.world import (
    amounts,
    another_world,
    case,
    compared,
    compared_in,
    frozen,
    items,
    option,
)

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


def trained(
    venue: str = "rented", answers: str = "rented:acme/m1:on_demand", **changes: Any
) -> Option:
    return option(compared(**{**OWN, **changes}), f"{venue}>{answers}")


def test_rented_training_pays_for_every_experiment() -> None:
    """Spot at 0.40: 8 h and a tenth lost to interruptions = 8.8 h, three experiments a time.

    first 3 x 8.8 x 0.40 = 10.56; then 4 a month x 12 x 10.56 = 506.88
    """
    found = amounts(trained())
    assert found["Machines for the first training"] == pytest.approx(10.56)
    assert found["Machines for retraining"] == pytest.approx(506.88)
    # 5 GB x 0.02 x 12 months; three hours of work a time at 100 USD
    assert found["Training data stored"] == pytest.approx(1.2)
    assert found["Work for the first training"] == pytest.approx(300)
    assert found["Work for retraining"] == pytest.approx(4 * 12 * 300)


def test_spot_machines_lose_time_they_do_not_gain_it() -> None:
    found = items(trained())
    assert found["Machines for the first training"].quantity == pytest.approx(3 * 8 * 1.1)


def test_retraining_is_a_cost_per_retrain() -> None:
    found = items(trained())
    for name in ("Machines for retraining", "Work for retraining"):
        assert found[name].period == "per retrain"
    assert found["Machines for the first training"].period == "once"


@pytest.mark.parametrize("retrains", [0, 0.5, 1, 30])
def test_cost_follows_the_cadence(retrains: float) -> None:
    found = amounts(trained(retrains_per_month=retrains, training_method="fine_tune"))
    assert found.get("Machines for retraining", 0) == pytest.approx(retrains * 12 * 10.56)
    assert found["Machines for the first training"] == pytest.approx(10.56)


def test_a_faster_machine_is_taken_where_the_cheapest_is_too_slow() -> None:
    """Spot takes 8.8 h, by the hour 8, four accelerators 2: due at most every 730 / that."""
    for often, product in ((82, "acme/m1:spot"), (84, "acme/m1"), (92, "acme/m4")):
        found = trained(retrains_per_month=often, max_commitment="on_demand")
        assert (found.status, found.training_product) == ("feasible", product)
    # 84 x 3 x 8 h fill three machines under contract: 3 x 730 x 0.70 against 2,016 x 1.00
    assert trained(retrains_per_month=84).training_product == "acme/m1:1y"


def test_a_run_longer_than_its_cadence_is_refused() -> None:
    """No machine does it in less than 2 h: the cheapest one is shown, refused."""
    assert trained(retrains_per_month=364).status == "feasible"
    late = trained(retrains_per_month=366)
    assert (late.status, late.training_product) == ("infeasible", "acme/m1:spot")
    assert "One run takes 8.8 hours; retraining is due every 2.0." in late.reasons[0]


def test_the_product_that_trains_is_said_beside_the_pair() -> None:
    chosen = trained()
    assert chosen.id == "rented>rented:acme/m1:on_demand"
    assert chosen.training_product == "acme/m1:spot"
    assert chosen.label.endswith("trained on a rented machine: m1 at Acme")
    (hours,) = (item for item in chosen.explained if item.quantity == "training_hours")
    assert (hours.low, hours.mid, hours.high) == (4, 8, 16)


def test_storage_of_another_vendor_stands_in(tmp_path: Path) -> None:
    book = another_world(tmp_path, {}, without=["acme/object_storage"])
    found = compared_in(book, **OWN)
    stored = items(option(found, "rented>rented:acme/m1:on_demand"))["Training data stored"]
    assert "another vendor's price stands in" in stored.basis


def test_hours_follow_the_score_of_training() -> None:
    """4 to 16 hours a run: half and twice the machine time."""
    asked = case(scores={"training_speed": [0.0, -1.0, 1.0]}, **OWN)
    (pair,) = (
        pair
        for pair in evaluate(asked).pairs
        if (pair.plan.trained_at, pair.place.id) == ("rented", "device")
    )
    first = [
        item.amount_usd
        for point in range(3)
        for item in pair.line_items(0, point)
        if item.name == "Machines for the first training"
    ]
    assert first == pytest.approx([10.56, 5.28, 21.12])


def test_only_allowed_providers_train() -> None:
    """Each offer under each rule; of public data and all providers nothing is asked."""
    offers = case().market.trainers("hosted_instances", "hosted_training", ("on_demand",))

    def said(**changes: Any) -> list[tuple[Finding, ...]]:
        return rules_on(case(**changes), "hosted_platform", offers)

    assert not any(said())
    kept, _ = lawful(said(providers_allowed=("beta",)))
    assert [name for name, free in zip(offers.ids, kept, strict=True) if free] == [
        "beta/keep-trainer:on_demand"
    ]
    assert not lawful(said(providers_allowed=("nobody",)))[0].any()


def test_a_vendor_that_is_not_allowed_does_not_train() -> None:
    """The provider rule bounds who trains as well as who answers, with its reason and price."""
    chosen = trained(providers_allowed=("delta",))
    assert chosen.status == "infeasible"
    assert chosen.company_usd is not None
    assert "Training: Acme is not among the providers you allow." in chosen.reasons
    assert trained("owned", "owned:acme/node1", providers_allowed=("delta",)).status == "feasible"


def test_evidence_bounds_the_prices_of_training() -> None:
    weak = trained(min_confidence="A")
    (said,) = (item for item in weak.findings if item.rule == "training evidence")
    assert said.verdict == "pass"
    assert said.text == "Training: Its price rests on evidence of class A."


def test_a_vendor_that_may_see_the_data_is_preferred_to_a_cheaper_one(tmp_path: Path) -> None:
    """Half the price at a vendor that trains on what is sent: chosen for public data only."""
    book = another_world(
        tmp_path,
        {
            "rented_instances": ["delta/d1,delta,d1,rented,d,T100,1,,8,32,yes,yes,no"],
            "rental_prices": ["delta/d1/on_demand,0.2,hour"],
        },
    )
    name = "rented>owned:acme/node1"
    public = option(compared_in(book, **OWN), name)
    internal = option(compared_in(book, **OWN, training_data_sensitivity="internal"), name)
    assert (public.training_product, internal.training_product) == ("delta/d1", "acme/m1:spot")
    assert internal.status == "feasible"


def test_work_lost_on_spot_machines_follows_its_factor() -> None:
    """0.05 to 0.2 of an hour: spot at every point, each at its own hours."""
    asked = case(scores={"spot_interruptions": [0.0, -1.0, 1.0]}, **OWN)
    (pair,) = (
        pair
        for pair in evaluate(asked).pairs
        if (pair.plan.trained_at, pair.place.id) == ("rented", "device")
    )
    assert {pair.plan.product(point) for point in range(3)} == {"acme/m1:spot"}
    hours = [
        item.quantity
        for point in range(3)
        for item in pair.line_items(0, point)
        if item.name == "Machines for the first training"
    ]
    assert hours == pytest.approx([3 * 8 * 1.1, 3 * 8 * 1.05, 3 * 8 * 1.2])


def test_start_and_evaluation_are_paid_in_every_run(tmp_path: Path) -> None:
    """8 h x 1.1 evaluation x 1.1 spot + 300 s of start = 9.7633 h = 585.8 minutes.

    Billed by the minute: 586; 3 runs x 586 / 60 h x 0.40 USD.
    """
    book = another_world(
        tmp_path,
        {"billing_rules": ["any,rented,,60,0,1,1,1,1,our_assumption"]},
        assumptions={"machine_start_minutes": 5.0, "training_evaluation_share": 0.1},
    )
    found = items(option(compared_in(book, **OWN), "rented>rented:acme/m1:on_demand"))
    hours = found["Machines for the first training"].quantity / 3
    assert hours * 60 == pytest.approx(586)
    assert found["Machines for the first training"].amount_usd == pytest.approx(3 * 586 / 60 * 0.4)
    chosen = option(compared_in(book, **OWN), "rented>rented:acme/m1:on_demand")
    (told,) = (item for item in chosen.explained if item.quantity == "training_hours")
    assert told.mid == 8
    assert told.assumptions[-1].endswith("evaluation in them; 9.77 hours are billed")


def test_machines_stay_on_where_a_start_for_every_run_costs_more_or_takes_too_long(
    tmp_path: Path,
) -> None:
    """Four accelerators train 2 h and start in an hour: every 2 h, if they need not start.

    Due every 2.01 h, three experiments a time: 3 x 730 / 2.01 x 2 h = 2,179 h a month, which three
    machines do that stay on: 3 x 730 h x 12 months. The first training starts three times 3 h.
    """
    book = another_world(tmp_path, {}, assumptions={"machine_start_minutes": 60.0})
    name = "rented>rented:acme/m1:on_demand"
    in_time = option(compared_in(book, **{**OWN, "retrains_per_month": 730 / 2.01}), name)
    late = option(compared_in(book, **{**OWN, "retrains_per_month": 730 / 1.99}), name)
    assert (in_time.status, in_time.training_product) == ("feasible", "acme/m4")
    found = items(in_time)
    assert found["Machines for retraining"].quantity == pytest.approx(3 * 730 * 12)
    assert found["Machines for the first training"].quantity == pytest.approx(3 * 3)
    assert late.status == "infeasible"


def test_a_machine_is_not_kept_where_starting_it_is_cheaper(tmp_path: Path) -> None:
    """Twice a day one run of 8.8 + 1 h, started each time: 60 x 9.8 h, not 730 h."""
    book = another_world(tmp_path, {}, assumptions={"machine_start_minutes": 60.0})
    asked = {**OWN, "retrains_per_month": 60, "experiments_per_retrain": 1}
    found = items(option(compared_in(book, **asked), "rented>rented:acme/m1:on_demand"))
    assert found["Machines for retraining"].quantity == pytest.approx(12 * 60 * 9.8)


ALL_MONTH: dict[str, Any] = {
    **OWN,
    "retrains_per_month": 30,
    "data_sensitivity": "public",
}
"""30 times 3 runs of 8 h are 720 of a month's 730 hours: one machine."""
UNDER_CONTRACT = ("acme/m1/spot",)


@pytest.mark.parametrize(
    ("longest", "months", "product", "again", "left"),
    [
        # by the hour at 1.00: 12 x 720; one-year at 0.70: 12 x 730 x 0.70 = 6,132 is less
        ("on_demand", 12, "acme/m1", 12 * 720, 0),
        ("1y", 12, "acme/m1:1y", 12 * 730 * 0.7, 0),
        # three years at 0.50 are paid to their end: 36 x 365 = 13,140, against 6,132 of one year
        ("3y", 12, "acme/m1:1y", 12 * 730 * 0.7, 0),
        # over 36 months 13,140 against 18,396
        ("3y", 36, "acme/m1:3y", 36 * 730 * 0.5, 0),
        # 18 months: two years at 511 a month = 12,264, of which six months are left over; by the
        # hour 12,960, three years 13,140
        ("3y", 18, "acme/m1:1y", 18 * 730 * 0.7, 6 * 730 * 0.7),
        # 14 months by the hour are 10,080: less than two years
        ("3y", 14, "acme/m1", 14 * 720, 0),
    ],
)
def test_a_machine_that_trains_all_month_may_be_committed_to(
    tmp_path: Path, longest: str, months: int, product: str, again: float, left: float
) -> None:
    book = another_world(tmp_path, {}, without=UNDER_CONTRACT)
    asked = {**ALL_MONTH, "max_commitment": longest, "horizon_months": months}
    chosen = option(compared_in(book, **asked), "rented>owned:acme/node1")
    assert (chosen.status, chosen.training_product) == ("feasible", product)
    found = {item.name: item for item in chosen.line_items if item.category == "training"}
    (name,) = (name for name in found if name.startswith("Machines for retraining"))
    assert found[name].amount_usd == pytest.approx(again)
    assert found[name].period == "per retrain"
    rest = found.get("Commitment to train left after the period")
    assert (0 if rest is None else rest.amount_usd) == pytest.approx(left)
    assert name.endswith("commitment") == product.endswith("y")


def test_no_contract_is_signed_for_a_training_that_never_recurs(tmp_path: Path) -> None:
    book = another_world(tmp_path, {}, without=UNDER_CONTRACT)
    asked = {**ALL_MONTH, "retrains_per_month": 0, "training_method": "fine_tune"}
    chosen = option(
        compared_in(book, **asked, max_commitment="3y"), "rented>rented:acme/m1:on_demand"
    )
    assert chosen.training_product == "acme/m1"
    assert amounts(chosen)["Machines for the first training"] == pytest.approx(3 * 8 * 1.0)


def test_spot_goes_before_a_contract_where_it_costs_less() -> None:
    # 30 x 3 x 8.8 h = 792 h at 0.40 = 316.80 a month, 365 under contract; 8.8 h are no more than
    # the 24.3 between two retrainings
    found = amounts(trained(retrains_per_month=30, max_commitment="3y", horizon_months=36))
    assert found["Machines for retraining"] == pytest.approx(36 * 792 * 0.4)


def test_a_contract_keeps_the_price_of_the_month_it_begins_in(tmp_path: Path) -> None:
    """12 % a year dearer: the second year of 24 months costs 1.12 x 12 x 730 x 0.70.

    Over 18 months six of them are paid, and six are left over.
    """
    book = another_world(tmp_path, {}, without=UNDER_CONTRACT)
    asked = {**ALL_MONTH, "price_change_pct_per_year_rental": 12}
    more = 0.12 * 730 * 0.7
    for months, dearer, left in ((24, 12 * more, 0.0), (18, 6 * more, 6 * more)):
        whole = compared_in(book, **{**asked, "horizon_months": months})
        found = amounts(option(whole, "rented>owned:acme/node1"))
        name = "Machines for retraining, one-year commitment"
        assert found[name] == pytest.approx(months * 730 * 0.7)
        assert found[f"{name}: price change"] == pytest.approx(dearer)
        ends = "Commitment to train left after the period"
        assert found.get(ends, 0) == pytest.approx(6 * 730 * 0.7 if left else 0)
        assert found.get(f"{ends}: price change", 0) == pytest.approx(left)


def test_growth_leaves_a_contract_to_train_as_it_is(tmp_path: Path) -> None:
    book = another_world(tmp_path, {}, without=UNDER_CONTRACT)
    asked = {**ALL_MONTH, "horizon_months": 18, "growth_pct_per_month": 2}
    found = amounts(option(compared_in(book, **asked), "rented>owned:acme/node1"))
    assert found["Machines for retraining, one-year commitment"] == pytest.approx(18 * 511)
    assert found["Commitment to train left after the period"] == pytest.approx(6 * 511)


def test_sending_the_data_counts_for_the_cadence_and_is_not_billed(tmp_path: Path) -> None:
    """900 GB at 1,000 Mbps: 7,200 s = 2 h, before 2 h of training or while the last run goes on."""
    book = another_world(tmp_path, {}, assumptions={"dataset_upload_mbps": 1000.0})
    name = "rented>rented:acme/m1:on_demand"
    often = {**OWN, "dataset_gb": 900.0}
    in_time = option(compared_in(book, **{**often, "retrains_per_month": 730 / 2.01}), name)
    late = option(compared_in(book, **{**often, "retrains_per_month": 730 / 1.99}), name)
    assert (in_time.status, late.status) == ("feasible", "infeasible")
    assert items(in_time)["Machines for the first training"].quantity == pytest.approx(3 * 2)


def test_data_that_take_longer_to_send_than_they_have_are_refused(tmp_path: Path) -> None:
    """1,350 GB at 1,000 Mbps are 3 h: no machine that stays on makes them come every 2.9 h."""
    book = another_world(tmp_path, {}, assumptions={"dataset_upload_mbps": 1000.0})
    name = "rented>rented:acme/m1:on_demand"
    slow = {**OWN, "dataset_gb": 1350.0}
    in_time = option(compared_in(book, **{**slow, "retrains_per_month": 730 / 3.01}), name)
    late = option(compared_in(book, **{**slow, "retrains_per_month": 730 / 2.99}), name)
    assert (in_time.status, late.status) == ("feasible", "infeasible")


def test_a_lawful_machine_goes_before_a_fast_one(tmp_path: Path) -> None:
    """A fast machine of a vendor that may not see the data is no way out: refused as too slow."""
    book = another_world(
        tmp_path,
        {
            "rented_instances": ["delta/d8,delta,d8,rented,d,T100,8,,8,32,yes,yes,no"],
            "rental_prices": ["delta/d8/on_demand,1.7,hour"],
        },
    )
    name = "rented>owned:acme/node1"
    often = {**OWN, "retrains_per_month": 500}  # due every 1.46 h; eight accelerators take 1 h
    public = option(compared_in(book, **often), name)
    internal = option(compared_in(book, **often, training_data_sensitivity="internal"), name)
    assert (public.training_product, public.status) == ("delta/d8", "feasible")
    assert (internal.training_product, internal.status) == ("acme/m1:spot", "infeasible")
    assert [f.rule for f in internal.findings if f.verdict == "fail"] == ["training time"]


def spot_words(chosen: Option) -> list[str]:
    return [item.text for item in chosen.findings if item.rule == "spot price"]


SPOT_KEEPS = "spot prices keep for 30."


@pytest.mark.parametrize(
    ("read_on", "words"),
    [
        ("2025-12-02", []),  # 30 days before the price date
        (
            "2025-12-01",
            ["The spot price of m1 was read 31 days before the price date; " + SPOT_KEEPS],
        ),
    ],
)
def test_an_old_spot_price_is_said_with_its_age(
    tmp_path: Path, read_on: str, words: list[str]
) -> None:
    found = option(compared_in(spot_read(tmp_path, read_on), **OWN), "rented>owned:acme/node1")
    assert (found.training_product, found.status) == ("acme/m1:spot", "feasible")
    assert spot_words(found) == words


def spot_read(folder: Path, day: str) -> PriceBook:
    """The world with its spot price read on another day."""
    shutil.copytree(frozen(), folder, dirs_exist_ok=True)
    path = folder / "rental_prices.csv"
    lines = [
        line.replace("2025-12-31", day) if line.startswith("acme/m1/spot") else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")
    return PriceBook.load(directory=folder)
