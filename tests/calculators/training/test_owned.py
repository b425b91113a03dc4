"""Training on own machines, by hand: the purchase, or machines already there, energy, and time.

One run takes 8 hours on one T100.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.evaluation import evaluate
from calculators.results import Option
from calculators.training.owned import machines_needed
from tests.calculators.world import (
    amounts,
    another_world,
    case,
    compared,
    compared_in,
    items,
    option,
)

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


def trained(
    venue: str = "owned", answers: str = "rented:acme/m1:on_demand", **changes: Any
) -> Option:
    return option(compared(**{**OWN, **changes}), f"{venue}>{answers}")


def test_training_on_own_machines_buys_the_cheaper_one() -> None:
    """Eight hours on one card at 20,000 USD, rather than one hour on eight at 240,000.

    8 h x 0.6 kW x 1.5 = 7.2 kWh x 0.10 = 0.72 a run
    """
    chosen = trained()
    found = amounts(chosen)
    assert found["Servers bought"] == 20_000
    assert found["Network and cabling"] == 2000
    assert found["Servers sold at the end of use"] == pytest.approx(-0.5 * 20_000)  # a year old
    assert found["Electricity for the first training"] == pytest.approx(3 * 0.72)
    assert found["Electricity for retraining"] == pytest.approx(4 * 12 * 3 * 0.72)


def test_spare_machines_cost_nothing_to_buy() -> None:
    """One card and eight draw about the same a run: 7.2 kWh and 1 h x 6 kW x 1.5 = 9 kWh."""
    chosen = trained(owned_already=True)
    assert chosen.training_product == "acme/node1"
    assert "Servers bought" not in amounts(chosen)
    assert "Electricity for retraining" in amounts(chosen)


def test_more_runs_than_a_month_holds_need_more_machines() -> None:
    # 31 a month x 3 x 8 h = 744 h: more than 730
    thirty = items(trained(retrains_per_month=30))
    more = items(trained(retrains_per_month=31))
    assert (thirty["Servers bought"].quantity, more["Servers bought"].quantity) == (1, 2)


def test_whole_machines_hold_a_months_runs() -> None:
    """3 runs of 8 h, 30 and 31 times a month: 720 and 744 of 730 hours."""
    asked = case({"retrains_per_month": [30.0, 31.0]}, own_model_required=True)
    found = machines_needed(asked, np.full((1, 2), 8.0))
    assert found[0, :, 0].tolist() == [1, 2]


def test_the_server_that_trains_is_chosen_at_each_point(tmp_path: Path) -> None:
    """With eight cards for 100,000 USD the cadence decides.

    once a month: one card, 20,000. 240 times: 3 x 8 h x 240 = 5,760 h need eight machines of one
    card, 160,000, or one of eight, in which a run takes an hour
    """
    book = another_world(
        tmp_path,
        {"server_prices": ["acme/node8/purchase,100000,server"]},
        without=["acme/node8/purchase"],
    )
    name = "owned>rented:acme/m1:on_demand"
    cadences = [1.0, 240.0, 1.0]
    values = {"retrains_per_month": cadences}
    found = evaluate(case(values, book=book, own_model_required=True))
    row = found.at[name]
    pair, own = found.where(row)
    chosen = [pair.plan.product(point) for point in range(3)]
    assert chosen == ["acme/node1", "acme/node8", "acme/node1"]
    for point, cadence in enumerate(cadences):
        one = compared_in(book, own_model_required=True, retrains_per_month=cadence)
        alone = option(one, name)
        assert alone.training_product == chosen[point]
        assert alone.company_usd == pytest.approx(found.company[row, point])
        assert [item.name for item in pair.line_items(own, point)] == [
            item.name for item in alone.line_items
        ]


def test_a_server_of_unknown_power_trains_nothing() -> None:
    assert "dark" not in trained().training_product


# --------------------------------------------------------------- idle hours of machines that answer


IDLE = "owned>owned:acme/node1"


def test_machines_that_answer_train_in_their_idle_hours() -> None:
    """One answers, one stands by: 730 h a month; 4 x 3 runs x 8 h = 96 h fit.

    A run draws what is above idle: 8 h x (600 - 100 W) x 1.5 = 6 kWh at 0.10.
    """
    chosen = trained(answers="owned:acme/node1")
    found = amounts(chosen)
    assert found["Servers bought"] == 2 * 20_000
    assert found["Electricity for the first training"] == pytest.approx(3 * 0.6)
    assert found["Electricity for retraining"] == pytest.approx(4 * 12 * 3 * 0.6)
    assert chosen.training_product == "acme/node1"
    assert chosen.label.endswith("trained in idle hours of the machines that answer")


def bought(**changes: Any) -> list[float]:
    """Servers bought to answer and to train."""
    items_of = trained(answers="owned:acme/node1", **changes).line_items
    return sorted(item.quantity for item in items_of if item.name == "Servers bought")


def test_what_does_not_fit_into_idle_hours_buys_machines() -> None:
    """30 x 3 x 8 = 720 of 730 h fit; 31 x 3 x 8 = 744 h are two machines more."""
    assert bought(retrains_per_month=30) == [2]
    assert bought(retrains_per_month=31) == [2, 2]


def test_without_a_spare_machine_nothing_stands_idle() -> None:
    """The only machine answers in every hour: a second one is bought to train."""
    assert bought(spare_instances=0) == [1, 1]


def test_machines_already_there_train_where_idle_hours_are_not_enough() -> None:
    assert bought(spare_instances=0, owned_already=True) == [1]


def test_a_server_that_trains_is_kept_up_and_mended() -> None:
    chosen = trained()
    found = amounts(chosen)
    assert found["Maintenance and spare parts"] > 0
    assert "Work on failed hardware" in found
    spare = amounts(trained(owned_already=True))
    assert "Maintenance and spare parts" not in spare
