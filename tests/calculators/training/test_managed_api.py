"""Training inside a managed API, by hand: its own charge, its own answers, models taken away."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.costs import run_time
from calculators.evaluation import evaluate
from calculators.places import VENUES
from calculators.training.managed_api import (
    export_plan,
    own_charges,
    quantity_per_run,
)
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


OWN_FACES = "managed_api>managed_api:acme/own-faces"


def test_a_service_trains_itself_at_its_own_charge() -> None:
    """Two hours a run (assumption) at 4 USD, three runs: once, and four times a month."""
    chosen = option(compared(**OWN), OWN_FACES)
    assert chosen.training_product == "acme/own-faces"
    found = amounts(chosen)
    assert found["First training"] == pytest.approx(3 * 2 * 4.0)
    assert found["Retraining"] == pytest.approx(12 * 4 * 3 * 2 * 4.0)
    assert found["Work for the first training"] == pytest.approx(100)


def test_each_service_has_a_charge_of_its_own() -> None:
    asked = case(**OWN)
    services = asked.market.services("face_match")
    (row,) = (row for row in services.rows if row.trainable == "yes")
    charges, gap = own_charges(asked, row)
    assert [charge.name for charge in charges] == ["First training", "Retraining"]
    assert gap == ""


def test_a_service_without_a_price_of_training_is_incomplete(tmp_path: Path) -> None:
    book = another_world(tmp_path, {}, without=["acme/own-faces/training"])
    chosen = option(compared_in(book, **OWN), OWN_FACES)
    assert (chosen.status, chosen.company_usd) == ("incomplete", None)
    assert chosen.missing == ("Acme Faces of your own: training price",)


def test_hours_of_the_vendor_follow_their_factor() -> None:
    """1 to 4 hours billed for a run."""
    asked = case(scores={"managed_training": [0.0, -1.0, 1.0]}, **OWN)
    tariff = asked.market.tariff("acme/own-faces/training")
    assert tariff is not None
    (row,) = (r for r in asked.market.services("face_match").rows if r.trainable == "yes")
    found = quantity_per_run(asked, row, tariff)
    assert found is not None
    assert found == pytest.approx([2, 1, 4])


def test_the_vendor_s_rule_makes_billed_hours(tmp_path: Path) -> None:
    """Two hours of wall clock, billed 2.5 times, on two nodes: 10 hours at 4 USD a run."""
    line = "acme,managed_api,acme/own-faces,0,1,2,2,2.5,3,sourced"
    book = another_world(tmp_path, {"billing_rules": [line]})
    found = amounts(option(compared_in(book, **OWN), OWN_FACES))
    assert found["First training"] == pytest.approx(3 * 10 * 4.0)


def test_a_managed_run_is_refused_where_it_is_due_before_it_ends() -> None:
    """Two hours a run: due every 2.01 hours it ends in time, every 1.99 it does not."""
    in_time = option(compared(**{**OWN, "retrains_per_month": 730 / 2.01}), OWN_FACES)
    late = option(compared(**{**OWN, "retrains_per_month": 730 / 1.99}), OWN_FACES)
    assert (in_time.status, late.status) == ("feasible", "infeasible")
    assert "Training: One run takes 2.0 hours; retraining is due every 2.0." in late.reasons


def test_queue_and_sending_count_at_a_service_too(tmp_path: Path) -> None:
    """2 h + 1 h in the queue + 450 GB at 1,000 Mbps, an hour: 4 h, none of the two billed."""
    book = another_world(
        tmp_path,
        {"training_starts": ["any,managed_api,machine,3600,3600,3600,no,our_assumption"]},
        assumptions={"dataset_upload_mbps": 1000.0},
    )
    asked = case(book=book, **{**OWN, "dataset_gb": 450})
    assert run_time.service_hours(asked, "managed_api") == pytest.approx([4.0])
    found = amounts(option(compared_in(book, **{**OWN, "dataset_gb": 450}), OWN_FACES))
    assert found["First training"] == pytest.approx(3 * 2 * 4.0)


def test_a_service_nobody_trains_is_refused_for_training() -> None:
    found = compared(**OWN, task="image_classification")
    assert not [item for item in found.options if item.id.startswith("managed_api>")]


def test_a_service_that_keeps_the_model_is_refused_where_it_must_be_owned() -> None:
    chosen = option(compared(**OWN, export_required=True), OWN_FACES)
    (fail,) = (item for item in chosen.findings if item.verdict == "fail")
    assert (fail.rule, fail.text) == ("export", "The service keeps the trained model.")


# ------------------------------------------------------------------------- models taken away

TUNED: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 500,
    "output_tokens": 500,
    "training_method": "lora",
    "retrains_per_month": 2,
    "training_tokens": 3e6,
    "horizon_months": 3,
}
METHOD = {"small": "lora", "large": "lora", "preferences": "", "sharing": "lora"}
VENDOR = {"sharing": "delta"}
LETS_GO = "custom_api,text_generation,,,0.000001,0,1,0,,yes,yes,yes,no,"


def test_a_lawful_service_is_taken_where_the_cheapest_is_not(tmp_path: Path) -> None:
    """Delta trains on what is sent: cheaper, and taken for public data only."""
    book = tuning_world(tmp_path, ("small", "sharing"))
    name = "managed_api>rented:acme/m1:on_demand"
    public = option(compared_in(book, **TUNED), name)
    internal = option(compared_in(book, **TUNED, training_data_sensitivity="internal"), name)
    assert public.training_product == "delta/tune-sharing"
    assert (internal.training_product, internal.status) == ("acme/tune-small", "feasible")


def tuning_world(folder: Path, sizes: Sequence[str] = ("small", "large")) -> PriceBook:
    """Services that let a model leave: small ones up to 9,000 million, large ones above that."""
    shutil.copytree(frozen(), folder, dirs_exist_ok=True)
    path = folder / "services.csv"
    lines = path.read_text().splitlines()
    header = lines[0].split(",")
    extra = [
        name
        for name in ("trains_from_millions", "trains_to_millions", "trains_by")
        if name not in header
    ]
    assert extra  # the frozen table is older than these columns
    at = header.index("edition")
    made = [",".join([*header[:at], *extra, *header[at:]])]
    for line in lines[1:]:
        cells = line.split(",")
        made.append(",".join([*cells[:at], "", "", "", *cells[at:]]))
    dated = "2026-01-01,2025-12-31,A,world,,"
    ends = {"small": "0,9000", "large": "9000,", "preferences": ",", "sharing": "0,9000"}
    made += [
        f"{who}/tune-{size},{who},{size} tuning,{LETS_GO},{ends[size]},{METHOD[size]},{dated}"
        for size, who in ((size, VENDOR.get(size, "acme")) for size in sizes)
    ]
    path.write_text("\n".join(made) + "\n")
    with (folder / "token_prices.csv").open("a") as file:
        for size in sizes:
            usd = {"small": 2, "large": 5, "preferences": 1, "sharing": 1}[size]
            key = f"{VENDOR.get(size, 'acme')}/tune-{size}/training"
            file.write(f"{key},{usd},million_tokens,USD,global,0,,2025-06-01,price,{dated}\n")
    return PriceBook.load(directory=folder)


def test_a_model_taken_away_is_billed_by_the_token(tmp_path: Path) -> None:
    """3 million tokens a run x 3 runs x 2 USD = 18 USD, then 18 twice a month."""
    book = tuning_world(tmp_path)
    chosen = option(compared_in(book, **TUNED), "managed_api>rented:acme/m1:on_demand")
    assert chosen.training_product == "acme/tune-small"
    found = items(chosen)
    assert found["First training"].amount_usd == pytest.approx(18)
    assert found["Retraining"].amount_usd == pytest.approx(3 * 2 * 18)
    assert found["First training"].source.key == "acme/tune-small/training"


def test_the_size_of_the_model_decides_the_service_at_each_point(tmp_path: Path) -> None:
    book = tuning_world(tmp_path)
    sizes = [8000.0, 9500.0]
    found = evaluate(case({"params_millions": sizes}, book=book, **TUNED))
    row = found.at["managed_api>rented:acme/m1:on_demand"]
    pair, own = found.where(row)
    assert [pair.plan.product(point) for point in (0, 1)] == ["acme/tune-small", "acme/tune-large"]
    first = [
        item.amount_usd
        for point in (0, 1)
        for item in pair.line_items(own, point)
        if item.name == "First training"
    ]
    assert first == pytest.approx([18, 45])


def test_a_size_no_service_trains_is_a_refusal_there(tmp_path: Path) -> None:
    """Small tuning alone, up to 9,000 million: a larger model is refused, at its own points."""
    book = tuning_world(tmp_path, ("small",))
    name = "managed_api>rented:acme/m1:on_demand"
    found = evaluate(case({"params_millions": [8000.0, 9500.0]}, book=book, **TUNED))
    row = found.at[name]
    assert found.blocked[row].tolist() == [False, True]
    assert np.isnan(found.company[row]).tolist() == [False, True]
    pair, _ = found.where(row)
    assert [pair.plan.product(point) for point in (0, 1)] == ["acme/tune-small", ""]
    alone = option(compared_in(book, **TUNED, params_millions=9500), name)
    assert "a service that trains a model of this size" in alone.missing
    assert "No service we know trains a model of this size and lets it leave." in alone.reasons


def test_tokens_without_a_size_are_for_something_else(tmp_path: Path) -> None:
    """Preference tuning, cheaper and of no stated size, trains no model of one's own."""
    book = tuning_world(tmp_path, ("small", "preferences"))
    chosen = option(compared_in(book, **TUNED), "managed_api>rented:acme/m1:on_demand")
    assert chosen.training_product == "acme/tune-small"


def test_without_a_service_that_lets_go_there_is_no_such_plan() -> None:
    asked = case(**OWN)
    assert export_plan(asked, VENUES["managed_api"]) is None


def test_a_service_that_ends_is_trained_anew_for_what_follows(tmp_path: Path) -> None:
    """The first training again, and the work of a retraining, in the month of its end; once."""
    book = another_world(
        tmp_path,
        {
            "services": [
                "acme/ending,acme,Ending,custom_api,face_match,,,1,0,1,0,,yes,yes,no,no,2026-06-30"
            ],
            "task_api_prices": [
                "acme/ending/standard,1,thousand_requests",
                "acme/ending/training,2,hour",
            ],
        },
    )
    name = "managed_api>managed_api:acme/ending"
    found = items(option(compared_in(book, **OWN), name))
    first, anew = found["First training"], found["Training anew when the service ends"]
    assert anew.amount_usd == pytest.approx(first.amount_usd)
    assert (anew.period, anew.month1_usd) == ("once", 0)
    work = found["Work to train anew when the service ends"]
    assert work.amount_usd == pytest.approx(found["Work for the first training"].amount_usd)
    short = items(option(compared_in(book, **{**OWN, "horizon_months": 3}), name))
    assert "Training anew when the service ends" not in short
